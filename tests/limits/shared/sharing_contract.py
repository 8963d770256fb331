"""What limiters of one budget share: rates, 429s, quotas, slow connections. In real time, with short windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import anyio
import anyio.abc
import anyio.lowlevel
import pytest
from tests.limits.shared.limiter_making import BRIEF, HOURLY, SOON, Log, Make, Slow, hopeless, hopeless_soon, refused

from lixasync.errors import ConfigurationError, DailyLimitError
from lixasync.limits.daily import next_midnight
from lixasync.limits.lanes import Turn
from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.limiter import SharedLimiter


@pytest.mark.anyio
class SharingContract:
    """Tests of one kind of limiter; `make` returns limiters of one budget, each as in a process of its own."""

    async def test_one_429_stops_all_and_widens_the_margin_for_all(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        slot = await limiter.acquire(Turn("bulk"))
        await other.acquire(Turn("bulk"))
        before = anyio.current_time()
        limiter.refused(slot, 0.4)
        limiter_log, other_log = Log(limiter), Log(other)
        async with anyio.create_task_group() as group:
            await limiter_log.queue(group, "0", "1", lane="interactive")
            while not limiter_log.names:
                await other_log.go("2")
        assert min(limiter_log.times) >= before + 0.4
        # what was granted before it is known may still be used; the rate would be two dozen
        assert sum(moment < before + 0.4 for moment in other_log.times) <= 5
        assert limiter.snapshot().refused == 1
        assert limiter.snapshot().margin == other.snapshot().margin == pytest.approx(0.07)

    async def test_those_whom_it_makes_hopeless_are_told_at_once(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        slot = await limiter.acquire(Turn("bulk"))
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(hopeless, limiter)
            await anyio.lowlevel.checkpoint()
            limiter.refused(slot, 600.0)
        assert limiter.snapshot().frozen > 500
        assert limiter.snapshot().next_slot > 500
        await hopeless_soon(other)

    async def test_what_was_granted_before_it_was_known_is_not_used(
        self, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        limiter = make(BRIEF)
        slow = Slow(limiter._keeper)
        monkeypatch.setattr(limiter, "_keeper", slow)
        slot = await limiter.acquire(Turn("bulk"))
        slow.slow = True
        async with anyio.create_task_group() as group:
            group.start_soon(limiter.acquire, Turn("interactive"))
            await slow.got(1)
            limiter.refused(slot, 600.0)
            slow.passes.release()  # slots, granted before the refusal was told of
            await slow.got(2)
            await anyio.sleep(0.1)
            assert limiter.snapshot().frozen > 500
            slow.slow = False
            slow.passes.release()
            await hopeless(limiter)
            assert limiter.snapshot().sent == 1
            group.cancel_scope.cancel()

    async def test_a_freeze_by_hand_is_one_of_all(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        await limiter.acquire(Turn("bulk"))
        limiter.freeze(600.0)
        await hopeless(limiter)
        await hopeless_soon(other, "interactive")

    async def test_a_pause_of_days_freezes_nobody_but_is_counted(self, make: Make) -> None:
        limiter = make(BRIEF)
        limiter.refused(await limiter.acquire(Turn("bulk")), 259_200.0)
        await limiter.acquire(Turn("bulk"))
        assert (limiter.snapshot().refused, limiter.snapshot().frozen) == (1, 0.0)

    async def test_accepted_requests_narrow_the_margin_for_all(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        limiter.refused(await limiter.acquire(Turn("bulk")), 0.01)
        await limiter.acquire(Turn("bulk"))
        widened = limiter.snapshot().margin
        for _ in range(10):
            limiter.accepted()
        await limiter.acquire(Turn("bulk"))
        await other.acquire(Turn("bulk"))
        assert other.snapshot().margin < widened

    async def test_another_rate_is_one_for_all(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        await other.acquire(Turn("bulk"))
        await limiter.acquire(Turn("bulk"))
        limiter.set_rate(HOURLY)
        await hopeless(limiter)
        await hopeless_soon(other)
        assert (other.limit.requests, other.limit.per) == (1, 3600.0)

    async def test_a_rate_set_before_the_first_call_holds(self, make: Make) -> None:
        limiter = make(BRIEF)
        limiter.set_rate(HOURLY)
        await limiter.acquire(Turn("bulk"))
        await hopeless(limiter)

    async def test_a_slow_connection_moves_its_slot_for_all(self, make: Make) -> None:
        limiter, other = Log(make(RateLimit(1, per=0.3))), Log(make())
        slot = await limiter.limiter.acquire(Turn("bulk"))
        limiter.limiter.leaving(slot)
        async with anyio.create_task_group() as group:
            for log in (limiter, other):
                for lane in ("bulk", "interactive"):
                    group.start_soon(log.go, lane, lane)
            await anyio.sleep(0.7)  # a connection that takes long to open
            limiter.limiter.sent(slot)
            left = anyio.current_time()
            group.cancel_scope.deadline = anyio.current_time() + SOON
        times = sorted([left, *limiter.times, *other.times])
        assert times[0] == left
        assert len(times) == 5
        assert all(later - former >= 0.3 for former, later in pairwise(times))

    async def test_one_that_never_leaves_holds_nobody_up(self, make: Make) -> None:
        limiter = make(RateLimit(1, per=0.05))
        slot = await limiter.acquire(Turn("bulk"))
        limiter.leaving(slot)
        limiter.ended(slot)
        with anyio.fail_after(SOON):
            await limiter.acquire(Turn("bulk"))

    @pytest.mark.parametrize("period", ["daily", "weekly"])
    async def test_a_quota_is_one_for_all(self, make: Make, period: str) -> None:
        limiter, other = make(BRIEF, **{period: 3}), make(**{period: 3})
        for each in (limiter, other, limiter):
            await each.acquire(Turn("bulk"))
        for each in (limiter, other):
            error = await refused(each)
            now = datetime.now(UTC)
            end = next_midnight(now) + timedelta(days=0 if period == "daily" else 6 - now.weekday())
            assert error.retry_at is not None
            assert abs(error.retry_at - end) < timedelta(seconds=60)
            assert "quota" in str(error)

    async def test_everybody_who_waits_is_told_that_it_is_used_up(self, make: Make) -> None:
        limiter = make(BRIEF, daily=2)
        async with anyio.create_task_group() as group:
            await limiter.acquire(Turn("bulk"))
            await limiter.acquire(Turn("bulk"))
            for lane in ("bulk", "bulk", "interactive"):
                group.start_soon(refused, limiter, Turn(lane))
        assert limiter.snapshot().waiting == {"interactive": 0, "bulk": 0}

    async def test_calls_a_day_of_a_resource_are_counted_for_all(self, make: Make) -> None:
        limiter, other = make(BRIEF, allowances={"people": 2}), make(allowances={"people": 2})
        for each in (limiter, other):
            await each.acquire(Turn("bulk", resource="people"))
        async with anyio.create_task_group() as group:
            group.start_soon(refused, limiter, Turn("bulk", resource="people"))
            group.start_soon(limiter.acquire, Turn("bulk", resource="posts"))
            group.start_soon(other.acquire, Turn("bulk"))

    async def test_a_slot_that_was_not_used_is_not_counted(self, make: Make) -> None:
        limiter = make(RateLimit(1, per=0.3), daily=2)
        await limiter.acquire(Turn("bulk"))
        with anyio.move_on_after(0.32):  # the second is granted a moment before it may be used
            async with anyio.create_task_group() as group:
                group.start_soon(limiter.acquire, Turn("bulk"))
                await anyio.sleep(0.31)
                group.cancel_scope.cancel()
        limiter.freeze(0.01)  # slots in hand are given up
        await limiter.acquire(Turn("bulk"))
        await refused(limiter)

    async def test_a_resource_that_is_closed_is_closed_for_all(self, make: Make) -> None:
        limiter, other = make(BRIEF), make()
        await limiter.acquire(Turn("bulk"))
        limiter.closed("people", 600.0)
        await limiter.acquire(Turn("bulk"))
        for each in (limiter, other):
            error = await refused(each, Turn("bulk", resource="people"))
            assert error.retry_after == pytest.approx(600, abs=SOON)
            await each.acquire(Turn("bulk", resource="posts"))

    async def test_a_budget_beside_has_a_rate_of_its_own(self, make: Make) -> None:
        limiter, other = make(HOURLY), make()
        await limiter.acquire(Turn("bulk"))
        beside, another = limiter.beside("lookc", BRIEF), other.beside("lookc", BRIEF)
        for each in (beside, another, beside):
            await each.acquire(Turn("bulk"))
        beside.freeze(600.0)
        assert isinstance(another, SharedLimiter)
        await hopeless_soon(another)
        assert limiter.snapshot().frozen == 0.0
        for each in (beside, another):
            each.release()

    async def test_the_rate_of_the_first_client_is_taken_where_none_is_given(self, make: Make) -> None:
        limiter = make(None, served=HOURLY)
        assert (limiter.limit.requests, limiter.limit.per) == (1, 3600.0)
        assert str(HOURLY) in repr(limiter)
        await limiter.acquire(Turn("bulk"))
        await hopeless(limiter)

    async def test_two_keys_are_refused_unless_they_share_a_budget_by_name(self, make: Make) -> None:
        limiter = make(budget=None)
        with pytest.raises(ConfigurationError, match="another API key"):
            limiter.serve("another key", BRIEF, {})
        named = make(budget="ours")
        named.serve("another key", BRIEF, {})

    async def test_those_of_other_keys_have_other_budgets(self, make: Make) -> None:
        limiter, other = make(HOURLY, budget=None), make(budget=None, key="another key")
        for each in (limiter, other):
            with anyio.fail_after(SOON):
                await each.acquire(Turn("bulk"))
            await hopeless(each)

    async def test_slots_in_hand_are_given_back_in_the_end(self, make: Make) -> None:
        limiter, other = make(RateLimit(1, per=0.5), daily=2), make(daily=2)
        await limiter.acquire(Turn("bulk"))
        with anyio.move_on_after(0.5):
            await limiter.acquire(Turn("interactive"))
        limiter.release()
        with anyio.fail_after(SOON):
            while True:  # it may take a moment to be known
                try:
                    await other.acquire(Turn("bulk"))
                    break
                except DailyLimitError:
                    await anyio.sleep(0.001)

    async def test_a_slot_whose_request_did_not_leave_is_granted_again(self, make: Make) -> None:
        limiter, other = make(HOURLY), make()
        limiter.unused(await limiter.acquire(Turn("bulk")))
        with anyio.fail_after(SOON):
            await limiter.acquire(Turn("bulk"))
        await hopeless(other)
