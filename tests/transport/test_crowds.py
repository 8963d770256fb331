"""Many requests at once: the bound, and what hundreds of cancelled ones leave behind, which is nothing."""

from __future__ import annotations

import logging
import random
from typing import Any

import anyio
import pytest
from tests.support.adapters import Adapter, ignore, request
from tests.support.wire import Wire

from lixasync import ConnectionLostError, DeadlineExceeded, LixClient, RateLimit

pytestmark = pytest.mark.anyio

WIDTH = 40
FAST = RateLimit(1000, per=1.0, burst=1000)


async def at_full_width(transport: Any, wire: Wire, width: int) -> None:
    """Send as many requests as have room; none is answered before all are there."""
    wire.hold(width)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for number in range(width):
                asked = request(f"{wire.url}/{number}")
                group.start_soon(lambda asked=asked: transport.send(asked, on_sent=ignore))
    wire.hold(0)


async def all_closed(wire: Wire, *, but: int) -> None:
    """Wait until the server, which answers whatever it held, has seen that all connections are closed but so many."""
    wire.hold(0)
    await wire.until(lambda: wire.open == but)


@pytest.mark.parametrize("own", [False, True])
async def test_no_more_than_there_is_room_for(adapter: Adapter, wire: Wire, own: bool) -> None:
    pool = adapter.library.Limits(max_connections=5)
    queued = []
    async with adapter.library.AsyncClient(limits=pool, timeout=adapter.library.Timeout(9, pool=0.001)) as theirs:
        transport = adapter.make(theirs if own else None, max_connections=5)

        def look() -> None:
            queued.append(own and any(each.is_queued() for each in theirs._transport._pool._requests))

        async with anyio.create_task_group() as group:
            for number in range(100):
                asked = request(f"{wire.url}/{number}")
                group.start_soon(lambda asked=asked: transport.send(asked, on_sent=look))
        assert len(wire.requests) == len(queued) == 100
        assert not any(queued)
        assert wire.opened <= 5
        await transport.aclose()


async def test_a_pool_that_is_smaller_than_was_told_makes_nobody_fail(adapter: Adapter, wire: Wire) -> None:
    pool = adapter.library.Limits(max_connections=2)
    async with adapter.library.AsyncClient(limits=pool, timeout=adapter.library.Timeout(9, pool=0.001)) as theirs:
        transport = adapter.make(theirs)
        async with anyio.create_task_group() as group:
            for number in range(60):
                asked = request(f"{wire.url}/{number}")
                group.start_soon(lambda asked=asked: transport.send(asked, on_sent=ignore))
    assert len(wire.requests) == 60


async def test_the_room_there_is_by_default(adapter: Adapter, wire: Wire) -> None:
    async with adapter.library.AsyncClient() as theirs:
        assert (adapter.make()._gate.free, adapter.make(theirs)._gate.free) == (750, 100)
        await at_full_width(adapter.make(theirs), wire, 100)
    transport = adapter.make()
    await at_full_width(transport, wire, 150)  # as many as 50 a second are, with answers that take three seconds
    await transport.aclose()


async def test_the_deadline_holds_for_who_waits_for_room(adapter: Adapter, wire: Wire) -> None:
    transport = adapter.make(max_connections=1)
    async with LixClient("key", base_url=wire.url, transport=transport, rate_limit=FAST) as lix:
        wire.hold(2)
        async with anyio.create_task_group() as group:
            group.start_soon(lix.request, "GET", "/v1/first")
            await wire.until(lambda: bool(wire.requests))
            with pytest.raises(DeadlineExceeded):
                await lix.with_options(deadline=0.05).request("GET", "/v1/second")
            wire.hold(0)
        assert len(wire.requests) == 0  # the first came before, the second never
        await lix.request("GET", "/v1/third")
        assert transport._gate.free == 1


@pytest.mark.parametrize("own", [False, True])
async def test_a_storm_of_cancelled_requests_leaves_nothing_behind(adapter: Adapter, wire: Wire, own: bool) -> None:
    """Law 10: whenever it is cancelled, a request holds neither room nor connection."""
    chance = random.Random(20261122)
    pool = adapter.library.Limits(max_connections=WIDTH)
    async with adapter.library.AsyncClient(limits=pool) as theirs:
        transport = adapter.make(theirs if own else None, max_connections=WIDTH)
        done = given_up = 0

        async def call(number: int, patience: float) -> None:
            nonlocal done, given_up
            with anyio.move_on_after(patience) as scope:
                await transport.send(request(f"{wire.url}/{number}"), on_sent=ignore)
                done += 1
            given_up += scope.cancelled_caught

        for turn in range(5):
            wire.hold(0 if turn % 2 else 300)
            async with anyio.create_task_group() as group:
                for number in range(300):
                    group.start_soon(call, number, chance.uniform(0, 0.3))
                    await anyio.sleep(chance.choice([0, 0, 0.001]))
            assert transport._gate.free == WIDTH
            assert not transport._connections._lent
            await at_full_width(transport, wire, WIDTH)
            if not own:
                await all_closed(wire, but=WIDTH)
        assert given_up > 300
        assert done > 100
        await transport.aclose()
    await all_closed(wire, but=0)


async def test_closing_ends_what_is_under_way(adapter: Adapter, wire: Wire) -> None:
    transport = adapter.make()
    wire.hold(9)

    async def send() -> None:
        with pytest.raises(ConnectionLostError):
            await transport.send(request(f"{wire.url}/"), on_sent=ignore)

    async with anyio.create_task_group() as group:
        group.start_soon(send)
        await wire.until(lambda: bool(wire.requests))
        await transport.aclose()
    await all_closed(wire, but=0)


class Cutter(logging.Handler):
    """Cancels a scope at the n-th thing that the library tells of what it does."""

    def __init__(self, scope: anyio.CancelScope, at: int) -> None:
        super().__init__()
        self.scope, self.at = scope, at

    def emit(self, record: logging.LogRecord) -> None:
        self.at -= 1
        if self.at == 0:
            self.scope.cancel()


async def test_a_request_cancelled_at_any_step_leaves_nothing_behind(adapter: Adapter, wire: Wire) -> None:
    """Such as between having a connection and using it, when the library's own pools lose it."""
    log = logging.getLogger(adapter.library.__name__.replace("httpx", "httpcore"))
    log.setLevel(logging.DEBUG)
    steps = 0
    whole = False
    while not whole:
        steps += 1
        transport = adapter.make()
        with anyio.CancelScope() as scope:
            cutter = Cutter(scope, steps)
            log.addHandler(cutter)
            try:
                await transport.send(request(f"{wire.url}/"), on_sent=ignore)
                whole = cutter.at > 0
            finally:
                log.removeHandler(cutter)
        assert transport._gate.free == 750
        assert not transport._connections._lent
        if scope.cancelled_caught:
            await all_closed(wire, but=0)
        await transport.aclose()
        await all_closed(wire, but=0)
    log.setLevel(logging.NOTSET)
    assert steps > 10
