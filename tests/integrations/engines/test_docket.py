"""Chunks on docket, on its backend in memory."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from docket import Docket, Worker
from docket.execution import ExecutionState
from engine_runs import arrivals, client, clients, links, names, planned, repeated
from redis.exceptions import RedisError

from lixasync import AuthenticationError, ConfigurationError, CreditsError, LixasyncError, LixClient
from lixasync.bulk import Job
from lixasync.engines import Chunk, collect, plan
from lixasync.engines.docket import enqueue, follow, register, work
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def docket(request: pytest.FixtureRequest) -> AsyncIterator[Docket]:
    async with Docket(name=request.node.name, url="memory://") as made:
        yield made


async def states(docket: Docket, chunks: list[Chunk]) -> list[ExecutionState | None]:
    found = [await docket.get_execution(chunk.name) for chunk in chunks]
    return [None if each is None else each.state for each in found]


async def test_a_job(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 30, 10)
    made: list[LixClient] = []

    def make(chunk: Chunk) -> LixClient:
        made.append(client(sandbox))
        return made[-1]

    assert await enqueue(docket, chunks) == 3
    working = asyncio.create_task(work(docket, client=make))
    seen = [status.done async for status in follow(docket, job, store, chunks, every=0.05)]
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert seen == sorted(seen)
    assert seen[-1] == 30
    assert await names(job) == [sandbox.person(index)["name"] for index in range(30)]
    assert len(made) == 1
    assert sandbox.stats()["arrivals"] == 30


async def test_a_chunk_is_enqueued_once(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 20, 10)
    assert await enqueue(docket, chunks) == 2
    assert await enqueue(docket, await plan(job, store, size=10)) == 0
    register(docket, client=clients(sandbox))
    async with Worker(docket) as worker:
        await worker.run_until_finished()
        # what is done may be enqueued again, and is left at once
        assert await enqueue(docket, chunks) == 2
        await worker.run_until_finished()
    assert sandbox.stats()["arrivals"] == 20


async def test_what_was_added_to_a_job_is_new(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    _, store, chunks = await planned(sandbox, tmp_path, 20, 10)
    await enqueue(docket, chunks)
    longer = Job(tmp_path / "people.db", client(sandbox).enrichment.person, inputs=links(sandbox, 25))
    more = await plan(longer, store, size=10)
    assert await enqueue(docket, more) == 1
    register(docket, client=clients(sandbox))
    async with Worker(docket) as worker:
        await worker.run_until_finished()
    assert (await collect(longer, store)).done == sandbox.stats()["arrivals"] == 25


async def test_a_stopped_worker_gives_its_chunks_back(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.05)
    job, store, chunks = await planned(sandbox, tmp_path, 80, 40)
    await enqueue(docket, chunks)
    working = asyncio.create_task(work(docket, client=clients(sandbox), lease=600.0))
    await arrivals(sandbox, 10)
    working.cancel()
    await asyncio.wait([working])
    before = sandbox.stats()["arrivals"]
    assert before < 80
    assert await states(docket, chunks) == [ExecutionState.QUEUED] * 2
    assert (await collect(job, store)).done == before
    sandbox.reset(latency=0.0)
    register(docket, client=clients(sandbox))
    async with Worker(docket, redelivery_timeout=timedelta(minutes=10)) as worker:
        await worker.run_until_finished()
    assert (await collect(job, store)).done == 80
    assert sandbox.stats()["arrivals"] == 80 - before


async def test_a_worker_of_docket_that_is_stopped_does_the_same(
    docket: Docket, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.reset(latency=0.05)
    job, store, chunks = await planned(sandbox, tmp_path, 40, 40)
    await enqueue(docket, chunks)
    register(docket, client=clients(sandbox))
    async with Worker(docket) as worker:
        running = asyncio.create_task(worker.run_forever())
        await arrivals(sandbox, 5)
        running.cancel()
        await running
    assert await states(docket, chunks) == [ExecutionState.QUEUED]
    assert (await collect(job, store)).done == sandbox.stats()["arrivals"] < 40


async def test_a_chunk_comes_back_on_the_next_day(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(daily_allowance=5)
    job, store, chunks = await planned(sandbox, tmp_path, 10, 10)
    await enqueue(docket, chunks)
    register(docket, client=clients(sandbox))
    async with Worker(docket) as worker:
        running = asyncio.create_task(worker.run_forever())
        await arrivals(sandbox, 5)
        while await states(docket, chunks) != [ExecutionState.SCHEDULED]:  # noqa: ASYNC110 - docket tells nobody
            await asyncio.sleep(0.01)
        running.cancel()
        await running
    execution = await docket.get_execution(chunks[0].name)
    assert execution is not None
    assert timedelta() < execution.when - datetime.now(UTC) < timedelta(days=1, minutes=2)
    assert await enqueue(docket, chunks) == 0
    assert (await collect(job, store)).done == 5


async def test_a_chunk_is_cancelled(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.05)
    job, store, chunks = await planned(sandbox, tmp_path, 60, 60)
    await enqueue(docket, chunks)
    register(docket, client=clients(sandbox))
    async with Worker(docket) as worker:
        running = asyncio.create_task(worker.run_until_finished())
        await arrivals(sandbox, 5)
        await docket.cancel(chunks[0].name)
        await running
    assert await states(docket, chunks) == [ExecutionState.CANCELLED]
    assert 5 <= (await collect(job, store)).done == sandbox.stats()["arrivals"] < 60


async def test_who_follows_hears_of_what_stopped_the_work(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(credits=15)
    job, store, chunks = await planned(sandbox, tmp_path, 30, 10)
    await enqueue(docket, chunks)
    seen: list[int] = []
    working = asyncio.create_task(work(docket, client=clients(sandbox), chunks=1))
    with pytest.raises(CreditsError):
        async for status in follow(docket, job, store, chunks, every=0.05):
            seen.append(status.done)
    assert seen[-1] == 15
    assert await enqueue(docket, chunks) > 0
    sandbox.reset(credits=100)
    async for status in follow(docket, job, store, chunks, every=0.05):
        seen.append(status.done)
    assert seen[-1] == 30
    working.cancel()
    await asyncio.wait([working])


async def test_following_what_was_cancelled_ends(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 20, 10)
    await enqueue(docket, chunks)
    for chunk in chunks:
        await docket.cancel(chunk.name)
    assert [status.to_do async for status in follow(docket, job, store, chunks, every=0.05)] == [20, 20]
    assert [status.to_do async for status in follow(docket, job, store, [])] == [20]


async def test_a_failure_is_told_as_a_cancellation_at_first(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    """Docket has the state that a task ends with in two steps; whoever looks in between waits for the other one."""
    job, store, chunks = await planned(sandbox, tmp_path, 5, 5)
    await enqueue(docket, chunks)
    await docket.cancel(chunks[0].name)
    following = follow(docket, job, store, chunks, every=0.01)
    await anext(following)
    execution = await docket.get_execution(chunks[0].name)
    assert execution is not None
    await execution.mark_as_failed("something went wrong")
    with pytest.raises(LixasyncError, match="something went wrong"):
        async for _ in following:
            pass


async def test_a_failure_before_others_end_is_remembered(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 10, 5)
    await enqueue(docket, chunks)
    execution = await docket.get_execution(chunks[0].name)
    assert execution is not None
    await execution.mark_as_failed("something went wrong")
    following = follow(docket, job, store, chunks, every=0.01)
    await anext(following)
    async with docket.redis() as redis:
        await redis.delete(docket.runs_key(chunks[0].name))  # as docket does when a failure is old
    await docket.cancel(chunks[1].name)
    with pytest.raises(LixasyncError, match="something went wrong"):
        async for _ in following:
            pass


async def test_a_failure_without_an_error(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    """One that was kept in no result: all there is of it is its text."""
    job, store, chunks = await planned(sandbox, tmp_path, 5, 5)
    docket.execution_ttl = timedelta(minutes=1)
    await enqueue(docket, chunks)
    execution = await docket.get_execution(chunks[0].name)
    assert execution is not None
    await execution.mark_as_failed("something went wrong")
    with pytest.raises(LixasyncError, match="something went wrong"):
        async for _ in follow(docket, job, store, chunks):
            pass


async def test_a_key_that_is_not_accepted(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 5, 5)
    await enqueue(docket, chunks)
    register(docket, client=lambda chunk: LixClient("wrong", base_url=sandbox.url))
    async with Worker(docket) as worker:
        await worker.run_until_finished()
    assert await states(docket, chunks) == [ExecutionState.FAILED]
    with pytest.raises(AuthenticationError):
        async for _ in follow(docket, job, store, chunks):
            pass


async def test_a_server_that_refuses_a_chunk(
    docket: Docket, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, chunks = await planned(sandbox, tmp_path, 20, 10)
    add = docket.add_many

    async def refusing(calls: Any) -> Any:
        made = await add(calls)
        made[1].schedule_exception = RedisError("out of memory")
        return made

    monkeypatch.setattr(docket, "add_many", refusing)
    with pytest.raises(RedisError, match="out of memory"):
        await enqueue(docket, chunks)


async def test_a_worker_that_breaks(docket: Docket, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(worker: Worker) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Worker, "run_forever", broken)
    with pytest.raises(RuntimeError, match="broken"):
        await work(docket)


async def test_two_workers_in_one_process(docket: Docket, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.01)
    job, store, chunks = await planned(sandbox, tmp_path, 60, 15)
    await enqueue(docket, chunks)
    register(docket, client=clients(sandbox))
    async with Worker(docket, name="first", concurrency=1) as one, Worker(docket, name="other", concurrency=1) as two:
        await asyncio.gather(one.run_until_finished(), two.run_until_finished())
    assert (await collect(job, store)).done == 60
    assert repeated(sandbox) == 0


async def test_what_is_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docket", None)
    monkeypatch.delitem(sys.modules, "lixasync.engines.docket")
    with pytest.raises(ConfigurationError) as caught:
        importlib.import_module("lixasync.engines.docket")
    assert caught.value.hint == "pip install 'lixasync[docket]'"
