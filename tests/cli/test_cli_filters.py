"""Filters as options: each filter has one, and values are read as they are meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import Exclude, InvalidArgumentError, Suggestion, Text
from lixasync.cli.filters import DivisionOptions, Query, described, span, taken, value
from lixasync.lix.queries.filter_tables import TABLES, Kind
from lixasync.lix.queries.filters import check

KINDS: tuple[Kind, ...] = ("leads", "accounts", "people")


@pytest.mark.parametrize("kind", KINDS)
def test_each_filter_has_an_option_and_each_exclusion(kind: Kind) -> None:
    expected = {name for name in TABLES[kind] if kind != "people" or name not in ("company", "school")}
    expected |= {f"exclude_{name}" for name, each in TABLES[kind].items() if each.exclusion}
    arguments = list(taken(kind))
    assert {each.name for each in arguments} == expected
    options = [each.annotation.__metadata__[0].name for each in arguments]
    assert len(set(options)) == len(options)


@pytest.mark.parametrize("kind", KINDS)
def test_the_client_takes_what_every_option_becomes(kind: Kind) -> None:
    samples = {"names": ("id:1", "A name"), "choices": (2, 3), "switch": True, "range": "1..5", "text": "words"}
    raw: dict[str, Any] = {
        each.name: samples[TABLES[kind][each.name].form] for each in taken(kind) if each.name in TABLES[kind]
    }
    raw |= {f"exclude_{name}": ("id:9",) for name, each in TABLES[kind].items() if each.exclusion}
    query = Query.read(kind, raw)
    assert set(query.filters) == set(TABLES[kind]) - {"company", "school"}
    check(kind, query.filters)


def test_nothing_given_is_no_filter() -> None:
    raw: dict[str, Any] = {each.name: each.default for each in taken("leads")}
    query = Query.read("leads", raw)
    assert (query.filters, query.names) == ({}, [])


def test_values_and_names_to_look_up() -> None:
    raw = {"titles": ("Founder", "text:engineer", "id:9"), "exclude_titles": ("name:id:x",), "changed_jobs": False}
    query = Query.read("leads", raw)
    assert query.filters == {"titles": ["Founder", Text("engineer"), Suggestion(id="9"), Exclude("id:x")]}
    assert query.names == [
        ("--title", "titles", "Founder", "Founder"),
        ("--exclude-title", "titles", "id:x", Exclude("id:x")),
    ]


def test_free_text_of_linkedins_own_search() -> None:
    raw = {"companies": ("text:acme", "Ledgerloom"), "schools": ("text:open",), "title": "text:x"}
    query = Query.read("people", raw)
    assert query.filters == {"companies": ["Ledgerloom"], "company": "acme", "school": "open", "title": "text:x"}
    with pytest.raises(InvalidArgumentError, match="--company has 2 texts"):
        Query.read("people", {"companies": ("text:a", "text:b")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme: the company", "Acme: the company"),
        ("id:urn:li:organization:1441", Suggestion(id="urn:li:organization:1441")),
        ("id:105763813=Colorado, United States", Suggestion(id="105763813", text="Colorado, United States")),
        ("id: 9 = ", Suggestion(id="9")),
        ("text:a:b", Text("a:b")),
        ("name:text:x", "text:x"),
        ("ID:9", "ID:9"),
    ],
)
def test_values(text: str, expected: object) -> None:
    assert value("--title", text) == expected


@given(st.text(min_size=1).filter(str.strip))
def test_any_name_can_be_written(name: str) -> None:
    assert value("--title", f"name:{name}") == name


@pytest.mark.parametrize("text", ["id:", "id: ", "text:", "name:"])
def test_values_that_say_nothing(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match=r"--company .* says nothing") as caught:
        value("--company", text)
    assert "--company id:1441" in caught.value.hint


def test_values_that_are_sent_with_their_text() -> None:
    assert described("--location", None) is None
    assert described("--location", "Berlin") == "Berlin"
    assert described("--location", "text:Berlin") == "Berlin"
    assert described("--location", "id:1=Berlin") == Suggestion(id="1", text="Berlin")
    with pytest.raises(InvalidArgumentError, match="lacks the text of that id"):
        described("--location", "id:1")


@pytest.mark.parametrize(
    ("text", "expected"), [("1..50", (1, 50)), ("10..", (10, None)), ("..-5", (None, -5)), (" 1.5 .. 2 ", (1.5, 2))]
)
def test_ranges(text: str, expected: tuple[float | None, float | None]) -> None:
    assert span("--annual-revenue", text) == expected


@pytest.mark.parametrize("text", ["", "..", "5", "50..1", "a..b", "1...2..", "1-5"])
def test_no_ranges(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is no range for --annual-revenue"):
        span("--annual-revenue", text)


def test_what_divides_a_search_goes_by_option_or_filter() -> None:
    assert DivisionOptions().by("leads") is None
    options = DivisionOptions(partition_by=("functions", "seniority", "--past-company", "years-at-company", "colour"))
    assert options.by("leads") == ("functions", "seniorities", "past_companies", "years_at_company", "colour")
    assert DivisionOptions(partition_by=("company",)).by("people") == ("companies",)
    with pytest.raises(InvalidArgumentError, match="--survey is for a search that is divided"):
        DivisionOptions(survey=True).by("leads")
