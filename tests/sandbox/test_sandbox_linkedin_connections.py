"""The Connections API over real HTTP: pages, fields, changes, the clock."""

from __future__ import annotations

import email.utils
from typing import Any

import httpx
import pytest
from xml_bodies import element

from lixasync.sandbox import Sandbox

OWN = "/v1/people/~/connections"
PRIVATE = {"id": "private", "firstName": "private", "lastName": "private"}
NOW = 1_400_000_000.0


def page(linkedin: httpx.Client, query: str = "", fields: str = "") -> Any:
    answer = linkedin.get(f"{OWN}{fields}?{query}", headers={"x-li-format": "json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(linkedin: httpx.Client, query: str) -> list[str]:
    return [person["id"] for person in page(linkedin, query).get("values", [])]


# --- pages ----------------------------------------------------------------------------------------------


def test_all_pages_together_are_all_connections(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    got: list[Any] = []
    for start in range(0, 1234, 500):
        body = page(linkedin, f"start={start}&count=500")
        assert (body["_total"], body["_start"], body["_count"]) == (1234, start, len(body["values"]))
        got += body["values"]
    assert got == sandbox.linkedin.connections()
    assert len(got) == 1234


def test_more_than_five_hundred_never_come(linkedin: httpx.Client) -> None:
    for query in ("", "count=501", "count=100000"):
        assert page(linkedin, query, ":(id)")["_count"] == 500


def test_start_and_count_are_there_only_when_it_is_a_part(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections=3)
    assert set(page(linkedin)) == {"_total", "values"}
    assert element(linkedin.get(OWN).text).attrib == {"total": "3"}
    part = element(linkedin.get(f"{OWN}?start=1&count=9").text)
    assert part.attrib == {"total": "3", "start": "1", "count": "2"}
    assert len(part) == 2


def test_empty_pages_have_no_values(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    assert page(linkedin, "start=5000") == {"_total": 1234, "_start": 5000, "_count": 0}
    sandbox.reset(linkedin_connections=0)
    assert page(linkedin) == {"_total": 0}
    assert linkedin.get(OWN).text.endswith('<connections total="0" />\n')


def test_xml_and_json_hold_the_same(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    answer = linkedin.get(OWN)
    assert answer.headers["Content-Type"] == "text/xml;charset=UTF-8"
    people = element(answer.text).findall("person")
    for person, expected in zip(people, sandbox.linkedin.connections(), strict=False):
        assert person.findtext("id") == expected["id"]
        assert person.findtext("last-name") == expected["lastName"]
        assert person.findtext("headline") == expected.get("headline")
        assert person.findtext("location/country/code") == expected.get("location", {}).get("country", {}).get("code")
        assert person.findtext("picture-url") == expected.get("pictureUrl")
        header = person.findtext("api-standard-profile-request/headers/http-header/value")
        if "apiStandardProfileRequest" in expected:
            assert header == expected["apiStandardProfileRequest"]["headers"]["values"][0]["value"]
        else:
            assert header is None


def test_the_parameter_counts_before_the_header(linkedin: httpx.Client) -> None:
    answer = linkedin.get(f"{OWN}?format=xml&count=1", headers={"x-li-format": "json"})
    assert (answer.headers["x-li-format"], answer.text[:5]) == ("xml", "<?xml")
    answer = linkedin.get(f"{OWN}?format=json&count=1")
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("query", ["count=x", "count=0", "count=-1", "start=-1", "start=1.5", "modified-since=today"])
def test_numbers_that_cannot_be_read(linkedin: httpx.Client, query: str) -> None:
    answer = linkedin.get(f"{OWN}?{query}")
    assert answer.status_code == 400
    assert "<message>Did not understand query</message>" in answer.text


def test_unknown_parameters_are_ignored(linkedin: httpx.Client) -> None:
    assert page(linkedin, "cuont=5&page=2&modified_since=1&count=3") == page(linkedin, "count=3")


# --- people ---------------------------------------------------------------------------------------------


def test_a_selector_chooses_fields_and_their_order(linkedin: httpx.Client) -> None:
    person = page(linkedin, "count=1", ":(last-name,id,location:(country:(code)))")["values"][0]
    assert list(person) == ["lastName", "id", "location"]
    assert list(person["location"]) == ["country"]


def test_every_way_of_having_nothing_occurs(sandbox: Sandbox) -> None:
    people = [person for person in sandbox.linkedin.connections() if person["id"] != "private"]
    for field in ("headline", "location", "industry", "pictureUrl"):
        assert any(field not in person for person in people), field
    assert any(person.get("headline") == "--" for person in people)
    assert any("country" not in person.get("location", {"country": 0}) for person in people)
    text = "".join(str(person) for person in people)
    assert all(mark in text for mark in ("&", "[", "'", "é", "霧", "נ", "Д"))
    jobs = [
        job
        for person in sandbox.linkedin.connections(":(positions)")
        for job in person.get("positions", {}).get("values", [])
    ]
    assert any(job["id"] > 2**31 for job in jobs)
    assert any(set(job) == {"id", "isCurrent", "company"} for job in jobs)
    assert any("month" not in job.get("startDate", {"month": 0}) for job in jobs)
    assert any(job.get("summary") == "" for job in jobs)
    assert any("\n" in job.get("summary", "") for job in jobs)


def test_private_members_show_nothing(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections=9, linkedin_private_every=3)
    people = page(linkedin)["values"]
    assert [person == PRIVATE for person in people] == [False, False, True] * 3
    assert people == sandbox.linkedin.connections()
    chosen = page(linkedin, "count=3", ":(id,headline,positions)")["values"]
    assert chosen[2] == {"id": "private"}
    sandbox.reset(linkedin_private_every=0)
    assert PRIVATE not in sandbox.linkedin.connections()


def test_connections_show_only_the_basic_profile(linkedin: httpx.Client) -> None:
    people = page(linkedin, "", ":(id,summary,specialties,educations,email-address)")["values"]
    assert all(set(person) == {"id"} for person in people)


def test_secure_urls(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    plain, secure = (linkedin.get(f"{OWN}?count=50&{query}").text for query in ("", "secure-urls=true"))
    assert "https://" not in plain
    assert "http://" not in secure
    assert page(linkedin, "secure-urls=true&count=2")["values"] == sandbox.linkedin.connections(secure=True)[:2]


def test_api_addresses_name_the_host_asked_or_the_one_that_is_set(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    url = page(linkedin, "count=1")["values"][0]["apiStandardProfileRequest"]["url"]
    assert url.startswith(f"{sandbox.url}/v1/people/")
    sandbox.reset(linkedin_url_host="api.linkedin.com")
    url = page(linkedin, "count=1")["values"][0]["apiStandardProfileRequest"]["url"]
    assert url.startswith("http://api.linkedin.com/v1/people/")


def test_shuffled_answers_hold_the_same(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    before, text = page(linkedin, "count=20"), linkedin.get(f"{OWN}?count=20").text
    sandbox.reset(linkedin_shuffle=True)
    shuffled = linkedin.get(f"{OWN}?count=20").text
    assert page(linkedin, "count=20") == before
    assert list(page(linkedin, "count=20")["values"][0]) != list(before["values"][0])
    assert shuffled != text
    assert sorted(line.strip() for line in shuffled.splitlines()[2:]) == sorted(
        line.strip() for line in text.splitlines()[2:]
    )


# --- whose ----------------------------------------------------------------------------------------------


def test_only_ones_own_may_be_read(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    me = sandbox.linkedin.member(sandbox.linkedin.ME, ":(id,public-profile-url)")
    other = sandbox.linkedin.member(5, ":(id,public-profile-url)")
    for who, status in ((me, 200), (other, 403)):
        url = who["publicProfileUrl"].replace("%", "%25").replace("/", "%2F")
        for path in (f"id={who['id']}", who["id"], f"url={url}", f"url={url.replace(':', '%3A')}"):
            answer = linkedin.get(f"/v1/people/{path}/connections:(id)?count=1")
            assert answer.status_code == status, path
    assert "<message>Access to connections denied</message>" in answer.text
    assert linkedin.get("/v1/people/id=nobody/connections").status_code == 403


def test_a_closed_product(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections_open=False)
    answer = linkedin.get(OWN, headers={"x-li-format": "json"})
    assert (answer.status_code, answer.json()["message"]) == (403, "Access to connections denied")
    assert linkedin.get("/v1/people-search").status_code == 200


# --- changes --------------------------------------------------------------------------------------------


def test_new_connections(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW)
    since = f"modified-since={int(NOW * 1000)}"
    assert page(linkedin, f"modified=new&{since}") == {"_total": 0}
    sandbox.linkedin.advance(1.5)
    number = sandbox.linkedin.connect()
    assert page(linkedin, f"modified=new&{since}") == {"_total": 1, "values": [sandbox.linkedin.member(number)]}
    assert page(linkedin, f"modified=new&modified-since={int(NOW * 1000) + 1501}") == {"_total": 0}
    assert page(linkedin, f"modified=updated&{since}") == {"_total": 0}
    assert sandbox.linkedin.connections()[-1] == sandbox.linkedin.member(number)
    assert page(linkedin, "start=1234") == {
        "_total": 1235, "_start": 1234, "_count": 1, "values": [sandbox.linkedin.member(number)],
    }  # fmt: skip
    assert sandbox.linkedin.connect() == number + 1


def test_a_new_connection_can_be_stamped_late(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW)
    sandbox.linkedin.connect(at=NOW - 60)
    assert page(linkedin, f"modified=new&modified-since={int(NOW - 60) * 1000}")["_total"] == 1
    assert page(linkedin, f"modified=new&modified-since={int(NOW - 59) * 1000}")["_total"] == 0


def test_updated_profiles(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW)
    before = sandbox.linkedin.member(7)
    sandbox.linkedin.update(7)
    query = f"modified=updated&modified-since={int(NOW * 1000)}"
    body = page(linkedin, query)
    assert body == {"_total": 1, "values": [sandbox.linkedin.member(7)]}
    assert body["values"][0]["headline"] != before.get("headline")
    assert {**body["values"][0], "headline": 0} == {**before, "headline": 0}
    sandbox.linkedin.advance(1)
    sandbox.linkedin.update(7)
    assert page(linkedin, query)["values"][0]["headline"] != body["values"][0]["headline"]
    with pytest.raises(ValueError, match="there is no member 999999"):
        sandbox.linkedin.update(999_999)


def test_lost_connections(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    gone = sandbox.linkedin.member(3)["id"]
    number = sandbox.linkedin.connect()
    sandbox.linkedin.disconnect(3)
    sandbox.linkedin.disconnect(number)
    assert page(linkedin)["_total"] == 1233
    assert gone not in numbers(linkedin, "")
    assert sandbox.linkedin.numbers()[2:4] == [2, 4]
    assert sandbox.linkedin.member(3, ":(distance)") == {"distance": 2}
    for who in (3, number, 2000):
        with pytest.raises(ValueError, match=f"member {who} is no connection"):
            sandbox.linkedin.disconnect(who)


def test_changes_are_seen_late(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW, linkedin_lag=60.0)
    before = sandbox.linkedin.member(7)
    number = sandbox.linkedin.connect()
    sandbox.linkedin.update(7)
    sandbox.linkedin.disconnect(9)
    since = f"modified-since={int(NOW * 1000)}"
    sandbox.linkedin.advance(59.999)
    for query in (f"modified=new&{since}", f"modified=updated&{since}"):
        assert page(linkedin, query) == {"_total": 0}
    assert page(linkedin)["_total"] == 1234
    assert sandbox.linkedin.member(7) == before
    sandbox.linkedin.advance(0.002)
    assert page(linkedin, f"modified=new&{since}")["values"] == [sandbox.linkedin.member(number)]
    assert page(linkedin, f"modified=updated&{since}")["values"] == [sandbox.linkedin.member(7)]
    assert 9 not in sandbox.linkedin.numbers()


def test_both_parameters_are_needed_and_milliseconds(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW)
    since = int(NOW * 1000)
    for query in ("modified=new", f"modified-since={since}", f"modified=odd&modified-since={since}"):
        assert page(linkedin, query, ":(id)")["_total"] == 1234
    assert page(linkedin, f"modified=new&modified-since={int(NOW)}", ":(id)")["_total"] == 1234  # seconds: in 1970
    month = page(linkedin, f"modified=new&modified-since={since - 30 * 86_400_000}", ":(id)")["_total"]
    assert 0 < month < 1234
    assert 0 < page(linkedin, f"modified=updated&modified-since={since - 30 * 86_400_000}", ":(id)")["_total"] < 1234


def test_the_filter_can_fail_as_it_once_did(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_ignores_since=True)
    assert page(linkedin, "modified=updated&modified-since=4000000000000", ":(id)")["_total"] == 1234


# --- the clock ------------------------------------------------------------------------------------------


def date(answer: httpx.Response) -> float:
    return email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()


def test_one_clock_rules_all(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(now=NOW)
    answer = linkedin.get(f"{OWN}?count=1")
    assert date(answer) == sandbox.linkedin.now() == NOW
    assert answer.headers.get_list("date") == [answer.headers["Date"]]
    sandbox.linkedin.advance(90)
    error = linkedin.get(f"{OWN}?count=x", headers={"x-li-format": "json"})
    assert date(error) == NOW + 90
    assert error.json()["timestamp"] == (NOW + 90) * 1000


def test_the_clock_can_be_wrong(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    here = date(linkedin.get(f"{OWN}?count=1"))
    sandbox.reset(linkedin_skew=-86_400.0)
    assert date(linkedin.get(f"{OWN}?count=1")) - here < -80_000
    sandbox.linkedin.advance(2 * 86_400)
    assert date(linkedin.get(f"{OWN}?count=1")) - here > 80_000


def test_a_reset_undoes_all_changes(sandbox: Sandbox) -> None:
    before = sandbox.linkedin.connections()
    control = sandbox.linkedin
    control.connect()
    control.update(0)
    control.disconnect(5)
    assert control.connections() != before
    sandbox.reset()
    assert control.connections() == before
