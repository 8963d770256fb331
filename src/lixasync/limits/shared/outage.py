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
        apart: What this process sends by itself meanwhile, if that is wanted; None before.
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
        self.error = error

    def end(self) -> None:
        """Take in that it has been reached."""
        self.error = None
        for scope in self._detours:
            scope.cancel()

    def give_up_at(self, since: float) -> float:
        """Return the moment at which somebody who has been waiting gives up; infinity when there is no outage."""
        return float("inf") if self.error is None else max(since, self._since) + self._settings.max_wait

    async def detour(self, turn: Turn, limit: RateLimit) -> Slot | None:
        """Wait for a slot of this process's own share of the rate; None when the outage is over first."""
        if self.apart is None:
            self.apart = Limiter(RateLimit(limit.requests, limit.per * self._settings.processes, margin=limit.margin))
            self.apart.freeze(limit.per + limit.margin)  # what all have sent before counts as well
        with anyio.CancelScope() as scope:
            self._detours.add(scope)
            try:
                return await self.apart.acquire(turn)
            finally:
                self._detours.discard(scope)
        return None
