"""Filters of people and leads: each finds those who are what was asked for, and nobody else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from searched import attribute

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix import population, vocabulary
from lixasync.sandbox.lix.facets import FACETS

VIEWER = "robin-marlowe"
PEOPLE = "/v1/li/linkedin/search/people"
LEADS = "/v1/li/sales/search/people"
BY_FILTERS = "/v1/people/search"

FACET_OF = {
    "CURRENT_TITLE": "TITLE", "PAST_TITLE": "COMPANY_TITLE", "CURRENT_COMPANY": "COMPANY_WITH_LIST",
    "PAST_COMPANY": "COMPANY_WITH_LIST", "REGION": "BING_GEO", "POSTAL_CODE": "BING_GEO_POSTAL_CODE",
    "INDUSTRY": "INDUSTRY", "SENIORITY_LEVEL": "SENIORITY_V2", "FUNCTION": "FUNCTION",
    "COMPANY_HEADCOUNT": "COMPANY_SIZE", "COMPANY_TYPE": "COMPANY_TYPE", "COMPANY_HEADQUARTERS": "BING_GEO",
    "SCHOOL": "SCHOOL", "GROUP": "GROUP", "PROFILE_LANGUAGE": "PROFILE_LANGUAGE",
    "YEARS_AT_CURRENT_COMPANY": "TENURE", "YEARS_IN_CURRENT_POSITION": "TENURE", "YEARS_OF_EXPERIENCE": "TENURE",
}  # fmt: skip


def chosen(filter_type: str, *values: str) -> str:
    return f"(type:{filter_type},values:List({','.join(values)}))"


def picked(ident: str, text: str = "any", choice: str = "INCLUDED") -> str:
    return f"(id:{quote(ident, safe='')},text:{quote(text, safe='')},selectionType:{choice})"


def sales(*filters: str, mark: str = "?", rest: str = "") -> str:
    query = f"(recentSearchParam:(doLogHistory:true),filters:List({','.join(filters)}){rest})"
    return f"https://www.linkedin.com/sales/search/people{mark}query={quote(query, safe='(),:')}"


def linkedin(**params: Any) -> str:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    return str(httpx.URL("https://www.linkedin.com/search/results/people/", params={"origin": "X", **texts}))


def ask(client: httpx.Client, path: str, url: str, page: int = 1) -> Any:
    answer = client.get(path, params={"url": f"{url}&page={page}", "viewer_id": VIEWER})
    assert answer.status_code == 200, answer.text
    return answer.json()


def everybody(client: httpx.Client, path: str, url: str) -> list[str]:
    found: list[str] = []
    while True:
        body = ask(client, path, url, 1 + len(found) // 25 if path == LEADS else 1 + len(found) // 10)
        found += [person["link"] for person in body["people"]]
        if not body["people"] or len(found) >= body["paging"]["total"]:
            assert len(found) == body["paging"]["total"]
            return found


def having(sandbox: Sandbox, filter_type: str, *texts: str, size: int = 1000) -> list[str]:
    """Those of whom an attribute has one of the texts."""
    values = (attribute(sandbox.settings.seed, filter_type, index) for index in range(size))
    return [
        sandbox.person(index)["link"] for index, value in enumerate(values) if value is not None and value.text in texts
    ]


def refused(answer: httpx.Response, message: str) -> None:
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "params_invalid"
    assert message in answer.json()["error"]["message"]


# --- Sales Navigator ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("filter_type", "facet"), FACET_OF.items())
def test_a_suggested_id_finds_exactly_those_who_have_it(
    sandbox: Sandbox, client: httpx.Client, filter_type: str, facet: str
) -> None:
    value = FACETS[facet][1]
    given = {attribute(sandbox.settings.seed, filter_type, index) for index in range(1000)}
    assert any(each is not None and each.id == value.id for each in given)
    expected = [
        sandbox.person(index)["link"]
        for index in range(1000)
        if (each := attribute(sandbox.settings.seed, filter_type, index)) is not None and each.id == value.id
    ]
    assert everybody(client, LEADS, sales(chosen(filter_type, picked(value.id)))) == expected
    assert 0 < len(expected) < 1000


@pytest.mark.parametrize(
    ("filter_type", "ident", "text"),
    [
        ("RELATIONSHIP", "S", "2nd degree connections"),
        ("RECENTLY_CHANGED_JOBS", "RPC", "Changed jobs in last 90 days"),
        ("POSTED_ON_LINKEDIN", "RPOL", "Posted on LinkedIn in last 30 days"),
    ],
)
def test_filters_that_no_facet_suggests(
    sandbox: Sandbox, client: httpx.Client, filter_type: str, ident: str, text: str
) -> None:
    expected = having(sandbox, filter_type, text)
    assert everybody(client, LEADS, sales(chosen(filter_type, picked(ident)))) == expected != []


def test_values_are_alternatives_and_filters_combine(sandbox: Sandbox, client: httpx.Client) -> None:
    titles = having(sandbox, "CURRENT_TITLE", "Software Engineer", "Founder")
    both = chosen("CURRENT_TITLE", picked("9"), picked("35"))
    assert everybody(client, LEADS, sales(both)) == titles
    region = having(sandbox, "REGION", "Berlin")
    expected = [link for link in titles if link in region]
    assert everybody(client, LEADS, sales(both, chosen("REGION", picked("106967730")))) == expected != []


def test_excluded_values_leave_people_out(sandbox: Sandbox, client: httpx.Client) -> None:
    everyone = [sandbox.person(index)["link"] for index in range(1000)]
    cxo = having(sandbox, "SENIORITY_LEVEL", "CXO")
    rest = everybody(client, LEADS, sales(chosen("SENIORITY_LEVEL", picked("310", choice="EXCLUDED"))))
    assert rest == [link for link in everyone if link not in cxo]
    mixed = chosen("CURRENT_TITLE", "(text:engineer)", picked("39", choice="EXCLUDED"))
    assert everybody(client, LEADS, sales(mixed)) == having(
        sandbox, "CURRENT_TITLE", "Software Engineer", "Head of Engineering"
    )


def test_dividing_by_seniority_leaves_those_out_who_tell_none(client: httpx.Client) -> None:
    total = sum(
        ask(client, LEADS, sales(chosen("SENIORITY_LEVEL", picked(value.id))))["paging"]["total"]
        for value in vocabulary.SENIORITIES
    )
    assert 900 < total < 960


def test_a_value_without_id_matches_by_its_text(sandbox: Sandbox, client: httpx.Client) -> None:
    expected = having(sandbox, "CURRENT_TITLE", "Software Engineer", "Senior Software Engineer")
    assert everybody(client, LEADS, sales(chosen("CURRENT_TITLE", "(text:SOFTWARE%20eng)"))) == expected
    names = having(sandbox, "FIRST_NAME", "Isaüra")
    assert everybody(client, LEADS, sales(chosen("FIRST_NAME", f"(text:{quote('isaü')})"))) == names != []
    decomposed = quote("isau\u0308")
    assert everybody(client, LEADS, sales(chosen("FIRST_NAME", f"(text:{decomposed})"))) == names
    family = having(sandbox, "LAST_NAME", "Threlkeld & Sons")
    assert everybody(client, LEADS, sales(chosen("LAST_NAME", "(text:keld%20%26)"))) == family != []


def test_two_companies_of_one_name_are_told_apart_by_their_id(sandbox: Sandbox, client: httpx.Client) -> None:
    one, two = (
        everybody(client, LEADS, sales(chosen("CURRENT_COMPANY", picked(f"urn:li:organization:{number}"))))
        for number in (1249, 1259)
    )
    assert not set(one) & set(two)
    assert sorted(one + two) == sorted(having(sandbox, "CURRENT_COMPANY", "Halcyon Partners"))
    assert everybody(client, LEADS, sales(chosen("CURRENT_COMPANY", picked("1249")))) == one


def test_unknown_ids_find_nobody(client: httpx.Client) -> None:
    body = ask(client, LEADS, sales(chosen("REGION", picked("1", "Atlantis"))))
    assert body["people"] == []
    assert body["paging"] == {"count": 25, "start": 0, "total": 0}


def test_the_query_may_stand_behind_the_hash_and_other_keys_are_skipped(client: httpx.Client) -> None:
    wanted = chosen("FUNCTION", picked("8"))
    there = ask(client, LEADS, sales(wanted, mark="#"))
    assert there["people"] == ask(client, LEADS, sales(wanted))["people"] != []
    rest = ",spellCorrectionEnabled:true,keywords:kelp%20%28or%29,parent:(id:0)"
    assert ask(client, LEADS, sales(wanted, rest=rest))["people"] == there["people"]


def test_a_search_without_a_query_finds_everybody(sandbox: Sandbox, client: httpx.Client) -> None:
    url = "https://www.linkedin.com/sales/search/people?savedSearchId=1"
    assert ask(client, LEADS, url)["people"] == [sandbox.person(index) for index in range(25)]


def test_the_form_filters_as_the_address_does(client: httpx.Client) -> None:
    url = sales(chosen("SCHOOL", picked("18000")))
    posted = client.post(LEADS, data={"url": url, "sequence_id": "a"}).json()
    assert posted == client.get(LEADS, params={"url": url, "sequence_id": "a"}).json()
    assert 0 < posted["paging"]["total"] < 1000


def test_filtered_leads_show_what_they_were_found_by(sandbox: Sandbox, client: httpx.Client) -> None:
    seed = sandbox.settings.seed
    body = ask(client, LEADS, sales(chosen("CURRENT_TITLE", picked("9")), chosen("REGION", picked("102277331"))))
    index = int(body["people"][0]["link"].rpartition("-p")[2])
    assert body["people"][0] == population.found_person(seed, index)
    for person in body["people"]:
        assert person["experience"][0]["title"] == "Software Engineer"
        assert person["location"] == "San Francisco Bay Area"


def test_the_total_is_true_and_the_cap_ends_the_list(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(leads=20_000, sales_cap=300)
    url = sales(chosen("REGION", picked("90009496")))
    expected = population.find(sandbox.settings.seed, 20_000, (population.Condition(("region",), frozenset((0,))),))
    first, last, beyond = (ask(client, LEADS, url, page) for page in (1, 12, 13))
    assert first["paging"]["total"] == len(expected) > 2500
    assert last["people"][-1]["link"] == sandbox.person(expected[299])["link"]
    assert beyond["people"] == []
    assert ask(client, PEOPLE, linkedin())["paging"]["total"] == 1000


def test_later_pages_without_sequence_come_in_an_order_of_their_own(client: httpx.Client) -> None:
    url = sales(chosen("COMPANY_TYPE", picked("P")))
    stable = ask(client, LEADS, url, 2)["people"]
    loose = client.get(LEADS, params={"url": f"{url}&page=2"}).json()["people"]
    assert loose != stable
    assert len(loose) == 25


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("(filters:List(", "cannot be read: cannot read the query at character 14"),
        ("(keywords:a%2525", "cannot be read"),
        ("(keywords:%25zz)", "cannot be read"),
        ("%FF", "cannot be read"),
        ("", "must stand in parentheses"),
        ("List()", "must stand in parentheses"),
        ("(filters:REGION)", "filters must be a list"),
        ("(filters:List(REGION))", "each filter must be a record with a type"),
        ("(filters:List((values:List((id:9)))))", "each filter must be a record with a type"),
        ("(filters:List((type:List(),values:List((id:9)))))", "each filter must be a record with a type"),
        ("(filters:List((type:SHOE_SIZE,values:List((id:9)))))", "there is no filter SHOE_SIZE"),
        ("(filters:List((type:REGION)))", "REGION has no values"),
        ("(filters:List((type:REGION,values:List())))", "REGION has no values"),
        ("(filters:List((type:REGION,values:9)))", "REGION has no values"),
        ("(filters:List((type:REGION,rangeValue:(min:1,max:2))))", "REGION has no values"),
        ("(filters:List((type:REGION,values:List(9))))", "each value of REGION must be a record"),
        ("(filters:List((type:REGION,values:List((selectionType:INCLUDED)))))", "a value without id and text"),
        ("(filters:List((type:REGION,values:List((id:9,selectionType:MAYBE)))))", "must be INCLUDED or EXCLUDED"),
    ],
)
def test_queries_that_say_nothing_clear_are_refused(client: httpx.Client, query: str, message: str) -> None:
    url = f"https://www.linkedin.com/sales/search/people?query={query}"
    refused(client.get(LEADS, params={"url": url}), message)


# --- LinkedIn -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "filter_type", "texts"),
    [
        ("currentCompany", ["1007"], "CURRENT_COMPANY", ["Acme Corporation"]),
        ("pastCompany", ["1007", "1013"], "PAST_COMPANY", ["Acme Corporation", "Ledgerloom"]),
        ("geoUrn", ["105763813"], "REGION", ["Colorado, United States"]),
        ("industry", ["4", "96"], "INDUSTRY", ["Software Development", "IT Services and IT Consulting"]),
        ("schoolFilter", ["18037"], "SCHOOL", ["École des Ondes"]),
        ("profileLanguage", ["fr"], "PROFILE_LANGUAGE", ["French"]),
        ("network", ["F", "S"], "RELATIONSHIP", ["1st degree connections", "2nd degree connections"]),
        ("firstName", "WYNDRA", "FIRST_NAME", ["Wyndra"]),
        ("lastName", "o'br", "LAST_NAME", ["O'Brindle"]),
        ("title", "founder", "CURRENT_TITLE", ["Founder", "Co-Founder"]),
        ("company", "heron", "CURRENT_COMPANY", ["Blue Heron"]),
        ("school", "college", "SCHOOL", ["Harbour & Vale College", "Open College of the Delta"]),
    ],
)
def test_people_are_found_by_what_the_address_asks_for(
    sandbox: Sandbox, client: httpx.Client, name: str, value: Any, filter_type: str, texts: list[str]
) -> None:
    expected = having(sandbox, filter_type, *texts)
    assert everybody(client, PEOPLE, linkedin(**{name: value})) == expected
    assert 0 < len(expected) < 1000


def test_filters_of_an_address_combine(sandbox: Sandbox, client: httpx.Client) -> None:
    engineers = having(sandbox, "CURRENT_TITLE", "Software Engineer", "Senior Software Engineer")
    expected = [link for link in having(sandbox, "PROFILE_LANGUAGE", "English") if link in engineers]
    url = linkedin(title="software engineer", profileLanguage=["en"], keywords="kelp")
    assert everybody(client, PEOPLE, url) == expected != []


def test_a_filtered_people_search_is_capped_in_its_total(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=3000, search_cap=40)
    assert ask(client, PEOPLE, linkedin(network=["O"]))["paging"]["total"] == 40
    assert len(ask(client, PEOPLE, linkedin(network=["O"]), 4)["people"]) == 10
    assert ask(client, PEOPLE, linkedin(network=["O"]), 5)["people"] == []


@pytest.mark.parametrize("value", ["1007", "[1007]", "[]", '[""]', "{}", "", "[" * 10_000])
def test_lists_of_ids_must_be_json(client: httpx.Client, value: str) -> None:
    refused(client.get(PEOPLE, params={"url": linkedin(currentCompany=value)}), "currentCompany must be a JSON array")


def test_texts_must_not_be_blank(client: httpx.Client) -> None:
    refused(client.get(PEOPLE, params={"url": linkedin(title=" ")}), "title has a value without id and text")


def test_an_address_with_a_broken_host_is_no_accident(client: httpx.Client) -> None:
    assert client.get(PEOPLE, params={"url": "https://[www.linkedin.com/?title=founder"}).status_code == 200


# --- /v1/people/search ----------------------------------------------------------------------------------


def by_filters(client: httpx.Client, **params: str) -> Any:
    answer = client.get(BY_FILTERS, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("params", "filter_type", "texts"),
    [
        ({"person_titles": "[9,Software Engineer]"}, "CURRENT_TITLE", ["Software Engineer"]),
        ({"person_titles": "[,co-found]"}, "CURRENT_TITLE", ["Co-Founder"]),
        ({"person_titles": r"[,Buyer\, Timber]"}, "CURRENT_TITLE", ["Buyer, Timber & Slate"]),
        ({"location": r"[105763813,Colorado\, United States]"}, "REGION", ["Colorado, United States"]),
        ({"locations": "[105763813,]"}, "REGION", ["Colorado, United States"]),
        ({"organisations": "[1013,Ledgerloom]"}, "CURRENT_COMPANY", ["Ledgerloom"]),
    ],
)
def test_pairs_of_id_and_text_find_leads(
    sandbox: Sandbox, client: httpx.Client, params: dict[str, str], filter_type: str, texts: list[str]
) -> None:
    expected = having(sandbox, filter_type, *texts)
    body = by_filters(client, **params, sequence_id="a")
    assert [person["link"] for person in body["people"]] == expected[:25]
    assert body["paging"] == {"count": 25, "start": 0, "total": len(expected)}
    assert body["meta"]["sequenceId"]
    assert 0 < len(expected) < 1000


def test_pairs_combine_and_keywords_find_everybody(sandbox: Sandbox, client: httpx.Client) -> None:
    founders = having(sandbox, "CURRENT_TITLE", "Founder")
    expected = [link for link in having(sandbox, "REGION", "Berlin") if link in founders]
    body = by_filters(client, person_titles="[35,Founder]", location="[106967730,Berlin]", keywords="kelp")
    assert [person["link"] for person in body["people"]] == expected
    assert by_filters(client, keywords="kelp")["people"] == [sandbox.person(index) for index in range(25)]


@pytest.mark.parametrize(
    "pair", ["9,Software Engineer", "[9]", "[9,a,b]", r"[9,a\b]", '["9","a"]x', "[9,a][35,b]", "[9\\,a]"]
)
def test_pairs_are_read_strictly(client: httpx.Client, pair: str) -> None:
    refused(client.get(BY_FILTERS, params={"person_titles": pair}), r"person_titles must be of the form [id,text]")


def test_pairs_need_an_id_or_a_text(client: httpx.Client) -> None:
    refused(client.get(BY_FILTERS, params={"organisations": "[, ]"}), "organisations has a value without id and text")


def test_an_escaped_backslash_is_one(client: httpx.Client) -> None:
    assert by_filters(client, person_titles=r"[,a\\b]")["people"] == []


def test_a_location_is_given_once(client: httpx.Client) -> None:
    refused(client.get(BY_FILTERS, params={"location": "[1,]", "locations": "[1,]"}), "send one")
    wrong = client.get(BY_FILTERS, params={"viewer_id": "stranger"})
    assert wrong.status_code == 407
