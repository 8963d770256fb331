"""Peak memory and the time to the first item, streaming people through a pager, beside a script that collects them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import parse_qs, urlsplit

import anyio

from lixasync import LixClient, RateLimit, Request, Response
from measure import chart, goal, table

PAGE = 1_000
STREAMED, COLLECTED = (200_000, 1_000_000), (50_000, 200_000)
UNHURRIED = RateLimit(100, per=0.001, burst=100, margin=0.0)
PERSON = """{{"name": "Robin Marlowe", "headline": "Engineer at Globex", "urn": "urn:li:person:{number}",
"link": "https://www.linkedin.com/in/person-{number}"}}"""


class Synthesised:
    """Answers at once, with pages of as many people as there are to be."""

    def __init__(self, people: int) -> None:
        self._people = people
        self.pages = 0

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Answer with the page that is asked for."""
        on_sent()
        asked = parse_qs(urlsplit(request.url).query)
        return Response(status=200, headers={}, body=self.page(int(asked["start"][0]), int(asked["count"][0])))

    def page(self, start: int, count: int) -> bytes:
        """Return a page."""
        self.pages += 1
        people = ", ".join(PERSON.format(number=number) for number in range(start, min(start + count, self._people)))
        paging = f'{{"start": {start}, "count": {count}, "total": {self._people}}}'
        return f'{{"connections_response": {{"paging": {paging}, "elements": [{people}]}}}}'.encode()

    async def aclose(self) -> None:
        """Do nothing."""


async def stream(transport: Synthesised) -> AsyncIterator[object]:
    """Yield what the pager does."""
    async with LixClient("benchmark-key", transport=transport, rate_limit=UNHURRIED) as lix:
        async for person in lix.connections("viewer", page_size=PAGE):
            yield person


async def collect(transport: Synthesised) -> AsyncIterator[object]:
    """Do what a script does that collects everything first: parse page by page, and put it all into a list."""
    people: list[object] = []
    while True:
        found = json.loads(transport.page(len(people), PAGE))["connections_response"]["elements"]
        if not found:
            break
        people += found
    for person in people:
        yield person


async def measure(way: str, number: int) -> dict[str, float]:
    """Go through all people, and return what that took."""
    transport = Synthesised(number)
    begin, count, first, pages = time.perf_counter(), 0, 0.0, 0
    async for _ in {"stream": stream, "collect": collect}[way](transport):
        if not count:
            first, pages = time.perf_counter() - begin, transport.pages
        count += 1
    assert count == number
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first": first, "pages": pages, "seconds": time.perf_counter() - begin, "megabytes": peak}


def child(way: str, number: int) -> dict[str, float]:
    """Measure in a process of its own, where nothing else takes memory."""
    command = [sys.executable, __file__, way, str(number)]
    return dict(json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))


def main() -> None:
    print(
        f"People in pages of {PAGE:,}, made up as they are asked for: read through a pager, and by a script that "
        "parses all pages into one list before it looks at the first person. Each figure comes from a process of its "
        "own; the peak is that of the whole process."
    )
    plan = [("stream", number) for number in STREAMED] + [("collect", number) for number in COLLECTED]
    found = {(way, number): child(way, number) for way, number in plan}
    names = {"stream": "lixasync, streamed", "collect": "collected"}
    labels = {key: f"{names[key[0]]}, {key[1]:,}" for key in plan}
    rows = [
        (
            labels[key],
            f"{took['megabytes']:.0f}",
            f"{took['first'] * 1e3:.0f}",
            f"{took['pages']:.0f}",
            f"{took['seconds']:.1f}",
        )
        for key, took in found.items()
    ]
    header = ("people", "peak memory, MB", "ms to the first item", "pages read by then", "seconds in all")
    table("Peak memory and the first item", header, rows)
    print()
    peaks = {labels[key]: took["megabytes"] for key, took in found.items()}
    chart("memory", "Peak memory of the process", peaks, unit="MB")
    few, many = (found["stream", number] for number in STREAMED)
    growth = many["megabytes"] / few["megabytes"]
    goal(f"peak memory at {STREAMED[1]:,} people", growth, "<=", 1.1, unit=f"× that at {STREAMED[0]:,}")
    goal("pages read before the first item", many["pages"], "<=", 1, unit="")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(anyio.run(measure, sys.argv[1], int(sys.argv[2]))))
    else:
        main()
