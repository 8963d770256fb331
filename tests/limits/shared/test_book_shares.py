"""Who gets what of a shared budget: quotas, what is closed, and lanes. Pure: the time is passed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st
from tests.limits.shared.book_world import FAR, Process, ask, told, waits, world

from lixasync.limits.shared.messages import DAY, SECOND, Allowance, Period, Report

DAILY = Allowance("people", "day", 3)


class TestQuotas:
    def test_what_is_left_is_granted_and_then_nothing_until_midnight(self) -> None:
        shared = world()
        reply = shared.tell(Process(), want=9, horizon=FAR, resource="people", allowances=(DAILY,))
        assert len(reply.slots) == 3
        reply = ask(shared, resource="people", allowances=(DAILY,))
        midnight = datetime.fromtimestamp(reply.clock / SECOND, UTC).replace(hour=0, minute=0, second=0)
        assert (reply.why, reply.closed, reply.slots) == ("quota", "day:people", ())
        assert reply.wait == round((midnight + timedelta(days=1)).timestamp()) * SECOND - reply.clock
        shared.now += reply.wait
        assert ask(shared, resource="people", allowances=(DAILY,)).why == "granted"

    def test_others_are_not_concerned(self) -> None:
        shared = world()
        shared.tell(Process(), want=3, horizon=FAR, resource="people", allowances=(DAILY,))
        assert ask(shared, resource="posts", allowances=(Allowance("posts", "day", 1),)).why == "granted"
        assert ask(shared).why == "granted"

    def test_of_several_the_first_that_is_used_up_decides(self) -> None:
        shared = world()
        weekly = Allowance("*", "week", 1)
        ask(shared, allowances=(DAILY, weekly))
        reply = ask(shared, allowances=(DAILY, weekly))
        assert (reply.closed, reply.wait) == ("week:*", weekly.end(reply.clock) - reply.clock)

    def test_what_was_not_used_is_given_back_in_its_own_period_alone(self) -> None:
        shared = world()
        one = attrs.evolve(DAILY, requests=1)
        period = one.number(ask(shared, allowances=(one,)).clock)
        told(shared, Report("unused", one.field, period - 1))
        assert ask(shared, allowances=(one,)).why == "quota"
        told(shared, Report("unused", one.field, period))
        assert ask(shared, allowances=(one,)).why == "granted"
        told(shared, Report("unused", "day:nothing", period))
        assert "day:nothing" not in shared.state

    def test_a_resource_is_closed_for_as_long_as_was_said(self) -> None:
        shared = world()
        told(shared, Report("closed", "people", 9 * SECOND))
        told(shared, Report("closed", "people", 3 * SECOND))
        reply = ask(shared, resource="people")
        assert (reply.why, reply.closed, reply.wait, reply.slots) == ("closed", "people", 9 * SECOND, ())
        assert ask(shared, resource="posts").why == "granted"
        shared.now += 9 * SECOND
        assert ask(shared, resource="people").why == "granted"

    @given(clock=st.integers(0, 200 * 365 * DAY))
    def test_days_and_weeks_are_those_of_the_calendar(self, clock: int) -> None:
        now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=clock)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        ends: dict[Period, datetime] = {
            "day": midnight + timedelta(days=1),
            "week": midnight + timedelta(days=7 - midnight.weekday()),
        }
        for period, end in ends.items():
            allowance = Allowance("*", period, 1)
            left = timedelta(microseconds=allowance.end(clock) - clock)
            assert now + left == end
            assert allowance.number(allowance.end(clock)) == allowance.number(clock) + 1
            assert allowance.number(allowance.end(clock) - 1) == allowance.number(clock)


class TestLanes:
    def test_bulk_calls_that_wait_get_one_in_ten(self) -> None:
        shared, got = world(), ""
        for _ in range(400):
            if ask(shared, horizon=250_000).slots:
                got += "i"
            if shared.tell(Process(), want=1, horizon=20_000, bulk=True).slots:
                got += "b"
            shared.now += 50_000
        assert got.count("b") in range(18, 23)
        assert "i" * 11 not in got[10:]

    def test_nothing_is_kept_when_none_waits(self) -> None:
        shared = world()
        waits(shared, 30)
        reply = shared.tell(Process(), want=1, horizon=20_000, bulk=True)
        assert (reply.why, reply.slots) == ("rate", ())
