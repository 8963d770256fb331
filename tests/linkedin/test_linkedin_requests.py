"""The request lines that recorded clients sent come out to the byte."""

from __future__ import annotations

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.support.fake import FakeTransport, answer, linkedin

from lixasync import AccessToken, Fields, LinkedInClient, MissingKeyError

pytestmark = pytest.mark.anyio

RECORDED = {
    row["id"]: row
    for row in csv.DictReader(
        (Path(__file__).parents[1] / "fixtures/linkedin/requests.csv").read_text(encoding="utf-8").splitlines()
    )
}
PERSON_FIELDS = Fields("id", "first-name", "last-name", "public-profile-url", "picture-url")

Call = Callable[[LinkedInClient], Awaitable[Any]]


def _lists(make: Callable[[LinkedInClient], Any]) -> Call:
    return lambda linkedin: make(linkedin).collect()


CALLS: dict[str, Call] = {
    "r01": _lists(lambda c: c.connections(page_size=None)),
    "r02": _lists(lambda c: c.connections(page_size=None, modified="new", modified_since=1391317200000)),
    "r03": _lists(lambda c: c.connections(page_size=None)),
    "r04": lambda c: c.request(
        "GET",
        "/v1/people/~/connections:(id,first-name,picture-url,public-profile-url)",
        params={"format": "json"},
    ),
    "r05": lambda c: c.request("GET", "/v1/people/url=http:%2F%2Fwww.linkedin.com%2Fin%2Fsomeone"),
    "r06": _lists(lambda c: c.search.people(keywords="josé", page_size=None)),
    "r07": _lists(lambda c: c.search.people(keywords="github", start=5, page_size=5)),
    "r08": _lists(lambda c: c.search.people(first_name="Nils", last_name="Jarnbeck", page_size=None)),
    "r09": _lists(
        lambda c: c.search.people(first_name="Soren", last_name="Mossgrave", fields=PERSON_FIELDS, page_size=None)
    ),
    "r10": _lists(lambda c: c.search.people(company="acme", page_size=None)),
    "r11": _lists(lambda c: c.search.people(keywords="ruby rails", page_size=None)),
    "r12": lambda c: c.request("GET", "/v1/people::(email=a@example.com):(id)"),
    "r14": lambda c: c.request("GET", "/v1/people/id=20433218"),
}

EMPTY = {"people": {"_total": 0}, "_total": 0}


def split(url: str) -> tuple[str, list[str]]:
    """Return path and query parameters as they were sent, the parameters in some fixed order."""
    path, _, query = url.removeprefix("https://api.linkedin.com").partition("?")
    return path, sorted(query.split("&")) if query else []


@pytest.mark.parametrize("row", RECORDED)
async def test_the_bytes_of_path_and_query(row: str) -> None:
    recorded = RECORDED[row]
    if row == "r13":  # sent without any token, and answered with 401: here it does not leave
        with pytest.raises(MissingKeyError, match="No access token"):
            LinkedInClient()
        return
    transport = FakeTransport([answer(EMPTY)])
    token = AccessToken("T", form="query") if "oauth2_access_token" in recorded["url"] else "T"
    generation = "2009" if row == "r11" else "2010"
    async with linkedin(transport, token, generation=generation) as client:
        await CALLS[row](client)
    sent = transport.requests[0]
    assert sent.method == recorded["method"]
    assert split(sent.url) == split(recorded["url"])
    if recorded["format"]:
        assert dict(sent.headers)["x-li-format"] == recorded["format"]


async def test_a_selector_by_method_comes_out_like_the_one_by_hand() -> None:
    transport = FakeTransport([answer(EMPTY)])
    async with linkedin(transport) as client:
        await client.connections(fields="id,first-name,picture-url,public-profile-url").collect()
    assert urlsplit(transport.requests[0].url).path == urlsplit(RECORDED["r04"]["url"]).path


async def test_start_and_count_are_sent_unless_they_are_left_to_the_server() -> None:
    transport = FakeTransport([answer(EMPTY)])
    async with linkedin(transport) as client:
        await client.connections().collect()
        await client.search.people(keywords="x").collect()
    assert [parse_qsl(urlsplit(request.url).query) for request in transport.requests] == [
        [("start", "0"), ("count", "500")],
        [("keywords", "x"), ("start", "0"), ("count", "10")],
    ]


@pytest.mark.parametrize(
    ("member", "path"),
    [
        (None, "/v1/people/~/connections"),
        ("~", "/v1/people/~/connections"),
        ("2SZyCidpY7", "/v1/people/id=2SZyCidpY7/connections"),
        (
            "http://www.linkedin.com/in/someone",
            "/v1/people/url=http:%2F%2Fwww.linkedin.com%2Fin%2Fsomeone/connections",
        ),
    ],
)
async def test_how_a_member_is_named_in_a_path(member: str | None, path: str) -> None:
    transport = FakeTransport([answer(EMPTY)])
    async with linkedin(transport) as client:
        await client.connections(member).collect()
    assert urlsplit(transport.requests[0].url).path == path


@pytest.mark.parametrize("generation", ["2009", "2010"])
async def test_a_plus_of_the_caller_stays_one_and_a_space_never_becomes_one(generation: str) -> None:
    transport = FakeTransport([answer(EMPTY)])
    async with linkedin(transport, generation=generation) as client:
        await client.search.people(keywords="c++ developer", company="Fern + Hill").collect()
    query = urlsplit(transport.requests[0].url).query
    assert dict(parse_qsl(query)) == {
        "keywords": "c++ developer",
        "company" if generation == "2009" else "company-name": "Fern + Hill",
        "start": "0",
        "count": "10",
    }
    assert query.count("%2B") == 3
