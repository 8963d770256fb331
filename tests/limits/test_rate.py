"""Rate arithmetic: pure, so every test passes the time in."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.errors import ConfigurationError
from lixasync.limits.rate import Pacer, RateLimit, Slot

limits = st.builds(
    RateLimit,
    requests=st.integers(1, 60),
    per=st.floats(0.01, 5),
    margin=st.floats(0, 0.2),
)
bursty = st.integers(1, 30).flatmap(
    lambda requests: st.builds(
        RateLimit, requests=st.just(requests), per=st.floats(0.05, 5), burst=st.integers(1, requests)
    )
)


def most_in_a_window(times: list[float], length: float) -> int:
    """Return the most moments that lie in any half-open window of a length."""
    return max(sum(start <= time < start + length for time in times[index:]) for index, start in enumerate(times))


def run(pacer: Pacer, arrivals: list[float], lags: list[float]) -> list[float]:
    """Let requests arrive, each served by a process that is late by some seconds; return when they left."""
    left: list[float] = []
    now = 0.0
    for arrival, lag in zip(arrivals, lags, strict=True):
        now = max(now, arrival, pacer.due()) + lag
        pacer.take(now, arrival)
        left.append(now)
    return left


def run_slots(pacer: Pacer, count: int) -> list[Slot]:
    """Take slots as fast as they become due."""
    return [pacer.take(max(pacer.due(), 0.0), 0.0) for _ in range(count)]


class TestWindow:
    @given(limit=st.one_of(limits, bursty), seed=st.integers(0, 10_000))
    def test_no_window_holds_more_than_the_limit(self, limit: RateLimit, seed: int) -> None:
        chance = random.Random(seed)
        count = 3 * limit.requests + 5
        arrivals = sorted(chance.choice([0.0, chance.uniform(0, 3 * limit.per)]) for _ in range(count))
        lags = [chance.choice([0.0, 0.0, chance.uniform(0, limit.per / 2)]) for _ in arrivals]
        left = run(Pacer(limit), arrivals, lags)
        assert most_in_a_window(left, limit.per - 1e-9) <= limit.requests

    @given(limit=limits, seed=st.integers(0, 10_000))
    def test_jitter_within_the_margin_is_harmless(self, limit: RateLimit, seed: int) -> None:
        chance = random.Random(seed)
        count = 3 * limit.requests
        left = run(Pacer(limit), [0.0] * count, [0.0] * count)
        arrived = sorted(time + chance.uniform(0, limit.margin * 0.999) for time in left)
        assert most_in_a_window(arrived, limit.per - 1e-9) <= limit.requests

    def test_a_slow_connection_moves_the_slot_to_when_the_bytes_left(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0, margin=0.05))
        slot = pacer.take(0.0, 0.0)
        pacer.sent(slot, 0.4)
        assert pacer.due() == pytest.approx(0.4 + 3.05 - 0.01 / 3)

    @pytest.mark.parametrize(("per", "slack"), [(1.0, 0.01), (0.2, 0.01), (3.0, 0.01 / 3)])
    def test_some_of_the_margin_is_there_for_small_delays(self, per: float, slack: float) -> None:
        pacer = Pacer(RateLimit(1, per=per, margin=0.05))
        pacer.sent(pacer.take(0.0, 0.0), slack)
        assert pacer.due() == pytest.approx(per + 0.05)
        now = pacer.due() + slack
        pacer.take(now, 0.0)
        assert pacer.due() == pytest.approx(2 * (per + 0.05))

    def test_a_moved_slot_takes_its_place_in_the_window(self) -> None:
        pacer = Pacer(RateLimit(2, per=1.0, burst=2, margin=0.0))
        first, _second = pacer.take(0.0, 0.0), pacer.take(0.0, 0.0)
        pacer.sent(first, 0.5)
        pacer.take(1.0, 1.0)
        assert pacer.due() == pytest.approx(1.5)

    @given(limit=bursty, seed=st.integers(0, 10_000))
    def test_the_window_stays_in_order_whichever_slots_are_moved(self, limit: RateLimit, seed: int) -> None:
        chance, pacer, leaving, now = random.Random(seed), Pacer(limit), list[Slot](), 0.0
        for _ in range(3 * limit.requests):
            now = max(pacer.due(), now)
            leaving.append(pacer.take(now, 0.0))
            now += chance.uniform(0, limit.per / limit.requests)
            if chance.random() < 0.7:
                pacer.sent(leaving.pop(chance.randrange(len(leaving))), now)
        moments = [slot.at for slot in pacer._window]
        assert moments == sorted(moments)

    def test_moving_the_newest_slot_costs_no_sorting(self) -> None:
        pacer = Pacer(RateLimit(100, per=1.0, burst=100, margin=0.0))
        slots = run_slots(pacer, 100)
        window = pacer._window
        pacer.sent(slots[-1], 0.5)
        assert pacer._window is window
        pacer.sent(slots[0], 0.7)
        assert [slot.at for slot in pacer._window][-2:] == [0.5, 0.7]

    def test_an_earlier_moment_does_not_move_a_slot(self) -> None:
        slot = Slot(2.0)
        Pacer(RateLimit(1, per=1.0)).sent(slot, 1.0)
        assert slot.at == 2.0


class TestUse:
    @pytest.mark.parametrize(("limit", "least"), [(RateLimit(1, per=3.0), 0.97), (RateLimit(50, per=1.0), 0.95)])
    def test_with_work_waiting_nearly_all_of_the_rate_is_used(self, limit: RateLimit, least: float) -> None:
        count = 20 * limit.requests
        left = run(Pacer(limit), [0.0] * count, [0.0] * count)
        permitted = left[-1] / limit.per * limit.requests
        assert (count - 1) / permitted >= least

    @pytest.mark.parametrize("lag", [0.002, 0.015])
    def test_a_late_process_catches_up(self, lag: float) -> None:
        limit = RateLimit(50, per=1.0)
        chance = random.Random(3)
        on_time = run(Pacer(limit), [0.0] * 2000, [0.0] * 2000)
        late = run(Pacer(limit), [0.0] * 2000, [chance.uniform(0, lag) for _ in range(2000)])
        assert late[-1] / on_time[-1] < 1.005

    def test_idle_time_is_not_saved_up(self) -> None:
        limit = RateLimit(10, per=1.0, margin=0.0)
        left = run(Pacer(limit), [0.0, *[5.0] * 5], [0.0] * 6)
        assert left[1:] == pytest.approx([5.0, 5.1, 5.2, 5.3, 5.4])

    def test_a_burst_leaves_at_once_and_the_rest_evenly(self) -> None:
        limit = RateLimit(10, per=1.0, burst=3, margin=0.0)
        left = run(Pacer(limit), [5.0] * 5, [0.0] * 5)
        assert left == pytest.approx([5.0, 5.0, 5.0, 5.1, 5.2])

    def test_the_estimate_counts_those_ahead(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0, margin=0.0))
        pacer.take(0.0, 0.0)
        assert pacer.estimate(1.0, ahead=2) == pytest.approx(9.0)


class TestRefusal:
    def test_retry_after_freezes(self) -> None:
        pacer = Pacer(RateLimit(10, per=1.0))
        pacer.refused(pacer.take(0.0, 0.0), 0.1, retry_after=7.0)
        assert pacer.due() == pytest.approx(7.1)

    def test_after_a_freeze_they_leave_one_by_one_even_where_bursts_are_allowed(self) -> None:
        pacer = Pacer(RateLimit(10, per=1.0, burst=5, margin=0.0))
        pacer.freeze(7.0)
        assert [slot.at for slot in run_slots(pacer, 4)] == pytest.approx([7.0, 7.1, 7.2, 7.3])

    def test_without_retry_after_the_pause_grows_with_each_refusal_and_not_for_ever(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0))
        pauses = []
        for _ in range(8):
            now = max(pacer.due(), 0.0)
            pacer.refused(pacer.take(now, now), now, None)
            pauses.append(pacer.frozen_until - now)
        assert pauses == pytest.approx([3, 6, 12, 24, 48, 60, 60, 60])

    def test_a_success_ends_the_growing(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0))
        for _ in range(3):
            now = max(pacer.due(), 0.0)
            pacer.refused(pacer.take(now, now), now, None)
        pacer.accepted()
        now = pacer.due()
        pacer.refused(pacer.take(now, now), now, None)
        assert pacer.frozen_until - now == pytest.approx(3)

    def test_requests_already_travelling_widen_and_freeze_once(self) -> None:
        pacer = Pacer(RateLimit(10, per=1.0, burst=5))
        slots = [pacer.take(0.0, 0.0) for _ in range(5)]
        for slot in slots:
            pacer.refused(slot, 0.2, None)
        assert pacer.margin == pytest.approx(0.1)
        assert pacer.frozen_until == pytest.approx(1.2)

    def test_the_margin_widens_and_narrows_back(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0))
        pacer.refused(pacer.take(0.0, 0.0), 0.0, None)
        widened = pacer.margin
        assert widened == pytest.approx(0.1)
        pacer.accepted()
        assert 0.05 < pacer.margin < widened
        for _ in range(20_000):
            pacer.accepted()
        assert pacer.margin == pytest.approx(0.05, abs=1e-3)

    def test_the_margin_never_narrows_below_the_setting(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0, margin=0.2))
        for _ in range(100):
            pacer.accepted()
        assert pacer.margin == 0.2

    def test_a_lone_refusal_after_much_success_widens_little(self) -> None:
        pacer = Pacer(RateLimit(1, per=1.0, margin=0.4))
        for _ in range(50):
            pacer.accepted()
        pacer.refused(pacer.take(0.0, 0.0), 0.0, None)
        assert pacer.margin == pytest.approx(0.5)

    def test_a_refusal_under_full_use_tells_the_servers_own_rate(self) -> None:
        pacer = Pacer(RateLimit(20, per=1.0))
        slots = run_slots(pacer, 19)
        pacer.refused(slots[10], slots[18].at, None)
        assert pacer.window == pytest.approx(2.05)
        assert pacer.limit.requests / pacer.window < 10

    def test_one_refusal_halves_the_rate_at_most(self) -> None:
        pacer = Pacer(RateLimit(20, per=1.0))
        slots = run_slots(pacer, 19)
        pacer.refused(slots[3], slots[18].at, None)
        assert pacer.window == pytest.approx(2.05)

    def test_a_refusal_while_few_leave_tells_nothing_of_the_kind(self) -> None:
        pacer = Pacer(RateLimit(20, per=1.0))
        for number in range(5):
            pacer.take(number / 5, number / 5)
            pacer.accepted()
        pacer.refused(pacer.take(1.0, 1.0), 1.0, None)
        assert pacer.margin == pytest.approx(0.1)

    def test_the_margin_is_bounded(self) -> None:
        pacer = Pacer(RateLimit(1, per=1.0))
        for _ in range(50):
            now = max(pacer.due(), 0.0)
            pacer.refused(pacer.take(now, now), now, None)
        assert pacer.margin == 10.0

    def test_a_rate_told_twice_too_high_is_found_out_with_few_refusals(self) -> None:
        pacer = Pacer(RateLimit(1, per=3.0))
        last_admitted, refused, sent = float("-inf"), 0, 0
        while sent - refused < 100:
            now = max(pacer.due(), 0.0)
            slot = pacer.take(now, 0.0)
            sent += 1
            if now < last_admitted + 6.0:
                refused += 1
                pacer.refused(slot, now, None)
            else:
                last_admitted = now
                pacer.accepted()
        assert refused <= 8


class TestChange:
    def test_a_slower_rate_counts_what_was_sent_before(self) -> None:
        pacer = Pacer(RateLimit(10, per=1.0, burst=10, margin=0.0))
        for _ in range(10):
            pacer.take(0.0, 0.0)
        pacer.change(RateLimit(2, per=4.0, margin=0.0), 0.0)
        assert pacer.due() == pytest.approx(4.0)

    def test_a_faster_rate_counts_forgotten_requests_as_late_as_they_can_have_been(self) -> None:
        pacer = Pacer(RateLimit(1, per=1.0, margin=0.0))
        pacer.take(0.0, 0.0)
        pacer.take(1.0, 0.0)
        pacer.change(RateLimit(2, per=1.0, burst=2, margin=0.0), 1.0)
        assert pacer.due() == pytest.approx(2.0)

    def test_a_faster_rate_is_felt_at_once(self) -> None:
        pacer = Pacer(RateLimit(1, per=100.0, margin=0.0))
        pacer.take(0.0, 0.0)
        pacer.change(RateLimit(1, per=1.0, margin=0.0), 0.5)
        assert pacer.due() <= 1.5


class TestSettings:
    def test_timedelta_is_taken_for_seconds(self) -> None:
        assert RateLimit(1, timedelta(minutes=1), margin=timedelta(seconds=1)) == RateLimit(1, per=60.0, margin=1.0)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: RateLimit(0, per=1),
            lambda: RateLimit(1.5, per=1),  # type: ignore[arg-type]
            lambda: RateLimit(1, per=0),
            lambda: RateLimit(1, per=float("inf")),
            lambda: RateLimit(1, per=1, burst=2),
            lambda: RateLimit(1, per=1, burst=0),
            lambda: RateLimit(1, per=1, margin=-0.1),
            lambda: RateLimit(1.0, per=1),  # type: ignore[arg-type]
            lambda: RateLimit("1", per=1),  # type: ignore[arg-type]
            lambda: RateLimit(float("nan"), per=1),  # type: ignore[arg-type]
            lambda: RateLimit(2, per=1, burst=1.5),  # type: ignore[arg-type]
        ],
    )
    def test_numbers_that_are_no_rate_are_refused(self, make: object) -> None:
        with pytest.raises(ConfigurationError, match="must"):
            make()  # type: ignore[operator]

    def test_what_is_no_time_is_refused(self) -> None:
        with pytest.raises(ConfigurationError, match="no number of seconds"):
            RateLimit(1, per="3")  # type: ignore[arg-type]

    def test_it_reads_like_a_sentence(self) -> None:
        assert str(RateLimit(50, per=1.0)) == "50 per 1 s"
