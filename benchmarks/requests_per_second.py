"""Requests per second and CPU per request with 1, 10 and 50 in flight: each adapter beside its bare library.

The server runs in a process of its own. Every call asks for something else, or the SDK would let equal calls share one
request; all parse the answer. One event loop (asyncio, as aiohttp knows no other) and one client of each kind serve all
rounds, so that connections are open already.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import httpx
import httpx2
import msgspec

from call_overhead import KEY, UNHURRIED, answering_server
from lixasync import Httpx2Transport, HttpxTransport, LixClient
from measure import chart, goal, rounds_of, spread, table

HEADERS = {"authorization": KEY, "accept": "application/json"}
PATH = "/v1/account/balances"
BARE = {"lixasync on httpx": "bare httpx", "lixasync on httpx2": "bare httpx2"}
IN_FLIGHT = {1: 100, 10: 300, 50: 300}  # with so many at once, so many calls a round
GOAL = 0.9

Call = Callable[[int], Awaitable[object]]


async def callers(url: str, stack: AsyncExitStack) -> dict[str, Call]:
    """Return what makes one call, by client."""
    plain = await stack.enter_async_context(httpx.AsyncClient(headers=HEADERS))
    plain2 = await stack.enter_async_context(httpx2.AsyncClient(headers=HEADERS))
    session = await stack.enter_async_context(aiohttp.ClientSession(headers=HEADERS))

    def bare(client: Any) -> Call:
        async def call(number: int) -> object:
            answer = await client.get(f"{url}{PATH}?n={number}")
            answer.raise_for_status()
            return msgspec.json.decode(answer.content)

        return call

    async def with_aiohttp(number: int) -> object:
        async with session.get(f"{url}{PATH}?n={number}") as answer:
            answer.raise_for_status()
            return msgspec.json.decode(await answer.read())

    async def sdk(transport: Any) -> Call:
        lix = await stack.enter_async_context(LixClient(KEY, base_url=url, rate_limit=UNHURRIED, transport=transport))
        return lambda number: lix.request("GET", PATH, params={"n": number})

    return {
        "bare httpx": bare(plain),
        "lixasync on httpx": await sdk(HttpxTransport()),
        "bare httpx2": bare(plain2),
        "lixasync on httpx2": await sdk(Httpx2Transport()),
        "aiohttp": with_aiohttp,
    }


async def drain(call: Call, calls: int, in_flight: int) -> tuple[float, float]:
    """Make so many calls, so many at once; return the seconds and the CPU seconds that one took."""
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            await call(number)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*[work() for _ in range(in_flight)])
    return (time.perf_counter() - wall) / calls, (time.process_time() - cpu) / calls


async def measured(rounds: int) -> dict[int, dict[str, list[tuple[float, float]]]]:
    """Return wall and CPU seconds a call by requests in flight and client: all in turn, round by round."""
    with answering_server() as url:
        async with AsyncExitStack() as stack:
            clients = await callers(url, stack)
            taken: dict[int, dict[str, list[tuple[float, float]]]] = {}
            for in_flight, calls in IN_FLIGHT.items():
                taken[in_flight] = {name: [] for name in clients}
                for turn, (name, call) in itertools.product(range(rounds + 1), clients.items()):
                    result = await drain(call, calls, in_flight)
                    if turn:  # the first opens connections
                        taken[in_flight][name].append(result)
            return taken


def ratios(mine: list[float], theirs: list[float]) -> list[float]:
    """Return the ratio of each round."""
    return [a / b for a, b in zip(mine, theirs, strict=True)]


def shown(each: list[float]) -> str:
    """Return the median of some ratios, with the lowest and highest beside it."""
    return f"{statistics.median(each):.2f} ({min(each):.2f} to {max(each):.2f})"


def main(rounds: int = 15) -> None:
    print(
        "The same request to a server on loopback, made by bare httpx (`AsyncClient.get`, one client for all), by bare "
        "httpx2, by aiohttp, and by `lix.request()` on each adapter, in alternating rounds. The goal is at least "
        f"{GOAL} × the requests per second of the bare library below each adapter, with 10 and with 50 in flight."
    )
    for in_flight, clients in asyncio.run(measured(rounds_of(rounds))).items():
        rows, met, rates = [], {}, {}
        for name, pairs in clients.items():
            speeds, cpus = [1 / wall for wall, _ in pairs], [cpu for _, cpu in pairs]
            rates[name] = statistics.median(speeds)
            beside = ("", "")
            if name in BARE:
                bare = clients[BARE[name]]
                faster = ratios(speeds, [1 / wall for wall, _ in bare])
                met[name] = statistics.median(faster)
                beside = (shown(faster), shown(ratios(cpus, [cpu for _, cpu in bare])))
            rows.append((name, spread(speeds, 1), beside[0], spread(cpus, 1e-6), beside[1]))
        table(
            f"{in_flight} in flight, medians (lowest to highest)",
            ("client", "requests/s", "× its bare library", "CPU of a request in µs", "× its bare library"),
            rows,
        )
        if in_flight > 1:
            print()
            title = f"Requests per second with {in_flight} in flight"
            chart(f"requests_per_second_{in_flight}", title, rates, unit="requests/s")
            for name, ratio in met.items():
                goal(
                    f"requests per second with {in_flight} in flight, {name}",
                    ratio,
                    ">=",
                    GOAL,
                    unit="× its bare library",
                )


if __name__ == "__main__":
    main()
