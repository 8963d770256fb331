"""Watching by modified-since: every change is delivered, whenever the process is killed, and no member is saved."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polling_servers import EVERY, START, Killed, Member, MemoryStore, ModifiedServer, batches, names, says
from tests.support.virtual import VirtualLoop

from lixasync.errors import ConfigurationError, InvalidArgumentError, ServerError
from lixasync.polling.changes import Changes, Gone
from lixasync.polling.modified import Kind, watch_modified
from lixasync.polling.watch import Watch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

PLACES = [
    "before load",
    "after load",
    "before save",
    "after save",
    "before poll",
    "in poll",
    "after poll",
    "handed out",
]


@attrs.define
class Fate:
    """Where the process is killed.

    Attributes:
        place: Where.
        times: How often it gets past there.
    """

    place: str
    times: int

    def pass_by(self, place: str) -> None:
        if place == self.place:
            self.times -= 1
            if self.times < 0:
                raise Killed


@attrs.define
class Life:
    """A server, a saved state, and processes that come and go.

    Attributes:
        delivered: What consumers have got.
        unasked: Batches whose consumer was killed before asking for the next.
    """

    server: ModifiedServer
    store: MemoryStore
    delivered: list[Member] = attrs.field(factory=list)
    unasked: int = 0

    async def live(self, fate: Fate, kind: Kind, batches: int) -> None:
        """Run a process until it is killed, or has handled so many batches."""
        self.store.before = lambda name: fate.pass_by(f"before {name}")
        self.store.after = lambda name: fate.pass_by(f"after {name}")

        async def fetch(since: datetime) -> Any:
            fate.pass_by("before poll")
            self.server.steps = dict.fromkeys(range(1, 10_000), lambda: fate.pass_by("in poll"))
            polled = await self.server.fetch(since)
            fate.pass_by("after poll")
            return polled

        watch: Watch[Member] = watch_modified(fetch, kind=kind, every=EVERY, state=self.store, query="me", content=says)
        follower: Any = watch._follower
        follower.clock = self.server.now
        try:
            for _ in range(batches):
                batch = await anext(watch)
                self.delivered += batch
                self.unasked += 1
                fate.pass_by("handed out")
                await anyio.sleep(20)
                await watch.commit()
                self.unasked -= 1
        except Killed:
            pass


@given(
    kind=st.sampled_from(["new", "updated"]),
    honest=st.booleans(),
    timeless=st.sets(st.integers(1, 30), max_size=10),
    fates=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 3), st.integers(0, 3600)), max_size=6),
    busy=st.integers(60, 900),
)
def test_whatever_kills_the_process_nothing_is_lost(
    kind: Kind, honest: bool, timeless: set[int], fates: list[tuple[str, int, int]], busy: int
) -> None:
    async def run() -> None:
        server = ModifiedServer(honest=honest, timeless=timeless)
        life = Life(server, MemoryStore())
        made: list[Member] = []
        done = anyio.Event()

        async def change() -> None:
            for number in range(20):
                made.append(Member(f"m{number if kind == 'new' else number % 3}", f"v{number}"))
                server.put(made[-1])
                await anyio.sleep(busy)
            done.set()

        async with anyio.create_task_group() as group:
            await life.live(Fate("before poll", 0), kind, 1)  # the state is made before the first change
            group.start_soon(change)
            for place, times, pause in fates:
                with anyio.move_on_after(2 * 3600):
                    await life.live(Fate(place, times), kind, 4)
                await anyio.sleep(pause)
            await done.wait()
            with anyio.move_on_after(4 * 3600):
                await life.live(Fate("never", 0), kind, 100)
        if kind == "new":
            assert set(life.delivered) == set(made)
        else:
            assert {m.identity: m for m in life.delivered} == {m.identity: m for m in made}
        if not life.unasked:
            assert max(Counter(life.delivered).values()) == 1

    anyio.run(run, backend_options={"loop_factory": VirtualLoop})


async def test_new_ones_are_added_and_updated_ones_changed() -> None:
    server = ModifiedServer()
    server.put(Member("a"), Member("b"))
    new = await anext(server.watch(MemoryStore()))
    assert (names(new.added), new.changed, new.gone) == (["a", "b"], (), ())
    updated = await anext(server.watch(MemoryStore(), kind="updated"))
    assert (updated.added, names(updated.changed), updated.gone) == ((), ["a", "b"], ())


async def test_what_the_overlap_repeats_is_dropped_and_what_says_something_else_is_not() -> None:
    server = ModifiedServer()
    server.put(Member("a", "1"), Member("b", "1"))
    watch = server.watch(MemoryStore(), kind="updated", every=60)
    server.steps = {2: lambda: server.put(Member("a", "2")), 3: lambda: server.put(Member("a", "1"))}
    got = [[(member.identity, member.says) for member in batch] for batch in await batches(watch, 3)]
    assert got == [[("a", "1"), ("b", "1")], [("a", "2")], [("a", "1")]]


async def test_who_is_new_is_new_once_whatever_they_say() -> None:
    server = ModifiedServer()
    server.put(Member("a", "1"))
    watch = server.watch(MemoryStore(), every=60, content=says)
    server.steps = {2: lambda: server.put(Member("a", "2"), Member("b", "1"))}
    assert [names(batch) for batch in await batches(watch, 2)] == [["a"], ["b"]]


async def test_late_changes_are_found_as_long_as_they_are_late_by_less_than_the_overlap() -> None:
    server = ModifiedServer()
    late = server.now()
    server.steps = {2: lambda: server.members.append((Member("late"), int(late.timestamp() * 1000) + 610_000))}
    assert names(await anext(server.watch(MemoryStore()))) == ["late"]


async def test_members_who_cannot_be_told_apart_are_delivered_each_time() -> None:
    server = ModifiedServer()
    server.put(Member(None), Member(None), Member("a"))
    watch = server.watch(MemoryStore(), every=60)
    assert [names(batch) for batch in await batches(watch, 2)] == [[None, None, "a"], [None, None]]


async def test_where_a_new_watch_begins() -> None:
    for settings, begin in (
        ({}, START - timedelta(minutes=5)),
        ({"overlap": timedelta(hours=1)}, START - timedelta(hours=1)),
        (
            {"since": datetime(2020, 1, 1, 0, 0, 0, 123999, tzinfo=UTC)},
            datetime(2020, 1, 1, 0, 0, 0, 123000, tzinfo=UTC),
        ),
    ):
        server = ModifiedServer(steps={1: ServerError("enough")})
        with pytest.raises(ServerError):
            await anext(server.watch(MemoryStore(), **settings))
        assert server.asked == [begin]


async def test_a_watch_goes_on_where_its_state_is_whatever_since_says() -> None:
    server, store = ModifiedServer(), MemoryStore()
    server.put(Member("a"))
    watch = server.watch(store)
    await anext(watch)
    await watch.commit()
    server.put(Member("b"))
    await anext(server.watch(store, since=datetime(2020, 1, 1, tzinfo=UTC)))
    assert server.asked[1] == START - timedelta(minutes=5, seconds=2)


async def test_a_server_without_a_clock_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    server = ModifiedServer(timeless={1, 2, 3})
    server.steps = {4: lambda: server.put(Member("a"))}
    with caplog.at_level(logging.WARNING, "lixasync"):
        batch = await anext(server.watch(MemoryStore()))
    assert len(set(server.asked)) == 1
    assert batch.until == START + 3 * EVERY + timedelta(seconds=2)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "told no time" in caplog.text


@pytest.mark.parametrize("kind", ["new", "updated"])
async def test_the_state_holds_nothing_of_a_member(kind: str) -> None:
    server, store = ModifiedServer(), MemoryStore()
    server.steps = {
        3: lambda: server.put(Member("Xy4711Qz90", "Robin Marlowe, https://www.linkedin.com/in/robin-marlowe"))
    }
    watch = server.watch(store, kind=kind, query="robin's account")
    server.put(Member("Ab0815Cd77", "Kim Example"))
    for _ in range(2):
        await anext(watch)
        await watch.commit()
    assert len(store.saved) == 4
    for text in store.saved:
        for secret in ("xy4711qz90", "ab0815cd77", "marlowe", "example", "linkedin", "account"):
            assert secret not in text.lower()


async def test_states_of_two_watches_have_no_hash_in_common() -> None:
    server, stores = ModifiedServer(), [MemoryStore(), MemoryStore()]
    server.put(Member("a"))
    keys = set()
    for store in stores:
        watch = server.watch(store)
        await anext(watch)
        keys.add(watch.key(Member("a")))
    assert len(keys) == 2


def call(tmp_path: Path, **settings: Any) -> Watch[Member]:
    async def fetch(since: datetime) -> Any:
        raise AssertionError

    return watch_modified(fetch, **{"kind": "new", "every": 1, "state": tmp_path / "s", "query": "q", **settings})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "old"}, "kind='old'"),
        ({"kind": "updated"}, "content="),
        ({"every": 0}, "every=0"),
        ({"overlap": timedelta(seconds=-1)}, "overlap="),
        ({"overlap": 300}, "overlap=300"),
        ({"since": datetime(2020, 1, 1)}, "time zone"),  # noqa: DTZ001 - just this is refused
        ({"since": 1_700_000_000}, "time zone"),
        ({"since": datetime(2999, 1, 1, tzinfo=UTC)}, "future"),
    ],
)
def test_arguments_out_of_range_are_refused_at_once(tmp_path: Path, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        call(tmp_path, **settings)
    assert said in str(caught.value)


def test_a_state_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="state="):
        call(tmp_path, state=5)


def test_batches_iterate_count_and_are_true() -> None:
    batch = Changes(added=(1, 2), changed=(3,), gone=(Gone(key="k"),), until=START)
    assert (list(batch), len(batch), bool(batch)) == ([1, 2, 3], 3, True)
    assert repr(batch) == "Changes(added=<2>, changed=<1>, gone=<1>, since=None, until=2026-11-01T00:00:00+00:00)"
    assert not Changes[int](since=START)
    only_gone = Changes[int](gone=(Gone(key="k", identity="a"),))
    assert only_gone
    assert len(only_gone) == 0
