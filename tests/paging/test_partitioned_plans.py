"""What a divided search may cost, and what it says of that before and after."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest
from tests.support.lists import Item
from tests.support.population import crowd, mixed

from lixasync import RateLimit, ServerError, StopReason
from lixasync.limits import meter
from lixasync.paging.partitioned import PartitionedPager
from lixasync.paging.source import Batch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


class TestBounds:
    async def test_max_items(self) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        for most in (0, 1, 5, 6, 20, len(whole), 1000):
            server = mixed()
            pager = PartitionedPager(server.source(), max_items=most)
            assert await pager.collect() == whole[:most]
            assert pager.stopped is (StopReason.MAX_ITEMS if most < len(whole) else StopReason.SERVER_CAP)
            rest = await PartitionedPager(mixed().source(), resume=pager.cursor).collect()
            assert rest == whole[most:]

    @pytest.mark.parametrize("most", [0, 2, 3, 11, 12, 13, 20])
    @pytest.mark.parametrize("survey", [True, False])
    async def test_max_credits_bounds_survey_and_stream_together(self, most: int, survey: bool) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        server = mixed()
        pager = PartitionedPager(server.source(credits=2), max_credits=most)
        if survey:
            found = await pager.survey()
            assert found.complete is (most >= 12)
            assert server.requests == min(6, most // 2)
        got = await pager.collect()
        assert server.requests == most // 2
        assert got == whole[: len(got)]
        assert pager.stopped is StopReason.MAX_CREDITS
        rest = PartitionedPager(mixed().source(), resume=pager.cursor)
        assert got + await rest.collect() == whole


class TestPlan:
    async def test_before_the_survey_nothing_is_known_but_the_bounds(self) -> None:
        source = mixed().source(credits=2)
        plan = PartitionedPager(source).plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (None, None, None, None)
        plan = PartitionedPager(source, max_items=7, max_credits=9).plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (7, 4, 8, 9.0)

    async def test_after_it_the_rest_is(self) -> None:
        server = mixed()
        pager = PartitionedPager(server.source(credits=2))
        await pager.survey()
        plan = pager.plan()
        # The first pages of what was divided may hold people without a value.
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (70 + 2 * 5, 11, 22, 30.0)
        before = server.requests
        got = await pager.collect()
        assert server.requests - before == plan.requests
        assert plan.items is not None
        assert len(got) <= plan.items
        assert pager.plan().requests == 0

    async def test_the_callers_bounds_hold_for_what_the_survey_has_left_of_them(self) -> None:
        server = mixed()
        pager = PartitionedPager(server.source(credits=2), max_items=25, max_credits=21)
        await pager.survey()
        plan = pager.plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (25, 4, 8, 9.0)

    async def test_what_the_survey_has_read_need_not_be_asked_for(self) -> None:
        pager = PartitionedPager(mixed().source(), max_items=9)
        await pager.survey()
        plan = pager.plan()
        assert (plan.items, plan.requests, plan.credits, plan.seconds) == (9, 0, 0, 0.0)
        assert len(await pager.collect()) == 9

    async def test_a_free_search_is_bound_by_no_credits(self) -> None:
        pager = PartitionedPager(mixed().source(credits=0), max_credits=0)
        await pager.survey()
        plan = pager.plan()
        assert (plan.requests, plan.credits) == (11, 0)

    async def test_answers_lost_on_the_way_leave_nothing_to_spend(self) -> None:
        server = mixed()

        async def fetch(request: Mapping[str, str]) -> Batch[Item]:
            meter.count(7 if server.requests == 5 else 2)
            return await server.fetch(request)

        pager = PartitionedPager(attrs.evolve(server.source(credits=2), fetch=fetch), max_credits=13)
        assert (await pager.survey()).complete
        plan = pager.plan()
        assert (plan.requests, plan.credits, plan.seconds) == (0, 0, 0.0)

    async def test_time_is_that_of_the_limit_in_force_with_its_margin(self) -> None:
        source = attrs.evolve(mixed().source(), limit=lambda: RateLimit(2, per=3.0, margin=0.5))
        pager = PartitionedPager(source, max_credits=20)
        assert pager.plan().seconds == 19 * 1.75
        assert (await pager.survey()).seconds == 10 * 1.75
        assert pager.plan().seconds == 10 * 1.75


class TestAfterOneAnother:
    async def test_an_error_of_a_survey_says_where_the_stream_begins(self) -> None:
        whole = await PartitionedPager(mixed().source()).collect()
        pager = PartitionedPager(mixed(faults=frozenset({4})).source())
        with pytest.raises(ServerError) as caught:
            await pager.survey()
        assert caught.value.cursor is not None
        assert await PartitionedPager(mixed().source(), resume=caught.value.cursor).collect() == whole

    async def test_a_survey_after_an_iteration_is_what_is_known(self) -> None:
        pager = PartitionedPager(mixed().source(), max_items=3)
        await pager.collect()
        assert not pager.coverage.complete
        assert (await pager.survey()).complete
        assert pager.coverage.complete
        assert pager.plan().requests == 0
        await pager.collect()
        assert not pager.coverage.complete

    async def test_a_total_at_the_cap_leaves_doubt_unless_the_parts_are_the_whole(self) -> None:
        groups = (15, "a"), (9, "b")
        clamped = PartitionedPager(crowd(*groups, clamps=True).source())
        found = await clamped.survey()
        assert (found.total, found.unreachable, found.uncertain) == (20, 0, True)
        assert len(await clamped.collect()) == 24
        assert clamped.stopped is StopReason.SERVER_CAP
        covered = PartitionedPager(crowd(*groups, clamps=True, covers=True).source())
        assert not (await covered.survey()).uncertain
        assert len(await covered.collect()) == 24
        assert covered.stopped is StopReason.EXHAUSTED
