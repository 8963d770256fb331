"""CPU of one call over the bare HTTP library: the same request over a real connection, the same answer parsed.

The server runs in a process of its own, so that only the caller's CPU counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import msgspec

from lixasync import LixClient, RateLimit
from measure import side_by_side, spread, table

CALLS = 200
KEY = "benchmark-key"
UNHURRIED = RateLimit(10**5, per=1.0, burst=10**5, margin=0.0)
FLOOR = "bare httpx"
TLS = httpx.create_ssl_context()  # the SDK builds one per process too


@contextmanager
def answering_server() -> Iterator[str]:
    """Run the server and give its address."""
    script = Path(__file__).with_name("answering_server.py")
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.terminate()


async def bare(url: str) -> None:
    async with httpx.AsyncClient(verify=TLS, headers={"authorization": KEY, "accept": "application/json"}) as client:
        for _ in range(CALLS):
            answer = await client.get(f"{url}/v1/account/balances")
            answer.raise_for_status()
            msgspec.json.decode(answer.content)


async def raw(url: str) -> None:
    async with LixClient(KEY, base_url=url, rate_limit=UNHURRIED) as lix:
        for _ in range(CALLS):
            await lix.request("GET", "/v1/account/balances")


async def typed(url: str) -> None:
    async with LixClient(KEY, base_url=url, rate_limit=UNHURRIED) as lix:
        for _ in range(CALLS):
            await lix.account.balances()


CASES: dict[str, Callable[[str], Coroutine[Any, Any, None]]] = {
    FLOOR: bare,
    "lix.request()": raw,
    "lix.account.balances()": typed,
}


def main(rounds: int = 15) -> None:
    with answering_server() as url:
        for backend in ("asyncio", "trio"):
            runs = {name: partial(anyio.run, case, url, backend=backend) for name, case in CASES.items()}
            taken = side_by_side(runs, rounds)
            rows = []
            for name, values in taken.items():
                pairs = list(zip(values, taken[FLOOR], strict=True))
                ratio = statistics.median(value / floor for value, floor in pairs)
                added = statistics.median(value - floor for value, floor in pairs) / CALLS * 1e6
                rows.append((name, spread(values, CALLS * 1e-6), f"{ratio:.2f}", f"{added:+.0f}"))
            header = ("call", "CPU", "× bare httpx", "added µs")
            table(f"One call on {backend}: CPU in µs, median (lowest to highest)", header, rows)


if __name__ == "__main__":
    main()
