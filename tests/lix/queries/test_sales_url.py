"""URLs of Sales Navigator say exactly what was asked for; a query divides into parts of itself."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import InvalidArgumentError, LixClient
from lixasync.lix.queries.filter_tables import ACCOUNTS, LEADS, Kind
from lixasync.lix.queries.filters import Exclude, Text, check
from lixasync.lix.queries.page_in_url import number_in, with_number
from lixasync.lix.queries.sales_url import can_divide, division, id_text, sales_url, with_extra
from lixasync.lix.queries.wanted import Choice, Resolved
from lixasync.models.suggestion import Suggestion

ACME = Suggestion(id="urn:li:organization:7", text="Acme")
LOOM = Suggestion(id="8", text="Loom")


def resolved(kind: Kind = "leads", **filters: Any) -> Resolved:
    """Return a query that holds ids and texts only."""
    return Resolved(kind=kind, conditions=check(kind, filters).conditions)  # type: ignore[arg-type] # no names in it


class Grammar:
    """A reader of the query's grammar, for the tests alone: brackets hold pairs, ``List(`` holds values."""

    atom = re.compile(r"(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def all(self) -> Any:
        value = self.value()
        assert self.at == len(self.text), self.text[self.at :]
        return value

    def value(self) -> Any:
        if self.taken("List("):
            return self.until_closed(self.value)
        if self.taken("("):
            return dict(self.until_closed(self.pair))
        return unquote(self.word(), errors="strict")

    def pair(self) -> tuple[str, Any]:
        name = self.word()
        assert self.taken(":"), self.text[self.at :]
        return name, self.value()

    def until_closed(self, read: Any) -> list[Any]:
        values = [read()]
        while self.taken(","):
            values.append(read())
        assert self.taken(")"), self.text[self.at :]
        return values

    def word(self) -> str:
        found = self.atom.match(self.text, self.at)
        assert found, self.text[self.at :]
        self.at = found.end()
        return found[0]

    def taken(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False


def read(url: str) -> Any:
    """Return what a URL asks for: the parameter is decoded once, and then each word of the grammar once."""
    assert url.isascii()
    ((name, value),) = parse_qsl(urlsplit(url).query, strict_parsing=True)
    assert name == "query"
    return Grammar(value).all()


def test_a_url_as_linkedin_makes_them() -> None:
    query = resolved(
        titles=[Suggestion(id="9", text="Software Engineer"), Text("C++ (senior)")],
        companies=Exclude(ACME),
        keywords="remote, please",
    )
    made = sales_url(query)
    assert made == (
        "https://www.linkedin.com/sales/search/people?query=(keywords:remote%252C%2520please,filters:List("
        "(type:CURRENT_TITLE,values:List((id:9,text:Software%2520Engineer,selectionType:INCLUDED),"
        "(text:C%252B%252B%2520%2528senior%2529,selectionType:INCLUDED))),"
        "(type:CURRENT_COMPANY,values:List((id:urn%253Ali%253Aorganization%253A7,text:Acme,selectionType:EXCLUDED)))))"
    )
    assert LixClient("key").sales.leads(made).cursor is not None  # the method takes it


def test_accounts_have_ranges() -> None:
    query = resolved("accounts", headcount_growth=(25, None), annual_revenue=(0.5, 10), headcounts=Suggestion(id="D"))
    assert sales_url(query) == (
        "https://www.linkedin.com/sales/search/company?query=(filters:List("
        "(type:COMPANY_HEADCOUNT,values:List((id:D,selectionType:INCLUDED))),"
        "(type:COMPANY_HEADCOUNT_GROWTH,rangeValue:(min:25)),"
        "(type:ANNUAL_REVENUE,rangeValue:(min:0.5,max:10),selectedSubFilter:USD)))"
    )


def test_keywords_alone() -> None:
    assert read(sales_url(resolved(keywords="a:b"))) == {"keywords": "a:b"}


def given_to(name: str) -> Any:
    """Return a value that the filter takes."""
    form = (LEADS | ACCOUNTS)[name].form
    return {"text": "x", "names": LOOM, "choices": 1, "switch": True, "range": (1, 2)}[form]


@pytest.mark.parametrize(("kind", "table"), [("leads", LEADS), ("accounts", ACCOUNTS)])
def test_every_filter_has_its_type(kind: Kind, table: Any) -> None:
    for name, each in table.items():
        asked = read(sales_url(resolved(kind, **{name: given_to(name)})))
        if name == "keywords":
            assert asked == {"keywords": "x"}
        else:
            assert [one["type"] for one in asked["filters"]] == [each.wire]
    assert {each.wire for each in table.values() if each.wire != "keywords"} <= {
        *("CURRENT_TITLE", "PAST_TITLE", "CURRENT_COMPANY", "PAST_COMPANY", "REGION", "POSTAL_CODE", "INDUSTRY"),
        *("SENIORITY_LEVEL", "FUNCTION", "COMPANY_HEADCOUNT", "COMPANY_TYPE", "COMPANY_HEADQUARTERS", "SCHOOL"),
        *("GROUP", "PROFILE_LANGUAGE", "YEARS_AT_CURRENT_COMPANY", "YEARS_IN_CURRENT_POSITION"),
        *("YEARS_OF_EXPERIENCE", "RELATIONSHIP", "FIRST_NAME", "LAST_NAME", "RECENTLY_CHANGED_JOBS"),
        *("POSTED_ON_LINKEDIN", "COMPANY_HEADCOUNT_GROWTH", "ANNUAL_REVENUE"),
    }


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
suggestions = st.builds(Suggestion, id=texts, text=st.none() | texts)


@given(
    keywords=st.none() | texts,
    names=st.dictionaries(st.sampled_from(["first_name", "last_name"]), texts),
    titles=st.lists(st.builds(Text, texts), max_size=3),
    schools=st.lists(suggestions, max_size=3, unique_by=lambda each: each.id),
    unwanted=st.lists(suggestions, max_size=3, unique_by=lambda each: each.id),
    page=st.integers(1, 99),
)
def test_any_text_comes_back_as_it_was_meant(
    keywords: str | None,
    names: dict[str, str],
    titles: list[Text],
    schools: list[Suggestion],
    unwanted: list[Suggestion],
    page: int,
) -> None:
    filters: dict[str, Any] = {
        "keywords": keywords,
        **names,
        "titles": titles or None,
        "schools": schools or None,
        "locations": [Exclude(each) for each in unwanted] or None,
    }
    if not any(filters.values()):
        return
    made = sales_url(resolved(**filters))
    asked = read(made)
    assert asked.get("keywords") == (keywords and " ".join(keywords.split()))
    found = {
        (one["type"], value.get("id"), value.get("text"), value["selectionType"])
        for one in asked.get("filters", ())
        for value in one["values"]
    }
    assert found == {
        *((name.upper(), None, " ".join(text.split()), "INCLUDED") for name, text in names.items()),
        *(("CURRENT_TITLE", None, " ".join(each.text.split()), "INCLUDED") for each in titles),
        *(("SCHOOL", each.id, each.text, "INCLUDED") for each in schools),
        *(("REGION", each.id, each.text, "EXCLUDED") for each in unwanted),
    }
    assert number_in(made, "page", 1) == 1
    assert with_number(made, "page", page) == f"{made}&page={page}"


@pytest.mark.parametrize(
    ("filters", "argument", "possible"),
    [
        ({"keywords": "x"}, "seniorities", True),  # all values can be listed
        ({"keywords": "x"}, "relationship", True),
        ({"keywords": "x"}, "locations", False),  # too many to list
        ({"locations": LOOM}, "locations", False),
        ({"locations": [LOOM, ACME]}, "locations", True),
        ({"locations": [LOOM, Exclude(ACME)]}, "locations", False),
        ({"seniorities": [Exclude(ACME)]}, "seniorities", True),
        ({"seniorities": LOOM}, "seniorities", False),
        ({"relationship": 1}, "relationship", False),
        ({"relationship": [1, 2]}, "relationship", True),
        ({"titles": [Text("a"), Text("b")]}, "titles", True),
        ({"keywords": "x"}, "keywords", False),
        ({"keywords": "x"}, "changed_jobs", False),
        ({"keywords": "x"}, "salary", False),
    ],
)
def test_what_can_divide_a_query(filters: dict[str, Any], argument: str, *, possible: bool) -> None:
    query = resolved(**filters)
    assert can_divide(query, argument) is possible
    if not possible:
        with pytest.raises(InvalidArgumentError, match=f"cannot be divided by {argument}"):
            division(query, argument, [ACME, LOOM])


def test_a_query_divides_by_all_values_of_a_filter_it_does_not_use() -> None:
    query = resolved(keywords="x")
    values = division(query, "seniorities", [ACME, LOOM, Suggestion(text="without an id")])
    assert values == (Choice(id=ACME.id, text="Acme"), Choice(id="8", text="Loom"))
    parts = [with_extra(query, "seniorities", value) for value in values]
    assert parts == [resolved(keywords="x", seniorities=ACME), resolved(keywords="x", seniorities=LOOM)]
    assert with_extra(query, "seniorities", LOOM) == parts[1]
    assert [value.id for value in division(query, "relationship")] == ["F", "S", "O"]


def test_a_query_divides_by_the_values_it_wants() -> None:
    query = resolved(titles=[ACME, Text("b"), Exclude(LOOM)], keywords="x")
    values = division(query, "titles", [Suggestion(id="other")])
    assert values == (Choice(id=ACME.id, text="Acme"), Choice(text="b"))
    assert [with_extra(query, "titles", value) for value in values] == [
        resolved(titles=[ACME, Exclude(LOOM)], keywords="x"),
        resolved(titles=[Text("b"), Exclude(LOOM)], keywords="x"),
    ]


def test_what_a_query_excludes_is_in_none_of_its_parts() -> None:
    query = resolved(seniorities=Exclude(LOOM))
    assert division(query, "seniorities", [ACME, LOOM]) == (Choice(id=ACME.id, text="Acme"),)
    assert with_extra(query, "seniorities", ACME) == resolved(seniorities=[ACME, Exclude(LOOM)])


@pytest.mark.parametrize(
    ("filters", "argument", "value", "rule"),
    [
        ({"titles": ACME}, "titles", LOOM, "leaves 'Loom' out"),
        ({"titles": Exclude(LOOM)}, "titles", LOOM, "leaves 'Loom' out"),
        ({"titles": Exclude(LOOM)}, "titles", Choice(text="free"), "leaves 'free' out"),
        ({"keywords": "x"}, "titles", Suggestion(text="without an id"), "leaves 'without an id' out"),
        ({"keywords": "x"}, "titles", Choice(id="8", excluded=True), "leaves '8' out"),
        ({"keywords": "x"}, "keywords", LOOM, "no filter 'keywords' to divide by"),
        ({"keywords": "x"}, "salary", LOOM, "no filter 'salary' to divide by"),
    ],
)
def test_a_part_that_is_none_is_refused(filters: dict[str, Any], argument: str, value: Any, rule: str) -> None:
    with pytest.raises(InvalidArgumentError, match=rule):
        with_extra(resolved(**filters), argument, value)


@pytest.mark.parametrize(
    ("known", "text", "expected"),
    [
        ("105763813", "Colorado, United States", r"[105763813,Colorado\, United States]"),
        (None, "engineer", "[,engineer]"),
        ("", "engineer", "[,engineer]"),
        ("1", "R&D \\ Labs, [one]", r"[1,R&D \\ Labs\, [one]]"),
    ],
)
def test_pairs_of_id_and_text(known: str | None, text: str, expected: str) -> None:
    assert id_text(known, text) == expected


@given(known=st.none() | st.text(min_size=1), text=st.text())
def test_any_pair_can_be_read_back(known: str | None, text: str) -> None:
    made = id_text(known, text)
    assert made[0] + made[-1] == "[]"
    parts = re.findall(r"((?:[^\\,]|\\.)*)(,|$)", made[1:-1], re.DOTALL)
    first, second = (re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part, _ in parts[:2])
    assert (first, second) == (known or "", text)
