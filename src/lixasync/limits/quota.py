"""What was spent, and which operations the server has closed for the day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import attrs

from lixasync.errors import DailyLimitError


@attrs.frozen(kw_only=True)
class QuotaSnapshot:
    """What was spent and what is left, as far as this client knows.

    Attributes:
        credits: Credits spent through this client, by kind (``"standard"``, ``"org"``, ``"email"``; ``"unstated"``
            where the API's reference names no kind).
        requests_remaining: Requests left today, as the daily allowance last told; None before it was asked.
        refreshes_at: When the daily allowance is refreshed, as last told; None before it was asked.
        closed: Operations refused until a moment, after a ``daily_limit`` answer.
    """

    credits: dict[str, int]
    requests_remaining: int | None
    refreshes_at: datetime | None
    closed: dict[str, datetime]


class Quota:
    """Counts credits and refuses early what the server has already refused for the day."""

    def __init__(self) -> None:
        self._credits: Counter[str] = Counter()
        self._requests_remaining: int | None = None
        self._refreshes_at: datetime | None = None
        self._closed: dict[str, datetime] = {}

    def check(self, operation: str) -> None:
        """Raise DailyLimitError when the operation is known to be closed until later."""
        if not self._closed:
            return
        until = self._closed.get(operation)
        if until is None:
            return
        left = (until - datetime.now(UTC)).total_seconds()
        if left <= 0:
            del self._closed[operation]
            return
        raise DailyLimitError(
            "The daily limit of this operation was reached earlier; no request was sent.",
            hint="Try again at retry_at.",
            operation=operation,
            type="daily_limit",
            retry_after=left,
            retry_at=until,
        )

    def spend(self, kind: str, amount: int) -> None:
        """Count the credits of a kind that an answer cost."""
        if amount:
            self._credits[kind] += amount

    def daily_limit(self, error: DailyLimitError, operation: str) -> DailyLimitError:
        """Learn from the server's refusal until when the operation is closed, and say so on the error."""
        now = datetime.now(UTC)
        until = error.retry_at or self._refreshes_at
        if until is not None and until > now:
            error.retry_at = self._closed[operation] = until
            error.retry_after = (until - now).total_seconds()
        return error

    def allowance(self, requests_remaining: int | None, refreshes_at: datetime | None) -> None:
        """Take in what the server says of the daily allowance."""
        self._requests_remaining = requests_remaining
        self._refreshes_at = refreshes_at

    def snapshot(self) -> QuotaSnapshot:
        """Return what was spent and what is known to be left."""
        return QuotaSnapshot(
            credits=dict(self._credits),
            requests_remaining=self._requests_remaining,
            refreshes_at=self._refreshes_at,
            closed=dict(self._closed),
        )
