"""The pager: everything, in order, once; whatever goes wrong, and wherever it is interrupted."""

from __future__ import annotations

import weakref
from collections.abc import Mapping

import anyio
import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.lists import Item, Server, items, source

from lixasync import CursorError, InvalidArgumentError, Pager, ServerError, StopReason, UsageError
from lixasync.paging.source import Batch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

STYLES = ["offset", "page_number", "token", "timestamp"]
both = pytest.mark.parametrize("style", STYLES)


async def read_through_errors(pager: Pager[Item], limit: int = 50) -> list[Item]:
    """Read everything, asking again after each error."""
    stream = aiter(pager)
    got: list[Item] = []
    for _ in range(limit):
        try:
            async for item in stream:
                got.append(item)
        except ServerError:
            continue
        return got
    raise AssertionError("no end")


class TestEverythingOnce:
    @settings(max_examples=max(400, settings.default.max_examples))
    @given(
        style=st.sampled_from(STYLES),
        count=st.integers(0, 60),
        size=st.integers(3, 12),
        total=st.booleans(),
        echo=st.booleans(),
        faults=st.dictionaries(st.integers(1, 25), st.sampled_from(["error", "repeat", "shift"]), max_size=8),
        stops=st.lists(st.integers(0, 30), max_size=4),
    )
    def test_with_any_fault_and_interruptions_anywhere(
        self, style: str, count: int, size: int, total: bool, echo: bool, faults: dict[int, str], stops: list[int]
    ) -> None:
        # Three wrong pages in a row are a server that keeps repeating itself, and the same shift twice is a list that
        # has moved: other tests.
        faults = {n: fault for n, fault in faults.items() if n - 1 not in faults or n - 2 not in faults}
        faults = {n: fault for n, fault in faults.items() if fault != "shift" or faults.get(n - 1) != "shift"}

        async def run() -> None:
            content = items(count)
            server = Server(content=list(content), size=size, total=total, echo=echo, faults=faults)
            got: list[Item] = []
            cursor = None
            for stop in [*stops, None]:
                pager = Pager(source(server, style), max_items=stop, resume=cursor)
                got += await read_through_errors(pager)
                cursor = pager.cursor
            assert got == content

        anyio.run(run)

    @given(style=st.sampled_from(STYLES), count=st.integers(1, 40), stop=st.integers(0, 40), data=st.data())
    def test_people_who_cannot_be_told_apart_are_not_dropped(
        self, style: str, count: int, stop: int, data: st.DataObject
    ) -> None:
        anonymous = data.draw(st.sets(st.integers(0, count - 1)))

        async def run() -> None:
            content = items(count, anonymous=anonymous)
            server = Server(content=content, size=7)
            pager = Pager(source(server, style), max_items=stop)
            first = await pager.collect()
            assert [*first, *await Pager(source(server, style), resume=pager.cursor).collect()] == content

        anyio.run(run)

    @both
    @pytest.mark.parametrize("taken", range(10, 20))
    async def test_the_wrong_page_comes_just_when_a_stream_is_resumed_within_one(self, style: str, taken: int) -> None:
        content = items(30)
        pager = Pager(source(Server(content=content, size=10), style), max_items=taken)
        got = await pager.collect()
        server = Server(content=content, size=10, faults={1: "repeat"})
        assert [*got, *await Pager(source(server, style), resume=pager.cursor).collect()] == content

    async def test_a_search_that_changed_while_it_was_interrupted_goes_on_by_position(self) -> None:
        pager = Pager(source(Server(content=items(30), size=10), "page_number"), max_items=14)
        await pager.collect()
        changed = [Item(number, f"other-{number}") for number in range(30)]
        server = Server(content=changed, size=10)
        assert await Pager(source(server, "page_number"), resume=pager.cursor).collect() == changed[14:]
        assert server.asked == [10, 10, 10, 20]

    @both
    @pytest.mark.parametrize("at", [2, 3, 4])
    async def test_a_list_that_grows_meanwhile(self, style: str, at: int) -> None:
        content = items(25)
        server = Server(content=list(content), size=10, grow={at: 3})
        pager = Pager(source(server, style))
        assert await pager.collect() == content
        # Those who joined at the front were never seen: a total says so, save that nobody asks for them by index.
        assert pager.stopped is (StopReason.SERVER_CAP if style != "offset" and at < 4 else StopReason.EXHAUSTED)

    @both
    async def test_an_odd_empty_page_is_asked_for_again(self, style: str) -> None:
        server = Server(content=items(25), size=10, faults={2: "empty"})
        pager = Pager(source(server, style))
        assert await pager.collect() == items(25)
        assert pager.stopped is StopReason.EXHAUSTED

    @both
    async def test_a_misplaced_page_costs_one_more(self, style: str) -> None:
        server = Server(content=items(30), size=10, faults={2: "shift"})
        assert await Pager(source(server, style)).collect() == items(30)
        assert len(server.asked) == 4

    async def test_a_server_that_serves_less_than_was_asked_for(self) -> None:
        server = Server(content=items(25), size=10, total=False)
        assert await Pager(source(server, "offset", page_size=1000)).collect() == items(25)
        assert server.asked == [0, 10, 20]


