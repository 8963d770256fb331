"""XML in the shape of JSON: names, attributes, collections, texts, and all ways to write the same."""

from __future__ import annotations

import contextlib
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from v1_bodies import BODIES, body

from lixasync.codec.xml import parse_xml
from lixasync.errors import DecodeError, UnknownShapeError

XML = [name for name in BODIES if name.endswith(".xml")]


def tree(text: str) -> Any:
    return parse_xml(text.encode())[1]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<a>x</a>", "x"),
        ("<a/>", ""),
        ("<a></a>", ""),
        ("<a> x\n y </a>", " x\n y "),
        ("<a>\r\n</a>", "\n"),
        ("<a>x &amp; y &#228;&lt;</a>", "x & y ä<"),
        ("<a><![CDATA[<b>&amp;]]> and <!-- not this -->more</a>", "<b>&amp; and more"),
        ("<a>&#x1F600;\u67b6\u7a7a</a>", "\U0001f600\u67b6\u7a7a"),
        ("<a><b>x</b></a>", {"b": "x"}),
        ("<a>\n\t<b/>\n</a>", {"b": ""}),
        ("<a><b><c>x</c></b></a>", {"b": {"c": "x"}}),
        ("<a><long-name-here>x</long-name-here></a>", {"longNameHere": "x"}),
        ("<a><camelCase>x</camelCase></a>", {"camelCase": "x"}),
        ("<a><b>x</b><b/><b><c/></b></a>", {"b": ["x", "", {"c": ""}]}),
        ("<a><b/><b/></a>", {"b": ["", ""]}),
        ("<a key='k'><b>x</b></a>", {"_key": "k", "b": "x"}),
        ("<a some-key='k'/>", {"_someKey": "k"}),
        ("<a key='k'>x</a>", {"_key": "k", "_text": "x"}),
        ("<a key='k'>\n</a>", {"_key": "k"}),
        ("<a key='k'><b>x</b>\n</a>", {"_key": "k", "b": "x"}),
        ("<a key='k'><b>x</b>lost</a>", {"_key": "k", "b": "x"}),
        ("<a total='0'/>", {"_total": "0"}),
        ("<a total='333'></a>", {"_total": "333"}),
        (
            "<a total='2' start='0' count='1'><b>x</b></a>",
            {"_total": "2", "_start": "0", "_count": "1", "values": ["x"]},
        ),
        ("<a total='2'><b/><c><d>x</d></c></a>", {"_total": "2", "values": ["", {"d": "x"}]}),
        ("<a total='1'><b total='1'><c/></b></a>", {"_total": "1", "values": [{"_total": "1", "values": [""]}]}),
        ("<a><headers><b>x</b></headers></a>", {"headers": {"values": ["x"]}}),
        ("<a><headers><b/><c/><b>x</b></headers></a>", {"headers": {"values": ["", "x", ""]}}),
        ("<a><headers start='0'><b/></headers></a>", {"headers": {"_start": "0", "values": [""]}}),
        ("<a><headers/></a>", {"headers": ""}),
        ("<a><people key='k'/></a>", {"people": {"_key": "k"}}),
        ("<!-- a --><?pi x?><a/><!-- b -->\n", ""),
        ("<a><b k='1'><c/></b><b k='1'><d/></b></a>", {"b": [{"_k": "1", "c": ""}, {"_k": "1", "d": ""}]}),
        ("<a><b total='1'><c/></b><b total='1'></b></a>", {"b": [{"_total": "1", "values": [""]}, {"_total": "1"}]}),
        ("<a ><b\n>x</b ><c\t/></a >", {"b": "x", "c": ""}),
        ("<a k='>' l='/>'>x</a>", {"_k": ">", "_l": "/>", "_text": "x"}),
        ("<a k='/>'/>", {"_k": "/>"}),
        ("<a k='&#10;\r\n&lt;&amp;lt; \"'/>", {"_k": '\n <&lt; "'}),
        ("<a k='x'>&#60;</a>", {"_k": "x", "_text": "<"}),
        ("<a>&amp;lt;&gt;&quot;&apos;</a>", "&lt;>\"'"),
        ("<a>&#38;lt;&amp;&#x41;&lt;</a>", "&lt;&A<"),
        ("<a>/>x</a>", "/>x"),
        ("<a>x\r\ny\rz&#13;</a>", "x\ny\nz\r"),
        ("<?xml version='1.0' standalone='yes'?>\n<a/>", ""),
    ],
)
def test_shapes(text: str, read: Any) -> None:
    assert tree(text) == read


