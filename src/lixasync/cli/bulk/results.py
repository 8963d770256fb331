"""Reads and marks a job's file, and writes its results to a file or to standard output."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
from rich.console import Console
from rich.text import Text

from lixasync import InvalidArgumentError
from lixasync.bulk.files.export import checked_target
from lixasync.bulk.files.rows import JsonLines
from lixasync.bulk.job import Job
from lixasync.bulk.methods import method
from lixasync.cli.bulk.counts import show_status
from lixasync.cli.bulk.options import STANDARD
from lixasync.cli.bulk.words import told
from lixasync.cli.exits import Exit
from lixasync.cli.progress import plural
from lixasync.cli.tell import clean, err, say


@told
async def say_status(path: Path, *, json: bool) -> int:
    """Say how far a job is, and return the exit code.

    Args:
        path: The job's file.
        json: Whether to print JSON on a terminal too.
    """
    show_status(await Job.open(path).status(), json=json)
    return Exit.OK


@told
async def mark_failed(path: Path, only: Sequence[str]) -> int:
    """Have inputs that failed tried again by the next run, say how many, and return the exit code.

    Args:
        path: The job's file.
        only: Names of errors; all when there are none.
    """
    marked = await Job.open(path).retry_failed(only or None)
    run = shlex.join(("lixasync", "job", "run", str(path)))
    say(
        err(), f"{plural(marked, 'input')} will be tried again by: {run}" if marked else "no input has failed like that"
    )
    return Exit.OK


@told
async def write_results(path: Path, out: str, *, force: bool) -> int:
    """Write the results of a job, and return the exit code.

    Args:
        path: The job's file.
        out: The file to write, or ``-`` for standard output.
        force: Whether a file that holds something is replaced.
    """
    job, console = Job.open(path), err()
    try:
        if out == STANDARD:
            await _print(job)
            return Exit.OK
        check_target(Path(out), force=force)
        return await store_results(job, Path(out), console)
    except anyio.get_cancelled_exc_class():
        say(console, "interrupted")
        raise


def check_target(out: Path, *, force: bool) -> None:
    """Refuse a file that results cannot be exported to, before anything is asked.

    Args:
        out: The file.
        force: Whether a file that holds something is replaced.

    Raises:
        InvalidArgumentError: its name tells no format, or it holds something.
        ConfigurationError: a package that is needed is not installed.
    """
    checked_target(out)
    if not force and out.exists() and out.stat().st_size:
        raise InvalidArgumentError(f"{out} holds something already.", hint="Use --force to replace it.")


async def store_results(job: Job[Any], out: Path, console: Console) -> Exit:
    """Export what a job holds, and say so.

    Args:
        job: The job.
        out: The file, which is replaced.
        console: Where to say it.
    """
    try:
        rows = await job.export(out)
    except OSError as error:
        say(
            console,
            Text.assemble(("error: ", "bold red"), f"{out} cannot be written: {clean(error.strerror or str(error))}."),
        )
        return Exit.FAILED
    say(console, f"{plural(rows, 'row')} in {out}")
    return Exit.OK


async def _print(job: Job[Any]) -> None:
    if sys.stdout is None:  # it was closed before the command began
        raise InvalidArgumentError("There is no standard output.", hint="Name a file.")
    called = method(job.method)
    rows = JsonLines(called.kind, many=called.many)
    async for result in job.results():
        for line in rows.lines(result):
            sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
