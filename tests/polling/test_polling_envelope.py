"""The text of a state: read back as it was, or refused; never taken for a new one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.errors import StateError
from lixasync.polling.comparison import Known
from lixasync.polling.envelope import read_state, write_state
from lixasync.polling.hashes import keyed_hash
from lixasync.polling.moments import ceil_ms, floor_ms, moment_at, span_ms
from lixasync.polling.watermark import Watermark

SALT = "0f" * 16
moments = st.integers(0, 253_402_300_799_999)
marks = st.builds(
    Watermark,
    since=moments,
    counted=moments,
    guessed=st.booleans(),
    seen=st.dictionaries(st.text(max_size=4), st.tuples(st.none() | moments, st.lists(st.text(max_size=4)).map(tuple))),
)
TEXT = write_state("mine", SALT, Watermark(since=1, counted=2, seen={"a": (3, ("b",))}))


@given(mark=marks)
def test_a_watermark_comes_back_as_it_was(mark: Watermark) -> None:
    assert read_state(write_state("mine", SALT, mark), "mine", Watermark) == (SALT, mark)


def test_a_listing_comes_back_as_it_was() -> None:
    known = Known(items={"a": "b"}, at=5)
    assert read_state(write_state("mine", SALT, known), "mine", Known) == (SALT, known)


def test_a_text_that_was_cut_off_anywhere_is_refused() -> None:
    for end in range(len(TEXT)):
        with pytest.raises(StateError, match="damaged"):
            read_state(TEXT[:end], "mine", Watermark)


@given(place=st.integers(0, len(TEXT) - 1), character=st.characters(exclude_categories=["Cs"]))
def test_a_text_with_any_other_character_is_refused(place: int, character: str) -> None:
    changed = TEXT[:place] + character + TEXT[place + 1 :]
    if changed != TEXT and json_of(changed) != json.loads(TEXT):
        with pytest.raises(StateError):
            read_state(changed, "mine", Watermark)


def json_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"version":"1"}', '{"version":1}', "hello", b"\xff", 5])
def test_what_is_no_state_is_refused(text: object) -> None:
    with pytest.raises(StateError, match="damaged"):
        read_state(text, "mine", Watermark)


def test_another_version_is_refused_whatever_else_it_holds() -> None:
    with pytest.raises(StateError, match="version 2") as caught:
        read_state('{"version":2,"new":[1,2]}', "mine", Watermark)
    assert "remove it yourself" in caught.value.hint


def test_another_watch_is_refused() -> None:
    with pytest.raises(StateError, match="another watch") as caught:
        read_state(TEXT, "yours", Watermark)
    assert "a state of its own" in caught.value.hint


def test_another_kind_of_body_is_refused() -> None:
    with pytest.raises(StateError, match="damaged"):
        read_state(TEXT, "mine", list[int])


def test_a_body_with_moments_outside_the_calendar_is_refused() -> None:
    with pytest.raises(StateError, match="damaged"):
        read_state(write_state("mine", SALT, {"since": -1, "counted": 0}), "mine", Watermark)


def test_the_salt_has_to_be_one() -> None:
    with pytest.raises(StateError, match="damaged"):
        read_state(write_state("mine", "00", Known()), "mine", Known)


def test_hashes_differ_by_salt_purpose_and_parts() -> None:
    same = keyed_hash(SALT, "identity", "a", {"x": 1, "y": 2})
    assert same == keyed_hash(SALT, "identity", "a", {"y": 2, "x": 1})
    others = [
        keyed_hash("1f" * 16, "identity", "a", {"x": 1, "y": 2}),
        keyed_hash(SALT, "content", "a", {"x": 1, "y": 2}),
        keyed_hash(SALT, "identity", "a", {"x": 1, "y": 3}),
        keyed_hash(SALT, "identity", "ab"),
        keyed_hash(SALT, "identity", "a", "b"),
    ]
    assert len({same, *others}) == 6
    assert keyed_hash(SALT, "identity", "\ud800")


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis wants its bounds without a zone
def test_milliseconds_enclose_a_moment(moment: datetime) -> None:
    low, high = moment_at(floor_ms(moment)), moment_at(ceil_ms(moment))
    assert low <= moment <= high
    assert moment - low < timedelta(milliseconds=1) > high - moment


def test_spans_are_rounded_up_and_no_moment_is_before_the_epoch() -> None:
    assert span_ms(timedelta(microseconds=1)) == 1
    assert span_ms(timedelta(milliseconds=3)) == 3
    old = datetime(1960, 1, 1, tzinfo=UTC)
    assert floor_ms(old) == ceil_ms(old) == 0
