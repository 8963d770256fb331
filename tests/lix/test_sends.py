"""Law 4: what is sent is sent once, whatever goes wrong; and the weekly limit of invitations."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import attrs
import pytest
from lix_runs import PROFILE, client, known
from tests.support.fake import FakeTransport, answer, refusal
from tests.support.fake import client as fake_client

from lixasync import (
    AttemptTimeoutError,
    ConnectError,
    DeadlineExceeded,
    LixasyncError,
    LixClient,
    RateLimit,
    RateLimitError,
    RetryPolicy,
    WeeklyLimitError,
)
from lixasync.lix.answers import next_monday
from lixasync.sandbox import FAULTS, Sandbox

pytestmark = pytest.mark.anyio

Send = Callable[[LixClient, str], Awaitable[Any]]

PATIENT = RetryPolicy(attempts=6, base=0.0, queued_pause=0.0, queued_attempts=6)
WEEKLY = "weekly connection request limit reached"
NOT_DONE_AND_PROVEN = {"429", "429-after"}
NOT_DONE = {"429-weekly", "500", "503", "502-html", "200-html", "queued", "queued-200", "daily_limit", "viewer"}
DONE_BUT_LOST = {"reset", "cut", "empty"}
HARMLESS = set(FAULTS) - NOT_DONE_AND_PROVEN - NOT_DONE - DONE_BUT_LOST

SENDS: dict[str, Send] = {
    "sends": lambda lix, text: lix.messages.send(text, conversation_id="c1"),
    "sales_messages": lambda lix, text: lix.sales.send_message(text, thread_id="t1"),
    "invitations": lambda lix, text: lix.invitations.send(profile_id=text),
}
"""The calls that send, by the name of the sandbox's account of them."""


def settings(fault: str, position: int, times: int) -> dict[str, Any]:
    """Return settings under which some arrivals in a row suffer a fault, and no others."""
    faults = ["slow"] * (position - 1) + [fault] * times + ["slow"] * 50
    return {"faults": faults, "fault_every": 1, "slow_seconds": 0}


def places(fault: str) -> list[tuple[int, int]]:
    """Return where a fault strikes, and how often in a row."""
    return [(1, 1), (2, 1), (3, 1), *([(1, 2)] if fault == "429" else [])]


async def send_three(sandbox: Sandbox, send: Send) -> list[LixasyncError | None]:
    """Send three texts one after another; return how each ended."""
    ends: list[LixasyncError | None] = []
    async with client(sandbox, retry=PATIENT) as lix:
        for number in range(3):
            try:
                await send(lix, f"text-{number}")
                ends.append(None)
            except LixasyncError as error:
                ends.append(error)
    return ends


def test_every_fault_of_the_sandbox_is_told_apart() -> None:
    assert {"slow", "drip", "repeat", "shift", "error-200", "999", "throttle"} == HARMLESS


# 429-after makes everybody wait a second: see `TestInVirtualTime` for it.
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "429-after"])
@pytest.mark.parametrize("what", SENDS)
async def test_nothing_is_sent_twice(sandbox: Sandbox, what: str, fault: str) -> None:
    for position, times in places(fault):
        sandbox.reset(**settings(fault, position, times))
        ends = await send_three(sandbox, SENDS[what])
        stats = sandbox.stats()
        texts = [f"text-{number}" for number in range(3)]
        hit = texts[position - 1]
        assert stats[what] == [text for text in texts if text != hit or fault not in NOT_DONE]
        assert stats["arrivals"] == 3 + (times if fault in NOT_DONE_AND_PROVEN else 0)
        failed = [text for text, end in zip(texts, ends, strict=True) if end is not None]
        assert failed == ([hit] if fault in NOT_DONE | DONE_BUT_LOST else [])


@pytest.mark.parametrize("what", SENDS)
async def test_a_timeout_may_come_too_late_to_stop_it_but_it_is_not_repeated(sandbox: Sandbox, what: str) -> None:
    sandbox.reset(latency=30.0)
    async with client(sandbox, timeout=0.2, retry=PATIENT) as lix:
        with pytest.raises(AttemptTimeoutError):
            await SENDS[what](lix, "text")
    assert sandbox.stats()[what] == ["text"]


@pytest.mark.parametrize("what", SENDS)
async def test_equal_sends_at_the_same_time_are_all_made(sandbox: Sandbox, what: str) -> None:
    async with client(sandbox) as lix, anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(SENDS[what], lix, "text")
    assert sandbox.stats()[what] == ["text"] * 3


