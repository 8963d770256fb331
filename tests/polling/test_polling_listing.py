"""Watching by whole listings: who was added, who changed, who is gone, and who only may be."""

from __future__ import annotations

import logging
from typing import Any

import anyio
import pytest
from polling_servers import EVERY, START, ListServer, Member, MemoryStore, Reading, batches, names, says

from lixasync.errors import AuthenticationError, InvalidArgumentError, ServerError, StateError
from lixasync.polling.changes import Changes, Gone, Listed
from lixasync.polling.listing import watch_listing
from lixasync.polling.watch import Watch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

A, B, C = Member("a", "1"), Member("b", "1"), Member("c", "1")
B2 = Member("b", "2")


def watch(server: ListServer, store: Any = None, **settings: Any) -> Watch[Member]:
    settings = {"every": EVERY, "state": store or MemoryStore(), "query": "me", "content": says, **settings}
    return watch_listing(server.fetch, **settings)


def told(batch: Changes[Member]) -> tuple[Any, Any, Any]:
    return names(batch.added), names(batch.changed), [gone.identity for gone in batch.gone]


async def test_added_changed_and_gone() -> None:
    server = ListServer([[A, B], [A, B], [C, B2], [C]])
    first, second, third = await batches(watch(server), 3)
    assert told(first) == (["a", "b"], [], [])
    assert told(second) == (["c"], ["b"], ["a"])
    assert told(third) == ([], [], ["b"])
    assert (first.since, first.until) == (None, START + EVERY)
    assert (second.since, second.until) == (START + 2 * EVERY, START + 3 * EVERY)


async def test_somebody_who_comes_back_is_added_again() -> None:
    got = await batches(watch(ListServer([[A, B], [A], [A, B]])), 3)
    assert [told(batch) for batch in got] == [(["a", "b"], [], []), ([], [], ["b"]), (["b"], [], [])]


async def test_another_process_goes_on_and_knows_the_gone_by_their_keys_only() -> None:
    store = MemoryStore()
    first = watch(ListServer([[A, B]]), store)
    await anext(first)
    key = first.key(B)
    await first.commit()
    second = watch(ListServer([[A, C]]), store)
    batch = await anext(second)
    assert names(batch.added) == ["c"]
    assert batch.gone == (Gone(key=key, identity=None),)


async def test_a_batch_that_was_not_done_comes_again() -> None:
    store = MemoryStore()
    await anext(watch(ListServer([[A, B]]), store))
    again = watch(ListServer([[A, B], [A]]), store)
    assert told(await anext(again)) == (["a", "b"], [], [])
    assert told(await anext(again)) == ([], [], ["b"])


async def test_somebody_listed_twice_counts_once() -> None:
    got = await batches(watch(ListServer([[A, A, B, A], [B]], total=lambda _number: 1)), 2)
    assert [told(batch) for batch in got] == [(["a", "b"], [], []), ([], [], ["a"])]


