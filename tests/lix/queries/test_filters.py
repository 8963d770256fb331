"""Filters are checked before any request, by messages that say what to do; equal queries are equal in every order."""

from __future__ import annotations

import inspect
import re
from typing import Any, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import InvalidArgumentError
from lixasync.lix.queries.filter_tables import TABLES, Kind
from lixasync.lix.queries.filters import AccountFilters, Exclude, LeadFilters, PeopleFilters, Text, check
from lixasync.lix.queries.wanted import Choice, Name, Span
from lixasync.models.suggestion import Suggestion

ACME = Suggestion(id="urn:li:organization:7", text="Acme")


def terms(kind: Kind, **filters: Any) -> list[Any]:
    """Return the terms of the only condition of a query."""
    ((_, found),) = check(kind, filters).conditions
    return list(found)


@pytest.mark.parametrize(
    ("kind", "filters", "rule"),
    [
        ("leads", {}, "given no filter.*titles"),
        ("leads", {"titles": None, "changed_jobs": False}, "given no filter"),
        ("accounts", {}, "Filters are keywords, locations"),
        ("leads", {"title": "CEO"}, "no filter 'title'. Did you mean 'titles'"),
        ("leads", {"salary": 3}, "no filter 'salary'. Filters are keywords"),
        ("leads", {"salary": None}, "no filter 'salary'"),
        ("accounts", {"titles": "CEO"}, "search for accounts has no filter 'titles'"),
        ("people", {"seniorities": "Owner"}, "browser"),
        ("leads", {"keywords": " "}, "keywords is ' '"),
        ("leads", {"keywords": ["a"]}, "keywords is .*must be a text"),
        ("people", {"title": ""}, "title is ''"),
        ("leads", {"titles": ""}, "titles is ''"),
        ("leads", {"titles": ["CEO", "\t"]}, "titles is"),
        ("leads", {"titles": Text(" ")}, "titles is ' '"),
        ("leads", {"titles": "\ud800"}, "half a character"),
        ("leads", {"companies": []}, "companies is empty.*Pass None"),
        ("leads", {"companies": 1441}, "companies holds 1441.*Suggestion, a Text, or an Exclude"),
        ("leads", {"companies": b"Acme"}, "companies holds b'Acme'"),
        ("leads", {"companies": {"Acme": 1}}, "companies holds {'Acme': 1}"),
        ("leads", {"companies": [None]}, "companies holds None"),
        ("leads", {"headcounts": 50}, "a name or a Suggestion\\.$"),
        ("leads", {"companies": Suggestion(text="Acme")}, "without an id.*lix.sales.facets"),
        ("leads", {"locations": Text("Berlin")}, "locations takes no free text"),
        ("leads", {"headcounts": Exclude("1-10")}, "headcounts takes no Exclude"),
        ("people", {"companies": Exclude("Acme")}, "companies takes no Exclude"),
        ("people", {"companies": Text("Acme")}, "companies takes no free text"),
        ("leads", {"companies": Exclude(Exclude("Acme"))}, "companies holds Exclude"),  # type: ignore[arg-type] # wrong
        ("leads", {"companies": ["Acme", Exclude("ACME")]}, "wants and excludes 'ACME'|excludes 'Acme'"),
        ("leads", {"companies": [Text("acme"), Exclude("Acme")]}, "wants and excludes"),
        ("leads", {"companies": [ACME, Exclude(attrs.evolve(ACME, text=None))]}, "organization:7|Acme"),
        ("leads", {"relationship": 4}, "relationship holds 4.*one of: 1, 2, 3"),
        ("leads", {"relationship": True}, "relationship holds True"),
        ("leads", {"relationship": "1"}, "relationship holds '1'"),
        ("leads", {"changed_jobs": "yes"}, "changed_jobs holds 'yes'.*one of: True"),
        ("leads", {"changed_jobs": 1}, "changed_jobs holds 1"),
        ("accounts", {"annual_revenue": 5}, "annual_revenue is 5.*two numbers"),
        ("accounts", {"annual_revenue": (5,)}, "two numbers"),
        ("accounts", {"annual_revenue": (None, None)}, "two numbers"),
        ("accounts", {"annual_revenue": (10, 5)}, "in order"),
        ("accounts", {"annual_revenue": (1, float("inf"))}, "two numbers"),
        ("accounts", {"annual_revenue": (True, 5)}, "two numbers"),
        ("accounts", {"annual_revenue": ("1", "5")}, "None in place"),
    ],
)
def test_what_no_search_understands_is_refused(kind: Kind, filters: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        check(kind, filters)
    assert re.search(rule, str(caught.value)), str(caught.value)


def test_one_value_or_several() -> None:
    assert terms("leads", titles="CEO") == terms("leads", titles=["CEO"]) == [Name(text="CEO")]
    assert terms("leads", titles=("CTO", "CEO", "CEO")) == [Name(text="CEO"), Name(text="CTO")]
    assert terms("leads", titles={"CEO"}) == [Name(text="CEO")]
    assert terms("leads", titles=(title for title in ["CEO"])) == [Name(text="CEO")]


def test_what_a_value_may_be() -> None:
    assert terms("leads", companies=[ACME, Text("  led ger\n"), Exclude("Loom"), Exclude(Text("x"))]) == [
        Choice(id="urn:li:organization:7", text="Acme"),
        Name(text="Loom", excluded=True),
        Choice(text="led ger"),
        Choice(text="x", excluded=True),
    ]
    assert terms("leads", companies=Suggestion(id="7")) == [Choice(id="7")]
    assert terms("leads", keywords=" a  b ") == [Choice(text="a b")]
    assert [term.id for term in terms("leads", relationship=[3, 1, 2])] == ["F", "O", "S"]
    assert [term.id for term in terms("people", relationship=2)] == ["S"]
    assert [term.id for term in terms("leads", changed_jobs=True)] == ["RPC"]
    assert [term.id for term in terms("leads", posted_recently=True)] == ["RPOL"]


def test_two_things_of_one_name_may_be_wanted_and_excluded() -> None:
    other = Suggestion(id="8", text="Acme")
    assert len(terms("leads", companies=[ACME, Exclude(other)])) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((1, 5), Span(minimum=1, maximum=5)),
        ([0.5, 10.0], Span(minimum=0.5, maximum=10)),
        ((None, 0), Span(minimum=None, maximum=0)),
        ((-5, None), Span(minimum=-5, maximum=None)),
        ((10**400, None), Span(minimum=10**400, maximum=None)),
    ],
)
def test_ranges(given: Any, expected: Span) -> None:
    (span,) = terms("accounts", headcount_growth=given)
    assert span == expected
    assert str(span.key()) == str(expected.key())  # 10, not 10.0