def test_collections_without_a_total_are_few_and_known() -> None:
    for name in ("connections", "people", "positions", "educations", "buckets", "facets", "related-connections"):
        assert tree(f"<{name}><x>1</x></{name}>") == {"values": ["1"]}
    assert tree("<location><x>1</x></location>") == {"x": "1"}


@pytest.mark.parametrize(
    ("text", "root"), [("<people-search/>", "peopleSearch"), ("<error/>", "error"), ("<a-b-c/>", "aBC")]
)
def test_name_of_the_root(text: str, root: str) -> None:
    assert parse_xml(text.encode())[0] == root


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "utf-8"),
        ("iso-8859-1", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
        ("ascii", "us-ascii"),
    ],
)
def test_encodings_that_are_read(encoding: str, declared: str) -> None:
    text = "x" if encoding == "ascii" else "Søren"
    data = f'<?xml version="1.0" encoding="{declared}"?><a>{text}</a>'.encode(encoding)
    assert parse_xml(data) == ("a", text)


def test_utf_16_that_is_not_declared() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert parse_xml("<a>Søren</a>".encode(encoding)) == ("a", "Søren")


def test_elements_that_are_written_alike_are_not_one() -> None:
    one, other = tree("<a><b k='1'/><b k='1'/></a>")["b"]
    assert one == other
    assert one is not other


def test_long_texts_stay_whole() -> None:
    text = "word \u20ac\n" * 200_000
    assert tree(f"<a><b>{text}</b><c/></a>") == {"b": text, "c": ""}


def written_anew(data: bytes) -> bytes:
    """Return the same document with what only its reader for unusual documents reads."""
    return data + b"<!-- x -->"


@pytest.mark.parametrize("name", XML)
def test_unusual_documents_give_the_same(name: str) -> None:
    data = body(name)
    assert parse_xml(written_anew(data)) == parse_xml(data)
    assert parse_xml(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) == parse_xml(data)


@pytest.mark.parametrize("unusual", ["", "<!-- x -->", "<?x y?>", "<![CDATA[]]>"])
def test_a_document_longer_than_what_is_read_at_once(unusual: str) -> None:
    people = "".join(f"<person><id>{number}</id>{unusual}\n</person>" for number in range(40_000))
    data = f"<connections total='40000'>{people}</connections>".encode()
    assert parse_xml(data)[1]["values"] == [{"id": str(number)} for number in range(40_000)]


@pytest.mark.parametrize("place", range(65_520, 65_540))
def test_anything_may_stand_where_one_part_ends(place: int) -> None:
    data = b"<a><b>" + b"x" * (place - 6) + b"</b><c k='>'/><d>\xc3\xa9&amp;\r\n</d></a>"
    assert parse_xml(data) == ("a", {"b": "x" * (place - 6), "c": {"_k": ">"}, "d": "é&\n"})


@pytest.mark.parametrize(
    "text",
    ["<a>", "<a><b></b>", "<a", "<a b='x", "<a>&am", "<a><![CDATA[x", "<?xml version='1.0'", "<!-- x", "<a>\u00e9"],
)
def test_cut_off(text: str) -> None:
    data = text.encode()
    with pytest.raises(DecodeError, match=f"cut off after {len(data)} bytes") as caught:
        parse_xml(data)
    assert caught.value.repeatable
    assert caught.value.body == text


