"""The application's jobs: each is a file, and those that run do so in the background."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import anyio
import anyio.abc
import attrs

from lixasync import LixasyncError, LixClient
from lixasync.bulk import Job, Result, Run
from lixasync.fastapi import problem

_LATEST = 6


@attrs.define
class _Work:
    """A job that runs, and how to end it."""

    scope: anyio.CancelScope = attrs.field(factory=anyio.CancelScope)
    over: anyio.Event = attrs.field(factory=anyio.Event)
    run: Run[Any] | None = None


class Jobs:
    """Jobs that look up profiles, as an async context manager; leaving it interrupts those that run.

    Args:
        lix: The application's client: jobs share its rate, and interactive calls overtake them.
        folder: Where their files are.
    """

    def __init__(self, lix: LixClient, folder: Path) -> None:
        self._lix = lix
        self._folder = folder
        self._works: dict[str, _Work] = {}
        self._failures: dict[str, dict[str, Any]] = {}
        self._latest: dict[str, deque[dict[str, Any]]] = {}
        self._group: anyio.abc.TaskGroup

    async def __aenter__(self) -> Self:
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        self._group.cancel_scope.cancel()
        return await self._group.__aexit__(kind, error, traceback)

    def has(self, name: str) -> bool:
        """Tell whether there is a job of that id."""
        return self._path(name).exists()

    async def start(self, links: Sequence[str]) -> str:
        """Make a job of some links, start it, and return its id."""
        name = secrets.token_hex(4)
        job = Job(self._path(name), self._lix.enrichment.person, inputs=links)
        await job.plan()  # the inputs are in the file from now on
        self._begin(name, job)
        return name

    def go_on(self, name: str) -> None:
        """Go on with a job where it stopped; does nothing when it runs."""
        if name not in self._works:
            self._begin(name, Job.open(self._path(name), self._lix))

    async def cancel(self, name: str) -> None:
        """Stop a job: answers under way are stored, nothing else is asked."""
        work = self._works.get(name)
        if work is not None:
            work.scope.cancel()
            await work.over.wait()

    async def look(self, name: str) -> dict[str, Any]:
        """Return how far a job is."""
        status = await Job.open(self._path(name)).status()
        work = self._works.get(name)
        progress = None if work is None or work.run is None else work.run.progress()
        return {
            "id": name,
            "running": work is not None,
            "inputs": status.inputs,
            "done": status.done,
            "failed": status.failed,
            "credits": sum(status.credits.values()),
            "stopped": status.stopped,
            "problem": self._failures.get(name),
            "time_left": progress and progress.time_left,
            "waits_for": progress and progress.waits_for,
            "latest": list(self._latest.get(name, ())),
        }

    async def all(self) -> list[dict[str, Any]]:
        """Return all jobs, the latest first."""
        files = sorted(self._folder.glob("*.db"), key=lambda path: path.stat().st_ctime, reverse=True)
        return [await self.look(path.stem) for path in files]

    async def export(self, name: str, form: str) -> Path:
        """Write a job's results so far into a new file, and return its path."""
        path = self._folder / f"{name}-{secrets.token_hex(4)}.{form}"
        await Job.open(self._path(name)).export(path)
        return path

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _begin(self, name: str, job: Job[Any]) -> None:
        self._works[name] = _Work()
        self._failures.pop(name, None)
        self._group.start_soon(self._work, name, job)

    async def _work(self, name: str, job: Job[Any]) -> None:
        work, latest = self._works[name], self._latest.setdefault(name, deque(maxlen=_LATEST))
        try:
            with work.scope:
                async with job.run(concurrency=4) as run:
                    work.run = run
                    async for result in run:
                        latest.appendleft(_shown(result))
        except LixasyncError as error:
            self._failures[name] = dict(problem(error))
        finally:
            del self._works[name]
            work.over.set()


def _shown(result: Result[Any]) -> dict[str, Any]:
    """Return what the page shows of a result."""
    if result.value is None:
        return {"link": result.input, "error": type(result.error).__name__}
    return {"link": result.input, "name": result.value.name, "headline": result.value.description}
