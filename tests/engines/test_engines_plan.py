"""From a job to chunks and back: planned as often as one likes, no input is lost and none is asked for twice."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bulk.bulk_runs import LINKS, People, finish, link, one_by_one
from tests.engines.engine_chunks import MemoryChunks, done_in, found, lookups, rows, run
from tests.support.fake import KEY, TOKEN, client, linkedin, refusal

from lixasync.bulk import Job, clock, leases, parts
from lixasync.bulk.owners import LEASE
from lixasync.bulk.parts import opened
from lixasync.engines import Chunk, Stored, collect, plan, recall
from lixasync.engines.planning import TRIAL
from lixasync.errors import InvalidArgumentError, JobFileError, UsageError

pytestmark = pytest.mark.anyio

GONE = refusal(404, "not_found")


@pytest.fixture
def job(tmp_path: Path) -> Job[Any]:
    return lookups(client(People()), tmp_path / "job.db", range(12))


def sizes(chunks: list[Chunk]) -> list[int]:
    return [chunk.inputs for chunk in chunks]


class TestPlan:
    async def test_each_chunk_has_its_inputs(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=5)
        assert sizes(chunks) == [5, 5, 2]
        assert {(chunk.store, chunk.method) for chunk in chunks} == {(store.url, "enrichment.person")}
        assert [chunk.name for chunk in chunks] == list(store.held)
        held = [row for chunk in chunks for row in rows(store.held[chunk.name], "SELECT id, value FROM inputs")]
        assert held == [(place, json.dumps(each).encode()) for place, each in enumerate(LINKS)]
        status = await job.status()
        assert (status.to_do, status.taken, status.done) == (12, 12, 0)

    async def test_many_are_made_a_few_at_a_time(self, job: Job[Any], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(parts, "_AT_ONCE", 4)
        store = MemoryChunks()
        chunks = await plan(job, store, size=2)
        assert sizes(chunks) == [2] * 6
        assert [chunk.name for chunk in chunks] == list(store.held)

    async def test_a_chunk_is_small_and_tells_nothing(self, job: Job[Any]) -> None:
        (chunk,) = await plan(job, MemoryChunks())
        text = json.dumps(chunk.as_json())
        assert len(text) < 1000
        assert not any(secret in text for secret in (KEY, "person-", "linkedin.com"))

    async def test_planned_again_all_stays_as_it_is(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=5)
        held, calls = dict(store.held), list[str]()
        store.before = calls.append
        assert await plan(job, store, size=5) == chunks
        assert calls == ["names"]
        assert await plan(job, store, size=7) == chunks
        assert store.held == held
        assert len(store.puts) == 3

    async def test_inputs_that_came_later_make_chunks_of_their_own(self, job: Job[Any], tmp_path: Path) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=5)
        longer = lookups(client(People()), tmp_path / "job.db", range(20))
        more = await plan(longer, store, size=5)
        assert (more[:3], sizes(more[3:])) == (chunks, [5, 3])

    async def test_what_is_done_is_left_out(self, tmp_path: Path) -> None:
        server = People({3: [GONE]})
        job = lookups(lix := client(server), tmp_path / "job.db", range(12))
        await finish(job, max_credits=5, concurrency=1)
        store = MemoryChunks()
        chunks = await plan(job, store, size=100)
        assert sizes(chunks) == [12 - len(server.links)]
        await run(chunks[0], lix, store)
        assert (await collect(job, store)).failures == {"NotFoundError": 1}
        assert sorted(server.links) == list(LINKS)

    async def test_nothing_to_do_makes_no_chunk(self, tmp_path: Path) -> None:
        job = lookups(client(People()), tmp_path / "job.db", range(2))
        await finish(job)
        store = MemoryChunks()
        assert await plan(job, store) == []
        assert not store.held

    async def test_interrupted_it_goes_on(self, job: Job[Any]) -> None:
        async def fail(name: str) -> None:
            if name == "put" and len(store.puts) == 2:
                raise JobFileError("The store is away.")

        store = MemoryChunks(before=fail)
        with pytest.raises(JobFileError, match="away"):
            await plan(job, store, size=3)
        store.before = lambda _: None
        chunks = await plan(job, store, size=5)
        assert sizes(chunks) == [3, 3, 3, 3]
        assert [chunk.name for chunk in chunks] == list(store.held) == store.puts

    @pytest.mark.parametrize("refused", ["names", "put", "delete"])
    async def test_a_store_that_cannot_be_used_is_lent_nothing(self, job: Job[Any], refused: str) -> None:
        def fail(name: str) -> None:
            if name == refused:
                raise JobFileError("The store is away.")

        with pytest.raises(JobFileError, match="away"):
            await plan(job, MemoryChunks(before=fail, url="test://wrong"))
        assert (await job.status()).taken == 0
        assert sizes(await plan(job, MemoryChunks())) == [12]

    async def test_somebody_who_was_killed_when_trying_is_in_nobodys_way(self, job: Job[Any]) -> None:
        store = MemoryChunks(held={TRIAL: Stored(body=b"trial", version="0")})
        (chunk,) = await plan(job, store)
        assert list(store.held) == [chunk.name]

    async def test_a_chunk_that_is_called_back_while_it_is_put_is_not_handed_out(self, job: Job[Any]) -> None:
        calls: list[str] = []

        async def call_back(name: str) -> None:
            calls.append(name)
            if calls.count("put") == 2:  # the first is the trial
                store.before = lambda _: None
                await recall(job, store)

        store = MemoryChunks(before=call_back)
        assert sizes(await plan(job, store, size=5)) == []
        assert not store.held
        assert sizes(await plan(job, store, size=5)) == [5, 5, 2]

    async def test_two_at_once_make_the_same(self, job: Job[Any], tmp_path: Path) -> None:
        store = MemoryChunks()
        made: list[list[Chunk]] = []

        async def one(job: Job[Any]) -> None:
            made.append(await plan(job, store, size=3))

        async with anyio.create_task_group() as group:
            group.start_soon(one, job)
            group.start_soon(one, lookups(client(People()), tmp_path / "job.db", range(12)))
        assert made[0] == made[1]
        assert len(store.puts) == 4

    async def test_a_chunk_that_was_lost_is_made_again(self, job: Job[Any]) -> None:
        store = MemoryChunks()
        chunks = await plan(job, store, size=5)
        before = store.held.pop(chunks[1].name)
        assert await plan(job, store, size=5) == chunks
        assert store.held[chunks[1].name].body == before.body

    async def test_stores_are_apart(self, job: Job[Any], tmp_path: Path) -> None:
        one, other = MemoryChunks(url="test://one"), MemoryChunks(url="test://other")
        chunks = await plan(job, one)
        assert await plan(job, other) == []
        more = lookups(client(People()), tmp_path / "job.db", range(14))
        assert sizes(await plan(more, other)) == [2]
        assert await plan(more, one) == chunks

    async def test_runs_of_the_job_leave_alone_what_is_lent(self, tmp_path: Path) -> None:
        server = People()
        job = lookups(lix := client(server), tmp_path / "job.db", range(10))
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        longer = lookups(lix, tmp_path / "job.db", range(12))
        got: list[str] = []
        with pytest.raises(UsageError, match="10 inputs are lent to chunks"):
            async with longer.run() as going:
                async for result in going:
                    got.append(result.input)
        assert sorted(got) == list(LINKS[10:])
        await run(chunk, lix, store)
        await collect(job, store)
        assert await found(job) == sorted(server.links) == list(LINKS)

    @pytest.mark.parametrize(("ago", "lent"), [(LEASE + 1, 12), (0.0, 7)], ids=["dead", "alive"])
    async def test_what_other_processes_had_taken(self, job: Job[Any], ago: float, lent: int) -> None:
        await job.plan()
        async with opened(job) as file:
            seen = clock.seconds() - ago
            owner = await file.change(lambda db: leases.register(db, "elsewhere/1/1", seen))
            await file.change(lambda db: leases.take(db, owner, 5, seen))
        assert sizes(await plan(job, MemoryChunks())) == [lent]

    async def test_repeated_inputs_are_answered_at_each_place(self, tmp_path: Path) -> None:
        server = People()
        job = lookups(lix := client(server), tmp_path / "job.db", [0, 1, 0, 2, 1])
        store = MemoryChunks()
        for chunk in await plan(job, store, size=2):
            await run(chunk, lix, store)
        await collect(job, store)
        assert await found(job) == [link(number) for number in (0, 1, 0, 2, 1)]
        assert len(server.links) == 3

    async def test_what_was_read_of_an_input_goes_along_and_the_permission_too(self, tmp_path: Path) -> None:
        told = "LinkedIn permitted us in writing."
        own = linkedin(People())
        job = Job(tmp_path / "own.db", own.connections, inputs=one_by_one(["~"]), permission=told)
        store = MemoryChunks()
        (chunk,) = await plan(job, store)
        facts = dict(rows(store.held[chunk.name], "SELECT name, value FROM about"))
        assert (facts["method"], facts["permission"]) == ("linkedin.connections", told)
        assert TOKEN.encode() not in store.held[chunk.name].body

    @pytest.mark.parametrize("size", [0, -1, 1.5, True])
    async def test_sizes_that_cannot_be(self, job: Job[Any], size: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="size is"):
            await plan(job, MemoryChunks(), size=size)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 7)),
        st.tuples(st.just("plan"), st.integers(1, 6)),
        st.tuples(st.just("work"), st.integers(0, 9)),
        st.tuples(st.just("part"), st.integers(0, 9)),
        st.tuples(st.just("lose"), st.integers(0, 9)),
        st.tuples(st.sampled_from(["collect", "recall", "run"]), st.just(0)),
    ),
    max_size=14,
)


class Model:
    """A job, a store, and whatever comes to pass with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = People()
        self.lix = client(self.server)
        self.store = MemoryChunks()
        self.inputs = 0
        self.chunks: list[Chunk] = []

    @property
    def job(self) -> Job[Any]:
        return lookups(self.lix, self.folder / "job.db", range(self.inputs))

    async def step(self, what: str, number: int) -> None:
        if what == "add":
            self.inputs += number
        elif what == "plan":
            self.chunks = await plan(self.job, self.store, size=number)
            assert sum(sizes(self.chunks)) >= (await self.job.status()).to_do
        elif what == "collect":
            await collect(self.job, self.store)
        elif what == "recall":
            await recall(self.job, self.store)
        elif what == "run":
            with pytest.raises(UsageError) if (await self.job.status()).taken else nullcontext():
                await finish(self.job)
        elif chunk := next(iter(self.chunks[number % max(1, len(self.chunks)) :]), None):
            await self.with_chunk(what, chunk)

    async def with_chunk(self, what: str, chunk: Chunk) -> None:
        held = self.store.held.get(chunk.name)
        if what == "lose" and held is not None and not done_in(held):
            del self.store.held[chunk.name]
        elif held is not None:
            await run(chunk, self.lix, self.store, concurrency=1, max_credits=2 if what == "part" else None)

    async def end(self) -> None:
        self.inputs += 1
        for _ in range(2):
            for chunk in await plan(self.job, self.store, size=4):
                await run(chunk, self.lix, self.store)
            await collect(self.job, self.store)
        assert await found(self.job) == [link(number) for number in range(self.inputs)]
        assert sorted(self.server.links) == [link(number) for number in range(self.inputs)]
        status = await self.job.status()
        assert (status.done, status.requests, status.taken) == (self.inputs,) * 2 + (0,)


@given(steps=STEPS)
def test_whatever_comes_to_pass_nothing_is_lost_and_nothing_asked_for_twice(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def main() -> None:
        model = Model(tmp_path_factory.mktemp("model"))
        for what, number in steps:
            await model.step(what, number)
        await model.end()

    anyio.run(main)
