"""The demo: two streams and a few look-ups share one budget on an embedded sandbox that fails on purpose.

What happens is decided here; how it looks, in `lixasync.cli.demo_view`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import attrs
from anyio.abc import TaskGroup

from lixasync import (
    Connection,
    LimitsSnapshot,
    LixClient,
    Page,
    Pager,
    Person,
    RateLimit,
    RetryPolicy,
    StopReason,
)
from lixasync.cli.demo_report import Report, Stream, measure
from lixasync.cli.output import Output
from lixasync.codec.json import parse

if TYPE_CHECKING:
    from lixasync.sandbox import Sandbox

VIEWER = "robin-marlowe"
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=engineer"
FAULTS = ("503", "reset", "cut", "429-after", "queued", "500", "200-html", "repeat", "shift")
_PEOPLE_A_PAGE = 10

T = TypeVar("T", Connection, Person)


@attrs.frozen(kw_only=True)
class DemoSettings:
    """What the demo does.

    Attributes:
        seed: Picks the invented people.
        connections: How many connections to stream.
        page_size: Connections a page.
        people: How many people the search finds.
        lookups: How many profiles to look up in between, in the lane that overtakes.
        requests: Requests that the sandbox admits in one window.
        per: Length of the window, in seconds.
        latency: Seconds before each answer of the sandbox.
        jitter: Up to this many seconds more.
        faults: What fails, in turn.
        fault_every: Every how many arrivals one fails.
        queued_pause: Seconds before asking again for an answer that is queued.
        retry_base: Seconds before repeating after another failure.
    """

    seed: int = 7
    connections: int = 2345
    page_size: int = 50
    people: int = 400
    lookups: int = 6
    requests: int = 12
    per: float = 3.0
    latency: float = 0.14
    jitter: float = 0.08
    faults: tuple[str, ...] = FAULTS
    fault_every: int = 7
    queued_pause: float = 1.0
    retry_base: float = 0.2

    def faster(self) -> DemoSettings:
        """Return the same demo at ten times the pace."""
        return attrs.evolve(
            self,
            requests=self.requests * 10 // 3,
            per=self.per / 3,
            latency=self.latency / 10,
            jitter=self.jitter / 10,
            faults=tuple(name for name in self.faults if name != "429-after"),  # its second would be most of the time
            queued_pause=self.queued_pause / 10,
            retry_base=self.retry_base / 10,
        )

    def sandbox(self) -> dict[str, Any]:
        """Return the settings of the sandbox."""
        return {
            "seed": self.seed,
            "connections": self.connections,
            "search_results": self.people,
            "search_page_size": _PEOPLE_A_PAGE,
            "requests": self.requests,
            "per": self.per,
            "latency": self.latency,
            "jitter": self.jitter,
            "faults": self.faults,
            "fault_every": self.fault_every,
            "viewers": VIEWER,
        }


class Demo:
    """One run of the demo.

    Args:
        settings: What to do.
        sandbox: Running, and set up with `DemoSettings.sandbox`.
        folder: Where to write the results.

    Attributes:
        streams: How far the streams are.
        lookups: Seconds that each look-up took, its wait for a slot included.
        mistaken: How many look-ups brought somebody else.
    """

    def __init__(self, settings: DemoSettings, sandbox: Sandbox, folder: Path) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.streams = (
            Stream("connections", folder / "connections.jsonl", settings.connections, settings.page_size),
            Stream("people", folder / "people.jsonl", settings.people, _PEOPLE_A_PAGE),
        )
        self.lookups: list[float] = []
        self.mistaken = 0
        self._began = time.monotonic()
        self._ended: float | None = None
        self._client = _client(settings, sandbox)

    @property
    def elapsed(self) -> float:
        """Seconds from the beginning until now, or until the end."""
        return (time.monotonic() if self._ended is None else self._ended) - self._began

    def limits(self) -> LimitsSnapshot:
        """Return the state of the client's limits; call it in the event loop."""
        return self._client.limits.snapshot()

    async def run(self) -> None:
        """Stream everything.

        Raises:
            LixasyncError: a failure outlasted all repetitions.
            OSError: the results cannot be written.
        """
        self._began = time.monotonic()
        async with self._client as lix:
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(self._connections, lix, group)
                    group.start_soon(self._people, lix)
            except ExceptionGroup as failures:
                raise _first(failures) from failures
        self._ended = time.monotonic()

    def report(self) -> Report:
        """Check the results against what the sandbox holds, and return what was measured; call it in the event loop."""
        sandbox = self.sandbox
        for stream, expected in zip(self.streams, (sandbox.connection, sandbox.person), strict=True):
            _check_file(stream, expected)
        return measure(
            streams=self.streams,
            lookups=tuple(self.lookups),
            mistaken=self.mistaken,
            limits=self.limits(),
            stats=sandbox.stats(),
            events=sandbox.events(),
            elapsed=self.elapsed,
        )

    async def _connections(self, lix: LixClient, group: TaskGroup) -> None:
        stream = self.streams[0]
        overtaking = lix.with_options(lane="interactive")
        moments = self._lookup_moments()

        def after_page(page: Page[Connection]) -> None:
            link = page.items[-1].link
            if stream.pages in moments and link is not None:
                group.start_soon(self._look_up, overtaking, link)

        pager = lix.connections(page_size=self.settings.page_size)
        await self._stream(pager, stream, self.sandbox.connection, after_page)

    async def _people(self, lix: LixClient) -> None:
        await self._stream(lix.search.people(SEARCH), self.streams[1], self.sandbox.person, lambda _page: None)

    async def _stream(
        self,
        pager: Pager[T],
        stream: Stream,
        expected: Callable[[int], dict[str, Any]],
        after_page: Callable[[Page[T]], None],
    ) -> None:
        with Output(stream.path, force=True) as output:
            async for page in pager.pages():
                output.write(page)
                stream.wrong += sum(item.raw != expected(index) for index, item in enumerate(page, stream.items))
                stream.items += len(page)
                stream.pages += 1
                after_page(page)
        stream.complete = pager.stopped is StopReason.EXHAUSTED

    async def _look_up(self, lix: LixClient, link: str) -> None:
        began = time.monotonic()
        person = await lix.enrichment.person(link)
        self.lookups.append(time.monotonic() - began)
        self.mistaken += person.link != link

    def _lookup_moments(self) -> frozenset[int]:
        """After which pages of connections somebody is looked up: evenly, while both streams are busy."""
        settings = self.settings
        pages = settings.connections // settings.page_size * 3 // 4
        return frozenset(1 + number * pages // settings.lookups for number in range(settings.lookups))


def _client(settings: DemoSettings, sandbox: Sandbox) -> LixClient:
    return LixClient(
        sandbox.key,
        base_url=sandbox.url,
        viewer_id=VIEWER,
        rate_limit=RateLimit(settings.requests, per=settings.per),
        retry=RetryPolicy(base=settings.retry_base, queued_pause=settings.queued_pause),
        lane="bulk",
    )


def _check_file(stream: Stream, expected: Callable[[int], dict[str, Any]]) -> None:
    """Count as wrong what the file does not hold, whole, in order and once."""
    lines = stream.path.read_bytes().splitlines()
    stream.wrong += abs(len(lines) - stream.total)
    stream.wrong += sum(parse(line).get("link") != expected(index).get("link") for index, line in enumerate(lines))


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    """Return the first failure of a group as it was raised."""
    failure: Exception = failures
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
    return failure
