"""Why a call gets no slot of a shared budget today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lixasync.errors import DailyLimitError
from lixasync.limits.shared.messages import SECOND, Reply


def resource_of(reply: Reply) -> str:
    """Return what may not be asked for any more; ``"*"`` for everything."""
    return reply.closed.partition(":")[2] if reply.why == "quota" else reply.closed


def used_up(reply: Reply) -> DailyLimitError:
    """Return the error for those who want it."""
    what = "The shared quota is used up" if reply.why == "quota" else "The daily limit was reached earlier"
    wait = reply.wait / SECOND
    return DailyLimitError(
        f"{what}; no request was sent.",
        hint="Try again at retry_at.",
        type="daily_limit",
        retry_after=wait,
        retry_at=datetime.now(UTC) + timedelta(seconds=wait),
    )
