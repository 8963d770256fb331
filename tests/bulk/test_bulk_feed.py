"""From whatever inputs come in to the job's file: nothing lost, nothing twice, nobody held up."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk import feed as module
from lixasync.bulk import ledger
from lixasync.bulk.feed import Feed
from lixasync.bulk.inputs import kept, restored
from lixasync.bulk.schema import TABLES
from lixasync.bulk.store import Store
from lixasync.errors import InvalidArgumentError, JobFileError

pytestmark = pytest.mark.anyio

REPEATING = [number % 70 for number in range(200)]


def anything(value: object, place: int) -> None:
    """Refuse no input."""


def nothing() -> None: ...


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Store]:
    store = Store(path / "job.db")
    await store.open(create=True)
    try:
        yield store
    finally:
        await store.close()


def listed(connection: sqlite3.Connection) -> list[Any]:
    """Return what was given, in order, repeats included."""
    rows = dict(connection.execute("SELECT id, value FROM inputs"))
    rows.update(connection.execute("SELECT position, value FROM repeats JOIN inputs ON id = input").fetchall())
    numbers = ledger.tally(connection)
    assert sorted(rows) == list(range(numbers["given"]))
    ((inputs,),) = connection.execute("SELECT count(*) FROM inputs")
    assert inputs == numbers["inputs"]
    return [restored(rows[place]) for place in sorted(rows)]


async def fed(store: Store, *sources: Any) -> list[Any]:
    """Give inputs to a file, one source after another, and return what it then has."""
    for source in sources:
        feed = Feed(source, anything)
        await feed.run(store, nothing)
        assert feed.over
    return await store.read(listed)


async def slowly(items: Iterable[Any]) -> AsyncIterator[Any]:
    for item in items:
        await anyio.lowlevel.checkpoint()
        yield item


async def at_once(items: Iterable[Any]) -> AsyncIterator[Any]:
    for item in items:
        yield item


class TestSources:
    @pytest.mark.parametrize(
        "made", [list, tuple, iter, dict.fromkeys, slowly, at_once], ids=lambda made: made.__name__
    )
    async def test_any_iterable_will_do(self, tmp_path: Path, made: Callable[[Any], Any]) -> None:
        items = [f"in {number}" for number in range(300)]
        source = made(items)
        async with opened(tmp_path) as store:
            assert await fed(store, source.keys() if isinstance(source, dict) else source) == items

    @pytest.mark.parametrize("source", ["robin", b"robin", {"a": 1}, 5, object()])
    async def test_what_is_no_list_is_refused_at_once(self, source: Any) -> None:
        with pytest.raises(InvalidArgumentError, match=f"of type {type(source).__name__}; it must be a list"):
            Feed(source, anything)

    async def test_an_empty_list_has_nothing(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as store:
            assert await fed(store, [], slowly([])) == []

    @pytest.mark.parametrize("made", [iter, at_once])
    async def test_a_dict_that_is_changed_and_given_again_counts_each_time(
        self, tmp_path: Path, made: Callable[[Any], Any]
    ) -> None:
        def rows() -> Iterator[dict[str, int]]:
            row: dict[str, int] = {}
            for number in range(50):
                row["number"] = number
                yield row

        async with opened(tmp_path) as store:
            assert await fed(store, made(rows())) == [{"number": number} for number in range(50)]

    @pytest.mark.parametrize("made", [iter, at_once])
    async def test_each_batch_is_told_of_once_it_is_stored(
        self, tmp_path: Path, made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)
        told = Counter[str]()
        async with opened(tmp_path) as store:
            await Feed(made(range(35)), anything).run(store, lambda: told.update(["told"]))
            assert await store.read(listed) == list(range(35))
        assert told["told"] >= 4

    async def test_a_hundred_thousand_inputs(self, tmp_path: Path) -> None:
        items = [f"https://www.linkedin.com/in/robin-{number}" for number in range(100_000)]
        async with opened(tmp_path) as store:
            assert await fed(store, items, items) == items


class TestAgain:
    LIST = ("a", "b", "a", "c", "b")

    async def test_the_same_list_adds_nothing(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as store:
            assert await fed(store, self.LIST, self.LIST, iter(self.LIST), at_once(self.LIST)) == list(self.LIST)

    async def test_what_the_list_has_more_is_added_with_its_repeats(self, tmp_path: Path) -> None:
        longer = [*self.LIST, "d", "a", "d"]
        async with opened(tmp_path) as store:
            assert await fed(store, self.LIST, longer, longer) == longer

    async def test_of_another_list_only_what_is_new_is_added(self, tmp_path: Path) -> None:
        other = ["c", "x", "a", "x", "y"]
        async with opened(tmp_path) as store:
            assert await fed(store, self.LIST, other, other) == [*self.LIST, "x", "y"]

    async def test_a_mended_list_goes_on_where_it_was_refused(self, tmp_path: Path) -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(InvalidArgumentError, match="Input 2 is ''"):
                await fed(store, ["a", "b", "", "a", "d"])
            assert await fed(store, ["a", "b", "c", "a", "d"]) == ["a", "b", "c", "a", "d"]


@given(st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=3), st.integers(1, 4))
def test_lists_one_after_another_lose_nothing_and_double_nothing(lists: list[list[int]], size: int) -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=ledger.Connection)
    for statement in TABLES:
        connection.execute(statement)

    expected: list[int] = []
    for given_now in lists:
        feed = Feed(given_now, anything)
        for begin in range(0, len(given_now), size):
            feed._batch = [kept(value, 0) for value in given_now[begin : begin + size]]
            while feed._batch:
                gone = feed._add(connection)
                feed._place += gone
                del feed._batch[:gone]
        agreeing = given_now[: len(expected)] == expected[: len(given_now)]
        more = given_now[len(expected) :] if agreeing else dict.fromkeys(given_now)
        expected += [value for value in more if agreeing or value not in expected]
        assert listed(connection) == expected
    connection.close()


class TestBadInputs:
    @pytest.mark.parametrize("made", [list, iter, at_once, slowly])
    @pytest.mark.parametrize("place", [0, 1, 9, 10, 11, 24])
    async def test_what_comes_before_a_bad_input_is_kept_and_what_comes_behind_is_not(
        self, tmp_path: Path, made: Callable[[Any], Any], place: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)
        items: list[Any] = list(range(25))
        items[place] = None
        async with opened(tmp_path) as store:
            feed = Feed(made(items), anything)
            for _ in range(3):  # as often as it is gone on with
                with pytest.raises(InvalidArgumentError, match=f"Input {place} is None"):
                    await feed.run(store, nothing)
                assert not feed.over
                assert await store.read(listed) == items[:place]

    @pytest.mark.parametrize("made", [list, iter, at_once, slowly])
    @pytest.mark.parametrize("place", [0, 1, 10, 24])
    async def test_the_same_for_what_the_method_refuses(
        self, tmp_path: Path, made: Callable[[Any], Any], place: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)

        def check(value: object, at: int) -> None:
            assert value == {"number": at}
            if at == place:
                raise InvalidArgumentError(f"Input {at} is not taken.")

        items = [{"number": number} for number in range(25)]
        async with opened(tmp_path) as store:
            feed = Feed(made(items), check)
            for _ in range(3):
                with pytest.raises(InvalidArgumentError, match=f"Input {place} is not taken"):
                    await feed.run(store, nothing)
                assert await store.read(listed) == items[:place]

    @pytest.mark.parametrize("asynchronous", [False, True])
    async def test_an_error_of_the_source_is_raised_behind_what_came_before_it(
        self, tmp_path: Path, asynchronous: bool
    ) -> None:
        def broken() -> Iterator[int]:
            yield from range(20)
            raise OSError("no such line")

        async with opened(tmp_path) as store:
            feed = Feed(at_once(broken()) if asynchronous else broken(), anything)
            for _ in range(2):
                with pytest.raises(OSError, match="no such line"):
                    await feed.run(store, nothing)
                assert not feed.over
                assert await store.read(listed) == list(range(20))

    @pytest.mark.parametrize("made", [iter, at_once])
    async def test_what_could_not_be_stored_is_stored_later(
        self, tmp_path: Path, made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add, failures = ledger.add, ["the disk is full"]

        def full(*args: Any, **options: Any) -> int:
            added = add(*args, **options)
            if failures:
                raise JobFileError(failures.pop())
            return added

        monkeypatch.setattr(module, "add", full)
        async with opened(tmp_path) as store:
            feed = Feed(made(range(100)), anything)
            with pytest.raises(JobFileError, match="full"):
                await feed.run(store, nothing)
            assert await store.read(listed) == []
            await feed.run(store, nothing)
            await feed.run(store, pytest.fail)  # it is over, and does nothing any more
            assert await store.read(listed) == list(range(100))


class TestInterrupted:
    async def test_a_source_that_blocks_holds_nobody_up_and_goes_on_later(self, tmp_path: Path) -> None:
        asked, go_on = threading.Event(), threading.Event()

        def blocking() -> Iterator[str]:
            yield "a"
            asked.set()
            go_on.wait()
            yield "b"

        async with opened(tmp_path) as store:
            feed = Feed(blocking(), anything)
            async with anyio.create_task_group() as group:
                group.start_soon(feed.run, store, nothing)
                while not asked.is_set() or await store.read(listed) != ["a"]:
                    await anyio.lowlevel.checkpoint()
                group.cancel_scope.cancel()
            assert not feed.over
            go_on.set()
            await feed.run(store, nothing)
            assert await store.read(listed) == ["a", "b"]

    @pytest.mark.parametrize("made", [iter, at_once])
    async def test_cancelled_at_every_batch_it_loses_nothing(
        self, tmp_path: Path, made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 7)
        monkeypatch.setattr(module, "_AHEAD", 14)
        async with opened(tmp_path) as store:
            feed = Feed(made([number % 60 for number in range(200)]), anything)
            runs = 0
            while not feed.over:
                runs += 1
                with anyio.CancelScope() as scope:
                    await feed.run(store, scope.cancel)
            assert await store.read(listed) == [number % 60 for number in range(200)]
            assert runs > 20

    async def test_a_generator_that_was_interrupted_does_not_pass_for_one_that_ended(self, tmp_path: Path) -> None:
        async def waiting() -> AsyncIterator[str]:
            yield "a"
            await anyio.sleep_forever()

        async with opened(tmp_path) as store:
            feed = Feed(waiting(), anything)
            with anyio.CancelScope() as scope:
                await feed.run(store, scope.cancel)
            assert not feed.over
            for _ in range(2):
                with pytest.raises(InvalidArgumentError, match="interrupted while they were read"):
                    await feed.run(store, nothing)
                assert not feed.over
            assert await fed(store, ["a", "b"]) == ["a", "b"]

    def test_it_goes_on_in_another_event_loop(self, tmp_path: Path) -> None:
        feed = Feed(iter(range(50_000)), anything)

        async def a_part() -> None:
            async with opened(tmp_path) as store:
                with anyio.CancelScope() as scope:
                    await feed.run(store, scope.cancel)

        async def the_rest() -> list[Any]:
            async with opened(tmp_path) as store:
                await feed.run(store, nothing)
                return await store.read(listed)

        asyncio.run(a_part())
        assert not feed.over
        assert asyncio.run(the_rest()) == list(range(50_000))


class TestTogether:
    @pytest.mark.parametrize("made", [iter, at_once])
    async def test_who_comes_while_it_runs_waits_until_all_is_there(
        self, tmp_path: Path, made: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)
        feed = Feed(made(range(100)), anything)

        async def run() -> None:
            async with opened(tmp_path) as store:
                await feed.run(store, nothing)
                assert await store.read(listed) == list(range(100))

        async with opened(tmp_path), anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(run)

    @pytest.mark.parametrize(
        ("lists", "expected"), [((REPEATING,) * 3, REPEATING), ((range(100), range(50, 150)), range(150))]
    )
    async def test_several_feeds_at_once_lose_nothing_and_double_nothing(
        self, tmp_path: Path, lists: Any, expected: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)

        async def run(source: Any) -> None:
            async with opened(tmp_path) as store:
                await Feed(source, anything).run(store, nothing)

        async with opened(tmp_path) as store:
            async with anyio.create_task_group() as group:
                for made, items in zip((list, iter, slowly), lists, strict=False):
                    group.start_soon(run, made(items))
            assert sorted(await store.read(listed)) == sorted(expected)


class TestMemory:
    @pytest.mark.parametrize("asynchronous", [False, True])
    async def test_no_more_is_read_ahead_than_its_bound(
        self, tmp_path: Path, asynchronous: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)
        monkeypatch.setattr(module, "_AHEAD", 30)
        read, most = 0, 0

        def counted() -> Iterator[int]:
            nonlocal read
            for number in range(500):
                read += 1
                yield number

        feed = Feed(at_once(counted()) if asynchronous else counted(), anything)

        def stored() -> None:
            nonlocal most
            most = max(most, read - feed._place)

        async with opened(tmp_path) as store:
            await feed.run(store, stored)
            assert await store.read(listed) == list(range(500))
        assert 0 < most <= 30 + 10 + 1

    async def test_the_thread_of_a_source_that_nobody_wants_any_more_ends(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_BATCH", 10)
        monkeypatch.setattr(module, "_AHEAD", 30)
        before = set(threading.enumerate())
        async with opened(tmp_path) as store:
            feed = Feed(iter(range(10**9)), anything)
            with anyio.CancelScope() as scope:
                await feed.run(store, scope.cancel)
        (thread,) = (each for each in set(threading.enumerate()) - before if each.name == "lixasync inputs")
        del feed
        gc.collect()
        thread.join(timeout=20)
        assert not thread.is_alive()
