"""Accounts that are warming up: calls by hour and day in UTC, whoever makes them."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk.schema import TABLES
from lixasync.bulk.warmup import WarmUp, admit, hour_of, warm_up
from lixasync.models import LinkedInAccount, Warmup, WarmupDetails

NOON = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def file(path: str | Path = ":memory:") -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=60)
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in TABLES:
            connection.execute(statement)
    return connection


def account(
    status: str | None = "warming", *, hourly: int | None = 5, daily: int | None = 40, details: bool = True
) -> LinkedInAccount:
    numbers = WarmupDetails(hourly_now=hourly, daily_now=daily, hourly_target=50, daily_target=400)
    return LinkedInAccount(warmup=Warmup(status=status, details=numbers if details else None))


@pytest.mark.parametrize(
    ("given_account", "expected"),
    [
        (account(), WarmUp(hourly=5, daily=40)),
        (account(None), WarmUp(hourly=5, daily=40)),
        (account("in a state of its own"), WarmUp(hourly=5, daily=40)),
        (account(hourly=None), WarmUp(daily=40)),
        (account(daily=None), WarmUp(hourly=5)),
        (account(hourly=0, daily=0), WarmUp(hourly=0, daily=0)),
        (account("completed"), WarmUp()),
        (account(details=False), WarmUp()),
        (LinkedInAccount(), WarmUp()),
    ],
)
def test_what_an_account_may_do(given_account: LinkedInAccount, expected: WarmUp) -> None:
    assert warm_up(given_account) == expected
    assert expected.bounds is (expected.hourly is not None or expected.daily is not None)


@given(st.datetimes().filter(lambda moment: 1970 < moment.year < 9999), st.integers(-14, 14))
def test_an_hour_is_the_same_in_every_time_zone(moment: datetime, offset: int) -> None:
    now = moment.replace(tzinfo=UTC)
    assert hour_of(now) == hour_of(now.astimezone(timezone(timedelta(hours=offset)))) == now.timestamp() // 3600
    assert hour_of(now + HOUR) == hour_of(now) + 1


def test_the_hour_is_full_until_the_next_one() -> None:
    db, allowed = file(), WarmUp(hourly=2)
    assert [admit(db, "robin", allowed, NOON) for _ in range(3)] == [None, None, NOON.replace(hour=13, minute=0)]
    assert admit(db, "robin", allowed, NOON.replace(minute=59, second=59)) == NOON.replace(hour=13, minute=0)
    assert admit(db, "robin", allowed, NOON.replace(hour=13, minute=0)) is None
    db.close()


def test_the_day_is_full_until_midnight_utc() -> None:
    db, allowed = file(), WarmUp(daily=2, hourly=1)
    assert admit(db, "robin", allowed, NOON) is None
    assert admit(db, "robin", allowed, NOON + HOUR) is None
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    assert admit(db, "robin", allowed, NOON + HOUR) == midnight  # the hour is full as well
    assert admit(db, "robin", allowed, NOON + 2 * HOUR) == midnight
    assert admit(db, "robin", allowed, midnight - timedelta(seconds=1)) == midnight
    assert admit(db, "robin", allowed, midnight) is None
    db.close()


def test_the_last_hour_of_a_day_ends_with_it() -> None:
    db, late = file(), NOON.replace(hour=23)
    assert admit(db, "robin", WarmUp(hourly=1), late) is None
    assert admit(db, "robin", WarmUp(hourly=1), late) == datetime(2026, 11, 2, tzinfo=UTC)
    db.close()


def test_viewers_do_not_take_from_each_other() -> None:
    db, allowed = file(), WarmUp(hourly=1, daily=1)
    assert admit(db, "robin", allowed, NOON) is None
    assert admit(db, "kim", allowed, NOON) is None
    assert admit(db, "robin", allowed, NOON) is not None
    assert admit(db, "kim", allowed, NOON) is not None
    db.close()


def test_who_may_do_nothing_yet_waits_and_is_not_counted() -> None:
    db = file()
    assert admit(db, "robin", WarmUp(hourly=0), NOON) == NOON.replace(hour=13, minute=0)
    assert admit(db, "robin", WarmUp(daily=0), NOON) == datetime(2026, 11, 2, tzinfo=UTC)
    assert admit(db, "robin", WarmUp(hourly=1), NOON) is None
    db.close()


def test_without_a_bound_calls_are_counted_for_when_there_is_one() -> None:
    db = file()
    for _ in range(3):
        assert admit(db, "robin", WarmUp(), NOON) is None
    assert admit(db, "robin", WarmUp(hourly=3), NOON) is not None
    assert admit(db, "robin", WarmUp(hourly=4), NOON) is None
    db.close()


def test_days_gone_by_are_forgotten() -> None:
    db = file()
    for day in range(5):
        admit(db, "robin", WarmUp(), NOON + timedelta(days=day))
        admit(db, "kim", WarmUp(), NOON + timedelta(days=day))
    assert db.execute("SELECT count(*) FROM calls").fetchone() == (2,)
    db.close()


def test_a_clock_that_ran_ahead_does_not_close_the_days_until_then() -> None:
    db, allowed = file(), WarmUp(daily=2, hourly=2)
    for _ in range(2):
        assert admit(db, "robin", allowed, NOON + timedelta(days=100)) is None
    for day in range(3):
        now = NOON + timedelta(days=day)
        assert [admit(db, "robin", allowed, now) for _ in range(2)] == [None, None]
        assert admit(db, "robin", allowed, now) is not None
    db.close()


@given(
    hourly=st.none() | st.integers(0, 4),
    daily=st.none() | st.integers(0, 10),
    calls=st.lists(st.tuples(st.sampled_from(["robin", "kim"]), st.integers(0, 100)), max_size=60),
)
def test_no_hour_and_no_day_has_more_and_none_is_refused_for_nothing(
    hourly: int | None, daily: int | None, calls: list[tuple[str, int]]
) -> None:
    db, allowed, now = file(), WarmUp(hourly=hourly, daily=daily), NOON
    hours, days = Counter[tuple[str, object]](), Counter[tuple[str, object]]()
    for viewer, minutes in calls:
        now += timedelta(minutes=minutes)
        hour, day = (viewer, now.replace(minute=0, second=0)), (viewer, now.date())
        full_hour = hourly is not None and hours[hour] >= hourly
        full_day = daily is not None and days[day] >= daily
        until = admit(db, viewer, allowed, now)
        assert (until is not None) == (full_hour or full_day)
        if until is None:
            hours[hour] += 1
            days[day] += 1
        else:
            assert now < until <= now + (timedelta(days=1) if full_day else HOUR)
    db.close()


def test_processes_that_share_a_file_share_the_hour(tmp_path: Path) -> None:
    path, allowed, admitted = tmp_path / "job.db", WarmUp(hourly=50), []
    file(path).close()

    def work() -> None:
        db = file(path)
        for _ in range(30):
            db.execute("BEGIN IMMEDIATE")
            if admit(db, "robin", allowed, NOON) is None:
                admitted.append(1)
            db.execute("COMMIT")
        db.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 50