class TestWhyItStopped:
    @both
    async def test_exhausted(self, style: str) -> None:
        pager = Pager(source(Server(content=items(5), size=2), style))
        assert pager.stopped is None
        await pager.collect()
        assert pager.stopped is StopReason.EXHAUSTED

    @both
    @pytest.mark.parametrize(
        ("limit", "asked", "reason"),
        [(0, 0, StopReason.MAX_ITEMS), (3, 2, StopReason.MAX_ITEMS), (5, 3, StopReason.EXHAUSTED)],
    )
    async def test_max_items(self, style: str, limit: int, asked: int, reason: StopReason) -> None:
        server = Server(content=items(5), size=2)
        pager = Pager(source(server, style), max_items=limit)
        assert await pager.collect() == items(5)[:limit]
        assert pager.stopped is reason
        assert len(server.asked) == asked

    @both
    async def test_max_credits(self, style: str) -> None:
        server = Server(content=items(9), size=2)
        pager = Pager(source(server, style), max_credits=2)
        assert await pager.collect() == items(9)[:4]
        assert pager.stopped is StopReason.MAX_CREDITS
        assert await Pager(source(server, style), resume=pager.cursor).collect() == items(9)[4:]

    async def test_the_servers_cap(self) -> None:
        pager = Pager(source(Server(content=items(50), size=10), "page_number", cap=20))
        assert len(await pager.collect()) == 20
        assert pager.stopped is StopReason.SERVER_CAP

    @both
    async def test_a_break_is_no_end(self, style: str) -> None:
        pager = Pager(source(Server(content=items(5), size=2), style))
        async for _ in pager:
            break
        assert pager.stopped is None

    @both
    async def test_resuming_after_the_end_asks_for_nothing(self, style: str) -> None:
        server = Server(content=items(5), size=2)
        pager = Pager(source(server, style))
        await pager.collect()
        before = len(server.asked)
        rest = Pager(source(server, style), resume=pager.cursor)
        assert await rest.collect() == []
        assert rest.stopped is StopReason.EXHAUSTED
        assert len(server.asked) == before


class TestErrors:
    @both
    async def test_an_error_carries_the_cursor_and_the_stream_goes_on(self, style: str) -> None:
        server = Server(content=items(9), size=2, faults={3: "error"})
        pager = Pager(source(server, style))
        stream = aiter(pager)
        got = []
        with pytest.raises(ServerError) as caught:
            async for item in stream:
                got.append(item)
        assert got == items(9)[:4]
        assert caught.value.cursor == pager.cursor
        assert [item async for item in stream] == items(9)[4:]
        again = Pager(source(Server(content=items(9), size=2), style), resume=caught.value.cursor)
        assert await again.collect() == items(9)[4:]

    @pytest.mark.parametrize(
        "limits", [{"max_items": -1}, {"max_items": 1.5}, {"max_items": True}, {"max_credits": -1}]
    )
    async def test_limits_that_make_no_sense_are_refused(self, limits: dict[str, int]) -> None:
        with pytest.raises(InvalidArgumentError, match="whole number"):
            Pager(source(Server(content=[], size=2), "offset"), **limits)

    async def test_a_bad_cursor_is_refused_before_any_request(self) -> None:
        server = Server(content=[], size=2)
        with pytest.raises(CursorError):
            Pager(source(server, "offset"), resume="nonsense")
        assert not server.asked


