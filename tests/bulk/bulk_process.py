"""Jobs in processes of their own, to be killed: the program itself, and what tests command it with.

The program loads everything once and then forks for each run, so that hundreds of runs take seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import attrs

from lixasync import JobFileError, LixClient, RateLimit
from lixasync.bulk import Job, Result, feed, owners, run
from lixasync.sandbox import Sandbox

UNHURRIED = RateLimit(100, per=0.001, burst=100, margin=0.0)
CONCURRENCY = 8
TICK = 0.002  # seconds from one look at what a process does to the next


@attrs.frozen(kw_only=True)
class Order:
    """What a run is to do.

    Attributes:
        path: The job's file.
        url: The sandbox.
        key: Its key.
        method: What is called.
        inputs: For what.
        params: With what.
        batch: Inputs that are stored at once.
        foreign: Whether processes cannot look at each other, as on two machines.
        lease: Seconds for which they then trust each other.
        largest: Bytes that a file may have at most; None for any number.
    """

    path: str
    url: str
    key: str
    method: str = "enrichment.person"
    inputs: list[str] = attrs.field(factory=list)
    params: dict[str, Any] = attrs.field(factory=dict)
    batch: int = 5_000
    foreign: bool = False
    lease: float = 60.0
    largest: int | None = None


async def carry_out(order: Order) -> None:
    """Run a job until it stops."""
    async with LixClient(order.key, base_url=order.url, rate_limit=UNHURRIED) as lix:
        bound: Any = lix
        for name in order.method.split("."):
            bound = getattr(bound, name)
        job = Job(order.path, bound, inputs=order.inputs, params=order.params)
        await job.run(concurrency=CONCURRENCY, warm_up=False)


def in_child(order: Order) -> int:
    """Prepare this process as an order wants it, run the job, and return what to exit with."""
    feed._BATCH = order.batch
    run.HEARTBEAT = run._LOOK = 0.05  # type: ignore[attr-defined] # it is imported there
    owners.LEASE = order.lease
    if order.foreign:
        name = f"machine {os.getpid()}"
        owners.machine = lambda: name  # type: ignore[assignment] # a function without a cache
    if order.largest is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest, order.largest))
    try:
        anyio.run(carry_out, order)
    except JobFileError as error:
        sys.stderr.write(f"{type(error).__name__} {error.type}\n")
        return 3
    return 0


def main() -> None:
    """Fork for each order, tell who does it, and how it ended."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = in_child(Order(**json.loads(line)))
            finally:
                sys.stderr.flush()
                os._exit(code)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


class Runner:
    """Runs jobs in another process, one at a time.

    Attributes:
        pid: The process of the run under way.
    """

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program
        self.pid = 0

    def start(self, order: Order) -> None:
        """Begin a run."""
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(attrs.asdict(order)) + "\n")
        self._program.stdin.flush()
        self.pid = int(self._line())

    def has_ended(self) -> bool:
        """Wait for a moment, and say whether the run is over."""
        return bool(select.select([self._program.stdout], [], [], TICK)[0])

    def wait_until(self, true: Callable[[], bool]) -> bool:
        """Wait until something is so; False when the run ended before."""
        while not true():
            if self.has_ended():
                return False
        return True

    def kill(self) -> bool:
        """Kill the run, and say whether it was still going on."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end() != 0

    def end(self) -> int:
        """Wait for the end of the run, and return how it came: 0, a signal's number, or 256 times the exit code."""
        self.pid = 0
        return int(self._line())

    def _line(self) -> str:
        assert self._program.stdout is not None
        return self._program.stdout.readline()


@contextlib.contextmanager
def runner(stderr: Any = None) -> Iterator[Runner]:
    """Load the program; it is gone in the end."""
    options: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr, "text": True}
    with subprocess.Popen([sys.executable, __file__], **options) as program:
        made = Runner(program)
        try:
            yield made
        finally:
            if made.pid and not made.has_ended():
                made.kill()
            assert program.stdin is not None
            program.stdin.close()


def table(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what a job's file says."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def stop_between_writes(path: Path, pid: int) -> None:
    """Stop a process, at a moment when it keeps no other one from writing."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            pass
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=1.0)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)
            else:
                connection.execute("ROLLBACK")
                return


def links(box: Sandbox, number: int) -> list[str]:
    """Return the addresses of people whom the sandbox knows."""
    return [box.person(index)["link"] for index in range(number)]


def order(box: Sandbox, path: Path, **more: Any) -> Order:
    """Return an order for a job on a sandbox."""
    return Order(path=str(path), url=box.url, key=box.key, **more)


def asked(box: Sandbox) -> dict[str, int]:
    """Return how often the sandbox was asked for each thing."""
    counts: dict[str, int] = {}
    for event in box.events():
        counts[event["target"]] = counts.get(event["target"], 0) + 1
    return counts


def all_results(path: Path) -> list[Result[Any]]:
    """Return all that a job has."""

    async def read() -> list[Result[Any]]:
        return [result async for result in Job.open(path).results()]

    return anyio.run(read)


if __name__ == "__main__":
    main()
