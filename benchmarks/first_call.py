"""CPU of importing the package, and of a program's first call, in a new interpreter each time."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from call_overhead import KEY, PATH, answering_server, importable
from measure import chart, goal, python_cpu, rounds_of, spread, table

NOTHING, OURS, BARE = "bare interpreter", "lixasync", "httpx"
IMPORT, FIRST = "import {}", "{}: first call"
CALL = """
import asyncio
{imports}
async def main(url):
    async with {client} as client:
        await {call}
asyncio.run(main({url!r}))
"""
FIRST_CALLS = {
    OURS: ("from lixasync import LixClient", "LixClient({key!r}, base_url=url)", "client.account.balances()"),
    BARE: ("import httpx", "httpx.AsyncClient()", "client.get(url + {path!r})"),
    "gidgethub": (
        "import httpx, gidgethub.httpx",
        "httpx.AsyncClient()",
        "gidgethub.httpx.GitHubAPI(client, 'benchmark', oauth_token={key!r}).getitem(url + {path!r})",
    ),
    "githubkit": (
        "from githubkit import GitHub",
        "GitHub({key!r}, base_url=url, http_cache=False)",
        "client.arequest('GET', {path!r})",
    ),
    "stripe": (
        "import stripe, contextlib",
        (
            "contextlib.nullcontext(stripe.StripeClient({key!r}, base_addresses={{'api': url}}, "
            "http_client=stripe.HTTPXClient()))"
        ),
        "client.v1.balance.retrieve_async()",
    ),
    "openai": ("import openai", "openai.AsyncOpenAI(api_key={key!r}, base_url=url)", "client.models.retrieve('any')"),
}
STAGES = """
import json, time
stages, then = {{}}, time.process_time()
def stage(name):
    global then
    now = time.process_time()
    stages[name] = now - then
    then = time.process_time()
import lixasync
stage("`import lixasync`")
import asyncio, anyio, anyio._backends._asyncio
stage("asyncio and anyio, which any asynchronous program loads")
import httpx
stage("httpx; it loads click, rich and pygments where they are installed")
import httpcore
stage("httpcore, by which httpx makes its first call; it loads trio and h2 where they are installed")
httpx.create_ssl_context()
stage("a TLS context with the certificates of authorities, as `httpx.AsyncClient()` makes one")
import attrs, cattrs, msgspec
stage("attrs, cattrs and msgspec")
from lixasync import LixClient
stage("`from lixasync import LixClient`")
client = LixClient({key!r}, base_url={url!r})
stage("`LixClient(...)`, which makes a TLS context of its own")
async def main():
    async with client:
        await client.account.balances()
asyncio.run(main())
stage("the first call, and closing")
print(json.dumps(stages))
"""


def first_call(name: str, url: str) -> str:
    imports, client, call = (each.format(key=KEY, path=PATH) for each in FIRST_CALLS[name])
    return CALL.format(imports=imports, client=client, call=call, url=url)


def stages(url: str) -> dict[str, float]:
    """Return the CPU seconds of what a first call consists of."""
    command = [sys.executable, "-c", STAGES.format(key=KEY, url=url)]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def main(rounds: int = 7) -> None:
    print(
        "A new interpreter for each figure. The first call is one GET over http to loopback, with all that comes "
        "before it: the import, the client, the event loop. The last column leaves out the bare interpreter."
    )
    names = importable(FIRST_CALLS)
    with answering_server() as url:
        codes = {
            IMPORT.format(name): FIRST_CALLS[name][0] if name == "gidgethub" else f"import {name}" for name in names
        }
        codes |= {FIRST.format(name): first_call(name, url) for name in names}
        taken: dict[str, list[float]] = {name: [] for name in (NOTHING, *codes)}
        found: list[dict[str, float]] = []
        for _ in range(rounds_of(rounds)):
            for name, values in taken.items():
                values.append(python_cpu(codes.get(name, "")))
            found.append(stages(url))
    bare = statistics.median(taken[NOTHING])
    beyond = {name: (statistics.median(values) - bare) * 1e3 for name, values in taken.items()}
    rows = [(name, spread(values, 1e-3), f"{beyond[name]:.1f}") for name, values in taken.items()]
    header = ("what", "CPU", "beyond the interpreter")
    table("Import and first call: CPU in ms, median (lowest to highest)", header, rows)
    print()
    title = "CPU beyond the bare interpreter"
    chart("import", f"{title}: import", {name: beyond[IMPORT.format(name)] for name in names}, unit="ms", goal=60.0)
    calls = {name: beyond[FIRST.format(name)] for name in names}
    chart("first_call", f"{title}: first call", calls, unit="ms", goal=60.0)
    imported = beyond[IMPORT.format(OURS)]
    quickest = min(beyond[IMPORT.format(name)] for name in names if name != OURS)
    goal("CPU of `import lixasync`", imported, "<", 60.0, unit="ms")
    goal("CPU of `import lixasync` and of the next", imported / quickest, "<", 1.0, unit="× the next")
    ours, quickest = calls[OURS], min(calls[name] for name in names if name not in (OURS, BARE, "gidgethub"))
    goal("CPU of a first call and that of the next SDK", ours / quickest, "<", 1.0, unit="× the next SDK")
    goal("CPU of a first call and that of bare httpx", ours / calls[BARE], "<", 1.0, unit="× bare httpx")
    goal("CPU of a first call", ours, "<", 60.0, unit="ms")
    shares = {name: [each[name] for each in found] for name in found[0]}
    title = "What a first call with lixasync consists of: CPU in ms, median (lowest to highest)"
    table(title, ("stage, in this order", "CPU"), [(name, spread(values, 1e-3)) for name, values in shares.items()])


if __name__ == "__main__":
    main()
