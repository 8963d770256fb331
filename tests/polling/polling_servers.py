"""Lists in memory that change, told apart as a server tells them, and stores that can be killed."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import anyio.lowlevel
import attrs

from lixasync.polling.changes import Changes, Listed, Polled
from lixasync.polling.modified import watch_modified
from lixasync.polling.moments import ceil_ms, floor_ms, moment_at
from lixasync.polling.watch import Watch

START = datetime(2026, 11, 1, tzinfo=UTC)
EVERY = timedelta(minutes=15)


class Killed(BaseException):
    """The process is no more."""


@attrs.frozen
class Member:
    """An item of a list."""

    identity: str | None
    says: str = ""


def says(member: Member) -> object:
    return {"says": member.says}


@attrs.define
class MemoryStore:
    """A store whose methods can be made to fail before or after their work.

    Attributes:
        text: What is saved.
        saved: Everything that was ever saved.
        before, after: Called with the name of the method.
    """

    text: str | None = None
    saved: list[str] = attrs.field(factory=list)
    before: Callable[[str], Any] = lambda _name: None
    after: Callable[[str], Any] = lambda _name: None

    async def load(self) -> str | None:
        await self._pass(self.before, "load")
        text = self.text
        await self._pass(self.after, "load")
        return text

    async def save(self, state: str) -> None:
        await self._pass(self.before, "save")
        self.text = state
        self.saved.append(state)
        await self._pass(self.after, "save")

    async def _pass(self, hook: Callable[[str], Any], name: str) -> None:
        value = hook(name)
        if inspect.isawaitable(value):
            await value


@attrs.define
class ModifiedServer:
    """Answers modified-since on the event loop's clock, which shows `START` when the server is made.

    Attributes:
        steps: What goes wrong with the n-th poll (from 1): an error to raise, or something to call before it answers.
        latency: Seconds each way.
        honest: Whether it heeds modified-since.
        timeless: Numbers of the polls whose answers tell no time.
        asked: The moments it was asked for.
        times: When, in seconds since it was made.
    """

    steps: dict[int, Exception | Callable[[], Any]] = attrs.field(factory=dict)
    latency: float = 1.0
    honest: bool = True
    timeless: set[int] = attrs.field(factory=set)
    asked: list[datetime] = attrs.field(factory=list)
    times: list[float] = attrs.field(factory=list)
    members: list[tuple[Member, int]] = attrs.field(factory=list)
    made: float = attrs.field(factory=anyio.current_time)

    def seconds(self) -> float:
        return anyio.current_time() - self.made

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds())

    def put(self, *members: Member) -> None:
        """Add members, or let them say something else."""
        names = {member.identity for member in members} - {None}
        self.members = [(member, stamp) for member, stamp in self.members if member.identity not in names]
        self.members += [(member, floor_ms(self.now())) for member in members]

    async def fetch(self, since: datetime) -> Polled[Member]:
        self.asked.append(since)
        self.times.append(round(self.seconds(), 6))
        number = len(self.asked)
        asked_at = self.now()
        await anyio.sleep(self.latency)
        step = self.steps.get(number)
        if isinstance(step, BaseException):
            raise step
        if step is not None:
            value = step()
            if inspect.isawaitable(value):
                await value
        found = tuple(member for member, stamp in self.members if not self.honest or stamp >= floor_ms(since))
        await anyio.sleep(self.latency)
        if number in self.timeless:
            return Polled(items=found, asked_at=None, answered_at=None)
        return Polled(items=found, asked_at=asked_at, answered_at=moment_at(ceil_ms(self.now())))

    def watch(self, store: Any, **settings: Any) -> Watch[Member]:
        """Make a watch of this server whose local clock is the server's."""
        settings = {"kind": "new", "every": EVERY, "query": "me", "state": store, **settings}
        if settings["kind"] == "updated":
            settings.setdefault("content", says)
        watch: Watch[Member] = watch_modified(self.fetch, **settings)
        follower: Any = watch._follower
        follower.clock = self.now
        return watch


class Reading(AsyncIterator[Member]):
    """A listing being read; an exception among its items is raised."""

    def __init__(self, items: Iterable[Member | Exception]) -> None:
        self._items = iter(items)

    async def __anext__(self) -> Member:
        await anyio.lowlevel.checkpoint()
        for item in self._items:
            if isinstance(item, Exception):
                raise item
            return item
        raise StopAsyncIteration


@attrs.define
class ListServer:
    """Lists its members, the n-th time as the n-th of the listings says; the last one goes on for ever.

    Attributes:
        listings: What each listing holds: members, and errors raised in their midst.
        complete: Numbers of the listings that end early, from 1.
        total: What it tells of the whole list; None to count its members.
    """

    listings: list[list[Member | Exception]]
    partial: set[int] = attrs.field(factory=set)
    total: Callable[[int], int | None] | None = None
    count: int = 0

    async def fetch(self) -> Listed[Member]:
        await anyio.sleep(1)
        self.count += 1
        number = self.count
        items = self.listings[min(number, len(self.listings)) - 1]
        if items and isinstance(items[0], Exception):
            raise items[0]

        def total() -> int | None:
            return len(items) if self.total is None else self.total(number)

        return Listed(
            items=Reading(items),
            complete=lambda: number not in self.partial,
            total=total,
            answered_at=lambda: START + number * EVERY,
        )


def names(items: Iterable[Member]) -> list[str | None]:
    return [item.identity for item in items]


async def batches(watch: Watch[Member], count: int) -> list[Changes[Member]]:
    """Ask for so many batches, for some days at most."""
    with anyio.fail_after(10 * 86_400):
        return [await anext(watch) for _ in range(count)]
