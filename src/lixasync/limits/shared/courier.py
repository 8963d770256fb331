"""Carries messages to where a budget is kept, in a thread of its own: that may block, and the event loop must not."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

import attrs

from lixasync.errors import LimiterUnavailableError
from lixasync.limits.lanes import Lane
from lixasync.limits.shared.messages import SECOND, Message, Reply, Report, Terms

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # seconds from one vain attempt to the next
_TRIPS = 8  # round trips that are remembered
_PULSE = 0.25  # seconds, at most, from one look at requests that have not left yet to the next
_SHARE = 0.4  # of the margin: as much as a slot may be used late
_FAR = 1e6  # seconds beyond which the future is all the same


class Keeper(Protocol):
    """Where a budget is kept. Its methods may block."""

    def exchange(self, message: Message) -> Reply:
        """Take in a message, in one step with all others', and answer it.

        Raises:
            LimiterUnavailableError: that is not possible now.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@attrs.frozen(kw_only=True, eq=False)
class Errand:
    """A message that is on its way; moments are by ``time.monotonic``.

    Attributes:
        message: What to say.
        lane: Whose slots it asks for; None when it asks for none.
        since: From when on those who want them have been waiting.
        until: When they are of no use any more.
        holds: How often this process had told everybody to wait when the message was made.
    """

    message: Message
    lane: Lane | None = None
    since: float = 0.0
    until: float = 0.0
    holds: int = 0


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """What came of an errand.

    Attributes:
        errand: The errand, with the message as it was sent.
        reply: The reply.
        asked: When the message left.
        got: When the reply had come.
        late: By how much later than others this process may use the slots, in seconds.
    """

    errand: Errand
    reply: Reply
    asked: float
    got: float
    late: float


class Courier:
    """A thread that runs errands, one at a time, in order; it repeats those that fail until they succeed.

    Args:
        keeper: Opens the place where the budget is kept.
        call: Has something called in the event loop.
        answered: Told what came of an errand, there.
        failed: Told why an errand failed, there.
        overdue: Returns the numbers of slots that are over, whose requests have not left yet.
        apart: Whether requests are sent on while nothing can be asked; they are told of afterwards.
    """

    def __init__(
        self,
        keeper: Callable[[], Keeper],
        call: Callable[[Callable[[], None]], None],
        *,
        answered: Callable[[Answer], None],
        failed: Callable[[LimiterUnavailableError], None],
        overdue: Callable[[], tuple[int, ...]],
        apart: bool,
    ) -> None:
        self._open = keeper
        self._keeper: Keeper | None = None
        self._call = call
        self._answered = answered
        self._failed = failed
        self._overdue = overdue
        self._apart = apart
        self._errands: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._terms: Terms | None = None
        self._generation = self._number = 0
        self._got = 0.0  # when the keeper was reached last
        self._taken = self._frozen = 0.0  # until when slots are taken, and everything is frozen
        self._watched = 0.0  # until when requests may be about to leave
        self._trips: deque[float] = deque(maxlen=_TRIPS)
        threading.Thread(target=self._work, name="lixasync limiter", daemon=True).start()

    def send(self, errand: Errand) -> None:
        """Run an errand after those before it."""
        self._errands.put(errand)

    def close(self) -> None:
        """Run what was sent so far, each errand once at most, and no more."""
        self._closed.set()
        self._errands.put(None)

    def _work(self) -> None:
        while (errand := self._next()) is not None:
            self._run(errand)
        if self._keeper is not None:
            self._keeper.close()

    def _next(self) -> Errand | None:
        while True:
            terms, pulse = self._terms, None
            if terms is not None and (time.monotonic() < self._watched or self._overdue()):
                pulse = min(terms.per / SECOND / 4, _PULSE)
            try:
                return self._errands.get(timeout=pulse)
            except queue.Empty:
                if terms is not None and self._overdue():
                    return Errand(message=Message(terms=terms))

    def _run(self, errand: Errand) -> None:
        pause, failures = _FIRST_PAUSE, 0
        while True:
            try:
                answer = self._exchange(errand, apart=self._apart and failures > 1)
            except Exception as error:  # noqa: BLE001 - a thread that ends would leave everybody waiting
                failures += 1
                if failures > 1:  # one alone may be a connection that was idle for too long
                    self._call(partial(self._failed, _unavailable(error)))
                errand = attrs.evolve(errand, message=_again(errand.message))
                if self._closed.wait(pause):
                    return
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._call(partial(self._answered, answer))
                return

    def _exchange(self, errand: Errand, *, apart: bool) -> Answer:
        if self._keeper is None:
            self._keeper = self._open()
        asked, late, said = time.monotonic(), self._late(), errand.message
        message = attrs.evolve(
            said,
            waited=_ahead(asked, errand.since) if said.want else 0,
            horizon=min(said.horizon, _ahead(errand.until, asked)),
            late=round(late * SECOND),
            generation=self._generation if asked < self._got + self._lately else 0,
            number=self._number,
            ahead=_ahead(self._taken, asked),
            frozen=_ahead(self._frozen, asked),
            reports=(
                *said.reports,
                *(Report("moved", number) for number in self._overdue()),  # a connection takes long to open
                *((Report("apart"),) if apart else ()),
            ),
        )
        reply = self._keeper.exchange(message)
        got = time.monotonic()
        self._terms, self._generation, self._got = reply.terms, reply.generation, got
        self._number = reply.number - reply.generation + len(reply.slots)
        self._taken = got + reply.ahead / SECOND
        self._frozen = 2 * asked - got + reply.frozen / SECOND  # rather too early: what is told must not lengthen it
        self._trips.append(got - asked)
        if reply.slots:
            self._watched = got + (reply.slots[-1] + 2 * (reply.terms.per + reply.margin)) / SECOND
        return Answer(errand=attrs.evolve(errand, message=message), reply=reply, asked=asked, got=got, late=late)

    @property
    def _lately(self) -> float:
        """For how many seconds what is known of the book tells something of the windows to come."""
        return 0.0 if self._terms is None else max(0.0, self._frozen - self._got) + 4 * self._terms.per / SECOND

    def _late(self) -> float:
        """Return by how much later than others slots may be used here, because the way to the keeper is long."""
        usable = 0.0 if self._terms is None else in_time(self._terms)
        return max(0.0, 1.5 * min(self._trips, default=0.0) - usable / 2)


def in_time(terms: Terms) -> float:
    """Return for how many seconds after its moment a slot may be used: the rest of the margin is the network's.

    So is all of what a margin was widened by: it may narrow again within one window.
    """
    return terms.margin / SECOND * _SHARE


def _again(message: Message) -> Message:
    """Return what may be said twice: nobody knows whether a message that failed was taken in."""
    reports = tuple(report for report in message.reports if report.kind not in ("lost", "unused"))
    return attrs.evolve(message, accepted=0, reports=reports)


def _unavailable(error: Exception) -> LimiterUnavailableError:
    if isinstance(error, LimiterUnavailableError):
        return error
    return LimiterUnavailableError(f"The rate limit cannot be used ({type(error).__name__}), so no request was sent.")


def _ahead(moment: float, now: float) -> int:
    """Return how far ahead of now a moment is, in whole microseconds, from 0 up."""
    return max(0, round(min(moment - now, _FAR) * SECOND))
