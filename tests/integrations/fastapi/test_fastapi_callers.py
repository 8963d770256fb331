"""Many callers over real HTTP: paced, never behind a job, not left waiting in vain, and forgotten when they leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi_apps import Serving, routed, waiting

from lixasync import LixClient, RateLimit
from lixasync.bulk import Job
from lixasync.fastapi import Lix, lifespan
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.asyncio

CALLERS, WORKERS = 200, 8
SCARCE = RateLimit(1, per=3600.0)
PLENTY = RateLimit(200, per=1.0, margin=0.25)  # two slow cores deliver late


def application(sandbox: Sandbox, limit: RateLimit, *, deadline: float | None, job: Path | None = None) -> FastAPI:
    """Make an application that works on a job in the background, where there is one."""
    client = partial(LixClient, sandbox.key, base_url=sandbox.url, rate_limit=limit)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[Any]:
        async with lifespan(client, deadline=deadline)(app) as state:
            if job is None:
                yield state
                return
            links = [sandbox.person(number)["link"] for number in range(1000, 1500)]
            async with Job(job, state["lix"].enrichment.person, inputs=links).run(concurrency=WORKERS):
                yield state

    app = routed(FastAPI(lifespan=life))

    @app.get("/lookup")
    async def look_up(lix: Lix, link: str) -> str | None:
        return (await lix.enrichment.person(link)).link

    @app.get("/waiting")
    async def how_many(lix: Lix) -> dict[str, int]:
        return {**lix.limits.snapshot().rate.waiting}

    @app.post("/plenty")
    async def plenty(lix: Lix) -> int:
        lix.limits.set_rate(PLENTY)
        return waiting(lix)

    return app


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application, and ask it."""
    with Serving(app) as served:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=served.url, limits=limits, timeout=60, trust_env=False) as http:
            yield http


async def until(http: httpx.AsyncClient, lane: str, number: int) -> None:
    """Ask until so many calls wait for their slots in a lane."""
    async with asyncio.timeout(20):
        while (await http.get("/waiting")).json()[lane] != number:
            pass


async def test_nobody_waits_behind_a_job(sandbox: Sandbox, tmp_path: Path) -> None:
    """200 callers come while a job keeps its lane full: all of them are served before the job, and within the rate."""
    sandbox.reset(requests=PLENTY.requests, per=PLENTY.per)
    links = [sandbox.person(number)["link"] for number in range(CALLERS)]
    app = application(sandbox, SCARCE, deadline=None, job=tmp_path / "people.db")
    async with asking(app) as http:
        await until(http, "bulk", WORKERS)  # one of them had the only slot before
        calls = [asyncio.create_task(http.get("/lookup", params={"link": link})) for link in links]
        await until(http, "interactive", CALLERS)
        assert sandbox.stats()["arrivals"] == 1
        assert (await http.post("/plenty")).json() == CALLERS + WORKERS
        answers = await asyncio.gather(*calls)
        order = [event["query"] for event in sandbox.events()][1:]
    assert [found.json() for found in answers] == links
    mine = [number for number, query in enumerate(order) if any(query.endswith(name) for name in _names(links))]
    assert len(mine) == CALLERS
    assert mine[-1] < CALLERS * 1.25  # slots are given in order, but a request may overtake another on its way
    assert sandbox.stats()["over_limit"] == 0


def _names(links: list[str]) -> set[str]:
    return {link.rpartition("/")[2] for link in links}


@pytest.mark.parametrize("path", ["/lines", "/events"])
async def test_a_caller_who_leaves_costs_no_further_request(sandbox: Sandbox, path: str) -> None:
    """The caller reads one page and leaves while the next one waits for its slot."""
    async with asking(application(sandbox, SCARCE, deadline=None)) as http:
        async with http.stream("GET", path) as found:
            chunks = found.aiter_raw()
            assert await anext(chunks)
            await until(http, "interactive", 1)
        await until(http, "interactive", 0)
        await http.post("/plenty")
        assert (await http.get("/person")).status_code in (200, 404)
        assert [event["path"].rpartition("/")[2] for event in sandbox.events()] == ["people", "person"]


async def test_a_caller_who_waits_and_leaves_costs_nothing(sandbox: Sandbox) -> None:
    async with asking(application(sandbox, SCARCE, deadline=None)) as http:
        await http.get("/lookup", params={"link": sandbox.person(0)["link"]})
        call = asyncio.create_task(http.get("/lookup", params={"link": sandbox.person(1)["link"]}))
        await until(http, "interactive", 1)
        call.cancel()
        await until(http, "interactive", 0)
        await http.post("/plenty")
        assert sandbox.stats()["arrivals"] == 1


async def test_a_queue_that_is_too_long_is_said_at_once(sandbox: Sandbox) -> None:
    """The slot is 3,600 s away and the deadline ten: the answer comes without a request, and without waiting."""
    link = sandbox.person(0)["link"]
    async with asking(application(sandbox, SCARCE, deadline=10.0)) as http:
        assert (await http.get("/lookup", params={"link": link})).json() == link
        found = await http.get("/lookup", params={"link": sandbox.person(1)["link"]})
        assert found.status_code == 503
        assert 3500 < int(found.headers["retry-after"]) <= 3601
        assert found.json()["type"] == "urn:lixasync:problem:deadline-exceeded"
        assert found.json()["operation"] == "get_person"
        assert sandbox.stats()["arrivals"] == 1
