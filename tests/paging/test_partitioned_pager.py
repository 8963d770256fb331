"""The pager of a divided query: everybody whom the parts list, once; and what that costs is known before."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paging.test_pager import read_through_errors
from tests.support.lists import Item
from tests.support.population import Population, crowd, mixed

from lixasync import ServerError, StopReason
from lixasync.paging.partitioned import PartitionedPager

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


some = st.frozensets(st.sampled_from("ab"), max_size=2)
one = st.sampled_from([frozenset("a"), frozenset("b"), frozenset("c")])


@st.composite
def populations(draw: st.DrawFn, values: st.SearchStrategy[frozenset[str]] = some) -> Population:
    size = draw(st.integers(2, 6))
    facets = draw(st.integers(0, 2))
    return Population(
        people=draw(st.lists(st.tuples(*[values] * facets), max_size=60)), size=size, cap=draw(st.integers(size, 20))
    )


class TestEverybodyOnce:
    @settings(max_examples=max(200, settings.default.max_examples))
    @given(server=populations(), clamps=st.booleans())
    def test_exactly_those_whom_the_parts_list(self, server: Population, clamps: bool) -> None:
        server.clamps = clamps

        async def run() -> None:
            pager = PartitionedPager(server.source())
            got = await pager.collect()
            assert len(set(got)) == len(got)
            assert set(got) == server.reachable()
            assert server.requests == server.requests_in_all()
            after = pager.coverage
            assert after.complete
            assert (after.requests, after.credits, after.seconds) == (0, 0, 0.0)
            assert all(part.done for part in after.parts)
            assert {(part.values, part.divided) for part in after.parts} == set(server.parts())
            if not clamps:
                assert after.unreachable == len(server.people) - len(got)
                assert after.total == pager.total == len(server.people)
            # A server that counts no further than its cap may have more.
            assert after.uncertain is (server.total(()) == server.cap)
            cut_off = after.unreachable or after.uncertain
            assert pager.stopped is (StopReason.SERVER_CAP if cut_off else StopReason.EXHAUSTED)

        anyio.run(run)

    @settings(max_examples=max(200, settings.default.max_examples))
    @given(server=populations(one), clamps=st.booleans())
    def test_parts_that_cover_the_whole_leave_nobody_out_unless_one_is_full(
        self, server: Population, clamps: bool
    ) -> None:
        server.clamps, server.covers = clamps, True

        async def run() -> None:
            pager = PartitionedPager(server.source())
            got = await pager.collect()
            full = any(server.total(path) >= server.cap for path, divided in server.parts() if not divided)
            if not full:
                assert len(got) == len(server.people)
                assert not pager.coverage.uncertain
                assert pager.stopped is StopReason.EXHAUSTED
            if len(got) < len(server.people):
                assert pager.stopped is StopReason.SERVER_CAP

        anyio.run(run)

    @settings(max_examples=max(200, settings.default.max_examples))
    @given(server=populations(), stops=st.lists(st.integers(0, 25), max_size=4), data=st.data())
    def test_wherever_it_is_interrupted(self, server: Population, stops: list[int], data: st.DataObject) -> None:
        server.anonymous = frozenset(data.draw(st.sets(st.integers(0, 60), max_size=3)))

        async def run() -> None:
            whole = PartitionedPager(server.source())
            expected = await whole.collect()
            server.requests = 0
            server.faults = frozenset(data.draw(st.sets(st.integers(1, 20), max_size=4)))
            got: list[Item] = []
            cursor = None
            for stop in [*stops, None]:
                pager = PartitionedPager(server.source(), max_items=stop, resume=cursor)
                if data.draw(st.booleans()):
                    await survey_through_errors(pager)
                got += await read_through_errors(pager)
                cursor = pager.cursor
            assert got == expected
            assert pager.stopped is whole.stopped
            assert pager.coverage == whole.coverage

        anyio.run(run)

    async def test_the_cursor_is_exact_to_the_item_from_the_survey_on(self) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        pager = PartitionedPager(mixed().source())
        taken = 0
        async for _ in pager:
            taken += 1
            rest = PartitionedPager(mixed().source(), resume=pager.cursor)
            assert await rest.collect() == whole[taken:]

    async def test_every_page_tells_where_to_go_on(self) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        pager = PartitionedPager(mixed().source())
        taken = 0
        async for page in pager.pages():
            assert page.start == taken
            taken += len(page)
            rest = PartitionedPager(mixed().source(), resume=page.cursor)
            assert await rest.collect() == whole[taken:]
        assert taken == len(whole)
        assert pager.stopped is StopReason.SERVER_CAP

    async def test_prefetching(self) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        pager = PartitionedPager(mixed().source())
        async with pager.prefetch(3) as stream:
            got = [await anext(stream) for _ in range(30)]
            await anyio.wait_all_tasks_blocked()
        assert got == whole[:30]
        assert got + await PartitionedPager(mixed().source(), resume=pager.cursor).collect() == whole

    async def test_after_the_end_nothing_is_asked_for(self) -> None:
        pager = PartitionedPager(mixed().source())
        await pager.collect()
        server = mixed()
        rest = PartitionedPager(server.source(), resume=pager.cursor)
        assert await rest.collect() == []
        assert rest.stopped is StopReason.SERVER_CAP
        assert rest.coverage == pager.coverage
        assert not server.asked

    async def test_people_who_cannot_be_told_apart_are_not_dropped(self) -> None:
        server = crowd((15, "a"), (15, "b"), anonymous=frozenset({7, 22, 29}))
        got = await PartitionedPager(server.source()).collect()
        assert {item.number for item in got} == set(range(30))


async def survey_through_errors(pager: PartitionedPager[Item]) -> None:
    for _ in range(10):
        try:
            await pager.survey()
        except ServerError:
            continue
        return
    raise AssertionError("no end")


class TestSurvey:
    async def test_the_figures_before_and_after(self) -> None:
        server = mixed()
        pager = PartitionedPager(server.source(credits=2))
        assert (pager.total, pager.coverage.complete) == (None, False)
        assert not server.asked
        before = await pager.survey()
        # The whole; a, b, c; a/x, a/y.
        assert [(part.values, part.total, part.divided) for part in before.parts] == [
            ((), 73, True),
            (("a",), 45, True),
            (("b",), 18, False),
            (("c",), 12, False),
            (("a", "x"), 22, False),
            (("a", "y"), 23, False),
        ]
        assert before == pager.coverage
        assert (before.total, before.complete) == (73, True)
        assert before.reachable == 18 + 12 + 20 + 20
        # Beyond the cap of a/x and a/y lie 2 + 3; that 2 have no value, the 4 with two of them hide for now.
        assert before.unreachable == 5
        assert (before.requests, before.credits, before.seconds) == (3 + 2 + 3 + 3, 22, 30.0)
        asked = server.requests
        got = await pager.collect()
        assert server.requests - asked == before.requests
        after = pager.coverage
        assert (after.unreachable, after.requests) == (73 - len(got), 0)
        assert pager.stopped is StopReason.SERVER_CAP

    @settings(max_examples=max(150, settings.default.max_examples))
    @given(server=populations())
    def test_what_the_rest_costs_is_known_exactly(self, server: Population) -> None:
        async def run() -> None:
            pager = PartitionedPager(server.source(credits=3))
            before = await pager.survey()
            surveyed = server.requests
            assert surveyed == len(before.parts) == len(list(server.parts()))
            await pager.collect()
            assert server.requests - surveyed == before.requests
            assert (before.credits, before.seconds) == (3 * before.requests, 3.0 * max(0, before.requests - 1))
            assert before.total == len(server.people)
            assert len(server.asked) == len(set(server.asked)), "a page was paid for twice"

        anyio.run(run)

    @given(server=populations(one))
    def test_with_one_value_each_what_is_left_out_is_known_exactly(self, server: Population) -> None:
        async def run() -> None:
            pager = PartitionedPager(server.source())
            before = await pager.survey()
            got = await pager.collect()
            assert before.unreachable == pager.coverage.unreachable == len(server.people) - len(got)
            assert before.reachable >= len(got)

        anyio.run(run)

    @pytest.mark.parametrize(
        ("groups", "unreachable", "reason"),
        [
            ([(30, "a")], 10, StopReason.SERVER_CAP),  # beyond the cap, and not to be divided further
            ([(15, "a"), (15, "b"), (7, "")], 7, StopReason.SERVER_CAP),  # without a value
            ([(15, "a"), (15, "b")], 0, StopReason.EXHAUSTED),
            ([(15, "")], 0, StopReason.EXHAUSTED),
            ([(30, "")], 10, StopReason.SERVER_CAP),  # nobody has a value to divide by
        ],
    )
    async def test_who_is_left_out(self, groups: list[tuple[int, str]], unreachable: int, reason: StopReason) -> None:
        pager = PartitionedPager(crowd(*groups).source())
        assert (await pager.survey()).unreachable == unreachable
        got = await pager.collect()
        assert pager.coverage.unreachable == unreachable == sum(count for count, _ in groups) - len(got)
        assert pager.stopped is reason

    async def test_people_with_two_values_do_not_hide_those_without(self) -> None:
        pager = PartitionedPager(crowd((13, "a"), (13, "b"), (2, "ab"), (2, "")).source())
        assert (await pager.survey()).unreachable == 0  # as many as have two values
        assert len(await pager.collect()) == 28
        assert pager.coverage.unreachable == 2
        assert pager.stopped is StopReason.SERVER_CAP

    async def test_those_without_a_value_may_stand_on_the_first_page(self) -> None:
        pager = PartitionedPager(crowd((2, ""), (15, "a"), (15, "b")).source())
        before = await pager.survey()
        plan = pager.plan()
        assert len(await pager.collect()) == 32
        assert (before.unreachable, pager.coverage.unreachable, pager.stopped) == (2, 0, StopReason.EXHAUSTED)
        assert plan.items is not None
        assert plan.items >= 32

    async def test_each_part_costs_one_page_even_when_its_page_holds_nothing_new(self) -> None:
        # All of b stand on the first page of the whole and of a.
        server = crowd((5, "ab"), (30, "a"))
        pager = PartitionedPager(server.source())
        await pager.survey()
        assert server.asked == [((), 1), (("a",), 1), (("b",), 1)]

    async def test_iterating_does_not_pay_again_for_what_it_read(self) -> None:
        server = mixed()
        pager = PartitionedPager(server.source())
        await pager.survey()
        await pager.survey()
        assert server.requests == 6
        assert await pager.collect() == await PartitionedPager(mixed().source()).collect()
        assert len(server.asked) == len(set(server.asked)) == server.requests_in_all()
        await pager.collect()  # the pages were given out once
        assert len(server.asked) == 2 * server.requests_in_all()

    async def test_after_an_error_it_goes_on_where_it_stood(self) -> None:
        server = mixed(faults=frozenset({3}))
        pager = PartitionedPager(server.source())
        with pytest.raises(ServerError) as caught:
            await pager.survey()
        assert not pager.coverage.complete
        assert len(pager.coverage.parts) == 2
        assert (await pager.survey()).complete
        assert len(server.asked) == 6
        whole = await PartitionedPager(mixed().source()).collect()
        assert await pager.collect() == whole
        rest = await PartitionedPager(mixed().source(), resume=caught.value.cursor).collect()
        assert whole[-len(rest) :] == rest

    async def test_a_resumed_stream_surveys_what_is_left(self) -> None:
        pager = PartitionedPager(mixed().source(), max_items=8)
        first = await pager.collect()
        server = mixed()
        rest = PartitionedPager(server.source(), resume=pager.cursor)
        assert (await rest.survey()).complete
        # The first page of a held nobody new, that of b was left half-way.
        assert server.asked == [(("b",), 1), (("c",), 1), (("a", "x"), 1), (("a", "y"), 1)]
        assert first + await rest.collect() == await PartitionedPager(mixed().source()).collect()
        assert len(server.asked) == len(set(server.asked))

    async def test_there_is_nothing_to_survey_once_every_part_is_known(self) -> None:
        pager = PartitionedPager(mixed().source(), max_items=30)
        await pager.collect()
        server = mixed()
        rest = PartitionedPager(server.source(), resume=pager.cursor)
        assert (await rest.survey()).complete
        assert not server.asked

    async def test_nobody_at_all(self) -> None:
        pager = PartitionedPager(crowd(size=5).source())
        found = await pager.survey()
        assert (found.total, found.reachable, found.unreachable, found.requests) == (0, 0, 0, 0)
        assert await pager.collect() == []
        assert pager.stopped is StopReason.EXHAUSTED
