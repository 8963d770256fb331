"""The application: what can be asked of it, and what stands behind that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import anyio
from examples.fastapi_app.jobs import Jobs
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from lixasync import LixClient
from lixasync.fastapi import PROBLEMS, Lix, Resume, install, jsonl, lifespan

_PAGE = Path(__file__).parent / "page"
_BEAT = 0.4  # seconds from one look at a job, or at the limits, to the next

api = APIRouter(prefix="/api", responses=PROBLEMS)


class Order(BaseModel):
    """Who is to be looked up."""

    links: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(min_length=1, max_length=10_000)


async def jobs_of(request: Request) -> Jobs:
    """Return the application's jobs."""
    jobs: Jobs = request.state.jobs
    return jobs


AllJobs = Annotated[Jobs, Depends(jobs_of)]


async def known(jobs: AllJobs, name: Annotated[str, InPath(pattern="^[0-9a-f]{8}$")]) -> str:
    """Return the name of a job that there is."""
    if not jobs.has(name):
        raise HTTPException(404, "There is no such job.")
    return name


Name = Annotated[str, Depends(known)]


@api.get("/people")
async def people(
    lix: Lix,
    resume: Resume,
    text: Annotated[str, Query(min_length=1, max_length=2000)],
    most: Annotated[int, Query(ge=1, le=1000)] = 60,
) -> StreamingResponse:
    """Search people by words or by the URL of a search, and send each page when it comes."""
    if text.startswith("https://"):
        return jsonl(lix.search.people(text, max_items=most, resume=resume))
    return jsonl(lix.search.people(keywords=text, max_items=most, resume=resume))


@api.get("/limits", response_class=EventSourceResponse)
async def limits(lix: Lix, request: Request) -> AsyncIterator[ServerSentEvent]:
    """Tell, every 0.4 seconds, how the rate is used."""
    while not request.state.closing():
        now = lix.limits.snapshot()
        told = {
            "requests": now.rate.limit.requests,
            "per": now.rate.limit.per,
            "waiting": now.rate.waiting,
            "sent": now.rate.sent,
            "spent": sum(now.quota.credits.values()),
        }
        yield ServerSentEvent(data=told)
        await anyio.sleep(_BEAT)


@api.get("/jobs")
async def all_jobs(jobs: AllJobs) -> list[dict[str, Any]]:
    """Return all jobs, the latest first."""
    return await jobs.all()


@api.post("/jobs", status_code=201)
async def start(jobs: AllJobs, order: Order) -> dict[str, Any]:
    """Start to look up profiles."""
    return await jobs.look(await jobs.start(order.links))


@api.get("/jobs/{name}/events", response_class=EventSourceResponse)
async def follow(jobs: AllJobs, name: Name, request: Request) -> AsyncIterator[ServerSentEvent]:
    """Tell how far a job is, until it stops."""
    running = True
    while running and not request.state.closing():
        now = await jobs.look(name)
        running = now["running"]
        yield ServerSentEvent(data=now)
        await anyio.sleep(_BEAT)


@api.post("/jobs/{name}/cancel")
async def cancel(jobs: AllJobs, name: Name) -> dict[str, Any]:
    """Stop a job; it can go on later."""
    await jobs.cancel(name)
    return await jobs.look(name)


@api.post("/jobs/{name}/go-on")
async def go_on(jobs: AllJobs, name: Name) -> dict[str, Any]:
    """Go on with a job where it stopped."""
    jobs.go_on(name)
    return await jobs.look(name)


@api.get("/jobs/{name}/results.{form}")
async def results(jobs: AllJobs, name: Name, form: Literal["csv", "jsonl"]) -> FileResponse:
    """Return the results of a job so far, as a file."""
    path = await jobs.export(name, form)
    return FileResponse(path, filename=f"people-{name}.{form}", background=BackgroundTask(path.unlink))


def create_app(
    client: Callable[[], LixClient], folder: Path, *, closing: Callable[[], bool] = lambda: False
) -> FastAPI:
    """Make the application.

    Args:
        client: Makes its client.
        folder: Where the files of its jobs are.
        closing: Whether the server is about to end: it waits until all answers are out, and some have no end.
    """

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with lifespan(client)(app) as state, Jobs(state["lix"], folder) as jobs:
            yield {**state, "jobs": jobs, "closing": closing}

    app = FastAPI(title="People", lifespan=life)
    install(app)
    app.include_router(api)
    app.mount("/", StaticFiles(directory=_PAGE, html=True))
    return app
