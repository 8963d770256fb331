"""Searches for jobs, posts, organisations and accounts, the lists of Sales Navigator, and Recruiter."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix import accounts, population, vocabulary

VIEWER = "robin-marlowe"
JOBS = "/v1/li/linkedin/search/jobs"
POSTS = "/v1/li/linkedin/search/posts"
ORGS = "/v1/li/linkedin/search/orgs"
ACCOUNTS = "/v1/li/sales/search/orgs"
LEAD_LIST = "/v1/li/sales/lists/people"
ACCOUNT_LIST = "/v1/li/sales/lists/orgs"
RECRUITER = "/v1/li/recruiter/search/people"

ADDRESS = "https://www.linkedin.com/search/results/all/?keywords=kelp"
COMPANIES = "https://www.linkedin.com/sales/search/company?query="


def ask(client: httpx.Client, path: str, **params: Any) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fails(answer: httpx.Response, status: int, kind: str, message: str = "") -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["type"] == kind
    assert message in answer.json()["error"]["message"]


# --- searches by address --------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "key", "item"), [(JOBS, "jobPostings", "jobPostingId"), (ORGS, "orgs", "link")])
def test_jobs_and_organisations_page_by_the_address(
    sandbox: Sandbox, client: httpx.Client, path: str, key: str, item: str
) -> None:
    sandbox.reset(search_results=34)
    found: list[str] = []
    for page in (1, 2, 3, 4, 5):
        body = ask(client, path, url=f"{ADDRESS}&page={page}", sequence_id="mine")
        assert body["paging"] == {"count": 10, "start": (page - 1) * 10, "total": 34}
        assert body["meta"]["sequenceId"]
        found += [each[item] for each in body[key]]
    assert len(set(found)) == len(found) == 34
    assert sandbox.stats()["credits_spent"] == 5


def test_addresses_of_jobs_may_page_by_start(client: httpx.Client) -> None:
    second = ask(client, JOBS, url=f"{ADDRESS}&page=2", viewer_id=VIEWER)
    assert ask(client, JOBS, url=f"{ADDRESS}&start=10", viewer_id=VIEWER) | {"meta": 0} == second | {"meta": 0}
    fails(client.get(JOBS, params={"url": f"{ADDRESS}&start=x"}), 400, "params_invalid", "start must be")


def test_posts_page_by_start(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=25)
    found: list[Any] = []
    for start in (0, 10, 20):
        body = ask(client, POSTS, url=ADDRESS, start=start, sequence_id="mine")
        assert body["paging"] == {"count": 10, "start": start, "total": 25}
        found += body["posts"]
    assert len({post["id"] for post in found}) == len(found) == 25
    assert ask(client, POSTS, url=ADDRESS)["posts"] == found[:10]
    assert ask(client, POSTS, url=ADDRESS, start=10)["posts"] != found[10:20]
    fails(client.get(POSTS, params={"url": ADDRESS, "start": "x"}), 400, "params_invalid", "start must be")
    fails(client.get(POSTS, params={"start": 0}), 400, "params_invalid", "url is required")


def test_posts_and_jobs_come_in_many_forms(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=200)
    posts = [p for s in range(0, 200, 10) for p in ask(client, POSTS, url=ADDRESS, start=s, sequence_id="a")["posts"]]
    jobs = [
        job
        for n in range(20)
        for job in ask(client, JOBS, url=f"{ADDRESS}&page={n + 1}", sequence_id="a")["jobPostings"]
    ]
    for posts_or_jobs, name in ((posts, "embeddedObject"), (posts, "actor"), (jobs, "formattedLocation")):
        assert 0 < sum(name in each for each in posts_or_jobs) < 200
    assert {type(each["count"]) for post in posts for each in post["numReactions"]} == {int, str}
    assert len({each["name"] for each in (post.get("actor", {"name": ""}) for post in posts)}) > 50


@pytest.mark.parametrize(("path", "cap"), [(JOBS, 1000), (POSTS, 1000), (ORGS, 1000), (ACCOUNTS, 9000)])
def test_searches_of_other_things_have_their_totals(
    sandbox: Sandbox, client: httpx.Client, path: str, cap: int
) -> None:
    sandbox.reset(search_results=9000)
    assert ask(client, path, url=ADDRESS)["paging"]["total"] == cap


@pytest.mark.parametrize(
    ("path", "key", "old_key"),
    [
        (JOBS, "jobPostings", "people"), (POSTS, "posts", "posts"), (ORGS, "orgs", "posts"),
        (ACCOUNTS, "organisations", "people"), (LEAD_LIST, "people", "people"),
        (ACCOUNT_LIST, "organisations", "people"),
    ],
)  # fmt: skip
def test_envelopes_and_keys_of_other_times(
    sandbox: Sandbox, client: httpx.Client, path: str, key: str, old_key: str
) -> None:
    params = {"url": ADDRESS, "list_id": "7", "viewer_id": VIEWER}
    items = ask(client, path, **params)[key]
    assert len(items) in (10, 25)
    forms: Any = (("response", "response", key), ("searchResponse", "searchResponse", old_key), ("later", None, key))
    for variant, wrap, name in forms:
        sandbox.reset(variant=variant)
        body = ask(client, path, **params)
        assert set(body) == ({wrap, "meta"} if wrap else {key, "paging", "meta"})
        inner = body[wrap] if wrap else body
        assert set(inner) == ({name, "paging"} if wrap else {key, "paging", "meta"})
        assert inner[name] == items


# --- accounts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("(type:COMPANY_HEADCOUNT,values:List((id:D)))", lambda firm: firm.headcount == "D"),
        ("(type:REGION,values:List((id:106967730)))", lambda firm: firm.home == 2),
        (
            "(type:INDUSTRY,values:List((id:4),(id:96)))",
            lambda firm: firm.industry in (0, 1),
        ),
    ],
)
def test_accounts_are_filtered(sandbox: Sandbox, client: httpx.Client, query: str, wanted: Any) -> None:
    seed = sandbox.settings.seed
    expected = [accounts.account(seed, n) for n in range(1000) if wanted(accounts.company(seed, n))]
    body = ask(client, ACCOUNTS, url=f"{COMPANIES}(filters:List({query}))", viewer_id=VIEWER)
    assert body["organisations"] == expected[:25]
    assert body["paging"] == {"count": 25, "start": 0, "total": len(expected)}
    assert 25 < len(expected) < 1000
    second = ask(client, ACCOUNTS, url=f"{COMPANIES}(filters:List({query}))&page=2", viewer_id=VIEWER)
    assert second["organisations"] == expected[25:50]


def test_accounts_are_filtered_by_ranges(client: httpx.Client) -> None:
    def total(filter_type: str, span: str) -> int:
        query = f"(filters:List((type:{filter_type},rangeValue:({span}),selectedSubFilter:USD)))"
        found: int = ask(client, ACCOUNTS, url=COMPANIES + query)["paging"]["total"]
        return found

    parts = [total("COMPANY_HEADCOUNT_GROWTH", span) for span in ("max:-1", "min:0,max:9", "min:10")]
    assert sum(parts) == 1000
    assert all(parts)
    assert total("ANNUAL_REVENUE", "min:0.5,max:0.5") + total("ANNUAL_REVENUE", "min:1") < 1000
    assert total("ANNUAL_REVENUE", "min:2000") == 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("(type:ANNUAL_REVENUE,values:List((id:1)))", "ANNUAL_REVENUE takes a rangeValue"),
        ("(type:ANNUAL_REVENUE,rangeValue:(min:a))", "must hold numbers"),
        ("(type:CURRENT_TITLE,values:List((id:9)))", "there is no filter CURRENT_TITLE"),
    ],
)
def test_filters_of_accounts_are_checked(client: httpx.Client, query: str, message: str) -> None:
    fails(client.get(ACCOUNTS, params={"url": f"{COMPANIES}(filters:List({query}))"}), 400, "params_invalid", message)


# --- lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "key"), [(LEAD_LIST, "people"), (ACCOUNT_LIST, "organisations")])
def test_lists_hold_some_of_all(sandbox: Sandbox, client: httpx.Client, path: str, key: str) -> None:
    sandbox.reset(list_size=60)
    pages = [ask(client, path, list_id="123", viewer_id=VIEWER, page=page) for page in (1, 2, 3, 4)]
    assert [len(page[key]) for page in pages] == [25, 25, 10, 0]
    assert [page["paging"] for page in pages[:2]] == [
        {"count": 25, "start": 0, "total": 60}, {"count": 25, "start": 25, "total": 60},
    ]  # fmt: skip
    links = [item["link"] for page in pages for item in page[key]]
    assert len(set(links)) == 60
    assert ask(client, path, list_id="123", viewer_id=VIEWER)[key] == pages[0][key]
    other = ask(client, path, list_id="9223372036854775807", viewer_id=VIEWER)[key]
    assert other != pages[0][key]
    sandbox.reset(search_results=7)
    assert len(ask(client, path, list_id="123", viewer_id=VIEWER)[key]) == 7


def test_leads_of_lists_are_those_of_searches(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=10, leads=5000)
    people = ask(client, LEAD_LIST, list_id="5", viewer_id=VIEWER)["people"]
    numbers = [int(person["link"].rpartition("-p")[2]) for person in people]
    assert max(numbers) > 10
    assert people == [sandbox.person(number) for number in numbers]


@pytest.mark.parametrize("path", [LEAD_LIST, ACCOUNT_LIST])
def test_lists_are_checked(sandbox: Sandbox, client: httpx.Client, path: str) -> None:
    fails(client.get(path, params={"viewer_id": VIEWER}), 400, "params_invalid", "list_id is required")
    fails(client.get(path, params={"viewer_id": VIEWER, "list_id": "a"}), 400, "params_invalid", "number of a list")
    fails(client.get(path, params={"viewer_id": VIEWER, "list_id": "1", "page": 0}), 400, "params_invalid", "page must")
    fails(client.get(path, params={"list_id": "1"}), 407, "viewer_invalid", "viewer_id is required")
    assert sandbox.stats()["credits_spent"] == 0


# --- Recruiter ------------------------------------------------------------------------------------------


def skill(place: int, **flags: bool) -> dict[str, Any]:
    value = vocabulary.SKILLS[place]
    return {
        "text": value.text, "entity": value.id, "negated": False, "required": False, "selected": True, **flags,
    }  # fmt: skip


def candidates(client: httpx.Client, data: Any, **params: str) -> httpx.Response:
    return client.request("GET", RECRUITER, json=data, params={"viewer_id": VIEWER, **params})


@pytest.mark.parametrize(
    ("skills", "wanted"),
    [
        ([skill(0)], lambda has: 0 in has),
        ([skill(0), skill(1)], lambda has: 0 in has or 1 in has),
        ([skill(0, required=True), skill(1, required=True)], lambda has: {0, 1} <= has),
        ([skill(0, required=True), skill(1)], lambda has: 0 in has),
        ([skill(0), skill(1, negated=True)], lambda has: 0 in has and 1 not in has),
        ([skill(2, negated=True), skill(3, negated=True, required=True)], lambda has: not {2, 3} & has),
        ([skill(0) | {"entity": "urn:li:ts_skill:999999"}], lambda has: False),
    ],
)
def test_candidates_are_found_by_their_skills(
    sandbox: Sandbox, client: httpx.Client, skills: list[Any], wanted: Any
) -> None:
    seed = sandbox.settings.seed
    codes = {value.text: code for code, value in enumerate(vocabulary.SKILLS)}
    expected = [
        population.found_person(seed, index)
        for index in range(1000)
        if wanted({codes[name] for name in population.skills_of(seed, index)})
    ]
    body = candidates(client, {"skills": skills}).json()
    assert body["people"] == expected[:25]
    assert body["paging"] == {"count": 25, "start": 0, "total": len(expected)}
    assert body["meta"]["sequenceId"]


def test_candidates_page_by_the_start_in_the_body(sandbox: Sandbox, client: httpx.Client) -> None:
    def links(start: int, **params: str) -> list[str]:
        body = client.request("GET", RECRUITER, json={"skills": [skill(5)], "start": start}, params=params).json()
        return [person["link"] for person in body["people"]]

    sandbox.reset(sales_cap=60)
    pages = [links(start, sequence_id="a") for start in (0, 25, 50, 75)]
    assert [len(page) for page in pages] == [25, 25, 10, 0]
    assert len({link for page in pages for link in page}) == 60
    assert links(25) != pages[1]
    stats = sandbox.stats()
    assert stats["credits_spent"] == 5
    assert stats["duplicates"] == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "skills must be a list"),
        ({"skills": []}, "skills must be a list of at least one"),
        ({"skills": "JavaScript"}, "skills must be a list"),
        ({"skills": ["JavaScript"]}, "each skill must have text, entity, negated, required, selected"),
        ({"skills": [{"text": "JavaScript"}]}, "each skill must have"),
        ({"skills": [skill(0) | {"text": 1}]}, "must be text"),
        ({"skills": [skill(0) | {"negated": 1}]}, "true or false"),
        ({"skills": [skill(0)], "start": "25"}, "start must be a whole number"),
        ({"skills": [skill(0)], "start": True}, "start must be a whole number"),
        ({"skills": [skill(0)], "start": -1}, "start must be a whole number"),
        ({"skills": [skill(0)], "start": 10**9}, "start must be a whole number"),
        ([], "must be a JSON object"),
    ],
)
def test_the_body_of_recruiters_search_is_checked(client: httpx.Client, data: Any, message: str) -> None:
    fails(candidates(client, data), 400, "params_invalid", message)


def test_recruiters_search_needs_its_body_and_knows_its_viewers(client: httpx.Client) -> None:
    fails(client.get(RECRUITER), 400, "params_invalid", "not JSON")
    fails(candidates(client, {"skills": [skill(0)]}, viewer_id="stranger"), 407, "viewer_invalid")
