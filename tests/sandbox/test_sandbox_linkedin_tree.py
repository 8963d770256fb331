"""The two ways to write an answer."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from xml_bodies import element

from lixasync.sandbox.linkedin.tree import Listing, Style, Written, camel, document

TREE: dict[str, Any] = {
    "first-name": 'Ö & <b> "q"',
    "summary": "",
    "is-current": True,
    "num-connections": 3,
    "empty": Listing("x", [], 0),
    "connections": Listing("person", [], 333),
    "positions": Listing("position", [{"id": 2**33}, {"id": 1, "title": "a\nb"}], 5, 1, 2),
}


def test_xml() -> None:
    text = document("person", TREE, Style("xml")).decode()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<person>\n  <first-name>')
    assert "<summary></summary>" in text
    assert '<connections total="333" />' in text
    assert '<positions total="5" count="2" start="1">' in text
    root = element(text)
    assert root.findtext("first-name") == TREE["first-name"]
    assert root.findtext("is-current") == "true"
    assert [position.findtext("id") for position in root.findall("positions/position")] == [str(2**33), "1"]
    assert root.findtext("positions/position[2]/title") == "a\nb"


def test_characters_that_xml_would_change_are_escaped() -> None:
    text = document("person", {"summary": "a\r\nb & <c>"}, Style("xml")).decode()
    assert "<summary>a&#13;\nb &amp; &lt;c&gt;</summary>" in text
    assert element(text).findtext("summary") == "a\r\nb & <c>"


def test_attributes_are_shuffled_even_where_the_order_of_fields_is_asked_for() -> None:
    listing = Listing("person", [{"last-name": "b", "id": "a"}], 9, 3, 1)
    texts = [document("people", listing, Style("xml", asked=True, shuffle=str(seed))).decode() for seed in range(9)]
    assert len(set(texts)) > 1
    assert all(text.index("<last-name>") < text.index("<id>") for text in texts)


def test_json() -> None:
    assert json.loads(document("person", TREE, Style("json"))) == {
        "firstName": TREE["first-name"],
        "summary": "",
        "isCurrent": True,
        "numConnections": 3,
        "empty": {"_total": 0},
        "connections": {"_total": 333},
        "positions": {"_count": 2, "_start": 1, "_total": 5, "values": [{"id": 2**33}, {"id": 1, "title": "a\nb"}]},
    }


def test_the_order_is_alphabetical_in_json_unless_asked_for() -> None:
    tree = {"last-name": "b", "id": "a"}
    assert document("person", tree, Style("json")) == b'{"id":"a","lastName":"b"}'
    assert document("person", tree, Style("json", asked=True)) == b'{"lastName":"b","id":"a"}'


@pytest.mark.parametrize("form", ["xml", "json"])
def test_shuffling_changes_order_and_nothing_else(form: Any) -> None:
    usual, shuffled = document("person", TREE, Style(form)), document("person", TREE, Style(form, shuffle="7"))
    assert usual != shuffled
    assert shuffled == document("person", TREE, Style(form, shuffle="7"))
    if form == "json":
        assert json.loads(usual) == json.loads(shuffled)
    else:
        found = [sorted(ET.canonicalize(text, strip_text=True).split("<")) for text in (usual, shuffled)]
        assert found[0] == found[1]


def test_keys_of_several() -> None:
    listing = Listing("person", [{"id": "a"}, {}], 2, keys=("~", 'url="x"'))
    assert json.loads(document("people", listing, Style("json"))) == {
        "_total": 2,
        "values": [{"_key": "~", "id": "a"}, {"_key": 'url="x"'}],
    }
    root = element(document("people", listing, Style("xml")))
    assert [person.get("key") for person in root] == ["~", 'url="x"']


def test_what_is_written_already_stays() -> None:
    assert document("people", Listing("person", [Written("{1}")], 1), Style("json")) == b'{"_total":1,"values":[{1}]}'


def test_names() -> None:
    assert [camel(name) for name in ("id", "first-name", "api-standard-profile-request")] == [
        "id",
        "firstName",
        "apiStandardProfileRequest",
    ]
