"""What the command says to people, on standard error: results alone go to standard output."""

from __future__ import annotations

import logging
import os
from datetime import UTC

from rich.console import Console
from rich.text import Text

from lixasync import (
    CreditsError,
    CursorError,
    DailyLimitError,
    LixasyncError,
    PageSizeError,
    SearchURLError,
    UnknownShapeError,
    ViewerError,
)
from lixasync.models.secret import Secret

# The SDK's own hints speak of Python; these speak of the command.
_HINTS: dict[type[LixasyncError], str] = {
    CreditsError: "`lixasync balance` shows what is left.",
    DailyLimitError: "`lixasync balance --daily` says when the allowance is refreshed.",
    ViewerError: "The LinkedIn account must be connected in the Lix extension or dashboard.",
    PageSizeError: "To stop after a number of items, use --max-items.",
    SearchURLError: "Copy the address from the browser, such as "
    "https://www.linkedin.com/search/results/people/?keywords=engineer or "
    "https://www.linkedin.com/sales/search/people#query=(...)",
    UnknownShapeError: "The API may have changed: look for a newer version of lixasync.",
}
_CURSOR_HINT = "Copy all that stood behind --resume, and repeat the other arguments as they were."


def err() -> Console:
    """Return a console on standard error as it is now."""
    return Console(stderr=True, highlight=False)


def clean(text: str) -> str:
    """Return text from elsewhere on one line and without the characters that steer a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in " ".join(text.split()))


def say(console: Console, text: str | Text, style: str = "") -> None:
    """Write a line as it is: long ones, such as cursors, are not broken."""
    console.print(Text(text, style=style) if isinstance(text, str) else text, soft_wrap=True)


def failed(console: Console, error: LixasyncError, cursor: str | None = None) -> None:
    """Say what went wrong, what to do about it, and where to go on.

    Args:
        console: Where to say it.
        error: What went wrong.
        cursor: Where to go on from; None when there is no such place.
    """
    say(console, Text.assemble(("error: ", "bold red"), clean(error.message)))
    hint = _hint(error)
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
    if error.retry_at is not None:
        say(console, f"  retry at {error.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    if cursor is not None:
        say(console, f"  go on with: --resume {cursor}")


def _hint(error: LixasyncError) -> str:
    if isinstance(error, CursorError):
        return _CURSOR_HINT
    if error.hint and error.hint != error.default_hint and not isinstance(error, (PageSizeError, SearchURLError)):
        return error.hint
    return next((_HINTS[kind] for kind in type(error).__mro__ if kind in _HINTS), error.hint)


class _Masked(logging.Formatter):
    """Keeps the key out of every log line, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        key = os.environ.get("LIX_API_KEY")
        return Secret(key).hide_in(text) if key else text


class _OnConsole(logging.Handler):
    """Writes through the console, so that log lines stand above a live display and not in it."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.setFormatter(_Masked("%(asctime)s %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        say(self._console, self.format(record), "dim")


def log_to(console: Console) -> None:
    """Show what the SDK does: each request, and every failure that is repeated."""
    logger = logging.getLogger("lixasync")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(_OnConsole(console))
