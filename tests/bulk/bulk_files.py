"""What tests of a job's file have in common: notes to write, a writer that waits, and looks at files."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
from bulk_runs import link

from lixasync.bulk import ledger


def links(number: int) -> list[str]:
    """Return the addresses of so many people."""
    return list(map(link, range(number)))


def held_in(path: Path) -> bytes:
    """Return what stands in a file."""
    return path.read_bytes()


def put_into(path: Path, what: bytes) -> None:
    path.write_bytes(what)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def remove(path: Path) -> None:
    path.unlink()


def move(path: Path, to: Path) -> None:
    path.rename(to)


def note(name: str, value: str = "here") -> Callable[[sqlite3.Connection], None]:
    return partial(ledger.note, name=name, value=value)


class Held:
    """Holds the writing thread until it is let go."""

    def __init__(self) -> None:
        self.at = threading.Event()
        self._go = threading.Event()

    def __call__(self, connection: sqlite3.Connection) -> str:
        ledger.note(connection, "held", "here")
        self.at.set()
        assert self._go.wait(10)
        return "made"

    async def has_begun(self) -> None:
        await anyio.to_thread.run_sync(self.at.wait, 10)

    def go(self) -> None:
        self._go.set()
