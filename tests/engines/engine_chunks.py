"""Stores in memory whose every step can be met, and jobs in chunks, for the tests of engines."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any, Self

import anyio.lowlevel
import attrs
from tests.bulk.bulk_runs import asked, link, one_by_one, results
from tests.support.fake import FakeTransport, answer, refusal

from lixasync import LixClient, Request, Response
from lixasync.bulk import Job
from lixasync.engines import Chunk, ChunkEnd, ConflictError, Stored, plan, run_chunk
from lixasync.engines.planning import TRIAL


@attrs.define
class MemoryChunks:
    """A store in memory.

    Attributes:
        held: What it holds.
        puts: The names of all puts that went well, but for the trial of a plan.
        before, after: Called with the name of a method before and after its work; what they return is awaited.
    """

    held: dict[str, Stored] = attrs.field(factory=dict)
    puts: list[str] = attrs.field(factory=list)
    before: Callable[[str], Any] = lambda _name: None
    after: Callable[[str], Any] = lambda _name: None
    url: str = "test://memory"
    _versions: int = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        raise AssertionError("it was given open, and stays open")

    async def get(self, name: str) -> Stored | None:
        await _pass(self.before, "get")
        return self.held.get(name)

    async def put(self, name: str, body: bytes, version: str | None) -> str:
        await _pass(self.before, "put")
        found = self.held.get(name)
        if (None if found is None else found.version) != version:
            raise ConflictError(name)
        self._versions += 1
        self.held[name] = Stored(body=body, version=str(self._versions))
        if name != TRIAL:
            self.puts.append(name)
        await _pass(self.after, "put")
        return str(self._versions)

    async def names(self) -> dict[str, str]:
        await _pass(self.before, "names")
        return {name: stored.version for name, stored in self.held.items()}

    async def delete(self, name: str) -> None:
        await _pass(self.before, "delete")
        self.held.pop(name, None)
        await _pass(self.after, "delete")


async def _pass(hook: Callable[[str], Any], name: str) -> None:
    await anyio.lowlevel.checkpoint()
    value = hook(name)
    if inspect.isawaitable(value):
        await value


def lookups(lix: LixClient, path: Path, numbers: Iterable[int]) -> Job[Any]:
    """Return a job that looks up invented people."""
    return Job(path, lix.enrichment.person, inputs=one_by_one(map(link, numbers)))


async def planned(lix: LixClient, folder: Path, store: Any, number: int = 12) -> tuple[Job[Any], Chunk]:
    """Return a job and its only chunk."""
    job = lookups(lix, folder / "job.db", range(number))
    (chunk,) = await plan(job, store)
    return job, chunk


async def run(chunk: Chunk | Mapping[str, Any], lix: LixClient, store: Any, **settings: Any) -> ChunkEnd:
    return await run_chunk(chunk, lix, store=store, **settings)


async def found(job: Job[Any]) -> list[str]:
    """Return who was found, input by input, each with its place; whatever failed is raised."""
    every = await results(job)
    for place, result in enumerate(every):
        if result.error is not None:
            raise result.error
        assert result.position == place
        assert result.value.link == result.input
    return [result.input for result in every]


def rows(stored: Stored, query: str) -> list[tuple[Any, ...]]:
    """Return what a stored chunk says."""
    with closing(connect(":memory:")) as connection:
        connection.deserialize(stored.body)
        return connection.execute(query).fetchall()


def done_in(stored: Stored) -> int:
    """Return how many inputs of a stored chunk are done."""
    ((number,),) = rows(stored, "SELECT count(*) FROM inputs WHERE state = 2")
    return int(number)


SIZE = 10
NAMES = tuple(f"urn:{number}" for number in range(57))
STARTS = list(range(0, len(NAMES), SIZE))


class Connections(FakeTransport):
    """Lists connections, page by page, and knows nothing else."""

    def __init__(self) -> None:
        super().__init__([self._page])

    def _page(self, request: Request) -> Response:
        if "count" not in asked(request):
            return refusal(404, "not_found")
        start, count = int(asked(request).get("start", 0)), int(asked(request)["count"])
        items = [{"entityUrn": name} for name in NAMES[start : start + count]]
        paging = {"start": start, "count": len(items), "total": len(NAMES)}
        return answer({"connections_response": {"elements": items, "paging": paging}})

    @property
    def starts(self) -> list[int]:
        """Where the pages began that were asked for."""
        return [int(asked(request).get("start", 0)) for request in self.requests if "count" in asked(request)]


def listed(lix: LixClient, path: Path) -> Job[Any]:
    """Return a job that lists one account's connections."""
    return Job(path, lix.connections, inputs=one_by_one(["robin-marlowe"]), params={"page_size": SIZE})


async def names(job: Job[Any]) -> tuple[str, ...]:
    (result,) = await results(job)
    return tuple(item.raw["entityUrn"] for item in result.value)
