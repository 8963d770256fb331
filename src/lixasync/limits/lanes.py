"""Who waits for a slot, in which order: two lanes, first come first served within each."""

from __future__ import annotations

import itertools
from heapq import heapify, heappop, heappush
from typing import Literal, get_args

import anyio
import attrs

from lixasync.errors import ConfigurationError, LixasyncError

Lane = Literal["interactive", "bulk"]

LANES: tuple[Lane, ...] = get_args(Lane)
_RANK = {lane: rank for rank, lane in enumerate(LANES)}
_arrivals = itertools.count()


def check_lane(lane: str) -> Lane:
    """Return ``lane`` if there is such a lane; raise ConfigurationError otherwise."""
    for known in LANES:
        if lane == known:
            return known
    raise ConfigurationError(f"There is no lane {lane!r}; choose one of: {', '.join(LANES)}.")


@attrs.define(eq=False)
class Turn:
    """The place of one call in the queue. It keeps it over all its attempts, so a retry does not go to the back.

    Attributes:
        lane: ``"interactive"`` overtakes every waiting ``"bulk"`` call.
        deadline: The moment, on the event loop's clock, after which the call is of no use; infinity for none.
        attempts: How many requests of this call were let through so far.
        arrival: Number that orders the calls of one lane.
        resource: What its calls are counted as, where the API counts them by day.
    """

    lane: Lane
    deadline: float = float("inf")
    attempts: int = 0
    arrival: int = attrs.field(factory=lambda: next(_arrivals))
    resource: str = ""


@attrs.define(eq=False)
class Waiter:
    """A turn that is waiting now.

    Attributes:
        turn: The turn.
        since: Since when.
        woken: Set when it has to look at the queue again.
        waiting: Whether it still waits.
        refusal: Why it waits in vain, once that is known.
    """

    turn: Turn
    since: float
    woken: anyio.Event = attrs.field(factory=anyio.Event)
    waiting: bool = True
    refusal: LixasyncError | None = None

    def refuse(self, error: LixasyncError) -> None:
        """Let it wait no more."""
        self.refusal = error
        self.woken.set()


class Queue:
    """Waiters by lane, then by arrival; everything costs a logarithm at most."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Waiter]] = []
        self._entries = itertools.count()
        self._waiting: dict[Lane, int] = dict.fromkeys(LANES, 0)

    def push(self, waiter: Waiter) -> None:
        """Add a waiter."""
        self._enter(waiter)
        self._waiting[waiter.turn.lane] += 1

    def _enter(self, waiter: Waiter) -> None:
        turn = waiter.turn
        heappush(self._heap, (_RANK[turn.lane], turn.arrival, next(self._entries), waiter))

    def remove(self, waiter: Waiter) -> None:
        """Take a waiter out, whether it was served or gave up."""
        waiter.waiting = False
        self._waiting[waiter.turn.lane] -= 1
        if len(self._heap) > 2 * sum(self._waiting.values()) + 100:
            self._heap = [entry for entry in self._heap if entry[-1].waiting]
            heapify(self._heap)

    def move(self, waiter: Waiter, lane: Lane) -> None:
        """Move a waiter to another lane; its old entry is passed over when it comes up."""
        self._waiting[waiter.turn.lane] -= 1
        waiter.turn.lane = lane
        self._waiting[lane] += 1
        self._enter(waiter)

    def head(self) -> Waiter | None:
        """Return the waiter whose turn is next, or None."""
        heap = self._heap
        while heap:
            rank, _, _, waiter = heap[0]
            if waiter.waiting and rank == _RANK[waiter.turn.lane]:
                return waiter
            heappop(heap)
        return None

    def ahead_of(self, turn: Turn) -> int:
        """Return how many of those who wait would be served before a turn; looks at each of them."""
        place = (_RANK[turn.lane], turn.arrival)
        return sum((_RANK[waiter.turn.lane], waiter.turn.arrival) < place for waiter in self.all())

    def ahead_of_newcomers(self, lane: Lane) -> int:
        """Return how many of those who wait would be served before somebody who comes now."""
        return sum(count for other, count in self._waiting.items() if _RANK[other] <= _RANK[lane])

    def waiting(self) -> dict[Lane, int]:
        """Return how many wait in each lane."""
        return dict(self._waiting)

    def all(self) -> list[Waiter]:
        """Return every waiter, in no particular order."""
        # A waiter that changed its lane has an entry in each.
        return list({id(waiter): waiter for _, _, _, waiter in self._heap if waiter.waiting}.values())
