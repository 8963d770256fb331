"""Jobs for the tests of whole runs: a clock that jumps, a server of people, and what came of it all."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import anyio
import anyio.lowlevel
import pytest
import trio
from sniffio import current_async_library
from tests.support.fake import FakeTransport, Step, answer

from lixasync import LinkedInClient, LixClient, Request, Response
from lixasync.bulk import Job, Result, Stop, clock, desk, run
from lixasync.bulk.store import Store
from lixasync.paging.pager import Pager

T = TypeVar("T")

NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)


def link(number: int) -> str:
    """Return the address of an invented person."""
    return f"https://www.linkedin.com/in/person-{number:05}"


LINKS = tuple(map(link, range(12)))


def asked(request: Request) -> dict[str, str]:
    """Return what a request asks for."""
    return dict(parse_qsl(urlsplit(request.url).query))


def person(request: Request) -> Response:
    """Answer with the person who is asked for."""
    return answer({"name": "Robin Marlowe", "link": asked(request)["profile_link"]})


class People(FakeTransport):
    """Knows everybody, unless it is told otherwise.

    Args:
        steps: What to answer instead, by the person's number, in turn; the person comes when there is no more.
        latency: Seconds each answer takes.
    """

    def __init__(self, steps: dict[int, Sequence[Step]] | None = None, *, latency: float = 0.0) -> None:
        super().__init__([self._answer], latency=latency)
        self._others = {link(number): iter(each) for number, each in (steps or {}).items()}

    def _answer(self, request: Request) -> Response:
        step = next(self._others.get(asked(request).get("profile_link", ""), iter(())), person)
        if isinstance(step, Exception):
            raise step
        return step(request) if callable(step) else step

    @property
    def links(self) -> list[str]:
        """Who was asked for, in this order."""
        return [asked(request)["profile_link"] for request in self.requests if "profile_link" in request.url]


class Server(People):
    """Knows everybody, but may answer otherwise.

    Args:
        others: Returns what to answer to a request instead, given its number, from 1; None for the person.
        latency: Seconds each answer takes.
    """

    def __init__(self, others: Callable[[Request, int], Response | None], *, latency: float = 0.0) -> None:
        super().__init__(latency=latency)
        self._others_of = others

    def _answer(self, request: Request) -> Response:
        number = next(number for number, each in enumerate(self.requests, 1) if each is request)
        other = self._others_of(request, number)
        return super()._answer(request) if other is None else other


class Gate(People):
    """Answers when it is told to."""

    def __init__(self, release: anyio.Event) -> None:
        super().__init__()
        self._release = release
        self.waiting = 0

    async def send(self, request: Request, *, on_sent: Any) -> Response:
        response = await super().send(request, on_sent=on_sent)
        self.waiting += 1
        await self._release.wait()
        return response


async def finish(job: Job[Any], **settings: Any) -> Stop:
    """Run a job to its end, whatever viewers may do."""
    return await job.run(**{"warm_up": False, **settings})


async def results(job: Job[Any]) -> list[Result[Any]]:
    """Return all that a job has."""
    return [result async for result in job.results()]


async def values(job: Job[Any]) -> list[Any]:
    """Return what came of each input; whatever failed is raised."""
    found = await results(job)
    for result in found:
        if result.error is not None:
            raise result.error
    return [result.value for result in found]


async def called(bound: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Return what a method gives to whoever calls it himself, as a job has it."""
    made = bound(**given)
    return tuple(await made.collect()) if isinstance(made, Pager) else await made


def at(client: LixClient | LinkedInClient, key: str) -> Callable[..., Any]:
    """Return a method of a client by its name."""
    owner: Any = client
    for name in key.split("."):
        owner = getattr(owner, name)
    bound: Callable[..., Any] = owner
    return bound


class Spy:
    """Stands in the place of a client and tells which method is called with what."""

    def __init__(self, key: str = "") -> None:
        self._key = key

    def __getattr__(self, name: str) -> Spy:
        return Spy(f"{self._key}.{name}".lstrip("."))

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return self._key, args, kwargs


async def one_by_one(inputs: Iterable[Any]) -> AsyncIterator[Any]:
    """Yield inputs without any thread."""
    for each in inputs:
        yield each


async def some(job: Job[Any], number: int, **settings: Any) -> list[Result[Any]]:
    """Take so many results of a run, and leave it."""
    taken: list[Result[Any]] = []
    async with job.run(**{"warm_up": False, **settings}) as run:
        async for result in run:
            taken.append(result)
            if len(taken) >= number:
                break
    return taken


class Wall:
    """The time of day, as it passes on the virtual clock from noon on. It stands still while threads are at work."""

    def __init__(self) -> None:
        self._working = 0
        self._time: Callable[[], float] = anyio.current_time

    def now(self) -> datetime:
        """Return the present moment."""
        return NOON + timedelta(seconds=self._time())

    def tell(self, client: LixClient | LinkedInClient) -> None:
        """Have a client see the same time of day."""
        client._core.pipeline.quota._clock = self.now

    def held_by(self, call: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        """Return a function that keeps the clock from jumping until it returns."""

        async def waiting(*args: Any, **kwargs: Any) -> T:
            self._count(1)
            try:
                return await call(*args, **kwargs)
            finally:
                self._count(-1)

        return waiting

    def _count(self, change: int) -> None:
        self._working += change
        if current_async_library() == "trio":
            mock: Any = trio.lowlevel.current_clock()
            mock.autojump_threshold = math.inf if self._working else 0
            self._time = mock.current_time
        else:
            loop: Any = asyncio.get_running_loop()
            selector = loop._selector
            jumping, real = type(selector).select, selectors.SelectSelector.select
            selector.select = partial(real if self._working else jumping, selector)
            self._time = loop.time


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """Let the time of day follow the virtual clock, which waits for the threads that read and write a job's file."""
    wall = Wall()
    monkeypatch.setattr(clock, "now", wall.now)
    for room in (run, desk):
        monkeypatch.setattr(room, "_LOOK", 60.0)  # virtual seconds; each look at the file takes real time
    for name in ("open", "close", "change", "read"):
        monkeypatch.setattr(Store, name, wall.held_by(getattr(Store, name)))
    return wall


async def until(true: Callable[[], bool]) -> None:
    """Wait until something has happened, without waiting for any time to pass."""
    while not true():
        await anyio.lowlevel.checkpoint()


def files(folder: Path) -> bytes:
    """Return what all files of a folder hold."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
