"""One chunk, worked on: fetched, run like any job, and put back after each answer."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import attrs

from lixasync.bulk import parts
from lixasync.bulk.job import Job
from lixasync.bulk.result import Stop
from lixasync.bulk.store import Store
from lixasync.engines.chunk import Chunk
from lixasync.engines.stores.base import ChunkStore, ConflictError
from lixasync.engines.stores.urls import opened
from lixasync.errors import ChunkTakenError, JobFileError, LixasyncError
from lixasync.linkedin.client import LinkedInClient
from lixasync.lix.client import LixClient

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class ChunkEnd:
    """How the work on a chunk ended.

    Attributes:
        done: Inputs of the chunk that have their result.
        failed: Inputs that failed for good.
        waiting: Inputs that are left.
        requests: Requests sent for the chunk so far, over all runs.
        credits: Credits they cost by the server's rules.
        stopped: Why it ended.
        error: The error that made it end; None when there was none.
        until: From when on it can go on; None when there is nothing left, or nothing to wait for is known.
    """

    done: int
    failed: int
    waiting: int
    requests: int
    credits: int
    stopped: Stop
    error: LixasyncError | None = None
    until: datetime | None = None


async def run_chunk(
    chunk: Chunk | Mapping[str, Any],
    client: LixClient | LinkedInClient,
    *,
    concurrency: int = 4,
    max_credits: int | None = None,
    deadline: float | timedelta | None = None,
    store: str | os.PathLike[str] | ChunkStore | None = None,
) -> ChunkEnd:
    """Work on a chunk until it is done, or something is in the way; call it as often as it takes, anywhere.

    Answers are in the store before the next input is begun, so a worker that is killed repeats no more than it had in
    flight. A chunk that is done is left at once, without a request. When two workers have the same chunk, the later one
    goes on, and the earlier one stops at its next answer. Cancelled, it gives answers under way ten seconds to come,
    and stores what it has; it ends when the store has answered, or given up.

    Args:
        chunk: The chunk, or what its ``as_json()`` returned.
        client: What to ask with; its calls are in the lane ``"bulk"``.
        concurrency: Inputs worked on at the same time.
        max_credits: Stop before this run would spend more credits; None for no bound.
        deadline: Begin nothing more after so many seconds; None for no bound.
        store: The chunk's store, open or by its full address, where that needs a password which is not in the
            environment; None for what the chunk says.

    Raises:
        ChunkTakenError: another worker has taken the chunk over.
        JobFileError: the chunk is not in the store, or the store cannot be read or written.
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        InvalidArgumentError: this is no chunk, or of the other API than the client.
        LixasyncError: every call like this one is refused, such as for a wrong key.
    """
    given = chunk if isinstance(chunk, Chunk) else Chunk.from_json(chunk)
    with tempfile.TemporaryDirectory(prefix="lixasync-") as folder:
        path = Path(folder, given.name)
        async with opened(given.store if store is None else store) as there:
            keeper = await _Keeper.fetch(there, given, path)
            if (await Job.open(path).status()).to_do == 0:
                return await _end(path, Stop.FINISHED)
            await keeper.take_over(path)
            job = _KeptJob.open(path, client)
            assert isinstance(job, _KeptJob)  # noqa: S101 - whose method it is
            job.keeper = keeper
            run = job.run(concurrency=concurrency, max_credits=max_credits, deadline=deadline, on_limit="stop")
            return await _end(path, await run, run.error, run.until)


async def _end(
    path: Path, stopped: Stop, error: LixasyncError | None = None, until: datetime | None = None
) -> ChunkEnd:
    status = await Job.open(path).status()
    return ChunkEnd(
        done=status.done,
        failed=status.failed,
        waiting=status.to_do,
        requests=status.requests,
        credits=sum(status.credits.values()),
        stopped=stopped,
        error=error,
        until=status.next_due if until is None and status.queued == status.to_do else until,
    )


class _Keeper:
    """Keeps a chunk in its store as far as it is; one put at a time, each with all that was written before.

    Args:
        store: The store.
        chunk: The chunk.
        version: The version that this worker knows.
    """

    def __init__(self, store: ChunkStore, chunk: Chunk, version: str) -> None:
        self._store = store
        self._chunk = chunk
        self._version = version
        self._unsure: set[bytes] = set()
        self._written = self._kept = 0
        self._putting = anyio.Lock()

    @classmethod
    async def fetch(cls, store: ChunkStore, chunk: Chunk, path: Path) -> _Keeper:
        """Bring a chunk into a file.

        Raises:
            JobFileError: it is not there.
        """
        found = await store.get(chunk.name)
        if found is None or not found.body:
            raise JobFileError(
                f"The chunk {chunk.name} is not in {store.url}.",
                hint="Its job has called it back, or this worker sees another store of that name.",
            )
        await anyio.to_thread.run_sync(parts.begin, path, found.body)
        return cls(store, chunk, found.version)

    async def take_over(self, path: Path) -> None:
        """Store that this worker has the chunk from now on.

        Raises:
            ChunkTakenError: somebody else was faster.
        """
        await self._put(await anyio.to_thread.run_sync(parts.mark, path, secrets.token_hex(8)))

    async def keep(self, file: Store) -> None:
        """Wait until all that is written by now is in the store.

        Raises:
            ChunkTakenError: another worker has the chunk.
            JobFileError: the store cannot be reached.
        """
        self._written = mine = self._written + 1
        async with self._putting:
            if self._kept < mine:
                written = self._written
                await self._put(await file.read(parts.bytes_of))
                self._kept = written

    async def _put(self, body: bytes) -> None:
        self._unsure.add(_told(body))
        try:
            try:
                self._version = await self._store.put(self._chunk.name, body, self._version)
            except ConflictError:
                self._version = await self._store.put(self._chunk.name, body, await self._own())
        except ConflictError:
            raise ChunkTakenError(
                f"The chunk {self._chunk.name} was taken over by another worker, or called back by its job.",
                hint="Nothing is to be done: what was stored before is kept.",
            ) from None
        self._unsure.clear()

    async def _own(self) -> str:
        """Return the version that is stored, where it is of this worker after all: the store's answer was lost.

        Raises:
            ConflictError: it is not.
        """
        found = await self._store.get(self._chunk.name)
        if found is None or _told(found.body) not in self._unsure:
            raise ConflictError(self._chunk.name)
        return found.version


def _told(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


class _KeptStore(Store):
    """The file of a chunk: what is written of an input is in the chunk's store, too, before anybody hears of it."""

    def __init__(self, path: Path, keeper: _Keeper) -> None:
        super().__init__(path)
        self._keeper = keeper

    async def change(self, make: Callable[[sqlite3.Connection], T], *, shielded: bool = False) -> T:
        """Make a change, and keep it when it says how much there is of everything then: others only prepare."""
        value = await super().change(make, shielded=shielded)
        if isinstance(value, dict):  # a run shields all that writes of inputs
            await self._keeper.keep(self)
        return value


class _KeptJob(Job[Any]):
    """The job of a chunk."""

    keeper: _Keeper

    async def _open(self) -> Store:
        store = _KeptStore(self._path, self.keeper)
        await store.open(create=False)
        return store
