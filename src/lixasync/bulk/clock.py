"""The time of day, as jobs see it; in one place, so that tests of days need not last as long."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def seconds() -> float:
    """Return the present moment in seconds since 1970."""
    return now().timestamp()
