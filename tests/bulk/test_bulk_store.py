"""The file of a job: changes are written together, whole or not at all, whatever is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import pytest
from bulk_files import Held, mode_of, move, names_in, note, put_into, remove

from lixasync.bulk import ledger, store
from lixasync.bulk.inputs import kept
from lixasync.bulk.store import Store
from lixasync.errors import JobFileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.db"


@pytest.fixture
async def opened(path: Path) -> AsyncIterator[Store]:
    made = Store(path)
    await made.open(create=True)
    yield made
    await made.close()


def begun(opened: Store) -> list[str]:
    """Count the transactions that are begun from now on."""
    found: list[str] = []

    def trace(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE"):
            found.append(statement)

    assert opened._writer is not None
    opened._writer.set_trace_callback(trace)
    return found


@pytest.mark.anyio
class TestChanges:
    async def test_those_that_come_together_are_written_together(self, opened: Store) -> None:
        transactions = begun(opened)
        held = Held()
        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            for number in range(50):
                group.start_soon(opened.change, note(str(number)))
            await anyio.wait_all_tasks_blocked()
            held.go()
        assert len(transactions) == 2
        assert len(await opened.read(ledger.about)) == 51

    async def test_one_that_raises_leaves_the_others(self, opened: Store) -> None:
        def bad(connection: sqlite3.Connection) -> None:
            ledger.note(connection, "bad", "here")
            raise LookupError("no")

        held, raised = Held(), []

        async def change_badly() -> None:
            with pytest.raises(LookupError) as caught:
                await opened.change(bad)
            raised.append(caught.value)

        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            for each in (partial(opened.change, note("before")), change_badly, partial(opened.change, note("after"))):
                group.start_soon(each)
                await anyio.wait_all_tasks_blocked()
            held.go()
        assert len(raised) == 1
        assert set(await opened.read(ledger.about)) == {"held", "before", "after"}

    async def test_those_that_are_made_again_tell_what_came_of_it_then(self, opened: Store) -> None:
        """One that is refused takes the others back, and some of those are refused by then, too."""
        told: dict[str, object] = {}

        async def change(name: str, make: Callable[[sqlite3.Connection], object]) -> None:
            try:
                told[name] = await opened.change(make)
            except LookupError as error:
                told[name] = error

        def counted(connection: sqlite3.Connection) -> int:
            return ledger.count(connection, requests=1)["requests"]

        def once_only(connection: sqlite3.Connection) -> int:
            tries.append(1)
            if len(tries) > 1:
                raise LookupError("again")
            return counted(connection)

        def bad(connection: sqlite3.Connection) -> None:
            counted(connection)
            raise LookupError("no")

        held, tries = Held(), list[int]()
        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            for name, make in (("a", counted), ("b", once_only), ("c", bad), ("d", counted), ("e", counted)):
                group.start_soon(change, name, make)
                await anyio.wait_all_tasks_blocked()
            held.go()
        assert (told["a"], told["d"], told["e"]) == (1, 2, 3)
        assert {name: str(error) for name, error in told.items() if name in "bc"} == {"b": "again", "c": "no"}
        assert (await opened.read(ledger.tally))["requests"] == 3

    async def test_what_is_counted_is_told_at_once_and_written_together(self, opened: Store) -> None:
        told: dict[str, int] = {}

        async def change(name: str, make: Callable[[sqlite3.Connection], int]) -> None:
            told[name] = await opened.change(make)

        def looked(connection: sqlite3.Connection) -> int:
            return ledger.tally(connection)["requests"]

        makes: tuple[tuple[str, Callable[[sqlite3.Connection], int]], ...] = (
            ("a", lambda db: ledger.count(db, requests=2)["requests"]),
            ("seen", looked),
            ("added", lambda db: ledger.add(db, [kept("x", 0)], repeats=True)),
            ("b", lambda db: ledger.count(db, requests=3, done=1)["requests"]),
        )
        held = Held()
        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            for name, make in makes:
                group.start_soon(change, name, make)
                await anyio.wait_all_tasks_blocked()
            held.go()
        assert told == {"a": 2, "seen": 2, "added": 1, "b": 5}
        assert await opened.read(ledger.tally) == {
            "given": 1, "inputs": 1, "done": 1, "failed": 0, "items": 0, "requests": 5, "credits": 0
        }  # fmt: skip

    async def test_what_was_taken_back_is_not_counted(self, opened: Store) -> None:
        def bad(connection: sqlite3.Connection) -> None:
            ledger.count(connection, requests=7)
            raise LookupError("no")

        with pytest.raises(LookupError):
            await opened.change(bad)
        assert (await opened.change(lambda db: ledger.count(db, done=1)))["requests"] == 0
        assert (await opened.read(ledger.tally))["requests"] == 0

    async def test_what_another_wrote_meanwhile_counts(self, opened: Store, path: Path) -> None:
        async with Store(path) as other:
            await other.open(create=False)
            for number, each in enumerate((opened, other, opened), 1):
                assert (await each.change(lambda db: ledger.count(db, done=1)))["done"] == number

    async def test_what_it_returns(self, opened: Store) -> None:
        assert await opened.change(lambda db: 7) == 7

    async def test_one_that_was_cancelled_is_made_and_waited_for(self, opened: Store) -> None:
        held = Held()
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(opened.change, held)
                group.start_soon(opened.change, note("second"))
                await held.has_begun()
                scope.cancel()
                held.go()
        assert set(await opened.read(ledger.about)) == {"held", "second"}

    async def test_who_is_cancelled_begins_none(self, opened: Store) -> None:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await opened.change(note("late"))
        assert await opened.read(ledger.about) == {}

    async def test_reading_sees_what_was_written_and_is_in_nobodys_way(self, opened: Store) -> None:
        held = Held()
        async with anyio.create_task_group() as group:
            group.start_soon(opened.change, held)
            await held.has_begun()
            assert await opened.read(ledger.about) == {}
            held.go()
        assert await opened.read(ledger.about) == {"held": "here"}

    async def test_the_last_to_close_leaves_one_file(self, path: Path) -> None:
        first, second = Store(path), Store(path)
        for each in (first, second):
            await each.open(create=True)
            await each.change(note("x"))
            await each.read(ledger.about)
        await first.close()
        await second.close()
        assert names_in(path.parent) == ["people.db"]
        assert mode_of(path) == 0o600


@pytest.mark.anyio
class TestPlace:
    async def test_nobody_looks_into_a_file_that_was_closed(self, path: Path) -> None:
        opened = Store(path)
        await opened.open(create=True)
        await opened.close()
        with pytest.raises(JobFileError, match="closed"):
            await opened.read(ledger.about)

    async def test_several_make_the_same_file_at_once(self, path: Path) -> None:
        found: list[dict[str, str]] = []

        async def make(number: int) -> None:
            opened = Store(path)
            await opened.open(create=True)
            await opened.change(note(str(number)))
            found.append(await opened.read(ledger.about))
            await opened.close()

        async with anyio.create_task_group() as group:
            for number in range(6):
                group.start_soon(make, number)
        assert max(map(len, found)) == 6
        assert names_in(path.parent) == ["people.db"]

    async def test_another_makes_the_file_first(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It holds the file when this one finds it empty, and has made it when this one's turn comes."""
        put_into(path, b"")
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        write_ahead, tried = store._write_ahead, threading.Event()

        def tell(connection: sqlite3.Connection) -> None:
            write_ahead(connection)
            tried.set()

        def finish_first() -> None:
            assert tried.wait(10)
            store._set_up(other)
            ledger.note(other, "other", "here")
            other.execute("COMMIT")
            other.close()

        monkeypatch.setattr(store, "_write_ahead", tell)
        opened = Store(path)
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.to_thread.run_sync, finish_first)
            await opened.open(create=True)
        assert await opened.read(ledger.about) == {"other": "here"}
        await opened.change(note("x"))
        await opened.close()

    @pytest.mark.parametrize("replaced", [False, True])
    async def test_one_that_was_removed_or_replaced_is_not_written(
        self, opened: Store, path: Path, *, replaced: bool
    ) -> None:
        await opened.change(note("before"))
        for name in names_in(path.parent):
            remove(path.with_name(name))
        if replaced:
            put_into(path, b"")
        for _ in range(2):
            with pytest.raises(JobFileError, match="was removed or replaced while it was in use") as caught:
                await opened.change(note("after"))
            assert "Put it back" in caught.value.hint
        assert names_in(path.parent) == ["people.db"] * replaced

    async def test_one_that_came_back_is_written(self, opened: Store, path: Path) -> None:
        away = path.with_name("away.db")
        move(path, away)
        with pytest.raises(JobFileError, match="was removed or replaced"):
            await opened.change(note("lost"))
        move(away, path)
        await opened.change(note("x"))
        assert set(await opened.read(ledger.about)) == {"x"}


