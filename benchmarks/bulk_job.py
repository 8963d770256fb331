"""What a job costs: adding inputs, CPU for each of them, time until it goes on after a kill, and memory.

The API is a transport that answers at once, so that nothing but this package and the disk is measured. With 8 inputs
under way, five to seven answers share a transaction (570 to 805 for 4,000 inputs, from run to run), so a fifth or less
of *a transaction alone* is in each input's figure; of the rest, a profile shows no function with more than 5 %.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio

from lixasync import LixClient, RateLimit, Request, Response
from lixasync.bulk import Job
from lixasync.bulk.schema import State
from lixasync.bulk.store import Store
from measure import chart, goal, side_by_side, spread, table

FEW, MANY = 10_000, 1_000_000
CALLS = 2_000
UNHURRIED = RateLimit(100, per=0.001, burst=100, margin=0.0)
PERSON = json.dumps({"name": "Robin Marlowe", "description": "Engineer. " * 150}).encode()


class AtOnce:
    """Answers at once, and notes when it was asked first."""

    def __init__(self) -> None:
        self.first = 0.0

    async def send(self, _: Request, *, on_sent: Callable[[], None]) -> Response:
        """Answer."""
        self.first = self.first or time.time()
        on_sent()
        return Response(status=200, headers={}, body=PERSON)

    async def aclose(self) -> None:
        """Do nothing."""


def client(transport: AtOnce) -> LixClient:
    return LixClient("benchmark-key", transport=transport, rate_limit=UNHURRIED)


def links(number: int) -> Iterator[str]:
    return (f"https://www.linkedin.com/in/person-{index:07}" for index in range(number))


async def bare(concurrency: int) -> None:
    left = links(CALLS)

    async def work(lix: LixClient) -> None:
        for link in left:
            await lix.enrichment.person(link)

    async with client(AtOnce()) as lix, anyio.create_task_group() as group:
        for _ in range(concurrency):
            group.start_soon(work, lix)


async def as_job(concurrency: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with client(AtOnce()) as lix:
            await Job(Path(folder, "people.db"), lix.enrichment.person, inputs=links(CALLS)).run(
                concurrency=concurrency
            )


async def store_alone() -> None:
    """Make the smallest transactions there are, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder, "people.db"))
        await store.open(create=True)
        for number in range(CALLS):
            await store.change(lambda db, number=number: db.execute("UPDATE tally SET done = ?", (number,)))
        await store.close()


def bookkeeping(rounds: int) -> None:
    rows, medians = [], {}
    for concurrency in (1, 8, 32):
        runs = {"bare": partial(anyio.run, bare, concurrency), "job": partial(anyio.run, as_job, concurrency)}
        taken = side_by_side(runs, rounds)
        added = [with_job - alone for with_job, alone in zip(taken["job"], taken["bare"], strict=True)]
        unit = CALLS * 1e-6
        rows.append((str(concurrency), spread(taken["bare"], unit), spread(taken["job"], unit), spread(added, unit)))
        medians[concurrency] = statistics.median(added) / unit
    alone = side_by_side({"store": partial(anyio.run, store_alone)}, rounds)["store"]
    rows.append(("a transaction alone", "", spread(alone, CALLS * 1e-6), ""))
    table(
        "Bookkeeping: CPU in µs per input, all threads, system time and adding the input included",
        ("concurrency", "the call alone", "as a job", "difference"),
        rows,
    )
    print()
    labels = {f"lixasync, concurrency {concurrency}": cpu for concurrency, cpu in medians.items()}
    chart("bulk_bookkeeping", "Bookkeeping of a job: CPU per input", labels, unit="µs", goal=200.0)
    for concurrency in (8, 32):
        goal(f"bookkeeping per input at concurrency {concurrency}", medians[concurrency], "<", 200.0, unit="µs")


async def add(path: str, number: int) -> dict[str, float]:
    transport = AtOnce()
    async with client(transport) as lix:
        begin, cpu = time.perf_counter(), time.process_time()
        job = Job(path, lix.enrichment.person, inputs=links(number))
        await job.plan()
        seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
        async with job.run() as run:
            count = 0
            async for _ in run:
                count += 1
                if count == CALLS:
                    break
    return {"seconds": seconds, "cpu": cpu, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


async def leave_half_done(path: str, number: int) -> dict[str, float]:
    """End as a kill does, with half of the inputs done and some taken."""
    store = Store(Path(path))
    await store.open(create=False)

    def write(half: int, db: sqlite3.Connection) -> None:
        execute = db.execute
        execute("UPDATE inputs SET state = ? WHERE id < ?", (State.DONE, half))
        execute("UPDATE inputs SET state = ?, owner = 77 WHERE id >= ? AND id < ?", (State.TAKEN, half, half + 16))
        execute("INSERT INTO workers VALUES (77, '//', 0)")
        execute("UPDATE tally SET done = ?", (half,))

    await store.change(partial(write, number // 2))
    os._exit(0)


async def go_on(path: str, number: int) -> dict[str, float]:
    transport = AtOnce()
    async with client(transport) as lix:
        begin = time.time()
        async with Job(path, lix.enrichment.person, inputs=links(number) if number else None).run() as run:
            async for _ in run:
                break
    return {"from run": transport.first - begin, "first": transport.first}


CHILDREN = {"add": add, "leave_half_done": leave_half_done, "go_on": go_on}


def child(name: str, path: Path, number: int) -> dict[str, float]:
    """Do something in a process of its own."""
    command = [sys.executable, __file__, "--child", name, str(path), str(number)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return dict(json.loads(said or "{}"))


def adding(folder: Path) -> None:
    rows = []
    for number in (FEW, MANY):
        took = child("add", folder / f"{number}.db", number)
        size = (folder / f"{number}.db").stat().st_size / 1e6
        rows.append((
            f"{number:,}",
            f"{took['seconds']:.1f}",
            f"{took['cpu'] / number * 1e6:.1f}",
            f"{took['megabytes']:.0f}",
            f"{size:.0f}",
        ))  # fmt: skip
    table(
        f"Adding inputs, and then {CALLS:,} results",
        ("inputs", "seconds", "CPU µs per input", "peak memory, MB", "file, MB"),
        rows,
    )


def going_on(folder: Path) -> None:
    rows, seconds = [], 0.0
    for name, number in (("inputs as the file has them", 0), ("the same inputs given again", MANY)):
        child("leave_half_done", folder / f"{MANY}.db", MANY)
        begin = time.time()
        took = child("go_on", folder / f"{MANY}.db", number)
        rows.append((name, f"{took['from run']:.2f}", f"{took['first'] - begin:.2f}"))
        seconds = seconds or took["first"] - begin
    table(
        f"Going on after a kill with {MANY:,} inputs, half of them done: seconds to the first request",
        ("", "from Job(...)", "from the start of the process"),
        rows,
    )
    print()
    goal(f"going on with {MANY:,} inputs, from the file", seconds, "<", 2.0, unit="s")


def main(rounds: int = 5) -> None:
    print(
        "A job beside the same calls without it, through a transport that answers at once, so that only this package "
        "and the disk are measured. What a job adds for each input is its bookkeeping: it is taken, its answer is "
        f"stored, and all of that is on the disk before the result is handed out. Then a job of {MANY:,} inputs."
    )
    bookkeeping(rounds)
    with tempfile.TemporaryDirectory() as folder:
        adding(Path(folder))
        going_on(Path(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _, _, chosen, where, many = sys.argv
        print(json.dumps(anyio.run(CHILDREN[chosen], where, int(many))))
    else:
        main()
