"""Streams a query into the output, page by page, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Generic, Protocol, TypeVar

import anyio
from rich.console import Console
from rich.text import Text

from lixasync import AmbiguousNameError, Limits, LixasyncError, Page, Pager, PartitionedPager, StopReason
from lixasync.cli.cursors import onward
from lixasync.cli.display import watched
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.guard import accompanied
from lixasync.cli.hints import LIX, Hints
from lixasync.cli.output import Output, Plain
from lixasync.cli.progress import Progress
from lixasync.cli.tell import failed, say, unwritten
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


def _nothing(_page: Page[T]) -> Iterable[str]:
    return ()


async def deliver(
    limits: Limits,
    pager: Pager[T],
    *,
    noun: str,
    output: Output,
    console: Console,
    hints: Hints = LIX,
    remarks: Callable[[Page[T]], Iterable[str]] = _nothing,
    lookc: bool = False,
) -> Exit:
    """Stream a query into the output.

    Each page is written and out of the process before the next one is asked for, so a cursor never counts what was
    not written.

    Args:
        limits: Of the client that asks; they are shown.
        pager: The query.
        noun: What it yields, in the plural.
        output: Where to write.
        console: Where to say how it gets on.
        hints: What to do about failures.
        remarks: What to say of a page besides.
        lookc: Whether it is LookC that is asked, which has a rate of its own.

    Raises:
        AmbiguousNameError: a name that was searched by is not clear; nothing was delivered.
        BrokenPipeError: nobody reads the output any more.
    """
    progress = Progress(console, limits, noun, lookc=lookc)
    stream = _Stream(pager, output, progress, lambda page: _say_all(console, remarks(page)))
    try:
        await accompanied(stream.run, stream.progress.run)
    except AmbiguousNameError:
        raise  # there is nothing to go on from: the name has to be another
    except LixasyncError as error:
        failed(console, error, error.cursor or stream.cursor, hints=hints)
        return exit_code(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        unwritten(console, "The output cannot be written", error)
        say(console, f"  go on with: {onward(stream.cursor)}")
        return Exit.FAILED
    except anyio.get_cancelled_exc_class():
        say(console, f"interrupted; go on with: {onward(stream.cursor)}")
        raise
    _conclude(stream, noun, console)
    return Exit.OK


def _say_all(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        say(console, line)


class _Stream(Generic[T]):
    """One stream on its way out.

    Attributes:
        pager: The query.
        progress: How it gets on.
        found: How many items the server lists and how many match, where it tells these apart: each pair once, as a
            stream may be several searches.
    """

    def __init__(
        self, pager: Pager[T], output: Output, progress: Progress, delivered: Callable[[Page[T]], None]
    ) -> None:
        self.pager = pager
        self.progress = progress
        self._begin = pager.cursor
        self._written: Page[T] | None = None
        self.found: dict[tuple[int, int], None] = {}
        self._output = output
        self._delivered = delivered

    @property
    def cursor(self) -> str:
        """Where to go on after everything that was written."""
        return self._begin if self._written is None else self._written.cursor

    async def run(self) -> None:
        async for page in self.pager.pages():
            with self.progress.aside() if self._output.is_terminal else nullcontext():
                self._output.write(page)
            self._written = page
            self.progress.count(page)
            if page.total is not None and page.num_results is not None:
                self.found[page.total, page.num_results] = None
            self._delivered(page)


def _conclude(stream: _Stream[T], noun: str, console: Console) -> None:
    """Say why the stream ended: always when something may be missing, else only to somebody who watches."""
    progress, stopped = stream.progress, stream.pager.stopped
    if stopped is None or stopped is StopReason.EXHAUSTED:
        if watched(console):
            text = f"{progress.items:,} {noun} ({progress.summary()})"
            say(console, Text.assemble(("complete: ", "bold green"), text))
        return
    found = "; ".join(f"total {total:,}, num_results {matches:,}" for total, matches in stream.found)
    text = f"{progress.items:,} {noun}{f' ({found})' if found else ''}; {_WHY[stopped]}{_left_out(stream.pager)}"
    text += f"; spent {progress.spent()}"
    line = Text.assemble((f"CUT OFF ({stopped.name}): ", "bold yellow"), text)
    # a stream that ended with its last page has no position from which anything would follow
    if stopped in (StopReason.MAX_ITEMS, StopReason.MAX_CREDITS) or stream.pager.cursor != stream.cursor:
        line.append(f"; go on with: {onward(stream.cursor)}")
    say(console, line)


def _left_out(pager: Pager[T]) -> str:
    """Say how many items no part of a divided search lists."""
    if not isinstance(pager, PartitionedPager):
        return ""
    coverage = pager.coverage
    if coverage.uncertain:
        return " (how many is not known: the server's totals end at its cap)"
    return f" (at least {coverage.unreachable:,} of {pager.total or 0:,})" if coverage.unreachable else ""
