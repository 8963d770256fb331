"""Makes a job from what was said on the command line, or opens it, and runs it or says what that would take."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import attrs
from rich.console import Console

from lixasync import InvalidArgumentError
from lixasync.bulk.job import Job
from lixasync.bulk.methods import Method, method, of_client
from lixasync.bulk.result import Input
from lixasync.bulk.store import checked_path, facts_of
from lixasync.cli.bulk.asked import asked_about, parameters
from lixasync.cli.bulk.counts import show_plan
from lixasync.cli.bulk.engine import LOCAL, EngineOptions, check_bounds
from lixasync.cli.bulk.following import follow_on
from lixasync.cli.bulk.methods import own_method
from lixasync.cli.bulk.options import FinishedOptions, InputOptions, JobClientOptions, JobRunOptions, written
from lixasync.cli.bulk.results import check_target, store_results
from lixasync.cli.bulk.words import LINKEDIN, LIX, told
from lixasync.cli.bulk.working import work
from lixasync.cli.exits import Exit
from lixasync.cli.hints import Hints
from lixasync.cli.logs import log_to
from lixasync.cli.tell import err, say

_ALL_OF_IT: Input = {"max_items": None}
"""The one input of a job whose arguments are all given by --param."""


@attrs.frozen(kw_only=True)
class Task:
    """What a command says about a job.

    Attributes:
        words: The command itself, without its options for the run and the client.
        path: The job's file.
        method: What is called for each input; None for what the file says.
        default: The same of a job that is to be made; None when it has to be there.
        file: Where inputs are.
        inputs: Inputs besides, and how to read the file.
        params: Arguments that are the same for all inputs.
        permission: Who permits that the results are stored.
    """

    words: tuple[str, ...]
    path: Path
    method: Method | None = None
    default: Method | None = None
    file: str | None = None
    inputs: InputOptions = attrs.field(factory=InputOptions)
    params: tuple[str, ...] = ()
    permission: str | None = None

    def again(self, options: str, *, reading: bool) -> str:
        """Return the command that goes on.

        Args:
            options: For the run and the client.
            reading: Whether there are inputs that are not in the file yet.
        """
        if not reading:
            return f"lixasync {shlex.join(('job', 'run', str(self.path)))}{options}"
        more = (word for text in self.params for word in ("--param", text))
        permission = () if self.permission is None else ("--permission", self.permission)
        return f"lixasync {shlex.join((*self.words, *more, *permission))}{written(self.inputs)}{options}"


@told
async def begin(
    task: Task,
    *,
    run: JobRunOptions,
    finished: FinishedOptions,
    client: JobClientOptions,
    engine: EngineOptions = LOCAL,
) -> int:
    """Make a job or go on with it, and run it or say what that would take.

    Args:
        task: The job.
        run: How far to run.
        finished: Where the results go in the end.
        client: How to ask.
        engine: Who does the work.

    Returns:
        The exit code.
    """
    if finished.out is not None:
        check_target(finished.out, force=finished.force)
    bounds = run.arguments()
    check_bounds(engine, run)
    console = err()
    async with _job(task, client, console) as (job, hints):
        if run.plan:
            return await _tell_plan(job, console, json=False)
        again = partial(task.again, written(run, finished, client, engine.told()))
        if engine.engine == "local":
            code = await work(job, bounds, quiet=run.quiet, again=again, console=console, hints=hints)
        else:
            on = partial(again, reading=False)
            code = await follow_on(job, engine, quiet=run.quiet, again=on, console=console, hints=hints)
        if code is Exit.OK and finished.out is not None:
            code = await store_results(job, finished.out, console)
        return code


@told
async def say_plan(task: Task, *, client: JobClientOptions, json: bool) -> int:
    """Say what is left of a job and what that takes.

    Args:
        task: The job.
        client: How it would be asked.
        json: Whether to print JSON on a terminal too.

    Returns:
        The exit code.
    """
    console = err()
    async with _job(task, client, console) as (job, _):
        return await _tell_plan(job, console, json=json)


async def _tell_plan(job: Job[Any], console: Console, *, json: bool) -> Exit:
    try:
        show_plan(await job.plan(), json=json)
    except anyio.get_cancelled_exc_class():
        say(console, "interrupted")
        raise
    return Exit.OK


@asynccontextmanager
async def _job(task: Task, options: JobClientOptions, console: Console) -> AsyncIterator[tuple[Job[Any], Hints]]:
    """Open the client of the API that a job asks, and the job.

    Raises:
        InvalidArgumentError: the options do not go with the job's file, or there are no inputs.
    """
    known = facts_of(checked_path(task.path))
    called = task.method or (None if known else task.default) or method(Job.open(task.path).method)
    kept = json.loads(known["params"]) if known else None
    if kept is not None:
        _check_viewer(options, called, kept)
    if options.verbose:
        log_to(console)
    client, hints = (options.linkedin(), LINKEDIN) if called.linkedin else (options.client(), LIX)
    async with client:
        params = parameters(task.params)
        # what is kept names the viewer, too; otherwise that is the client's
        bound = of_client(called.key, client) if kept is not None and params is None else own_method(client, called.key)
        inputs: Iterable[Input] | None = asked_about(task.file, task.inputs, bound)
        if inputs is None and (not known or not (await Job.open(task.path).status()).given):
            inputs = _all_of_it(task, called)
        yield Job(task.path, bound, inputs=inputs, params=params or kept, permission=task.permission), hints


def _check_viewer(options: JobClientOptions, called: Method, kept: Mapping[str, Any]) -> None:
    """Refuse a viewer that would not act: a job's viewer is that of its first run."""
    acts = called.viewer is not None and called.viewer != called.arguments[0]
    if acts and options.viewer_id not in (None, kept.get("viewer_id")):
        raise InvalidArgumentError(
            f"This job was made to ask as {kept.get('viewer_id', 'nobody in particular')}, not as {options.viewer_id}.",
            hint="Leave --viewer-id out, or make a job of another file.",
        )


def _all_of_it(task: Task, called: Method) -> Iterable[Input]:
    """Return the one input of a job that has none.

    Raises:
        InvalidArgumentError: the method needs some.
    """
    if called.many and called.arguments[0] != called.viewer and (task.params or called.linkedin):
        return [_ALL_OF_IT]
    raise InvalidArgumentError(
        f"There is nothing to call {called.key} with: {task.path} holds no inputs.",
        hint="Name a file of inputs, or give them by --input.",
    )
