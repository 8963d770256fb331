"""The gate that every attempt passes: it waits so that the rate is used fully and never exceeded."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import anyio.lowlevel

from lixasync.limits.alarm import Alarm, current_time, wait_until
from lixasync.limits.base import LimiterSnapshot, RateLimiter, Tally, too_late
from lixasync.limits.home import Home
from lixasync.limits.lanes import Lane, Queue, Turn, Waiter
from lixasync.limits.rate import LONGEST_FREEZE, Pacer, RateLimit, Slot


class Limiter(RateLimiter):
    """A rate limit shared by everybody who awaits it.

    There is one timer, for the head of the queue; the others sleep until their turn. A waiter that is cancelled has
    taken nothing, so there is nothing to give back. Hand one limiter to several clients (``limiter=``) to make them
    share one budget within an event loop.

    Args:
        limit: The rate limit to keep.
    """

    def __init__(self, limit: RateLimit | None = None) -> None:
        self._pacer = Pacer(limit or RateLimit(1, per=3.0))
        self._queue = Queue()
        self._waiters: dict[Turn, Waiter] = {}
        self._home = Home("This rate limiter")
        self._tally = Tally()
        self._alarm = Alarm(self._wake_head)

    @property
    def limit(self) -> RateLimit:
        """The rate limit in force."""
        return self._pacer.limit

    def serve(self, _budget: str, _limit: RateLimit, _allowances: Mapping[str, int], /) -> None:
        """Do nothing: the limit is this limiter's own, and so is the budget."""

    def beside(self, _name: str, limit: RateLimit, /) -> Limiter:
        """Return another limiter of this process."""
        return Limiter(limit)

    def release(self) -> None:
        """Do nothing: there is nothing to close."""

    async def acquire(self, turn: Turn) -> Slot:
        """Wait until one request may leave; see `RateLimiter.acquire`."""
        self._home.check()
        await anyio.lowlevel.checkpoint_if_cancelled()
        now = current_time()
        self.check(turn, turn.deadline)
        if self._queue.head() is None and self._pacer.due() <= now and not self._pacer.blocked:
            return self._take(turn, now, now)
        return await self._wait(turn, now)

    def check(self, turn: Turn, deadline: float) -> None:
        """Raise DeadlineExceeded when a turn that waits, or is about to, will not come before a deadline."""
        if deadline != float("inf"):
            now = current_time()
            new = turn.attempts == 0 and turn not in self._waiters
            ahead = self._queue.ahead_of_newcomers(turn.lane) if new else self._queue.ahead_of(turn)
            estimate = self._pacer.estimate(now, ahead)
            if estimate > deadline or now >= deadline:
                raise too_late(deadline, estimate, now)

    async def _wait(self, turn: Turn, now: float) -> Slot:
        waiter = Waiter(turn, now)
        former = self._queue.head()
        self._queue.push(waiter)
        self._waiters[turn] = waiter
        if former is not None and self._queue.head() is waiter:
            former.woken.set()  # it no longer leads: its timer must not take the slot
        try:
            while True:
                leads = self._queue.head() is waiter and not self._pacer.blocked
                due = self._pacer.due()
                now = current_time()
                if leads and due <= now:
                    return self._take(turn, now, waiter.since)
                if due > turn.deadline or now >= turn.deadline:
                    self._queue.remove(waiter)
                    raise too_late(turn.deadline, self._pacer.estimate(now, self._queue.ahead_of(turn)), now)
                if waiter.woken.is_set():
                    waiter.woken = anyio.Event()
                await wait_until(waiter.woken, min(due if leads else float("inf"), turn.deadline))
        finally:
            if waiter.waiting:
                self._queue.remove(waiter)
            del self._waiters[turn]
            self._call_head()

    def _take(self, turn: Turn, now: float, since: float) -> Slot:
        self._tally.count(turn, now)
        return self._pacer.take(now, since)

    def _call_head(self) -> None:
        """Wake whoever is next when its slot is due; at once where that cannot be, or when it may have to give up."""
        head = self._queue.head()
        if head is not None and not (head.turn.deadline == float("inf") and self._alarm.set(self._pacer.due)):
            head.woken.set()

    def _wake_head(self) -> None:
        head = self._queue.head()
        if head is not None:
            head.woken.set()

    def promote(self, turn: Turn, lane: Lane, deadline: float) -> None:
        """Give a turn that is shared by a further caller the better of both lanes and the later deadline."""
        turn.deadline = max(turn.deadline, deadline)
        if turn.lane == "bulk" and lane == "interactive":
            waiter = self._waiters.get(turn)
            if waiter is None:
                turn.lane = lane
                return
            former = self._queue.head()
            self._queue.move(waiter, lane)
            if former is not None and self._queue.head() is waiter:
                former.woken.set()
                waiter.woken.set()

    def leaving(self, slot: Slot) -> None:
        """Tell that this slot's request is on its way out: a connection may have to be opened first."""
        slot.leaving = True

    def sent(self, slot: Slot) -> None:
        """Tell that the bytes of this slot's request left just now."""
        self.ended(slot)  # first: a slot that moves may hold up nobody any more, and those it held up have to know
        self._pacer.sent(slot, current_time())

    def ended(self, slot: Slot) -> None:
        """Tell that this slot's request has left, or never will."""
        if slot.leaving:
            blocked = self._pacer.blocked
            slot.leaving = False
            if blocked:
                self._wake_head()

    def unused(self, _slot: Slot, /) -> None:
        """Do nothing: who knows whether it has not left."""

    def accepted(self) -> None:
        """Tell that a request was not refused for being too fast."""
        self._pacer.accepted()

    def refused(self, slot: Slot, retry_after: float | None) -> None:
        """Tell of a 429: everybody waits ``retry_after`` seconds, or a growing pause when that is None."""
        self._tally.refused += 1
        if retry_after is not None and retry_after > LONGEST_FREEZE:
            return  # days: the limit of that one operation, not of the rate
        self._pacer.refused(slot, current_time(), retry_after)
        self._wake_those_in_a_hurry()

    def closed(self, _resource: str, _seconds: float, /) -> None:
        """Do nothing: the client knows, and there is nobody else to tell."""

    def freeze(self, seconds: float) -> None:
        """Let nothing leave for so many seconds."""
        self._pacer.freeze(current_time() + seconds)
        self._wake_those_in_a_hurry()

    def _wake_those_in_a_hurry(self) -> None:
        due = self._pacer.due()
        for waiter in self._queue.all():
            if waiter.turn.deadline < due:
                waiter.woken.set()

    def set_rate(self, limit: RateLimit) -> None:
        """Put another rate limit in force at once; requests already sent keep counting."""
        self._pacer.change(limit, current_time())
        self._wake_head()
        self._wake_those_in_a_hurry()

    def snapshot(self) -> LimiterSnapshot:
        """Return what the limiter is doing now; call it inside the event loop."""
        now = current_time()
        pacer = self._pacer
        limit = pacer.limit
        return LimiterSnapshot(
            limit=limit,
            margin=pacer.margin,
            waiting=self._queue.waiting(),
            next_slot=max(0.0, pacer.due() - now),
            frozen=max(0.0, pacer.frozen_until - now),
            sent=self._tally.sent,
            retried=self._tally.retried,
            refused=self._tally.refused,
            used=self._tally.used(limit),
        )
