"""How models become columns: from the class alone, each value in one place, secrets nowhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import models
from lixasync.bulk.files.flatten import Column, columns, json_text, plain, row
from lixasync.lix.lookc import AsyncRequest
from lixasync.models import (
    HttpHeader,
    Member,
    MemberCountry,
    MemberLocation,
    Model,
    Organisation,
    Person,
    PersonByEmail,
    ProfileRequest,
    VisibilityToken,
)
from lixasync.models.base import wire
from lixasync.models.secret import TokenLink

MODELS = [
    kind
    for kind in (getattr(models, name) for name in models.__all__)
    if isinstance(kind, type) and issubclass(kind, Model)
]


class Colour(StrEnum):
    RED = "red"


@attrs.frozen(kw_only=True, repr=False)
class Inner(Model):
    """An object within another, with a name that the outer one has as well."""

    name: str | None = wire()
    token: VisibilityToken | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Outer(Model):
    """A bit of everything."""

    inner: Inner | None = wire()
    inner_name: str | None = wire()
    error: str | None = wire()
    value_error: str | None = wire()
    colour: Colour | None = wire()
    weight: float | None = wire()
    either: str | int | None = wire()
    itself: Outer | None = wire()
    inners: tuple[Inner, ...] = wire(default=())
    words: tuple[str, ...] = wire(default=())


@attrs.frozen(kw_only=True, repr=False)
class Four(Model):
    """The deepest of a chain."""

    text: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Three(Model):
    """The last that is taken apart."""

    four: Four | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Two(Model):
    """In the middle."""

    three: Three | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class One(Model):
    """Below the top."""

    two: Two | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Top(Model):
    """A chain of objects."""

    one: One | None = wire()


def named(kind: Any, **options: Any) -> dict[str, str]:
    return {column.name: column.kind for column in columns(kind, **options)}


def cells(value: Any, kind: Any = None) -> dict[str, Any]:
    made = columns(kind or type(value))
    return {column.name: cell for column, cell in zip(made, row(made, value), strict=True) if cell is not None}


def test_attributes_are_columns_and_objects_are_taken_apart() -> None:
    found = named(Member)
    assert found["first_name"] == "text"
    assert found["distance"] == "integer"
    assert found["num_connections_capped"] == "boolean"
    assert found["current_status_timestamp"] == "moment"
    assert found["location_country_code"] == "text"
    assert found["current_share_source_service_provider_name"] == "text"
    assert found["positions"] == found["location_extra"] == found["extra"] == "json"
    assert "location" not in found


def test_kinds_that_are_told_apart() -> None:
    found = named(Outer)
    assert found["colour"] == "text"
    assert found["weight"] == "number"
    assert found["either"] == found["itself"] == found["words"] == "json"
    assert columns(Person | None) == columns(Person)


def test_an_object_too_deep_stays_whole() -> None:
    assert named(Top) == {
        "one_two_three_four": "json",
        "one_two_three_extra": "json",
        "one_two_extra": "json",
        "one_extra": "json",
        "extra": "json",
    }
    deep = Top(one=One(two=Two(three=Three(four=Four(text="here")))))
    assert cells(deep) == {"one_two_three_four": '{"text":"here"}'}


def test_the_name_of_two_belongs_to_the_shorter_path() -> None:
    made = {column.path: column.name for column in columns(Outer, taken=["error"])}
    assert made["inner_name",] == "inner_name"
    assert made["inner", "name"] == "inner_name_2"
    assert made["value_error",] == "value_error"
    assert made["error",] == "value_error_2"


def test_a_taken_name_gets_a_prefix() -> None:
    assert columns(Organisation, taken=["name"])[0] == Column(name="value_name", kind="text", path=("name",))


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_every_model_has_columns_of_different_names(kind: type[Model]) -> None:
    names = [column.name for column in columns(kind, taken=["input", "position", "item"])]
    assert len({*names, "input", "position", "item"}) == len(names) + 3
    assert row(columns(kind), kind()) == (None,) * len(columns(kind))


def test_secrets_have_no_column() -> None:
    assert not [name for name in named(Member) if "header" in name]
    assert "inner_token" not in named(Outer)
    assert "inners" not in named(Outer)


def test_what_holds_a_secret_deep_inside_shows_it_masked() -> None:
    request = ProfileRequest(
        url=TokenLink("https://www.linkedin.com/profile?authToken=geheim"),
        headers=(HttpHeader(name="x-li-auth-token", value=VisibilityToken("geheim")),),
    )
    friend = Member(id="a", site_standard_profile_request=request)
    member = Member(
        id="b", site_standard_profile_request=request, connections=models.RelatedConnections(people=(friend,))
    )
    found = cells(member)
    assert "geheim" not in str(found)
    assert found["site_standard_profile_request_url"].endswith("authToken=***")
    assert json.loads(found["connections_people"])[0]["id"] == "a"


def test_a_row_has_what_the_value_has() -> None:
    member = Member(
        id="m1",
        headline="",
        num_connections=0,
        num_connections_capped=False,
        location=MemberLocation(name="Basel", country=MemberCountry(code="ch", extra={"flag": [1]})),
        current_status_timestamp=datetime(2026, 11, 1, 12, tzinfo=UTC),
        extra={"later": 10**30},
    )
    assert cells(member) == {
        "id": "m1",
        "headline": "",
        "num_connections": 0,
        "num_connections_capped": False,
        "location_name": "Basel",
        "location_country_code": "ch",
        "location_country_extra": '{"flag":[1]}',
        "current_status_timestamp": "2026-11-01T12:00:00Z",
        "extra": f'{{"later":{10**30}}}',
    }


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (tuple[Person, ...], (Person(name="A"), Person()), '[{"name":"A"},{}]'),
        (str | Person, "text", '"text"'),
        (dict[str, Any], {"a": [None]}, '{"a":[null]}'),
        (str, "text", '"text"'),
        (int, 0, "0"),
        (Any, [1.5, float("nan")], "[1.5,null]"),
        (AsyncRequest, AsyncRequest(status="complete", answer=PersonByEmail()), '{"status":"complete","answer":{}}'),
    ],
)
def test_what_is_no_model_is_one_column_of_json(kind: Any, value: Any, text: str) -> None:
    assert columns(kind) == (Column(name="value", kind="json", path=()),)
    assert row(columns(kind), value) == (text,)
    assert row(columns(kind), None) == (None,)


def test_secrets_are_masked_in_plain_data() -> None:
    assert plain({"a": [VisibilityToken("geheim")]}) == {"a": ["***"]}


def test_half_characters_are_replaced_everywhere() -> None:
    assert json.loads(json_text({"a\ud800": ["\udc00b", {"c": "😀"}, 1]})) == {"a\ufffd": ["\ufffdb", {"c": "😀"}, 1]}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_text_reads_as_what_it_was(value: Any) -> None:
    assert json.loads(json_text(value)) == value
