"""The limiter: lanes, order, freezing, deadlines and cancellation, in virtual time on both event loops."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import anyio
import anyio.abc
import pytest

from lixasync.errors import ConfigurationError, DeadlineExceeded, EventLoopError
from lixasync.limits.lanes import Lane, Turn, check_lane
from lixasync.limits.limiter import Limiter
from lixasync.limits.rate import Pacer, RateLimit

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

EVEN = RateLimit(1, per=1.0, margin=0.0)


class Log:
    """Who was let through, and when."""

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.begin = anyio.current_time()
        self.names: list[str] = []
        self.times: list[float] = []

    async def go(self, name: str, lane: Lane = "bulk", deadline: float = float("inf")) -> None:
        await self.enter(name, Turn(lane, self.begin + deadline))

    async def enter(self, name: str, turn: Turn) -> None:
        await self.limiter.acquire(turn)
        self.names.append(name)
        self.times.append(round(anyio.current_time() - self.begin, 6))

    async def queue(self, group: anyio.abc.TaskGroup, *names: str, lane: Lane = "bulk") -> None:
        """Start waiting under these names, in this order on either event loop."""
        for name in names:
            group.start_soon(self.go, name, lane)
            await anyio.wait_all_tasks_blocked()


async def test_first_come_first_served_at_the_permitted_rate() -> None:
    log = Log(Limiter(EVEN))
    async with anyio.create_task_group() as group:
        await log.queue(group, *"01234")
    assert log.names == ["0", "1", "2", "3", "4"]
    assert log.times == pytest.approx([0, 1, 2, 3, 4])


async def test_interactive_overtakes_every_waiting_bulk_call() -> None:
    log = Log(Limiter(EVEN))
    async with anyio.create_task_group() as group:
        await log.queue(group, "bulk0", "bulk1", "bulk2", "bulk3")
        await anyio.sleep(0.5)
        group.start_soon(log.go, "now", "interactive")
    assert log.names == ["bulk0", "now", "bulk1", "bulk2", "bulk3"]
    assert log.times == pytest.approx([0, 1, 2, 3, 4])


async def test_a_cancelled_waiter_takes_nothing_and_holds_nobody_up() -> None:
    log = Log(Limiter(EVEN))
    async with anyio.create_task_group() as group:
        group.start_soon(log.go, "first")
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.5):
            await log.go("gives up", "interactive")
        group.start_soon(log.go, "second")
    assert log.names == ["first", "second"]
    assert log.times == pytest.approx([0, 1])


@pytest.mark.parametrize("victim", ["head", "middle"])
async def test_cancelling_one_of_many_leaves_the_order_as_it_is(victim: str) -> None:
    log = Log(Limiter(EVEN))
    scope = anyio.CancelScope()

    async def cancellable(name: str) -> None:
        with scope:
            await log.go(name)

    async with anyio.create_task_group() as group:
        for number in range(5):
            chosen = number == (1 if victim == "head" else 3)
            group.start_soon(cancellable if chosen else log.go, str(number))
            await anyio.wait_all_tasks_blocked()
        await anyio.sleep(0.5)
        scope.cancel()
    assert log.names == [name for name in "01234" if name != ("1" if victim == "head" else "3")]
    assert log.times == pytest.approx([0, 1, 2, 3])


async def test_a_freeze_holds_everybody_and_lets_them_go_one_by_one() -> None:
    limiter = Limiter(EVEN)
    log = Log(limiter)
    async with anyio.create_task_group() as group:
        await log.queue(group, *"0123")
        await anyio.sleep(0.5)
        limiter.freeze(10.0)
    assert log.names == ["0", "1", "2", "3"]
    assert log.times == pytest.approx([0, 10.5, 11.5, 12.5])


async def test_a_refusal_freezes_for_retry_after() -> None:
    limiter = Limiter(EVEN)
    slot = await limiter.acquire(Turn("bulk"))
    limiter.refused(slot, 20.0)
    before = anyio.current_time()
    await limiter.acquire(Turn("bulk"))
    assert anyio.current_time() - before == pytest.approx(20.0)
    assert limiter.snapshot().refused == 1


async def test_a_retry_keeps_its_place() -> None:
    limiter = Limiter(EVEN)
    log = Log(limiter)
    turn = Turn("bulk")
    await limiter.acquire(turn)
    async with anyio.create_task_group() as group:
        await log.queue(group, "later0", "later1")
        await limiter.acquire(turn)
        log.names.append("retry")
    assert log.names == ["retry", "later0", "later1"]
    assert limiter.snapshot().retried == 1


class TestDeadline:
    async def test_a_retry_counts_none_of_those_behind_it(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        turn = Turn("bulk", log.begin + 1.5)
        await limiter.acquire(turn)
        async with anyio.create_task_group() as group:
            await log.queue(group, *"01234")
            await log.enter("retry", turn)
        assert log.names == ["retry", *"01234"]

    async def test_a_queue_that_is_too_long_is_refused_at_once_with_the_time_to_come_back(self) -> None:
        log = Log(Limiter(RateLimit(1, per=10.0, margin=0.0)))
        async with anyio.create_task_group() as group:
            await log.queue(group, *"012")
            before = anyio.current_time()
            with pytest.raises(DeadlineExceeded) as caught:
                await log.go("hurried", deadline=25.0)
            assert anyio.current_time() == before
            assert caught.value.retry_after == pytest.approx(30.0)
            assert caught.value.retry_at is not None
            assert caught.value.retry_at > datetime.now(UTC)
        assert log.names == ["0", "1", "2"]

    async def test_one_that_fits_waits(self) -> None:
        log = Log(Limiter(EVEN))
        await log.go("first")
        await log.go("second", deadline=1.5)
        assert log.times == pytest.approx([0, 1])

    async def test_a_deadline_that_has_passed_is_refused(self) -> None:
        log = Log(Limiter(EVEN))
        with pytest.raises(DeadlineExceeded):
            await log.go("late", deadline=0.0)

    async def test_being_overtaken_until_the_deadline_passes(self) -> None:
        log = Log(Limiter(EVEN))
        await log.go("first")
        async with anyio.create_task_group() as group:

            async def overtake() -> None:
                await anyio.sleep(0.1)
                await log.queue(group, "i0", "i1", "i2", "i3", lane="interactive")

            group.start_soon(overtake)
            with pytest.raises(DeadlineExceeded):
                await log.go("hurried", deadline=1.5)
            assert anyio.current_time() - log.begin == pytest.approx(1.5)
        assert log.names == ["first", "i0", "i1", "i2", "i3"]

    async def test_a_freeze_past_the_deadline_refuses_those_it_makes_hopeless_at_once(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        await log.go("first")
        caught: list[float] = []

        async def hurried() -> None:
            with pytest.raises(DeadlineExceeded):
                await log.go("hurried", deadline=5.0)
            caught.append(anyio.current_time() - log.begin)

        async with anyio.create_task_group() as group:
            group.start_soon(hurried)
            group.start_soon(log.go, "patient")
            await anyio.sleep(0.5)
            limiter.freeze(60.0)
        assert caught == pytest.approx([0.5])
        assert log.times == pytest.approx([0, 60.5])


class TestPromotion:
    async def test_a_shared_turn_moves_to_the_better_lane(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        shared = Turn("bulk")

        async def share() -> None:
            await limiter.acquire(shared)
            log.names.append("shared")

        async with anyio.create_task_group() as group:
            await log.queue(group, *"012")
            group.start_soon(share)
            await anyio.wait_all_tasks_blocked()
            limiter.promote(shared, "interactive", float("inf"))
            assert limiter.snapshot().waiting == {"interactive": 1, "bulk": 2}
        assert log.names == ["0", "shared", "1", "2"]

    async def test_before_it_waits(self) -> None:
        turn = Turn("bulk", deadline=5.0)
        Limiter(EVEN).promote(turn, "interactive", 9.0)
        assert (turn.lane, turn.deadline) == ("interactive", 9.0)

    async def test_never_to_the_worse_lane_or_an_earlier_deadline(self) -> None:
        turn = Turn("interactive", deadline=5.0)
        Limiter(EVEN).promote(turn, "bulk", 1.0)
        assert (turn.lane, turn.deadline) == ("interactive", 5.0)


async def test_a_faster_rate_is_felt_by_those_who_wait() -> None:
    limiter = Limiter(RateLimit(1, per=100.0, margin=0.0))
    log = Log(limiter)
    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(log.go, str(number))
        await anyio.sleep(1.0)
        limiter.set_rate(EVEN)
    assert log.times == pytest.approx([0, 2, 3])
    assert limiter.limit == EVEN


async def test_a_week_of_pacing() -> None:
    limiter = Limiter(RateLimit(1, per=3.0))
    begin = anyio.current_time()
    for _ in range(5000):
        await limiter.acquire(Turn("bulk"))
    assert anyio.current_time() - begin == pytest.approx(4999 * 3.05)
    assert limiter.snapshot().used == pytest.approx(3 / 3.05)


async def test_thousands_of_waiters_cost_little_more_each_than_a_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work per slot is counted, not timed: wake-ups of waiters."""
    woken = 0
    original = Pacer.due

    def counting(pacer: Pacer) -> float:
        nonlocal woken
        woken += 1
        return original(pacer)

    monkeypatch.setattr(Pacer, "due", counting)
    per_slot = []
    for count in (100, 3_000):
        log = Log(Limiter(RateLimit(100, per=1.0)))
        await log.limiter.acquire(Turn("bulk"))
        woken = 0
        async with anyio.create_task_group() as group:
            for number in range(count):
                group.start_soon(log.enter, str(number), Turn("bulk"))
        per_slot.append(woken / count)
        assert log.names == [str(number) for number in range(count)]
    assert per_slot[1] <= per_slot[0] + 0.5
    assert per_slot[1] < 5


