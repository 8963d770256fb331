"""How much of the permitted rate is used, and how many requests are refused, by a server that counts strictly.

The server is the sandbox in a process of its own: it refuses what would be more than the limit in any window, by the
moment of arrival, and answers within 0.1 to 0.2 s. There is always more to ask for: 100 calls wait. This package is
used with its default margin; the others stand around bare httpx, as their documentation has it, with the server's own
limit. At 50 per 1 s they are measured in turn; at 1 per 3 s meanwhile, all at the same time, each with a server of its
own.

The share is that of admitted requests, over whole windows after the first one, in which some use what nobody has used
before; beside it stand the lowest and the highest window. A refused call is not repeated by those who only limit: what
they lose stays lost. The goal is the highest share among those who are never refused. One per 20 ms, as aiolimiter
spaces it "evenly", is not refused where the machine makes every sleep late: what it loses that way is its margin, and
it has the more of it the busier the machine is.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import timedelta

import attrs
import httpx
from aiolimiter import AsyncLimiter
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from pyrate_limiter import Limiter as PyrateLimiter
from pyrate_limiter import Rate
from throttled.asyncio import Throttled, rate_limiter

from limits import RateLimitItemPerSecond
from lixasync import LixClient, RateLimit
from measure import chart, goal, rounds_of, table
from sandboxes import KEY, Served, sandbox

WAITING = 100
OURS = "lixasync"
Acquire = Callable[[], Awaitable[object]]


def aiolimiter(requests: int, per: int) -> Acquire:
    return AsyncLimiter(requests, per).acquire


def aiolimiter_even(requests: int, per: int) -> Acquire:
    return AsyncLimiter(1, per / requests).acquire


def pyrate_limiter(requests: int, per: int) -> Acquire:
    limiter = PyrateLimiter(Rate(requests, per * 1000))
    return lambda: limiter.try_acquire_async("key")


def limits_moving_window(requests: int, per: int) -> Acquire:
    limiter, item = MovingWindowRateLimiter(MemoryStorage()), RateLimitItemPerSecond(requests, per)

    async def acquire() -> None:
        while not await limiter.hit(item, "key"):
            reset_time = (await limiter.get_window_stats(item, "key")).reset_time
            await asyncio.sleep(max(0.01, reset_time - time.time()))

    return acquire


def throttled(using: str) -> Callable[[int, int], Acquire]:
    def build(requests: int, per: int) -> Acquire:
        quota = rate_limiter.per_duration(timedelta(seconds=per), requests)
        return Throttled("key", using=using, quota=quota, timeout=600).limit

    return build


PEERS: dict[str, Callable[[int, int], Acquire]] = {
    "aiolimiter": aiolimiter,
    "aiolimiter, evenly": aiolimiter_even,
    "pyrate-limiter": pyrate_limiter,
    "limits, moving window": limits_moving_window,
    "throttled-py, sliding window": throttled("sliding_window"),
    "throttled-py, GCRA": throttled("gcra"),
}


async def keep_asking(ask: Callable[[int], Awaitable[object]], seconds: float) -> None:
    """Let 100 callers ask, one call after the other, until the time is over."""
    numbers = iter(range(10**9))

    async def caller() -> None:
        for number in numbers:
            await ask(number)

    callers = [asyncio.create_task(caller()) for _ in range(WAITING)]
    await asyncio.sleep(seconds)
    for each in callers:
        each.cancel()
    failed = [each for each in await asyncio.gather(*callers, return_exceptions=True) if isinstance(each, Exception)]
    assert not failed, failed


async def use(name: str, requests: int, per: int, served: Served, seconds: float) -> None:
    """Ask for as much as one of them lets pass."""
    if name == OURS:
        async with LixClient(KEY, base_url=served.url, rate_limit=RateLimit(requests, per=per)) as lix:
            await keep_asking(lambda number: lix.request("GET", "/v1/account/balances", params={"n": number}), seconds)
        return
    acquire = PEERS[name](requests, per)
    async with httpx.AsyncClient(headers={"authorization": KEY}, limits=httpx.Limits(max_connections=None)) as client:

        async def ask(_: int) -> None:
            await acquire()
            await client.get(f"{served.url}/v1/account/balances")

        await keep_asking(ask, seconds)


@attrs.frozen
class Outcome:
    """What a server saw: the share of its rate that was used, in all and by window, and what it refused."""

    share: float
    by_window: tuple[float, ...]
    refused: int
    arrivals: int


def judged(served: Served, requests: int, per: int) -> Outcome:
    """Return what came of one run, by the server's own record."""
    events = served.events()
    admitted = [event["at"] for event in events if not event["refused"]]
    begin = next(index for index, at in enumerate(admitted) if at >= admitted[0] + per)
    edges = admitted[begin::requests]
    by_window = tuple(per / (later - former) for former, later in itertools.pairwise(edges))
    share = len(by_window) * per / (edges[-1] - edges[0])
    return Outcome(share, by_window, len(events) - len(admitted), len(events))


async def all_of_them(slow: dict[str, Served], fast: dict[str, Served], windows: int) -> None:
    """Use the fast rate in turn, and the slow one all the while."""
    seconds = windows + 1.5
    under_way = [
        asyncio.create_task(use(name, 1, 3, served, seconds * len(fast))) for name, served in slow.items()
    ]  # fmt: skip
    for name, served in fast.items():
        await use(name, 50, 1, served, seconds)
    await asyncio.gather(*under_way)


def told(rate: str, found: dict[str, Outcome]) -> None:
    """Print a rate's table, goals and chart."""
    rows = []
    for name, outcome in found.items():
        low, high = min(outcome.by_window), max(outcome.by_window)
        share = f"{outcome.share:.1%} ({low:.1%} to {high:.1%})"
        rows.append((name, share, f"{outcome.refused} of {outcome.arrivals}"))
    table(f"At {rate}, strictly counted", ("", "share of the rate used", "refused (429)"), rows)
    ours = found[OURS]
    goal(f"refused at {rate}", ours.refused, "<=", 0)
    never = {name: outcome.share for name, outcome in found.items() if outcome.refused == 0 and name != OURS}
    if never:
        best = max(never, key=lambda name: never[name])
        goal(f"share used at {rate}, against {best}", ours.share * 100, ">=", never[best] * 100, unit="%")
    bars = {f"{name} ({one.share:.1%} used)": one.refused / one.arrivals * 100 for name, one in found.items()}
    chart(
        f"rate-used-{rate.partition(' ')[0]}", f"Refused at {rate}, and share of the rate used", bars, unit="% refused"
    )


def main(rounds: int = 6) -> None:
    names = [OURS, *PEERS]
    options = {"latency": 0.1, "jitter": 0.1}
    with ExitStack() as stack:
        slow = {name: stack.enter_context(sandbox(requests=1, per=3, **options)) for name in names}
        fast = {name: stack.enter_context(sandbox(requests=50, per=1, **options)) for name in names}
        asyncio.run(all_of_them(slow, fast, rounds_of(rounds)))
        told("1 per 3 s", {name: judged(served, 1, 3) for name, served in slow.items()})
        told("50 per 1 s", {name: judged(served, 50, 1) for name, served in fast.items()})


if __name__ == "__main__":
    main()
