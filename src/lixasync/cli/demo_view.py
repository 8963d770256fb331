"""How the demo looks: a live panel, sparse lines for logs, and the summary at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping

import anyio
from anyio.abc import TaskStatus
from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lixasync import LimitsSnapshot
from lixasync.cli.demo import Demo
from lixasync.cli.demo_report import Report, Stream
from lixasync.cli.display import fill, watched
from lixasync.cli.progress import clock, plural, share
from lixasync.cli.tell import say

_TICK = 0.1
_LOG_EVERY = 5.0
_WIDEST = 92
_FRAME = 6  # columns that a panel's border and padding take, and a little air


def width(console: Console) -> int:
    """Return the width of panels: the terminal's, but no wider than reads well."""
    return min(console.width, _WIDEST)


def faults_text(faults: Mapping[str, int]) -> str:
    """Return how often each fault struck, in one line."""
    return " · ".join(f"{name} \N{MULTIPLICATION SIGN}{count}" for name, count in faults.items()) or "none yet"


class DemoView:
    """Shows a running demo: on a terminal as it moves, elsewhere as a line now and then.

    Args:
        console: Where to show it.
        demo: What to show.
    """

    def __init__(self, console: Console, demo: Demo) -> None:
        self._console = console
        self._demo = demo

    async def run(self, _scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
        """Show the demo until cancelled."""
        task_status.started()
        if not watched(self._console):
            while True:
                await anyio.sleep(_LOG_EVERY)
                say(self._console, self.line())
        with Live(
            self.panel(), console=self._console, auto_refresh=False, transient=True, redirect_stdout=False
        ) as live:
            while True:
                await anyio.sleep(_TICK)
                live.update(self.panel(), refresh=True)

    def line(self) -> str:
        """Return where the demo stands as one line of a log."""
        demo, stats = self._demo, self._demo.sandbox.stats()
        streams = ", ".join(f"{stream.name} {stream.items:,}/{stream.total:,}" for stream in demo.streams)
        faults = sum(stats["by_fault"].values())
        return (
            f"{clock(demo.elapsed):>5}  {streams}, {plural(stats['arrivals'], 'request')}, "
            f"{plural(faults, 'fault')} survived"
        )

    def panel(self) -> RenderableType:
        """Return where the demo stands as a panel."""
        demo, limits = self._demo, self._demo.limits()
        bars = Table.grid(padding=(0, 1), expand=True)
        bars.add_column()
        bars.add_column(ratio=1)
        bars.add_column(justify="right")
        for stream in demo.streams:
            bars.add_row(stream.name, _bar(stream), f"{stream.items:,} of {stream.total:,}")
        rows: list[RenderableType] = [bars, Text()]
        rows += fill(self._facts(limits), width(self._console) - _FRAME)
        rows += [Text(), Text.assemble(("faults ", "dim"), faults_text(demo.sandbox.stats()["by_fault"]))]
        settings = demo.settings
        return Panel(
            Group(*rows),
            title=f"lixasync demo · {settings.requests} requests per {settings.per:g} s, no more",
            subtitle=f"{clock(demo.elapsed)} · Ctrl-C stops",
            border_style="cyan",
            padding=(0, 2),
            width=width(self._console),
            box=box.ROUNDED,
        )

    def _facts(self, limits: LimitsSnapshot) -> list[tuple[str, str]]:
        rate = limits.rate
        return [
            ("pages", f"{sum(stream.pages for stream in self._demo.streams):>3}"),
            ("requests", f"{rate.sent:>3}"),
            ("retries", f"{rate.retried:>2}"),
            ("429s", str(rate.refused)),
            ("credits", f"{sum(limits.quota.credits.values()):>3}"),
            ("look-ups", str(len(self._demo.lookups))),
            ("rate used", f"{share(rate.used):>5}"),
            ("next slot", f"{rate.next_slot:.2f} s"),
            ("margin", f"{rate.margin:.3f} s"),
            *((f"waiting {lane}", str(number)) for lane, number in rate.waiting.items()),
        ]


def _bar(stream: Stream) -> RenderableType:
    return ProgressBar(total=stream.total, completed=stream.items)


def beginning(url: str, demo: Demo) -> list[str]:
    """Return what is said before the demo runs."""
    settings = demo.settings
    rules = f"{settings.requests} requests per {settings.per:g} s, and every {settings.fault_every}th one fails"
    return [
        f"A sandbox on this machine stands in for the API: {rules}.",
        f"Watch what arrives at {url}/ while it runs.",
    ]


def summary(report: Report, console: Console) -> RenderableType:
    """Return what a person enjoys reading at the end."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for name, text in _rows(report):
        grid.add_row(name, text)
    verdict = (
        Text("Complete: everything came, in order, once each.", "bold green")
        if report.passed
        else Text("\n".join(f"FAILED: {problem}" for problem in report.problems), "bold red")
    )
    return Panel(
        Group(verdict, Text(), grid),
        title="lixasync demo",
        border_style="green" if report.passed else "red",
        padding=(0, 2),
        width=width(console),
        box=box.ROUNDED,
    )


def _rows(report: Report) -> list[tuple[str, str]]:
    requests, per = report.limit
    pages = sum(stream.pages for stream in report.streams)
    items = " and ".join(f"{stream.items:,} {stream.name}" for stream in report.streams)
    faults = sum(report.faults.values())
    paused = f", {report.paused:.1f} s of pauses ordered by a 429 left out" if report.paused else ""
    rows = [
        ("items", f"{items}, in {pages} pages"),
        ("requests", f"{report.requests}, of which {report.retried} repeated a failed one"),
        ("faults", f"{faults} injected{', all survived' if report.passed else ''}: {faults_text(report.faults)}"),
        ("429s", f"{report.refused}, of which {report.over_limit} for being over the limit"),
        ("limit", f"at most {report.most} of {requests} allowed requests in any {per:g} s"),
        ("rate used", f"{share(report.used)} of what is permitted{paused}"),
        ("credits", f"{report.credits}, and {report.lost} charged for answers lost on the way"),
    ]
    if report.lookups:
        mean = sum(report.lookups) / len(report.lookups)
        rows.append(
            ("look-ups", f"{len(report.lookups)} in the lane that overtakes: {mean:.2f} s each, waiting included")
        )
    pause, answer = f"{per / requests:g} s", f"{report.latency:.2f} s"
    serial = f"A serial script that sleeps {pause} after each answer ({answer}, as measured)"
    return [
        *rows,
        ("time", f"{report.elapsed:.1f} s. {serial} needs {report.serial:.1f} s, and that when nothing fails"),
    ]


def ending(report: Report) -> list[str]:
    """Return what to do next."""
    paths = " and ".join(os.fspath(stream.path) for stream in report.streams)
    return [
        f"Results:  {paths}",
        "Next:     lixasync sandbox                    a sandbox of your own",
        "          lixasync connections YOUR-VIEWER    the real thing; it needs LIX_API_KEY",
        "          README.md                           the same from Python",
    ]
