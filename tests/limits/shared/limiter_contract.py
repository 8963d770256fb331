"""What every limiter holds, wherever its budget is kept: order, deadlines, a life. In real time, with short windows."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import anyio
import anyio.abc
import anyio.lowlevel
import pytest
from tests.limits.shared.limiter_making import BRIEF, HOURLY, SOON, Log, Make, hopeless

from lixasync.errors import ClientClosedError, ConfigurationError, DeadlineExceeded, EventLoopError
from lixasync.limits.lanes import Lane, Turn
from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.line import SharedSlot


@pytest.mark.anyio
class LimiterContract:
    """Tests of one kind of limiter; `make` returns limiters of one budget, each as in a process of its own."""

    async def test_first_come_first_served(self, make: Make) -> None:
        log = Log(make(BRIEF))
        names = [str(number) for number in range(12)]
        async with anyio.create_task_group() as group:
            await log.queue(group, *names)
        assert log.names == names
        assert all(later - former >= 0.05 for former, later in zip(log.times, log.times[5:], strict=False))

    async def test_interactive_overtakes_every_waiting_bulk_call(self, make: Make) -> None:
        log = Log(make(RateLimit(1, per=0.2)))
        async with anyio.create_task_group() as group:
            await log.queue(group, "bulk0", "bulk1", "bulk2", "bulk3")
            await log.first()
            await log.go("now", "interactive")
        # a slot that is in hand already is used as it was meant
        assert log.names.index("now") <= 2
        assert [name for name in log.names if name != "now"] == ["bulk0", "bulk1", "bulk2", "bulk3"]

    async def test_it_overtakes_those_of_others(self, make: Make) -> None:
        log, other = Log(make(RateLimit(1, per=0.2))), make()
        async with anyio.create_task_group() as group:
            await log.queue(group, "bulk0", "bulk1", "bulk2", "bulk3")
            await log.first()
            await other.acquire(Turn("interactive"))
            log.names.append("now")
        # a slot that is in hand already is used as it was meant
        assert log.names.index("now") <= 2
        assert [name for name in log.names if name != "now"] == ["bulk0", "bulk1", "bulk2", "bulk3"]

    async def test_no_window_over_both_of_two(self, make: Make) -> None:
        log, other = Log(make(BRIEF)), Log(make())
        other.times = log.times
        async with anyio.create_task_group() as group:
            for number in range(12):
                group.start_soon(log.go, str(number))
                group.start_soon(other.go, str(number), "interactive")
        assert len(log.times) == 24
        assert all(later - former >= 0.05 for former, later in zip(log.times, log.times[5:], strict=False))

    @pytest.mark.parametrize("victim", [1, 3])
    async def test_cancelling_one_of_many_leaves_the_order_as_it_is(self, make: Make, victim: int) -> None:
        log = Log(make(RateLimit(1, per=0.05)))
        scope = anyio.CancelScope()

        async def cancellable(name: str) -> None:
            with scope:
                await log.go(name)

        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(cancellable if number == victim else log.go, str(number))
                await anyio.lowlevel.checkpoint()
                await anyio.lowlevel.checkpoint()
            await log.first()
            scope.cancel()
        assert log.names == [str(number) for number in range(5) if number != victim]

    async def test_who_is_cancelled_already_takes_no_slot(self, make: Make) -> None:
        limiter = make(BRIEF)
        with anyio.CancelScope() as scope:
            scope.cancel()
            await limiter.acquire(Turn("bulk"))
        assert limiter.snapshot().sent == 0

    async def test_a_retry_keeps_its_place(self, make: Make) -> None:
        log = Log(make(BRIEF))
        turn = Turn("bulk")
        await log.limiter.acquire(turn)
        async with anyio.create_task_group() as group:
            await log.queue(group, "later0", "later1")
            await log.enter("retry", turn)
        assert log.names == ["retry", "later0", "later1"]
        assert log.limiter.snapshot().retried == 1

    @pytest.mark.parametrize("lane", ["bulk", "interactive"])
    async def test_a_queue_that_is_too_long_is_refused_at_once_with_the_time_to_come_back(
        self, make: Make, lane: Lane
    ) -> None:
        limiter, other = make(HOURLY), make()
        await limiter.acquire(Turn("bulk"))
        for each in (other, limiter, other):
            error = await hopeless(each, lane)
            assert error.retry_at is not None
            assert error.retry_at > datetime.now(UTC) + timedelta(minutes=59)

    async def test_a_burst_leaves_at_once_and_then_nothing_for_a_window(self, make: Make) -> None:
        wide = {"margin": 10.0}  # a slot that the machine oversleeps would be gone for an hour
        limiter, other = make(RateLimit(3, per=3600.0, burst=3), **wide), make(**wide)
        with anyio.fail_after(SOON):
            for each in (limiter, other, limiter):
                await each.acquire(Turn("bulk"))
        error = await hopeless(other)
        assert error.retry_at is not None
        assert error.retry_at > datetime.now(UTC) + timedelta(minutes=59)

    async def test_one_that_fits_waits(self, make: Make) -> None:
        limiter = make(RateLimit(1, per=0.1))
        for _ in range(2):
            await limiter.acquire(Turn("bulk", anyio.current_time() + SOON))

    async def test_a_deadline_that_has_passed_is_refused(self, make: Make) -> None:
        with pytest.raises(DeadlineExceeded):
            await make(BRIEF).acquire(Turn("bulk", anyio.current_time()))

    async def test_being_overtaken_until_the_deadline_passes(self, make: Make) -> None:
        limiter, other = make(RateLimit(1, per=0.6)), make()
        await limiter.acquire(Turn("bulk"))
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(other.acquire, Turn("interactive"))
            await anyio.sleep(0.05)
            with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded):
                await limiter.acquire(Turn("bulk", anyio.current_time() + 0.9))
            group.cancel_scope.cancel()

    async def test_a_call_that_joins_one_that_waits_is_told_whether_it_comes_in_time(self, make: Make) -> None:
        limiter, turn = make(HOURLY), Turn("bulk")
        await limiter.acquire(Turn("bulk"))
        async with anyio.create_task_group() as group:
            group.start_soon(limiter.acquire, turn)
            await anyio.sleep(0.01)
            limiter.check(turn, float("inf"))
            with pytest.raises(DeadlineExceeded):
                limiter.check(turn, anyio.current_time() + 10 * SOON)
            group.cancel_scope.cancel()

    async def test_a_shared_turn_moves_to_the_better_lane(self, make: Make) -> None:
        log = Log(make(RateLimit(1, per=0.2)))
        async with anyio.create_task_group() as group:
            await log.queue(group, "0", "1", "2")
            shared = Turn("bulk")
            group.start_soon(log.enter, "shared", shared)
            await log.first()
            log.limiter.promote(shared, "interactive", float("inf"))
            assert log.limiter.snapshot().waiting == {"interactive": 1, "bulk": 2}
        assert log.names.index("shared") <= 2
        assert [name for name in log.names if name != "shared"] == ["0", "1", "2"]
        assert log.limiter.snapshot().waiting == {"interactive": 0, "bulk": 0}

    async def test_before_it_waits_and_never_to_the_worse(self, make: Make) -> None:
        limiter, turn = make(BRIEF), Turn("bulk", 5.0)
        limiter.promote(turn, "interactive", 9.0)
        assert (turn.lane, turn.deadline) == ("interactive", 9.0)
        limiter.promote(turn, "bulk", 1.0)
        assert (turn.lane, turn.deadline) == ("interactive", 9.0)

    async def test_a_slot_that_was_overslept_is_given_up(self, make: Make) -> None:
        limiter, numbers = make(RateLimit(1, per=0.3)), []

        async def use() -> None:
            slot = await limiter.acquire(Turn("interactive"))
            assert isinstance(slot, SharedSlot)
            numbers.append(slot.number)

        await use()
        async with anyio.create_task_group() as group:
            group.start_soon(use)
            while not limiter._lines["interactive"].slots:  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.001)
            time.sleep(0.4)  # noqa: ASYNC251 - all of the process is to stand still
        assert numbers[1] >= numbers[0] + 2

    async def test_the_snapshot_tells_the_state(self, make: Make) -> None:
        limiter = make(RateLimit(1, per=600.0))
        assert limiter.snapshot().used is None
        await limiter.acquire(Turn("bulk"))
        async with anyio.create_task_group() as group:
            for lane in ("bulk", "bulk", "interactive"):
                group.start_soon(limiter.acquire, Turn(lane))
            await anyio.sleep(0.05)
            now = limiter.snapshot()
            assert now.waiting == {"interactive": 1, "bulk": 2}
            assert 600 - SOON < now.next_slot < 600.1
            assert (now.sent, now.retried, now.refused, now.frozen, now.margin) == (1, 0, 0, 0.0, 0.035)
            group.cancel_scope.cancel()

    async def test_calls_that_wait_when_the_last_client_is_closed_are_told(self, make: Make) -> None:
        limiter = make(HOURLY)
        await limiter.acquire(Turn("bulk"))

        async def told() -> None:
            with anyio.fail_after(SOON), pytest.raises(ClientClosedError):
                await limiter.acquire(Turn("bulk"))

        async with anyio.create_task_group() as group:
            group.start_soon(told)
            await anyio.sleep(0.01)
            limiter.release()
        with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded):
            await limiter.acquire(Turn("bulk", anyio.current_time() + 10 * SOON))  # it may be used again

    def test_when_released_it_may_be_used_in_another_loop(self, make: Make) -> None:
        limiter = make(BRIEF)
        anyio.run(limiter.acquire, Turn("bulk"))
        with pytest.raises(EventLoopError):
            anyio.run(limiter.acquire, Turn("bulk"), backend="trio")
        limiter.release()
        anyio.run(limiter.acquire, Turn("bulk"), backend="trio")

    @pytest.mark.parametrize(
        "settings",
        [
            {"limit": 3},
            {"budget": ""},
            {"budget": 7},
            {"margin": -0.1},
            {"margin": "1"},
            {"margin": float("nan")},
            {"max_wait": float("inf")},
            {"max_wait": True},
            {"daily": 0},
            {"weekly": 1.5},
            {"processes": 0},
            {"processes": None},
            {"on_outage": "ignore"},
        ],
    )
    def test_settings_that_cannot_work_are_refused(self, make: Make, settings: dict[str, object]) -> None:
        (name,) = settings
        with pytest.raises(ConfigurationError, match=f"^{name} is .*; it must be"):
            make(**settings)
