"""The limits as a user of a client sees them: ``lix.limits``."""

from __future__ import annotations

import attrs

from lixasync.errors import UsageError
from lixasync.limits.base import LimiterSnapshot, RateLimiter
from lixasync.limits.quota import Quota, QuotaSnapshot
from lixasync.limits.rate import RateLimit


@attrs.frozen(kw_only=True)
class LimitsSnapshot:
    """The state of a client's limits at one moment.

    Attributes:
        rate: The rate limiter: rate, margin, calls waiting per lane, next slot, requests sent, retried and refused.
        lookc: The same of the LookC API, which has a rate of its own; None for clients of another API.
        quota: Credits spent by kind, and what is known of the daily allowance.
    """

    rate: LimiterSnapshot
    lookc: LimiterSnapshot | None = None
    quota: QuotaSnapshot


class Limits:
    """What a client's limits are and how they are used; shared by all clients made with ``with_options``."""

    def __init__(self, limiter: RateLimiter, quota: Quota, *, lookc: RateLimiter | None = None) -> None:
        self._limiter = limiter
        self._quota = quota
        self._lookc = lookc

    def snapshot(self) -> LimitsSnapshot:
        """Return the state of the limits now; call it inside the event loop."""
        lookc = None if self._lookc is None else self._lookc.snapshot()
        return LimitsSnapshot(rate=self._limiter.snapshot(), lookc=lookc, quota=self._quota.snapshot())

    def set_rate(self, limit: RateLimit, *, lookc: bool = False) -> None:
        """Put another rate limit in force at once, after a change of plan, say; call it inside the event loop.

        Args:
            limit: The rate.
            lookc: Whether it is that of the LookC API.

        Raises:
            UsageError: the client has no LookC API.
        """
        limiter = self._lookc if lookc else self._limiter
        if limiter is None:
            raise UsageError("This client has no LookC API.")
        limiter.set_rate(limit)
