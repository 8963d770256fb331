"""What every engine's worker does with a chunk, without an engine; on both event loops."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from engine_runs import arrivals, client, clients, linkedin, names, planned, repeated

from lixasync import (
    AuthenticationError,
    ConfigurationError,
    CreditsError,
    JobFileError,
    LimiterUnavailableError,
    LixClient,
    RetryPolicy,
    ServerError,
)
from lixasync.bulk import Job, Stop
from lixasync.engines import Chunk, ChunkEnd, collect, plan, recall
from lixasync.engines.dispatch import ChunkWorker, Following, comes_back, follow, shared_client, shared_limiter
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(seconds=60)


class Queue:
    """What came back, and for when."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []

    async def later(self, moment: datetime) -> None:
        await anyio.lowlevel.checkpoint()
        self.moments.append(moment)

    def waits(self) -> list[str]:
        """Return for when each came back: at once, in a minute or less, or later."""
        waits = [moment - datetime.now(UTC) for moment in self.moments]
        return ["now" if wait <= timedelta() else "minute" if wait <= MINUTE else "later" for wait in waits]


@pytest.fixture
def queue() -> Queue:
    return Queue()


def end(stopped: Stop, **more: Any) -> ChunkEnd:
    return ChunkEnd(done=0, failed=0, waiting=1, requests=0, credits=0, stopped=stopped, **more)


def test_when_a_chunk_comes_back() -> None:
    assert comes_back(end(Stop.FINISHED, until=NOW), NOW) is None
    assert comes_back(end(Stop.DAILY_LIMIT, until=NOW + MINUTE), NOW) == NOW + MINUTE
    assert comes_back(end(Stop.DEADLINE), NOW) == NOW
    assert comes_back(end(Stop.FAILURES, error=ServerError("an outage")), NOW) == NOW + MINUTE
    assert comes_back(end(Stop.DAILY_LIMIT), NOW) == NOW + MINUTE
    with pytest.raises(CreditsError):
        comes_back(end(Stop.CREDITS, error=CreditsError("none are left")), NOW)


async def test_a_chunk_is_worked_on(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 20, 10)
    made: list[LixClient] = []

    def make(chunk: Chunk) -> LixClient:
        made.append(client(sandbox))
        return made[-1]

    async with ChunkWorker(make) as worker, anyio.create_task_group() as group:
        for chunk in chunks:
            group.start_soon(lambda chunk: worker.run(chunk.as_json(), later=queue.later), chunk)
    assert (queue.moments, len(made)) == ([], 1)
    assert (await collect(job, store)).done == 20
    assert await names(job) == [sandbox.person(index)["name"] for index in range(20)]


