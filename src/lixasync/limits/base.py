"""What lets requests leave: the face of every rate limiter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import attrs

from lixasync.errors import DeadlineExceeded
from lixasync.limits.lanes import Lane, Turn
from lixasync.limits.rate import RateLimit, Slot


@attrs.frozen(kw_only=True)
class LimiterSnapshot:
    """What the limiter is doing at one moment.

    Attributes:
        limit: The rate limit in force.
        margin: Seconds added to each window now; more than ``limit.margin`` after a 429.
        waiting: How many calls wait, by lane.
        next_slot: Seconds until the next request may leave; 0 when one may leave now.
        frozen: Seconds for which a 429 still holds everybody back; 0 when nothing does.
        sent: Requests let through so far.
        retried: How many of them were repetitions of a failed attempt.
        refused: How many of them were answered 429.
        used: Share of the permitted requests that was made, from the first to the latest; None before the second.
    """

    limit: RateLimit
    margin: float
    waiting: dict[Lane, int]
    next_slot: float
    frozen: float
    sent: int
    retried: int
    refused: int
    used: float | None


class Tally:
    """Counts the requests that a limiter has let through.

    Attributes:
        sent: How many.
        retried: How many of them were repetitions.
        refused: How many of them were answered 429.
    """

    def __init__(self) -> None:
        self.sent = self.retried = self.refused = 0
        self._first = self._latest = 0.0

    def count(self, turn: Turn, now: float) -> None:
        """Count a request of a turn that leaves now."""
        self._first = self._first if self.sent else now
        self._latest = now
        self.sent += 1
        self.retried += turn.attempts > 0
        turn.attempts += 1

    def used(self, limit: RateLimit) -> float | None:
        """Return the share of the permitted requests that was made; None before the second."""
        span = self._latest - self._first
        return (self.sent - 1) * limit.per / limit.requests / span if span > 0 else None


class RateLimiter(ABC):
    """Says when a request may leave; see `lixasync.limits.limiter.Limiter`, which is one process's own."""

    @property
    @abstractmethod
    def limit(self) -> RateLimit:
        """The rate limit in force."""

    @abstractmethod
    def serve(self, budget: str, limit: RateLimit, allowances: Mapping[str, int], /) -> None:
        """Begin to serve a client.

        Args:
            budget: A name that clients of one key have in common, and others have not.
            limit: The client's rate limit, for limiters that know none of their own.
            allowances: Calls a day by resource that the client makes at most.
        """

    @abstractmethod
    def beside(self, name: str, limit: RateLimit, /) -> RateLimiter:
        """Return a new limiter for another rate limit of the same key, kept where this one is."""

    @abstractmethod
    def release(self) -> None:
        """Tell that a client which this limiter served has been closed."""

    @abstractmethod
    async def acquire(self, turn: Turn) -> Slot:
        """Wait until one request may leave, and take its slot.

        Args:
            turn: The call's place in the queue; the same for all attempts of a call.

        Raises:
            DeadlineExceeded: at once when the queue ahead is longer than the turn's deadline allows, with
                ``retry_at``; or when others overtook and the deadline passed.
            EventLoopError: when the limiter has been used from another event loop.
        """

    @abstractmethod
    def check(self, turn: Turn, deadline: float) -> None:
        """Raise DeadlineExceeded when a turn that waits, or is about to, will not come before a deadline."""

    @abstractmethod
    def promote(self, turn: Turn, lane: Lane, deadline: float) -> None:
        """Give a turn that is shared by a further caller the better of both lanes and the later deadline."""

    @abstractmethod
    def leaving(self, slot: Slot) -> None:
        """Tell that this slot's request is on its way out: a connection may have to be opened first."""

    @abstractmethod
    def sent(self, slot: Slot) -> None:
        """Tell that the bytes of this slot's request left just now."""

    @abstractmethod
    def ended(self, slot: Slot) -> None:
        """Tell that this slot's request has left, or never will."""

    @abstractmethod
    def unused(self, slot: Slot, /) -> None:
        """Tell that this slot's request has not left, and will not."""

    @abstractmethod
    def accepted(self) -> None:
        """Tell that a request was not refused for being too fast."""

    @abstractmethod
    def refused(self, slot: Slot, retry_after: float | None) -> None:
        """Tell of a 429: everybody waits ``retry_after`` seconds, or a growing pause when that is None."""

    @abstractmethod
    def closed(self, resource: str, seconds: float, /) -> None:
        """Tell that the server answers nothing of a resource for so many seconds."""

    @abstractmethod
    def freeze(self, seconds: float) -> None:
        """Let nothing leave for so many seconds."""

    @abstractmethod
    def set_rate(self, limit: RateLimit) -> None:
        """Put another rate limit in force at once; requests already sent keep counting."""

    @abstractmethod
    def snapshot(self) -> LimiterSnapshot:
        """Return what the limiter is doing now; call it inside the event loop."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("A rate limiter belongs to one process, so it is not pickled. Make one in each process.")


def too_late(deadline: float, estimate: float, now: float) -> DeadlineExceeded:
    """Return the error for a call whose slot comes after its deadline, on the event loop's clock."""
    wait = estimate - now
    return DeadlineExceeded(
        f"The deadline allows {max(deadline - now, 0):.2f} s more, but the next free slot is {wait:.2f} s away.",
        hint="Allow a longer deadline, or try again at retry_at.",
        retry_after=wait,
        retry_at=datetime.now(UTC) + timedelta(seconds=wait),
    )