async def test_the_snapshot_tells_the_state() -> None:
    limiter = Limiter(EVEN)
    assert limiter.snapshot().used is None
    await limiter.acquire(Turn("bulk"))
    async with anyio.create_task_group() as group:
        for lane in ("bulk", "bulk", "interactive"):
            group.start_soon(limiter.acquire, Turn(lane))
        await anyio.sleep(0.25)
        now = limiter.snapshot()
        assert now.waiting == {"interactive": 1, "bulk": 2}
        assert now.next_slot == pytest.approx(0.75)
        assert (now.sent, now.frozen, now.margin) == (1, 0.0, 0.0)
        limiter.freeze(4.0)
        assert limiter.snapshot().frozen == pytest.approx(4.0)
        group.cancel_scope.cancel()
    assert limiter.snapshot().waiting == {"interactive": 0, "bulk": 0}


async def test_there_are_two_lanes() -> None:
    assert check_lane("bulk") == "bulk"
    with pytest.raises(ConfigurationError, match="interactive, bulk"):
        check_lane("fast")


async def test_a_second_event_loop_is_refused() -> None:
    limiter = Limiter(EVEN)
    await limiter.acquire(Turn("bulk"))

    def elsewhere() -> None:
        asyncio.run(limiter.acquire(Turn("bulk")))

    with pytest.raises(EventLoopError, match="another event loop"):
        await anyio.to_thread.run_sync(elsewhere)


