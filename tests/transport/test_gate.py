"""The gate: never more inside than there is room for, first come first served, and no room lost."""

from __future__ import annotations

import random
from collections.abc import Callable

import anyio
import pytest
from tests.support.fake import FakeTransport, client

from lixasync import RateLimit, Request, Response
from lixasync.transport.gate import Gate

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


async def test_first_come_first_served() -> None:
    gate, order = Gate(1), list[int]()

    async def visit(number: int) -> None:
        await gate.enter()
        order.append(number)
        gate.leave()

    await gate.enter()
    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(visit, number)
            await anyio.wait_all_tasks_blocked()
        assert order == []
        gate.leave()
    assert order == [0, 1, 2, 3, 4]
    assert gate.free == 1


async def test_who_is_let_in_and_cancelled_at_once_makes_room_for_the_next() -> None:
    gate = Gate(1)
    await gate.enter()
    inside = anyio.Event()

    async def wait(scope: anyio.CancelScope) -> None:
        with scope:
            await gate.enter()
            inside.set()

    first = anyio.CancelScope()
    async with anyio.create_task_group() as group:
        group.start_soon(wait, first)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(wait, anyio.CancelScope())
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        gate.leave()  # both, before the first can run
    assert inside.is_set()
    gate.leave()
    assert gate.free == 1


@pytest.mark.parametrize("seed", range(20))
async def test_whoever_comes_and_gives_up_no_room_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    most = chance.randint(1, 5)
    gate, inside, served = Gate(most), set[int](), set[int]()

    async def visit(number: int, patience: float, stay: float) -> None:
        with anyio.move_on_after(patience):
            await gate.enter()
            try:
                inside.add(number)
                assert len(inside) <= most
                await anyio.sleep(stay)
                served.add(number)
            finally:
                inside.remove(number)
                gate.leave()

    async with anyio.create_task_group() as group:
        for number in range(200):
            group.start_soon(visit, number, chance.choice([0, 0.5, 1, 3, 500]), chance.choice([0, 0.5, 1]))
            await anyio.sleep(chance.choice([0, 0, 0.1]))
    assert gate.free == most
    assert served


class Narrow(FakeTransport):
    """Has room for two; the first ten take their time."""

    gate = Gate(2)

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        await self.gate.enter()
        try:
            self.latency = 4.0 if len(self.requests) < 10 else 0.0
            return await super().send(request, on_sent=on_sent)
        finally:
            self.gate.leave()


async def test_those_who_waited_do_not_leave_faster_than_the_rate() -> None:
    """Law 1: their slots were taken long before, and count from when they leave."""
    transport = Narrow()
    async with client(transport, rate_limit=RateLimit(5, per=1.0, burst=5)) as lix:
        with anyio.fail_after(600):
            async with anyio.create_task_group() as group:
                for number in range(40):
                    group.start_soon(lix.request, "GET", f"/v1/{number}")
    times = transport.times
    assert len(times) == 40
    assert min(later - time for time, later in zip(times, times[5:], strict=False)) >= 1.0
