"""Inputs are handed out as long as there are any, or may come: time is virtual."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import anyio
import pytest
from bulk_runs import NOON, Wall, link, until, wall

from lixasync.bulk import leases, ledger
from lixasync.bulk.desk import Desk
from lixasync.bulk.inputs import kept
from lixasync.bulk.leases import Spent, Taken
from lixasync.bulk.store import Store
from lixasync.errors import UsageError

__all__ = ["wall"]

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

OWN, OTHER = 1, 2
START = NOON.timestamp()


@pytest.fixture
async def store(wall: Wall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr("lixasync.bulk.desk._LOOK", 1.0)
    made = Store(tmp_path / "people.db")
    await made.open(create=True)
    yield made
    await made.close()


def desk(store: Store, *, ahead: int = 2, fed: Callable[[], bool] = lambda: True) -> Desk:
    return Desk(store, OWN, ahead, fed)


async def add(store: Store, *numbers: int) -> None:
    await store.change(lambda db: ledger.add(db, [kept(link(number), 0) for number in numbers], repeats=True))


async def take(store: Store, owner: int, number: int) -> list[Taken]:
    return await store.change(lambda db: leases.take(db, owner, number, START))


async def finish(store: Store, owner: int, taken: Taken) -> None:
    await store.change(lambda db: leases.finish(db, owner, taken, Spent()))


async def put_back(store: Store, owner: int, taken: Taken, **when: float) -> None:
    await store.change(lambda db: leases.put_back(db, owner, taken, Spent(), **when))  # type: ignore[arg-type] # `due`


def none() -> int:
    return 0


async def test_all_are_handed_out_once(store: Store) -> None:
    await add(store, *range(20))
    counter, found = desk(store), list[int]()

    async def work() -> None:
        while (taken := await counter.next(none)) is not None:
            found.append(taken.id)
            await anyio.sleep(1)
            await finish(store, OWN, taken)
            counter.tell()

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(work)
    assert found == list(range(20))


def takes(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many inputs are taken at once, from now on."""
    found: list[int] = []
    whole = leases.take

    def counted(connection: sqlite3.Connection, owner: int, number: int, now: float) -> list[Taken]:
        found.append(number)
        return whole(connection, owner, number, now)

    monkeypatch.setattr(leases, "take", counted)
    return found


@pytest.mark.parametrize(("pause", "numbers"), [(0.0, [8, 16, 32, 64, 64, 64]), (1.0, [8] * 30)])
async def test_more_are_taken_at_once_when_they_are_used_up_fast(
    store: Store, monkeypatch: pytest.MonkeyPatch, pause: float, numbers: list[int]
) -> None:
    await add(store, *range(240))
    counter, found = desk(store, ahead=8), takes(store, monkeypatch)
    for _ in range(240):
        await anyio.sleep(pause)
        assert await counter.next(none) is not None
    assert found == numbers


async def test_it_waits_for_inputs_that_are_still_read(store: Store) -> None:
    fed = False
    counter, found = desk(store, fed=lambda: fed), list[Taken | None]()

    async def work() -> None:
        found.append(await counter.next(none))

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await until(lambda: counter.idle)
        assert counter.idle_until is None
        await add(store, 0)
        counter.tell()
        await until(lambda: bool(found))
        assert found[0] is not None
        assert not counter.idle
        await finish(store, OWN, found[0])
        group.start_soon(work)
        await until(lambda: counter.idle)
        fed = True
        counter.tell()
    assert found[1:] == [None]


async def test_it_waits_for_the_moment_of_those_that_wait(store: Store, wall: Wall) -> None:
    await add(store, 0)
    (taken,) = await take(store, OWN, 1)
    await put_back(store, OWN, taken, due=START + 3600.5)
    counter, seen = desk(store), list[float | None]()

    async def look() -> None:
        await until(lambda: counter.idle)
        seen.append(counter.idle_until)

    async with anyio.create_task_group() as group:
        group.start_soon(look)
        found = await counter.next(none)
    assert found is not None
    assert found.id == 0
    assert seen == [START + 3600.5]
    assert 3600.5 <= wall.now().timestamp() - START < 3601.5
    assert (counter.idle, counter.idle_until) == (False, None)


