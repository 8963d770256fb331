"""CPU of the limiter per slot, with few and with many waiting. Time is virtual: nothing waits."""

from __future__ import annotations

import statistics

import anyio
from trio.testing import MockClock

from lixasync import Limiter, RateLimit
from lixasync.limits.lanes import Turn
from measure import side_by_side, spread, table

WAITERS = (1, 100, 10_000)


async def drain(waiters: int, slots: int) -> None:
    limiter = Limiter(RateLimit(50, per=1.0))
    for _ in range(slots // waiters):
        async with anyio.create_task_group() as group:
            for _ in range(waiters):
                group.start_soon(limiter.acquire, Turn("bulk"))


async def start_tasks(waiters: int, slots: int) -> None:
    for _ in range(slots // waiters):
        async with anyio.create_task_group() as group:
            for _ in range(waiters):
                group.start_soon(anyio.sleep, 0.001)


def main(rounds: int = 7, slots: int = 10_000) -> None:
    options = {"clock": None}
    runs = {}
    for waiters in WAITERS:
        for name, case in (("slots", drain), ("tasks alone", start_tasks)):

            def run(case: object = case, waiters: int = waiters) -> None:
                options["clock"] = MockClock(autojump_threshold=0)
                anyio.run(case, waiters, slots, backend="trio", backend_options=options)  # type: ignore[arg-type] # the cases are typed as object

            runs[f"{waiters:,} waiting: {name}"] = run
    taken = side_by_side(runs, rounds)
    rows = []
    for waiters in WAITERS:
        acquired, alone = taken[f"{waiters:,} waiting: slots"], taken[f"{waiters:,} waiting: tasks alone"]
        net = statistics.median(a - b for a, b in zip(acquired, alone, strict=True)) / slots * 1e6
        rows.append((f"{waiters:,}", spread(acquired, slots * 1e-6), spread(alone, slots * 1e-6), f"{net:.1f}"))
    table(
        "Limiter: CPU in µs per slot, median (lowest to highest)",
        ("waiting", "with the limiter", "starting the tasks alone", "difference"),
        rows,
    )


if __name__ == "__main__":
    main()
