"""One chunk, worked on: what is stored when, who goes on when two have it, and what stops it."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.bulk.bulk_runs import LINKS, Gate, People, Server, link, results, until
from tests.engines.engine_chunks import (
    MemoryChunks,
    done_in,
    found,
    lookups,
    planned,
    rows,
    run,
)
from tests.support.fake import client, linkedin, refusal

from lixasync import Request, RetryPolicy
from lixasync.bulk import Job, Stop
from lixasync.engines import Chunk, ChunkTakenError, collect, open_store, plan, run_chunk
from lixasync.errors import (
    AuthenticationError,
    CreditsError,
    DailyLimitError,
    InvalidArgumentError,
    JobFileError,
    ServerError,
)

pytestmark = pytest.mark.anyio

TWELVE = len(LINKS)
FAILURE = refusal(500, "api_error")
DAY, GONE = (429, "daily_limit"), (404, "not_found")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let temporary files be made where they can be seen."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class TestToTheEnd:
    async def test_a_chunk_in_a_folder(self, tmp_path: Path, scratch: Path) -> None:
        server = People({4: [refusal(404, "not_found")]})
        job = lookups(lix := client(server), tmp_path / "job.db", range(TWELVE))
        ends = [await run_chunk(chunk.as_json(), lix) for chunk in await plan(job, tmp_path / "chunks", size=5)]
        assert [(end.done, end.failed, end.waiting, end.requests, end.credits) for end in ends] == [
            (4, 1, 0, 5, 4),
            (5, 0, 0, 5, 5),
            (2, 0, 0, 2, 2),
        ]
        assert {(end.stopped, end.error, end.until) for end in ends} == {(Stop.FINISHED, None, None)}
        status = await collect(job, tmp_path / "chunks")
        assert (status.done, status.failed, status.requests) == (11, 1, 12)
        assert sorted(server.links) == list(LINKS)
        assert not os.listdir(scratch)  # noqa: PTH208 - a list of names is what is wanted

    async def test_what_is_done_is_not_done_again(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        end = await run(chunk, lix, store)
        requests, puts = len(server.requests), len(store.puts)
        assert await run(chunk, lix, store) == end
        assert (len(server.requests), len(store.puts)) == (requests, puts)

    async def test_a_chunk_is_a_job_that_can_be_looked_at(self, tmp_path: Path) -> None:
        job = lookups(lix := client(People()), tmp_path / "job.db", range(TWELVE))
        chunks = await plan(job, tmp_path / "chunks", size=8)
        await run_chunk(chunks[1], lix)
        found = await results(Job.open(tmp_path / "chunks" / chunks[1].name))
        assert [(result.position, result.value.link) for result in found] == list(enumerate(LINKS))[8:]

    async def test_one_after_another_in_a_store_that_is_open(self, tmp_path: Path) -> None:
        store = open_store(tmp_path / "elsewhere")
        job, chunk = await planned(lix := client(People()), tmp_path, store)
        moved = Chunk(store="s3://nowhere/at-all", name=chunk.name, method=chunk.method, inputs=chunk.inputs)
        assert (await run_chunk(moved, lix, store=tmp_path / "elsewhere")).done == TWELVE
        assert (await run_chunk(moved, lix, store=store)).done == TWELVE
        assert (await collect(job, store)).done == TWELVE


class TestStored:
    @pytest.mark.parametrize("concurrency", [1, 3])
    async def test_every_answer_is_stored_before_the_next_input_begins(self, tmp_path: Path, concurrency: int) -> None:
        store = MemoryChunks()

        def look(request: Request, number: int) -> None:
            assert done_in(store.held[chunk.name]) >= number - concurrency

        server = People()
        server.steps = [lambda request: (look(request, len(server.requests)), server._answer(request))[1]]
        _, chunk = await planned(lix := client(server), tmp_path, store)
        assert (await run(chunk, lix, store, concurrency=concurrency)).done == TWELVE

    async def test_what_comes_while_one_is_stored_is_stored_together(self, tmp_path: Path) -> None:
        store, go = MemoryChunks(), anyio.Event()
        server = People()
        _, chunk = await planned(lix := client(server), tmp_path, store, number=6)
        waiting: list[str] = []

        async def hold(name: str) -> None:
            if name == "put" and len(store.puts) == 2:  # planned, taken over
                waiting.append(name)
                await go.wait()

        store.before = hold
        async with anyio.create_task_group() as group:
            group.start_soon(run, chunk, lix, store)
            await until(lambda: len(server.requests) == 4 and bool(waiting))
            for _ in range(200):
                await anyio.lowlevel.checkpoint()
            assert len(server.requests) == 4  # nobody goes on before it is stored
            go.set()
        assert done_in(store.held[chunk.name]) == 6
        assert len(store.puts) < 2 + 6 + 1

    async def test_an_answer_of_the_store_that_is_lost(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        job, chunk = await planned(lix := client(server := People()), tmp_path, store)

        async def repeat(name: str) -> None:  # as a client does that heard nothing of the first time
            store.after = lambda _: None
            await store.put(chunk.name, store.held[chunk.name].body, "an old one")

        for puts in (1, 5):

            async def at(name: str, puts: int = puts) -> None:
                if len(store.puts) == puts:
                    await repeat(name)

            store.after = at
            await run(chunk, lix, store, max_credits=puts)
        assert (await run(chunk, lix, store)).done == TWELVE
        await collect(job, store)
        assert await found(job) == sorted(server.links) == list(LINKS)

    @pytest.mark.parametrize("applied", [False, True])
    @pytest.mark.parametrize("puts", [1, 2, 4, 7])
    async def test_a_store_that_goes_away(self, tmp_path: Path, puts: int, applied: bool) -> None:
        store = MemoryChunks()
        job, chunk = await planned(lix := client(server := People()), tmp_path, store)

        def fail(name: str) -> None:
            if name == "put" and len(store.puts) >= puts + applied:
                raise JobFileError("The store is away.")

        store.after, store.before = (fail, store.before) if applied else (store.after, fail)
        with pytest.raises(JobFileError, match="away"):
            await run(chunk, lix, store, concurrency=2)
        store.after = store.before = lambda _: None
        assert (await run(chunk, lix, store, concurrency=2)).done == TWELVE
        await collect(job, store)
        assert await found(job) == list(LINKS)
        assert len(server.links) <= TWELVE + 2 * 2

    async def test_once_away_it_may_be_back_for_what_was_under_way(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        failures = iter(range(1))

        def fail(name: str) -> None:
            if name == "put" and len(store.puts) == 4:
                for _ in failures:
                    raise JobFileError("The store is away.")

        store.after = fail
        with pytest.raises(JobFileError, match="away"):
            await run(chunk, lix, store, concurrency=1)
        assert done_in(store.held[chunk.name]) == len(server.links)


class TestTwoWorkers:
    async def test_the_later_one_goes_on(self, tmp_path: Path) -> None:
        store, release = MemoryChunks(), anyio.Event()
        slow, fast = Gate(release), People()
        job, chunk = await planned(client(slow), tmp_path, store)
        ends: list[Any] = []

        async def first() -> None:
            with pytest.raises(ChunkTakenError, match="taken over by another worker"):
                await run(chunk, client(slow), store, concurrency=3)
            ends.append("lost")

        async with anyio.create_task_group() as group:
            group.start_soon(first)
            await until(lambda: slow.waiting == 3)
            ends.append((await run(chunk, client(fast), store)).stopped)
            release.set()
        assert ends == [Stop.FINISHED, "lost"]
        assert len(slow.links) == 3
        assert sorted(fast.links) == list(LINKS)
        assert (await collect(job, store)).done == TWELVE
        assert await found(job) == list(LINKS)

    async def test_of_two_that_begin_at_once_one_goes_on(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        both = anyio.Event()
        looks: list[str] = []
        ends: list[str] = []

        async def meet(name: str) -> None:
            if name == "get" and len(looks) < 2:
                looks.append(name)
                if len(looks) == 2:
                    both.set()
                await both.wait()

        async def work() -> None:
            try:
                ends.append(str((await run(chunk, lix, store)).stopped))
            except ChunkTakenError:
                ends.append("taken")

        store.before = meet
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            group.start_soon(work)
        assert sorted(ends) == ["finished", "taken"]
        assert sorted(server.links) == list(LINKS)

    async def test_what_the_first_had_taken_is_free_at_once(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        seen: list[int] = []

        def look(name: str) -> None:
            taken = rows(store.held[chunk.name], "SELECT count(*) FROM inputs WHERE state = 1")
            seen.append(taken[0][0])
            if seen[-1] and len(server.links) > 3:
                raise JobFileError("Killed.")

        store.after = look
        with pytest.raises(JobFileError, match="Killed"):
            await run(chunk, lix, store)
        assert max(seen) > 0
        store.after = lambda _: None
        assert (await run(chunk, lix, store)).stopped is Stop.FINISHED


class TestStops:
    async def test_credits(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        end = await run(chunk, lix, store, max_credits=5)
        assert (end.stopped, end.done, end.waiting, end.credits, end.until) == (Stop.CREDITS, 5, 7, 5, None)
        end = await run(chunk, lix, store, max_credits=5)
        assert (end.done, end.credits, end.requests) == (10, 10, 10)
        assert (await run(chunk, lix, store)).stopped is Stop.FINISHED
        assert sorted(server.links) == list(LINKS)

    async def test_an_account_without_credits(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(People({5: [refusal(402, "payment")]})), tmp_path, store)
        end = await run(chunk, lix, store, concurrency=1)
        assert (end.stopped, end.done, type(end.error)) == (Stop.CREDITS, 5, CreditsError)

    async def test_the_daily_limit_says_until_when(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        server = Server(
            lambda request, number: None if number <= 4 else refusal(*(DAY if "profile_link" in request.url else GONE))
        )
        _, chunk = await planned(lix := client(server), tmp_path, store)
        end = await run(chunk, lix, store, concurrency=1)
        assert (end.stopped, end.done, type(end.error)) == (Stop.DAILY_LIMIT, 4, DailyLimitError)
        assert end.until is not None
        assert timedelta() < end.until - datetime.now(UTC) < timedelta(days=1, minutes=10)

    async def test_queued_answers_say_until_when(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        server = People({0: [refusal(503, "queued")]})
        _, chunk = await planned(lix := client(server, retry=RetryPolicy(queued_pause=900.0)), tmp_path, store)
        end = await run(chunk, lix, store, deadline=timedelta(seconds=0.5))
        assert (end.stopped, end.done, end.waiting) == (Stop.DEADLINE, 11, 1)
        assert end.until is not None
        assert timedelta(seconds=600) < end.until - datetime.now(UTC) <= timedelta(seconds=900)

    async def test_an_outage(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        lix = client(server := People({number: [FAILURE] for number in range(20)}), retry=RetryPolicy(attempts=1))
        job, chunk = await planned(lix, tmp_path, store, number=30)
        end = await run(chunk, lix, store, concurrency=1)
        assert (end.stopped, end.failed, end.waiting, type(end.error)) == (Stop.FAILURES, 0, 30, ServerError)
        assert (await run(chunk, lix, store)).stopped is Stop.FINISHED
        await collect(job, store)
        assert await found(job) == [link(number) for number in range(30)]
        assert len(server.links) == 20 + 30

    async def test_a_wrong_key_is_raised_and_what_was_done_is_kept(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        server = People({4: [refusal(401, "unauthorized")]})
        _, chunk = await planned(lix := client(server), tmp_path, store)
        with pytest.raises(AuthenticationError):
            await run(chunk, lix, store, concurrency=1)
        assert done_in(store.held[chunk.name]) == 4
        assert (await run(chunk, lix, store)).done == TWELVE

    async def test_the_other_api(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(client(People()), tmp_path, store)
        with pytest.raises(InvalidArgumentError, match="LinkedInClient does not have"):
            await run_chunk(chunk, linkedin(People()), store=store)

    async def test_no_such_chunk_or_none_at_all(self, tmp_path: Path) -> None:
        store = MemoryChunks()
        _, chunk = await planned(lix := client(server := People()), tmp_path, store)
        body = store.held.pop(chunk.name).body
        with pytest.raises(JobFileError, match=r"chunk .* is not in test://memory"):
            await run(chunk, lix, store)
        for wrong in (b"x" * 4096, body[:60] + bytes(4) + body[64:]):
            store.held.clear()
            await store.put(chunk.name, wrong, None)
            with pytest.raises(JobFileError, match=chunk.name):
                await run(chunk, lix, store)
        assert not server.requests
