"""Shows how the run of a job gets on: a display that moves on a terminal, elsewhere a line now and then."""

from __future__ import annotations

from collections.abc import Callable

import anyio
from anyio.abc import TaskStatus
from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lixasync.bulk.progress import Progress, duration
from lixasync.cli.display import Display, fill, watched
from lixasync.cli.progress import clock, share
from lixasync.cli.tell import clean, say

_PAUSE = 60.0
"""Seconds from one line to the next, where nobody watches."""


class JobDisplay(Display):
    """How one run gets on.

    Args:
        console: Where to show it.
        method: What is called, such as ``enrichment.person``.
        progress: Tells how far the run is.
        quiet: Whether to say nothing.
    """

    def __init__(self, console: Console, method: str, progress: Callable[[], Progress], *, quiet: bool = False) -> None:
        super().__init__(console)
        self._method = method
        self._progress = progress
        self._quiet = quiet

    async def run(self, scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        """Keep the display up to date, or say a line a minute, until cancelled."""
        if self._quiet:
            task_status.started()
        elif watched(self._console):
            await super().run(scope, task_status=task_status)
        else:
            task_status.started()
            while True:
                say(self._console, clean(f"{self._method}: {self._progress()}"))
                await anyio.sleep(_PAUSE)

    def render(self) -> RenderableType:
        """Return the display as it stands now."""
        now = self._progress()
        ended = now.done + now.failed
        head = Table.grid(padding=(0, 1))
        head.add_row(self._spinner, Text(self._method, style="bold"), *_way(now, ended))
        return Group(head, *fill(_facts(now), self.width))


def _way(now: Progress, ended: int) -> tuple[RenderableType, ...]:
    """How far it is; a bar only when all inputs are known."""
    if now.reading:
        return (f"{ended:,} of {now.inputs:,} so far, reading inputs",)
    return ProgressBar(total=max(now.inputs, 1), completed=ended, width=30), f"{ended:,} of {now.inputs:,}"


def _facts(now: Progress) -> list[tuple[str, str]]:
    facts = [
        ("done", f"{now.done:,}"),
        ("failed", f"{now.failed:,}"),
        ("queued", f"{now.queued:,}"),
        ("under way", f"{now.taken:,}"),
        ("requests", f"{now.requests:,}"),
        ("rate used", share(now.rate_used)),
        ("credits", f"{now.credits:,}"),
        ("elapsed", clock(now.elapsed)),
        ("time left", duration(now.time_left)),
    ]
    if now.waits_for is not None:
        facts.append(("waits for", clean(now.waits_for)))
    return facts
