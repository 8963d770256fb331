"""When nothing can be asked for until a moment: which moment, and why."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import attrs

from lixasync.bulk import clock
from lixasync.bulk.result import Stop
from lixasync.errors import LixasyncError
from lixasync.limits.daily import next_midnight
from lixasync.lix.account import Account
from lixasync.lix.core import Core
from lixasync.transport.caller import Caller

_SHORTEST = timedelta(minutes=1)
_APART = timedelta(minutes=10)  # by which this clock may be ahead of the server's


@attrs.frozen(kw_only=True)
class Pause:
    """Why a run waits.

    Attributes:
        reason: What the run stops with when it is not to wait.
        what: The same in a few words.
        until: From when on it can go on.
        error: What the server said, if it did.
    """

    reason: Stop
    what: str
    until: datetime
    error: LixasyncError | None = None

    def __str__(self) -> str:
        return f"{self.what}, until {clock_time(self.until)}"


def clock_time(moment: datetime) -> str:
    """Return a moment as people say it, with its day when that is not today."""
    moment = moment.astimezone(UTC)
    today = clock.now().date()
    return f"{moment:%H:%M} UTC" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M} UTC"


async def refreshed_at(core: Caller, error: LixasyncError, now: datetime) -> datetime:
    """Return from when on a daily limit is refreshed.

    The refusal may say so, or the API when it is asked; else it is midnight UTC. Of a moment that passed only just, the
    server's clock may not know yet: then it is soon, not a day later.

    Args:
        core: Asks, at no cost.
        error: The refusal.
        now: The present moment.
    """
    until = error.retry_at
    if until is None and isinstance(core, Core):
        with contextlib.suppress(LixasyncError):
            until = (await Account(core).daily_allowance()).refreshes_at
    if until is None or until <= now - _APART:
        until = next_midnight(now - _APART)
    return max(until, now + _SHORTEST)
