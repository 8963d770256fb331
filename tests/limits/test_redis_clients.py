"""Clients of several processes, over one budget: real requests, ceilings a day, and what was refused."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.limits.shared.valkey import Server
from tests.support.fake import KEY, TOKEN, FakeTransport, answer

from lixasync import (
    ConfigurationError,
    DailyLimitError,
    DeadlineExceeded,
    FileLimiter,
    LinkedInClient,
    LixClient,
    RateLimit,
    RateLimiter,
    RedisLimiter,
)
from lixasync.limits.lanes import Turn
from lixasync.sandbox import Sandbox

CLIENT = """
    import json, sys, time
    import anyio
    from lixasync import FileLimiter, LixClient, RateLimit, RedisLimiter

    kind, where, url, key, requests, per, seconds, margin, link = json.loads(sys.argv[1])
    limiter = {"file": FileLimiter, "redis": RedisLimiter}[kind](where, margin=margin)

    async def main():
        async with LixClient(key, base_url=url, rate_limit=RateLimit(requests, per=per), limiter=limiter) as lix:
            end = time.monotonic() + seconds

            async def ask(number):
                count = 0
                while time.monotonic() < end:
                    count += 1
                    await lix.enrichment.person(f"{link}-{number}-{count}")

            with anyio.move_on_after(seconds):
                async with anyio.create_task_group() as group:
                    for number in range(8):
                        group.start_soon(ask, number)
            print(json.dumps([lix.limits.snapshot().rate.sent, lix.limits.snapshot().rate.refused]))

    print("ready", flush=True)
    sys.stdin.readline()
    anyio.run(main)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Server() as running:
        yield running.url


@pytest.mark.processes
@pytest.mark.parametrize("kind", ["file", "redis"])
def test_four_processes_are_never_refused_by_a_strict_server(
    sandbox: Sandbox, server: str, tmp_path: Path, kind: str
) -> None:
    requests, per, seconds = 30, 0.6, 3.0
    sandbox.reset(requests=requests, per=per, daily_allowance=10**6, credits=10**6)
    where = server if kind == "redis" else str(tmp_path / "budget")
    programs = []
    for number in range(4):
        order = [
            kind,
            where,
            sandbox.url,
            sandbox.key,
            requests,
            per,
            seconds,
            0.1,
            f"{sandbox.person(number)['link']}?n=",
        ]
        command = [sys.executable, "-c", textwrap.dedent(CLIENT), json.dumps(order)]
        programs.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    sent = []
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    for program in programs:
        out, _ = program.communicate(timeout=60)
        count, refused = json.loads(out)
        assert refused == 0
        sent.append(count)
    stats = sandbox.stats()
    assert stats["over_limit"] == 0
    assert stats["max_in_window"] <= requests
    assert all(sent)
    assert sum(sent) > requests


@pytest.fixture(params=["file", "redis"])
def limiters(request: pytest.FixtureRequest, server: str, tmp_path: Path) -> tuple[RateLimiter, RateLimiter]:
    """Return limiters of two processes."""
    fast = RateLimit(100, per=0.1)
    if request.param == "file":
        return FileLimiter(tmp_path / "budget", fast), FileLimiter(tmp_path / "budget", fast)
    name = request.node.name
    return RedisLimiter(server, fast, budget=name), RedisLimiter(server, fast, budget=name)


@pytest.mark.anyio
class TestClients:
    async def test_ceilings_of_the_day_are_those_of_all(self, limiters: tuple[RateLimiter, RateLimiter]) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        one, two = (
            LinkedInClient(TOKEN, transport=transport, limiter=each, daily_limits={"connections": 2})
            for each in limiters
        )
        async with one, two:
            await one.connections().collect()
            await two.connections().collect()
            for each in (one, two):
                with pytest.raises(DailyLimitError) as caught:
                    await each.connections().collect()
                assert caught.value.retry_at is not None
        assert len(transport.requests) == 2

    async def test_what_was_refused_for_the_day_is_closed_for_all(
        self, limiters: tuple[RateLimiter, RateLimiter]
    ) -> None:
        refusal = answer({"status": 403, "message": "Throttle limit for calls to this resource is reached."}, 403)
        transport = FakeTransport([refusal])
        one, two = (LinkedInClient(TOKEN, transport=transport, limiter=each) for each in limiters)
        async with one, two:
            with pytest.raises(DailyLimitError):
                await one.connections().collect()
            await limiters[0].acquire(Turn("bulk"))  # it is told to the others before this is granted
            with pytest.raises(DailyLimitError):
                await two.connections().collect()
        assert len(transport.requests) == 1

    async def test_clients_of_one_limiter_share_it_until_the_last_is_closed(
        self, limiters: tuple[RateLimiter, RateLimiter]
    ) -> None:
        limiter, _ = limiters
        transport = FakeTransport()
        for _ in range(2):
            async with LixClient(KEY, transport=transport, limiter=limiter) as one:
                async with LixClient(KEY, transport=transport, limiter=limiter) as two:
                    await two.account.balances()
                await one.account.balances()
        assert len(transport.requests) == 4

    async def test_lookc_has_a_budget_beside(self, limiters: tuple[RateLimiter, RateLimiter]) -> None:
        transport = FakeTransport([answer({"status": "found"})])
        slow = RateLimit(1, per=600.0)
        one, two = (
            LixClient(KEY, transport=transport, limiter=each, lookc_rate_limit=slow, deadline=5.0) for each in limiters
        )
        async with one, two:
            await one.lookc.request("1")
            for each in (one, two):
                await each.account.balances()
                with pytest.raises(DeadlineExceeded):
                    await each.lookc.request("2")
                assert each.limits.snapshot().lookc.limit.per == 600.0


def test_another_key_needs_another_limiter(tmp_path: Path) -> None:
    limiter = FileLimiter(tmp_path / "budget")
    LixClient(KEY, limiter=limiter)
    LixClient(KEY, limiter=limiter)
    with pytest.raises(ConfigurationError, match="another API key"):
        LixClient("another-key", limiter=limiter)
