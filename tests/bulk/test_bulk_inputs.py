"""What tells inputs apart, and what of them is kept."""

from __future__ import annotations

import json
from collections import OrderedDict, UserDict
from datetime import UTC, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk.inputs import kept, restored
from lixasync.errors import InvalidArgumentError

LINK = "https://www.linkedin.com/in/robin-marlowe"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
inputs = (
    texts.map(str.strip).filter(bool) | st.integers() | st.dictionaries(texts, plain, min_size=1, max_size=3)
).filter(lambda value: "http" not in str(value).lower())


class Kind(StrEnum):
    A = "a"


class Number(IntEnum):
    THREE = 3


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "something else"


def same(one: object, other: object) -> bool:
    return kept(one, 0).key == kept(other, 0).key


@given(inputs)
def test_an_input_is_read_again_as_it_was_given(value: Any) -> None:
    assert restored(kept(value, 0).value) == value
    assert json.loads(kept(value, 0).value) == value


@given(inputs, inputs)
def test_inputs_are_the_same_exactly_when_their_json_is(one: Any, other: Any) -> None:
    canonical = [json.dumps(value, sort_keys=True) for value in (one, other)]
    assert same(one, other) == (canonical[0] == canonical[1])


@given(st.dictionaries(texts, st.dictionaries(texts, plain, max_size=3), min_size=1, max_size=4), st.randoms())
def test_the_order_of_names_does_not_matter_at_any_depth(value: dict[str, Any], random: Any) -> None:
    def shuffled(given: dict[str, Any]) -> dict[str, Any]:
        names = list(given)
        random.shuffle(names)
        return {name: given[name] for name in names}

    assert same(value, shuffled({name: shuffled(each) for name, each in value.items()}))


@given(st.sampled_from(["", " ", "\t", "\r\n", "\u00a0"]), st.sampled_from(["", "/"]), st.booleans())
def test_an_address_is_the_same_however_it_is_written(space: str, slash: str, capitals: bool) -> None:
    host = "HTTPS://WWW.LinkedIn.com" if capitals else "https://www.linkedin.com"
    link = f"{space}{host}/in/robin-marlowe{slash}{space}"
    assert same(link, LINK)
    assert same({"profile_link": link, "count": 5}, {"count": 5, "profile_link": LINK})
    assert restored(kept(link, 0).value) == link.strip()


@given(st.from_regex(r"(/[\w.%~;,@:=-]{0,4}){0,3}", fullmatch=True))
def test_a_path_is_the_same_under_a_host_in_capitals(path: str) -> None:
    assert same(f"https://host.example{path}", f"HTTPS://HOST.example{path}")
    assert same(f"https://host.example{path}", f"HTTPS://HOST.example{path}A") is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, {"n": 1}),
        ({"n": 1}, {"n": True}),
        ({"n": 1}, {"n": 1.0}),
        ({"n": 1}, {"n": "1"}),
        ({"n": 0}, {"n": False}),
        ({"n": None}, {"n": ""}),
        ({"n": None}, {"m": None}),
        ({"n": 1, "m": None}, {"n": 1}),
        ({"n": [1, 2]}, {"n": [2, 1]}),
        ({"n": " a"}, {"n": "a"}),
        (2**64, 2**64 + 1),
        ("robin-marlowe", "Robin-Marlowe"),
        ("robin-marlowe", "robin-marlowe/"),
        ("\u00e9", "e\u0301"),
        (LINK, LINK.replace("robin", "Robin")),
        (LINK, LINK.replace("https", "http")),
        (LINK, f"{LINK}//"),
        (LINK, f"{LINK}?trk=1"),
        (LINK, f"{LINK}#about"),
        (LINK, {"profile_link": LINK}),
        (LINK, LINK.replace("robin", "ro\tbin")),
        (LINK, LINK.replace("robin", "ro bin")),
        ("https://host/search?q=a/", "https://host/search?q=a"),
        ("https://host/#/search/", "https://host/#/search"),
        ("https://host/search/?q=a", "https://host/search?q=a"),
        ("https://host/?Q=a", "https://host/?q=a"),
        ("https://Robin@host/", "https://robin@host/"),
        ("https://h\u00d6st/", "https://h\u00f6st/"),
        ("https://[host/", "https://[host"),
        ("ftp://host/", "ftp://host"),
        ({"n": [f"{LINK}/"]}, {"n": [LINK]}),
    ],
)
def test_what_may_mean_something_else_is_another_input(one: object, other: object) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" robin-marlowe\n", "robin-marlowe"),
        ("https://Robin@HOST/", "https://Robin@host"),
        ("https://host", "https://host/"),
        ("https://HOST/search?q=a", "https://host/search?q=a"),
        ({"n": (1, (2,))}, {"n": [1, [2]]}),
        ({"n": Kind.A, "m": Number.THREE}, {"n": "a", "m": 3}),
        (Number.THREE, 3),
        (Text("robin"), "robin"),
        ({Text("n"): Text("robin")}, {"n": "robin"}),
        (OrderedDict(n=1), {"n": 1}),
        (MappingProxyType({"n": MappingProxyType({"m": 1})}), {"n": {"m": 1}}),
        (UserDict({"n": 1}), {"n": 1}),
    ],
)
def test_what_means_the_same_is_kept_alike(one: object, other: object) -> None:
    assert same(one, other)


def test_dicts_of_other_kinds_are_kept_as_json() -> None:
    assert restored(kept({"n": (1, Kind.A), "m": Number.THREE}, 0).value) == {"n": [1, "a"], "m": 3}


def deep() -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(100_000):
        value = {"n": value}
    return value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "a text that is not empty"),
        (" \t\n", "a text that is not empty"),
        ({}, "arguments by name"),
        (None, "arguments by name"),
        (True, "whole number"),
        (1.5, "whole number"),
        (float("nan"), "whole number"),
        (b"robin", "text"),
        (["robin"], "arguments by name"),
        (("robin", 1), "arguments by name"),
        (object, "arguments by name"),
        ({1: "a"}, "names must be texts"),
        ({"n": {1: "a"}}, "names must be texts"),
        ({"n": float("nan")}, "no number nan"),
        ({"n": [float("inf")]}, "no number inf"),
        ({"n": {1, 2}}, "no set"),
        ({"n": b"a"}, "no bytes"),
        ({"n": Decimal(1)}, "no Decimal"),
        ({"n": datetime(2026, 11, 1, tzinfo=UTC)}, "no datetime"),
        ({"n": object()}, "no object"),
        ("half \ud83d", "surrogates"),
        ({"n": "\udc00"}, "surrogates"),
        ({"\ud83d": 1}, "surrogates"),
        pytest.param(10**5000, "of type int and too large to be shown", id="long number"),
        pytest.param({"n": 10**5000}, "of type dict and too large to be shown", id="long number in a dict"),
    ],
)
def test_what_is_no_input_is_refused_with_its_place(value: object, why: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^Input 7 is .*{why}") as caught:
        kept(value, 7)
    assert "leave it out" in caught.value.hint
    str(caught.value).encode()


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="of type dict and too large to be shown"):
        kept(deep(), 0)


def test_a_message_shows_the_beginning_of_a_long_input() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        kept({"n": "a" * 10_000, "m": object()}, 0)
    assert "aaa..." in caught.value.message
    assert len(caught.value.message) < 300