async def test_a_worker_that_is_left_gives_back_what_it_has(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    sandbox.reset(latency=0.05)
    job, store, (chunk,) = await planned(sandbox, tmp_path, 40, 40)
    async with anyio.create_task_group() as group:
        async with ChunkWorker(clients(sandbox), concurrency=2) as worker:
            group.start_soon(lambda: worker.run(chunk.as_json(), later=queue.later))
            await arrivals(sandbox, 5)
        assert queue.waits() == ["now"]  # before the worker is gone
    status = await collect(job, store)
    assert 5 <= status.done < 40
    assert status.requests == status.done == sandbox.stats()["arrivals"]


@pytest.mark.virtual_time
async def test_a_worker_that_is_being_left_begins_nothing(sandbox: Sandbox, queue: Queue) -> None:
    chunk = Chunk(store="memory:///", name="any", method="enrichment.person", inputs=5)
    async with ChunkWorker(clients(sandbox)) as worker:
        pass
    with anyio.move_on_after(60):
        while True:  # an engine that does not know yet hands it out again and again
            await worker.run(chunk.as_json(), later=queue.later)
    assert (set(queue.waits()), sandbox.stats()["arrivals"]) == ({"now"}, 0)
    assert 2 < len(queue.moments) <= 20


async def test_a_chunk_that_is_cancelled_does_not_come_back(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    sandbox.reset(latency=0.05)
    job, store, (chunk,) = await planned(sandbox, tmp_path, 40, 40)
    async with ChunkWorker(clients(sandbox)) as worker, anyio.create_task_group() as group:
        group.start_soon(lambda: worker.run(chunk.as_json(), later=queue.later))
        await arrivals(sandbox, 5)
        group.cancel_scope.cancel()
    assert queue.moments == []
    assert (await collect(job, store)).done == sandbox.stats()["arrivals"]


async def test_a_turn_ends(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    sandbox.reset(latency=0.02)
    job, store, (chunk,) = await planned(sandbox, tmp_path, 60, 60)
    async with ChunkWorker(clients(sandbox), concurrency=2) as worker:
        while True:
            before = len(queue.moments)
            await worker.run(chunk.as_json(), later=queue.later, turn=0.1)
            if len(queue.moments) == before:
                break
    assert len(queue.moments) > 1
    assert (await collect(job, store)).done == sandbox.stats()["arrivals"] == 60


@pytest.mark.parametrize("turn", [None, 60.0])
async def test_a_chunk_is_left_alone_until_its_time(
    sandbox: Sandbox, tmp_path: Path, queue: Queue, turn: float | None
) -> None:
    _, _, (chunk,) = await planned(sandbox, tmp_path, 3, 3)
    soon = datetime.now(UTC) + timedelta(seconds=0.1)
    async with ChunkWorker(clients(sandbox)) as worker:
        await worker.run(chunk.as_json(), later=queue.later, after=soon, turn=turn)
        assert datetime.now(UTC) >= soon
        assert (queue.moments, sandbox.stats()["arrivals"]) == ([], 3)
        await worker.run(chunk.as_json(), later=queue.later, after=NOW + timedelta(days=9999), turn=0.01)
    assert queue.moments == [NOW + timedelta(days=9999)]


async def test_a_chunk_waits_for_the_next_day(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    sandbox.reset(daily_allowance=7)
    job, store, (chunk,) = await planned(sandbox, tmp_path, 10, 10)
    async with ChunkWorker(clients(sandbox)) as worker:
        await worker.run(chunk.as_json(), later=queue.later)
    (moment,) = queue.moments
    assert timedelta() < moment - datetime.now(UTC) <= timedelta(days=1, minutes=2)
    assert (await collect(job, store)).done == 7


async def test_an_outage_passes(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    job, store, (chunk,) = await planned(sandbox, tmp_path, 40, 40)
    sandbox.reset(faults="500", fault_every=1)
    impatient = RetryPolicy(attempts=1)
    async with ChunkWorker(clients(sandbox, retry=impatient)) as worker:
        await worker.run(chunk.as_json(), later=queue.later)
        assert queue.waits() == ["minute"]
        sandbox.reset(fault_every=0)
        await worker.run(chunk.as_json(), later=queue.later)
    assert len(queue.moments) == 1
    assert (await collect(job, store)).done == 40


async def test_what_does_not_pass_is_raised(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    _, _, (chunk,) = await planned(sandbox, tmp_path, 5, 5)
    async with ChunkWorker(lambda chunk: LixClient("wrong", base_url=sandbox.url)) as worker:
        with pytest.raises(AuthenticationError):
            await worker.run(chunk.as_json(), later=queue.later)
    sandbox.reset(credits=2)
    async with ChunkWorker(clients(sandbox)) as worker:
        with pytest.raises(CreditsError):
            await worker.run(chunk.as_json(), later=queue.later)
    assert queue.moments == []


async def test_a_budget_that_nobody_can_reach_is_waited_for(
    sandbox: Sandbox, tmp_path: Path, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, (chunk,) = await planned(sandbox, tmp_path, 5, 5)

    async def away(*arguments: object, **more: object) -> ChunkEnd:
        raise LimiterUnavailableError("the server of the limiter is away")

    monkeypatch.setattr("lixasync.engines.dispatch.run_chunk", away)
    async with ChunkWorker(clients(sandbox)) as worker:
        await worker.run(chunk.as_json(), later=queue.later)
    assert queue.waits() == ["minute"]


async def test_two_workers_with_the_same_chunk(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    sandbox.reset(latency=0.03)
    job, store, (chunk,) = await planned(sandbox, tmp_path, 40, 40)
    async with ChunkWorker(clients(sandbox)) as slow, ChunkWorker(clients(sandbox)) as fast:
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: slow.run(chunk.as_json(), later=queue.later))
            await arrivals(sandbox, 5)
            group.start_soon(lambda: fast.run(chunk.as_json(), later=queue.later))
    assert len(queue.moments) == 1
    assert (await collect(job, store)).done == 40
    assert repeated(sandbox) <= 4


async def test_a_chunk_that_was_called_back(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    job, store, (chunk,) = await planned(sandbox, tmp_path, 5, 5)
    await recall(job, store)
    async with ChunkWorker(clients(sandbox)) as worker:
        with pytest.raises(JobFileError, match="is not in"):
            await worker.run(chunk.as_json(), later=queue.later)
    assert queue.moments == []


async def test_a_store_that_cannot_be_used_is_waited_for(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    _, store, (chunk,) = await planned(sandbox, tmp_path, 5, 5)
    shutil.rmtree(store)
    await anyio.Path(store).write_text("a file")
    async with ChunkWorker(clients(sandbox)) as worker:
        await worker.run(chunk.as_json(), later=queue.later)
    assert queue.waits() == ["minute"]


async def test_both_apis(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    _, _, (chunk,) = await planned(sandbox, tmp_path, 5, 5)
    asked = linkedin(sandbox)
    job = Job(tmp_path / "found.db", asked.search.people, inputs=[{"keywords": "e"}], permission="invented, for a test")
    (other,) = await plan(job, tmp_path / "chunks")

    def make(chunk: Chunk) -> Any:
        return asked if chunk.method.startswith("linkedin") else client(sandbox)

    async with ChunkWorker(make) as worker:
        for each in (chunk, other):
            await worker.run(each.as_json(), later=queue.later)
    status = await collect(job, tmp_path / "chunks")
    assert (status.done, queue.moments) == (1, [])
    assert status.items > 1


async def test_following_ends_when_all_is_done(sandbox: Sandbox, tmp_path: Path, queue: Queue) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 20, 10)
    seen = []
    async with ChunkWorker(clients(sandbox)) as worker:
        async for status in follow(job, store, every=0.001):
            seen.append(status.done)
            if chunks:
                await worker.run(chunks.pop().as_json(), later=queue.later)
    assert seen == [0, 10, 20]


async def test_following_ends_when_nobody_works(sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, _ = await planned(sandbox, tmp_path, 20, 10)
    left = [True, True, False]

    async def under_way() -> bool:
        await anyio.lowlevel.checkpoint()
        return left.pop(0)

    seen = [status.to_do async for status in Following(job, store, every=0.001, under_way=under_way)]
    assert (seen, left) == ([20, 20, 20], [])


def test_a_limiter_for_servers_that_can_be_shared() -> None:
    assert shared_limiter("memory://") is None
    limiter = shared_limiter("redis://user:secret@example.org:6379/2")
    assert limiter is not None
    assert "secret" not in repr(limiter)
    with pytest.raises(ConfigurationError):
        shared_limiter("redis+sentinel://example.org/main")


def test_clients_with_the_settings_of_the_environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIX_API_KEY", sandbox.key)
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", sandbox.settings.linkedin_token)
    make = shared_client("redis://example.org")
    kinds = {
        method: type(make(Chunk(store="file:///", name="a", method=method, inputs=1))).__name__
        for method in ("enrichment.person", "linkedin.connections")
    }
    assert kinds == {"enrichment.person": "LixClient", "linkedin.connections": "LinkedInClient"}
