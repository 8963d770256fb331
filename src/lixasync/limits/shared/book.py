"""The arithmetic of a budget that processes share. Pure: what is known and the time are arguments.

The two rules of `lixasync.limits.rate` hold here as well, over the requests of everybody. All times are whole
microseconds, so that the same steps give the same numbers wherever they are made; ``budget.lua`` makes them, too.
"""

from __future__ import annotations

import math
from collections.abc import MutableMapping

from lixasync.limits.shared.messages import SECOND, Allowance, Message, Reply, Report, Terms, Why

_SHARE = 9  # interactive slots after which a bulk call that waits gets the next one
_STEP, _LONE_STEP, _PROOF = 2.0, 1.25, 10  # as in `lixasync.limits.rate`
_FIRST_STEP, _WIDEST, _LONGEST_PAUSE = 0.02, 10, 60 * SECOND
_RETURN = 2 * SECOND  # for as long others may go on without asking, when one can ask again
_NARROWING, _FORGETTING = 50, 3333  # one part in so many is given back on each accepted request

State = MutableMapping[str, int]


class _Book:
    """What is known, opened at one moment. Names are those of the fields in which it is kept."""

    def __init__(self, state: State, clock: int, tick: int, message: Message) -> None:
        self._state = state
        self.clock = clock
        known = state.get("gen")
        seen, off = state.get("seen", 0), state.get("off", 0)
        off += max(0, seen - tick - off)  # a clock that was set back must not hold everybody up
        self.now = tick + off
        state["seen"], state["off"] = self.now, off
        terms = message.terms
        self.gen = clock if known is None else known
        self.n = state.get("n", terms.requests)
        self.per = state.get("per", terms.per)
        self.burst = state.get("burst", terms.burst)
        self.margin = state.get("margin", terms.margin)
        self.gap = state.get("gap", self.margin)
        self.bad, self.ok, self.row, self.ref = (state.get(name, 0) for name in ("bad", "ok", "row", "ref"))
        self.tat, self.frz, self.c = (state.get(name, 0) for name in ("tat", "frz", "c"))
        self.ib, self.bw = state.get("ib", 0), state.get("bw", 0)
        if message.generation == self.gen and message.number > self.c:  # an older copy of it was brought back
            self.gen, self.c = clock, message.number
            self._recover(message, lost=True)
        elif message.generation and (known is None or message.generation != self.gen):
            self._recover(message, lost=known is None)
        self.frz = max(self.frz, self.now + message.frozen if message.frozen else 0)

    def _recover(self, message: Message, *, lost: bool) -> None:
        """Go on behind what a process knows of a book that was lost."""
        apart = 0
        if lost:  # no window is to hold both ends; and others may still have slots
            pause = min(self.window, (2 * self.burst + 3) * self.interval()) + min(self.window, SECOND) // 2
            apart = pause + (self.burst - 1) * self.interval()
        else:  # somebody has begun another book, not knowing of what was sent before
            self._freeze(self.window)
        self.tat = max(self.tat, self.now + message.ahead + apart)

    def save(self) -> None:
        names = ("gen", "n", "per", "burst", "margin", "gap", "bad", "ok", "row", "ref", "tat", "frz", "c", "ib", "bw")
        for name in names:
            self._state[name] = getattr(self, name)

    @property
    def window(self) -> int:
        return self.per + self.gap

    def interval(self, late: int = 0) -> int:
        return -(-(self.window + late) // self.n)

    @property
    def slack(self) -> int:
        return math.floor(self.margin / (5 * max(1.0, self.per / SECOND)))

    def put_in_force(self, terms: Terms) -> None:
        if (terms.requests, terms.per, terms.burst, terms.margin) == (self.n, self.per, self.burst, self.margin):
            return
        if terms.requests != self.n:
            self._wind(terms.requests)
        self.n, self.per, self.burst, self.margin = terms.requests, terms.per, terms.burst, terms.margin
        self.gap, self.bad, self.row = terms.margin, 0, 0
        self.tat = min(self.tat, self.now + self.interval())

    def _wind(self, number: int) -> None:
        """Keep the latest slots in a ring of another size; those that were forgotten were as late as they can be."""
        oldest = self._state.get(f"r{self.c % self.n}", 0)
        slots = {
            place: self._state.get(f"r{place % self.n}", 0) if place >= self.c - self.n else oldest
            for place in range(max(0, self.c - number), self.c)
        }
        for place, at in slots.items():
            self._state[f"r{place % number}"] = at

    def take_in(self, message: Message) -> None:
        if message.accepted:
            self.row = 0
            self.ok += message.accepted
            for _ in range(min(message.accepted, 1000)):
                self.bad -= -(-self.bad // _FORGETTING)
                target = max(self.margin, self.bad + self.bad // 20)
                self.gap -= max(0, -(-(self.gap - target) // _NARROWING))
        for report in message.reports:
            self._take_in(report)

    def _take_in(self, report: Report) -> None:
        first, second = report.first, report.second
        if isinstance(first, str):
            self._take_in_named(report.kind, first, second)
        elif report.kind in ("moved", "lost"):
            if self.c - self.n <= first - self.gen < self.c:
                self._correct(report.kind, first - self.gen, second)
        elif report.kind == "refused":
            self._refused(self.now - first, second)
        elif report.kind == "freeze":
            self._freeze(first)
        else:  # others may not be back yet
            self.tat = max(self.tat, self.now + self.window + (self.burst - 1) * self.interval() + _RETURN)

    def _correct(self, kind: str, number: int, ago: int) -> None:
        """Move a slot to when it was used; one that was not used leaves room for another."""
        field = f"r{number % self.n}"
        known = self._state.get(field, 0)
        if kind == "moved":
            self._state[field] = max(known, self.now - ago)
        elif self.frz <= self.now:
            self._state[field] = max(0, known - self.per)  # the one before it in this place was not later, and counts
            self.tat -= self.interval()

    def _take_in_named(self, kind: str, name: str, number: int) -> None:
        if kind == "closed":
            field = f"x:{name}"
            self._state[field] = max(self._state.get(field, 0), self.now + number)
        elif self._state.get(f"{name}:of") == number:
            self._state[name] = max(0, self._state.get(name, 0) - 1)

    def _freeze(self, length: int) -> None:
        self.frz = max(self.frz, self.now + length)
        self.tat = max(self.tat, self.frz + (self.burst - 1) * self.interval())

    def _refused(self, at: int, retry_after: int) -> None:
        news = at > self.ref
        if news:
            self.ref = self.now
            step = _LONE_STEP if self.ok >= max(_PROOF, self.n) else _STEP
            self.bad = max(self.bad, self.gap)
            wider = min(max(math.floor(self.gap * step), math.floor(self.per * _FIRST_STEP)), self.per * _WIDEST)
            self.gap = max(self.gap, wider)
            self.row += 1
            self.ok = 0
        if retry_after >= 0:
            self._freeze(retry_after)
        elif news:
            self._freeze(min(self.per * 2 ** min(self.row - 1, 30), max(_LONGEST_PAUSE, self.per)))

    def closed(self, message: Message) -> tuple[Why, int, str] | None:
        """Return why a resource may not be asked for now, for how long, and what is used up."""
        until = self._state.get(f"x:{message.resource}", 0)
        if message.resource and until > self.now:
            return "closed", until - self.now, message.resource
        for each in message.allowances:
            if self._left(each) <= 0:
                return "quota", each.end(self.clock) - self.clock, each.field
        return None

    def _left(self, each: Allowance) -> int:
        """Return how many requests a quota has left."""
        counted = self._state.get(f"{each.field}:of") == each.number(self.clock)
        return each.requests - (self._state.get(each.field, 0) if counted else 0)

    def _count(self, each: Allowance, requests: int) -> None:
        self._state[each.field] = each.requests - self._left(each) + requests
        self._state[f"{each.field}:of"] = each.number(self.clock)

    def grant(self, message: Message) -> tuple[Why, int, list[int]]:
        """Return the slots that are granted, or what stands against it and for how long."""
        slots: list[int] = []
        wait = self.frz - self.now
        if wait <= 0:
            want = min((message.want, *(self._left(each) for each in message.allowances)))
            wait = self._take(message, want, slots)
        if message.bulk:
            self.ib = 0 if slots else self.ib
            self.bw = 0 if slots else self.now + wait + SECOND
        else:
            self.ib = self.ib + len(slots) if self.bw > self.now else 0
        for each in message.allowances:
            self._count(each, len(slots))
        if slots:
            return "granted", 0, slots
        return "frozen" if self.frz > self.now else "rate", wait, slots

    def _take(self, message: Message, want: int, slots: list[int]) -> int:
        """Take slots up to the horizon; return how long it takes until the next comes into sight."""
        interval = self.interval(message.late)
        starved = message.bulk and self.ib >= _SHARE
        while len(slots) < want:
            due = self.tat - (self.burst - 1) * self.interval()
            field = f"r{self.c % self.n}"
            if self.c >= self.n:
                due = max(due, self._state.get(field, 0) + self.window)
            if due - self.now > message.horizon and not (starved and not slots):
                return due - self.now - message.horizon
            scheduled = max(due, self.now - message.waited)
            self.tat = max(self.tat, scheduled, self.now - max(interval, self.slack)) + interval
            self._state[field] = max(scheduled, self.now - self.slack) + message.late
            self.c += 1
            slots.append(max(0, due - self.now))
        return 0


def exchange(state: State, clock: int, message: Message, *, tick: int | None = None) -> Reply:
    """Take in what a process says, and grant it what it asks for.

    Args:
        state: What is known; it is changed.
        clock: The time, in microseconds since 1970.
        message: What the process says.
        tick: The time in microseconds by a clock that is never set, where there is one.
    """
    book = _Book(state, clock, clock if tick is None else tick, message)
    if message.change:
        book.put_in_force(message.terms)
    book.take_in(message)
    number = book.gen + book.c  # so that those of a book that was lost are others
    why: Why = "granted"
    wait, used_up, slots = 0, "", list[int]()
    if message.want:
        refusal = book.closed(message)
        if refusal is not None:
            why, wait, used_up = refusal
        else:
            why, wait, slots = book.grant(message)
    book.save()
    return Reply(
        why=why,
        wait=wait,
        clock=book.clock,
        generation=book.gen,
        ahead=max(0, book.tat - book.now),
        frozen=max(0, book.frz - book.now),
        margin=book.gap,
        terms=Terms(requests=book.n, per=book.per, burst=book.burst, margin=book.margin),
        number=number,
        closed=used_up,
        slots=tuple(slots),
    )
