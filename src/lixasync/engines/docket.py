"""Chunks on docket: enqueued under their names, worked on under a lease that is renewed, followed until all is done."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import anyio

from lixasync.bulk.job import Job
from lixasync.bulk.progress import JobStatus
from lixasync.engines.chunk import Chunk
from lixasync.engines.dispatch import TASK, ChunkWorker, Following, MakeClient, shared_client
from lixasync.engines.stores.base import ChunkStore
from lixasync.errors import ConfigurationError, LixasyncError

try:
    from docket import Disposition, Docket, Execution, ExecutionState, Perpetual, Worker
    from docket.dependencies import Dependency, current_worker
    from redis.exceptions import RedisError
except ModuleNotFoundError as error:
    raise ConfigurationError("Docket is not installed.", hint="pip install 'lixasync[docket]'") from error

__all__ = ["Docket", "RedisError", "enqueue", "follow", "register", "work"]

_OPEN = (ExecutionState.SCHEDULED, ExecutionState.QUEUED, ExecutionState.RUNNING)


def register(docket: Docket, *, client: MakeClient | None = None, concurrency: int = 4) -> None:
    """Let the workers of a docket work on chunks, each with one client for all of them.

    A worker that is stopped stores what it has, and its chunks go back into the queue at once; those of a worker that
    is killed go to another one when its lease is over, which is ``redelivery_timeout``.

    Args:
        docket: The docket.
        client: Makes the client, given the first chunk of an API; by default one with the settings of the environment
            whose rate limit is shared by all workers, through the docket's server.
        concurrency: Inputs of one chunk under way at a time.
    """
    make = shared_client(docket.url) if client is None else client
    desks: dict[Worker, ChunkWorker] = {}

    class Desk(Dependency[ChunkWorker]):
        """What a worker has under way, and its client; opened and closed with the worker."""

        async def __aenter__(self) -> ChunkWorker:
            return desks[current_worker.get()]

        @classmethod
        @asynccontextmanager
        async def worker_lifecycle(cls, docket: Docket, worker: Worker) -> AsyncIterator[None]:  # noqa: ARG003 - docket's
            async with ChunkWorker(make, concurrency=concurrency) as desks[worker]:
                yield

    async def lixasync_chunk(
        chunk: dict[str, Any],
        desk: ChunkWorker = cast("ChunkWorker", Desk()),  # noqa: B008 - how docket declares what it hands in
        perpetual: Perpetual = Perpetual(),  # noqa: B008 - the same
    ) -> None:
        async def later(moment: datetime) -> None:
            perpetual.cancelled = False
            perpetual.at(moment)

        perpetual.cancel()  # a chunk is worked on once, unless it says that it comes back
        await desk.run(chunk, later=later)

    docket.register(lixasync_chunk, names=[TASK])


async def work(
    docket: Docket,
    *,
    client: MakeClient | None = None,
    concurrency: int = 4,
    chunks: int = 2,
    lease: float = 30.0,
) -> None:
    """Work on the chunks of a docket until cancelled: what is under way then is stored, and goes back into the queue.

    Args:
        docket: The docket.
        client: As for `register`.
        concurrency: Inputs of one chunk under way at a time.
        chunks: Chunks under way at a time.
        lease: Seconds after which the chunks of a worker that is silent go to another one.
    """
    register(docket, client=client, concurrency=concurrency)

    async def run() -> None:
        async with Worker(docket, concurrency=chunks, redelivery_timeout=timedelta(seconds=lease)) as worker:
            await worker.run_forever()

    # a task of its own: Docket ends at the first cancellation, and must not meet another one while it does
    running = asyncio.create_task(run())
    try:
        await asyncio.wait([running])
    finally:
        running.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([running])
    await running


async def enqueue(docket: Docket, chunks: Iterable[Chunk]) -> int:
    """Enqueue chunks, and return how many were not waiting or being worked on already.

    Args:
        docket: The docket.
        chunks: What `plan` returned.

    Raises:
        redis.RedisError: the docket's server cannot be used.
    """
    if TASK not in docket.tasks:
        register(docket)
    made = await docket.add_many([docket.call(TASK, key=chunk.name)(chunk.as_json()) for chunk in chunks])
    for each in made:
        if each.schedule_exception is not None:
            raise each.schedule_exception
    return sum(each.disposition is Disposition.SCHEDULED for each in made)


def follow(
    docket: Docket,
    job: Job[Any],
    store: str | os.PathLike[str] | ChunkStore,
    chunks: Sequence[Chunk],
    *,
    every: float = 5.0,
) -> AsyncIterator[JobStatus]:
    """Take what chunks have into the job's file, again and again, until all are done.

    Stop iterating at any time: the work goes on, and following it again begins where it is.

    Args:
        docket: The docket.
        job: The job.
        store: Where its chunks are.
        chunks: What was enqueued.
        every: Seconds from one look to the next.

    Yields:
        JobStatus: how far the job is.

    Raises:
        LixasyncError: while iterating: work ended before all was done, and this is what stopped a chunk; or the store
            or the job's file cannot be used.
    """
    return _Following(docket, job, store, chunks, every=every)


class _Following(Following):
    def __init__(
        self,
        docket: Docket,
        job: Job[Any],
        store: str | os.PathLike[str] | ChunkStore,
        chunks: Sequence[Chunk],
        *,
        every: float,
    ) -> None:
        super().__init__(job, store, every=every, under_way=self._any_open)
        self._docket = docket
        self._left = list(chunks)
        self._cancelled: set[str] = set()
        self._failures: list[LixasyncError] = []

    async def __anext__(self) -> JobStatus:
        try:
            return await super().__anext__()
        except StopAsyncIteration:
            if self.status is not None and self.status.to_do and self._failures:
                raise self._failures[0] from None
            raise

    async def _any_open(self) -> bool:
        """Say whether any chunk is queued or worked on; remember what stopped the others.

        Each look is at all of them, as docket forgets a failure after a while. One that ends is cancelled first, and
        told as failed a moment later: so it counts as cancelled only when it is at the next look, too.
        """
        left: list[Chunk] = []
        cancelled: set[str] = set()
        for chunk in self._left:
            execution = await self._docket.get_execution(chunk.name)
            state = None if execution is None else execution.state
            if execution is not None and state is ExecutionState.FAILED:
                self._failures.append(await _failure(execution))
            elif state is ExecutionState.CANCELLED and chunk.name not in self._cancelled:
                cancelled.add(chunk.name)
                left.append(chunk)
            elif state in _OPEN:
                left.append(chunk)
        self._left, self._cancelled = left, cancelled
        return bool(left)


async def _failure(execution: Execution) -> LixasyncError:
    """Return what stopped a chunk."""
    unknown: Exception | None = None
    try:
        await execution.get_result()
    except LixasyncError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever the task raised
        unknown = error
    return LixasyncError(f"The work on a chunk failed: {unknown}.")
