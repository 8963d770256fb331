"""Shows what a run would cost, and how far a divided search reaches."""

from __future__ import annotations

import sys
from typing import Any

import attrs
from rich.console import Console
from rich.table import Table

from lixasync import Coverage, Pager, Part, PartitionedPager, Plan
from lixasync.cli.output import Output
from lixasync.cli.progress import clock
from lixasync.cli.tell import clean, say

_UNKNOWN = "not known beforehand"


@attrs.frozen
class Line:
    """One line of output, made here."""

    data: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return self.data


def for_people() -> bool:
    """Say whether somebody reads standard output, rather than a program."""
    return sys.stdout is not None and sys.stdout.isatty()


def show_plan(pager: Pager[Any], console: Console) -> None:
    """Print the plan of a run: in words on a terminal, else as JSON.

    Args:
        pager: What would run.
        console: Where to say what to do when the plan is not known.
    """
    plan = pager.plan()
    if isinstance(pager, PartitionedPager):
        say(console, "What a divided search costs is known after a survey, at a credit a part: add --survey.")
    if for_people():
        say(Console(highlight=False), _in_words(plan))
    else:
        Output().write([Line(_plain(plan))])


def show_coverage(coverage: Coverage, plan: Plan, console: Console | None) -> None:
    """Show the parts of a divided search, what they reach, and what the rest costs.

    Args:
        coverage: What the survey found.
        plan: What the rest costs.
        console: Where to show it for people; None prints it as a result: a table on a terminal, else JSON.
    """
    if console is None and not for_people():
        parts = [attrs.asdict(part) for part in coverage.parts]
        known = {
            name: getattr(coverage, name) for name in ("total", "reachable", "unreachable", "uncertain", "complete")
        }
        Output().write([Line({**known, **_plain(plan), "parts": parts})])
        return
    console = console or Console(highlight=False)
    table = Table(title="Parts", title_justify="left")
    table.add_column("part")
    table.add_column("match", justify="right")
    table.add_column("state")
    for part in coverage.parts:
        table.add_row(clean(" / ".join(part.names) or "all"), f"{part.total:,}", _state(part))
    console.print(table)
    total = "-" if coverage.total is None else f"{coverage.total:,}"
    say(console, f"match {total}, reachable {coverage.reachable:,}, unreachable {coverage.unreachable:,} at least")
    if coverage.uncertain:
        say(console, "More may match, and be out of reach: the server's totals end at its cap.")
    if not coverage.complete:
        say(console, "The survey is not complete: --max-credits ended it.")
    say(console, _in_words(plan))


def _state(part: Part) -> str:
    return "divided" if part.divided else "read" if part.done else "to read"


def _plain(plan: Plan) -> dict[str, Any]:
    return {**attrs.asdict(plan), "seconds": None if plan.seconds is None else round(plan.seconds, 3)}


def _in_words(plan: Plan) -> str:
    facts = (
        ("items", None if plan.items is None else f"{plan.items:,}"),
        ("requests", None if plan.requests is None else f"{plan.requests:,}"),
        ("credits", None if plan.credits is None else f"{plan.credits:,}"),
        ("time", None if plan.seconds is None else clock(plan.seconds)),
    )
    return "at most: " + ", ".join(f"{name} {_UNKNOWN if fact is None else fact}" for name, fact in facts)
