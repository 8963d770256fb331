"""Long runs over real HTTP: at full rate with a narrow margin, and under every fault at once. Their own nox session."""

from __future__ import annotations

import random

import anyio
import pytest
from tests.support.fake import SEARCH

from lixasync import LixasyncError, LixClient, RateLimit, RetryPolicy
from lixasync.sandbox import FAULTS, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.soak]

BRIEF = RetryPolicy(attempts=20, base=0.01, cap=0.1, queued_pause=0.05, queued_attempts=20)


@pytest.mark.parametrize(("requests", "per"), [(1, 3.0), (50, 1.0)])
async def test_a_minute_at_full_rate(sandbox: Sandbox, requests: int, per: float) -> None:
    """Hardly a refusal, however this machine stalls; on a quiet one there is none."""
    sandbox.reset(requests=requests, per=per, daily_allowance=10**6, credits=10**6)
    calls = int(60 / per * requests)
    async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(requests, per=per)) as lix:
        async with anyio.create_task_group() as group:
            for number in range(calls):
                group.start_soon(lix.enrichment.person, sandbox.person(number % 1000)["link"] + f"?n={number}")
        print(lix.limits.snapshot().rate)
    stats = sandbox.stats()
    print({name: stats[name] for name in ("arrivals", "over_limit", "max_in_window", "utilisation")})
    assert stats["by_status"][200] == calls
    assert stats["over_limit"] <= max(2, calls / 100)


@pytest.mark.parametrize("seed", range(10))
async def test_every_fault_with_interruptions(sandbox: Sandbox, seed: int) -> None:
    """Streams that are interrupted at random, and resumed by their cursors, deliver everything once."""
    chance = random.Random(seed)
    passing = [fault for fault in FAULTS if fault not in ("429-after", "slow")]
    chance.shuffle(passing)
    sandbox.reset(connections=1500, search_results=600, faults=",".join(passing), fault_every=3, credits=10**6)
    for name, whole in (("connections", 1500), ("search", 600)):
        got: list[object] = []
        cursor = None
        while len(got) < whole:
            limit = RateLimit(1000, per=0.02, burst=1000, margin=0.0)
            async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=limit, retry=BRIEF) as lix:
                stop = chance.randint(1, 200)
                if name == "connections":
                    pager = lix.connections("robin-marlowe", page_size=40, resume=cursor, max_items=stop)
                else:
                    pager = lix.search.people(SEARCH, resume=cursor, max_items=stop)
                try:
                    async for item in pager:
                        got.append(item.raw)
                    cursor = pager.cursor
                except LixasyncError as error:
                    cursor = error.cursor
        canonical = sandbox.connection if name == "connections" else sandbox.person
        assert got == [canonical(number) for number in range(whole)]
