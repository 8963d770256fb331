"""When a watch asks again. Pure: times are arguments."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from lixasync.errors import InvalidArgumentError, LixasyncError


def interval(every: float | timedelta) -> float:
    """Return the seconds between two polls.

    Raises:
        InvalidArgumentError: not a number of seconds above 0, nor such a timedelta.
    """
    seconds: object = every.total_seconds() if isinstance(every, timedelta) else every
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        raise InvalidArgumentError(
            f"every={every!r} is no time between two polls.",
            hint="Give seconds above 0 or a timedelta, such as every=timedelta(minutes=15).",
        )
    return float(seconds)


def passes(error: LixasyncError) -> bool:
    """Say whether a failure may pass by itself, so that a watch waits for the next poll instead of ending."""
    return error.repeatable or error.retry_at is not None or error.retry_after is not None


def next_poll_after(error: LixasyncError, began: float, every: float, now: float, clock: datetime) -> float:
    """Return when to poll again after a failure: at the next turn, or when the failure says, if that is later.

    Args:
        error: What went wrong.
        began: When the failed poll began, on the event loop's clock.
        every: Seconds between two polls.
        now: The event loop's clock.
        clock: The local clock.
    """
    pause = error.retry_after
    if pause is None:
        pause = 0.0 if error.retry_at is None else (error.retry_at - clock).total_seconds()
    return max(began + every, now + pause)
