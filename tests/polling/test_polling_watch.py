"""The watch: when it polls, when it saves, what it raises and what it waits out; in virtual time, on both loops."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from polling_servers import EVERY, START, Killed, Member, MemoryStore, ModifiedServer, batches, names

from lixasync.errors import (
    AuthenticationError,
    DailyLimitError,
    LixasyncError,
    NotFoundError,
    ServerError,
    StateError,
    UsageError,
)
from lixasync.polling.changes import Polled
from lixasync.polling.modified import watch_modified

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

TICK = EVERY.total_seconds()


class TestTiming:
    async def test_the_first_poll_is_made_at_once_and_the_next_from_start_to_start(self) -> None:
        server = ModifiedServer(latency=10)
        server.steps = {number: lambda n=number: server.put(Member(f"m{n}")) for number in (1, 2, 4)}
        watch = server.watch(MemoryStore())
        assert [names(batch) for batch in await batches(watch, 3)] == [["m1"], ["m2"], ["m4"]]
        assert server.times == [0, TICK, 2 * TICK, 3 * TICK]
        assert watch.polls == 4

    async def test_a_slow_consumer_gets_the_next_poll_at_once_and_missed_ones_are_not_made_up_for(self) -> None:
        server = ModifiedServer(latency=1)
        server.steps = {number: lambda n=number: server.put(Member(f"m{n}")) for number in range(1, 9)}
        watch = server.watch(MemoryStore())
        await anext(watch)
        await anyio.sleep(3.5 * TICK)
        late = server.seconds()
        await batches(watch, 2)
        assert server.times == [0, late, late + TICK]

    async def test_seconds_will_do(self) -> None:
        server = ModifiedServer()
        server.steps = {2: lambda: server.put(Member("m"))}
        await anext(server.watch(MemoryStore(), every=60))
        assert server.times == [0, 60]


class TestSaving:
    async def test_a_new_state_is_saved_before_the_first_request(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.steps = {1: lambda: saved.extend(store.saved) or server.put(Member("m"))}
        saved: list[str] = []
        await anext(server.watch(store))
        assert len(saved) == 1

    async def test_a_place_where_nothing_can_be_saved_costs_no_request(self) -> None:
        def full(name: str) -> None:
            if name == "save":
                raise OSError("No space left")

        server = ModifiedServer()
        watch = server.watch(MemoryStore(before=full))
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                await anext(watch)
        assert server.asked == []

    async def test_a_batch_is_done_when_the_next_one_is_asked_for(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        saved: list[str | None] = []
        watch = server.watch(store)
        await anext(watch)
        first = store.text
        assert names(await anext(server.watch(MemoryStore(text=store.text)))) == ["a"]
        server.steps = {3: lambda: saved.append(store.text) or server.put(Member("b"))}
        await anext(watch)
        assert saved[0] not in (None, first)
        restarted = server.watch(MemoryStore(text=store.text))
        assert names(await anext(restarted)) == ["b"]

    async def test_commit_says_so_without_asking(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        server.steps = {3: lambda: server.put(Member("b"))}
        watch = server.watch(store)
        await watch.commit()
        assert store.saved == []
        await anext(watch)
        await watch.commit()
        await watch.commit()
        assert len(store.saved) == 2
        assert names(await anext(server.watch(MemoryStore(text=store.text)))) == ["b"]

    async def test_a_poll_without_changes_is_saved_at_once_and_not_handed_out(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.steps = {3: lambda: server.put(Member("m"))}
        batch = await anext(server.watch(store))
        assert names(batch) == ["m"]
        assert len(store.saved) == 3
        assert (batch.since, batch.until) == (
            START + EVERY - timedelta(minutes=5),
            START + 2 * EVERY + timedelta(seconds=2),
        )

    async def test_a_saving_that_failed_is_tried_again_before_anything_else(self) -> None:
        troubles = iter([None, OSError("full"), OSError("full")])

        def trouble(name: str) -> None:
            error = next(troubles, None) if name == "save" else None
            if error is not None:
                raise error

        server, store = ModifiedServer(), MemoryStore(before=trouble)
        server.put(Member("a"))
        watch = server.watch(store)
        await anext(watch)
        with pytest.raises(OSError, match="full"):
            await watch.commit()
        with pytest.raises(OSError, match="full"):
            await anext(watch)
        assert (watch.polls, len(store.saved)) == (1, 1)
        server.steps = {2: lambda: server.put(Member("b"))}
        assert names(await anext(watch)) == ["b"]
        assert len(store.saved) == 2

    async def test_plain_stores_will_do(self) -> None:
        class Plain:
            text: str | None = None

            def load(self) -> str | None:
                return self.text

            def save(self, state: str) -> None:
                self.text = state

        server, store = ModifiedServer(), Plain()
        server.put(Member("a"))
        watch = server.watch(store)
        await anext(watch)
        await watch.commit()
        server.steps = {2: lambda: server.put(Member("b"))}
        assert names(await anext(server.watch(store))) == ["b"]

    @pytest.mark.parametrize("text", ["", "{}", "nonsense"])
    async def test_a_damaged_state_is_refused_before_any_request(self, text: str) -> None:
        server, store = ModifiedServer(), MemoryStore(text=text)
        watch = server.watch(store)
        for _ in range(2):
            with pytest.raises(StateError, match="damaged"):
                await anext(watch)
        assert (server.asked, store.text) == ([], text)

    @pytest.mark.parametrize("other", [{"kind": "updated"}, {"query": "you"}])
    async def test_another_watchs_state_is_refused(self, other: dict[str, Any]) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        await anext(server.watch(store))
        with pytest.raises(StateError, match="another watch"):
            await anext(server.watch(store, **other))


class TestErrors:
    async def test_the_first_polls_error_is_raised_and_iterating_again_polls_again(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.steps = {1: ServerError("one"), 2: ServerError("two")}
        server.put(Member("a"))
        watch = server.watch(store)
        for text in ("one", "two"):
            with pytest.raises(ServerError, match=text) as caught:
                await anext(watch)
            assert watch.last_error is caught.value
        assert names(await anext(watch)) == ["a"]
        assert watch.last_error is None
        assert server.times == [0, 1, 2]

    async def test_later_ones_that_may_pass_are_waited_out(self, caplog: pytest.LogCaptureFixture) -> None:
        server = ModifiedServer()
        seen: list[LixasyncError | None] = []
        error = ServerError("Could not find Robin Marlowe", operation="connections", status=500)
        server.steps = {2: error, 3: lambda: seen.append(watch.last_error) or server.put(Member("a"))}
        watch = server.watch(MemoryStore())
        with caplog.at_level(logging.WARNING, "lixasync"):
            assert names(await anext(watch)) == ["a"]
        assert seen == [error]
        assert watch.last_error is None
        assert server.times == [0, TICK, 2 * TICK]
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert record.getMessage() == (
            "Poll 2 of a watch failed (ServerError, operation connections, HTTP 500); the next is made in 899 s."
        )

    async def test_one_that_says_when_is_waited_out_until_then(self) -> None:
        server = ModifiedServer()
        server.steps = {2: DailyLimitError("closed", retry_after=7200), 3: lambda: server.put(Member("a"))}
        await anext(server.watch(MemoryStore()))
        assert server.times == [0, TICK, TICK + 1 + 7200]

    async def test_a_moment_will_do(self) -> None:
        server = ModifiedServer()
        opening = datetime.now(UTC) + timedelta(days=2)
        server.steps = {2: DailyLimitError("closed", retry_at=opening), 3: lambda: server.put(Member("a"))}
        await anext(server.watch(MemoryStore()))
        assert 86_400 < server.times[-1] <= 2 * 86_400 + TICK + 1

    async def test_others_are_raised_and_nothing_is_lost(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.steps = {2: AuthenticationError("expired"), 3: NotFoundError("what?")}
        watch = server.watch(store)
        with pytest.raises(AuthenticationError):
            await anext(watch)
        server.put(Member("a"))
        with pytest.raises(NotFoundError):
            await anext(watch)
        assert names(await anext(watch)) == ["a"]
        assert server.asked[1] == server.asked[2] == server.asked[3]

    async def test_what_is_no_error_of_this_package_is_raised(self) -> None:
        server = ModifiedServer()
        server.put(Member("a"))
        server.steps = {1: ZeroDivisionError("a bug")}
        watch = server.watch(MemoryStore())
        with pytest.raises(ZeroDivisionError):
            await anext(watch)
        assert names(await anext(watch)) == ["a"]

    async def test_an_error_after_a_batch_does_not_undo_that_it_was_done(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.put(Member("a"))
        server.steps = {2: AuthenticationError("expired")}
        watch = server.watch(store)
        await anext(watch)
        with pytest.raises(AuthenticationError):
            await anext(watch)
        server.put(Member("b"))
        assert names(await anext(server.watch(MemoryStore(text=store.text)))) == ["b"]


class TestCancellation:
    async def test_while_polling(self) -> None:
        server, store = ModifiedServer(latency=10), MemoryStore()
        server.put(Member("a"))
        watch = server.watch(store)
        for _ in range(2):
            with anyio.move_on_after(15):
                await anext(watch)
        assert names(await anext(watch)) == ["a"]
        assert server.times == [0, 15, 30]

    async def test_while_waiting(self) -> None:
        server, store = ModifiedServer(), MemoryStore()
        server.steps = {2: lambda: server.put(Member("a"))}
        watch = server.watch(store)
        for _ in range(5):
            with anyio.move_on_after(100):
                await anext(watch)
        assert names(await anext(watch)) == ["a"]
        assert server.times == [0, TICK]

    @pytest.mark.parametrize("hook", ["before", "after"])
    @pytest.mark.parametrize("name", ["load", "save"])
    async def test_while_loading_or_saving(self, name: str, hook: str) -> None:
        server, store = ModifiedServer(), MemoryStore()
        setattr(store, hook, lambda called: anyio.sleep(10) if called == name else None)
        server.put(Member("a"))
        watch = server.watch(store)
        with anyio.move_on_after(5) as scope:
            await anext(watch)
        assert scope.cancelled_caught
        assert names(await anext(watch)) == ["a"]
        with anyio.move_on_after(5):
            await watch.commit()
        await watch.commit()
        server.steps = {2: lambda: server.put(Member("b"))}
        assert names(await anext(watch)) == ["b"]
        assert watch.polls == 2

    async def test_nothing_waits_between_the_answer_and_the_caller(self) -> None:
        async def fetch(_since: datetime) -> Polled[Member]:
            scope.cancel()
            return Polled(items=[Member("a")], asked_at=START, answered_at=START)

        watch = watch_modified(fetch, kind="new", every=EVERY, state=MemoryStore(), query="me")
        with anyio.CancelScope() as scope:
            got = names(await anext(watch))
        assert got == ["a"]


async def test_keys_are_known_once_the_state_is_loaded_and_stay_the_same() -> None:
    server, store = ModifiedServer(), MemoryStore()
    member, other = Member("a"), Member("b")
    server.put(member)
    watch = server.watch(store)
    with pytest.raises(UsageError, match="no keys"):
        watch.key(member)
    await anext(watch)
    key = watch.key(member)
    assert key not in ("", watch.key(other))
    assert watch.key(Member(None)) == ""
    again = server.watch(MemoryStore(text=store.text))
    await anext(again)
    assert again.key(member) == key


async def test_a_kill_is_not_an_error_to_wait_out() -> None:
    def die() -> None:
        raise Killed

    server, store = ModifiedServer(), MemoryStore()
    server.steps = {2: die}
    with pytest.raises(Killed):
        await anext(server.watch(store))
