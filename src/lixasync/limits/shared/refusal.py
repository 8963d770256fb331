"""Why calls get no slot of a shared budget today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lixasync.errors import DailyLimitError
from lixasync.limits.lanes import Waiter
from lixasync.limits.shared.messages import SECOND, Reply


def refuse(reply: Reply, waiters: Iterable[Waiter]) -> None:
    """Tell everybody who waits for what is used up, or closed.

    Args:
        reply: What the budget says.
        waiters: All who wait.
    """
    resource = reply.closed.partition(":")[2] if reply.why == "quota" else reply.closed
    what = "The shared quota is used up" if reply.why == "quota" else "The daily limit was reached earlier"
    wait = reply.wait / SECOND
    for waiter in waiters:
        if resource in ("*", waiter.turn.resource):
            error = DailyLimitError(
                f"{what}; no request was sent.",
                hint="Try again at retry_at.",
                type="daily_limit",
                retry_after=wait,
                retry_at=datetime.now(UTC) + timedelta(seconds=wait),
            )
            waiter.refuse(error)
