"""How much an account may do that was connected lately: calls per hour and per day, counted in the job's file."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import attrs

from lixasync.models import LinkedInAccount

_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OVER = "completed"


@attrs.frozen(kw_only=True)
class WarmUp:
    """What an account may do at present.

    Attributes:
        hourly: Calls in an hour; None for any number.
        daily: Calls in a day; None for any number.
    """

    hourly: int | None = None
    daily: int | None = None

    @property
    def bounds(self) -> bool:
        """Whether there is any bound."""
        return self.hourly is not None or self.daily is not None


def warm_up(account: LinkedInAccount) -> WarmUp:
    """Return what an account may do (Lix API, operation get_linkedin_account, ``warmup``)."""
    state = account.warmup
    if state is None or state.status == _OVER or state.details is None:
        return WarmUp()
    return WarmUp(hourly=state.details.hourly_now, daily=state.details.daily_now)


def hour_of(now: datetime) -> int:
    """Return the hour a moment is in, counted since 1970 in UTC."""
    return (now - _EPOCH) // _HOUR


def admit(connection: sqlite3.Connection, viewer: str, allowed: WarmUp, now: datetime) -> datetime | None:
    """Count a call as a viewer who is warming up, or say from when it is allowed.

    Args:
        connection: The job's file.
        viewer: The viewer.
        allowed: What the account may do.
        now: The present moment.

    Returns:
        datetime | None: None when the call was counted.
    """
    hour = hour_of(now)
    today = hour // 24 * 24
    connection.execute("DELETE FROM calls WHERE hour < ?", (today,))
    made: dict[int, int] = dict(
        connection.execute(  # a clock that was set wrong may have left hours of days to come
            "SELECT hour, calls FROM calls WHERE viewer = ? AND hour < ?", (viewer, today + 24)
        )
    )
    if allowed.daily is not None and sum(made.values()) >= allowed.daily:
        return _EPOCH + (today + 24) * _HOUR
    if allowed.hourly is not None and made.get(hour, 0) >= allowed.hourly:
        return _EPOCH + (hour + 1) * _HOUR
    connection.execute(
        "INSERT INTO calls VALUES (?, ?, 1) ON CONFLICT (viewer, hour) DO UPDATE SET calls = calls + 1", (viewer, hour)
    )
    return None


def give_back(connection: sqlite3.Connection, viewer: str, now: datetime) -> None:
    """Take back the count of a call that was not made after all.

    Args:
        connection: The job's file.
        viewer: The viewer.
        now: The present moment.
    """
    connection.execute(
        "UPDATE calls SET calls = calls - 1 WHERE viewer = ? AND hour = ? AND calls > 0", (viewer, hour_of(now))
    )
