"""30 calls at once against a server that allows 5 per second and answers what is too fast with 429 and Retry-After.

The server is the sandbox in a process of its own. Each contender makes the same 30 calls at once: this package told the
right rate; the same told four times too much; the retry loops of openai's and stripe's SDKs, as they come and with as
many attempts as they could want, and of httpx-retries. Stripe's repeats a 429 only where a header of its own says so.
Counted are calls that succeeded, requests that were sent, and the time until the last call ended; 30 calls need at
least 5 seconds. The goal is that all calls succeed, and that fewer requests are wasted than by anybody else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import attrs
import httpx
import openai
import stripe
from httpx_retries import RetryTransport

from lixasync import LixasyncError, LixClient, RateLimit
from measure import chart, goal, table
from sandboxes import KEY, Served, sandbox

CALLS, ALLOWED = 30, 5
PATH = "/v1/account/balances"
ENOUGH = 100
OURS = "lixasync"
Call = Callable[[int], Awaitable[object]]
Gone = (LixasyncError, openai.OpenAIError, stripe.StripeError, httpx.HTTPError)


@attrs.frozen
class Outcome:
    """What came of 30 calls."""

    succeeded: int
    requests: int
    seconds: float

    @property
    def wasted(self) -> float:
        """Requests beyond one for each call that succeeded, for each of them."""
        return (self.requests - self.succeeded) / max(1, self.succeeded)


async def storm(call: Call) -> tuple[int, float]:
    """Make all calls at once; return how many succeeded, and the seconds until the last one ended."""
    begin = time.perf_counter()
    answers = await asyncio.gather(*(call(number) for number in range(CALLS)), return_exceptions=True)
    seconds = time.perf_counter() - begin
    failures = [each for each in answers if isinstance(each, BaseException)]
    for failure in failures:
        if not isinstance(failure, Gone):
            raise failure
    return CALLS - len(failures), seconds


def lixasync(requests: int) -> Callable[[str], Awaitable[tuple[int, float]]]:
    async def run(url: str) -> tuple[int, float]:
        async with LixClient(KEY, base_url=url, rate_limit=RateLimit(requests, per=1.0)) as lix:
            return await storm(lambda number: lix.request("GET", PATH, params={"number": number}))

    return run


def openai_sdk(retries: int) -> Callable[[str], Awaitable[tuple[int, float]]]:
    async def run(url: str) -> tuple[int, float]:
        async with openai.AsyncOpenAI(api_key=KEY, base_url=url, max_retries=retries) as client:
            return await storm(lambda _: client.get(PATH, cast_to=object))

    return run


def stripe_sdk(retries: int) -> Callable[[str], Awaitable[tuple[int, float]]]:
    async def run(url: str) -> tuple[int, float]:
        transport = stripe.HTTPXClient()
        client = stripe.StripeClient(
            KEY, base_addresses={"api": url}, max_network_retries=retries, http_client=transport
        )
        try:
            return await storm(lambda _: client.raw_request_async("get", PATH))
        finally:
            await transport.close_async()

    return run


async def httpx_retries(url: str) -> tuple[int, float]:
    async with httpx.AsyncClient(transport=RetryTransport(), headers={"authorization": f"Bearer {KEY}"}) as client:

        async def call(_: int) -> None:
            (await client.get(f"{url}{PATH}")).raise_for_status()

        return await storm(call)


CONTENDERS = {
    OURS: lixasync(ALLOWED),
    "lixasync, told four times too much": lixasync(4 * ALLOWED),
    "openai": openai_sdk(openai.DEFAULT_MAX_RETRIES),
    f"openai, {ENOUGH} retries": openai_sdk(ENOUGH),
    "stripe": stripe_sdk(stripe.max_network_retries),
    f"stripe, {ENOUGH} retries": stripe_sdk(ENOUGH),
    "httpx-retries": httpx_retries,
}


async def outcome(name: str, served: Served) -> Outcome:
    succeeded, seconds = await CONTENDERS[name](served.url)
    return Outcome(succeeded, len(served.events()), seconds)


async def all_of_them(servers: dict[str, Served]) -> dict[str, Outcome]:
    """Let everybody storm a server of their own; all wait most of the time, so they go together."""
    return dict(zip(servers, await asyncio.gather(*(outcome(*each) for each in servers.items())), strict=True))


def main() -> None:
    with ExitStack() as stack:
        servers = {}
        for name in CONTENDERS:
            key = KEY if OURS in name else f"Bearer {KEY}"
            servers[name] = stack.enter_context(sandbox(key=key, requests=ALLOWED, per=1, retry_after=True))
        found = asyncio.run(all_of_them(servers))
    rows = [
        (name, f"{one.succeeded} of {CALLS}", str(one.requests), f"{one.wasted:.2f}", f"{one.seconds:.1f}")
        for name, one in found.items()
    ]
    header = ("", "succeeded", "requests sent", "wasted for each success", "seconds")
    table(f"{CALLS} calls at once, {ALLOWED} per second allowed", header, rows)
    others = [one.wasted for name, one in found.items() if OURS not in name and one.succeeded == CALLS]
    for name in (OURS, "lixasync, told four times too much"):
        goal(f"{name}: calls that succeed in a storm of 429s", found[name].succeeded, ">=", CALLS)
        goal(f"{name}: requests wasted for each success", found[name].wasted, "<", min(others))
    bars = {f"{name} ({one.succeeded} of {CALLS} succeeded)": one.wasted for name, one in found.items()}
    chart("storm", "Requests wasted for each call that succeeds", bars, unit="requests")


if __name__ == "__main__":
    main()
