"""Workers and those who follow them, in processes of their own: a sandbox over real HTTP, and a real Valkey."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from tests.limits.shared.valkey import Server

from lixasync.sandbox import Sandbox

PATIENCE = 300.0  # seconds after which something that was to end surely hangs


@attrs.frozen
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str


@attrs.define
class Scene:
    """A sandbox, a server of an engine, a folder for chunks, and processes that know all three.

    Attributes:
        box: The sandbox.
        url: The engine's server.
        folder: Where everything is.
        running: All processes that were started.
    """

    box: Sandbox
    url: str
    folder: Path
    running: list[subprocess.Popen[str]] = attrs.field(factory=list)

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """Run the command in a process of its own."""
        environment = {
            **os.environ,
            "LIX_API_KEY": self.box.key,
            "LIX_BASE_URL": self.box.url,
            "LIXASYNC_ENGINE_URL": self.url,
            "LIXASYNC_STORE_URL": str(self.folder / "chunks"),
            **settings,
        }
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "lixasync.cli", *words]
        self.running.append(subprocess.Popen(command, cwd=self.folder, env=environment, **streams))
        return self.running[-1]

    def run(self, *words: str, **settings: str) -> Ended:
        """Run the command to its end."""
        return end(self.start(*words, **settings))

    def job(self, number: int) -> None:
        """Make a job for people whom the sandbox knows."""
        (self.folder / "people.txt").write_text("\n".join(self.box.person(index)["link"] for index in range(number)))
        assert self.run("enrich", "people.txt", "--job", "people.db", "--plan").code == 0

    def follow(self, size: int) -> subprocess.Popen[str]:
        """Enqueue the job in chunks, and follow it."""
        return self.start("job", "run", "people.db", "--engine", "docket", "--chunk-size", str(size))

    def worker(self, *words: str, rate: str = "2000/1", **settings: str) -> subprocess.Popen[str]:
        """Start a worker."""
        return self.start("worker", "--rate", rate, *words, **settings)

    def arrivals(self, number: int) -> None:
        """Wait until the sandbox was asked so often."""
        until = time.monotonic() + PATIENCE
        while self.box.stats()["arrivals"] < number:
            assert time.monotonic() < until, "nobody asks"
            time.sleep(0.01)


def end(process: subprocess.Popen[str]) -> Ended:
    """Wait for the end of a process."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


@contextmanager
def scene(box: Sandbox, folder: Path) -> Iterator[Scene]:
    """Start a server for an engine; it and all processes are gone in the end."""
    with Server() as server:
        made = Scene(box, server.url, folder)
        try:
            yield made
        finally:
            for process in made.running:
                if process.poll() is None:
                    process.kill()
                process.communicate()