@pytest.mark.parametrize(
    "settings",
    [{"partial": {2}}, {"total": lambda number: 3 if number == 2 else None}],
    ids=["ended early", "fewer than the server counts"],
)
async def test_a_listing_that_is_not_whole_tells_nobody_gone_and_keeps_the_unseen(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = ListServer([[A, B], [B2, C], [A, B2, C], [C]], **settings)
    with caplog.at_level(logging.WARNING, "lixasync"):
        got = await batches(watch(server), 3)
    assert [told(batch) for batch in got] == [(["a", "b"], [], []), (["c"], ["b"], []), ([], [], ["a", "b"])]
    assert caplog.text.count("not whole") == 1


async def test_an_empty_answer_without_a_count_proves_nothing() -> None:
    server = ListServer([[A, B], [], [A]], total=lambda _number: None)
    got = await batches(watch(server), 2)
    assert [told(batch) for batch in got] == [(["a", "b"], [], []), ([], [], ["b"])]
    assert server.count == 3


async def test_a_server_that_tells_neither_total_nor_time() -> None:
    listings = iter([[A, B], [A]])

    async def fetch() -> Listed[Member]:
        return Listed(items=Reading(next(listings)), complete=lambda: True)

    watching = watch_listing(fetch, every=1, state=MemoryStore(), query="me", content=says)
    first, second = await batches(watching, 2)
    assert (told(first), told(second)) == ((["a", "b"], [], []), ([], [], ["b"]))
    assert (first.until, second.since) == (None, None)


async def test_an_empty_list_that_the_server_counts_is_believed() -> None:
    got = await batches(watch(ListServer([[A, B], []])), 2)
    assert told(got[1]) == ([], [], ["a", "b"])


async def test_a_passing_error_in_the_middle_delivers_what_was_found_before() -> None:
    error = ServerError("broken off")
    server = ListServer([[A, B], [C, error, A], [C]])
    watching = watch(server)
    first, second = await batches(watching, 2)
    assert watching.last_error is error
    assert told(second) == (["c"], [], [])
    assert (first.until, second.until) == (START + EVERY, None)
    third = await anext(watching)
    assert told(third) == ([], [], ["a", "b"])
    assert third.since == START + EVERY


async def test_a_passing_error_at_the_beginning_changes_and_saves_nothing() -> None:
    store = MemoryStore()
    watching = watch(ListServer([[A], [ServerError("closed")], [A, B]]), store)
    await anext(watching)
    await watching.commit()
    saved = len(store.saved)
    assert told(await anext(watching)) == (["b"], [], [])
    assert len(store.saved) == saved


@pytest.mark.parametrize("error", [AuthenticationError("expired"), ZeroDivisionError("a bug")])
async def test_another_error_is_raised_and_what_was_found_before_is_found_again(error: Exception) -> None:
    watching = watch(ListServer([[A, B], [C, error], [A, B, C]]))
    await anext(watching)
    with pytest.raises(type(error)):
        await anext(watching)
    assert told(await anext(watching)) == (["c"], [], [])


async def test_the_first_listings_error_is_raised_even_in_its_midst() -> None:
    watching = watch(ListServer([[A, ServerError("broken off")], [A, B]]))
    with pytest.raises(ServerError):
        await anext(watching)
    assert told(await anext(watching)) == (["a", "b"], [], [])


async def test_a_cancellation_in_the_midst_loses_nothing() -> None:

    server = ListServer([[A, B]])
    watching = watch(server)
    with anyio.move_on_after(0.5):
        await anext(watching)
    assert told(await anext(watching)) == (["a", "b"], [], [])


async def test_those_whom_nothing_identifies_are_counted() -> None:
    nobody, other = Member(None), Member(None, "other")
    server = ListServer([[A, nobody, nobody], [nobody, A, nobody], [A, nobody, nobody, nobody, other], [A, nobody]])
    watching = watch(server)
    first, second, third = await batches(watching, 3)
    assert (list(first), list(second)) == ([A, nobody, nobody], [nobody, other])
    assert len(third) == 0
    assert [gone.identity for gone in third.gone] == [None] * 3
    assert server.count == 4


async def test_the_state_holds_nothing_of_a_member() -> None:
    store = MemoryStore()
    member = Member("Xy4711Qz90", "Robin Marlowe, https://www.linkedin.com/in/robin-marlowe")
    watching = watch(ListServer([[member, Member(None, "Kim Example")], []]), store, query="robin's account")
    for _ in range(2):
        await anext(watching)
        await watching.commit()
    assert len(store.saved) == 3
    for text in store.saved:
        for secret in ("xy4711qz90", "marlowe", "example", "linkedin", "account"):
            assert secret not in text.lower()


async def test_the_state_of_another_watch_is_refused() -> None:
    store = MemoryStore()
    await anext(watch(ListServer([[A]]), store))
    with pytest.raises(StateError, match="another watch"):
        await anext(watch(ListServer([[A]]), store, query="you"))


def test_arguments_out_of_range_are_refused_at_once() -> None:
    with pytest.raises(InvalidArgumentError, match="every="):
        watch(ListServer([]), every=0)
