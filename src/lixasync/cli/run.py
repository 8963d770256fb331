"""Runs what a command asks the Lix API: a stream, the plan of one, or single answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import anyio
from rich.console import Console

from lixasync import AmbiguousNameError, LixasyncError, LixClient, NotFoundError, Pager, PartitionedPager
from lixasync.cli.deliver import deliver
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.logs import log_to
from lixasync.cli.options import BoundOptions, ClientOptions, LookCOptions, OutputOptions, RangeOptions
from lixasync.cli.output import Output, Plain
from lixasync.cli.tell import clean, err, failed, say

if TYPE_CHECKING:
    from lixasync.cli.filters import Query


def set_up(options: ClientOptions) -> tuple[Console, LixClient]:
    """Return where to say things, and the client.

    Raises:
        UsageError: there is no key, or a setting cannot work.
    """
    console = err()
    if options.verbose:
        log_to(console)
    return console, options.client()


async def stream(
    make: Callable[[LixClient], Pager[Any]],
    *,
    noun: str,
    bounds: RangeOptions,
    output: OutputOptions,
    client: ClientOptions,
    query: Query | None = None,
    survey: bool = False,
) -> int:
    """Stream what a pager yields, or say what that would cost.

    Args:
        make: Makes the pager.
        noun: What it yields, in the plural.
        bounds: Where it begins and ends.
        output: Where to write.
        client: How to ask.
        query: What a search by filters is narrowed by.
        survey: Whether to find out first how far a divided search reaches.

    Returns:
        The exit code.
    """
    console, lix = set_up(client)
    async with lix:
        pager = make(lix)
        planned = isinstance(bounds, BoundOptions) and bounds.plan
        try:
            if survey:
                code = await _survey(pager, console, planned=planned)
                if planned or code is not Exit.OK:
                    return code
            elif planned:
                from lixasync.cli.plans import show_plan

                show_plan(pager, console)
                return Exit.OK
            with output.open(append=bounds.resume is not None) as out:
                lookc = isinstance(client, LookCOptions)
                return await deliver(lix.limits, pager, noun=noun, output=out, console=console, lookc=lookc)
        except AmbiguousNameError as error:
            from lixasync.cli.unclear import say_what_is_meant

            await say_what_is_meant(console, lix, error, query)
            return exit_code(error)


async def _survey(pager: Pager[Any], console: Console, *, planned: bool) -> Exit:
    """Tell how far a divided search reaches: as the result when that is all that was asked, else beside it."""
    assert isinstance(pager, PartitionedPager)  # noqa: S101 - the options have been checked: it is divided
    try:
        coverage = await pager.survey()
    except AmbiguousNameError:
        raise
    except LixasyncError as error:
        failed(console, error)
        return exit_code(error)
    except anyio.get_cancelled_exc_class():
        say(console, "interrupted")
        raise
    from lixasync.cli.plans import show_coverage

    show_coverage(coverage, pager.plan(), None if planned else console)
    return Exit.OK


async def look_up(
    ask: Callable[[LixClient, str], Awaitable[Plain | Sequence[Plain]]],
    subjects: Sequence[str],
    *,
    output: OutputOptions,
    client: ClientOptions,
) -> int:
    """Ask the same of one subject after another, and write each answer when it comes.

    Args:
        ask: Asks about one subject.
        subjects: What to ask about; one empty text where there is only one question.
        output: Where to write.
        client: How to ask.

    Returns:
        The exit code.
    """
    console, lix = set_up(client)
    async with lix:
        with output.open() as out:
            return await _look_up(lix, ask, subjects, out, console)


async def _look_up(
    lix: LixClient,
    ask: Callable[[LixClient, str], Awaitable[Plain | Sequence[Plain]]],
    subjects: Sequence[str],
    out: Output,
    console: Console,
) -> int:
    code = Exit.OK
    for number, subject in enumerate(subjects):
        try:
            answer = await ask(lix, subject)
            out.write(answer if isinstance(answer, Sequence) else [answer])
        except NotFoundError as error:
            if subject:
                say(console, f"{clean(subject)}:")
            failed(console, error)
            code = Exit.NOT_FOUND
        except LixasyncError as error:
            failed(console, error)
            _still_to_do(console, subjects[number:])
            return exit_code(error)
        except anyio.get_cancelled_exc_class():
            say(console, "interrupted")
            _still_to_do(console, subjects[number:])
            raise
    return code


def _still_to_do(console: Console, subjects: Sequence[str]) -> None:
    if len(subjects) > 1:
        say(console, f"  not looked up: {' '.join(clean(subject) for subject in subjects)}")
