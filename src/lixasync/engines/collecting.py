"""From chunks in a store back into the job's own file."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from lixasync.bulk import parts
from lixasync.bulk.job import Job
from lixasync.bulk.progress import JobStatus
from lixasync.bulk.store import Store
from lixasync.engines.stores.base import ChunkStore, ConflictError
from lixasync.engines.stores.urls import opened

_TAKEN_BACK = b""  # stands in place of a chunk until it is removed: whoever works on it finds that it has lost it


async def collect(job: Job[Any], store: str | os.PathLike[str] | ChunkStore) -> JobStatus:
    """Take what chunks have by now into the job's file, each answer once, and return how far the job is.

    Call it as often as you like, while workers are at work and when they are done. The chunks stay in the store.

    Args:
        job: The job that the chunks were planned from.
        store: Where they are: see `open_store`.

    Raises:
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        JobFileError: the job's file or the store cannot be read or written.
    """
    async with opened(store) as there, parts.opened(job) as file:
        versions = await there.names()
        for part in await file.change(lambda db: parts.parts(db, there.url)):
            version = versions.get(part.name)
            if part.lent and version not in (None, part.version):
                await _take_in(file, there, part)
    return await job.status()


async def recall(job: Job[Any], store: str | os.PathLike[str] | ChunkStore) -> JobStatus:
    """Take all that chunks have, remove them from the store, and return how far the job is.

    Inputs that are not done can then be run by the job itself, or planned again. Workers that are still at work stop at
    their next answer.

    Args:
        job: The job that the chunks were planned from.
        store: Where they are: see `open_store`.

    Raises:
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        JobFileError: the job's file or the store cannot be read or written. Recall again to go on.
    """
    async with opened(store) as there, parts.opened(job) as file:
        for part in await file.change(lambda db: parts.parts(db, there.url)):
            while (found := await _take_in(file, there, part)) is not None:
                try:
                    await there.put(part.name, _TAKEN_BACK, found)
                    break
                except ConflictError:
                    pass  # a worker has stored more meanwhile
            await there.delete(part.name)
            await file.change(partial(parts.give_back, number=part.number))
    return await job.status()


async def _take_in(file: Store, there: ChunkStore, part: parts.Part) -> str | None:
    """Take in what a chunk has, and return its version; None when it is not there."""
    found = await there.get(part.name)
    if found is None or found.body == _TAKEN_BACK:
        return None
    await file.change(partial(parts.take_in, part=part, body=found.body, version=found.version))
    return found.version
