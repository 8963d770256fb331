"""Sandboxes in processes of their own, so that only the caller's CPU is the caller's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx

KEY = "benchmark-key"
"""The key of every sandbox that is told no other."""


@attrs.frozen
class Served:
    """A sandbox in another process.

    Attributes:
        url: Where it listens.
    """

    url: str

    def events(self) -> list[dict[str, Any]]:
        """Return what arrived and was answered, in order of arrival; see the sandbox's `Event`."""
        told = httpx.get(f"{self.url}/__sandbox/events").json()
        assert told["last"] == len(told["events"]), "the sandbox tells the latest ones only"
        return sorted(told["events"], key=lambda row: row["at"])


@contextmanager
def sandbox(**settings: object) -> Iterator[Served]:
    """Run a sandbox; settings are its command's options, a flag's value is True."""
    command = [sys.executable, "-m", "lixasync.sandbox", "--port", "0"]
    for name, value in {"key": KEY, **settings}.items():
        command += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = next(line.split()[1] for line in server.stderr if line.split()[:1] == ["API"])
        try:
            yield Served(url)
        finally:
            server.terminate()
