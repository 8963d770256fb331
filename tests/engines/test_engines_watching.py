"""Watches whose state is in a store: one poll at a time, from any machine, each change once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import pytest
from tests.engines.engine_chunks import MemoryChunks
from tests.polling.polling_servers import ListServer, Member, ModifiedServer, says

from lixasync.engines import StoreState, poll_once
from lixasync.errors import InvalidArgumentError, JobFileError, StateError
from lixasync.polling.changes import Changes
from lixasync.polling.listing import watch_listing
from lixasync.polling.store import StateStore
from lixasync.polling.watch import Watch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

NAME = "connections.watermark"


class Handler:
    """Takes changes, or fails to."""

    def __init__(self) -> None:
        self.names: list[str | None] = []
        self.fails = False

    async def __call__(self, changes: Changes[Member]) -> None:
        if self.fails:
            raise RuntimeError("The queue is full.")
        self.names += [member.identity for member in changes]


def watch(server: ModifiedServer, store: MemoryChunks) -> Watch[Member]:
    return server.watch(StoreState(store, NAME))


async def test_each_change_once_though_each_poll_is_made_elsewhere() -> None:
    server, store, handle = ModifiedServer(), MemoryChunks(), Handler()
    for number in range(5):
        server.put(Member(f"m{number}"))
        assert len(await poll_once(watch(server, store), handle)) == 1
        await anyio.sleep(900)
    assert not await poll_once(watch(server, store), handle)
    assert handle.names == ["m0", "m1", "m2", "m3", "m4"]


async def test_what_was_not_handled_comes_again() -> None:
    server, store, handle = ModifiedServer(), MemoryChunks(), Handler()
    await poll_once(watch(server, store), handle)
    await anyio.sleep(900)
    server.put(Member("new"))
    handle.fails = True
    for _ in range(2):
        with pytest.raises(RuntimeError, match="full"):
            await poll_once(watch(server, store), handle)
    handle.fails = False
    await poll_once(watch(server, store), handle)
    await poll_once(watch(server, store), handle)
    assert handle.names == ["new"]


async def test_nothing_is_handled_without_changes_and_the_place_is_kept() -> None:
    server, store = ModifiedServer(), MemoryChunks()

    async def refuse(_: object) -> None:
        raise AssertionError("there is nothing to handle")

    for _ in range(3):
        assert not await poll_once(watch(server, store), refuse)
        await anyio.sleep(900)
    assert server.asked[2] - server.asked[1] >= timedelta(seconds=900)


async def test_a_listing() -> None:
    one, two = Member("one"), Member("two")
    server, store, handle = ListServer([[one], [one, two], [two]]), MemoryChunks(), Handler()
    state = StoreState(store, NAME)
    gone = 0
    for _ in range(3):
        made = watch_listing(server.fetch, content=says, every=900, query="me", state=state)
        gone += len((await poll_once(made, handle)).gone)
    assert (handle.names, gone) == (["one", "two"], 1)


async def test_two_at_once_are_told() -> None:
    server, store, handle = ModifiedServer(), MemoryChunks(), Handler()
    await poll_once(watch(server, store), handle)
    await anyio.sleep(900)
    server.put(Member("new"))
    late = watch(server, store)
    changes = await late.poll()
    await poll_once(watch(server, store), handle)
    assert len(changes) == 1
    with pytest.raises(StateError, match="changed by somebody else"):
        await late.commit()
    assert handle.names == ["new"]


class TestStoreState:
    def test_it_is_a_state(self) -> None:
        assert isinstance(StoreState(MemoryChunks(), NAME), StateStore)
        with pytest.raises(InvalidArgumentError, match="no name in a store"):
            StoreState(MemoryChunks(), "a/b")

    async def test_there_and_back(self) -> None:
        store = MemoryChunks()
        state = StoreState(store, NAME)
        assert await state.load() is None
        for text in ("one", "two", "ü"):
            await state.save(text)
            assert await StoreState(store, NAME).load() == await state.load() == text
        await StoreState(store, "another").save("three")
        assert await state.load() == "ü"

    async def test_nothing_of_others_is_written_over(self) -> None:
        store = MemoryChunks()
        state, other = StoreState(store, NAME), StoreState(store, NAME)
        await state.save("one")
        with pytest.raises(StateError):
            await other.save("two")
        assert await other.load() == "one"
        await other.save("two")
        with pytest.raises(StateError):
            await state.save("three")
        await store.delete(NAME)
        with pytest.raises(StateError):
            await other.save("four")
        assert await state.load() is None

    @pytest.mark.parametrize("before", [None, "zero"])
    async def test_saving_may_be_interrupted_and_repeated(self, before: str | None) -> None:
        store = MemoryChunks()
        state = StoreState(store, NAME)
        if before is not None:
            await state.save(before)

        def fail(_: str) -> None:
            raise JobFileError("The answer was lost.")

        store.after = fail
        with pytest.raises(JobFileError):
            await state.save("one")
        store.after = lambda _: None
        await state.save("one")
        await state.save("two")
        assert await state.load() == "two"

    async def test_what_is_no_text(self) -> None:
        store: Any = MemoryChunks()
        await store.put(NAME, b"\xff\xfe", None)
        with pytest.raises(StateError, match="no state of a watch"):
            await StoreState(store, NAME).load()
