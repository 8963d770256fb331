"""What tests of engines have in common: jobs on the sandbox in chunks, and what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio

from lixasync import LinkedInClient, LixClient, RateLimit
from lixasync.bulk import Job
from lixasync.engines import Chunk, plan
from lixasync.sandbox import Sandbox

UNHURRIED = RateLimit(1000, per=1.0, burst=1000, margin=0.0)


def client(box: Sandbox, **settings: Any) -> LixClient:
    """Return a client of the sandbox that is in no hurry to wait."""
    return LixClient(box.key, base_url=box.url, **{"rate_limit": UNHURRIED, **settings})


def clients(box: Sandbox, **settings: Any) -> Callable[[Chunk], LixClient]:
    """Return what makes such clients."""
    return lambda chunk: client(box, **settings)


def linkedin(box: Sandbox) -> LinkedInClient:
    """Return a client of LinkedIn's own API, as the sandbox serves it."""
    return LinkedInClient(box.settings.linkedin_token, base_url=box.url, rate_limit=UNHURRIED)


def links(box: Sandbox, number: int) -> list[str]:
    """Return the addresses of people whom the sandbox knows."""
    return [box.person(index)["link"] for index in range(number)]


async def planned(box: Sandbox, folder: Path, number: int, size: int) -> tuple[Job[Any], str, list[Chunk]]:
    """Return a job, its store, and its chunks in it."""
    job = Job(folder / "people.db", client(box).enrichment.person, inputs=links(box, number))
    store = str(folder / "chunks")
    return job, store, await plan(job, store, size=size)


async def arrivals(box: Sandbox, number: int) -> None:
    """Wait until the sandbox was asked so often."""
    while box.stats()["arrivals"] < number:  # noqa: ASYNC110 - the sandbox is in another thread
        await anyio.sleep(0.01)


def repeated(box: Sandbox) -> int:
    """Return how many answers were asked for more than once."""
    counts = Counter(event["target"] for event in box.events())
    return sum(number - 1 for number in counts.values())


async def names(job: Job[Any]) -> list[str | None]:
    """Return the names of all people that a job has, in order."""
    return [result.value.name if result.value else None async for result in job.results()]
