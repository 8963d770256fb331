"""How far a job is, in words, as a table and as plain data. Pure but for what is printed."""

from __future__ import annotations

from typing import Any

import attrs
from rich.console import Console
from rich.table import Table

from lixasync.bulk.progress import JobPlan, JobStatus
from lixasync.cli.output import Output
from lixasync.cli.plans import Line, for_people
from lixasync.cli.progress import plural
from lixasync.cli.tell import clean, say, utc

_UNREAD = "inputs not read to their end: give them again"


def counted(status: JobStatus) -> str:
    """Return what a job's file holds, on one line."""
    failures = ", ".join(f"{name} {number:,}" for name, number in status.failures.items())
    facts = [
        f"{status.done:,} of {plural(status.inputs, 'input')} done",
        f"{status.failed:,} failed{f' ({failures})' if failures else ''}",
        f"{status.queued:,} queued" if status.queued else None,
        plural(status.requests, "request"),
        _credits(status),
        _UNREAD if status.reading else None,
    ]
    return ", ".join(fact for fact in facts if fact)


def show_status(status: JobStatus, *, json: bool) -> None:
    """Print what a job's file holds: a table on a terminal, else JSON.

    Args:
        status: How far the job is.
        json: Whether to print JSON on a terminal too.
    """
    if json or not for_people():
        Output().write([Line(_plain(status))])
        return
    table = Table(show_header=False, title=clean(status.method), title_justify="left")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for name, value in _rows(status):
        table.add_row(name, value)
    Console(highlight=False).print(table)


def show_plan(plan: JobPlan, *, json: bool) -> None:
    """Print what is left of a job and what that takes: in words on a terminal, else as JSON.

    Args:
        plan: What is left.
        json: Whether to print JSON on a terminal too.
    """
    if for_people() and not json:
        say(Console(highlight=False), str(plan))
        return
    left = {
        "requests": plan.requests,
        "credits": plan.credits,
        "credit_kind": plan.credit_kind,
        "seconds": None if plan.seconds is None else round(plan.seconds, 3),
        "exact": plan.exact,
    }
    Output().write([Line({**left, "status": _plain(plan.status)})])


def _plain(status: JobStatus) -> dict[str, Any]:
    due = status.next_due
    return {
        **attrs.asdict(status, recurse=False),
        "failures": dict(status.failures),
        "credits": dict(status.credits),
        "next_due": None if due is None else due.isoformat(),
        "to_do": status.to_do,
    }


def _rows(status: JobStatus) -> list[tuple[str, str]]:
    repeated = status.given - status.inputs
    rows = [
        ("inputs", f"{status.inputs:,}{f' ({repeated:,} more are repeats)' if repeated else ''}"),
        ("done", f"{status.done:,}"),
        ("failed", f"{status.failed:,}"),
        *((f"  {clean(name)}", f"{number:,}") for name, number in status.failures.items()),
        ("to do", f"{status.to_do:,}"),
        ("queued", f"{status.queued:,}"),
        ("under way", f"{status.taken:,}"),
        ("items", f"{status.items:,}"),
        ("requests", f"{status.requests:,}"),
        ("spent", _credits(status)),
    ]
    if status.reading:
        rows.append(("inputs read", "not to their end"))
    if status.next_due is not None:
        rows.append(("next of the queued", utc(status.next_due)))
    if status.stopped is not None:
        rows.append(("the last run", clean(status.stopped)))
    return rows


def _credits(status: JobStatus) -> str:
    kinds = {kind: "credit" if kind in ("unstated", "free") else f"{kind} credit" for kind in status.credits}
    return ", ".join(plural(number, kinds[kind]) for kind, number in status.credits.items()) or "no credits"
