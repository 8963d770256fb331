"""What the command says to people, on standard error: results alone go to standard output."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from lixasync import LixasyncError
from lixasync.cli.cursors import onward
from lixasync.cli.hints import LIX, Hints


def err() -> Console:
    """Return a console on standard error as it is now."""
    return Console(stderr=True, highlight=False)


def clean(text: str) -> str:
    """Return text from elsewhere on one line and without the characters that steer a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split()))


def utc(moment: datetime) -> str:
    """Return a moment for people to read."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def say(console: Console, text: str | Text, style: str = "") -> None:
    """Write a line as it is: long ones, such as cursors, are not broken."""
    console.print(Text(text, style=style) if isinstance(text, str) else text, soft_wrap=True)


def failed(console: Console, error: LixasyncError, cursor: str | None = None, *, hints: Hints = LIX) -> None:
    """Say what went wrong, what to do about it, and where to go on.

    Args:
        console: Where to say it.
        error: What went wrong.
        cursor: Where to go on from; None when there is no such place.
        hints: What to do, in the words of the commands that ask this API.
    """
    _explain(console, error, ("error: ", "bold red"), hints)
    if error.retry_at is not None:
        say(console, f"  retry at {utc(error.retry_at)}")
    if cursor is not None:
        say(console, f"  go on with: {onward(cursor)}")


def waiting(console: Console, error: LixasyncError, until: datetime, *, hints: Hints) -> None:
    """Say what went wrong for now, and until when it is waited out.

    Args:
        console: Where to say it.
        error: What went wrong.
        until: When the next poll is made.
        hints: As for `failed`.
    """
    _explain(console, error, ("waiting: ", "bold yellow"), hints)
    say(console, f"  the next poll is made at {utc(until)}")


def unwritten(console: Console, what: str, error: OSError) -> None:
    """Say that something could not be written."""
    say(console, Text.assemble(("error: ", "bold red"), f"{what}: {error.strerror}."))


def _explain(console: Console, error: LixasyncError, head: tuple[str, str], hints: Hints) -> None:
    say(console, Text.assemble(head, clean(error.message)))
    hint = hints.of(error)
    if hint:
        say(console, f"  {hint}")
    facts = [
        f"{name} {clean(str(value))}"
        for name, value in (
            ("operation", error.operation),
            ("HTTP", error.status),
            ("type", error.type),
            ("trace id", error.trace_id),
            ("attempts", error.attempts if error.attempts > 1 else None),
        )
        if value is not None
    ]
    if facts:
        say(console, f"  {', '.join(facts)}", "dim")
