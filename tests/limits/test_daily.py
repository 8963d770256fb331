"""Calls counted by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.errors import DailyLimitError
from lixasync.limits.daily import DailyCount, next_midnight
from lixasync.limits.quota import Quota

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=14))])))
def test_the_next_midnight_is_ahead_by_a_day_at_most(now: datetime) -> None:
    midnight = next_midnight(now) if datetime(2, 1, 1, tzinfo=UTC) < now < datetime(9999, 1, 1, tzinfo=UTC) else None
    if midnight is not None:
        assert timedelta(0) < midnight - now <= timedelta(days=1)
        assert midnight.astimezone(UTC).time().isoformat() == "00:00:00"


@given(
    ceiling=st.integers(0, 6),
    steps=st.lists(st.tuples(st.sampled_from(["take", "give back", "send"]), st.integers(0, 40)), max_size=40),
)
def test_no_day_has_more_calls_than_its_ceiling_save_those_taken_before(
    ceiling: int, steps: list[tuple[str, int]]
) -> None:
    count, now = DailyCount({"x": ceiling}), NOON
    open_tickets, made, late = [], 0, 0
    for step, hours in steps:
        before = now.date()
        now += timedelta(hours=hours if step == "send" else 0)
        if now.date() != before:
            made = late = 0
        if step == "take" and not count.is_full("x", now):
            ticket = count.take("x", now)
            assert ticket is not None
            open_tickets.append(ticket)
            made += 1
        elif step == "give back" and open_tickets:
            ticket = open_tickets.pop()
            count.give_back(ticket)
            made -= ticket.day == now.date()
        elif step == "send" and open_tickets:
            ticket = open_tickets.pop(0)
            count.sent(ticket, now)
            made += ticket.day != now.date()
            late += ticket.day != now.date()
        assert count.calls(now) == {"x": made}
        assert made <= ceiling + late


def test_what_has_no_ceiling_is_counted_and_what_is_not_named_is_not() -> None:
    count = DailyCount({"free": None})
    for _ in range(3):
        assert not count.is_full("free", NOON)
        count.take("free", NOON)
    assert count.take("other", NOON) is None
    assert not count.is_full("other", NOON)
    assert count.calls(NOON) == {"free": 3}
    assert count.calls(NOON + timedelta(days=1)) == {"free": 0}


def test_a_full_day_is_refused_until_midnight() -> None:
    now = NOON
    quota = Quota({"people-search": 2}, clock=lambda: now)
    tickets = [quota.take("people-search") for _ in range(2)]
    with pytest.raises(DailyLimitError, match="2 calls a day to people-search") as caught:
        quota.take("people-search")
    assert caught.value.retry_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert caught.value.retry_after == 12 * 3600
    quota.give_back(tickets[0])
    quota.take("people-search")
    now += timedelta(hours=12)
    for ticket in tickets[1:]:
        quota.sent(ticket)
    assert quota.snapshot().calls == {"people-search": 1}
    assert quota.snapshot().ceilings == {"people-search": 2}


def test_a_server_whose_clock_is_off_closes_for_as_long_as_it_says() -> None:
    now = NOON
    quota = Quota(clock=lambda: now)
    midnight = datetime(2014, 8, 2, tzinfo=UTC)  # by the server's clock
    error = quota.daily_limit(DailyLimitError("throttled", retry_after=3600, retry_at=midnight), "connections")
    assert error.retry_at == midnight
    now += timedelta(minutes=59)
    with pytest.raises(DailyLimitError):
        quota.check("connections")
    now += timedelta(minutes=2)
    quota.check("connections")


def test_what_is_given_back_after_midnight_does_not_count_below_nothing() -> None:
    count = DailyCount({"x": 5})
    ticket = count.take("x", NOON)
    assert ticket is not None
    tomorrow = NOON + timedelta(days=1)
    assert count.calls(tomorrow) == {"x": 0}
    count.give_back(ticket)
    assert count.calls(tomorrow) == {"x": 0}
