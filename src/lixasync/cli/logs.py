"""What the SDK logs, on standard error and without secrets."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from lixasync.cli.credentials import SECRETS
from lixasync.cli.tell import say
from lixasync.models.secret import Secret


class _Masked(logging.Formatter):
    """Keeps keys and tokens out of every log line, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for name in SECRETS:
            secret = os.environ.get(name)
            text = Secret(secret).hide_in(text) if secret else text
        return text


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


@contextmanager
def warnings_on(console: Console) -> Iterator[None]:
    """Show what a watch warns of, unless everything is shown already.

    Left out are failed polls, which the command tells by itself, with what the server said.
    """
    logger = logging.getLogger("lixasync")
    handlers = [handler for handler in logger.handlers if isinstance(handler, _OnConsole)]
    added = None
    if not handlers:
        added = _OnConsole(console)
        added.setLevel(logging.WARNING)
        logger.addHandler(added)
        handlers.append(added)
    for handler in handlers:
        handler.addFilter(_is_no_failed_poll)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(_is_no_failed_poll)
        if added is not None:
            logger.removeHandler(added)


def _is_no_failed_poll(record: logging.LogRecord) -> bool:
    return record.module != "watch"
