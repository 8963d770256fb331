"""Pages: envelopes, the key of the items, and what stands beside them."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from lixasync.codec import Decoder, Listing
from lixasync.errors import DecodeError
from lixasync.models import Connection, Person

ONE = [{"name": "Robin"}]
PEOPLE = (Person(name="Robin"),)


def people(data: Any, decoder: Decoder | None = None, **options: Any) -> Listing[Person]:
    return (decoder or Decoder()).listing(data, Person, **{"items_key": "people", **options})


@pytest.mark.parametrize(
    ("data", "envelope", "items_key"),
    [
        ({"people": ONE}, None, "people"),
        ({"PEOPLE": ONE}, None, "PEOPLE"),
        ({"response": {"people": ONE}}, "response", "people"),
        ({"searchResponse": {"people": ONE}}, "searchResponse", "people"),
        ({"search_response": {"People": ONE}}, "search_response", "People"),
        ({"response": {"searchResponse": {"people": ONE}}}, "response.searchResponse", "people"),
        ({"response": ONE}, "response", ""),
        ({"searchResponse": {"people": [{}]}, "response": {"people": ONE}}, "response", "people"),
        ({"people": ONE, "response": {"people": []}}, None, "people"),
        ({"response": "ok", "people": ONE}, None, "people"),
        ({"data": {"people": ONE}, "paging": {"count": 1}}, "data", "people"),
        ({"data": {"profiles": ONE}}, "data", "profiles"),
        ({"profiles": ONE}, None, "profiles"),
        ({"members": [{}], "profiles": ONE}, None, "profiles"),
        ({"profiles": [{}], "people": ONE}, None, "people"),
        ({"results": ONE, "paging": {"count": 1}}, None, "results"),
        (ONE, None, ""),
    ],
    ids=str,
)
def test_items_are_found(data: Any, envelope: str | None, items_key: str) -> None:
    page = people(data, alternatives=("profiles",))
    assert page.items == PEOPLE
    assert (page.envelope, page.items_key) == (envelope, items_key)
    assert page.raw is data


@pytest.mark.parametrize(
    "data",
    [
        {"people": []},
        {"people": None, "paging": {"count": 25}},
        {"people": None, "warnings": ["slow"]},
        {"people": {}},
        {"profiles": ""},
        {"paging": {"count": 25, "total": 0}},
        {"paging": {"total": "0"}},
        {"Paging": {"COUNT": 0}},
        {"searchResponse": {"paging": {"count": 0}}},
        {"paging": {"count": 25}},  # zeros and empty lists are left out
        {"paging": {"count": 25}, "meta": {"sequenceId": "s"}},
        [],
    ],
    ids=str,
)
def test_empty_page(data: Any) -> None:
    assert people(data, alternatives=("profiles",)).items == ()


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        "people",
        7,
        {"paging": {"count": 25, "total": 3}},
        {"paging": {"count": 25}, "news": {"a": 1}},
        {"paging": {}},
        {"paging": {"total": False}},
        {"paging": {"total": [0]}},
        {"people": "none"},
        {"people": {"a": 1}},
        {"results": ONE, "others": ONE},
        {"results": ONE, "others": ONE, "paging": {"total": 0}},
        {"a": {"people": ONE}, "b": {"people": ONE}},
        {"response": {}},
    ],
    ids=str,
)
def test_no_items(data: Any) -> None:
    with pytest.raises(DecodeError, match="people") as caught:
        people(data)
    assert caught.value.body is not None


def test_error_names_what_was_found() -> None:
    with pytest.raises(DecodeError) as caught:
        people({"status": "ok", "data": {"x": 1}})
    assert caught.value.message == "The answer holds no list 'people'; found: 'status', 'data'."
    assert caught.value.body == '{"status":"ok","data":{"x":1}}'
    with pytest.raises(DecodeError, match="found: nothing"):
        people({})
    with pytest.raises(DecodeError, match="found: str"):
        people("text")


def test_beside_the_items() -> None:
    data = {
        "searchResponse": {"people": ONE, "paging": {"count": "25", "start": 0, "total": "1000"}, "meta": {"a": 1}},
        "meta": {"sequenceId": "abc", "cost": 1},
    }
    page = people(data)
    assert (page.count, page.start, page.total) == (25, 0, 1000)
    assert page.sequence_id == "abc"
    assert page.meta == {"sequenceId": "abc", "cost": 1}


@pytest.mark.parametrize(
    "data",
    [
        {"people": ONE, "meta": {"sequenceId": "abc"}},
        {"people": ONE, "META": {"sequence_id": "abc"}},
        {"response": {"people": ONE, "meta": {"sequenceId": "abc"}}},
        {"response": {"people": ONE, "meta": {"sequenceId": "abc"}}, "meta": {}},
        {"response": {"people": ONE}, "meta": {"sequenceId": "abc"}},
        {"people": ONE, "sequenceId": "abc"},
        {"response": {"people": ONE, "sequence_id": "abc"}},
    ],
    ids=str,
)
def test_sequence_id(data: Any) -> None:
    assert people(data).sequence_id == "abc"


def test_sequence_id_that_is_a_number_stays_text() -> None:
    assert people({"people": ONE, "sequenceId": 12}).sequence_id == "12"


def test_nothing_beside_the_items() -> None:
    page = people({"people": ONE})
    assert page == Listing(items=PEOPLE, items_key="people")


def test_odd_things_beside_the_items_do_no_harm() -> None:
    decoder = Decoder()
    page = people({"people": ONE, "paging": "25", "meta": [1], "sequenceId": ["x"]}, decoder)
    assert page == Listing(items=PEOPLE, items_key="people")
    assert decoder.drift.report().mismatches == {"Paging.(object)": 1, "Meta.(object)": 1, "Meta.sequenceId": 1}


def test_connections() -> None:
    data = {"connections_response": {"elements": [{"firstName": "Robin"}], "paging": {"count": 10}}}
    decoder = Decoder()
    page = decoder.listing(data, Connection, items_key="elements", envelopes=("connections_response",))
    assert page.items == (Connection(first_name="Robin"),)
    assert (page.count, page.total, page.envelope) == (10, None, "connections_response")
    assert not decoder.drift.report()


def test_element_that_is_no_object() -> None:
    decoder = Decoder()
    page = people({"people": [{"name": "Robin"}, "x", None, [1]]}, decoder)
    assert [item.extra for item in page.items] == [{}, {"value": "x"}, {"value": None}, {"value": [1]}]
    assert page.items[1].raw == {"value": "x"}
    assert decoder.drift.report().mismatches == {"Person.(element)": 3}


def drift(data: Any, **options: Any) -> dict[str, Any]:
    decoder = Decoder()
    people(data, decoder, **options)
    return attrs.asdict(decoder.drift.report(), filter=lambda _, counts: bool(counts))


def test_drift_of_the_page() -> None:
    assert drift({"people": ONE, "paging": {"total": 1}, "meta": {"sequenceId": "a"}, "traceId": "t"}) == {}
    assert drift({"PEOPLE": ONE}) == {}
    assert drift({"response": {"people": ONE}}) == {"envelopes": {"Person: response": 1}}
    assert drift({"response": {"searchResponse": {"people": ONE}}}) == {
        "envelopes": {"Person: response": 1, "Person: searchResponse": 1}
    }
    assert drift({"data": {"people": ONE}}) == {"envelopes": {"Person: data": 1}}
    assert drift({"results": ONE}) == {"items_keys": {"Person: results": 1}}
    assert drift(ONE) == {"items_keys": {"Person: (root)": 1}}
    assert drift(ONE, items_key="") == {}
    assert drift({"wrapped": {"people": ONE}}, envelopes=("Wrapped",)) == {}
    assert drift({"people": ONE}, envelopes=("wrapped",)) == {"envelopes": {"Person: (none)": 1}}
    assert drift({"people": ONE, "cost": 1, "paging": {"next": 2}}) == {
        "unknown_fields": {"Listing[Person].cost": 1, "Paging.next": 1}
    }
    assert drift({"response": {"people": ONE, "cost": 1}, "hint": 2}) == {
        "unknown_fields": {"Listing[Person].hint": 1, "Listing[Person].cost": 1},
        "envelopes": {"Person: response": 1},
    }


def test_listing_is_a_value() -> None:
    page = people({"people": ONE, "meta": {"sequenceId": "a"}})
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301 - our own bytes
    assert hash(page) == hash(people({"people": ONE, "meta": {"sequenceId": "a"}}))
    assert "raw" not in repr(page)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        page.total = 1  # type: ignore[misc]
