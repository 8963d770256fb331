"""Law 5: what the client says it spent is what the server charged, and bounds hold."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any

import anyio
import pytest
from lix_runs import COMPANY, POST, PROFILE, STREAMS, VIEWER, Stream, client, known
from tests.support.fake import SEARCH, FakeTransport, answer, refusal
from tests.support.fake import client as fake_client

from lixasync import LixasyncError, LixClient, Pager, QueuedError, RateLimit, RetryPolicy, StopReason
from lixasync.lix.operations import OPERATIONS
from lixasync.paging.page import Plan
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

LOST = {"reset", "cut"}
FAULTS = "500,cut,429,reset,empty,repeat,502-html,queued-200,shift,drip,queued,503"
PAID = tuple(stream for stream in STREAMS if OPERATIONS[stream.key].credits)


def charged(sandbox: Sandbox, *, lost: bool) -> dict[str, int]:
    """Return what the sandbox charged, by kind, for answers that were lost on the way or for the others.

    Two operations are counted apart, because no text says what they cost.
    """
    sums: Counter[str] = Counter()
    for event in sandbox.events():
        if (event["fault"] in LOST) is lost:
            unstated = event["path"] == "/v1/connections" or event["path"].startswith("/org/")
            for kind, name in (("standard", "credits"), ("org", "org_credits"), ("email", "email_credits")):
                sums["unstated" if unstated else kind] += event[name]
    return {kind: amount for kind, amount in sums.items() if amount}


async def mixed(lix: LixClient, sandbox: Sandbox, company: str) -> None:
    """Ask for something of every kind, several things at a time."""
    links = [sandbox.person(number)["link"] for number in range(0, 30, 5)]  # those with a valid e-mail address
    async with anyio.create_task_group() as group:
        for link in links:
            group.start_soon(lix.enrichment.person, link)
            group.start_soon(lix.contact.email, link)
            group.start_soon(lix.activity.posts(link).collect)
        group.start_soon(lix.connections(VIEWER, page_size=50).collect)
        group.start_soon(lix.search.people(SEARCH).collect)
        group.start_soon(lix.sales.facets("FUNCTION", page_size=10).collect)
        group.start_soon(lix.recruiter.candidates("SQL", max_items=60).collect)
        group.start_soon(lix.lookc.employees(company, page_size=20).collect)
        group.start_soon(lix.lookc.person_by_email, "robin-marlowe@example.com")
        group.start_soon(lix.enrichment.organisation, COMPANY)
        group.start_soon(lix.enrichment.post_reactions(POST).collect)
        group.start_soon(lix.account.daily_allowance)


@pytest.mark.parametrize("every", [0, 2, 3])
async def test_the_count_is_the_servers(sandbox: Sandbox, every: int) -> None:
    company = known(sandbox).company
    sandbox.reset(connections=400, search_results=120, faults=FAULTS, fault_every=every)
    async with client(sandbox) as lix:
        await mixed(lix, sandbox, company)
        quota = lix.limits.snapshot().quota
    assert quota.credits == charged(sandbox, lost=False)
    assert quota.lost == charged(sandbox, lost=True)
    assert quota.credits.keys() == {"standard", "org", "email", "unstated"}
    if every:
        assert len(sandbox.stats()["by_fault"]) >= 9


class TestEmails:
    @pytest.mark.parametrize(
        ("number", "status"), [(0, "VALID"), (1, "VALID"), (2, "PROBABLE"), (3, "RISKY"), (4, "UNKNOWN")]
    )
    async def test_only_a_valid_one_costs(self, sandbox: Sandbox, number: int, status: str) -> None:
        async with client(sandbox) as lix:
            found = await lix.contact.email(sandbox.person(number)["link"])
            spent = lix.limits.snapshot().quota.credits
        assert (found.status, found.is_valid) == (status, status == "VALID")
        assert (found.email is None) is (status == "UNKNOWN")
        assert spent == charged(sandbox, lost=False) == ({"email": 1} if status == "VALID" else {})

    @pytest.mark.parametrize(
        ("number", "until", "asks", "status"),
        [
            (2, 1, 1, "PROBABLE"),
            (2, 3, 3, "PROBABLE"),
            (2, 4, 4, "VALID"),
            (2, 10, 4, "VALID"),
            (0, 10, 1, "VALID"),
            (3, 10, 1, "RISKY"),
            (4, 10, 1, "UNKNOWN"),
        ],
    )
    async def test_it_is_asked_for_until_it_is_valid(
        self, sandbox: Sandbox, number: int, until: int, asks: int, status: str
    ) -> None:
        sandbox.reset(email_valid_after=3)
        async with client(sandbox) as lix:
            found = await lix.contact.email(sandbox.person(number)["link"], until_valid=until)
            spent = lix.limits.snapshot().quota.credits
        assert found.status == status
        assert sandbox.stats()["arrivals"] == asks
        assert spent == ({"email": 1} if status == "VALID" else {})


class TestRefusals:
    @pytest.mark.parametrize("status", [200, 400, 402, 404, 429, 500, 503])
    async def test_one_costs_nothing_whatever_its_status(self, status: int) -> None:
        transport = FakeTransport([refusal(status, "queued")])
        lix = fake_client(transport, retry=RetryPolicy(attempts=1))
        with pytest.raises(QueuedError):
            await lix.enrichment.person(PROFILE)
        quota = lix.limits.snapshot().quota
        assert (quota.credits, quota.lost) == ({}, {})

    async def test_an_answer_that_cannot_be_read_may_have_been_charged(self) -> None:
        transport = FakeTransport([answer("x"), answer({"name": "Robin Marlowe"})])
        lix = fake_client(transport, retry=RetryPolicy(attempts=1))
        with pytest.raises(LixasyncError):
            await lix.enrichment.person(PROFILE)
        assert lix.limits.snapshot().quota.credits == {"standard": 1}


class TestMaxCredits:
    @pytest.mark.parametrize("stream", PAID, ids=lambda stream: stream.key)
    async def test_so_many_pages_and_no_more(self, sandbox: Sandbox, stream: Stream) -> None:
        ids = known(sandbox, **stream.settings)
        async with client(sandbox) as lix:
            pager = stream.open(lix, ids, max_credits=2)
            await pager.collect()
            spent = lix.limits.snapshot().quota.credits
            assert await stream.open(lix, ids, max_credits=0).collect() == []
        one = stream.key == "sales.leads_by"
        assert pager.stopped is (StopReason.SERVER_CAP if one else StopReason.MAX_CREDITS)
        assert sum(spent.values()) == sum(charged(sandbox, lost=False).values()) == (1 if one else 2)
        assert pager.plan().credits == (1 if one else 2)

    @pytest.mark.parametrize("most", [1, 3, 5])
    @pytest.mark.parametrize("fault", ["cut", "reset", "empty", "500", "repeat", "shift"])
    async def test_answers_that_were_lost_do_not_pass_it_either(self, sandbox: Sandbox, fault: str, most: int) -> None:
        sandbox.reset(connections=400, faults=fault, fault_every=2)
        async with client(sandbox) as lix:
            with contextlib.suppress(LixasyncError):
                await lix.connections(page_size=50, max_credits=most).collect()
        spent = charged(sandbox, lost=False).get("unstated", 0) + charged(sandbox, lost=True).get("unstated", 0)
        assert spent == most

    async def test_what_is_free_is_not_bounded(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            assert len(await lix.sales.facets("FUNCTION", page_size=1).collect()) == 26
            assert lix.limits.snapshot().quota.credits == {}


class TestPlans:
    RATE = RateLimit(1, per=3.0, margin=0.0)

    def planned(self, call: Any) -> Plan:
        pager = call(fake_client(FakeTransport(), viewer_id="me", rate_limit=self.RATE))
        assert isinstance(pager, Pager)
        return pager.plan()

    @pytest.mark.parametrize(
        ("call", "items", "requests", "cost"),
        [
            (lambda lix: lix.connections(max_items=2500), 2500, 3, 3),
            (lambda lix: lix.connections(), None, None, None),
            (lambda lix: lix.connections(max_credits=7), None, 7, 7),
            (lambda lix: lix.search.people(SEARCH), 1000, 100, 100),
            (lambda lix: lix.search.people(SEARCH, max_items=31), 31, 4, 4),
            (lambda lix: lix.sales.leads(titles="x"), 2500, 100, 100),
            (lambda lix: lix.sales.leads(titles="x", max_credits=3), 2500, 3, 3),
            (lambda lix: lix.sales.leads(titles="x", partition_by="functions", max_items=50), 50, None, None),
            (lambda lix: lix.sales.leads_by(keywords="x"), 25, 1, 1),
            (lambda lix: lix.sales.facets("TITLE", max_items=150), 150, 2, 0),
            (lambda lix: lix.recruiter.candidates("x"), 2500, 100, 100),
            (lambda lix: lix.activity.posts(PROFILE, max_items=60), 60, 3, 3),
            (lambda lix: lix.messages.list(conversation_id="c", max_items=60), 60, None, None),
            (lambda lix: lix.account.linkedin_accounts(max_items=12), 12, 3, 0),
        ],
    )
    async def test_what_is_known_before(
        self, call: Any, items: int | None, requests: int | None, cost: int | None
    ) -> None:
        plan = self.planned(call)
        assert (plan.items, plan.requests, plan.credits) == (items, requests, cost)
        assert plan.seconds == (None if requests is None else 3.0 * (requests - 1))

    async def test_lookc_is_planned_at_its_own_rate(self) -> None:
        plan = self.planned(lambda lix: lix.lookc.employees("c", page_size=10, max_items=1010))
        assert (plan.requests, plan.credits) == (101, 101)
        assert plan.seconds == pytest.approx(100 * 1.05 / 50)

    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    @pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.key)
    async def test_no_run_costs_more_than_its_plan(self, sandbox: Sandbox, stream: Stream) -> None:
        ids = known(sandbox, **{name: value for name, value in stream.settings.items() if name != "activity_page"})
        async with client(sandbox) as lix:
            pager = stream.open(lix, ids, max_items=stream.items)
            plan = pager.plan()
            await pager.collect()
            spent = sum(lix.limits.snapshot().quota.credits.values())
        assert plan.items == stream.items
        assert plan.credits is None or spent <= plan.credits
