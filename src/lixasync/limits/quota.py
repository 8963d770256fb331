"""What was spent, and which resources are closed for the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import attrs

from lixasync.errors import DailyLimitError
from lixasync.limits import meter
from lixasync.limits.daily import DailyCount, Ticket, next_midnight


@attrs.frozen(kw_only=True)
class QuotaSnapshot:
    """What was spent and what is left, as far as this client knows.

    Attributes:
        credits: Credits spent through this client, by kind (``"standard"``, ``"org"``, ``"email"``; ``"unstated"``
            where the API's reference names no kind).
        lost: Credits of answers that were lost on the way, by kind: the server may have charged them as well.
        requests_remaining: Requests left today, as the daily allowance last told; None before it was asked.
        refreshes_at: When the daily allowance is refreshed, as last told; None before it was asked.
        closed: Operations or resources refused until a moment, after the server refused them for the day.
        calls: Calls made today (UTC) by resource, where the API counts them so (LinkedIn v1).
        ceilings: Calls a day by resource that this client does not exceed; None where none is set.
    """

    credits: dict[str, int]
    lost: dict[str, int]
    requests_remaining: int | None
    refreshes_at: datetime | None
    closed: dict[str, datetime]
    calls: dict[str, int]
    ceilings: dict[str, int | None]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Quota:
    """Counts credits and calls, and refuses early what would be refused by the server for the rest of the day.

    Args:
        ceilings: Calls a day by resource, which end at midnight UTC; None counts without a ceiling.
        clock: Returns the time in UTC.
    """

    def __init__(
        self, ceilings: Mapping[str, int | None] | None = None, *, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._clock = clock
        self._credits: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._requests_remaining: int | None = None
        self._refreshes_at: datetime | None = None
        self._closed: dict[str, datetime] = {}
        self._daily = DailyCount(ceilings or {})

    def check(self, resource: str) -> None:
        """Raise DailyLimitError when the resource is known to be closed until later."""
        until = self._closed.get(resource)
        if until is None:
            return
        if until > self._clock():
            raise self._refusal("The daily limit was reached earlier; no request was sent.", until)
        del self._closed[resource]

    def take(self, resource: str) -> Ticket | None:
        """Count a call that is about to be made.

        Raises:
            DailyLimitError: the resource's ceiling for the day is reached.
        """
        if not self._daily.ceilings:
            return None
        now = self._clock()
        if self._daily.is_full(resource, now):
            raise self._refusal(
                f"The {self._daily.ceilings[resource]} calls a day to {resource} are used up; no request was sent.",
                next_midnight(now),
            )
        return self._daily.take(resource, now)

    def give_back(self, ticket: Ticket | None) -> None:
        """Take back the count of a call that was not made after all."""
        if ticket is not None:
            self._daily.give_back(ticket)

    def sent(self, ticket: Ticket | None) -> None:
        """Tell that a counted call is made now."""
        if ticket is not None:
            self._daily.sent(ticket, self._clock())

    def _refusal(self, message: str, until: datetime) -> DailyLimitError:
        return DailyLimitError(
            message,
            hint="Try again at retry_at.",
            type="daily_limit",
            retry_after=(until - self._clock()).total_seconds(),
            retry_at=until,
        )

    def spend(self, kind: str, amount: int) -> None:
        """Count the credits of a kind that an answer cost."""
        if amount:
            self._credits[kind] += amount
            meter.count(amount)

    def lose(self, kind: str, amount: int) -> None:
        """Count the credits of a kind that an answer may have cost which never came."""
        if amount:
            self._lost[kind] += amount
            meter.count(amount)

    def daily_limit(self, error: DailyLimitError, resource: str) -> DailyLimitError:
        """Learn from the server's refusal until when the resource is closed, and say so on the error."""
        now = self._clock()
        if error.retry_after is None:
            until = error.retry_at or self._refreshes_at
        else:
            until = now + timedelta(seconds=error.retry_after)  # the server's moment, by this machine's clock
        if until is not None and until > now:
            self._closed[resource] = until
            error.retry_at = error.retry_at or until
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
            lost=dict(self._lost),
            requests_remaining=self._requests_remaining,
            refreshes_at=self._refreshes_at,
            closed=dict(self._closed),
            calls=self._daily.calls(self._clock()),
            ceilings=dict(self._daily.ceilings),
        )
