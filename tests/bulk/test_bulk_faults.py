"""What can befall a job's file: full disks, locks, kills in the middle of a write, damage."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import anyio
import pytest
from bulk_files import Held, held_in, links, names_in, note, put_into, remove
from bulk_runs import LINKS, People, finish, results, some
from tests.support.fake import client

from lixasync import JobFileError
from lixasync.bulk import Job, Stop, ledger, store
from lixasync.bulk.store import Store, facts_of

EVERYTHING = "Everything that was stored before is kept."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.db"


@pytest.fixture
async def opened(path: Path) -> AsyncIterator[Store]:
    made = Store(path)
    await made.open(create=True)
    yield made
    await made.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody who holds a file."""
    monkeypatch.setattr(store, "_PATIENCE", 0.0)


@contextlib.contextmanager
def full(monkeypatch: pytest.MonkeyPatch, pages: int) -> Iterator[None]:
    """Let the disk have no room for more than so many pages."""
    connect = store._connect

    def bounded(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(store, "_connect", bounded)
        yield


@pytest.mark.anyio
class TestFaults:
    async def test_a_full_disk(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        people = People()
        async with client(people) as lix:
            job = Job(path, lix.enrichment.person, inputs=links(500))
            with full(monkeypatch, 40):
                run = job.run(warm_up=False)
                with pytest.raises(JobFileError, match=f"the disk is full. {EVERYTHING}") as caught:
                    await run
            assert run.stopped is Stop.ERROR
            assert isinstance(run.error, JobFileError)
            assert "Free some space" in caught.value.hint
            assert caught.value.type == "SQLITE_FULL"
            monkeypatch.setattr("lixasync.bulk.owners.LEASE", 0.0)  # the run that failed could not say that it is over
            assert await finish(job) is Stop.FINISHED
            found = await results(job)
        assert [result.input for result in found] == links(500)
        assert len(set(people.links)) == 500
        assert len(people.links) <= 500 + 8

    @pytest.mark.usefixtures("impatient")
    async def test_a_file_that_is_held(self, path: Path) -> None:
        people = People()
        async with client(people) as lix:
            job = Job(path, lix.enrichment.person, inputs=LINKS)
            first = await some(job, 3, concurrency=1)
            before = held_in(path)
            with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                with pytest.raises(JobFileError, match=f"another program holds it locked. {EVERYTHING}") as caught:
                    await finish(job)
                other.execute("ROLLBACK")
                other.execute("PRAGMA locking_mode = EXCLUSIVE")
                other.execute("BEGIN EXCLUSIVE")
                for look in (job.status, job.plan, lambda: results(job), lambda: finish(job)):
                    with pytest.raises(JobFileError, match="another program holds it locked"):
                        await look()
                with pytest.raises(JobFileError, match="another program holds it locked"):
                    Job.open(path)
                other.execute("ROLLBACK")
            assert "Close what else has it open" in caught.value.hint
            assert held_in(path) == before
            assert await finish(job) is Stop.FINISHED
        assert len(first) == 3
        assert sorted(people.links) == sorted(LINKS)

    async def test_a_file_that_may_not_be_written(self, opened: Store) -> None:
        assert opened._writer is not None
        opened._writer.execute("PRAGMA query_only = 1")
        with pytest.raises(JobFileError, match=f"it may not be written. {EVERYTHING}") as caught:
            await opened.change(note("x"))
        assert "permissions" in caught.value.hint
        opened._writer.execute("PRAGMA query_only = 0")
        await opened.change(note("x"))

    async def test_an_error_nobody_foresaw(self, opened: Store) -> None:
        with pytest.raises(JobFileError, match="SQLite says: no such table: missing"):
            await opened.read(lambda db: db.execute("SELECT * FROM missing"))

    async def test_all_who_waited_learn_of_a_failure(self, opened: Store) -> None:
        held, errors = Held(), []

        async def change(make: Callable[[sqlite3.Connection], object]) -> None:
            with pytest.raises(JobFileError) as caught:
                await opened.change(make)
            errors.append(caught.value)

        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            for make in (note("before"), lambda db: db.execute("SELECT * FROM missing"), note("after")):
                group.start_soon(change, make)
            await anyio.wait_all_tasks_blocked()
            held.go()
        assert len({id(error) for error in errors}) == 3
        assert await opened.read(ledger.about) == {"held": "here"}

    async def test_a_file_that_was_removed_is_not_made_anew(self, path: Path) -> None:
        opened = Store(path)
        await opened.open(create=True)
        remove(path)
        with pytest.raises(JobFileError, match="it cannot be opened"):
            await opened.read(ledger.about)
        await opened.close()
        assert path.name not in names_in(path.parent)


@pytest.fixture
def killed(path: Path, tmp_path: Path) -> Path:
    """A copy of a job's file as a kill leaves it: some of it beside the file."""
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()

    async def main() -> None:
        async with client(People()) as lix:
            async with Job(path, lix.enrichment.person, inputs=links(60)).run(warm_up=False, concurrency=1) as run:
                count = 0
                async for _ in run:
                    count += 1
                    if count == 30:
                        for each in path.parent.glob("people.db*"):
                            shutil.copy(each, copy.parent)

    anyio.run(main)
    copy.with_name("people.db-shm").unlink()
    return copy


async def go_on(path: Path) -> list[str]:
    """Go on with a job of 60 people, and return who was asked for."""
    people = People()
    async with client(people) as lix:
        job = Job(path, lix.enrichment.person, inputs=links(60))
        assert await finish(job) is Stop.FINISHED
        assert [result.input for result in await results(job)] == links(60)
    return people.links


@pytest.mark.anyio
class TestTornWrites:
    async def test_a_kill(self, killed: Path) -> None:
        assert len(await forced(killed)) <= 31

    @pytest.mark.parametrize("seed", range(12))
    async def test_what_was_not_wholly_written_was_never_written(self, killed: Path, seed: int) -> None:
        """The rest of the log is cut off or overwritten at any place: what stands before holds."""
        chance = random.Random(seed)
        log = killed.with_name("people.db-wal")
        size = log.stat().st_size
        with log.open("r+b") as file:
            place = chance.randrange(size)
            if seed % 2:
                file.truncate(place)
            else:
                file.seek(place)
                file.write(chance.randbytes(min(5000, size - place)))
        asked = await forced(killed)
        assert len(asked) == len(set(asked))

    @pytest.mark.parametrize("damage", ["cut", "overwritten"])
    async def test_a_damaged_file(self, path: Path, damage: str) -> None:
        async with client(People()) as lix:
            job = Job(path, lix.enrichment.person, inputs=links(200))
            await finish(job)
            whole = held_in(path)
            half = len(whole) // 2
            put_into(path, whole[:half] if damage == "cut" else whole[:4096] + b"\xa5" * half + whole[4096 + half :])
            broken = held_in(path)
            for look in (job.status, lambda: results(job)):
                with pytest.raises(JobFileError, match="it is damaged") as caught:
                    await look()
                assert EVERYTHING not in caught.value.message
                assert ".recover" in caught.value.hint
            assert held_in(path) == broken
            put_into(path, whole)
            assert len(await results(job)) == 200


async def forced(path: Path) -> list[str]:
    """Go on with a job whose process is gone, though this very one is meant."""
    try:
        facts_of(path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE workers SET seen = 0")
            connection.commit()
    except sqlite3.OperationalError:  # not even the tables were written wholly
        pass
    return await go_on(path)
