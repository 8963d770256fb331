"""Shows on a terminal how a stream gets on."""

from __future__ import annotations

from typing import Any

import anyio
from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lixasync import Limits, LimitsSnapshot, Page
from lixasync.cli.display import Display, fill


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


def cost(snapshot: LimitsSnapshot) -> tuple[int, str]:
    """Return what was spent so far and its unit: credits, or calls where the API counts these by day."""
    quota = snapshot.quota
    return (sum(quota.calls.values()), "call") if quota.ceilings else (sum(quota.credits.values()), "credit")


def spent(snapshot: LimitsSnapshot) -> str:
    """Return what was spent so far, by kind of credit, or in calls where the API counts these by day."""
    quota = snapshot.quota
    if quota.ceilings:
        return plural(sum(quota.calls.values()), "call")
    kinds = {kind: "credit" if kind == "unstated" else f"{kind} credit" for kind in quota.credits}
    return ", ".join(plural(number, kinds[kind]) for kind, number in quota.credits.items()) or "nothing"


class Progress(Display):
    """How one stream gets on. Make it inside the event loop.

    Args:
        console: Where to show it.
        limits: Of the client that streams.
        noun: What is streamed.
        lookc: Whether it is LookC that is asked.

    Attributes:
        items: Items delivered so far.
        pages: Pages delivered so far.
    """

    def __init__(self, console: Console, limits: Limits, noun: str, *, lookc: bool = False) -> None:
        super().__init__(console)
        self.items = 0
        self.pages = 0
        self._reached = 0
        self._total: int | None = None
        self._limits = limits
        self._noun = noun
        self._lookc = lookc
        self._began = anyio.current_time()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return anyio.current_time() - self._began

    def summary(self) -> str:
        """Return pages, cost and time so far, for the line at the end."""
        return f"{plural(self.pages, 'page')}, {self.spent()}, {clock(self.elapsed)}"

    def spent(self) -> str:
        """Return what was spent so far, by kind."""
        return spent(self._limits.snapshot())

    def count(self, page: Page[Any]) -> None:
        """Count a page that was delivered."""
        self.items += len(page)
        self.pages += 1
        self._reached = page.start + len(page)
        self._total = page.total

    def render(self) -> RenderableType:
        """Return the display as it stands now."""
        head = Table.grid(padding=(0, 1))
        head.add_row(self._spinner, Text.assemble((f"{self.items:,} ", "bold"), self._noun), *self._way())
        return Group(head, *fill(self._facts(self._limits.snapshot()), self.width))

    def _way(self) -> tuple[RenderableType, ...]:
        """How far it is, where the server says how many there are; an earlier run's part counts as done."""
        if not self._total:
            return ()
        done = min(self._reached, self._total)
        return ProgressBar(total=self._total, completed=done, width=30), f"{done:,} of {self._total:,}"

    def _facts(self, snapshot: LimitsSnapshot) -> list[tuple[str, str]]:
        rate = snapshot.lookc if self._lookc and snapshot.lookc else snapshot.rate
        amount, unit = cost(snapshot)
        facts = [
            ("pages", f"{self.pages:,}"),
            ("requests", f"{rate.sent:,}"),
            ("rate used", share(rate.used)),
            ("next slot", f"{rate.next_slot:.1f} s"),
            ("waiting", str(sum(rate.waiting.values()))),
            (f"{unit}s", f"{amount:,}"),
            ("elapsed", clock(self.elapsed)),
        ]
        if rate.frozen:
            facts.append(("held back by a 429 for", f"{rate.frozen:.1f} s"))
        return facts
