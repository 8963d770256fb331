"""Who the searches know: attributes by the seed, and those who meet conditions."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from searched import attribute

from lixasync.sandbox import Settings, people
from lixasync.sandbox.lix import accounts, population, vocabulary
from lixasync.sandbox.lix.population import BLOCK, EVERY_CODE, LEADS, SKILLS_IN, Condition

SEED = 7


def test_an_attribute_follows_from_seed_and_index_alone() -> None:
    wanted = (Condition(("title",), frozenset((0, 3))),)
    many = population.find(SEED, 2 * BLOCK + 100, wanted)
    few = population.find(SEED, 1000, wanted)
    assert list(few) == [index for index in many if index < 1000]
    assert max(many) > 2 * BLOCK
    assert list(population.find(SEED + 1, 1000, wanted)) != list(few)


@given(
    size=st.integers(0, 300),
    wanted=st.lists(
        st.tuples(st.sampled_from(["title", "company", "seniority", "group"]), st.frozensets(st.integers(0, 255)))
    ),
)
def test_whoever_meets_all_conditions_is_found(size: int, wanted: list[tuple[str, frozenset[int]]]) -> None:
    conditions = tuple(Condition((name,), codes) for name, codes in wanted)
    expected = [
        index for index in range(size) if all(population.code(SEED, name, index) in codes for name, codes in wanted)
    ]
    assert list(population.find(SEED, size, conditions)) == expected


def test_one_good_column_of_several_is_enough() -> None:
    found = population.find(SEED, 500, (Condition(SKILLS_IN, frozenset((5,))),))
    name = vocabulary.SKILLS[5].text
    assert list(found) == [index for index in range(500) if name in population.skills_of(SEED, index)]
    assert 0 < len(found) < 500


@pytest.mark.parametrize("filter_type", LEADS)
def test_every_value_of_every_filter_is_somebodys(filter_type: str) -> None:
    trait = LEADS[filter_type]
    seen = {attribute(SEED, filter_type, index) for index in range(BLOCK)}
    assert seen - {None} == set(trait.values)


def test_some_tell_neither_seniority_nor_function() -> None:
    silent = {
        filter_type: {index for index in range(6000) if attribute(SEED, filter_type, index) is None}
        for filter_type in ("SENIORITY_LEVEL", "FUNCTION")
    }
    assert silent["SENIORITY_LEVEL"] == silent["FUNCTION"]
    assert 300 < len(silent["FUNCTION"]) < 500
    everybody = Condition(("seniority",), EVERY_CODE - frozenset(range(len(vocabulary.SENIORITIES))))
    assert set(population.find(SEED, 6000, (everybody,))) == silent["FUNCTION"]


def test_the_first_regions_are_common_and_the_last_ones_rare() -> None:
    counts = Counter(attribute(SEED, "REGION", index) for index in range(BLOCK))
    assert counts[vocabulary.REGIONS[0]] > 4 * counts[vocabulary.REGIONS[-1]]


def test_names_are_those_of_the_profiles() -> None:
    for index in (0, 1, 77, BLOCK + 5):
        who = people.identity(SEED, "person", index)
        given, family = (attribute(SEED, name, index) for name in ("FIRST_NAME", "LAST_NAME"))
        assert given is not None
        assert family is not None
        assert (given.text, family.text) == (who["firstName"], who["lastName"])


def test_there_are_companies_of_one_name() -> None:
    counts = Counter(firm.text for firm in vocabulary.EMPLOYERS)
    twins = [name for name, count in counts.items() if count > 1]
    assert len(twins) == 2
    for name in twins:
        same = [firm for firm in vocabulary.EMPLOYERS if firm.text == name]
        assert len({firm.id for firm in same}) == len({firm.headline for firm in same}) == 2


def test_ids_are_unique() -> None:
    for values in (
        vocabulary.TITLES, vocabulary.REGIONS, vocabulary.POSTAL_CODES, vocabulary.INDUSTRIES, vocabulary.SENIORITIES,
        vocabulary.FUNCTIONS, vocabulary.HEADCOUNTS, vocabulary.COMPANY_TYPES, vocabulary.SCHOOLS, vocabulary.GROUPS,
        vocabulary.LANGUAGES, vocabulary.TENURES, vocabulary.SKILLS, vocabulary.EMPLOYERS,
    ):  # fmt: skip
        assert len({value.id for value in values}) == len(values)


def test_a_search_of_many_costs_little_once_it_was_made() -> None:
    wanted = (Condition(("region",), frozenset((1, 2))), Condition(("function",), frozenset((7,))))
    first = population.find(SEED, 100_000, wanted)
    assert len(first) > 100
    assert population.find(SEED, 100_000, wanted) is first


def test_found_people_show_what_they_are_found_by() -> None:
    item = population.found_person(SEED, 12)
    profile = people.person(SEED, 12)
    title, firm = attribute(SEED, "CURRENT_TITLE", 12), attribute(SEED, "CURRENT_COMPANY", 12)
    region, school = attribute(SEED, "REGION", 12), attribute(SEED, "SCHOOL", 12)
    assert title is not None
    assert firm is not None
    assert region is not None
    assert school is not None
    assert item["link"] == profile["link"]
    assert item["name"] == profile["name"]
    now, before = item["experience"][:2]
    assert (now["title"], now["organisation"]["name"], now["dateEnded"]) == (title.text, firm.text, "Present")
    assert now["organisation"]["salesNavLink"].rpartition("/")[2] == firm.id.rpartition(":")[2]
    assert before["timePeriod"] == {"startedOn": {"year": 2019}, "endedOn": {"year": 2023}}
    assert item["description"] == f"{title.text} | {firm.text}"
    assert item["location"] == region.text
    assert item["education"][0]["institutionName"] == school.text
    assert [skill["name"] for skill in item["skills"]] == population.skills_of(SEED, 12)


def test_known_companies_come_first_among_the_accounts() -> None:
    for index, firm in enumerate(vocabulary.COMPANIES):
        assert accounts.company(SEED, index) is firm
    later = [accounts.company(SEED, index) for index in range(len(vocabulary.COMPANIES), BLOCK + 50)]
    assert len({firm.id for firm in later} | {firm.id for firm in vocabulary.COMPANIES}) == BLOCK + 50
    assert len({accounts.account(SEED, index)["link"] for index in range(400)}) == 400


def test_companies_are_found_by_what_they_are() -> None:
    wanted = (Condition(("headcount",), frozenset((3,))), Condition(("region",), frozenset(range(12))))
    found = accounts.find(SEED, BLOCK + 200, wanted)
    firms = [accounts.company(SEED, index) for index in range(BLOCK + 200)]
    assert list(found) == [index for index, firm in enumerate(firms) if firm.headcount == "D" and firm.home < 12]
    assert found[-1] > BLOCK
    assert found[0] < len(vocabulary.COMPANIES) < found[-1]


def test_sales_navigator_knows_as_many_as_searches_find_or_its_own_number() -> None:
    assert Settings(search_results=40).lead_count == 40
    assert Settings(search_results=40, leads=0).lead_count == 0
    with pytest.raises(ValueError, match="leads must not be negative"):
        Settings(leads=-1)
    with pytest.raises(ValueError, match="list_size must not be negative"):
        Settings(list_size=-1)
