"""From a job to chunks in a store."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import Any

from lixasync.bulk import clock, parts
from lixasync.bulk.job import Job
from lixasync.engines.chunk import Chunk
from lixasync.engines.collecting import take_back
from lixasync.engines.stores.base import ChunkStore, ConflictError
from lixasync.engines.stores.urls import opened
from lixasync.transport.caller import whole_number

TRIAL = "lixasync-trial"
"""A name that is written and removed before anything is lent."""


async def plan(job: Job[Any], store: str | os.PathLike[str] | ChunkStore, *, size: int = 500) -> list[Chunk]:
    """Lend a job's inputs to a store, in chunks that `run_chunk` works on anywhere, and return the chunks.

    The inputs stay in the job's file, marked as taken: until `collect` brings their results, or `recall` brings them
    back, runs of the job itself leave them alone. Planned again, a job lends what was added or marked for another try
    since, and returns all chunks that are not collected yet; a chunk that is in the store stays as it is. Nothing is
    lent before the store has been read and written.

    Args:
        job: The job; all its inputs are read first.
        store: Where the chunks go: see `open_store`.
        size: Inputs in a chunk. After each answer or group of answers, a worker writes its chunk anew: some
            hundred inputs are a good size.

    Raises:
        InvalidArgumentError: one of the inputs is none, or the size is below 1.
        ConfigurationError: there is no such kind of store, or what it needs is not installed.
        JobFileError: the job's file or the store cannot be read or written. Plan again to go on.
    """
    whole_number("size", size, least=1)
    status = (await job.plan()).status  # reads the inputs
    async with opened(store) as there, parts.opened(job) as file:
        known = await there.names()
        if status.to_do > status.taken:
            await _write_to(there)
        for part in await file.change(lambda db: parts.parts(db, there.url)):
            if part.recalled and part.lent:  # a recall was interrupted
                await take_back(file, there, part)
        while await file.change(lambda db: parts.lend(db, there.url, size, clock.seconds())):
            pass
        lent = [part for part in await file.change(lambda db: parts.parts(db, there.url)) if part.lent]
        for part in lent:
            if part.name not in known:
                body = await file.read(partial(parts.file_of, number=part.number))
                with contextlib.suppress(ConflictError):  # somebody else plans the same
                    await there.put(part.name, body, None)
        now = {part.number: part for part in await file.change(lambda db: parts.parts(db, there.url))}
        for part in lent:
            if part.number not in now or now[part.number].recalled:  # meanwhile: what was put comes after that
                await take_back(file, there, part)
    return [
        Chunk(store=there.url, name=part.name, method=job.method, inputs=part.inputs)
        for part in lent
        if part.number in now and now[part.number].lent and not now[part.number].recalled
    ]


async def _write_to(store: ChunkStore) -> None:
    """Find out whether a store can be written to.

    Raises:
        JobFileError: it cannot.
    """
    with contextlib.suppress(ConflictError):  # somebody else tries, or was killed when it did
        await store.put(TRIAL, b"trial", None)
    await store.delete(TRIAL)
