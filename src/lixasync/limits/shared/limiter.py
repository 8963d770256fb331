"""The gate of one process onto a budget that it shares with others."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from functools import partial

import anyio
import anyio.lowlevel
import attrs

from lixasync.errors import ClientClosedError, ConfigurationError, LimiterUnavailableError
from lixasync.limits.base import LimiterSnapshot, RateLimiter, Tally, too_late
from lixasync.limits.home import Home
from lixasync.limits.lanes import LANES, Lane, Turn, Waiter
from lixasync.limits.loop import loop_caller
from lixasync.limits.rate import LONGEST_FREEZE, RateLimit, Slot
from lixasync.limits.shared.courier import Answer, Courier, Errand, Keeper
from lixasync.limits.shared.line import Line, SharedSlot
from lixasync.limits.shared.messages import SECOND, Allowance, Message, Period, Reply, Report, Terms, whole
from lixasync.limits.shared.outage import Outage
from lixasync.limits.shared.refusal import refuse
from lixasync.limits.shared.settings import Settings

_IN_SIGHT, _SLOTS_IN_SIGHT = 0.02, 1.5  # seconds or slots: as far ahead bulk slots are reserved, whichever is more
_FAR, _QUARTER = 0.25, 0.25  # seconds or windows: as far ahead interactive slots are reserved, whichever is less
_INFINITY = float("inf")


class SharedLimiter(RateLimiter):
    """A rate limit shared with other processes; see `RedisLimiter` and `FileLimiter`.

    Calls queue in their own process, by lane. Only the first of each lane asks for a slot, and a slot that is not used
    in time is given up, so a process that stalls costs the others nothing and is never over the limit.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        quotas: tuple[tuple[Period, int | None], ...] = (("day", settings.daily), ("week", settings.weekly))
        self._quotas = [Allowance("*", period, requests) for period, requests in quotas if requests is not None]
        self._allowances: dict[str, tuple[Allowance, ...]] = {}
        self._budget: str | None = None
        self._limit = None if settings.limit is None else attrs.evolve(settings.limit, margin=settings.margin)
        self._users = 0
        self._forget()

    def _forget(self) -> None:
        self._home = Home("This rate limiter")
        self._courier: Courier | None = None
        self._lines: dict[Lane, Line] = {lane: Line(lane) for lane in LANES}
        self._waiters: dict[Turn, Waiter] = {}
        self._unsent: set[SharedSlot] = set()
        self._reports: list[Report] = []
        self._accepted = 0
        self._changed = True  # whether the rate limit is to be put in force
        self._reply: Reply | None = None
        self._due = self._frozen = 0.0
        self._holds = 0  # how often everybody was told to wait
        self._skew = 0.0  # from time.monotonic to the event loop's clock
        self._outage = Outage(self._settings)
        self._tally = Tally()

    @abstractmethod
    def _keeper(self, budget: str) -> Keeper:
        """Open the place where a budget is kept; called in the thread that uses it."""

    @abstractmethod
    def _another(self, settings: Settings) -> SharedLimiter:
        """Return a limiter with other settings, kept where this one is."""

    @property
    def limit(self) -> RateLimit:
        """The rate limit in force, as far as this process knows."""
        return self._limit or RateLimit(1, per=3.0, margin=self._settings.margin)

    def serve(self, budget: str, limit: RateLimit, allowances: Mapping[str, int], /) -> None:
        """Begin to serve a client; clients of other keys need limiters of their own.

        Raises:
            ConfigurationError: it serves clients of another key or host.
        """
        if self._settings.budget is None and self._budget not in (None, budget):
            raise ConfigurationError(
                "This limiter serves another API key or another host already.",
                hint="Make one for each key, or give budget= if both keys share one rate limit.",
            )
        self._budget = budget
        self._users += 1
        if self._limit is None:
            self._limit = attrs.evolve(limit, margin=self._settings.margin)
        self._allowances.update({name: (Allowance(name, "day", calls),) for name, calls in allowances.items()})

    def beside(self, name: str, limit: RateLimit, /) -> RateLimiter:
        """Return a limiter for another rate limit of the same key, kept where this one is."""
        budget = self._settings.budget and f"{self._settings.budget} {name}"
        other = self._another(attrs.evolve(self._settings, limit=limit, budget=budget, daily=None, weekly=None))
        other.serve(name, limit, {})
        return other

    def release(self) -> None:
        """Tell that a client which this limiter served has been closed; after the last, everything is let go of."""
        self._users -= 1
        if self._users <= 0 and self._courier is not None:
            for waiter in self._waiters.values():
                waiter.refuse(ClientClosedError("The client was closed while the call waited for a slot."))
            self._give_up_all()
            self._send_reports()
            self._courier.close()
            self._forget()

    async def acquire(self, turn: Turn) -> Slot:
        """Wait until one request may leave; see `RateLimiter.acquire`.

        Raises:
            DeadlineExceeded: as there.
            DailyLimitError: a quota that is shared, too, is used up; ``retry_at`` says when there is more.
            LimiterUnavailableError: what keeps the budget has not been reached for ``max_wait`` seconds.
        """
        self._home.check()
        await anyio.lowlevel.checkpoint_if_cancelled()
        if self._courier is None:
            self._start()
        self.check(turn, turn.deadline)
        waiter = Waiter(turn, anyio.current_time())
        lines, waiters = self._lines, self._waiters  # others take their place when the last client is closed
        lines[turn.lane].queue.push(waiter)
        waiters[turn] = waiter
        try:
            while True:
                slot = await self._look(turn, waiter)
                if slot is not None:
                    return slot
        finally:
            lines[turn.lane].queue.remove(waiter)
            del waiters[turn]
            lines[turn.lane].wake()

    def _start(self) -> None:
        self._skew = anyio.current_time() - time.monotonic()
        self._courier = Courier(
            partial(self._keeper, self._settings.budget or self._budget or "default"),
            loop_caller(),
            answered=self._answered,
            failed=self._failed,
            overdue=self._overdue,
            apart=self._settings.on_outage == "local",
        )

    def _overdue(self) -> tuple[int, ...]:
        now = time.monotonic() + self._skew
        return tuple(slot.number for slot in tuple(self._unsent) if slot.expires < now)

    def check(self, turn: Turn, deadline: float) -> None:
        """Raise DeadlineExceeded when a turn that waits, or is about to, will not come before a deadline."""
        if deadline == _INFINITY:
            return
        now = anyio.current_time()
        new = turn.attempts == 0 and turn not in self._waiters
        lines = [self._lines[lane] for lane in LANES[: LANES.index(turn.lane) + 1]]
        ahead = sum(line.queue.ahead_of_newcomers(turn.lane) if new else line.queue.ahead_of(turn) for line in lines)
        pace = max(self._lines[turn.lane].pace, self._interval)
        estimate = max(now, self._due, self._frozen) + ahead * pace
        if estimate > deadline or now >= deadline:
            raise too_late(deadline, estimate, now)

    @property
    def _interval(self) -> float:
        limit = self.limit
        margin = limit.margin if self._reply is None else self._reply.margin / SECOND
        return (limit.per + margin) / limit.requests

    async def _look(self, turn: Turn, waiter: Waiter) -> Slot | None:
        """Take a slot if there is one for this turn; else wait for news, and return None."""
        now = anyio.current_time()
        if waiter.refusal is not None:
            raise waiter.refusal
        if now >= turn.deadline:
            raise too_late(turn.deadline, max(self._due, now), now)
        if self._outage.error is not None:
            if self._settings.on_outage == "local":
                return await self._outage.detour(turn, self.limit, self._frozen)
            if now >= self._outage.give_up_at(waiter.since):
                raise self._outage.error.copy()
        line = self._lines[turn.lane]
        until = turn.deadline
        if line.queue.head() is waiter:
            slot = line.first(now, self._counted(turn), self._give_up)
            if slot is not None and slot.at <= now:
                self._tally.count(turn, now)
                line.used(now)
                return line.slots.popleft()
            until = min(until, self._moment(line, waiter, slot, now))
        until = min(until, self._outage.give_up_at(waiter.since))
        with anyio.move_on_after(until - now):
            await waiter.woken.wait()
            waiter.woken = anyio.Event()
        return None

    def _moment(self, line: Line, waiter: Waiter, slot: SharedSlot | None, now: float) -> float:
        """Return when the first of a line has to look again; it asks for slots when those there are run out."""
        most = 1 if self._counted(waiter.turn) else max(1, int(_IN_SIGHT / self._interval))
        want = min(line.length, most)
        if 2 * len(line.slots) < want and not line.asking and line.ask_at <= now:
            self._ask(line, waiter, want)
        if slot is not None:
            return slot.at
        return _INFINITY if line.asking else line.ask_at

    def _give_up(self, slot: SharedSlot) -> None:
        self._reports.append(Report("lost", slot.number))
        self._reports.extend(Report("unused", each.field, number) for each, number in slot.counted)

    def _give_up_all(self) -> None:
        for line in self._lines.values():
            while line.slots:
                self._give_up(line.slots.popleft())

    def _counted(self, turn: Turn) -> tuple[Allowance, ...]:
        return (*self._quotas, *self._allowances.get(turn.resource, ()))

    def _ask(self, line: Line, waiter: Waiter, want: int) -> None:
        message = Message(
            terms=Terms.of(self.limit),
            want=want,
            horizon=self._horizon(line.lane),
            bulk=line.lane == "bulk",
            resource=waiter.turn.resource,
            allowances=self._counted(waiter.turn),
        )
        line.asking = True
        self._send(message, lane=line.lane, since=waiter.since - self._skew, until=waiter.turn.deadline - self._skew)

    def _horizon(self, lane: Lane) -> int:
        """Return how far ahead slots are reserved.

        Interactive ones go first. None so far that the request before may still have to leave, or a 429 to come.
        """
        far = min(_FAR, _QUARTER * self._interval * self.limit.requests)
        return whole(far if lane == "interactive" else min(max(_IN_SIGHT, _SLOTS_IN_SIGHT * self._interval), far / 2))

    def _send(self, message: Message, *, lane: Lane | None = None, since: float = 0.0, until: float = 0.0) -> None:
        if self._courier is not None:
            message = attrs.evolve(message, change=self._changed, accepted=self._accepted, reports=tuple(self._reports))
            self._accepted, self._reports, self._changed = 0, [], False
            self._courier.send(Errand(message=message, lane=lane, since=since, until=until, holds=self._holds))

    def _send_reports(self) -> None:
        if self._reports or self._accepted or self._changed:
            self._send(Message(terms=Terms.of(self.limit)))

    def _answered(self, answer: Answer) -> None:
        """Take in what the keeper says."""
        reply, got = answer.reply, answer.got + self._skew
        self._reply, self._limit = reply, reply.terms.limit()
        burst = (reply.terms.burst - 1) * self._interval
        held = answer.errand.holds < self._holds  # since it was asked, so the reply does not know it
        self._due = got + reply.ahead / SECOND - burst
        self._frozen = max(self._frozen if held else 0.0, got + reply.frozen / SECOND)
        self._outage.end()
        if answer.errand.lane is None:
            return
        line = self._lines[answer.errand.lane]
        line.asking = False
        if reply.why == "granted":
            line.grant(answer, self._skew)
            if held:
                self._give_up_all()
        elif reply.why in ("rate", "frozen"):
            line.ask_at = got + reply.wait / SECOND
            ahead = answer.errand.message.horizon / SECOND if reply.why == "rate" else 0.0
            if reply.why == "frozen":
                line.pause()
            line.refuse_late(line.ask_at + ahead, got)
        else:
            refuse(reply, self._waiters.values())
        line.wake()

    def _failed(self, error: LimiterUnavailableError) -> None:
        """Take in that the keeper cannot be reached."""
        self._outage.begin(error, time.monotonic() + self._skew)
        for line in self._lines.values():
            line.pause()
        for waiter in self._waiters.values():
            waiter.woken.set()

    def promote(self, turn: Turn, lane: Lane, deadline: float) -> None:
        """Give a turn that is shared by a further caller the better of both lanes and the later deadline."""
        turn.deadline = max(turn.deadline, deadline)
        if turn.lane == "interactive" or lane == "bulk":
            return
        waiter = self._waiters.get(turn)
        if waiter is None:
            turn.lane = lane
            return
        self._lines["bulk"].queue.remove(waiter)
        turn.lane, waiter.waiting = lane, True
        self._lines[lane].queue.push(waiter)
        self._lines["bulk"].wake()
        waiter.woken.set()

    def leaving(self, slot: Slot) -> None:
        """Tell that this slot's request is on its way out: a connection may have to be opened first."""
        slot.leaving = True
        if isinstance(slot, SharedSlot):
            self._unsent.add(slot)
        elif self._outage.apart is not None:
            self._outage.apart.leaving(slot)

    def sent(self, slot: Slot) -> None:
        """Tell that the bytes of this slot's request left just now."""
        if isinstance(slot, SharedSlot):
            if anyio.current_time() > slot.expires:
                self._reports.append(Report("moved", slot.number))
                self._send_reports()
            self.ended(slot)
        elif self._outage.apart is not None:
            self._outage.apart.sent(slot)

    def ended(self, slot: Slot) -> None:
        """Tell that this slot's request has left, or never will."""
        if isinstance(slot, SharedSlot):
            slot.leaving = False
            self._unsent.discard(slot)
        elif self._outage.apart is not None:
            self._outage.apart.ended(slot)

    def unused(self, slot: Slot, /) -> None:
        """Tell that this slot's request has not left, and will not."""
        if isinstance(slot, SharedSlot):
            self._give_up(slot)

    def accepted(self) -> None:
        """Tell that a request was not refused for being too fast."""
        self._accepted += 1

    def refused(self, slot: Slot, retry_after: float | None) -> None:
        """Tell of a 429: everybody waits ``retry_after`` seconds, or a growing pause when that is None."""
        self._tally.refused += 1
        if retry_after is not None and retry_after > LONGEST_FREEZE:
            return  # days: the limit of that one operation, not of the rate
        if not isinstance(slot, SharedSlot):
            self._outage.refused(slot, retry_after)
        ago = round((anyio.current_time() - slot.at) * SECOND)
        self._reports.append(Report("refused", max(0, ago), -1 if retry_after is None else whole(retry_after)))
        self._hold(0.0 if retry_after is None else retry_after)

    def closed(self, resource: str, seconds: float, /) -> None:
        """Tell that the server answers nothing of a resource for so many seconds."""
        self._reports.append(Report("closed", resource, whole(seconds)))
        self._send_reports()

    def freeze(self, seconds: float) -> None:
        """Let nothing leave for so many seconds."""
        self._reports.append(Report("freeze", whole(seconds)))
        self._hold(seconds)

    def _hold(self, seconds: float) -> None:
        """Tell everybody to wait, and give up the slots that were granted before."""
        self._frozen = max(self._frozen, anyio.current_time() + seconds)
        self._holds += 1
        self._outage.freeze(seconds)
        self._give_up_all()
        for line in self._lines.values():
            line.pause()
            line.wake()
        for turn, waiter in self._waiters.items():
            if turn.deadline < self._frozen:
                waiter.refuse(too_late(turn.deadline, self._frozen, anyio.current_time()))
        self._send_reports()

    def set_rate(self, limit: RateLimit) -> None:
        """Put another rate limit in force at once, for everybody; requests already sent keep counting."""
        self._limit = attrs.evolve(limit, margin=self._settings.margin)
        self._outage.change(self._limit)
        self._changed = True
        self._send_reports()

    def snapshot(self) -> LimiterSnapshot:
        """Return what this process's part of the limiter is doing now; call it inside the event loop."""
        now = anyio.current_time()
        limit = self.limit
        return LimiterSnapshot(
            limit=limit,
            margin=limit.margin if self._reply is None else self._reply.margin / SECOND,
            waiting={lane: self._lines[lane].length for lane in LANES},
            next_slot=max(0.0, self._due - now, self._frozen - now),
            frozen=max(0.0, self._frozen - now),
            sent=self._tally.sent,
            retried=self._tally.retried,
            refused=self._tally.refused,
            used=self._tally.used(limit),
        )
