"""What engines have in common: a worker for chunks, when each comes back, and how others follow the work."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeAlias

import anyio

from lixasync.bulk.job import Job
from lixasync.bulk.methods import method
from lixasync.bulk.progress import JobStatus
from lixasync.bulk.result import Stop
from lixasync.engines.chunk import Chunk
from lixasync.engines.collecting import collect
from lixasync.engines.running import ChunkEnd, run_chunk
from lixasync.engines.stores.base import ChunkStore
from lixasync.engines.stores.urls import open_store
from lixasync.errors import JobFileError, LimiterUnavailableError, LixasyncError
from lixasync.limits.redis import RedisLimiter
from lixasync.linkedin.client import LinkedInClient
from lixasync.lix.client import LixClient

log = logging.getLogger("lixasync")

Client: TypeAlias = LixClient | LinkedInClient
MakeClient: TypeAlias = Callable[[Chunk], Client]
"""Returns the client that asks for a chunk and all later ones of the same API."""
Later: TypeAlias = Callable[[datetime], Awaitable[None]]
"""Puts a chunk back into the queue, not to be worked on before a moment."""

TASK = "lixasync_chunk"
"""The name of the task on every engine."""
_PAUSE = timedelta(seconds=60)  # for which a chunk is left alone after an outage, or when another worker has it
_AWAY = (
    3.0  # seconds for which a worker that is being left holds what still comes, so that it does not go round and round
)


class ChunkWorker:
    """Works on chunks until it is left: what is under way then is stored, and goes back into the queue.

    Clients are opened when the first chunk of their API comes, and shared by all that follow.

    Args:
        client: Makes the client for a chunk.
        concurrency: Inputs of one chunk under way at a time.
    """

    def __init__(self, client: MakeClient, *, concurrency: int = 4) -> None:
        self._make = client
        self._concurrency = concurrency
        self._clients: dict[bool, Client] = {}
        self._opening = anyio.Lock()
        self._under_way: set[anyio.CancelScope] = set()
        self._idle = anyio.Event()
        self._leaving = False
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._leaving = True
        for scope in self._under_way:
            scope.cancel()
        with anyio.CancelScope(shield=True):
            if self._under_way:
                await self._idle.wait()
            await self._stack.aclose()

    async def run(
        self, value: Mapping[str, Any], *, later: Later, after: datetime | None = None, turn: float | None = None
    ) -> None:
        """Work on a chunk.

        Args:
            value: The chunk, as JSON has it.
            later: Called when the chunk is not done.
            after: From when on there is something to do for it; None for now.
            turn: Seconds after which it goes back into the queue in any case; None for no bound.

        Raises:
            LixasyncError: what trying again does not mend, such as a key that is not accepted, or no credits.
        """
        chunk = Chunk.from_json(value)
        if self._leaving:
            await anyio.sleep(_AWAY)
            await later(datetime.now(UTC))
            return
        back: datetime | None = datetime.now(UTC)
        scope = anyio.CancelScope()
        self._under_way.add(scope)
        try:
            with scope:
                back = await self._turn(chunk, after, turn)
            if back is not None:
                await later(back)
        finally:
            self._under_way.discard(scope)
            if not self._under_way:
                self._idle.set()
                self._idle = anyio.Event()

    async def _turn(self, chunk: Chunk, after: datetime | None, turn: float | None) -> datetime | None:
        """Work on a chunk for a while, and return when it comes back; None when it is done."""
        if after is not None:
            wait = (after - datetime.now(UTC)).total_seconds()
            await anyio.sleep(max(0.0, wait if turn is None else min(wait, turn)))
            if turn is not None and wait > turn:
                return after
        try:
            end = await run_chunk(chunk, await self._client(chunk), concurrency=self._concurrency, deadline=turn)
            back = comes_back(end, datetime.now(UTC))
        except LixasyncError as error:
            if not await _may_pass(error, chunk):
                log.error(  # noqa: TRY400 - whoever gets the error has its trace
                    "chunk %s failed: %s",
                    chunk.name,
                    type(error).__name__,
                    extra=_facts(chunk, error, event="chunk_failed"),
                )
                raise
            extra = _facts(chunk, error, event="chunk_comes_back")
            log.warning("chunk %s comes back in %s: %s", chunk.name, _PAUSE, type(error).__name__, extra=extra)
            return datetime.now(UTC) + _PAUSE
        extra = {"event": "chunk_ended", "chunk": chunk.name, "reason": str(end.stopped), "done": end.done}
        log.info("chunk %s: %s, %s of %s done", chunk.name, end.stopped, end.done, chunk.inputs, extra=extra)
        return back

    async def _client(self, chunk: Chunk) -> Client:
        linkedin = method(chunk.method).linkedin
        async with self._opening:
            if linkedin not in self._clients:
                self._clients[linkedin] = await self._stack.enter_async_context(self._make(chunk))
        return self._clients[linkedin]


def _facts(chunk: Chunk, error: LixasyncError, *, event: str) -> dict[str, Any]:
    return {"event": event, "chunk": chunk.name, "error": type(error).__name__, "status": error.status}


async def _may_pass(error: LixasyncError, chunk: Chunk) -> bool:
    """Say whether a failure may be over by itself: one of the network, or of a store that still has the chunk."""
    if not isinstance(error, JobFileError):
        return error.repeatable or isinstance(error, LimiterUnavailableError)
    try:
        async with open_store(chunk.store) as store:
            found = await store.get(chunk.name)
    except JobFileError:
        return True
    return found is not None and found.body != b""


def comes_back(end: ChunkEnd, now: datetime) -> datetime | None:
    """Return when a chunk is to be worked on again; None when it is done. Pure.

    Args:
        end: How the work on it ended.
        now: The time.

    Raises:
        CreditsError: there are none left.
    """
    if end.stopped is Stop.FINISHED:
        return None
    if end.until is not None:
        return end.until
    if end.stopped is Stop.CREDITS and end.error is not None:
        raise end.error
    return now + (timedelta() if end.stopped is Stop.DEADLINE else _PAUSE)


def shared_limiter(url: str) -> RedisLimiter | None:
    """Return what shares a rate limit through an engine's server; None where that is but this process's memory.

    Args:
        url: Where the server is.

    Raises:
        ConfigurationError: the server is of a kind that a limiter cannot use.
    """
    return None if url.startswith("memory://") else RedisLimiter(url)


def shared_client(url: str) -> MakeClient:
    """Return what makes clients with the settings of the environment, whose rate limit is shared through a server.

    Args:
        url: Where the server is; see `shared_limiter`.
    """

    def make(chunk: Chunk) -> Client:
        kind = LinkedInClient if method(chunk.method).linkedin else LixClient
        return kind(limiter=shared_limiter(url))

    return make


class Following:
    """Looks at how far a job is, again and again; an async iterator. Stop iterating at any time: the work goes on.

    Args:
        job: The job.
        store: Where its chunks are.
        every: Seconds from one look to the next.
        under_way: Says whether any chunk is queued or worked on; when none is, the iteration ends, with inputs left.

    Attributes:
        status: How far the job was at the latest look; None before the first.
    """

    def __init__(
        self,
        job: Job[Any],
        store: str | os.PathLike[str] | ChunkStore,
        *,
        every: float,
        under_way: Callable[[], Awaitable[bool]] | None,
    ) -> None:
        self._job = job
        self._store = store
        self._every = every
        self._under_way = under_way
        self._going_on = True
        self.status: JobStatus | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> JobStatus:
        if self.status is not None:
            if not (self.status.to_do and self._going_on):
                raise StopAsyncIteration
            await anyio.sleep(self._every)
        self._going_on = self._under_way is None or await self._under_way()
        self.status = await collect(self._job, self._store)
        return self.status


def follow(job: Job[Any], store: str | os.PathLike[str] | ChunkStore, *, every: float = 5.0) -> Following:
    """Take what chunks have into the job's file, again and again, until nothing is left to do.

    Args:
        job: The job.
        store: Where its chunks are.
        every: Seconds from one look to the next.

    Yields:
        JobStatus: how far the job is.

    Raises:
        LixasyncError: while iterating: the store or the job's file cannot be used.
    """
    return Following(job, store, every=every, under_way=None)
