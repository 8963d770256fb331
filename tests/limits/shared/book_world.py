"""Processes that share a book, each at its own pace, in simulated time. Everything is in whole microseconds."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

import attrs

from lixasync.limits.shared.book import exchange
from lixasync.limits.shared.courier import in_time
from lixasync.limits.shared.messages import SECOND, Message, Reply, Report, Terms, whole

START = 1_800_000_000 * SECOND


def most_in_a_window(moments: list[int], length: int) -> int:
    """Return the most moments that lie in any half-open window of a length."""
    moments = sorted(moments)
    most = end = 0
    for index, start in enumerate(moments):
        while end < len(moments) and moments[end] < start + length:
            end += 1
        most = max(most, end - index)
    return most


@attrs.define(eq=False)
class Process:
    """What a process knows of the book, and has to tell it.

    Attributes:
        late: By how much later than others it may use slots.
        reports: What to tell with the next message.
        accepted: The same.
        generation: The book's.
        taken: Until when slots are taken, as far as it knows.
        frozen: Until when everybody is held, as far as it knows.
    """

    late: int = 0
    reports: list[Report] = attrs.field(factory=list)
    accepted: int = 0
    generation: int = 0
    taken: int = 0
    frozen: int = 0


@attrs.define(eq=False)
class World:
    """Time, the book, and who used which slot when.

    Attributes:
        terms: The rate limit of everybody.
        seed: Of all that is left to chance.
        tick: Whether the keeper has a clock that is never set.
    """

    terms: Terms
    seed: int
    tick: bool = False
    now: int = START
    error: int = 0  # by which the keeper's clock is wrong
    state: dict[str, int] = attrs.field(factory=dict)
    used: list[int] = attrs.field(factory=list)
    frozen: list[tuple[int, int]] = attrs.field(factory=list)  # when a freeze was told, and until when it holds
    chance: random.Random = attrs.field(init=False, repr=False)
    _events: list[tuple[int, int, Callable[[], None]]] = attrs.field(factory=list, repr=False)
    _order: itertools.count[int] = attrs.field(factory=itertools.count, repr=False)

    def __attrs_post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def at(self, moment: int, action: Callable[[], None]) -> None:
        """Do something at a moment."""
        heapq.heappush(self._events, (max(moment, self.now), next(self._order), action))

    def run(self, events: int) -> None:
        """Let so many things happen."""
        while self._events and events:
            self.now, _, action = heapq.heappop(self._events)
            action()
            events -= 1

    def tell(self, process: Process, **asked: object) -> Reply:
        """Exchange one message, with all that a process has to tell."""
        reports, accepted = tuple(process.reports), process.accepted
        process.reports, process.accepted = [], 0
        message = Message(
            terms=self.terms,
            late=process.late,
            generation=process.generation,
            ahead=max(0, process.taken - self.now),
            frozen=max(0, process.frozen - self.now),
            accepted=accepted,
            reports=reports,
            **asked,  # type: ignore[arg-type] # of the message
        )
        clock = self.now + self.error
        reply = exchange(self.state, clock, message, tick=self.now if self.tick else None)
        process.generation = reply.generation
        process.taken, process.frozen = self.now + reply.ahead, self.now + reply.frozen
        return reply


@attrs.define(eq=False)
class Crowd:
    """Processes that do with their slots what processes may do: use them, soon or late, or leave them."""

    world: World
    processes: list[Process]
    lost: float = 0.1  # how likely a slot is not used
    slow: float = 0.0  # how likely a request leaves long after its slot
    refused: float = 0.0  # how likely it is answered 429
    unheard: float = 0.0  # how likely a reply does not arrive, so that the message is repeated
    pause: float = 1.0  # how long processes rest, on average, in intervals

    def begin(self) -> None:
        """Let every process begin to ask."""
        for process in self.processes:
            self.world.at(self.world.now + self._rest(), lambda process=process: self._ask(process))  # type: ignore[misc] # bound now

    def _rest(self) -> int:
        terms, chance = self.world.terms, self.world.chance
        most = self.pause * (terms.per + terms.margin) / terms.requests
        return chance.choice([0, 1, round(chance.uniform(0, 2 * most)), round(chance.uniform(0, 40 * most))])

    def _ask(self, process: Process) -> None:
        world, chance = self.world, self.world.chance
        quarter = (world.terms.per + world.terms.margin) // 4
        asked = {
            "want": chance.randint(1, 5),
            "horizon": round(chance.choice([0.0, chance.random(), 1.0]) * quarter),
            "waited": chance.choice([0, chance.randint(0, 2 * world.terms.per)]),
            "bulk": chance.random() < 0.7,
        }
        kept = [report for report in process.reports if report.kind != "lost"]
        reply = world.tell(process, **asked)
        if chance.random() < self.unheard:
            process.reports = kept
        else:
            usable = round(in_time(reply.terms) * SECOND) + process.late
            for index, wait in enumerate(reply.slots):
                share = chance.choice([0.0, chance.random(), 1.0])
                moment, number = world.now + wait + int(share * usable), reply.number + index
                if chance.random() < self.lost:
                    process.reports.append(Report("lost", number))
                else:
                    world.at(moment, lambda number=number: self._use(process, number))  # type: ignore[misc] # bound now
        world.at(world.now + max(self._rest(), min(reply.wait, world.terms.per)), lambda: self._ask(process))

    def _use(self, process: Process, number: int) -> None:
        world, chance = self.world, self.world.chance
        if chance.random() < self.lost:
            process.reports.append(Report("lost", number))
        elif chance.random() < self.slow:
            self._leave(process, number, world.now + chance.randint(0, 3 * world.terms.per))
        else:
            self._sent(process)

    def _leave(self, process: Process, number: int, moment: int) -> None:
        """Tell again and again that a request has not left, until it has."""
        world = self.world
        process.reports.append(Report("moved", number))
        world.tell(process)
        if world.now >= moment:
            self._sent(process)
        else:
            pulse = min(world.terms.per // 4, whole(0.25))
            world.at(min(moment, world.now + pulse), lambda: self._leave(process, number, moment))

    def _sent(self, process: Process) -> None:
        world, chance = self.world, self.world.chance
        world.used.append(world.now)
        if chance.random() < self.refused:
            retry_after = chance.choice([-1, chance.randint(1, world.terms.per)])
            process.reports.append(Report("refused", chance.randint(0, world.terms.per // 4), retry_after))
        else:
            process.accepted += chance.choice([1, 1, 100])


EVEN = Terms(requests=10, per=SECOND, burst=1, margin=0)
FAR = 600 * SECOND


def world(terms: Terms = EVEN) -> World:
    return World(terms, seed=0)


def ask(world: World, process: Process | None = None, **asked: object) -> Reply:
    """Ask for one slot, however far away."""
    return world.tell(process or Process(), **{"want": 1, "horizon": FAR, **asked})


def told(world: World, *reports: Report, **asked: object) -> Reply:
    """Ask for nothing, but tell something."""
    return world.tell(Process(reports=list(reports)), **asked)


def waits(world: World, count: int, **asked: object) -> list[int]:
    return [wait for _ in range(count) for wait in ask(world, **asked).slots]
