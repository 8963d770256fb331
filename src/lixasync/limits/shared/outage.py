"""While the keeper of a budget cannot be reached."""

from __future__ import annotations

import anyio

from lixasync.errors import LimiterUnavailableError
from lixasync.limits.lanes import Turn
from lixasync.limits.limiter import Limiter
from lixasync.limits.rate import RateLimit, Slot
from lixasync.limits.shared.settings import Settings


class Outage:
    """Whether there is one, and what is done then.

    Attributes:
        error: Why the keeper cannot be reached; None when it can.
        apart: What this process sends by itself meanwhile, if that is wanted; None before the first outage.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._since = 0.0
        self._detours: set[anyio.CancelScope] = set()
        self.error: LimiterUnavailableError | None = None
        self.apart: Limiter | None = None

    def begin(self, error: LimiterUnavailableError, now: float) -> None:
        """Take in that the keeper could not be reached."""
        if self.error is None:
            self._since = now
            self.apart = None  # everybody begins anew, behind what was sent since the last time
        self.error = error

    def end(self) -> None:
        """Take in that it has been reached."""
        self.error = None
        for scope in self._detours:
            scope.cancel()

    def give_up_at(self, since: float) -> float:
        """Return the moment at which somebody who has been waiting gives up; infinity when there is no outage."""
        return float("inf") if self.error is None else max(since, self._since) + self._settings.max_wait

    async def detour(self, turn: Turn, limit: RateLimit, frozen_until: float) -> Slot | None:
        """Wait for a slot of this process's own share of the rate; None when the outage is over first.

        Args:
            turn: Who waits.
            limit: The whole rate.
            frozen_until: Until when a 429 holds everybody back.
        """
        if self.apart is None:
            self.apart = Limiter(self._share(limit))
            # what all have sent before counts as well
            self.apart.freeze(max(limit.per + limit.margin, frozen_until - anyio.current_time()))
        with anyio.CancelScope() as scope:
            self._detours.add(scope)
            try:
                return await self.apart.acquire(turn)
            finally:
                self._detours.discard(scope)
        return None

    def _share(self, limit: RateLimit) -> RateLimit:
        return RateLimit(limit.requests, limit.per * self._settings.processes, margin=limit.margin)

    def refused(self, slot: Slot, retry_after: float | None) -> None:
        """Tell of a 429 to what this process has sent by itself."""
        if self.apart is not None:
            self.apart.refused(slot, retry_after)

    def freeze(self, seconds: float) -> None:
        """Let nothing leave for so many seconds."""
        if self.apart is not None:
            self.apart.freeze(seconds)

    def change(self, limit: RateLimit) -> None:
        """Put another rate in force."""
        if self.apart is not None:
            self.apart.set_rate(self._share(limit))