@pytest.mark.virtual_time
@pytest.mark.parametrize("what", SENDS)
class TestInVirtualTime:
    async def test_without_a_connection_it_is_tried_again(self, what: str) -> None:
        transport = FakeTransport([ConnectError("no route"), ConnectError("no route"), answer({"message": {}})])
        async with fake_client(transport, viewer_id="me") as lix:
            await SENDS[what](lix, "text")
        assert len(transport.requests) == 3
        assert len({(request.method, request.url, request.body) for request in transport.requests}) == 1

    async def test_a_refusal_for_its_rate_is_waited_for(self, what: str) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", "slow down", retry_after="7"), answer({"data": {}})])
        async with fake_client(transport, viewer_id="me") as lix:
            await SENDS[what](lix, "text")
        assert transport.times[1] - transport.times[0] >= 7

    async def test_always_refused_it_ends_some_time_and_nothing_was_sent(self, what: str) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", "slow down")])
        async with fake_client(transport, viewer_id="me", retry=PATIENT) as lix:
            with pytest.raises(RateLimitError) as caught:
                await SENDS[what](lix, "text")
        assert caught.value.attempts == len(transport.requests) == 6

    @pytest.mark.parametrize("bound", ["timeout", "deadline", "cancelled"])
    async def test_given_up_while_under_way_it_is_not_repeated(self, what: str, bound: str) -> None:
        transport = FakeTransport([answer({})], latency=100.0)
        given = {} if bound == "cancelled" else {bound: 5.0}
        async with fake_client(transport, viewer_id="me", **given) as lix:
            with anyio.move_on_after(5.0 if bound == "cancelled" else None) as scope:
                with pytest.raises((AttemptTimeoutError, DeadlineExceeded)) as caught:
                    await SENDS[what](lix, "text")
                assert bound == "timeout" or "may have been carried out" in str(caught.value)
            assert scope.cancelled_caught is (bound == "cancelled")
            await anyio.sleep(1000)
        assert len(transport.requests) == 1
        assert transport.under_way == 0

    async def test_given_up_while_it_waits_for_its_turn_it_is_not_sent_at_all(self, what: str) -> None:
        transport = FakeTransport([answer({})])
        async with fake_client(transport, viewer_id="me", rate_limit=RateLimit(1, per=60.0)) as lix:
            await lix.account.balances()
            with anyio.move_on_after(10.0):
                await SENDS[what](lix, "text")
            with pytest.raises(DeadlineExceeded) as caught:
                await SENDS[what](lix.with_options(deadline=10.0), "text")
            await anyio.sleep(1000)
        assert len(transport.requests) == 1
        assert "carried out" not in str(caught.value)


class TestWeeklyLimit:
    @pytest.mark.parametrize("skew", [-1800, 0, 1800])
    async def test_it_says_when_the_next_week_begins(self, sandbox: Sandbox, skew: int) -> None:
        there = time.time() + skew
        sandbox.reset(weekly_invitations=2, now=there)
        async with client(sandbox) as lix:
            for number in range(2):
                await lix.invitations.send(profile_id=f"p-{number}")
            with pytest.raises(WeeklyLimitError, match="weekly") as caught:
                await lix.invitations.send(profile_id="p-2")
            left = await lix.invitations.remaining()
        mondays = {next_monday(datetime.fromtimestamp(moment, UTC)) for moment in (time.time(), there)}
        assert caught.value.retry_at in mondays
        assert left.next_refresh in mondays
        assert (left.remaining, caught.value.attempts, caught.value.status) == (0, 1, 429)
        assert sandbox.stats()["invitations"] == ["p-0", "p-1"]
        assert sandbox.stats()["by_status"] == {200: 3, 429: 1}

    @pytest.mark.virtual_time
    @pytest.mark.parametrize("headers", [{}, {"retry_after": "259200"}, {"retry_after": str(9 * 86_400)}])
    async def test_it_is_not_slept_on_and_holds_nobody_else_back(self, headers: dict[str, str]) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", WEEKLY, **headers), answer({"emailBalance": 1})])
        endless = attrs.evolve(PATIENT, max_pause=1e9)
        lix = fake_client(transport, viewer_id="me", rate_limit=RateLimit(1, per=3.0, margin=0.0), retry=endless)
        begun = anyio.current_time()
        with pytest.raises(WeeklyLimitError) as caught:
            await lix.invitations.send(PROFILE)
        assert anyio.current_time() == begun
        await lix.account.balances()
        assert transport.times[1] - begun == pytest.approx(3.0)
        assert lix.limits.snapshot().rate.refused == 0
        when = caught.value.retry_at
        assert when is not None
        assert (when.weekday(), when.hour, when.minute, when.second, when.tzinfo) == (0, 0, 0, 0, UTC)
        least = timedelta(seconds=int(headers.get("retry_after", 0)) - 3600)
        assert max(timedelta(), least) <= when - datetime.now(UTC) <= max(timedelta(), least) + timedelta(days=7)


async def test_the_text_of_a_message_stands_in_no_address(sandbox: Sandbox) -> None:
    ids = known(sandbox)
    async with client(sandbox) as lix:
        await lix.messages.send("text", conversation_urn=ids.conversation)
    (event,) = sandbox.events()
    assert (event["method"], event["path"], event["query"]) == ("POST", "/v1/li/messages", "viewer_id=robin-marlowe")
