"""JSON text in and out, and the reasons why a body cannot be read."""

from __future__ import annotations

import pickle

import pytest
from bodies import FIXTURES, NAMES
from hypothesis import given, settings
from hypothesis import strategies as st

from lixasync.codec import dump, parse
from lixasync.errors import DecodeError


def test_round_trip() -> None:
    value = {"a": [1, 2.5, "é", None, True], "b": {}}
    assert dump(value) == '{"a":[1,2.5,"é",null,true],"b":{}}'.encode()
    assert parse(dump(value)) == value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The answer is empty."),
        (b" \r\n", "The answer is empty."),
        (b"<!DOCTYPE html><p>Bad gateway", "The answer is HTML, not JSON."),
        (b"\n <html>", "The answer is HTML, not JSON."),
        (b'{"a": [1, 2', "The answer was cut off after 11 bytes."),
        (b'{"a": 1.', "The answer was cut off after 8 bytes."),
        (b"[" * 100_000, "The answer is nested too deeply."),
        (b"Bad gateway", "The answer is not JSON: JSON is malformed: invalid character (byte 0)."),
        (b'{"a": 1,}', "The answer is not JSON: JSON is malformed: trailing comma in object (byte 8)."),
    ],
    ids=lambda value: str(value)[:30],
)
def test_unreadable(body: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as caught:
        parse(body)
    assert caught.value.message.startswith(message)
    assert caught.value.body == body.decode("utf-8", "replace")[:200]
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert pickle.loads(pickle.dumps(caught.value)).body == caught.value.body  # noqa: S301 - our own bytes


def test_excerpt_counts_characters_not_bytes() -> None:
    with pytest.raises(DecodeError) as caught:
        parse(("é" * 199 + "😀" * 9).encode())
    assert caught.value.body == "é" * 199 + "😀"


@settings(max_examples=100, deadline=None, database=None)
@given(st.sampled_from(NAMES), st.floats(0, 1, exclude_max=True))
def test_any_cut_is_called_a_cut(name: str, where: float) -> None:
    whole = (FIXTURES / name).read_bytes().strip()
    cut = whole[: 1 + int(where * (len(whole) - 1))]
    with pytest.raises(DecodeError, match="cut off"):
        parse(cut)


@settings(max_examples=200, deadline=None, database=None)
@given(st.binary(max_size=40))
def test_any_bytes_give_a_value_or_a_decode_error(body: bytes) -> None:
    try:
        value = parse(body)
    except DecodeError:
        return
    assert parse(dump(value)) == value


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"a": "\\xff"}'.replace(b"\\xff", b"\xff"), {"a": "\ufffd"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "cut \\ud83d"}', {"a": "cut \ufffd"}),
        (b'{"a": "\\ude00 cut, \\ud83d\\ude00 whole"}', {"a": "\ufffd cut, \U0001f600 whole"}),
        (b"[1e999]", [float("inf")]),
    ],
)
def test_whole_but_odd_bodies_are_read(body: bytes, read: object) -> None:
    assert parse(body) == read
