"""Searches by names over the sandbox: what names cost, what they find, and searches divided into parts."""

from __future__ import annotations

import random
from typing import Any

import anyio
import pytest
from lix_runs import VIEWER, VIEWERS, client

from lixasync import (
    AmbiguousNameError,
    Exclude,
    LixClient,
    Pager,
    PartitionedPager,
    Person,
    StopReason,
    Suggestion,
    Text,
)
from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix import population

pytestmark = pytest.mark.anyio

FACET = "/v1/search/sales/facet"
SEED = 7


def facets(sandbox: Sandbox) -> int:
    """Return how often suggestions were asked for."""
    return int(sandbox.stats()["by_path"].get(FACET, 0))


def index_of(person: Person) -> int:
    return int((person.link or "").rpartition("-p")[2])


def value_of(trait: str, index: int) -> str | None:
    """Return what a person of the sandbox is in the eyes of a filter."""
    known = population.LEADS[trait]
    code = population.code(SEED, known.column, index)
    return known.values[code].text if code < len(known.values) else None


def having(trait: str, *texts: str, of: int) -> list[int]:
    """Return who of the sandbox's first people has one of the values of an attribute."""
    return [index for index in range(of) if value_of(trait, index) in texts]


class TestNames:
    async def test_each_is_looked_up_once_in_the_life_of_a_client(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            await lix.sales.leads(titles=["founder", "Co-Founder"], locations="Berlin").collect()
            assert facets(sandbox) == 3
            await lix.sales.leads(titles=[" FOUNDER "], past_titles="Founder").first()
            await lix.with_options(lane="bulk").sales.leads(titles="Founder", locations="berlin").first()
            await lix.search.people(locations="Berlin").first()
            assert await lix.sales.leads_url(titles="Founder")
            assert facets(sandbox) == 3
            assert lix.limits.snapshot().quota.credits.keys() == {"standard"}
        async with client(sandbox) as lix:
            await lix.sales.leads(titles="Founder").first()
        assert facets(sandbox) == 4

    async def test_another_viewer_may_be_shown_something_else(self, sandbox: Sandbox) -> None:
        sandbox.reset(viewers=VIEWERS)
        async with client(sandbox) as lix:
            for viewer in (VIEWER, VIEWERS[1], VIEWER, None):
                await lix.sales.leads(titles="Founder", viewer_id=viewer).first()
        asked = [event["query"].rpartition("viewer_id=")[2] for event in sandbox.events() if event["path"] == FACET]
        assert [query.partition("&")[0] for query in asked] == [VIEWER, VIEWERS[1]]

    async def test_one_request_for_all_who_ask_at_the_same_time(self, sandbox: Sandbox) -> None:
        sandbox.reset(latency=0.02)
        async with client(sandbox) as lix, anyio.create_task_group() as group:
            for title in ("Founder", "Director") * 6:
                group.start_soon(lix.sales.leads(titles=title).first)
        assert facets(sandbox) == 2

    async def test_a_failure_is_not_remembered(self, sandbox: Sandbox) -> None:
        sandbox.reset(faults=["viewer", *["slow"] * 9], fault_every=1, slow_seconds=0)
        async with client(sandbox) as lix:
            pager = lix.sales.leads(titles="Founder")
            with pytest.raises(Exception, match="viewer_id") as caught:
                await pager.first()
            assert await lix.sales.leads(titles="Founder", resume=caught.value.cursor).first() is not None  # type: ignore[attr-defined]  # an error of ours
        assert facets(sandbox) == 2

    async def test_a_name_of_several_things_is_not_guessed(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            with pytest.raises(
                AmbiguousNameError, match=r"2 things have that name.*Consulting.*Pass the Suggestion"
            ) as caught:
                await lix.sales.leads(companies="Halcyon Partners").first()
            assert sandbox.stats()["by_path"].keys() == {FACET}
            first, second = caught.value.candidates
            assert (first.text, first.headline != second.headline) == ("Halcyon Partners", True)
            total = 0
            for candidate in (first, second):
                pager = lix.sales.leads(companies=candidate)
                await pager.first()
                total += pager.total or 0
            both = lix.sales.leads(companies=[first, second])
            await both.first()
        assert both.total == total

    async def test_all_wrong_names_are_told_at_once(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            with pytest.raises(AmbiguousNameError) as caught:
                await lix.sales.leads(
                    titles=["Founder", "Wizard"], companies="Halcyon Partners", locations="Atlantis"
                ).first()
        assert all(
            part in caught.value.message for part in ("titles: 'Wizard'", "companies: 'Halcyon", "locations: 'Atl")
        )
        assert "'Founder'" not in caught.value.message
        assert 'Text("...")' in caught.value.hint


class TestWhatIsFound:
    @pytest.mark.parametrize(
        ("filters", "trait", "texts"),
        [
            ({"titles": "Founder"}, "CURRENT_TITLE", ["Founder"]),
            ({"titles": Text("founder")}, "CURRENT_TITLE", ["Founder", "Co-Founder"]),
            ({"locations": "Colorado, United States"}, "REGION", ["Colorado, United States"]),
            ({"seniorities": ["CXO", "Owner / Partner"]}, "SENIORITY_LEVEL", ["CXO", "Owner / Partner"]),
            ({"companies": "Larch, Birch & Cedar"}, "CURRENT_COMPANY", ["Larch, Birch & Cedar"]),
            ({"companies": 'The "Quiet" Company'}, "CURRENT_COMPANY", ['The "Quiet" Company']),
            ({"schools": Suggestion(id="18000")}, "SCHOOL", ["Université de Kelpford"]),
            ({"years_at_company": "1 to 2 years"}, "YEARS_AT_CURRENT_COMPANY", ["1 to 2 years"]),
        ],
    )
    async def test_leads(self, sandbox: Sandbox, filters: dict[str, Any], trait: str, texts: list[str]) -> None:
        if "schools" in filters:
            texts = [population.LEADS["SCHOOL"].values[0].text]
        async with client(sandbox) as lix:
            found = await lix.sales.leads(**filters).collect()
            by_url = await lix.sales.leads(await lix.sales.leads_url(**filters)).collect()
        assert [index_of(person) for person in found] == having(trait, *texts, of=1000)
        assert by_url == found

    async def test_exclusion_and_several_filters(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            found = await lix.sales.leads(
                titles=["Founder", "Director"], seniorities=Exclude("CXO"), relationship=[2, 3]
            ).collect()
        wanted = set(having("CURRENT_TITLE", "Founder", "Director", of=1000))
        wanted -= set(having("SENIORITY_LEVEL", "CXO", of=1000))
        wanted -= set(having("RELATIONSHIP", "1st degree connections", of=1000))
        assert {index_of(person) for person in found} == wanted

    async def test_people(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            found = await lix.search.people(locations="Berlin", title="founder").collect()
            url = await lix.search.people_url(locations="Berlin", title="founder")
            assert await lix.search.people(url, viewer_id=VIEWER).collect() == found
        wanted = set(having("REGION", "Berlin", of=1000)) & set(
            having("CURRENT_TITLE", "Founder", "Co-Founder", of=1000)
        )
        assert {index_of(person) for person in found} == wanted

    async def test_accounts(self, sandbox: Sandbox) -> None:
        async with client(sandbox) as lix:
            found = await lix.sales.accounts(headcounts="51-200", annual_revenue=(1, None)).collect()
            assert (
                await lix.sales.accounts(
                    await lix.sales.accounts_url(headcounts="51-200", annual_revenue=(1, None))
                ).collect()
                == found
            )
        assert {each.size for each in found} == {"51-200"}
        assert len(found) > 25


def divided(lix: LixClient, **more: Any) -> PartitionedPager[Person]:
    return lix.sales.leads(keywords="kelp", partition_by=["relationship", "functions"], **more)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # long runs; which part comes next does not depend on the loop
class TestPartition:
    LEADS = 5200

    def delivered(self) -> set[int]:
        """Return who can be reached: everybody but third degrees without a function, unless on a first page."""
        third = having("RELATIONSHIP", "3rd+ Everyone else", of=self.LEADS)
        without = {index for index in third if value_of("FUNCTION", index) is None}
        return set(range(self.LEADS)) - without | set(range(25)) | set(third[:25])

    async def test_whoever_a_part_can_list_comes_once(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=self.LEADS)
        async with client(sandbox) as lix:
            pager = divided(lix)
            found = [index_of(person) async for person in pager]
            coverage = pager.coverage
        assert sorted(found) == sorted(self.delivered())
        assert coverage.complete
        assert (coverage.total, coverage.unreachable) == (self.LEADS, self.LEADS - len(found))
        assert pager.stopped is StopReason.SERVER_CAP
        assert coverage.requests == coverage.credits == 0
        names = {part.names for part in coverage.parts}
        assert names >= {("1st degree connections",), ("3rd+ Everyone else", "Engineering")}
        assert sum(part.divided for part in coverage.parts) == 2
        assert facets(sandbox) == 1

    async def test_a_survey_says_what_it_will_cost_and_its_pages_are_not_paid_twice(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=self.LEADS)
        async with client(sandbox) as lix:
            pager = divided(lix)
            coverage = await pager.survey()
            asked = len(coverage.parts)
            assert lix.limits.snapshot().quota.credits == {"standard": asked}
            plan = pager.plan()
            found = await pager.collect()
            spent = lix.limits.snapshot().quota.credits["standard"]
        # Of those that no part has, some stand on the first pages of what was divided, and so come all the same.
        assert 0 <= coverage.unreachable - (self.LEADS - len(found)) <= 2 * 25
        assert plan.credits is not None
        assert spent - asked <= plan.credits <= spent - asked + len(coverage.parts)
        assert sandbox.stats()["duplicates"] == 0

    async def test_in_pieces_in_new_clients_and_with_faults_it_is_the_same(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=self.LEADS, faults="500,cut,repeat,429,shift,empty", fault_every=5)
        chance = random.Random(1)
        found: list[int] = []
        cursor, stopped = None, None
        while stopped is None:
            async with client(sandbox) as lix:
                pager = divided(lix, resume=cursor, max_items=chance.choice((7, 900, 1600)))
                found += [index_of(person) async for person in pager]
                cursor = pager.cursor
                stopped = None if pager.stopped is StopReason.MAX_ITEMS else pager.stopped
        assert sorted(found) == sorted(self.delivered())
        assert stopped is StopReason.SERVER_CAP

    async def test_twenty_thousand(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=20_000)
        async with client(sandbox) as lix:
            coverage = await divided(lix).survey()
            undivided = lix.sales.leads(keywords="kelp")
            await undivided.first()
        assert undivided.total == coverage.total == 20_000
        assert coverage.reachable + coverage.unreachable == 20_000
        # Second and third degrees are divided by their functions, which one in fifteen has not; first degrees are not.
        assert 1000 < coverage.unreachable < 1500
        assert all(part.total <= 2500 for part in coverage.parts if not part.divided)

    async def test_what_fits_is_not_divided(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=60)
        async with client(sandbox) as lix:
            pager = divided(lix)
            assert len(await pager.collect()) == 60
        assert (pager.stopped, facets(sandbox)) == (StopReason.EXHAUSTED, 0)
        assert sandbox.stats()["arrivals"] == 3

    async def test_names_that_turn_out_to_mean_the_same_divide_nothing(self, sandbox: Sandbox) -> None:
        sandbox.reset(leads=12_000)
        async with client(sandbox) as lix:
            coverage = await lix.sales.leads(languages=["English", "english"], partition_by="languages").survey()
        assert coverage.complete
        (part,) = coverage.parts
        assert part.total == len(having("PROFILE_LANGUAGE", "English", of=12_000)) > 2500
        assert (coverage.reachable, coverage.unreachable) == (2500, part.total - 2500)

    async def test_people_whose_total_never_passes_the_cap(self, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=1500)
        async with client(sandbox, viewer_id=None) as lix:
            pager: Pager[Person] = lix.search.people(keywords="kelp", partition_by="industries")
            found = [index_of(person) async for person in pager]
        assert sorted(found) == list(range(1500))
        assert pager.stopped is StopReason.SERVER_CAP  # everybody came, but such a total cannot prove it

    async def test_people_in_parts_that_are_the_whole(self, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=1500)
        async with client(sandbox, viewer_id=None) as lix:
            every = await lix.sales.facets("INDUSTRY").collect()
            pager: Pager[Person] = lix.search.people(industries=every, partition_by="industries")
            found = [index_of(person) async for person in pager]
        assert sorted(found) == list(range(1500))
        assert pager.stopped is StopReason.EXHAUSTED  # nobody can be outside the values that were asked for
