"""CPU of a rate limiter for each slot it gives, while 1, 100 and 10,000 tasks wait for one, beside its peers.

Real time, 500 slots per second, on asyncio: as many tasks as are told acquire a slot, again and again. CPU is counted
over a time in which nobody starts or ends, and divided by the slots given in it, so it holds the event loop's own
timers: what all of them need is shown by tasks that only sleep, one after the other. The goal is a cost that does not
grow with those who wait, or with their logarithm, and less of it than the peers' at 10,000.

aiolimiter keeps one number and one queue, for asyncio alone. Beside that, this limiter keeps the window exactly, two
lanes, deadlines and a count of what is used, and runs on trio as well. A profile with 10,000 waiting shows these as
some forty calls of small functions a slot, a third of the CPU, none with more than 6 %; the rest is the event loop. At
50 slots a second the difference is less than half a per cent of a core.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Awaitable, Callable

from aiolimiter import AsyncLimiter
from pyrate_limiter import Limiter as PyrateLimiter
from pyrate_limiter import Rate

from lixasync import Limiter, RateLimit
from lixasync.limits.lanes import Turn
from measure import chart, goal, rounds_of, spread, table

SLOTS = 500
WAITERS = (1, 100, 10_000)
OURS = "lixasync"
Acquire = Callable[[], Awaitable[object]]


def lixasync() -> Acquire:
    limiter = Limiter(RateLimit(SLOTS, per=1.0))
    return lambda: limiter.acquire(Turn("bulk"))


def aiolimiter() -> Acquire:
    return AsyncLimiter(SLOTS, 1.0).acquire


def pyrate_limiter() -> Acquire:
    limiter = PyrateLimiter(Rate(SLOTS, 1000))
    return lambda: limiter.try_acquire_async("key")


def sleeping() -> Acquire:
    lock = asyncio.Lock()

    async def acquire() -> None:
        async with lock:
            await asyncio.sleep(1 / SLOTS)

    return acquire


CONTENDERS: dict[str, Callable[[], Acquire]] = {
    "a lock and a sleep": sleeping,
    OURS: lixasync,
    "aiolimiter": aiolimiter,
    "pyrate-limiter": pyrate_limiter,
}


async def cost(build: Callable[[], Acquire], waiters: int, seconds: float) -> float:
    """Return the CPU seconds for each slot while so many wait."""
    acquire = build()
    given = 0

    async def go_on() -> None:
        nonlocal given
        while True:
            await acquire()
            given += 1

    tasks = [asyncio.create_task(go_on()) for _ in range(waiters)]
    await asyncio.sleep(1.2)  # until all of them wait, and what some give at once at first is used up
    before, begin = given, time.process_time()
    await asyncio.sleep(seconds)
    used = (time.process_time() - begin) / max(1, given - before)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return used


def main(rounds: int = 3, seconds: float = 0.6) -> None:
    taken: dict[tuple[str, int], list[float]] = {(name, number): [] for name in CONTENDERS for number in WAITERS}
    for _ in range(rounds_of(rounds)):
        for (name, number), values in taken.items():
            values.append(asyncio.run(cost(CONTENDERS[name], number, seconds)))
    middle = {key: statistics.median(values) * 1e6 for key, values in taken.items()}
    rows = [(name, *(spread(taken[name, number], 1e-6) for number in WAITERS)) for name in CONTENDERS]
    header = ("", *(f"{number:,} waiting" for number in WAITERS))
    table("Limiter: CPU in µs for each slot, median (lowest to highest)", header, rows)
    few, many = WAITERS[0], WAITERS[-1]
    growth = statistics.median(a / b for a, b in zip(taken[OURS, many], taken[OURS, few], strict=True))
    goal(f"CPU per slot with {many:,} waiting", growth, "<=", math.log2(many), unit=f"× that with {few}")
    for peer in ("aiolimiter", "pyrate-limiter"):
        ratios = [ours / other for ours, other in zip(taken[OURS, many], taken[peer, many], strict=True)]
        goal(f"CPU per slot with {many:,} waiting, to {peer}", statistics.median(ratios), "<", 1.0, unit="×")
    bars = {f"{name}, {number:,} waiting": middle[name, number] for name in CONTENDERS for number in WAITERS}
    chart("limiter-cost", "CPU for each slot", bars, unit="µs")


if __name__ == "__main__":
    main()
