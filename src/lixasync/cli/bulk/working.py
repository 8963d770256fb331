"""Runs a job, shows how it gets on, and says why it stopped and how to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import anyio
from rich.console import Console
from rich.text import Text

from lixasync import JobFileError, LixasyncError, UsageError
from lixasync.bulk.result import Stop
from lixasync.cli.bulk.counts import counted
from lixasync.cli.bulk.display import JobDisplay
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.guard import accompanied
from lixasync.cli.hints import Hints
from lixasync.cli.tell import failed, say, utc

if TYPE_CHECKING:
    from lixasync.bulk.job import Job
    from lixasync.bulk.run import Run

_WHY = {
    Stop.CREDITS: "the next request may cost more than --max-credits leaves",
    Stop.DAILY_LIMIT: "the day's requests are used up",
    Stop.WARM_UP: "the viewer's account is warming up, and may do no more for now",
    Stop.DEADLINE: "the time of --deadline is over",
    Stop.FAILURES: "too many failures in a row; it is not the inputs' fault",
    Stop.REFUSED: "the API refuses every call like this one",
}
"""Why a run stopped before its end."""

_LIMITS = (Stop.DAILY_LIMIT, Stop.WARM_UP)


class Again(Protocol):
    """Returns the command that goes on with a job."""

    def __call__(self, *, reading: bool) -> str:
        """Return the command; ``reading`` says that not all inputs are in the job's file yet."""
        ...


async def work(
    job: Job[Any], bounds: Mapping[str, Any], *, quiet: bool, again: Again, console: Console, hints: Hints
) -> Exit:
    """Run a job until it ends or something stops it.

    Args:
        job: The job.
        bounds: How far to run; see `Job.run`.
        quiet: Whether to say nothing before the end.
        again: Returns the command that goes on.
        console: Where to say how it gets on.
        hints: What to do about failures.

    Returns:
        The exit code: `Exit.OK` when every input has a result or a failure, else why it stopped.

    Raises:
        LixasyncError: the run could not begin.
    """
    run = job.run(**bounds)
    begun = False
    try:
        async with run:
            begun = True
            show = JobDisplay(console, job.method, run.progress, quiet=quiet).run
            try:
                await accompanied(lambda: _through(run), show)
            except anyio.get_cancelled_exc_class():
                say(console, "interrupted; answers under way are waited for")
                raise
    except anyio.get_cancelled_exc_class():
        with anyio.CancelScope(shield=True):
            say(console, f"what was answered is stored: {counted(await job.status())}")
        _go_on(console, run, again)
        raise
    except LixasyncError as error:
        if not begun:
            raise
        failed(console, error, hints=hints)
        if not isinstance(error, JobFileError):
            say(console, f"  {counted(await job.status())}")
        if not isinstance(error, UsageError):  # the same command would fail in the same way
            _go_on(console, run, again)
        return exit_code(error)
    await _conclude(job, run, again, console, hints)
    return exit_code_of(run)


async def _through(run: Run[Any]) -> None:
    async for _ in run:
        pass  # the file keeps them


async def _conclude(job: Job[Any], run: Run[Any], again: Again, console: Console, hints: Hints) -> None:
    """Say why a run stopped and what the job holds; where work is left, how to go on and from when."""
    facts = counted(await job.status())
    stopped = run.stopped or Stop.FINISHED
    if stopped is Stop.FINISHED:
        say(console, Text.assemble(("complete: ", "bold green"), facts))
        return
    say(console, Text.assemble((f"STOPPED ({stopped.name}): ", "bold yellow"), _why(stopped, run.error)))
    if run.error is not None:
        failed(console, run.error, hints=hints)
    say(console, f"  {facts}")
    _go_on(console, run, again)
    if run.until is not None:
        say(console, f"  from {utc(run.until)} on")


def _why(stopped: Stop, error: LixasyncError | None) -> str:
    if stopped is Stop.CREDITS and error is not None:
        return "the account is out of credits"
    return _WHY[stopped]


def _go_on(console: Console, run: Run[Any], again: Again) -> None:
    say(console, f"  go on with: {again(reading=run.progress().reading)}")


def exit_code_of(run: Run[Any]) -> Exit:
    """Return the code of what stopped a run: a failure's own, else that of a limit or a bound."""
    if run.stopped is Stop.FINISHED:
        return Exit.OK
    if run.error is not None:
        return exit_code(run.error)
    return Exit.LATER if run.stopped in _LIMITS else Exit.UNFINISHED
