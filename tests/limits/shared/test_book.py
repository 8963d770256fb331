"""The arithmetic of a shared budget: pure, so every test passes the time in."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.limits.shared.book_world import EVEN, FAR, START, Process, ask, told, waits, world

from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.messages import SECOND, Allowance, Message, Report, Terms


class TestPace:
    def test_slots_are_spaced_evenly_whoever_asks(self) -> None:
        assert waits(world(), 4) == [0, 100_000, 200_000, 300_000]

    def test_no_more_are_granted_than_wanted_or_than_come_into_sight(self) -> None:
        shared = world()
        assert shared.tell(Process(), want=2, horizon=FAR).slots == (0, 100_000)
        reply = shared.tell(Process(), want=9, horizon=350_000)
        assert reply.slots == (200_000, 300_000)
        reply = shared.tell(Process(), want=9, horizon=350_000)
        assert (reply.why, reply.wait, reply.slots) == ("rate", 50_000, ())

    def test_they_are_numbered(self) -> None:
        shared = world()
        first = shared.tell(Process(), want=2, horizon=FAR).number
        assert ask(shared).number == first + 2

    def test_after_a_pause_a_burst_and_then_evenly(self) -> None:
        shared = world(attrs.evolve(EVEN, burst=3))
        assert waits(shared, 5) == [0, 0, 0, 100_000, 200_000]
        shared.now += FAR
        assert waits(shared, 5) == [0, 0, 0, 100_000, 200_000]

    def test_idle_time_is_not_saved_up_but_lateness_is_made_up_for(self) -> None:
        shared = world()
        ask(shared)
        shared.now += 150_000
        assert waits(shared, 2) == [0, 100_000]
        shared.now += 250_000  # 50 ms later than the next is due
        assert waits(shared, 2, waited=FAR) == [0, 50_000]

    @given(
        requests=st.integers(1, 50),
        per=st.integers(50_000, 3 * SECOND),
        margin=st.integers(1_000, 50_000),
        processes=st.integers(1, 4),
        share=st.floats(0, 1),
    )
    def test_with_work_waiting_nearly_all_is_granted(
        self, requests: int, per: int, margin: int, processes: int, share: float
    ) -> None:
        """Also when everybody asks a little late, as long as that is within what the margin has for it."""
        shared = world(Terms(requests=requests, per=per, burst=1, margin=margin))
        lag = int(share * min(margin / 5 / max(1.0, per / SECOND), (per + margin) / requests))
        used: list[int] = []
        crowd = [Process() for _ in range(processes)]

        def go(process: Process, since: int) -> None:
            reply = shared.tell(process, want=1, horizon=0, waited=shared.now - since, bulk=True)
            if reply.slots:
                used.append(shared.now)
                since = shared.now
                shared.at(shared.now, lambda: go(process, since))
            else:
                shared.at(shared.now + reply.wait + lag, lambda: go(process, since))

        for process in crowd:
            shared.at(START, lambda process=process: go(process, START))  # type: ignore[misc] # bound now
        shared.run(20 * requests * (processes + 1))
        assert len(used) > 2 * requests
        permitted = (used[-1] - used[0]) * requests / (per + margin)
        assert len(used) - 1 >= 0.97 * permitted - 1

    def test_whoever_is_far_away_gets_longer_windows(self) -> None:
        shared = world(attrs.evolve(EVEN, requests=1))
        ask(shared, Process(late=30_000))
        assert ask(shared).slots == (SECOND + 30_000,)
        assert ask(shared).slots == (2 * SECOND + 30_000,)


class TestReports:
    def test_a_slot_that_was_used_late_counts_from_then(self) -> None:
        shared = world(attrs.evolve(EVEN, burst=10))
        first = ask(shared).number
        waits(shared, 9)
        told(shared, Report("moved", first, 0))
        shared.now += 300_000
        told(shared, Report("moved", first + 1, 100_000))
        assert waits(shared, 2) == [700_000, 900_000]

    def test_one_that_was_not_used_is_granted_again(self) -> None:
        shared = world()
        latest = shared.tell(Process(), want=3, horizon=FAR).number + 2
        assert ask(shared, Process(reports=[Report("lost", latest)])).slots == (200_000,)

    def test_of_a_window_of_one_too(self) -> None:
        shared = world(Terms(requests=1, per=3600 * SECOND, burst=1, margin=35_000))
        number = ask(shared).number
        told(shared, Report("lost", number))
        assert ask(shared).slots == (35_000,)
        told(shared, Report("moved", number + 1))
        assert ask(shared, horizon=2 * 3600 * SECOND).slots == (3600 * SECOND + 70_000,)

    def test_the_one_before_it_in_the_ring_stays_counted(self) -> None:
        shared = world(Terms(requests=3, per=3 * SECOND, burst=3, margin=0))
        first = shared.tell(Process(), want=3, horizon=FAR).number
        shared.now += 2 * SECOND
        told(shared, Report("moved", first))
        shared.now += SECOND
        assert waits(shared, 2) == [2 * SECOND, SECOND]
        told(shared, Report("lost", first + 3), Report("lost", first + 4))
        ask(shared)
        assert ask(shared).slots == (2 * SECOND,)

    @pytest.mark.parametrize("number", [-11, 0, 11, 999])
    def test_numbers_that_are_not_in_the_window_any_more_or_yet_say_nothing(self, number: int) -> None:
        shared = world()
        first = ask(shared).number
        waits(shared, 10)
        before = dict(shared.state)
        told(shared, Report("lost", first + number), Report("moved", first + number))
        assert shared.state == before

    def test_nor_do_those_of_a_book_that_was_lost(self) -> None:
        shared = world()
        number = ask(shared).number
        shared.state.clear()
        shared.now += SECOND
        ask(shared)
        before = dict(shared.state)
        told(shared, Report("lost", number), Report("moved", number))
        assert shared.state == before

    def test_a_lost_slot_does_not_undo_a_freeze(self) -> None:
        shared = world()
        number = shared.tell(Process(), want=3, horizon=FAR).number
        reply = told(shared, Report("freeze", 7 * SECOND), Report("lost", number + 1), Report("lost", number + 2))
        assert reply.ahead == reply.frozen == 7 * SECOND

    def test_whoever_went_on_without_asking_holds_everybody_for_a_window(self) -> None:
        shared = world(attrs.evolve(EVEN, burst=5))
        assert told(shared, Report("apart")).why == "granted"
        assert ask(shared).slots == (3 * SECOND,)


class TestRefusals:
    def test_a_freeze_holds_everybody_and_then_they_go_one_by_one(self) -> None:
        shared = world(attrs.evolve(EVEN, burst=5))
        reply = told(shared, Report("freeze", 7 * SECOND))
        assert reply.frozen == 7 * SECOND
        shared.now += 2 * SECOND
        reply = ask(shared)
        assert (reply.why, reply.wait, reply.slots) == ("frozen", 5 * SECOND, ())
        shared.now += 5 * SECOND
        assert waits(shared, 3) == [0, 100_000, 200_000]

    def test_a_shorter_freeze_does_not_end_a_longer_one(self) -> None:
        shared = world()
        told(shared, Report("freeze", 7 * SECOND))
        assert told(shared, Report("freeze", SECOND)).frozen == 7 * SECOND

    def test_retry_after_is_what_it_lasts(self) -> None:
        assert told(world(), Report("refused", 0, 4 * SECOND)).frozen == 4 * SECOND

    def test_without_it_the_pause_grows_with_each_and_not_for_ever(self) -> None:
        shared = world(attrs.evolve(EVEN, requests=1, per=3 * SECOND))
        pauses = []
        for _ in range(8):
            reply = told(shared, Report("refused", 0, -1))
            pauses.append(reply.frozen // SECOND)
            shared.now += reply.frozen + 1
        assert pauses == [3, 6, 12, 24, 48, 60, 60, 60]
        shared.tell(Process(accepted=1))
        assert told(shared, Report("refused", 0, -1)).frozen == 3 * SECOND

    def test_those_that_were_travelling_already_widen_the_margin_and_lengthen_the_pause_once(self) -> None:
        shared = world(attrs.evolve(EVEN, margin=50_000))
        shared.now += SECOND
        first = told(shared, Report("refused", 0, -1))
        shared.now += 1000
        second = told(shared, Report("refused", 1001, -1))
        assert first.margin == second.margin == 100_000
        assert second.frozen == first.frozen - 1000

    def test_the_margin_widens_and_narrows_back_to_what_it_was(self) -> None:
        shared = world(attrs.evolve(EVEN, margin=50_000))
        assert told(shared, Report("refused", 0, 0)).margin == 100_000
        narrower = shared.tell(Process(accepted=1)).margin
        assert 50_000 < narrower < 100_000
        for _ in range(30):
            shared.tell(Process(accepted=1000))
        assert told(shared).margin == 50_000

    def test_after_much_success_it_widens_little(self) -> None:
        shared = world(attrs.evolve(EVEN, margin=50_000))
        shared.tell(Process(accepted=50))
        assert told(shared, Report("refused", 0, 0)).margin == 62_500

    @pytest.mark.parametrize(("margin", "widest"), [(50_000, 10 * SECOND), (30 * SECOND, 30 * SECOND)])
    def test_it_is_bounded_and_never_below_what_was_set(self, margin: int, widest: int) -> None:
        shared = world(attrs.evolve(EVEN, margin=margin))
        for _ in range(50):
            shared.now += 100
            reply = told(shared, Report("refused", 0, 0))
        assert reply.margin == widest


class TestTerms:
    def test_the_first_who_comes_sets_them_and_others_do_not(self) -> None:
        shared = world()
        ask(shared)
        shared.terms = attrs.evolve(EVEN, requests=1)
        assert ask(shared).terms == EVEN

    def test_unless_they_say_so(self) -> None:
        shared = world()
        ask(shared)
        shared.terms = attrs.evolve(EVEN, per=2 * SECOND)
        assert ask(shared, change=True).slots == (100_000,)
        assert waits(shared, 2) == [300_000, 500_000]

    def test_terms_that_are_in_force_already_change_nothing(self) -> None:
        shared = world(attrs.evolve(EVEN, margin=50_000))
        widened = told(shared, Report("refused", 0, 0)).margin
        assert ask(shared, change=True).margin == widened

    def test_a_slower_rate_counts_what_was_granted_before(self) -> None:
        shared = world(attrs.evolve(EVEN, burst=10))
        waits(shared, 10)
        shared.terms = Terms(requests=2, per=4 * SECOND, burst=1, margin=0)
        assert ask(shared, change=True).slots == (4 * SECOND,)

    def test_a_faster_one_counts_forgotten_ones_as_late_as_they_can_have_been(self) -> None:
        shared = world(attrs.evolve(EVEN, requests=1))
        waits(shared, 3)
        shared.now += 2 * SECOND
        shared.terms = attrs.evolve(EVEN, requests=3, burst=3)
        told(shared, change=True)
        assert waits(shared, 3) == [SECOND, SECOND, SECOND]

    def test_a_faster_one_is_felt_at_once(self) -> None:
        shared = world(attrs.evolve(EVEN, requests=1, per=100 * SECOND))
        waits(shared, 2)
        shared.terms = EVEN
        told(shared, change=True)
        assert ask(shared).slots[0] <= 101 * SECOND
        assert waits(shared, 2)[1] <= 101 * SECOND + 200_000

    def test_to_whole_numbers_and_back(self) -> None:
        limit = RateLimit(50, per=0.75, burst=3, margin=0.035)
        assert Terms.of(limit).limit() == limit


class TestClocks:
    @pytest.mark.parametrize("tick", [False, True])
    def test_one_that_is_set_back_holds_nobody_up(self, tick: bool) -> None:
        shared = attrs.evolve(world(), tick=tick)
        shared.tell(Process(), want=3, horizon=FAR)
        shared.error = -3600 * SECOND
        assert waits(shared, 2) == [300_000, 400_000]
        shared.now += 350_000
        assert waits(shared, 2) == [150_000, 250_000]

    def test_one_that_begins_anew_with_the_machine_holds_nobody_up(self) -> None:
        shared = attrs.evolve(world(), tick=True)
        shared.tell(Process(), want=3, horizon=FAR)
        shared.now = SECOND
        assert waits(shared, 2) == [300_000, 400_000]

    def test_a_book_that_was_lost_goes_on_behind_what_others_know(self) -> None:
        shared = world(attrs.evolve(EVEN, requests=1))
        process = Process()
        shared.tell(process, want=2, horizon=FAR)
        told(shared, Report("freeze", 5 * SECOND))
        shared.tell(process)
        shared.state.clear()
        shared.now += SECOND
        reply = shared.tell(process, want=1, horizon=FAR)
        assert (reply.why, reply.wait) == ("frozen", 4 * SECOND)
        shared.now += 4 * SECOND
        assert shared.tell(process, want=1, horizon=FAR).slots >= (SECOND,)

    def test_an_older_copy_of_it_goes_on_behind_what_others_know(self) -> None:
        shared, process = world(attrs.evolve(EVEN, burst=10)), Process()
        shared.tell(process, want=2, horizon=FAR)
        copy = dict(shared.state)
        number = shared.tell(process, want=8, horizon=0).number
        shared.state = copy
        shared.now += SECOND
        reply = shared.tell(process, want=1, horizon=FAR, number=10)
        assert reply.slots >= (SECOND,)
        assert reply.number > number + 8  # of another book

    def test_who_knows_nothing_of_it_waits_for_nothing(self) -> None:
        assert ask(world()).slots == (0,)


def test_a_message_is_a_flat_list_and_back() -> None:
    message = Message(
        terms=EVEN,
        want=2,
        reports=(Report("lost", 7), Report("closed", "x", 5)),
        allowances=(Allowance("people", "day", 3),),
    )
    flat = message.flat()
    assert len(flat) == 16 + 1 + 2 * 3 + 1 + 3
    assert all(isinstance(part, int | str) for part in flat)