class TestLeaving:
    """A slot counts from when its bytes leave; until then nobody may count on it."""

    async def test_the_next_waits_until_the_one_before_has_left(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        slot = await limiter.acquire(Turn("bulk"))
        limiter.leaving(slot)
        async with anyio.create_task_group() as group:
            await log.queue(group, "next")
            await anyio.sleep(5.0)  # a connection that takes long to open
            assert log.names == []
            limiter.sent(slot)
        assert log.times == pytest.approx([6.0])

    async def test_one_that_never_leaves_holds_nobody_up(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        slot = await limiter.acquire(Turn("bulk"))
        limiter.leaving(slot)
        async with anyio.create_task_group() as group:
            await log.queue(group, "next")
            await anyio.sleep(5.0)
            limiter.ended(slot)
        assert log.times == pytest.approx([5.0])

    async def test_one_that_leaves_after_a_later_one_wakes_who_waits_for_it(self) -> None:
        limiter = Limiter(RateLimit(2, per=1.0, burst=2, margin=0.0))
        log = Log(limiter)
        first, second = [await limiter.acquire(Turn("bulk")) for _ in range(2)]
        limiter.leaving(first)
        with anyio.fail_after(60.0):
            async with anyio.create_task_group() as group:
                await log.queue(group, "next")
                limiter.sent(second)
                await anyio.sleep(5.0)
                limiter.sent(first)  # it counts as the later one now
        assert log.times == pytest.approx([5.0])

    async def test_a_deadline_ends_the_wait_for_it(self) -> None:
        limiter = Limiter(EVEN)
        log = Log(limiter)
        limiter.leaving(await limiter.acquire(Turn("bulk")))
        with pytest.raises(DeadlineExceeded):
            await log.go("hurried", deadline=3.0)
        assert anyio.current_time() - log.begin == pytest.approx(3.0)


async def test_a_caller_who_is_cancelled_already_takes_no_slot() -> None:
    limiter = Limiter(EVEN)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await limiter.acquire(Turn("bulk"))
    assert limiter.snapshot().sent == 0


async def test_a_pause_of_days_freezes_nobody_but_is_counted() -> None:
    limiter = Limiter(EVEN)
    limiter.refused(await limiter.acquire(Turn("bulk")), 259_200.0)
    assert limiter.snapshot().frozen == 0
    assert limiter.snapshot().refused == 1


async def test_a_slower_rate_refuses_those_it_makes_hopeless_at_once() -> None:
    limiter = Limiter(EVEN)
    log = Log(limiter)
    await log.go("first")
    async with anyio.create_task_group() as group:

        async def hurried() -> None:
            with pytest.raises(DeadlineExceeded):
                await log.go("hurried", deadline=5.0)

        group.start_soon(log.go, "patient")
        await anyio.wait_all_tasks_blocked()
        group.start_soon(hurried)
        await anyio.sleep(0.5)
        limiter.set_rate(RateLimit(1, per=60.0, margin=0.0))
        await anyio.sleep(0.1)
        assert limiter.snapshot().waiting["bulk"] == 1
        group.cancel_scope.cancel()


async def test_with_a_burst_those_who_fit_are_not_refused() -> None:
    limiter = Limiter(RateLimit(10, per=10.0, burst=5, margin=0.0))
    log = Log(limiter)
    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(log.go, str(number), "bulk", 0.5)
    assert log.times == pytest.approx([0.0] * 5)


async def test_those_who_gave_up_do_not_fill_the_queue() -> None:
    limiter = Limiter(EVEN)
    await limiter.acquire(Turn("bulk"))
    async with anyio.create_task_group() as group:
        group.start_soon(limiter.acquire, Turn("interactive"))
        await anyio.wait_all_tasks_blocked()
        for _ in range(1000):
            with anyio.move_on_after(0):
                await limiter.acquire(Turn("bulk"))
        with anyio.move_on_after(0.1):
            async with anyio.create_task_group() as others:
                for _ in range(1000):
                    others.start_soon(limiter.acquire, Turn("bulk"))
        assert len(limiter._queue._heap) < 200
