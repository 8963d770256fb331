"""From chunks back into the job: what there is by now, each answer once, and all that is not done given back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.bulk.bulk_runs import LINKS, People, finish, link, results
from tests.engines.engine_chunks import MemoryChunks, found, lookups, run
from tests.support.fake import client, refusal

from lixasync.bulk import Job, Stop, parts
from lixasync.engines import Chunk, Stored, collect, plan, recall
from lixasync.errors import JobFileError

pytestmark = pytest.mark.anyio

GONE = refusal(404, "not_found")


@pytest.fixture
def job(tmp_path: Path) -> Job[Any]:
    return lookups(client(People()), tmp_path / "job.db", range(12))


def sizes(chunks: list[Chunk]) -> list[int]:
    return [chunk.inputs for chunk in chunks]


class TestCollect:
    async def test_what_there_is_by_now_once(self, tmp_path: Path) -> None:
        server = People({3: [GONE], 8: [GONE]})
        job = lookups(lix := client(server), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        chunks = await plan(job, store, size=4)
        await run(chunks[2], lix, store)
        for _ in range(2):
            status = await collect(job, store)
            assert (status.done, status.failed, status.taken, status.requests) == (3, 1, 8, 4)
        assert [result.position for result in await results(job)] == [8, 9, 10, 11]
        end = await run(chunks[0], lix, store, max_credits=2, concurrency=1)
        assert (end.done, end.waiting, end.stopped) == (2, 2, Stop.CREDITS)
        status = await collect(job, store)
        assert (status.done, status.failed, status.taken, status.requests, status.credits) == (
            5,
            1,
            6,
            6,
            {"standard": 5},
        )
        assert [chunk.name for chunk in await plan(job, store)] == [chunk.name for chunk in chunks[:2]]
        for chunk in chunks:
            await run(chunk, lix, store)
        for _ in range(2):
            status = await collect(job, store)
            assert (status.done, status.failed, status.taken, status.requests) == (10, 2, 0, 12)
        assert await plan(job, store) == []
        every = await results(job)
        assert [type(result.error).__name__ for result in every if result.error] == ["NotFoundError"] * 2
        assert [result.position for result in every] == list(range(12))
        assert sorted(server.links) == list(LINKS)

    async def test_the_file_is_as_that_of_a_job_that_ran_here(self, tmp_path: Path) -> None:
        lix = client(People({3: [GONE]}))
        here, there = (lookups(lix, tmp_path / name, range(12)) for name in ("here.db", "there.db"))
        await finish(here)
        store = MemoryChunks()
        for chunk in await plan(there, store, size=5):
            await run(chunk, client(People({3: [GONE]})), store)
        await collect(there, store)
        one, other = await here.status(), await there.status()
        assert (one.done, one.failed, one.failures, one.items, one.requests, one.credits) == (
            other.done,
            other.failed,
            other.failures,
            other.items,
            other.requests,
            other.credits,
        )
        assert [(each.input, each.value, each.attempts) for each in await results(here)] == [
            (each.input, each.value, each.attempts) for each in await results(there)
        ]

    async def test_only_what_is_new_is_fetched(self, job: Job[Any]) -> None:
        looks: list[str] = []
        store = MemoryChunks()
        chunks = await plan(job, store, size=4)
        await collect(job, store)
        store.before = looks.append
        await collect(job, store)
        assert looks == ["names"]
        await run(chunks[0], client(People()), store)
        looks.clear()
        await collect(job, store)
        assert looks == ["names", "get"]

    async def test_a_chunk_that_is_damaged_is_named(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=6)
        await run(chunks[1], client(People()), store)
        whole = store.held[chunks[0].name]
        for body in (b"no file of a job", whole.body[:4096], whole.body[:4096] + bytes(len(whole.body) - 4096)):
            store.held[chunks[0].name] = Stored(body=body, version="another")
            with pytest.raises(JobFileError, match=chunks[0].name):
                await collect(job, store)
        store.held[chunks[0].name] = whole
        assert (await collect(job, store)).done == 6

    async def test_a_chunk_that_is_damaged_is_in_the_way_of_no_other(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=4)
        for chunk in chunks:
            await run(chunk, client(People()), store)
        body = store.held[chunks[0].name].body
        store.held[chunks[0].name] = Stored(body=body[:8192] + bytes(len(body) - 8192), version="another")
        for take in (collect, recall):
            with pytest.raises(JobFileError, match=rf"Damaged in test://memory: {chunks[0].name}.*abandon=True"):
                await take(job, store)
            status = await job.status()
            assert (status.done, status.taken) == (8, 4)
        assert list(store.held) == [chunks[0].name]
        assert (await recall(job, store, abandon=True)).taken == 0
        await finish(job)
        assert await found(job) == list(LINKS)

    async def test_an_older_look_writes_nothing_over_a_newer(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        await run(chunk, lix := client(People()), store, max_credits=2, concurrency=1)
        older = store.held[chunk.name]
        await run(chunk, lix, store, max_credits=3, concurrency=1)
        async with parts.opened(job) as file:
            (part,) = await file.change(lambda db: parts.parts(db, store.url))
        await collect(job, store)
        async with parts.opened(job) as file:
            stands = await file.change(lambda db: parts.take_in(db, part, older.body, older.version))
        assert stands == store.held[chunk.name].version
        status = await job.status()
        assert (status.done, status.requests, status.taken) == (5, 5, 7)
        assert (await recall(job, store)).done == 5

    async def test_failures_that_are_tried_again_make_a_new_chunk(self, tmp_path: Path) -> None:
        server = People({3: [GONE], 8: [GONE]})
        job = lookups(lix := client(server), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        first = await plan(job, store, size=4)
        for chunk in first:
            await run(chunk, lix, store)
        assert await job.retry_failed() == 0  # nothing is known yet
        await collect(job, store)
        assert await job.retry_failed() == 2
        again = await plan(job, store)
        assert sizes(again) == [2]
        assert {chunk.name for chunk in again}.isdisjoint(chunk.name for chunk in first)
        assert (await collect(job, store)).failed == 0  # what the old chunks say of them is past
        await run(again[0], lix, store)
        await collect(job, store)
        assert await found(job) == list(LINKS)
        assert Counter(server.links) == {each: 2 if each in (LINKS[3], LINKS[8]) else 1 for each in LINKS}

    async def test_a_job_made_anew_finds_what_was_paid_for(self, job: Job[Any], tmp_path: Path) -> None:
        store = MemoryChunks()
        for chunk in await plan(job, store, size=5):
            await run(chunk, client(People()), store)
        server = People()
        anew = lookups(lix := client(server), tmp_path / "anew.db", range(12))
        for chunk in await plan(anew, store, size=5):
            assert (await run(chunk, lix, store)).stopped is Stop.FINISHED
        await collect(anew, store)
        assert await found(anew) == list(LINKS)
        assert not server.links

    async def test_jobs_in_one_store_are_apart(self, job: Job[Any], tmp_path: Path) -> None:
        store = MemoryChunks()
        others = lookups(lix := client(People()), tmp_path / "others.db", range(50, 55))
        for each in (job, others):
            for chunk in await plan(each, store, size=5):
                await run(chunk, lix, store)
        for each in (others, job):
            await collect(each, store)
        assert await found(job) == list(LINKS)
        assert await found(others) == [link(number) for number in range(50, 55)]


class TestRecall:
    async def test_what_is_not_done_comes_back(self, tmp_path: Path) -> None:
        server = People()
        job = lookups(lix := client(server), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        chunks = await plan(job, store, size=6)
        await run(chunks[0], lix, store, max_credits=2, concurrency=1)
        status = await recall(job, store)
        assert (status.done, status.taken, status.to_do) == (2, 0, 10)
        assert not store.held
        for chunk in chunks:
            with pytest.raises(JobFileError, match=r"is not in test://memory.*called it back"):
                await run(chunk, lix, store)
        await finish(job)
        assert await found(job) == sorted(server.links) == list(LINKS)
        assert await plan(job, store) == []

    async def test_what_is_tried_again_has_another_name(self, tmp_path: Path) -> None:
        job = lookups(lix := client(People({0: [GONE]})), tmp_path / "job.db", [0])
        store = MemoryChunks()
        (first,) = await plan(job, store)
        await run(first, lix, store)
        await recall(job, store)
        await job.retry_failed()
        (again,) = await plan(job, store)
        assert again.name != first.name  # a task queue may remember names

    async def test_a_store_that_is_lost_keeps_no_input(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        await plan(job, store, size=5)
        store.held.clear()
        assert (await recall(job, store)).taken == 0
        assert sizes(await plan(job, store, size=5)) == [5, 5, 2]

    async def test_what_a_worker_stores_meanwhile_is_taken_too(self, tmp_path: Path) -> None:
        job = lookups(lix := client(People()), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        left = iter(range(1))

        async def work(name: str) -> None:
            if name == "put":
                for _ in left:
                    store.before = lambda _: None
                    await run(chunk, lix, store)

        store.before = work
        assert (await recall(job, store)).done == 12
        assert not store.held

    @pytest.mark.parametrize("anew", ["plan", "recall"])
    @pytest.mark.parametrize("step", ["put", "delete"])
    async def test_interrupted_it_goes_on(self, job: Job[Any], step: str, anew: str) -> None:
        async def fail(name: str) -> None:
            if name == step:
                raise JobFileError("The store is away.")

        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        await run(chunk, client(People()), store, max_credits=2)
        if step == "put":
            store.after = fail
        else:
            store.before = fail
        with pytest.raises(JobFileError, match="away"):
            await recall(job, store)
        with pytest.raises(JobFileError, match="called it back"):
            await run(chunk, client(People()), store)
        store.before = store.after = lambda _: None
        status = await collect(job, store)
        assert (status.done, status.taken) == (2, 10 if step == "put" else 0)
        if anew == "plan":
            (again,) = await plan(job, store)
            assert (again.name != chunk.name, again.inputs) == (True, 10)
            await run(again, client(People()), store)
        assert (await recall(job, store)).taken == 0
        assert not store.held
        assert (await job.status()).done == (12 if anew == "plan" else 2)

    async def test_planned_while_it_is_called_back_nothing_is_paid_for_twice(self, tmp_path: Path) -> None:
        job = lookups(lix := client(server := People()), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        await plan(job, store)
        planned: list[Chunk] = []

        async def plan_anew(name: str) -> None:
            if name == "delete":
                store.after = lambda _: None
                planned.extend(await plan(job, store))

        store.after = plan_anew
        await recall(job, store)
        assert [each.inputs for each in planned] == [12]
        assert list(store.held) == [each.name for each in planned]
        for each in planned:
            await run(each, lix, store)
        await collect(job, store)
        await finish(job)
        assert await found(job) == sorted(server.links) == list(LINKS)

    async def test_a_chunk_put_while_it_is_called_back_is_taken_back_too(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        stored = store.held.pop(chunk.name)

        async def put(name: str) -> None:
            if name == "put":
                store.before = lambda _: None
                await store.put(chunk.name, stored.body, None)
                await run(chunk, client(People()), store)

        store.before = put
        assert (await recall(job, store)).done == 12
        assert not store.held

    async def test_another_process_collects_meanwhile(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        await run(chunk, client(People()), store, max_credits=2, concurrency=1)
        looks: list[str] = []

        async def look(name: str) -> None:
            looks.append(name)
            if name == "get" and len(looks) == 1:
                await collect(job, store)
                await run(chunk, client(People()), store, max_credits=2, concurrency=1)

        store.before = look
        assert (await recall(job, store)).done == 4
        assert not store.held

    async def test_a_store_that_is_away_for_good(self, tmp_path: Path) -> None:
        job = lookups(lix := client(People()), tmp_path / "job.db", range(12))
        store = MemoryChunks()
        chunks = await plan(job, store, size=6)
        await run(chunks[0], lix, store, max_credits=2)
        await collect(job, store)

        def fail(_: str) -> None:
            raise JobFileError("The store is away.")

        store.before = fail
        with pytest.raises(JobFileError, match="away"):
            await recall(job, store)
        status = await recall(job, store, abandon=True)
        assert (status.done, status.taken, status.to_do) == (2, 0, 10)
        store.before = lambda _: None
        again = await plan(job, store)
        assert {chunk.name for chunk in again}.isdisjoint(chunk.name for chunk in chunks)
        await recall(job, store)
        assert not store.held  # those that were abandoned are removed, too
        await finish(job)
        assert await found(job) == list(LINKS)
