"""Field selectors are values: rendered with their punctuation intact, read back, and checked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fake import FakeTransport, answer, linkedin

from lixasync import Fields, InvalidArgumentError
from lixasync.linkedin.fields import PERSON_FIELDS

NAMES = st.sampled_from(sorted(PERSON_FIELDS))
INNER = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,5})?", fullmatch=True)


def nested(depth: int) -> st.SearchStrategy[Fields]:
    inside = st.none() if depth == 0 else st.none() | nested(depth - 1)
    items = st.lists(st.tuples(INNER, inside), min_size=1, max_size=4, unique_by=lambda item: item[0])
    return items.map(Fields.of)


SELECTORS = st.lists(
    st.tuples(NAMES, st.none() | nested(2)), min_size=1, max_size=6, unique_by=lambda item: item[0]
).map(Fields.of)


def test_the_documented_form() -> None:
    fields = Fields(
        "id", "first_name", location=("name", "country:(code)"), positions=Fields.parse("id,title", known_only=False)
    )
    assert str(fields) == ":(id,first-name,location:(name,country:(code)),positions:(id,title))"
    assert fields.paths() == {
        "id",
        "first-name",
        "location.name",
        "location.country.code",
        "positions.id",
        "positions.title",
    }


@pytest.mark.parametrize(
    "text", [":(id,location:(name))", "id,location:(name)", " id , location:( name ) ", "ID,location:(Name)"]
)
def test_selectors_as_text(text: str) -> None:
    assert Fields.parse(text) == Fields("id", location="name") == Fields(Fields("id"), "location:(name)")


@given(SELECTORS)
def test_a_selector_read_back_is_the_same(fields: Fields) -> None:
    text = str(fields)
    assert Fields.parse(text) == fields
    assert eval(repr(fields)) == fields  # noqa: S307 - the repr is Python
    assert text.count("(") == text.count(")")
    assert ":()" not in text


@given(SELECTORS)
def test_parentheses_commas_and_colons_leave_unescaped(fields: Fields) -> None:
    import asyncio

    transport = FakeTransport([answer({"_total": 0})])

    async def ask() -> None:
        async with linkedin(transport) as client:
            await client.connections(fields=fields).collect()

    asyncio.run(ask())
    assert urlsplit(transport.requests[0].url).path == f"/v1/people/~/connections{fields}"


@given(first=SELECTORS, second=SELECTORS)
def test_added_fields_ask_for_everything_of_both(first: Fields, second: Fields) -> None:
    both = (first + second).paths()
    for path in first.paths() | second.paths():
        steps = path.split(".")
        assert any(".".join(steps[:end]) in both for end in range(1, len(steps) + 1))


@given(st.text(alphabet="ab:(),- \n_x9", max_size=20))
def test_any_text_is_fields_or_a_clear_error(text: str) -> None:
    try:
        fields = Fields.parse(text, known_only=False)
    except InvalidArgumentError as error:
        assert error.message  # noqa: PT017 - either outcome is right, and this one speaks
    else:
        assert Fields.parse(str(fields), known_only=False) == fields


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Fields, "at least one field"),
        (lambda: Fields("id", "id"), "id more than once"),
        (lambda: Fields("firstname"), "Did you mean 'first-name'"),
        (lambda: Fields("zzz"), "no field 'zzz'"),
        (lambda: Fields("id,"), "no field selector"),
        (lambda: Fields.parse("location:(name"), "no field selector"),
        (lambda: Fields.parse("location:()"), "no field selector"),
        (lambda: Fields.parse("id)"), "no field selector"),
        (lambda: Fields.parse("a:(" * 40 + "b" + ")" * 40, known_only=False), "no field selector"),
        (lambda: Fields("id?x=1"), "no field selector"),
        (lambda: Fields(location=()), "at least one field"),
    ],
)
def test_what_is_no_selector_says_why(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        make()


def test_unknown_fields_can_be_asked_for_on_purpose() -> None:
    assert str(Fields.parse("id,brand-new-field", known_only=False)) == ":(id,brand-new-field)"


def test_a_picture_in_its_original_size() -> None:
    fields = Fields("id", "picture-urls::(original)")
    assert str(fields) == ":(id,picture-urls::(original))"
    assert fields.paths() == {"id", "picture-urls"}


@pytest.mark.parametrize("preset", [Fields.BASIC, Fields.SEARCH])
def test_presets_hold_what_a_profile_needs(preset: Fields) -> None:
    assert {"id", "first-name", "last-name", "api-standard-profile-request"} <= preset.paths()
