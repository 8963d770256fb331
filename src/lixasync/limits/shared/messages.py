"""What processes say to a shared budget, and what it answers. Times are whole microseconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import attrs

from lixasync.limits.rate import RateLimit

SECOND = 1_000_000
DAY = 86_400 * SECOND

Why = Literal["granted", "rate", "frozen", "quota", "closed"]
Period = Literal["day", "week"]


@attrs.frozen(kw_only=True)
class Terms:
    """A rate limit in whole microseconds.

    Attributes:
        requests: Requests in one window.
        per: Length of the window.
        burst: Requests at once after a pause.
        margin: Added to each window.
    """

    requests: int
    per: int
    burst: int
    margin: int

    @classmethod
    def of(cls, limit: RateLimit) -> Terms:
        """Return the terms of a rate limit."""
        return cls(requests=limit.requests, per=whole(limit.per), burst=limit.burst, margin=max(0, whole(limit.margin)))

    def limit(self) -> RateLimit:
        """Return the rate limit."""
        return RateLimit(self.requests, per=self.per / SECOND, burst=self.burst, margin=self.margin / SECOND)


def whole(seconds: float) -> int:
    """Return seconds as whole microseconds, one at least."""
    return max(1, round(seconds * SECOND))


@attrs.frozen
class Report:
    """What a process tells of its requests.

    Attributes:
        kind: ``"moved"``: the slot of a number was used so long ago, later than it was to be;
            ``"lost"``: the slot of a number was not used; ``"unused"``: nor was what it counts for, so the quota of a
            field gets it back, in the period of a number; ``"refused"``: a slot that was used so long ago was answered
            429, with a Retry-After (-1: none);
            ``"closed"``: a resource is closed for so long; ``"freeze"``: nobody sends for so long;
            ``"apart"``: requests were sent without asking.
        first: See there.
        second: See there.
    """

    kind: Literal["moved", "lost", "refused", "unused", "closed", "freeze", "apart"]
    first: int | str = 0
    second: int = 0


@attrs.frozen
class Allowance:
    """Requests that a resource may be asked for in a period.

    Attributes:
        resource: Its name; ``"*"`` for all requests together.
        period: Days begin at midnight, weeks on Monday, in UTC.
        requests: How many.
    """

    resource: str
    period: Period
    requests: int

    @property
    def field(self) -> str:
        """Where they are counted."""
        return f"{self.period}:{self.resource}"

    def number(self, clock: int) -> int:
        """Return the number of the day or week of a moment, since 1970 in UTC."""
        day = clock // DAY
        return day if self.period == "day" else (day + 3) // 7  # day 0 was a Thursday

    def end(self, clock: int) -> int:
        """Return when the day or week of a moment ends."""
        following = self.number(clock) + 1
        return (following if self.period == "day" else following * 7 - 3) * DAY


@attrs.frozen(kw_only=True)
class Message:
    """What a process says and asks for, at once.

    Attributes:
        terms: The rate limit it knows.
        change: Whether that is put in force; otherwise it holds only where nothing is known yet.
        want: Slots wanted at most; 0 for none.
        horizon: How far ahead they may be reserved.
        waited: For how long the first of those who want one has been waiting.
        bulk: Whether they are of the bulk lane.
        late: By how much later than others this process may use them.
        generation: That of the book it knows, if it knows it from lately; 0 for none.
        number: How many slots that had granted by then, as far as this process knows.
        ahead: How far ahead of now that book had slots taken, as far as this process knows.
        frozen: For how long it was frozen.
        accepted: Requests that were answered, and not refused for being too fast, since the last message.
        reports: What else happened since.
        resource: What is to be asked for.
        allowances: Quotas that count it.
    """

    terms: Terms
    change: bool = False
    want: int = 0
    horizon: int = 0
    waited: int = 0
    bulk: bool = False
    late: int = 0
    generation: int = 0
    number: int = 0
    ahead: int = 0
    frozen: int = 0
    accepted: int = 0
    reports: tuple[Report, ...] = ()
    resource: str = ""
    allowances: tuple[Allowance, ...] = ()

    def flat(self) -> list[int | str]:
        """Return everything in one list, as ``budget.lua`` reads it."""
        terms = self.terms
        return [
            *(terms.requests, terms.per, terms.burst, terms.margin, int(self.change)),
            *(self.want, self.horizon, self.waited, int(self.bulk), self.late),
            *(self.generation, self.number, self.ahead, self.frozen, self.accepted, self.resource),
            len(self.reports),
            *(part for report in self.reports for part in (report.kind, report.first, report.second)),
            len(self.allowances),
            *(part for each in self.allowances for part in (each.field, each.period, each.requests)),
        ]


@attrs.frozen(kw_only=True)
class Reply:
    """What the book says.

    Attributes:
        why: Whether slots were granted, or what stands against it.
        wait: For how long that stands against it.
        clock: The time by which days and weeks are counted, in microseconds since 1970.
        generation: That of the book.
        ahead: How far ahead of now slots are taken.
        frozen: For how long nobody sends.
        margin: Added to each window now.
        terms: The rate limit in force.
        number: That of the first slot; they are numbered.
        closed: The quota that is used up, if one is.
        slots: In how long each of them may be used.
    """

    why: Why
    wait: int
    clock: int
    generation: int
    ahead: int
    frozen: int
    margin: int
    terms: Terms
    number: int
    closed: str
    slots: tuple[int, ...]

    @classmethod
    def read(cls, parts: Iterable[int | str]) -> Reply:
        """Return what ``budget.lua`` wrote."""
        why, closed, *numbers = parts
        wait, clock, generation, ahead, frozen, margin, requests, per, burst, given, number, *slots = map(int, numbers)
        terms = Terms(requests=requests, per=per, burst=burst, margin=given)
        return cls(
            why=why,  # type: ignore[arg-type] # one of them, as the script writes it
            wait=wait,
            clock=clock,
            generation=generation,
            ahead=ahead,
            frozen=frozen,
            margin=margin,
            terms=terms,
            number=number,
            closed=str(closed),
            slots=tuple(slots),
        )
