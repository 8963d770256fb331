"""A job on an engine: its chunks are enqueued, workers elsewhere do them, and this follows until all is done."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console
from rich.text import Text

from lixasync import LixasyncError
from lixasync.bulk.job import Job
from lixasync.bulk.progress import JobPlan, JobStatus, Progress
from lixasync.cli.bulk.counts import counted
from lixasync.cli.bulk.display import JobDisplay
from lixasync.cli.bulk.engine import EngineOptions, opened, where
from lixasync.cli.bulk.words import told
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.guard import accompanied
from lixasync.cli.hints import Hints
from lixasync.cli.progress import plural
from lixasync.cli.tell import err, failed, say

_LOOK = 2.0  # seconds from one look at the chunks to the next


async def follow_on(
    job: Job[Any], engine: EngineOptions, *, quiet: bool, again: Callable[[], str], console: Console, hints: Hints
) -> Exit:
    """Enqueue what is left of a job, and follow it until all is done.

    Args:
        job: The job.
        engine: Where the work is done.
        quiet: Whether to say nothing before the end.
        again: Returns the command that follows it further.
        console: Where to say how it gets on.
        hints: What to do about failures.

    Returns:
        The exit code: `Exit.OK` when every input has a result or a failure.

    Raises:
        LixasyncError: the work could not begin.
    """
    from lixasync.engines import plan
    from lixasync.engines.docket import enqueue, follow

    store = where(engine.store)
    async with opened(engine.url, engine.queue) as docket:
        chunks = await plan(job, store, size=engine.chunk_size)
        new = await enqueue(docket, chunks)
        if not quiet:
            say(console, f"{plural(len(chunks), 'chunk')} on {engine.engine}, {new:,} of them new")
            if chunks and not await docket.workers():
                say(console, f"nobody is at work on {engine.queue} yet: start `lixasync worker` on any machine")
        sight = _Sight(await job.plan())
        show = JobDisplay(console, job.method, sight.progress, quiet=quiet).run
        failure: LixasyncError | None = None
        try:
            await accompanied(lambda: sight.keep(follow(docket, job, store, chunks, every=_LOOK)), show)
        except LixasyncError as error:
            failure = error
        except anyio.get_cancelled_exc_class():
            say(console, f"interrupted; the workers go on: {counted(sight.status)}")
            say(console, f"  follow them by: {again()}")
            raise
    return _conclude(sight.status, failure, again, console, hints)


def _conclude(
    status: JobStatus, failure: LixasyncError | None, again: Callable[[], str], console: Console, hints: Hints
) -> Exit:
    if failure is None and not status.to_do:
        say(console, Text.assemble(("complete: ", "bold green"), counted(status)))
        return Exit.OK
    if failure is None:
        say(console, Text.assemble(("STOPPED: ", "bold yellow"), "no chunk is on the engine any more"))
    else:
        failed(console, failure, hints=hints)
    say(console, f"  {counted(status)}")
    say(console, f"  go on with: {again()}")
    return Exit.UNFINISHED if failure is None else exit_code(failure)


class _Sight:
    """What is seen of the work of others.

    Attributes:
        status: How far the job is.
    """

    def __init__(self, plan: JobPlan) -> None:
        self.status = self._first = plan.status
        self._guess = plan.seconds or 0.0
        self._began = anyio.current_time()

    async def keep(self, seen: AsyncIterator[JobStatus]) -> None:
        """Keep the status up to date until the work ends."""
        async for self.status in seen:
            pass

    def progress(self) -> Progress:
        """Return what is done, for the display."""
        now, first, elapsed = self.status, self._first, anyio.current_time() - self._began
        ended = now.done + now.failed - first.done - first.failed
        return Progress(
            inputs=now.inputs,
            reading=False,
            done=now.done,
            failed=now.failed,
            queued=now.queued,
            taken=now.taken,
            requests=now.requests - first.requests,
            credits=sum(now.credits.values()) - sum(first.credits.values()),
            rate_used=None,
            elapsed=elapsed,
            time_left=now.to_do * elapsed / ended if ended else self._guess,
            waits_for=None,
        )


@told
async def call_back(path: Path, store: str | None, *, abandon: bool) -> int:
    """Take back what is left of a job, and return the exit code.

    Args:
        path: The job's file.
        store: Where its chunks are.
        abandon: Whether to do without what they have.
    """
    from lixasync.engines import recall

    status = await recall(Job.open(path), where(store), abandon=abandon)
    say(err(), counted(status))
    if status.to_do:
        say(err(), f"  go on with: {shlex.join(('lixasync', 'job', 'run', str(path)))}")
    return Exit.OK
