"""``lixasync worker``: works on the chunks of jobs that are on an engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import anyio
from cyclopts import Parameter
from rich.console import Console

from lixasync import LixasyncError, MissingKeyError
from lixasync.cli.arguments import duration
from lixasync.cli.bulk.engine import Queue, Url, opened
from lixasync.cli.bulk.options import JobClientOptions
from lixasync.cli.bulk.start import CLIENT
from lixasync.cli.bulk.words import told
from lixasync.cli.exits import Exit
from lixasync.cli.logs import log_to, warnings_on
from lixasync.cli.progress import plural
from lixasync.cli.tell import clean, err, say
from lixasync.transport.caller import whole_number

if TYPE_CHECKING:
    from lixasync.engines.chunk import Chunk
    from lixasync.engines.dispatch import Client

_SAME = 60.0  # seconds for which a warning is not repeated


async def worker(
    *,
    engine: Annotated[Literal["docket"], Parameter(help="Which engine.")] = "docket",  # noqa: ARG001 - there is one
    url: Url = None,
    queue: Queue = "lixasync",
    chunks: Annotated[int, Parameter(help="Chunks under way at a time.", metavar="N")] = 2,
    concurrency: Annotated[
        int, Parameter(help="Inputs of each chunk under way at a time; the rate is kept whatever this is.", metavar="N")
    ] = 4,
    lease: Annotated[
        str,
        Parameter(
            help="After which time the chunks of a worker that does not answer any more go to another one: 30s, 5m.",
            metavar="DURATION",
        ),
    ] = "30s",
    client: JobClientOptions = CLIENT,
) -> int:
    """Work on the chunks of jobs that are on an engine, until Ctrl-C or SIGTERM.

    All workers of a queue share one rate limit, through the engine's server. A worker that is stopped stores what was
    answered, and its chunks go back into the queue; those of one that is killed go to others when the lease is over.

    Example: `lixasync worker --url redis://localhost:6379 --rate 50/1`
    """
    return await _work(url, queue, chunks=chunks, concurrency=concurrency, lease=lease, client=client)


@told
async def _work(
    url: str | None, queue: str, *, chunks: int, concurrency: int, lease: str, client: JobClientOptions
) -> int:
    from lixasync.bulk.methods import method
    from lixasync.engines.dispatch import shared_limiter
    from lixasync.engines.docket import work

    whole_number("--chunks", chunks, least=1)
    whole_number("--concurrency", concurrency, least=1)
    seconds = duration("--lease", lease).total_seconds()
    console = err()
    if client.verbose:
        log_to(console)
    _check(client)
    async with opened(url, queue) as docket:

        def make(chunk: Chunk) -> Client:
            limiter = shared_limiter(docket.url)
            return client.linkedin(limiter) if method(chunk.method).linkedin else client.client(limiter)

        say(console, f"working on {queue}, {plural(chunks, 'chunk')} at a time; Ctrl-C stops it")
        with warnings_on(console), _tell_of_docket(console):
            try:
                await work(docket, client=make, chunks=chunks, concurrency=concurrency, lease=seconds)
            except anyio.get_cancelled_exc_class():
                say(console, "stopped; what was answered is stored, and the rest is in the queue")
                raise
    return Exit.OK


def _check(client: JobClientOptions) -> None:
    """Refuse settings with which all chunks would fail: those of each API for which there is a key.

    Raises:
        UsageError: a setting cannot work, or there is no key at all.
    """
    missing: list[MissingKeyError] = []
    for make in (client.client, client.linkedin):
        try:
            make()
        except MissingKeyError as error:
            missing.append(error)
    if len(missing) > 1:
        raise missing[0]


class _Docket(logging.Handler):
    """Tells of what Docket warns of, such as a server that is gone: without traces, and the same once a minute.

    Its errors are those of chunks, and tell why: what the SDK logs of them is but the kind of error.
    """

    def __init__(self, console: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = console
        self._told: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, LixasyncError):
            name = getattr(record, "docket.key", "")
            say(self._console, clean(f"chunk {name} failed: {error}"), "dim")
            return
        text = record.getMessage()
        if record.levelno == logging.WARNING and record.created - self._told.get(text, 0.0) >= _SAME:
            self._told[text] = record.created
            say(self._console, clean(text), "dim")


@contextmanager
def _tell_of_docket(console: Console) -> Iterator[None]:
    logger, ours, handler = logging.getLogger("docket"), logging.getLogger("lixasync"), _Docket(console)
    logger.addHandler(handler)
    ours.addFilter(_is_no_failed_chunk)
    try:
        yield
    finally:
        ours.removeFilter(_is_no_failed_chunk)
        logger.removeHandler(handler)


def _is_no_failed_chunk(record: logging.LogRecord) -> bool:
    return getattr(record, "event", None) != "chunk_failed"
