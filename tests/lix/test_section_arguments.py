"""Bad input: refused before any request, with words on what was wrong and what to do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from lix_runs import (
    ACCOUNTS,
    COMPANY,
    JOBS,
    ORGANISATIONS,
    POST,
    POSTS,
    PROFILE,
    STREAMS,
    Known,
    Stream,
    client,
)
from tests.support.fake import LEADS, SEARCH, FakeTransport, answer
from tests.support.fake import client as fake_client

from lixasync import (
    CursorError,
    InvalidArgumentError,
    LixClient,
    Pager,
    PageSizeError,
    SearchURLError,
    Skill,
    Suggestion,
    UsageError,
)
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NO_ID = Suggestion(text="SQL")
IDS = Known(company="c", conversation="urn", thread="t")

Call = Callable[[LixClient], Any]


async def made(outcome: Any) -> None:
    if inspect.isawaitable(outcome):
        await outcome
    else:
        assert isinstance(outcome, Pager)
        await outcome.first()


async def refused(call: Call, match: str, kind: type[UsageError] = InvalidArgumentError, **settings: Any) -> None:
    transport = FakeTransport([answer({})])
    async with fake_client(transport, **{"viewer_id": "me", **settings}) as lix:
        with pytest.raises(kind, match=match):
            await made(call(lix))
    assert not transport.requests


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda lix: lix.invitations.send(PROFILE, message="x" * 301), r"message has 301 .*300 are allowed.*Shorten"),
        (lambda lix: lix.invitations.send(PROFILE, message="🌊" * 301), "message has 301 characters"),
        (lambda lix: lix.messages.send("x" * 8001, conversation_id="c"), r"body has 8,001 .*8,000 .*nothing was sent"),
    ],
)
async def test_what_is_too_long(call: Call, match: str) -> None:
    await refused(call, match)


async def test_what_is_just_not_too_long(sandbox: Sandbox) -> None:
    async with client(sandbox) as lix:
        await lix.invitations.send(PROFILE, message="🌊" * 300)
        await lix.messages.send("x" * 8000, conversation_id="c")
    assert [len(sandbox.stats()[name]) for name in ("invitations", "sends")] == [1, 1]


@pytest.mark.parametrize(
    "call",
    [
        lambda lix: lix.invitations.send(PROFILE, message=""),
        lambda lix: lix.invitations.send(PROFILE, message=" \n"),
        lambda lix: lix.invitations.send(profile_id=""),
        lambda lix: lix.messages.send("", conversation_id="c"),
        lambda lix: lix.messages.send("  ", conversation_id="c"),
        lambda lix: lix.messages.send(None, conversation_id="c"),
        lambda lix: lix.messages.send("half \ud83c", conversation_id="c"),
        lambda lix: lix.messages.send("x", conversation_id=" "),
        lambda lix: lix.messages.list(conversation_urn=""),
        lambda lix: lix.sales.send_message("", thread_id="t"),
        lambda lix: lix.sales.send_message("x", thread_id=""),
        lambda lix: lix.sales.send_message("x", recipients=[""], subject="s"),
        lambda lix: lix.sales.send_message("x", recipients=[7], subject="s"),
        lambda lix: lix.sales.send_message("x", thread_id="t", subject=" "),
        lambda lix: lix.sales.thread(" "),
        lambda lix: lix.sales.threads(filter=""),
        lambda lix: lix.sales.facets(""),
        lambda lix: lix.sales.leads_by(person_title=""),
        lambda lix: lix.sales.leads_by(organisation=Suggestion(id="1")),
        lambda lix: lix.sales.leads_by(keywords=" "),
        lambda lix: lix.sales.leads(""),
        lambda lix: lix.recruiter.facets(""),
        lambda lix: lix.recruiter.facets("a", type=""),
        lambda lix: lix.recruiter.candidates([""]),
        lambda lix: lix.enrichment.employment(profile_id=" "),
        lambda lix: lix.enrichment.organisations_by_website(""),
        lambda lix: lix.enrichment.organisations_by_domain(""),
        lambda lix: lix.ids.person(lix_id=""),
        lambda lix: lix.ids.organisation(sales_nav_id=" "),
        lambda lix: lix.lookc.request(""),
        lambda lix: lix.lookc.employees(" "),
        lambda lix: lix.search.people(SEARCH, viewer_id=""),
        lambda lix: lix.connections(" "),
    ],
)
async def test_what_is_no_text_or_an_empty_one(call: Call) -> None:
    await refused(call, "must be a text that is not empty|holds half a character")


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda lix, **given: lix.messages.list(**given), ["conversation_id", "conversation_urn"]),
        (lambda lix, **given: lix.messages.send("x", **given), ["conversation_id", "conversation_urn"]),
        (lambda lix, **given: lix.messages.around(NOW, before=1, **given), ["conversation_id", "conversation_urn"]),
        (lambda lix, **given: lix.invitations.send(**given), ["profile_link", "profile_id"]),
        (lambda lix, **given: lix.enrichment.person(**given), ["profile_link", "email"]),
        (lambda lix, **given: lix.enrichment.employment(**given), ["profile_link", "profile_id"]),
        (lambda lix, **given: lix.ids.person(**given), ["sales_nav_id", "li_flagship_id", "lix_id"]),
        (lambda lix, **given: lix.ids.organisation(**given), ["sales_nav_id", "li_flagship_id", "lix_id"]),
        (lambda lix, **given: lix.sales.send_message("x", subject="s", **given), ["thread_id", "recipients"]),
    ],
)
async def test_exactly_one_must_be_given(call: Any, names: list[str]) -> None:
    listed = ", ".join(names)
    await refused(call, f"Exactly one of {listed} must be given; none is")
    for count in range(2, len(names) + 1):
        given = dict.fromkeys(names[-count:], "x")
        await refused(lambda lix, given=given: call(lix, **given), f"Exactly one of {listed} must be given; .* are")


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda lix: lix.sales.send_message("x", recipients=PROFILE), r"needs a subject.*subject="),
        (
            lambda lix: lix.sales.send_message("x", recipients=[], subject="s"),
            "recipients is .*one recipient, or several",
        ),
        (lambda lix: lix.messages.around(datetime(2026, 11, 1), before=1, conversation_id="c"), "time zone.*UTC"),  # noqa: DTZ001 - what is refused
        (lambda lix: lix.messages.around("today", before=1, conversation_id="c"), "datetime with a time zone"),
        (lambda lix: lix.messages.around(NOW, conversation_id="c"), "before and after are both 0.*Set one"),
        (lambda lix: lix.messages.around(NOW, before=-1, conversation_id="c"), "before is -1.*from 0 up"),
        (lambda lix: lix.messages.around(NOW, after=1.5, conversation_id="c"), "after is 1.5.*whole number"),
        (lambda lix: lix.sales.thread("t", message_count=0), "message_count is 0.*from 1 up"),
        (lambda lix: lix.contact.email(PROFILE, until_valid=0), "until_valid is 0.*from 1 up"),
        (lambda lix: lix.contact.email(PROFILE, until_valid=True), "until_valid is True.*whole number"),
        (lambda lix: lix.lookc.person_by_email("a@b.c", max_wait=-1), "max_wait is -1.*0 seconds or more"),
        (lambda lix: lix.lookc.person_by_email("a@b.c", max_wait=float("nan")), "max_wait is nan"),
        (lambda lix: lix.recruiter.candidates([]), "must be a skill or several"),
        (lambda lix: lix.recruiter.candidates(7), "must be a skill or several"),
        (lambda lix: lix.recruiter.candidates(NO_ID), "suggestion without an id"),
        (lambda lix: lix.recruiter.candidates([Skill(name=NO_ID)]), "suggestion without an id"),
        (lambda lix: lix.sales.leads_by(), "no filter.*Give person_title, location, organisation or keywords"),
        (lambda lix: lix.sales.leads_by(location="x", location_parameter="place"), "'location' or 'locations'"),
        (lambda lix: lix.sales.leads(), "no filter.*Filters are keywords"),
        (lambda lix: lix.sales.leads(title="x"), "no filter 'title'.*Did you mean 'titles'"),
        (lambda lix: lix.sales.accounts(titles="x"), "A search for accounts has no filter 'titles'"),
        (lambda lix: lix.search.people(functions="x"), "A search for people has no filter 'functions'"),
        (lambda lix: lix.sales.leads(titles=[]), "titles is empty.*Pass None"),
        (lambda lix: lix.sales.leads(relationship=4), "relationship holds 4.*one of: 1, 2, 3"),
        (lambda lix: lix.sales.accounts(annual_revenue=(5, 1)), r"must be \(from, to\)"),
        (
            lambda lix: lix.sales.leads(LEADS, titles="x", keywords="y"),
            r"Both a URL and filters.*titles, keywords.*one",
        ),
        (lambda lix: lix.sales.leads(LEADS, partition_by="functions"), "URL cannot be divided.*titles="),
        (lambda lix: lix.sales.leads(titles="x", partition_by="titles"), "divides nothing.*several values"),
        (
            lambda lix: lix.sales.leads(titles="x", partition_by="keywords"),
            "cannot be divided by 'keywords'.*functions",
        ),
        (lambda lix: lix.sales.leads(titles="x", partition_by=[]), "must name one filter"),
        (lambda lix: lix.sales.leads(titles="x", partition_by=["functions"] * 2), "several different"),
        (lambda lix: lix.sales.leads(titles="x", partition_by="function"), "no filter 'function'.*mean 'functions'"),
        (
            lambda lix: lix.sales.send_message("x", thread_id="t", copy_to_crm="yes"),
            "copy_to_crm is 'yes'.*True or False",
        ),
        (lambda lix: lix.sales.leads_url(), "no filter"),
        (lambda lix: lix.sales.accounts_url(nothing=1), "has no filter"),
        (lambda lix: lix.search.people_url(title=7), "must be a text"),
        (lambda lix: lix.enrichment.organisations_by_domain("https://a.example"), "bare domain.*by_website"),
    ],
)
async def test_other_arguments(call: Call, match: str) -> None:
    await refused(call, match)


@pytest.mark.parametrize(
    ("call", "good"),
    [
        (lambda lix, url: lix.search.people(url), SEARCH),
        (lambda lix, url: lix.search.jobs(url), JOBS),
        (lambda lix, url: lix.search.posts(url), POSTS),
        (lambda lix, url: lix.search.organisations(url), ORGANISATIONS),
        (lambda lix, url: lix.sales.leads(url), LEADS),
        (lambda lix, url: lix.sales.accounts(url), ACCOUNTS),
    ],
)
async def test_what_is_no_such_search(call: Any, good: str) -> None:
    others = {SEARCH, JOBS, POSTS, ORGANISATIONS, LEADS, ACCOUNTS, PROFILE, COMPANY} - {good}
    spoiled = {
        good.replace("www.linkedin.com", "www.example.com"),
        good.replace("https", "ftp"),
        "engineers",
        "https://[",
    }
    for url in others | spoiled:
        await refused(
            lambda lix, url=url: call(lix, url), r"not the URL of such a search.*Copy.*such as", SearchURLError
        )


@pytest.mark.parametrize("link", ["robin-marlowe", "https://example.com/in/x", "https://www.linkedin.com/in/", COMPANY])
@pytest.mark.parametrize(
    "call",
    [
        lambda lix, link: lix.enrichment.person(link),
        lambda lix, link: lix.enrichment.employment(link),
        lambda lix, link: lix.enrichment.extended(link),
        lambda lix, link: lix.activity.posts(link),
        lambda lix, link: lix.activity.comments(link),
        lambda lix, link: lix.activity.reactions(link),
        lambda lix, link: lix.contact.email(link),
        lambda lix, link: lix.invitations.send(link),
    ],
)
async def test_what_is_no_profile(call: Any, link: str) -> None:
    await refused(lambda lix: call(lix, link), "not the address of a LinkedIn profile.*looks like")


@pytest.mark.parametrize(
    "link", ["acme", "https://example.com/company/x", "https://www.linkedin.com/company/", PROFILE]
)
@pytest.mark.parametrize(
    "call", [lambda lix, link: lix.enrichment.organisation(link), lambda lix, link: lix.enrichment.followers(link)]
)
async def test_what_is_no_company(call: Any, link: str) -> None:
    await refused(lambda lix: call(lix, link), "not the address of a company.*looks like")


@pytest.mark.parametrize("value", ["", "12a", "-3", -3, "\uff11\uff12", "1.5", 2.5, True, None])
@pytest.mark.parametrize(
    "call",
    [
        lambda lix, value: lix.enrichment.job(value),
        lambda lix, value: lix.enrichment.hirers(value),
        lambda lix, value: lix.sales.lead_list(value),
        lambda lix, value: lix.sales.account_list(value),
    ],
)
async def test_what_are_no_digits(call: Any, value: Any) -> None:
    await refused(lambda lix: call(lix, value), "must consist of digits|must be a text")


@pytest.mark.parametrize("urn", ["7019605025920286720", "urn:li:activity", "urn:li:activity:7 0", POST + "\n x"])
@pytest.mark.parametrize("name", ["post", "post_comments", "post_reactions"])
async def test_what_is_no_urn(name: str, urn: str) -> None:
    await refused(lambda lix: getattr(lix.enrichment, name)(urn), "not the URN of a post.*urn:li:activity:")


@pytest.mark.parametrize("email", ["robin", "robin@", "@example.com", "a b@example.com", "a@b@c"])
@pytest.mark.parametrize(
    "call", [lambda lix, email: lix.enrichment.person(email=email), lambda lix, email: lix.lookc.person_by_email(email)]
)
async def test_what_is_no_email_address(call: Any, email: str) -> None:
    await refused(lambda lix: call(lix, email), "must be an e-mail address")


@pytest.mark.parametrize(
    "call",
    [
        lambda lix: lix.connections(),
        lambda lix: lix.sales.lead_list(7),
        lambda lix: lix.sales.account_list(7),
        lambda lix: lix.sales.threads(),
        lambda lix: lix.sales.thread("t"),
        lambda lix: lix.sales.send_message("x", thread_id="t"),
        lambda lix: lix.enrichment.followers(COMPANY),
        lambda lix: lix.messages.conversations(),
        lambda lix: lix.messages.list(conversation_id="c"),
        lambda lix: lix.messages.around(NOW, before=1, conversation_id="c"),
        lambda lix: lix.messages.send("x", conversation_id="c"),
        lambda lix: lix.invitations.send(PROFILE),
        lambda lix: lix.invitations.remaining(),
        lambda lix: lix.account.linkedin_account(),
    ],
)
async def test_where_a_viewer_is_needed(call: Call) -> None:
    await refused(call, "needs a viewer.*LIX_VIEWER_ID", viewer_id=None)


@pytest.mark.parametrize(
    ("call", "cap"),
    [
        (lambda lix, size: lix.connections(page_size=size), 1000),
        (lambda lix, size: lix.enrichment.followers(COMPANY, page_size=size), 100),
        (lambda lix, size: lix.sales.facets("TITLE", page_size=size), 100),
        (lambda lix, size: lix.recruiter.facets("a", page_size=size), 100),
        (lambda lix, size: lix.sales.threads(page_size=size), None),
        (lambda lix, size: lix.messages.conversations(page_size=size), None),
        (lambda lix, size: lix.lookc.employees("c", page_size=size), None),
    ],
)
async def test_page_sizes(call: Any, cap: int | None) -> None:
    for size in (0, -1, 2.5, True, "5", *([] if cap is None else [cap + 1])):
        match = "1 or more items.*max_items" if cap is None else f"1 to {cap} items.*max_items"
        await refused(lambda lix, size=size: call(lix, size), match, PageSizeError)
    assert isinstance(call(fake_client(FakeTransport(), viewer_id="me"), cap or 10_000), Pager)


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.key)
async def test_cursors_of_other_streams_and_bounds_that_are_none(stream: Stream) -> None:
    lix = fake_client(FakeTransport(), viewer_id="me")
    for other in STREAMS:
        if other.key != stream.key:
            cursor = other.open(lix, IDS).cursor
            await refused(lambda lix, cursor=cursor: stream.open(lix, IDS, resume=cursor), "another query", CursorError)
    await refused(lambda lix: stream.open(lix, IDS, resume="page 2"), "not a cursor.*lixasync1-", CursorError)
    await refused(lambda lix: stream.open(lix, IDS, max_items=-1), "max_items is -1")


@pytest.mark.parametrize(
    "cookies",
    [
        None,
        {},
        [],
        "li_at=AQED-x",
        ["li_at"],
        [("li_at",)],
        {"li_at": ""},
        {"": "AQED-x"},
        {"li_at": 7},
        [(1, "AQED-x")],
        7,
    ],
)
async def test_cookies_that_are_none_are_not_shown(cookies: Any) -> None:
    transport = FakeTransport()
    with pytest.raises(InvalidArgumentError, match=r"names and values.*www\.linkedin\.com") as caught:
        await fake_client(transport).account.put_linkedin_account(cookies)
    assert "AQED" not in f"{caught.value!r}{caught.value.hint}"
    assert not transport.requests
