"""Searches whose URL is too long for an address: they go by a form, and everything else stays as it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from lix_runs import ACCOUNTS, VIEWER, client
from tests.support.fake import SEARCH, FakeTransport, answer
from tests.support.fake import client as fake_client

from lixasync import InvalidArgumentError, LixClient, RetryPolicy, ServerError, Suggestion, Text
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

PATH = "/v1/li/sales/search/people"
BASE = "https://www.linkedin.com/sales/search/people#query=(keywords:a%252Cb)&x="
LONGEST = 6000  # of the URL, encoded as a parameter
MANY = [Text(f"Engineer no. {number}, {'x' * 40}") for number in range(80)]


def url_of(length: int) -> str:
    """Return a search URL that is so long when it is encoded."""
    return BASE + "y" * (length - len(quote(BASE, safe="")))


def page(*, first: int, total: int, sequence: str = "sbx-1") -> Any:
    people = [{"link": f"https://www.linkedin.com/in/p{number}"} for number in range(first, min(first + 25, total))]
    return answer(
        {"people": people, "paging": {"total": total, "start": first, "count": 25}, "meta": {"sequenceId": sequence}}
    )


async def test_up_to_a_length_it_is_a_get_and_from_then_on_a_form() -> None:
    transport = FakeTransport([page(first=0, total=3)])
    lix = fake_client(transport)
    for length in (LONGEST, LONGEST + 1):
        await lix.sales.leads(url_of(length)).collect()
    get, post = transport.requests
    assert (get.method, get.body) == ("GET", None)
    assert get.url == f"https://api.lix-it.com{PATH}?url={quote(url_of(LONGEST), safe='')}"
    assert (post.method, post.url) == ("POST", f"https://api.lix-it.com{PATH}")
    assert ("content-type", "application/x-www-form-urlencoded") in post.headers
    assert parse_qsl((post.body or b"").decode(), strict_parsing=True) == [("url", url_of(LONGEST + 1))]


async def test_the_viewer_stays_in_the_address_and_the_rest_goes_into_the_form() -> None:
    transport = FakeTransport([page(first=0, total=60), page(first=25, total=60), page(first=50, total=60)])
    url = url_of(LONGEST + 500)
    people = await fake_client(transport).sales.leads(url, viewer_id="me").collect()
    assert len(people) == 60
    assert {request.url for request in transport.requests} == {f"https://api.lix-it.com{PATH}?viewer_id=me"}
    forms = [parse_qsl((request.body or b"").decode()) for request in transport.requests]
    assert forms[0] == [("url", url)]
    assert forms[1] == [("url", f"{url}&page=2"), ("sequence_id", "sbx-1")]
    assert forms[2] == [("url", f"{url}&page=3"), ("sequence_id", "sbx-1")]


async def test_a_form_only_reads_so_it_is_repeated(sandbox: Sandbox) -> None:
    sandbox.reset(leads=120, faults="500,cut,429,reset,empty,503", fault_every=2)
    async with client(sandbox) as lix:
        people = await lix.sales.leads(url_of(LONGEST + 1)).collect()
        quota = lix.limits.snapshot().quota
    assert [person.raw for person in people] == [sandbox.person(number) for number in range(120)]
    assert {event["method"] for event in sandbox.events()} == {"POST"}
    assert quota.credits["standard"] + quota.lost.get("standard", 0) == 10_000 - sandbox.stats()["credits_left"]


async def test_an_error_of_a_form_says_where_to_go_on() -> None:
    transport = FakeTransport([page(first=0, total=60), answer({"error": {"type": "api_error"}}, 500)])
    lix = fake_client(transport, retry=RetryPolicy(attempts=1))
    pager = lix.sales.leads(url_of(7000))
    with pytest.raises(ServerError) as caught:
        await pager.collect()
    assert caught.value.operation == "search_sales_leads_form"
    again = FakeTransport([page(first=25, total=60), page(first=50, total=60)])
    rest = await fake_client(again).sales.leads(url_of(7000), resume=caught.value.cursor).collect()
    assert [person.link for person in rest] == [f"https://www.linkedin.com/in/p{number}" for number in range(25, 60)]


@pytest.mark.parametrize("viewer", [None, VIEWER])
async def test_many_filters(sandbox: Sandbox, viewer: str | None) -> None:
    sandbox.reset(leads=2000)
    async with client(sandbox, viewer_id=viewer) as lix:
        everyone = [title async for title in lix.sales.facets("TITLE")]
        titles = [Suggestion(id=each.id, text=each.text) for each in everyone if "Engineer" in (each.text or "")]
        people = await lix.sales.leads(titles=[*titles, *MANY]).collect()
        same = await lix.sales.leads(titles=titles).collect()
    methods = {(event["method"], event["query"]) for event in sandbox.events() if event["method"] == "POST"}
    assert methods == {("POST", "" if viewer is None else f"viewer_id={viewer}")}
    assert people == same
    assert len(people) > 75


@pytest.mark.parametrize(
    "call",
    [
        lambda lix: lix.search.people(SEARCH + "y" * 70_000),
        lambda lix: lix.sales.accounts(ACCOUNTS + "y" * 70_000),
    ],
)
async def test_what_has_no_form_and_is_far_too_long(call: Any) -> None:
    transport = FakeTransport()
    lix: LixClient = fake_client(transport)
    with pytest.raises(InvalidArgumentError, match=r"URL of 70,.* characters.*Shorten"):
        await call(lix).first()
    assert not transport.requests
