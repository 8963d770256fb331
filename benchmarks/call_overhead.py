"""CPU of one call over the bare HTTP library: the same request over a real connection, the same answer parsed.

The server runs in a process of its own, so that only the caller's CPU counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import anyio
import httpx
import msgspec

from lixasync import LixClient, RateLimit
from measure import chart, goal, rounds_of, spread, table

CALLS = 50
KEY = "benchmark-key"
PATH = "/v1/account/balances"
UNHURRIED = RateLimit(10**5, per=1.0, burst=10**5, margin=0.0)
FLOOR, REQUEST, TYPED = "bare httpx", "lixasync, lix.request()", "lixasync, lix.account.balances()"
TLS = httpx.create_ssl_context()  # takes long, and is no part of a call

Call = Callable[[], Awaitable[object]]
Client = Callable[[str], AbstractAsyncContextManager[Call]]


@contextmanager
def answering_server() -> Iterator[str]:
    """Run the server and give its address."""
    script = Path(__file__).with_name("answering_server.py")
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Call]:
    async with httpx.AsyncClient(verify=TLS, headers={"authorization": KEY, "accept": "application/json"}) as client:

        async def call() -> None:
            answer = await client.get(url + PATH)
            answer.raise_for_status()
            msgspec.json.decode(answer.content)

        yield call


@asynccontextmanager
async def request(url: str) -> AsyncIterator[Call]:
    async with LixClient(KEY, base_url=url, rate_limit=UNHURRIED) as lix:
        yield partial(lix.request, "GET", PATH)


@asynccontextmanager
async def typed(url: str) -> AsyncIterator[Call]:
    async with LixClient(KEY, base_url=url, rate_limit=UNHURRIED) as lix:
        yield lix.account.balances


@asynccontextmanager
async def gidgethub(url: str) -> AsyncIterator[Call]:
    from gidgethub.httpx import GitHubAPI

    async with httpx.AsyncClient(verify=TLS) as client:
        yield partial(GitHubAPI(client, "benchmark", oauth_token=KEY).getitem, url + PATH)


@asynccontextmanager
async def githubkit(url: str) -> AsyncIterator[Call]:
    from githubkit import GitHub

    async with GitHub(KEY, base_url=url, http_cache=False, ssl_verify=TLS) as github:

        async def call() -> None:
            (await github.arequest("GET", PATH)).json()

        yield call


@asynccontextmanager
async def stripe(url: str) -> AsyncIterator[Call]:
    import stripe

    client = stripe.HTTPXClient()
    try:
        yield stripe.StripeClient(KEY, base_addresses={"api": url}, http_client=client).v1.balance.retrieve_async
    finally:
        await client.close_async()


@asynccontextmanager
async def openai(url: str) -> AsyncIterator[Call]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(api_key=KEY, base_url=url) as client:
        yield partial(client.models.retrieve, "any")


async def alternating(clients: Mapping[str, Client], url: str, rounds: int) -> dict[str, list[float]]:
    """Return the CPU seconds of each client's bursts of calls, in turn; what making a client costs does not count."""
    taken: dict[str, list[float]] = {name: [] for name in clients}
    async with AsyncExitStack() as stack:
        made = {name: await stack.enter_async_context(client(url)) for name, client in clients.items()}
        for number in range(1 + rounds_of(rounds)):
            for name, call in made.items():
                await call()
                begin = time.process_time()
                for _ in range(CALLS):
                    await call()
                if number:  # the first round warms up
                    taken[name].append(time.process_time() - begin)
    return taken


CLIENTS: dict[str, Client] = {FLOOR: bare, REQUEST: request, TYPED: typed}
PEERS: dict[str, Client] = {"gidgethub": gidgethub, "githubkit": githubkit, "stripe": stripe, "openai": openai}


def importable(peers: Iterable[str]) -> list[str]:
    """Return the peers that are there and work with what else is installed; say of the others why they are left out."""
    found = []
    for name in peers:
        try:
            import_module(name)
        except ImportError as error:
            print(f"\n{name} is left out: {error.msg.partition(' (')[0]}.")  # what follows is a path of this machine
        else:
            found.append(name)
    return found


def main(rounds: int = 40) -> None:
    print(
        f"Bursts of {CALLS} calls one after the other, on one connection each, to a server that answers at once. Bare "
        "httpx sends the request, parses the answer and does nothing else: what a call costs before an SDK adds to it. "
        "gidgethub, githubkit and stripe stand on httpx as well, openai on httpx2."
    )
    peers = {name: PEERS[name] for name in importable(PEERS)}
    with answering_server() as url:
        for backend, clients in (("asyncio", CLIENTS | peers), ("trio", CLIENTS)):
            taken = anyio.run(alternating, clients, url, rounds, backend=backend)
            ratios, rows = {}, []
            for name, values in taken.items():
                pairs = list(zip(values, taken[FLOOR], strict=True))
                each = [value / floor for value, floor in pairs]
                ratios[name] = statistics.median(each)
                added = statistics.median(value - floor for value, floor in pairs) / CALLS * 1e6
                ratio = f"{ratios[name]:.2f} ({min(each):.2f} to {max(each):.2f})"
                rows.append((name, spread(values, CALLS * 1e-6), ratio, f"{added:+.0f}"))
            header = ("client", "CPU", "× bare httpx", "added µs")
            table(f"One call on {backend}: CPU in µs, median (lowest to highest)", header, rows)
            print()
            if backend == "asyncio":
                chart("call_overhead", "CPU of one call", ratios, unit="× bare httpx", goal=1.1)
                best = min(ratios[name] for name in peers if name != "gidgethub")
                goal("CPU of a call behind that of the next SDK", ratios[TYPED] / best, "<", 1.0, unit="× the next SDK")
            goal(f"CPU of a call, plain ({backend})", ratios[REQUEST], "<", 1.1, unit="× bare httpx")
            goal(f"CPU of a call, typed ({backend})", ratios[TYPED], "<", 1.1, unit="× bare httpx")


if __name__ == "__main__":
    main()
