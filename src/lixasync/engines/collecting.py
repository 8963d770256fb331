"""From chunks in a store back into the job's own file."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import Any

import anyio.to_thread
import attrs

from lixasync.bulk import parts
from lixasync.bulk.job import Job
from lixasync.bulk.progress import JobStatus
from lixasync.bulk.store import Store
from lixasync.engines.stores.base import ChunkStore, ConflictError
from lixasync.engines.stores.urls import opened
from lixasync.errors import JobFileError

_TAKEN_BACK = b""  # stands in place of a chunk until it is removed: whoever works on it finds that it has lost it


async def collect(job: Job[Any], store: str | os.PathLike[str] | ChunkStore) -> JobStatus:
    """Take what chunks have by now into the job's file, each answer once, and return how far the job is.

    Call it as often as you like, while workers are at work and when they are done. The chunks stay in the store.

    Args:
        job: The job that the chunks were planned from.
        store: Where they are: see `open_store`.

    Raises:
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        JobFileError: the job's file or the store cannot be read or written; or a chunk is damaged, and all others
            were taken in.
    """
    damaged: list[str] = []
    async with opened(store) as there, parts.opened(job) as file:
        versions = await there.names()
        for part in await file.change(lambda db: parts.parts(db, there.url)):
            if not part.lent or versions.get(part.name) in (None, part.version):
                continue
            found = await there.get(part.name)
            if found is None or found.body == _TAKEN_BACK:
                continue
            if await anyio.to_thread.run_sync(parts.is_whole, found.body):
                await file.change(partial(parts.take_in, part=part, body=found.body, version=found.version))
            else:
                damaged.append(part.name)
        _tell(damaged, there)
    return await job.status()


async def recall(job: Job[Any], store: str | os.PathLike[str] | ChunkStore, *, abandon: bool = False) -> JobStatus:
    """Take all that chunks have, remove them from the store, and return how far the job is.

    Inputs that are not done can then be run by the job itself, or planned again. Workers that are still at work stop at
    their next answer.

    Args:
        job: The job that the chunks were planned from.
        store: Where they are: see `open_store`.
        abandon: Give all inputs back without a look at the store, which may be away for good. What chunks have that
            was not collected is asked for and paid for again; so is what workers that are still at work do.

    Raises:
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        JobFileError: the job's file or the store cannot be read or written: recall again to go on. Or a chunk is
            damaged, and all others were taken back.
    """
    damaged: list[str] = []
    async with opened(store) as there, parts.opened(job) as file:
        for part in await file.change(lambda db: parts.parts(db, there.url)):
            if abandon:
                await file.change(partial(parts.give_back, number=part.number))
            elif not await take_back(file, there, part):
                damaged.append(part.name)
        _tell(damaged, there)
    return await job.status()


async def take_back(file: Store, there: ChunkStore, part: parts.Part) -> bool:
    """Take in what a chunk has, give back the rest of its inputs, and remove it; whoever is interrupted does it again.

    Returns:
        bool: False when it is damaged; then nothing was done.
    """
    while (found := await there.get(part.name)) is None or found.body != _TAKEN_BACK:
        if found is not None and not await anyio.to_thread.run_sync(parts.is_whole, found.body):
            return False
        await file.change(partial(parts.call_back, number=part.number))
        if found is not None:
            take_in = partial(parts.take_in, part=part, body=found.body, version=found.version)
            part = attrs.evolve(part, version=await file.change(take_in))
            if part.version != found.version:
                continue  # another process has taken in something meanwhile
        with contextlib.suppress(ConflictError):  # a worker has stored more meanwhile, or somebody plans
            await there.put(part.name, _TAKEN_BACK, None if found is None else found.version)
    # first, so that whoever is interrupted leaves no inputs lent that are in no store
    await file.change(partial(parts.give_back, number=part.number))
    await there.delete(part.name)
    await file.change(partial(parts.forget, number=part.number))
    return True


def _tell(damaged: list[str], there: ChunkStore) -> None:
    """Tell of chunks that are damaged.

    Raises:
        JobFileError: there are some.
    """
    if damaged:
        raise JobFileError(
            f"Damaged in {there.url}: {', '.join(damaged)}. All other chunks were taken in.",
            hint="Bring them back from a copy, or do without what they hold: recall(job, store, abandon=True), or "
            "`lixasync job recall --abandon`.",
        )
