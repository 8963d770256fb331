"""Streams a query into the output, page by page, and says how it ended."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Generic, Protocol, TypeVar

import anyio
from rich.console import Console
from rich.text import Text

from lixasync import LixasyncError, LixClient, Pager, StopReason
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.guard import accompanied
from lixasync.cli.output import Output, Plain
from lixasync.cli.progress import Progress, clock, plural, watched
from lixasync.cli.tell import failed, say
from lixasync.paging.source import Identified


class Item(Plain, Identified, Protocol):
    """What a stream holds."""


T = TypeVar("T", bound=Item)

_WHY = {
    StopReason.MAX_ITEMS: "--max-items is reached",
    StopReason.MAX_CREDITS: "the next page would pass --max-credits",
    StopReason.SERVER_CAP: "the server lists no further, though there may be more: narrow the search to see the rest",
    StopReason.REPEATED_PAGE: "the server answered the same page again and again",
}


async def deliver(client: LixClient, pager: Pager[T], *, noun: str, output: Output, console: Console) -> Exit:
    """Stream a query into the output.

    Each page is written and out of the process before the next one is asked for, so a cursor never counts what was
    not written.

    Args:
        client: Whose limits to show.
        pager: The query.
        noun: What it yields, in the plural.
        output: Where to write.
        console: Where to say how it gets on.

    Raises:
        BrokenPipeError: nobody reads the output any more.
    """
    stream = _Stream(pager, output, Progress(console, client.limits, noun))
    try:
        await accompanied(stream.run, stream.progress.run)
    except LixasyncError as error:
        failed(console, error, error.cursor or stream.cursor)
        return exit_code(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        say(console, Text.assemble(("error: ", "bold red"), f"The output cannot be written: {error.strerror}."))
        say(console, f"  go on with: --resume {stream.cursor}")
        return Exit.FAILED
    except anyio.get_cancelled_exc_class():
        say(console, f"interrupted; go on with: --resume {stream.cursor}")
        raise
    _conclude(stream, noun, console)
    return Exit.OK


class _Stream(Generic[T]):
    """One stream on its way out.

    Attributes:
        pager: The query.
        progress: How it gets on.
        cursor: Where to go on after everything that was written.
    """

    def __init__(self, pager: Pager[T], output: Output, progress: Progress) -> None:
        self.pager = pager
        self.progress = progress
        self.cursor = pager.cursor
        self._output = output

    async def run(self) -> None:
        async for page in self.pager.pages():
            with self.progress.aside() if self._output.is_terminal else nullcontext():
                self._output.write(page)
            self.cursor = page.cursor
            self.progress.count(page)


def _conclude(stream: _Stream[T], noun: str, console: Console) -> None:
    """Say why the stream ended: always when something may be missing, else only to somebody who watches."""
    progress, stopped = stream.progress, stream.pager.stopped
    if stopped is None or stopped is StopReason.EXHAUSTED:
        if watched(console):
            facts = f"{plural(progress.pages, 'page')}, {plural(progress.credits, 'credit')}, {clock(progress.elapsed)}"
            say(console, Text.assemble(("complete: ", "bold green"), f"{progress.items:,} {noun} ({facts})"))
        return
    line = Text.assemble((f"CUT OFF ({stopped.name}): ", "bold yellow"), f"{progress.items:,} {noun}; {_WHY[stopped]}")
    # a stream that ended with its last page has no position from which anything would follow
    if stopped in (StopReason.MAX_ITEMS, StopReason.MAX_CREDITS) or stream.pager.cursor != stream.cursor:
        line.append(f"; go on with: --resume {stream.cursor}")
    say(console, line)