async def test_one_that_is_due_soon_comes_soon_though_others_are_under_way(store: Store, wall: Wall) -> None:
    await add(store, 0, 1)
    first, _ = await take(store, OWN, 2)
    await put_back(store, OWN, first, due=START + 0.2)
    assert await desk(store).next(none) is not None
    assert wall.now().timestamp() - START < 0.5


async def test_it_waits_for_what_others_may_give_back(store: Store) -> None:
    await add(store, 0, 1)
    given, kept_back = await take(store, OTHER, 2)
    counter, found = desk(store), list[Taken | None]()

    async def work() -> None:
        while (taken := await counter.next(none)) is not None:
            found.append(taken)
            await finish(store, OWN, taken)

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await until(lambda: counter.idle)
        await put_back(store, OTHER, given)
        await anyio.sleep(1.5)
        assert len(found) == 1
        assert counter.idle
        await finish(store, OTHER, kept_back)
    assert [each.id for each in found if each is not None] == [0]


@pytest.mark.parametrize(("number", "said"), [(1, "1 input is lent"), (2, "2 inputs are lent")])
async def test_what_is_lent_to_chunks_is_not_waited_for(store: Store, number: int, said: str) -> None:
    await add(store, *range(3 + number))
    await take(store, -1, number)
    (given,) = await take(store, OTHER, 1)
    counter, found = desk(store), list[Taken | None]()

    async def work() -> None:
        with pytest.raises(UsageError, match=rf"{said} to chunks.*recall"):
            while (taken := await counter.next(none)) is not None:
                found.append(taken)
                await finish(store, OWN, taken)

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await until(lambda: counter.idle)
        assert len(found) == 2
        await put_back(store, OTHER, given)  # of processes it is waited for
    assert len(found) == 3


async def test_what_this_process_holds_in_doubt_is_not_waited_for(store: Store) -> None:
    await add(store, 0, 1)
    counter = desk(store)
    assert [await counter.next(none) for _ in range(2)] != [None, None]
    with anyio.fail_after(600):
        assert await counter.next(lambda: 2) is None


async def test_two_that_hold_something_in_doubt_do_not_wait_for_each_other(store: Store) -> None:
    await add(store, 0, 1)
    first, second = Desk(store, OWN, 1, lambda: True), Desk(store, OTHER, 1, lambda: True)
    assert await first.next(none) is not None
    assert await second.next(none) is not None
    with anyio.fail_after(600):
        assert await first.next(lambda: 1) is None
        assert await second.next(lambda: 1) is None


async def test_one_that_works_on_something_else_waits_in_spite_of_doubt(store: Store) -> None:
    await add(store, 0, 1)
    counter = desk(store)
    assert await counter.next(none) is not None
    working = await counter.next(none)
    assert working is not None
    found: list[Taken | None] = []

    async def work() -> None:
        found.append(await counter.next(lambda: 1))

    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await until(lambda: counter.idle)
        await anyio.sleep(10)
        assert found == []
        await put_back(store, OWN, working)
        counter.tell()
    assert [each.id for each in found if each is not None] == [1]


async def test_a_closed_one_hands_out_nothing(store: Store) -> None:
    await add(store, *range(5))
    counter = desk(store, ahead=5)
    assert await counter.next(none) is not None
    counter.close()
    assert await counter.next(none) is None


async def test_closing_wakes_who_waits(store: Store) -> None:
    counter = desk(store, fed=lambda: False)
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(partial(counter.next, none))
        await until(lambda: counter.idle)
        counter.close()
    assert not counter.idle
