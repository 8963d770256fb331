"""Who asks a watch, and how: several tasks, single polls, another event loop."""

from __future__ import annotations

import asyncio
from typing import Any

import anyio
import pytest
from polling_servers import EVERY, Member, MemoryStore, ModifiedServer, names

from lixasync.errors import DailyLimitError, EventLoopError

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

TICK = EVERY.total_seconds()


class TestSharing:
    @pytest.mark.parametrize("ways", [("__anext__", "__anext__"), ("poll", "poll"), ("__anext__", "poll")])
    async def test_two_tasks_that_ask_at_once_are_answered_one_after_the_other(self, ways: tuple[str, str]) -> None:
        server, got = ModifiedServer(latency=10), []
        server.steps = {number: lambda n=number: server.put(Member(f"m{n}")) for number in (1, 2)}
        watch = server.watch(MemoryStore())

        async def ask(way: str) -> None:
            got.extend(names(await getattr(watch, way)()))

        async with anyio.create_task_group() as group:
            for way in ways:
                group.start_soon(ask, way)
        assert sorted(got) == ["m1", "m2"]
        assert server.times == [0, TICK]

    async def test_commit_does_not_wait_for_the_next_poll(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        watch = server.watch(store)
        await anext(watch)
        async with anyio.create_task_group() as group:
            group.start_soon(anext, watch)
            await anyio.wait_all_tasks_blocked()
            before = anyio.current_time()
            await watch.commit()
            assert anyio.current_time() == before
            group.cancel_scope.cancel()

    async def test_iterating_again_goes_on(self) -> None:
        server = ModifiedServer()
        server.steps = {number: lambda n=number: server.put(Member(f"m{n}")) for number in (1, 2)}
        watch = server.watch(MemoryStore())
        got = []
        for _ in range(2):
            async for batch in watch:
                got.append(names(batch))
                break
        assert got == [["m1"], ["m2"]]


class TestSinglePolls:
    async def test_a_poll_that_finds_nothing_returns_an_empty_batch_and_moves_the_watermark(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        watch = server.watch(store)
        changes = await watch.poll()
        assert (bool(changes), watch.polls, server.times) == (False, 1, [0])
        begun = store.text
        await watch.commit()
        assert store.text != begun
        server.put(Member("a"))
        again = server.watch(store)
        assert names(await again.poll()) == ["a"]
        await again.commit()
        assert not await server.watch(store).poll()

    async def test_a_poll_that_was_not_committed_comes_again(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        assert names(await server.watch(store).poll()) == ["a"]
        assert names(await server.watch(store).poll()) == ["a"]

    async def test_the_next_poll_waits_for_its_time_and_says_the_last_batch_is_done(self) -> None:
        server, store = ModifiedServer(latency=10), MemoryStore()
        server.put(Member("a"))
        watch = server.watch(store)
        assert watch.next_poll_in is None
        await watch.poll()
        assert watch.next_poll_in == TICK - 20
        assert not await watch.poll()
        assert server.times == [0, TICK]
        await anyio.sleep(TICK)
        assert watch.next_poll_in == 0

    async def test_a_failure_that_passes_is_told_and_waited_out(self) -> None:
        server = ModifiedServer()
        server.steps = {2: DailyLimitError("Used up.", retry_after=3 * TICK)}
        watch = server.watch(MemoryStore())
        await watch.poll()
        assert not await watch.poll()
        assert isinstance(watch.last_error, DailyLimitError)
        assert watch.next_poll_in == 3 * TICK
        await watch.poll()
        assert watch.last_error is None

    async def test_the_first_failure_is_raised(self) -> None:
        server = ModifiedServer()
        server.steps = {1: DailyLimitError("Used up.", retry_after=3 * TICK)}
        with pytest.raises(DailyLimitError):
            await server.watch(MemoryStore()).poll()


def test_a_second_event_loop_is_refused() -> None:
    async def make() -> Any:
        server = ModifiedServer(latency=0)
        server.put(Member("a"))
        watch = server.watch(MemoryStore())
        await anext(watch)
        return watch

    watch = asyncio.run(make())

    async def go_on(ask: Any) -> None:
        with pytest.raises(EventLoopError, match="This watch"):
            await ask()

    for ask in (watch.__anext__, watch.poll, watch.commit):
        asyncio.run(go_on(ask))


def test_a_second_event_loop_touches_nothing() -> None:
    calls: list[str] = []
    store = MemoryStore(before=calls.append, after=lambda _name: anyio.sleep_forever())

    async def begin() -> Any:
        watch = ModifiedServer().watch(store)
        with anyio.move_on_after(0.001):
            await anext(watch)
        return watch

    async def go_on(ask: Any) -> None:
        with pytest.raises(EventLoopError), anyio.fail_after(5):
            await ask()

    watch = asyncio.run(begin())
    for ask in (watch.__anext__, watch.poll):
        asyncio.run(go_on(ask))
    assert calls == ["load"]