class TestPages:
    @both
    async def test_each_page_tells_where_it_is_and_where_to_go_on(self, style: str) -> None:
        server = Server(content=items(5), size=2)
        pager = Pager(source(server, style))
        pages = [page async for page in pager.pages()]
        assert [list(page) for page in pages] == [items(5)[:2], items(5)[2:4], items(5)[4:]]
        assert [(page.start, page.total, len(page)) for page in pages] == [(0, 5, 2), (2, 5, 2), (4, 5, 1)]
        assert pages[0].meta == {"number": 1}
        assert pager.stopped is StopReason.EXHAUSTED
        assert pager.cursor == pages[-1].cursor
        for number, page in enumerate(pages):
            rest = Pager(source(Server(content=items(5), size=2), style), resume=page.cursor)
            assert await rest.collect() == items(5)[2 * (number + 1) :]

    @both
    async def test_the_cursor_is_exact_to_the_item(self, style: str) -> None:
        content = items(23)
        pager = Pager(source(Server(content=content, size=5), style))
        taken = 0
        begin = pager.cursor
        async for _ in pager:
            taken += 1
            rest = Pager(source(Server(content=content, size=5), style), resume=pager.cursor)
            assert await rest.collect() == content[taken:]
        assert begin == Pager(source(Server(content=content, size=5), style)).cursor

    @both
    async def test_several_workers_may_share_one_iterator(self, style: str) -> None:
        server = Server(content=items(48), size=5, latency=1.0)
        stream = aiter(Pager(source(server, style)))
        got: list[Item] = []

        async def work() -> None:
            async for item in stream:
                got.append(item)
                await anyio.sleep(0.01)

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(work)
        assert sorted(got, key=lambda item: item.number) == items(48)

    @both
    async def test_first_and_collect(self, style: str) -> None:
        server = Server(content=items(9), size=2)
        assert await Pager(source(server, style)).first() == items(9)[0]
        assert len(server.asked) == 1
        assert await Pager(source(Server(content=[], size=2), style)).first() is None

    @both
    async def test_memory_does_not_grow_with_the_stream(self, style: str) -> None:
        alive: weakref.WeakSet[Item] = weakref.WeakSet()
        server = Server(content=items(5000), size=50)

        def fresh(item: Item) -> Item:
            copy = Item(item.number, item.identity)
            alive.add(copy)
            return copy

        original = source(server, style)

        async def fetch(request: Mapping[str, str]) -> Batch[Item]:
            batch = await original.fetch(request)
            return attrs.evolve(batch, items=tuple(fresh(item) for item in batch.items))

        most = 0
        async for _ in Pager(attrs.evolve(original, fetch=fetch)):
            most = max(most, len(alive))
        assert most <= 3 * server.size


class TestPlan:
    async def test_it_is_known_before_the_first_request(self) -> None:
        server = Server(content=items(9), size=10)
        plan = Pager(source(server, "offset"), max_items=95).plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (95, 10, 10, 27.0)
        assert not server.asked

    async def test_a_cap_bounds_it(self) -> None:
        plan = Pager(source(Server(content=[], size=10), "page_number", cap=1000)).plan()
        assert (plan.items, plan.requests, plan.seconds) == (1000, 100, 297.0)

    async def test_credits_bound_it(self) -> None:
        plan = Pager(source(Server(content=[], size=10), "offset"), max_credits=3).plan()
        assert (plan.items, plan.requests, plan.credits) == (None, 3, 3)
        plan = Pager(source(Server(content=[], size=10), "offset"), max_credits=3, max_items=10).plan()
        assert plan.requests == 1

    async def test_nothing_bounds_it(self) -> None:
        plan = Pager(source(Server(content=[], size=10), "offset")).plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (None, None, None, None)


