"""How runs begin and end when something is in their way, and what they tell of themselves meanwhile."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from bulk_runs import LINKS, Gate, People, Wall, finish, link, one_by_one, some, until, wall
from tests.support.fake import client as fake_client
from tests.support.fake import refusal

from lixasync import JobFileError, LixClient
from lixasync.bulk import Job, Stop, desk, leases, run, store
from lixasync.bulk.owners import this_process
from lixasync.bulk.store import Store
from lixasync.errors import ClientClosedError

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

TWELVE = len(LINKS)


def lookups(lix: LixClient, path: Path, inputs: Any = LINKS) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=one_by_one(inputs))


def rows(path: Path, query: str) -> list[Any]:
    """Return what a job's file holds."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a job's file, so that nobody else can write."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def endless(job: Job[Any], path: Path) -> None:
    """Let a job's file refuse to be told that a run is over, and nothing else."""
    await job.plan()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER endless BEFORE DELETE ON workers BEGIN SELECT RAISE(ABORT, 'no end'); END")


async def loop_is_sound() -> bool:
    """Say whether nothing of a run goes on, and task groups and cancellation work as where no group was left open."""
    if any("Run." in (task.name or "") for task in anyio.get_running_tasks()):
        return False
    done = []

    async def work() -> None:
        await anyio.lowlevel.checkpoint()
        done.append(1)

    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(work)
        scope.cancel()
        await anyio.sleep_forever()
    await anyio.lowlevel.checkpoint()
    return done == [1] and scope.cancelled_caught


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who holds a file."""
    monkeypatch.setattr(store, "_PATIENCE", 0.0)


class TestUnwritten:
    @pytest.mark.usefixtures("impatient")
    async def test_a_file_that_is_locked_at_the_end(self, tmp_path: Path) -> None:
        job, took = lookups(fake_client(People()), tmp_path / "job"), 0
        with contextlib.ExitStack() as held:
            with pytest.raises(JobFileError, match="locked"):
                async with job.run(warm_up=False) as run:
                    async for _ in run:
                        took += 1
                    held.enter_context(locked(tmp_path / "job"))
            assert await loop_is_sound()
        assert took == TWELVE
        assert await finish(job) is Stop.FINISHED
        assert ((await job.status()).done, (await job.status()).taken) == (TWELVE, 0)

    @pytest.mark.usefixtures("impatient")
    async def test_a_file_that_is_locked_in_the_middle(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        with contextlib.ExitStack() as held:
            with pytest.raises(JobFileError, match="locked"):
                async with job.run(warm_up=False, concurrency=2) as run:
                    await anext(run)
                    held.enter_context(locked(tmp_path / "job"))
                    async for _ in run:
                        pass
            assert run.stopped is Stop.ERROR
            assert await loop_is_sound()
        monkeypatch.setattr("lixasync.bulk.owners.LEASE", 0.0)  # that run could not say that it is over
        assert await finish(job) is Stop.FINISHED
        assert (await job.status()).done == TWELVE

    async def test_whoever_only_waits_for_the_end_learns_of_it(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        await endless(job, tmp_path / "job")
        run = job.run(warm_up=False)
        with pytest.raises(JobFileError, match="no end"):
            await run
        assert await loop_is_sound()
        assert run.stopped is Stop.FINISHED
        assert (await job.status()).done == TWELVE

    async def test_the_callers_own_exception_is_raised_instead(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        await endless(job, tmp_path / "job")
        mine = ValueError("mine")
        with pytest.raises(ValueError, match="mine") as caught:
            async with job.run(warm_up=False) as run:
                await anext(run)
                raise mine
        assert caught.value is mine
        assert await loop_is_sound()
        assert run.stopped is Stop.LEFT

    async def test_a_cancellation_goes_on(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        await endless(job, tmp_path / "job")
        with anyio.CancelScope() as scope:
            async with job.run(warm_up=False) as run:
                await anext(run)
                scope.cancel()
                await anyio.sleep_forever()
        assert scope.cancelled_caught
        assert await loop_is_sound()
        assert run.stopped is Stop.INTERRUPTED


class TestBegin:
    @pytest.mark.parametrize("call", range(6))
    async def test_cancelled_at_each_step(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
        job, calls = lookups(fake_client(People()), tmp_path / "job"), 0
        await job.plan()

        def cancelling(method: Callable[..., Any], scope: anyio.CancelScope) -> Callable[..., Any]:
            async def called(*args: Any, **kwargs: Any) -> Any:
                nonlocal calls
                if calls == call:
                    scope.cancel()
                calls += 1
                return await method(*args, **kwargs)

            return called

        with monkeypatch.context() as patch, anyio.CancelScope() as scope:
            for name in ("open", "change", "read"):
                patch.setattr(Store, name, cancelling(getattr(Store, name), scope))
            async with job.run(warm_up=False, concurrency=1):
                await anyio.sleep_forever()
        assert scope.cancelled_caught
        assert rows(tmp_path / "job", "SELECT * FROM workers") == []
        assert await loop_is_sound()
        assert await finish(job) is Stop.FINISHED
        assert (await job.status()).done == TWELVE

    async def test_no_sign_of_life_follows_the_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "HEARTBEAT", 0.0)
        monkeypatch.setattr(run, "_LOOK", 0.0)
        job = lookups(fake_client(People()), tmp_path / "job")
        assert await finish(job) is Stop.FINISHED
        assert rows(tmp_path / "job", "SELECT * FROM workers") == []


class TestProgress:
    async def test_it_never_tells_of_more_than_there_is(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job", [link(number) for number in range(60)])
        begun = len(await some(job, 5, concurrency=1))
        done = (await job.status()).done
        assert begun <= done < 60
        async with job.run(warm_up=False) as run:
            seen = [run.progress()]
            async for _ in run:
                seen.append(run.progress())
        seen.append(run.progress())
        assert [seen[0].done, seen[0].inputs, seen[-1].done, seen[-1].time_left] == [done, 60, 60, 0]
        assert all(now.done + now.failed <= now.inputs and now.time_left >= 0 for now in seen)
        assert [now.done for now in seen] == sorted(now.done for now in seen)

    async def test_right_after_the_start_of_a_new_job(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        async with job.run(warm_up=False) as run:
            progress = run.progress()
            assert (progress.inputs, progress.done, progress.failed, progress.requests) == (0, 0, 0, 0)
            assert progress.time_left == 0

    async def test_a_look_that_comes_late_does_not_turn_it_back(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        held, came, read = 0, anyio.Event(), Store.read

        async def late(self: Store, look: Callable[[sqlite3.Connection], Any]) -> Any:
            nonlocal held
            found = await read(self, look)
            if isinstance(found, tuple) and isinstance(found[0], dict):
                held += 1
                if held == 2:
                    await came.wait()
            return found

        monkeypatch.setattr(Store, "read", late)
        job = lookups(fake_client(People()), tmp_path / "job")
        async with job.run(warm_up=False) as run:
            run._news.set()
            await until(lambda: held >= 2)
            async for _ in run:
                pass
            assert run.progress().done == TWELVE
            came.set()
            run._news.set()
            for _ in range(50):
                await anyio.lowlevel.checkpoint()
                assert run.progress().done == TWELVE

    async def test_other_processes_are_waited_for_when_they_have_something(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(desk, "_LOOK", 0.01)
        job = lookups(fake_client(server := People()), tmp_path / "job")
        await job.plan()
        other = Store(tmp_path / "job")
        async with other:
            await other.open(create=False)
            owner = await other.change(lambda db: leases.register(db, this_process(), 2.0**40))
            await other.change(lambda db: leases.take(db, owner, 3, 0.0))
            async with job.run(warm_up=False) as run:
                for _ in range(TWELVE - 3):
                    await anext(run)
                with anyio.fail_after(5):
                    await until(lambda: run.progress().waits_for is not None)
                assert run.progress().waits_for == "other processes"
                await other.change(lambda db: leases.retire(db, owner))
                assert len([result async for result in run]) == 3
                assert run.progress().waits_for is None
        assert len(server.links) == TWELVE

    async def test_inputs_that_are_still_to_come_are_no_other_process(self, tmp_path: Path) -> None:
        more = anyio.Event()

        async def slow() -> Any:
            yield LINKS[0]
            await more.wait()
            yield LINKS[1]

        job = Job(tmp_path / "job", fake_client(People()).enrichment.person, inputs=slow())
        async with job.run(warm_up=False) as run:
            await anext(run)
            with anyio.fail_after(5):
                await until(lambda: run.progress().waits_for == "more inputs")
            assert run.progress().reading
            more.set()
            assert len([result async for result in run]) == 1
            assert (run.progress().waits_for, run.progress().reading) == (None, False)


class TestStopped:
    async def test_it_is_not_said_while_another_run_goes_on(self, tmp_path: Path) -> None:
        release = anyio.Event()
        server = Gate(release)
        job = lookups(fake_client(server), tmp_path / "job")
        await job.plan()
        async with job.run(warm_up=False, concurrency=2) as first:
            await until(lambda: server.waiting == 2)
            async with job.run(warm_up=False, max_credits=0) as second:
                assert [result async for result in second] == []
            assert second.stopped is Stop.CREDITS
            said = [(await job.status()).stopped]
            release.set()
            async for _ in first:
                pass
            said.append((await job.status()).stopped)
        assert [*said, (await job.status()).stopped] == [None, None, "finished"]

    async def test_a_run_that_cannot_go_on_stops_with_an_error(self, tmp_path: Path) -> None:
        lix = fake_client(People())
        job = lookups(lix, tmp_path / "job")
        with pytest.raises(ClientClosedError):
            async with job.run(warm_up=False, concurrency=1) as run:
                await anext(run)
                await lix.aclose()
                async for _ in run:
                    pass
        assert (run.stopped, type(run.error)) == (Stop.ERROR, ClientClosedError)
        assert ((await job.status()).stopped, (await job.status()).failed) == ("error", 0)

    @pytest.mark.virtual_time
    async def test_a_long_wait_for_the_rate_is_told_by_its_name(self, tmp_path: Path, wall: Wall) -> None:
        lix = fake_client(People({1: [refusal(429, "rate_limit", retry_after="7200")]}))
        wall.tell(lix)
        async with lookups(lix, tmp_path / "job", LINKS[:2]).run(warm_up=False, concurrency=1) as run:
            await anext(run)
            await anyio.sleep(3600)
            assert str(run.progress().waits_for).startswith("the rate limit, until ")
