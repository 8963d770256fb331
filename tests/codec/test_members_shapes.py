"""Pages, people and refusals in every container; what is not there stays apart from what is empty."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from v1_bodies import PAGES, body, document, page, read

from lixasync.codec import Decoder
from lixasync.codec.document import Document, read_document
from lixasync.codec.members import MemberListing, Refusal, member, members, refusal
from lixasync.errors import UnknownShapeError
from lixasync.models import (
    Facet,
    Member,
    MemberLocation,
    Position,
    Presence,
)

JSON_PAGES = [name for name in PAGES if name.endswith(".json")]


def one(text: str, asked: frozenset[str] | None = None, decoder: Decoder | None = None) -> Member:
    return member(decoder or Decoder(), read_document(text.encode()), asked)


def test_order_of_elements_does_not_matter() -> None:
    children = re.findall(r"<person>.*?</person>", "<person><id>a</id></person><person><id>b</id></person>")
    people = f'<people total="2">{"".join(children)}</people>'
    number, facets = "<num-results>9</num-results>", '<facets total="1"><facet><code>c</code></facet></facets>'
    wanted = MemberListing(items=(Member(id="a"), Member(id="b")), total=2, num_results=9, facets=(Facet(code="c"),))
    for parts in ((people, number, facets), (facets, number, people), (number, people, facets)):
        assert read(f"<people-search>{''.join(parts)}</people-search>") == wanted


EMPTY = MemberListing()


@pytest.mark.parametrize(
    ("text", "listing"),
    [
        ("<connections/>", EMPTY),
        ('<connections total="0"/>', MemberListing(total=0)),
        ("<people/>", EMPTY),
        ("<people-search/>", EMPTY),
        ("<people-search><people/></people-search>", EMPTY),
        ("<people-search><num-results>0</num-results></people-search>", MemberListing(num_results=0)),
        ('<people-search><people total="0"/></people-search>', MemberListing(total=0)),
        ('{"_total": 0}', MemberListing(total=0)),
        ('{"values": []}', EMPTY),
        ('{"values": null, "_total": 3}', MemberListing(total=3)),
        ('{"numResults": 0}', MemberListing(num_results=0)),
        ('{"people": {}}', EMPTY),
        ('{"people": null, "numResults": "7"}', MemberListing(num_results=7)),
        ('{"people": []}', EMPTY),
        ('{"facets": {"_total": 0}}', EMPTY),
        ('{"people": {"_total": 4, "_start": 2, "_count": 0}}', MemberListing(total=4, start=2, count=0)),
        ('{"people": [{"id": "a"}]}', MemberListing(items=(Member(id="a"),))),
    ],
)
def test_pages_with_little_in_them(text: str, listing: MemberListing) -> None:
    assert read(text) == listing


def test_several_people_asked_for_at_once() -> None:
    xml = '<people total="2"><person key="~"><id>a</id></person><person key="id=b"><id>b</id></person></people>'
    form = '{"_total": 2, "values": [{"_key": "~", "id": "a"}, {"id": "b", "_key": "id=b"}]}'
    wanted = MemberListing(items=(Member(key="~", id="a"), Member(key="id=b", id="b")), total=2)
    assert read(xml) == read(form) == wanted


def test_elements_that_are_no_people_keep_their_place() -> None:
    decoder = Decoder()
    listing = read('{"values": [{"id": "a"}, "x", null]}', decoder)
    assert [item.extra for item in listing.items] == [{}, {"value": "x"}, {"value": None}]
    assert decoder.drift.report().mismatches == {"Member.(element)": 2}


@pytest.mark.parametrize(
    "text",
    [
        "<empty/>",
        "<person><id>a</id></person>",
        "<error><status>403</status></error>",
        "<people-search>text</people-search>",
        '{"id": "a", "firstName": "b"}',
        '{"errorCode": 0, "message": "no", "status": 403}',
        "{}",
        "[]",
        '[{"id": "a"}]',
        "null",
        '"text"',
        "7",
        '{"values": "text"}',
        '{"values": {"id": "a"}}',
        '{"people": "text"}',
        '{"people": 7}',
        '{"people": {"values": 7}}',
    ],
)
def test_no_page(text: str) -> None:
    with pytest.raises(UnknownShapeError, match=r"no page of people, but an? ") as caught:
        read(text)
    assert caught.value.body is not None
    assert not caught.value.repeatable


def test_an_empty_element_says_what_came() -> None:
    for reader in (member, members):
        with pytest.raises(UnknownShapeError, match="an element 'empty'") as caught:
            reader(Decoder(), document("empty_element.xml"))
        assert caught.value.body == '""'


@pytest.mark.parametrize(
    "text",
    [
        "<empty/>",
        "<people/>",
        "<person>text</person>",
        "{}",
        '{"_total": 0}',
        '{"message": "x", "status": 1}',
        "[]",
        "3",
    ],
)
def test_no_person(text: str) -> None:
    with pytest.raises(UnknownShapeError, match=r"no person, but an? "):
        one(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<person/>", Member()),
        ("<person><id>private</id></person>", Member(id="private")),
        ("<person><id/></person>", Member(id="")),
        ('{"id": "a"}', Member(id="a")),
        ('{"ID": "a", "first_name": "b", "LASTNAME": "c"}', Member(id="a", first_name="b", last_name="c")),
        ('{"id": 12}', Member(id="12")),
        ('{"headline": ""}', Member(headline="")),
        ('{"HEADLINE": ""}', Member(headline="")),
        ('{"headline": null}', Member()),
        ('{"distance": ""}', Member()),
        ('{"distance": "-1", "numConnectionsCapped": "TRUE"}', Member(distance=-1, num_connections_capped=True)),
        ('{"location": {}}', Member()),
        ('{"location": {"name": ""}}', Member(location=MemberLocation(name=""))),
        ('{"positions": {"_total": 0}}', Member()),
        ('{"positions": [{"title": "x"}]}', Member(positions=(Position(title="x"),))),
        ('{"positions": {"values": [{"title": "x"}]}}', Member(positions=(Position(title="x"),))),
        ("<person><positions/></person>", Member()),
        (
            "<person><positions><position><id>1</id></position></positions></person>",
            Member(positions=(Position(id=1),)),
        ),
    ],
)
def test_one_person(text: str, read: Member) -> None:
    assert one(text) == read


@pytest.mark.parametrize(
    "odd", [{"pages": 1}, {"values": [{"id": 1}], "pages": 1}, {"values": "x"}, {"values": {"id": 1}}, "x", 7], ids=str
)
def test_an_object_that_is_no_collection_is_kept(odd: Any) -> None:
    decoder = Decoder()
    found = one(json.dumps({"id": "a", "positions": odd}), decoder=decoder)
    assert found.positions == ()
    assert found.extra == {"positions": odd}
    assert found.presence("positions") is Presence.SENT
    assert decoder.drift.report().mismatches == {"Member.positions": 1}


def test_what_is_unknown_is_kept_and_counted() -> None:
    decoder = Decoder()
    text = '{"numResults": 1, "new": 1, "people": {"_total": "many", "_next": "x", "values": [%s]}}'
    person = '{"id": "a", "shoeSize": 38, "distance": "far", "positions": {"pages": 1}, "site-standard": "x"}'
    (found,) = read(text % person, decoder).items
    assert found.extra == {"shoeSize": 38, "distance": "far", "positions": {"pages": 1}, "site-standard": "x"}
    assert found.to_dict() == {"id": "a", "extra": found.extra}
    report = decoder.drift.report()
    assert report.unknown_fields == {
        "MemberSearch.new": 1,
        "MemberListing._next": 1,
        "Member.shoeSize": 1,
        "Member.site-standard": 1,
    }
    assert report.mismatches == {"MemberListing._total": 1, "Member.distance": 1, "Member.positions": 1}


@given(st.sampled_from(JSON_PAGES), st.randoms(use_true_random=False))
def test_order_of_keys(name: str, chance: random.Random) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if not isinstance(value, dict):
            return value
        entries = list(value.items())
        chance.shuffle(entries)
        return {key: shuffled(each) for key, each in entries}

    assert members(Decoder(), Document(data=shuffled(json.loads(body(name))))) == page(name)


@pytest.mark.parametrize("name", JSON_PAGES)
def test_quoted_numbers(name: str) -> None:
    def quoted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: quoted(each) for key, each in value.items()}
        if isinstance(value, list):
            return [quoted(each) for each in value]
        return json.dumps(value) if isinstance(value, bool | int) else value

    decoder = Decoder()
    assert members(decoder, Document(data=quoted(json.loads(body(name))))) == page(name)
    assert not decoder.drift.report()


@pytest.mark.parametrize("name", JSON_PAGES)
def test_json_rendered_as_xml(name: str) -> None:
    """The same people in XML, written by hand-made rules, are equal."""
    data = json.loads(body(name))
    root = "people-search" if "people" in data else "connections"
    assert read(rendered(root, data)) == page(name)


CHILDREN = {"headers": "http-header", "facets": "facet", "buckets": "bucket", "positions": "position"}


def rendered(name: str, value: Any) -> str:
    if isinstance(value, dict) and ("_total" in value or "values" in value):
        own = "".join(f' {key[1:]}="{each}"' for key, each in value.items() if key != "values")
        child = CHILDREN.get(name, "person")
        return f"<{name}{own}>{''.join(rendered(child, each) for each in value.get('values', ()))}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(rendered(hyphened(key), each) for key, each in value.items())}</{name}>"
    text = json.dumps(value) if isinstance(value, bool | int) else value
    return f"<{name}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{name}>"


def hyphened(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


ASKED = frozenset(
    {"id", "first-name", "location.country.code", "relation-to-viewer.related-connections.id", "positions"}
)


def test_what_was_asked_for_goes_to_every_person() -> None:
    text = """{"values": [{"id": "a", "summary": "",
               "relationToViewer": {"relatedConnections": {"values": [{"id": "b"}]}},
               "connections": {"_total": 1, "values": [{"id": "c"}]}}, {"id": "d"}]}"""
    listing = read(text, asked=ASKED)
    first, last = listing.items
    assert first.asked == last.asked == ASKED
    assert first == read(text).items[0]
    assert (first.presence("summary"), last.presence("summary")) == (Presence.EMPTY, Presence.NOT_ASKED)
    assert (first.presence("first-name"), first.presence("last-name")) == (Presence.ABSENT, Presence.NOT_ASKED)
    relation, connections = first.relation_to_viewer, first.connections
    assert relation is not None
    assert relation.related_connections is not None
    (inner,) = relation.related_connections.people
    assert inner.asked == {"id"}
    assert inner.presence("headline") is Presence.NOT_ASKED
    assert connections is not None
    assert connections.people[0].asked == frozenset()
    assert read(text).items[0].asked is None


def test_a_group_asked_for_covers_the_people_in_it() -> None:
    text = '{"id": "a", "connections": {"_total": 1, "values": [{"id": "c"}]}}'
    found = one(text, frozenset({"id", "connections"}))
    assert found.asked == {"id", "connections"}
    assert found.presence("headline") is Presence.NOT_ASKED
    assert found.connections is not None
    assert found.connections.people[0].asked is None
    assert found.connections.people[0].presence("headline") is Presence.ABSENT


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<error/>", Refusal()),
        ("<error>text</error>", Refusal()),
        ("<error><error-code>0000</error-code></error>", Refusal(code="0000")),
        ("<error><status>x</status><message/></error>", Refusal()),
        ('{"errorCode": 0}', Refusal(code="0")),
        ('{"errorCode": "0000", "status": "403"}', Refusal(code="0000", status=403)),
        ('{"ERRORCODE": 1, "requestid": "x"}', Refusal(code="1", request_id="x")),
        ('{"message": "no", "status": 401}', Refusal(message="no", status=401)),
        ('{"errorCode": 0, "message": {"a": 1}, "timestamp": "soon"}', Refusal(code="0")),
        ('{"message": "hello"}', None),
        ('{"id": "a", "currentStatus": "x"}', None),
        ('{"_total": 0}', None),
        ("{}", None),
        ("[]", None),
        ("null", None),
        ("<empty/>", None),
        ('<connections total="0"/>', None),
    ],
)
def test_refusals(text: str, read: Refusal | None) -> None:
    assert refusal(read_document(text.encode())) == read


def test_no_page_is_a_refusal() -> None:
    assert [name for name in PAGES if refusal(document(name)) is not None] == []