class TestPrefetch:
    @both
    async def test_everything_in_order(self, style: str) -> None:
        server = Server(content=items(23), size=5)
        pager = Pager(source(server, style))
        async with pager.prefetch(2) as stream:
            assert [item async for item in stream] == items(23)
            assert pager.stopped is StopReason.EXHAUSTED

    async def test_the_next_pages_come_while_the_caller_works(self) -> None:
        server = Server(content=items(50), size=5, latency=1.0)
        begin = anyio.current_time()
        async with Pager(source(server, "offset")).prefetch(1) as stream:
            async for _ in stream:
                await anyio.sleep(0.2)
        assert anyio.current_time() - begin == pytest.approx(1 + 10 * 1.0)

    async def test_it_runs_no_further_ahead_than_told(self) -> None:
        server = Server(content=items(100), size=5)
        async with Pager(source(server, "offset")).prefetch(3) as stream:
            await anext(stream)
            await anyio.wait_all_tasks_blocked()
            assert len(server.asked) == 1 + 3

    async def test_pages_fetched_ahead_do_not_count_as_delivered(self) -> None:
        server = Server(content=items(50), size=5)
        pager = Pager(source(server, "offset"))
        async with pager.prefetch(3) as stream:
            got = [await anext(stream) for _ in range(7)]
            await anyio.wait_all_tasks_blocked()
        rest = await Pager(source(Server(content=items(50), size=5), "offset"), resume=pager.cursor).collect()
        assert [*got, *rest] == items(50)
        assert pager.stopped is None

    async def test_an_error_comes_in_its_turn_with_the_cursor(self) -> None:
        server = Server(content=items(50), size=5, faults={3: "error"})
        pager = Pager(source(server, "offset"))
        got = []
        async with pager.prefetch(5) as stream:
            with pytest.raises(ServerError) as caught:
                async for item in stream:
                    got.append(item)
            with pytest.raises(ServerError):
                await anext(stream)
        assert got == items(50)[:10]
        rest = await Pager(source(Server(content=items(50), size=5), "offset"), resume=caught.value.cursor).collect()
        assert [*got, *rest] == items(50)

    async def test_the_callers_own_exception_is_not_wrapped(self) -> None:
        with pytest.raises(ZeroDivisionError):
            async with Pager(source(Server(content=items(50), size=5), "offset")).prefetch(2) as stream:
                async for _ in stream:
                    raise ZeroDivisionError

    async def test_an_exception_that_is_none_of_ours_comes_through(self) -> None:
        server = Server(content=items(50), size=5)
        server.grow = None  # type: ignore[assignment]
        async with Pager(source(server, "offset")).prefetch(2) as stream:
            for _ in range(2):
                with pytest.raises(AttributeError):
                    await anext(stream)

    async def test_it_is_used_once(self) -> None:
        prefetch = Pager(source(Server(content=items(50), size=5), "offset")).prefetch(2)
        async with prefetch as stream:
            for _ in range(5):
                await anext(stream)
        with pytest.raises(UsageError, match="end with its block"):
            await anext(stream)
        with pytest.raises(UsageError, match="has been used"):
            async with prefetch:
                pass

    async def test_leaving_early_ends_the_fetching(self) -> None:
        server = Server(content=items(500), size=5, latency=1.0)
        async with Pager(source(server, "offset")).prefetch(2) as stream:
            await anext(stream)
        asked = len(server.asked)
        await anyio.sleep(20)
        assert len(server.asked) == asked

    async def test_cancelling_from_outside(self) -> None:
        server = Server(content=items(500), size=5, latency=1.0)
        with anyio.move_on_after(3.5) as scope:
            async with Pager(source(server, "offset")).prefetch(1) as stream:
                async for _ in stream:
                    await anyio.sleep(0.1)
        assert scope.cancelled_caught

    @pytest.mark.parametrize("pages", [0, -1, 1.5])
    async def test_holding_no_page_ready_makes_no_sense(self, pages: int) -> None:
        with pytest.raises(InvalidArgumentError, match="from 1 up"):
            Pager(source(Server(content=[], size=5), "offset")).prefetch(pages)