@pytest.mark.parametrize(
    ("kind", "typed"), [("leads", LeadFilters), ("accounts", AccountFilters), ("people", PeopleFilters)]
)
def test_the_tables_and_the_types_name_the_same_filters(kind: Kind, typed: type) -> None:
    hints = get_type_hints(typed)
    assert list(hints) == list(TABLES[kind])
    assert re.findall(r"^    (\w+): ", inspect.getdoc(typed) or "", re.MULTILINE) == list(hints)
    for name, each in TABLES[kind].items():
        assert bool(each.facet) == (each.form == "names"), name
        assert ("lixasync.lix.queries.filters.Exclude" in str(hints[name])) == each.exclusion, name
        assert ("lixasync.lix.queries.filters.Text" in str(hints[name])) == each.free_text, name


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip)
values = st.one_of(
    texts,
    st.builds(Text, texts),
    st.builds(Suggestion, id=texts, text=st.just("Acme")),
    st.builds(Exclude, texts.map("not {}".format)),
)
queries = st.dictionaries(
    st.sampled_from(["titles", "past_titles", "companies", "past_companies"]),
    st.lists(values, min_size=1, max_size=4, unique_by=repr),
    min_size=1,
)


@given(filters=queries, data=st.data())
def test_the_order_of_arguments_and_values_is_of_no_account(filters: dict[str, list[Any]], data: st.DataObject) -> None:
    try:
        wanted = check("leads", filters)
    except InvalidArgumentError:
        return  # the same both wanted and excluded
    names = data.draw(st.permutations(list(filters)))
    other = check("leads", {name: data.draw(st.permutations(filters[name])) for name in names})
    assert other == wanted
    assert other.key() == wanted.key()


@given(one=queries, other=queries)
def test_different_queries_have_different_keys(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> None:
    try:
        first, second = check("leads", one), check("leads", other)
    except InvalidArgumentError:
        return  # the same both wanted and excluded
    assert (first.key() == second.key()) == (first == second)


def test_keys_tell_kinds_and_forms_apart() -> None:
    made = [
        check("leads", {"companies": "7"}),
        check("people", {"companies": "7"}),
        check("leads", {"companies": Text("7")}),
        check("leads", {"companies": Suggestion(id="7")}),
        check("leads", {"companies": Exclude("7")}),
        check("leads", {"past_companies": "7"}),
        check("leads", {"companies": ["7", "8"]}),
        check("accounts", {"annual_revenue": (1, 2)}),
        check("accounts", {"annual_revenue": (None, 2)}),
        check("accounts", {"headcount_growth": (1, 2)}),
    ]
    assert len({wanted.key() for wanted in made}) == len(made)


def test_the_text_of_an_id_says_nothing() -> None:
    renamed = attrs.evolve(ACME, text="Acme Corporation")
    assert check("leads", {"companies": renamed}).key() == check("leads", {"companies": ACME}).key()
