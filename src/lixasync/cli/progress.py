"""Shows on a terminal how a stream gets on; silent where nobody watches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import anyio
from anyio.abc import TaskStatus
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from lixasync import Limits, LimitsSnapshot, Page

_TICK = 0.2
_WIDEST = 100


def watched(console: Console) -> bool:
    """Say whether somebody sees a display that moves; colour that is forced into a file is no such sign."""
    return console.file.isatty() and not console.is_dumb_terminal


def clock(seconds: float) -> str:
    """Return a duration as ``m:ss`` or ``h:mm:ss``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plural(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(value: float | None) -> str:
    """Return a share as a whole percentage; a dash for none yet."""
    # the measure counts intervals between sendings, so jitter can lift a short run a hair above 100 %
    return "-" if value is None else f"{min(value, 1):.0%}".replace("%", " %")


def fill(facts: Sequence[tuple[str, str]], width: int) -> list[Text]:
    """Lay named facts out in as few lines as hold them, without breaking any."""
    lines: list[Text] = []
    for name, value in facts:
        fact = Text.assemble((f"{name} ", "dim"), value)
        if lines and lines[-1].cell_len + 3 + fact.cell_len <= width:
            lines[-1].append("   ").append_text(fact)
        else:
            lines.append(fact)
    return lines


class Progress:
    """How one stream gets on. Make it inside the event loop.

    Args:
        console: Where to show it.
        limits: Of the client that streams.
        noun: What is streamed.

    Attributes:
        items: Items delivered so far.
        pages: Pages delivered so far.
    """

    def __init__(self, console: Console, limits: Limits, noun: str) -> None:
        self.items = 0
        self.pages = 0
        self._reached = 0
        self._total: int | None = None
        self._console = console
        self._limits = limits
        self._noun = noun
        self._began = anyio.current_time()
        self._spinner = Spinner("dots", style="cyan")
        self._live: Live | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return anyio.current_time() - self._began

    @property
    def credits(self) -> int:
        """Credits spent so far, of all kinds."""
        return sum(self._limits.snapshot().quota.credits.values())

    def count(self, page: Page[Any]) -> None:
        """Count a page that was delivered."""
        self.items += len(page)
        self.pages += 1
        self._reached = page.start + len(page)
        self._total = page.total

    async def run(self, _scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        """Keep the display up to date until cancelled."""
        task_status.started()
        if not watched(self._console):
            return
        self._show()
        try:
            while True:
                await anyio.sleep(_TICK)
                if self._live is not None:
                    self._live.update(self.render(), refresh=True)
        finally:
            self._hide()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the display away while others write to the same terminal."""
        shown = self._live is not None
        self._hide()
        yield
        if shown:
            self._show()

    def _show(self) -> None:
        # refreshed by hand: the numbers may be read inside the event loop only, not in a thread of the display's own
        live = Live(self.render(), console=self._console, auto_refresh=False, transient=True, redirect_stdout=False)
        live.start(refresh=True)
        self._live = live

    def _hide(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def render(self) -> RenderableType:
        """Return the display as it stands now."""
        width = min(self._console.width, _WIDEST)
        head = Table.grid(padding=(0, 1))
        head.add_row(self._spinner, Text.assemble((f"{self.items:,} ", "bold"), self._noun), *self._way())
        return Group(head, *fill(self._facts(self._limits.snapshot()), width))

    def _way(self) -> tuple[RenderableType, ...]:
        """How far it is, where the server says how many there are; an earlier run's part counts as done."""
        if not self._total:
            return ()
        done = min(self._reached, self._total)
        return ProgressBar(total=self._total, completed=done, width=30), f"{done:,} of {self._total:,}"

    def _facts(self, snapshot: LimitsSnapshot) -> list[tuple[str, str]]:
        rate = snapshot.rate
        facts = [
            ("pages", f"{self.pages:,}"),
            ("requests", f"{rate.sent:,}"),
            ("rate used", share(rate.used)),
            ("next slot", f"{rate.next_slot:.1f} s"),
            ("waiting", str(sum(rate.waiting.values()))),
            ("credits", f"{sum(snapshot.quota.credits.values()):,}"),
            ("elapsed", clock(self.elapsed)),
        ]
        if rate.frozen:
            facts.append(("held back by a 429 for", f"{rate.frozen:.1f} s"))
        return facts