def test_cut_off_within_a_letter() -> None:
    with pytest.raises(DecodeError, match="cut off"):
        parse_xml("<a>é".encode()[:-1])


def test_empty() -> None:
    for data in (b"", b" \n"):
        with pytest.raises(DecodeError, match=r"empty|cut off"):
            parse_xml(data)


@pytest.mark.parametrize(
    "text", ["<a></b>", "<a/><b/>", "<a b/>", "<a>&nope;</a>", "<a><b x='1' x='2'/></a>", "x", "<>"]
)
def test_not_well_formed(text: str) -> None:
    with pytest.raises(UnknownShapeError, match=r"not well-formed XML: .*line 1") as caught:
        parse_xml(text.encode())
    assert not caught.value.repeatable
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert caught.value.body == text


@given(st.sampled_from(XML), st.floats(0, 1, exclude_max=True))
def test_any_cut_is_called_a_cut(name: str, where: float) -> None:
    whole = body(name).strip()
    cut = whole[: 1 + int(where * (len(whole) - 1))]
    with pytest.raises(DecodeError, match="cut off"):
        parse_xml(cut)


@given(st.binary(max_size=60) | st.text(alphabet="<>/!?-[]&;='\"ab \0\ufeff", max_size=40).map(str.encode))
def test_any_bytes_give_a_tree_or_a_decode_error(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        parse_xml(data)


@given(st.sampled_from(XML), st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=3))
def test_any_damage_gives_a_tree_or_a_decode_error(name: str, where: float, damage: bytes) -> None:
    data = bytearray(body(name))
    place = int(where * len(data))
    data[place : place + len(damage)] = damage
    with contextlib.suppress(DecodeError):
        parse_xml(bytes(data))


NAMES = st.sampled_from(["id", "first-name", "location", "a-b-c", "x1", "industry", "summary"])
PLAIN = st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(st.sampled_from("ab<>&\"'\n\t ]é架\U0001f600") | PLAIN, max_size=12)
ATTRIBUTES = st.dictionaries(st.sampled_from(["count", "start"]), st.integers(0, 9).map(str), max_size=2)
TREES = st.recursive(
    TEXTS,
    lambda inner: (
        st.dictionaries(NAMES, inner, min_size=1, max_size=4)
        | st.tuples(st.integers(0, 99).map(str), ATTRIBUTES, st.lists(inner, max_size=4))
    ),
    max_leaves=12,
)
"""A text; an element with others in it; or a collection: its total, its other attributes, its members."""


def rendered(name: str, value: Any, space: str) -> str:
    if isinstance(value, str):
        return f"<{name}>{escape(value)}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{space}{space.join(rendered(key, each, space) for key, each in value.items())}{space}</{name}>"
    total, attributes, members = value
    own = "".join(f" {key}={quoteattr(text)}" for key, text in {**attributes, "total": total}.items())
    return f"<{name}{own}>{space}{space.join(rendered('member', each, space) for each in members)}</{name}>"


def shaped(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {camel(key): shaped(each) for key, each in value.items()}
    total, attributes, members = value
    own = {f"_{key}": text for key, text in {**attributes, "total": total}.items()}
    return {**own, "values": [shaped(each) for each in members]} if members else own


def camel(name: str) -> str:
    return "".join(part if index == 0 else part.title() for index, part in enumerate(name.split("-")))


@given(TREES, st.sampled_from(["", "\n  ", " ", "\r\n"]))
def test_what_was_rendered_comes_back(value: Any, space: str) -> None:
    data = rendered("root", value, space).encode()
    assert parse_xml(data) == parse_xml(written_anew(data)) == ("root", shaped(value))


@given(TREES, st.data())
def test_what_was_rendered_and_cut_never_fails_otherwise(value: Any, choices: st.DataObject) -> None:
    data = rendered("root", value, "\n").encode()
    cut = data[: choices.draw(st.integers(0, len(data)), label="length")]
    with contextlib.suppress(DecodeError):
        assert parse_xml(cut) == ("root", shaped(value))
