"""The grammar of Sales Navigator's queries."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.sandbox.lix.grammar import GrammarError, parse

TEXTS = st.text(max_size=12)
NODES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).filter(lambda values: values != [""])
        | st.dictionaries(st.text("abcXYZ_9", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


def written(node: Any) -> str:
    if isinstance(node, dict):
        return f"({','.join(f'{name}:{written(value)}' for name, value in node.items())})"
    if isinstance(node, list):
        return f"List({','.join(map(written, node))})"
    return quote(node, safe="")


@given(NODES)
def test_whatever_is_written_is_read_again(node: Any) -> None:
    assert parse(written(node)) == node


@given(st.text("(),:List%2a \u00e9"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(GrammarError):
        assert isinstance(parse(text), str | list | dict)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", ""),
        ("()", {}),
        ("(a:List())", {"a": []}),
        ("(a:)", {"a": ""}),
        ("(x)", {}),
        ("(x,a:b,...)", {"a": "b"}),
        ("(recentSearchParam:(doLogHistory:true),parent:(id:0))",
         {"recentSearchParam": {"doLogHistory": "true"}, "parent": {"id": "0"}}),
        ("(text:Software%20Engineer%2C%20%28Berlin%29)", {"text": "Software Engineer, (Berlin)"}),
        ("(text:Listless)", {"text": "Listless"}),
    ],
)  # fmt: skip
def test_forms_that_addresses_have(text: str, node: Any) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("(", 1), ("(a:b", 4), ("(a:b))", 5), ("(a:b:c)", 4), ("(a:b,)", 5), ("(,a:b)", 1), ("(:b)", 2),
        ("(a:1,a:2)", 7), ("(a b:c)", 5), ("(a:%zz)", 3), ("(a:%2)", 3), ("(a:%FF)", 3), ("(a:List(b)", 10),
        ("(a:(b:c)d)", 8), ("(" * 50, 1), ("(a:" + "List(" * 30, 103), ("a)", 1),
    ],
)  # fmt: skip
def test_what_does_not_follow_it_is_refused_with_its_place(text: str, place: int) -> None:
    with pytest.raises(GrammarError, match=rf"at character {place}:"):
        parse(text)
