"""Field selectors: how they are read, and what they ask for."""

from __future__ import annotations

import httpx
import pytest

from lixasync.sandbox.linkedin.selectors import PEOPLE_SEARCH, PERSON, SelectorError, check, parse, pick
from lixasync.sandbox.linkedin.tree import Listing


def test_selectors_are_read_in_order_and_nest() -> None:
    assert parse(":(id)") == (("id", None),)
    assert parse(":(location:(name,country:(code)),id,positions:(title))") == (
        ("location", (("name", None), ("country", (("code", None),)))),
        ("id", None),
        ("positions", (("title", None),)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "", ":", ":()", ":(id", ":(id,)", ":(,id)", ":(id))", ":(id)x", ":(id first-name)", "(id)", ":(id:)",
        ":(id:(name)", ":(Id)", ":full", ":(id%2Cname)",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        parse(text)


@pytest.mark.parametrize("text", [":(nope)", ":(location:(nope))", ":(id:(name))", ":(positions:(company:(city)))"])
def test_unknown_fields_are_refused(text: str) -> None:
    with pytest.raises(SelectorError):
        check(parse(text), PERSON)


def test_known_fields_pass() -> None:
    check(parse(":(id,email-address,skills:(anything),educations:(start-date:(year)))"), PERSON)
    check(parse(":(people:(id,headline),num-results,facets:(code,buckets:(code,count)))"), PEOPLE_SEARCH)


def test_picking_keeps_the_order_asked_for_and_leaves_out_what_is_not_there() -> None:
    value = {"a": 1, "b": {"c": 2, "d": 3}, "e": Listing("x", [{"f": 4, "g": 5}, {"g": 6}], 9, 0, 2)}
    picked = pick(value, parse(":(e:(f),z,b:(d),a)"))
    assert list(picked) == ["e", "b", "a"]
    assert picked["b"] == {"d": 3}
    assert picked["e"] == Listing("x", [{"f": 4}, {}], 9, 0, 2)


def test_elements_come_in_the_order_asked_for(linkedin: httpx.Client) -> None:
    xml = linkedin.get("/v1/people/~/connections:(last-name,id,first-name)?count=1").text
    assert xml.index("<last-name>") < xml.index("<id>") < xml.index("<first-name>")
    answer = linkedin.get("/v1/people/~/connections:(last-name,id,first-name)?count=1&format=json")
    assert list(answer.json()["values"][0]) == ["lastName", "id", "firstName"]


@pytest.mark.parametrize(
    "target",
    [
        "/v1/people/~/connections:(nope)", "/v1/people/~/connections:(id", "/v1/people/~:(id,)",
        "/v1/people/~/connections?count=10:(id)", "/v1/people/~/connections?format=json:(id,first-name)",
        "/v1/people-search?keywords=kelp:(people:(id))", "/v1/people-search:(id)", "/v1/people:(id)?keywords=kelp",
        "/v1/people-search:full", "/v1/people::(~):(nope)",
    ],
)  # fmt: skip
def test_selectors_that_cannot_be_served_are_the_callers_mistake(linkedin: httpx.Client, target: str) -> None:
    answer = linkedin.get(target)
    assert answer.status_code == 400
    assert "<status>400</status>" in answer.text
