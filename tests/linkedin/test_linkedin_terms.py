"""What the server would silently ignore is refused before any request, by a message that names the rule."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lixasync import InvalidArgumentError
from lixasync.linkedin.generations import GENERATIONS
from lixasync.linkedin.industries import INDUSTRIES
from lixasync.linkedin.terms import Terms, halves
from lixasync.transport.operation import encode_query


def params(generation: str, **terms: Any) -> list[tuple[str, str]]:
    (only,) = halves(Terms(**terms), GENERATIONS[generation])
    return only


@pytest.mark.parametrize(
    ("generation", "terms", "rule"),
    [
        ("2010", {"current_company": True}, "current_company needs company"),
        ("2010", {"current_title": False}, "current_title needs title"),
        ("2010", {"current_school": True}, "current_school needs school"),
        ("2010", {"postal_code": "94101"}, "postal_code needs country"),
        ("2010", {"distance": 10, "country": "us"}, "distance needs postal_code"),
        ("2010", {"distance": 10, "postal_code": "94101"}, "needs country"),
        ("2009", {"country": "us"}, "search_location_type='I'"),
        ("2009", {"country": "us", "search_location_type": "Y"}, "search_location_type='I'"),
        ("2009", {"search_location_type": "I"}, "needs country"),
        ("2009", {"postal_code": "94101", "search_location_type": "I"}, "postal_code needs country"),
        ("2009", {"current_company": True}, "current_company needs company"),
        ("2009", {"search_location_type": "i"}, "within a place"),
        ("2010", {"name": "Robin"}, "has no name.*first_name and last_name"),
        ("2010", {"search_location_type": "Y"}, "has no search_location_type"),
        ("2009", {"first_name": "Robin"}, "has no first_name.*It has name"),
        ("2009", {"last_name": "Marlowe"}, "has no last_name"),
        ("2009", {"school": "Fernhill"}, "has no school"),
        ("2009", {"distance": 3}, "has no distance"),
        ("2009", {"facets": ["industry"]}, "has no facets"),
        ("2009", {"facet": {"industry": "6"}}, "has no facet"),
        ("2010", {"industry": 2}, "not in the table"),
        ("2010", {"industry": [4, 999]}, "999.*not in the table"),
        ("2009", {"industry": "0"}, "not in the table"),
        ("2010", {"industry": True}, "not in the table"),
        ("2010", {"industry": "Computer Softwear"}, "Did you mean 'Computer Software'"),
        ("2010", {"industry": []}, "industry is empty"),
        ("2010", {"country": "USA"}, "two letters"),
        ("2010", {"country": "ü!"}, "two letters"),
        ("2010", {"distance": 0, "country": "us", "postal_code": "1"}, "whole number of miles"),
        ("2010", {"distance": 2.5, "country": "us", "postal_code": "1"}, "whole number of miles"),
        ("2010", {"sort": "ctx"}, "connections, recommenders"),
        ("2009", {"sort": "connections"}, "ctx, endorsers"),
        ("2010", {"network": "all"}, "'in', 'out' or 'both'"),
        ("2010", {"facets": ["industries"]}, "Did you mean 'industry'"),
        ("2010", {"facet": {"seniority": "x"}}, "no facet 'seniority'"),
        ("2010", {"facet": {"network": "Z"}}, "F, S, A, O"),
        ("2010", {"facet": {"language": "english"}}, "en, es, fr"),
        ("2010", {"facet": {"location": "us:84,us:85"}}, "without commas"),
        ("2010", {"facet": {"location": ""}}, "without commas"),
        ("2010", {"facet": {"industry": "2"}}, "not in the table"),
        ("2010", {"facet": {"industry": "4"}, "industry": 6}, "both given"),
        ("2010", {"facet": {"network": "F"}, "network": "in"}, "both given"),
        ("2010", {"keywords": "ruby+rails"}, "spaces between words"),
        ("2010", {"keywords": "jos%C3%A9"}, "plain text"),
        ("2009", {"name": "robin+marlowe"}, "spaces between words"),
        ("2010", {"keywords": " "}, "keywords is ' '"),
        ("2010", {"company": ""}, "company is ''"),
        ("2010", {"title": 3}, "title is 3"),
        ("2010", {"company": "Acme", "current_company": "yes"}, "True, False, or None"),
    ],
)
def test_what_the_server_would_ignore_is_refused(generation: str, terms: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        halves(Terms(**terms), GENERATIONS[generation])
    assert __import__("re").search(rule, str(caught.value)), str(caught.value)


def test_every_parameter_of_2009() -> None:
    assert params(
        "2009",
        keywords="ruby  rails ",
        name="Robin Marlowe",
        company="Acme",
        current_company=True,
        title="Engineer",
        current_title=False,
        industry=[4, "Computer Games", "6"],
        country="US",
        postal_code="94101",
        search_location_type="I",
        network="out",
        sort="ctx",
    ) == [
        ("keywords", "ruby rails"),
        ("name", "Robin Marlowe"),
        ("company", "Acme"),
        ("current-company", "true"),
        ("title", "Engineer"),
        ("current-title", "false"),
        ("industry-code", "4"),
        ("industry-code", "109"),
        ("industry-code", "6"),
        ("search-location-type", "I"),
        ("country-code", "us"),
        ("postal-code", "94101"),
        ("network", "out"),
        ("sort-criteria", "ctx"),
    ]


def test_every_parameter_of_2010() -> None:
    assert params(
        "2010",
        keywords="ruby",
        first_name="Robin",
        last_name="Marlowe",
        company="Acme",
        current_company=False,
        title="Engineer",
        current_title=True,
        school="Fernhill",
        current_school=True,
        industry=[4, 6],
        country="de",
        postal_code="80331",
        distance=25,
        network="in",
        facet={"location": ["us:84", "de:0"], "current_company": 1035},
        facets=["location", "past_company"],
        sort="distance",
    ) == [
        ("keywords", "ruby"),
        ("first-name", "Robin"),
        ("last-name", "Marlowe"),
        ("company-name", "Acme"),
        ("current-company", "false"),
        ("title", "Engineer"),
        ("current-title", "true"),
        ("school-name", "Fernhill"),
        ("current-school", "true"),
        ("country-code", "de"),
        ("postal-code", "80331"),
        ("distance", "25"),
        ("facets", "location,past-company"),
        ("facet", "location,us:84,de:0"),
        ("facet", "current-company,1035"),
        ("facet", "industry,4,6"),
        ("facet", "network,F,S,A"),
        ("sort", "distance"),
    ]


@pytest.mark.parametrize(
    ("generation", "expected"),
    [("2009", [("network", "in"), ("network", "out")]), ("2010", [("facet", "network,F,S,A"), ("facet", "network,O")])],
)
def test_both_networks_are_two_searches(generation: str, expected: list[tuple[str, str]]) -> None:
    both = halves(Terms(keywords="x", network="both"), GENERATIONS[generation])
    assert both == [[("keywords", "x"), half] for half in expected]


def test_no_terms_at_all_are_the_whole_network() -> None:
    assert params("2009") == params("2010") == []


def test_the_table_of_industries_is_whole() -> None:
    assert sorted(INDUSTRIES) == [1, *range(3, 149)]
    assert all(halves(Terms(industry=code), GENERATIONS["2009"]) for code in INDUSTRIES)
    assert [params("2009", industry=name.upper()) for name in INDUSTRIES.values()] == [
        [("industry-code", str(code))] for code in INDUSTRIES
    ]


@given(text=st.text(min_size=1, max_size=30), generation=st.sampled_from(["2009", "2010"]))
def test_any_text_comes_back_from_the_query_as_it_was_meant(text: str, generation: str) -> None:
    try:
        meant = params(generation, keywords=text)
    except InvalidArgumentError:
        assume(False)
    try:
        query = encode_query(meant, space=GENERATIONS[generation].space)
    except UnicodeEncodeError:
        assume(False)
    assert parse_qsl(query, keep_blank_values=True) == meant
    assert query.isascii()
    assert " " not in query
    if "+" not in text:
        assert "%2B" not in query.upper()
