"""What befalls a server: it is not there, it goes, it comes back empty, it does not answer. Nothing leaves unasked."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from functools import partial

import anyio
import pytest
from redis import Redis
from tests.limits.shared.limiter_making import SOON, Make
from tests.limits.shared.limiter_process import Order, moments, over, running
from tests.limits.shared.valkey import Server
from tests.support.fake import FakeTransport

from lixasync import DeadlineExceeded, LimiterUnavailableError, LixClient, RateLimit, RedisLimiter
from lixasync.limits.lanes import Turn

pytestmark = pytest.mark.processes

RATE = RateLimit(5, per=0.2)
SECRET = "hunter2-and-more"


@pytest.fixture
def anyio_backend() -> str:
    """Faults are met in a thread, which knows no event loop; those of a file are tested on the other loop."""
    return "asyncio"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.go()


@pytest.fixture
def make(server: Server) -> Iterator[Make]:
    limiters = Make(partial(RedisLimiter, server.url), "test")
    yield limiters
    limiters.release()


async def unavailable(limiter: RedisLimiter) -> LimiterUnavailableError:
    with anyio.fail_after(2 * SOON), pytest.raises(LimiterUnavailableError) as caught:
        await limiter.acquire(Turn("bulk"))
    return caught.value


@pytest.mark.anyio
class TestOutage:
    async def test_it_is_not_there_at_first(self, server: Server, make: Make) -> None:
        limiter = make(RATE, max_wait=0.2)
        error = await unavailable(limiter)
        assert f"127.0.0.1:{server.port}" in str(error)
        assert limiter.snapshot().sent == 0
        await anyio.to_thread.run_sync(server.come)
        with anyio.fail_after(SOON):
            while True:
                try:
                    await limiter.acquire(Turn("bulk"))
                    break
                except LimiterUnavailableError:
                    await anyio.sleep(0.01)
        assert limiter.snapshot().sent == 1

    async def test_it_goes_and_everybody_is_told_and_nothing_leaves(self, server: Server, make: Make) -> None:
        server.come()
        limiter = make(RATE, max_wait=0.2)
        await limiter.acquire(Turn("bulk"))
        server.go()
        await unavailable(limiter)
        sent = limiter.snapshot().sent
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(unavailable, limiter)
        assert limiter.snapshot().sent == sent
        assert limiter.snapshot().waiting == {"interactive": 0, "bulk": 0}

    async def test_a_short_outage_is_waited_through_and_windows_hold(self, server: Server, make: Make) -> None:
        server.come()
        limiter, other = make(RateLimit(5, per=1.5, burst=5)), make()
        used: list[float] = []

        async def use(each: RedisLimiter) -> None:
            while len(used) < 12:
                await each.acquire(Turn("bulk"))
                used.append(anyio.current_time())

        async with anyio.create_task_group() as group:
            for each in (limiter, other, limiter, other):
                group.start_soon(use, each)
            while len(used) < 5:  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.01)
            server.go()
            await anyio.to_thread.run_sync(server.come)
        assert all(later - former >= 1.5 for former, later in zip(used, used[5:], strict=False))

    async def test_a_call_of_a_client_fails_without_a_request(self, make: Make) -> None:
        transport = FakeTransport()
        async with LixClient("key", limiter=make(RATE, max_wait=0.1), transport=transport) as lix:
            with pytest.raises(LimiterUnavailableError):
                await lix.account.balances()
        assert transport.times == []

    async def test_a_server_that_does_not_answer(self, server: Server, make: Make) -> None:
        with socket.create_server(("127.0.0.1", server.port)):
            await unavailable(make(RATE, max_wait=0.1))

    async def test_one_that_wants_a_password(self, server: Server, make: Make) -> None:
        server.come()
        with Redis.from_url(server.url) as redis:
            redis.config_set("requirepass", SECRET)
        error = await unavailable(make(RATE, max_wait=0.1))
        assert "AuthenticationError" in str(error)
        assert SECRET not in str(error)

    async def test_one_that_answers_nonsense(self, server: Server, make: Make) -> None:
        server.come()
        with Redis.from_url(server.url) as redis:
            redis.set("lixasync:test", "not a hash")
        await unavailable(make(RATE, max_wait=0.1))


@pytest.mark.anyio
class TestLocal:
    """With ``on_outage="local"`` each process goes on with its share."""

    async def test_it_goes_on_slower_and_then_asks_again(self, server: Server, make: Make) -> None:
        server.come()
        limiter = make(RATE, on_outage="local", processes=2)
        used: list[float] = []

        async def use(count: int) -> None:
            for _ in range(count):
                slot = await limiter.acquire(Turn("bulk"))
                limiter.leaving(slot)
                used.append(anyio.current_time())
                limiter.sent(slot)

        with anyio.fail_after(4 * SOON):
            await use(6)
            server.go()
            await use(8)
            share = used[8:]
            assert all(later - former >= 0.4 for former, later in zip(share, share[5:], strict=False))
            await anyio.to_thread.run_sync(server.come)
            while limiter._outage.error is not None:
                await use(1)
            await use(6)
        assert all(later - former >= 0.2 for former, later in zip(used, used[5:], strict=False))

    async def test_whoever_waits_in_its_own_line_asks_again_when_it_can(self, server: Server, make: Make) -> None:
        limiter = make(RateLimit(1, per=0.5), on_outage="local", processes=100)
        with anyio.fail_after(4 * SOON):
            async with anyio.create_task_group() as group:
                for _ in range(2):
                    group.start_soon(limiter.acquire, Turn("bulk"))
                await anyio.sleep(0.3)
                slot = limiter._outage.apart
                assert slot is not None
                await anyio.to_thread.run_sync(server.come)

    async def test_a_429_stops_what_it_sends_by_itself(self, make: Make) -> None:
        limiter = make(RATE, on_outage="local", processes=1)
        with anyio.fail_after(SOON):
            slot = await limiter.acquire(Turn("bulk"))
        limiter.refused(slot, 600.0)
        with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded):
            await limiter.acquire(Turn("bulk", anyio.current_time() + 100.0))

    async def test_another_rate_holds_for_that_as_well(self, make: Make) -> None:
        limiter = make(RATE, on_outage="local", processes=1)
        with anyio.fail_after(SOON):
            await limiter.acquire(Turn("bulk"))
        limiter.set_rate(RateLimit(1, per=3600.0))
        with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded):
            await limiter.acquire(Turn("bulk", anyio.current_time() + 100.0))

    async def test_requests_that_do_not_leave_hold_nobody_up(self, make: Make) -> None:
        limiter = make(RATE, on_outage="local", processes=1)
        with anyio.fail_after(SOON):
            for _ in range(12):
                slot = await limiter.acquire(Turn("bulk"))
                limiter.leaving(slot)
                limiter.ended(slot)


def test_restarted_empty_under_three_processes(server: Server) -> None:
    server.come()
    order = Order(kind="redis", where=server.url, requests=50, per=1.0, seconds=6.0, bulk=16)
    with running(order, order, order) as processes:
        for _ in range(20):
            assert processes[0].program.stdout is not None
            processes[0].program.stdout.readline()
        server.go()
        server.come()
        back = time.monotonic()
    assert not over(processes)
    assert not any(process.errors for process in processes)
    assert moments(processes)[-1] > back + 1.0
