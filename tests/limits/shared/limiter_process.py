"""Processes that share a rate limit: the program itself, and what tests command it with."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import attrs

from lixasync import FileLimiter, LixasyncError, RateLimit, RedisLimiter
from lixasync.limits.lanes import Lane, Turn
from lixasync.limits.shared.limiter import SharedLimiter


@attrs.frozen(kw_only=True)
class Order:
    """What a process is to do.

    Attributes:
        kind: ``"file"`` or ``"redis"``.
        where: The path, or the URL.
        requests: The rate limit.
        per: The same.
        seconds: For how long it asks for slots.
        bulk: How many calls of this lane always wait.
        interactive: The same; one that comes only now and then is ``-1``.
        stall: For how long it does nothing at all, in the middle.
        ahead: By how much its clock is wrong.
        settings: Others of the limiter.
    """

    kind: str
    where: str
    requests: int
    per: float
    seconds: float
    bulk: int = 0
    interactive: int = 0
    stall: float = 0.0
    ahead: float = 0.0
    settings: dict[str, Any] = attrs.field(factory=dict)

    def limiter(self) -> SharedLimiter:
        """Return the limiter."""
        limit = RateLimit(self.requests, per=self.per)
        kind = FileLimiter if self.kind == "file" else RedisLimiter
        return kind(self.where, limit, budget="test", **self.settings)


@attrs.frozen
class Use:
    """A slot that was used.

    Attributes:
        moment: When, by the clock of the system.
        lane: Whose it was.
        asked: When it was asked for.
    """

    moment: float
    lane: Lane
    asked: float


async def carry_out(order: Order) -> None:
    """Use slots, and write down when each of them was used."""
    limiter, end = order.limiter(), time.monotonic() + order.seconds

    async def use(lane: Lane) -> None:
        asked = time.monotonic()
        try:
            slot = await limiter.acquire(Turn(lane))
        except LixasyncError as error:
            print(json.dumps(["error", type(error).__name__, time.monotonic()]), flush=True)
            await anyio.sleep(0.05)
            return
        limiter.leaving(slot)
        moment = time.monotonic()
        limiter.sent(slot)
        limiter.accepted()
        print(json.dumps([moment, lane, asked]), flush=True)

    async def go_on(lane: Lane, pause: float) -> None:
        while True:
            await use(lane)
            await anyio.sleep(pause)

    with anyio.move_on_after(end - time.monotonic()):
        async with anyio.create_task_group() as group:
            for lane, count in (("bulk", order.bulk), ("interactive", order.interactive)):
                for _ in range(abs(count)):
                    group.start_soon(go_on, lane, 0.2 if count < 0 else 0.0)
            await anyio.sleep(order.seconds / 2)
            time.sleep(order.stall)  # noqa: ASYNC251 - all of the process is to stand still
    limiter.release()


def main() -> None:
    """Carry out an order once there is a line to read."""
    order = Order(**json.loads(sys.argv[1]))
    if order.ahead:
        wall, nanoseconds = time.time, time.time_ns
        time.time = lambda: wall() + order.ahead
        time.time_ns = lambda: nanoseconds() + round(order.ahead * 1e9)
    print("ready", flush=True)
    sys.stdin.readline()
    anyio.run(carry_out, order)
    print(json.dumps(["cpu", time.process_time(), 0.0]), flush=True)


class Running:
    """A process, and what it has written down."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.program = subprocess.Popen(
            [sys.executable, __file__, json.dumps(attrs.asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.uses: list[Use] = []
        self.errors: list[tuple[str, float]] = []
        self.cpu = 0.0

    def wait(self) -> None:
        """Wait for its end, and read what it wrote."""
        assert self.program.stdout is not None
        for line in self.program.stdout:
            what, second, third = json.loads(line)
            if what == "error":
                self.errors.append((second, third))
            elif what == "cpu":
                self.cpu = second
            else:
                self.uses.append(Use(what, second, third))
        self.program.wait()

    def begin(self) -> None:
        """Let it begin."""
        assert self.program.stdin is not None
        self.program.stdin.write("\n")
        self.program.stdin.flush()


@contextmanager
def running(*orders: Order) -> Iterator[list[Running]]:
    """Begin all at the same time, when all are ready; in the end, wait for them."""
    processes = [Running(order) for order in orders]
    try:
        for each in processes:
            assert each.program.stdout is not None
            assert each.program.stdout.readline() == "ready\n"
        for each in processes:
            each.begin()
        yield processes
        for each in processes:
            each.wait()
    finally:
        for each in processes:
            each.program.kill()
            each.program.wait()
            for pipe in (each.program.stdin, each.program.stdout):
                assert pipe is not None
                pipe.close()


def moments(processes: list[Running]) -> list[float]:
    """Return when slots were used, by whomever."""
    return sorted(use.moment for each in processes for use in each.uses)


def over(processes: list[Running]) -> list[float]:
    """Return for each slot that was used too early by how much; there should be none."""
    order, used = processes[0].order, moments(processes)
    spans = [later - former for former, later in zip(used, used[order.requests :], strict=False)]
    return [order.per - span for span in spans if span < order.per]


def share(processes: list[Running]) -> float:
    """Return the share of the permitted requests that was made."""
    order, used = processes[0].order, moments(processes)
    return (len(used) - 1) * order.per / order.requests / (used[-1] - used[0])


if __name__ == "__main__":
    main()