def test_asyncios_own_cancellation_loses_nothing(path: Path) -> None:
    """As at Ctrl-C, in `asyncio.timeout` and in `asyncio.TaskGroup`: no shield holds that back."""

    async def main() -> dict[str, str]:
        opened, held = Store(path), Held()
        await opened.open(create=True)
        first = asyncio.create_task(opened.change(held))
        await held.has_begun()
        others = [asyncio.create_task(opened.change(note(str(number)))) for number in range(3)]
        looking = asyncio.create_task(opened.read(lambda db: held.at.wait(10)))
        await anyio.wait_all_tasks_blocked()
        for task in (first, others[0], looking):
            task.cancel()
        await asyncio.wait([first, others[0], looking])
        assert first.cancelled()
        held.go()
        await asyncio.gather(*others[1:])
        found = await opened.read(ledger.about)
        await opened.close()
        return found

    assert set(asyncio.run(main())) == {"held", "0", "1", "2"}


def test_a_file_is_closed_when_the_last_change_is_made(path: Path) -> None:
    async def main() -> None:
        opened, held = Store(path), Held()
        await opened.open(create=True)
        change = asyncio.create_task(opened.change(held))
        await held.has_begun()
        change.cancel()
        closing = asyncio.create_task(opened.close())
        await anyio.wait_all_tasks_blocked()
        held.go()
        await closing

    asyncio.run(main())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert ledger.about(connection) == {"held": "here"}


def test_nobody_listens_any_more(path: Path) -> None:
    opened, held = Store(path), Held()

    async def main() -> None:
        await opened.open(create=True)
        change = asyncio.create_task(opened.change(held))
        await held.has_begun()
        change.cancel()

    asyncio.run(main())
    held.go()
    opened._batches.put(None)
    assert opened._thread is not None
    opened._close(opened._thread)
    assert names_in(path.parent) == ["people.db"]
