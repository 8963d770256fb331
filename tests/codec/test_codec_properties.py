"""Changes of a body that say the same decode to the same; changes that say more lose nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from bodies import NAMES, PAGES, body, camel, decode, operation, quoted, rewrite, snake, without_extra
from hypothesis import given, settings
from hypothesis import strategies as st

from lixasync.codec import Decoder, Listing
from lixasync.codec.names import fold
from lixasync.codec.scalars import is_nothing
from lixasync.errors import DecodeError
from lixasync.models import Model
from lixasync.models.base import wire_names

QUICK = settings(max_examples=100, deadline=None, database=None)
EACH = settings(max_examples=6, deadline=None, database=None)
"""For tests of each body in turn."""
CASES: dict[str, Callable[[str], str]] = {
    "snake": snake,
    "camel": camel,
    "upper": str.upper,
    "upper snake": lambda name: snake(name).upper(),
    "lower": str.lower,
}
FILLED = [name for name in NAMES if name != "list_organisations_by_website.no-match.json"]
REGROUPED = {"list_post_reactions"}
"""Pages whose items are made of parts of those in the body."""

MOVED = {
    *("startedOn", "endedOn", "numReactions", "reactors", "entityUrn", "description", "companyDetails", "links"),
    *("employmentStatusResolutionResult", "socialDetail", "replies", "tenure_at_org_months", "tenure_in_role_months"),
    *("person_ids", "personIds", "organisation_ids", "organisationIds", "org", "profile", "liOrganisation"),
    *("jobPosting", "message", "data"),
}
"""Fields whose content may be found in another place of the model."""


def known(name: str) -> bool:
    return not name.startswith(("x_", "zz", "kept"))


def comparable(decoded: Any) -> Any:
    """What a caller sees of a page, without the spelling of its envelope."""
    if isinstance(decoded, Listing):
        return attrs.evolve(decoded, envelope=None, items_key="", meta={})
    return decoded


def objects(data: Any) -> Iterator[dict[str, Any]]:
    """All objects that become models."""
    if isinstance(data, dict):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from objects(value)


def models(model: Model) -> Iterator[Model]:
    """All models inside a model, itself included."""
    yield model
    for attribute in wire_names(type(model)):
        value = getattr(model, attribute)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Model):
                yield from models(each)


def first_object(name: str, data: Any) -> Any:
    """The object in a body that becomes the first model."""
    if operation(name) in REGROUPED:
        return data["reactions"][0]
    decoded = decode(name, data)
    return (decoded.items[0] if isinstance(decoded, Listing) else decoded).raw


def plain(decoded: Any) -> Any:
    return [item.to_dict() for item in decoded.items] if isinstance(decoded, Listing) else decoded.to_dict()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_case_of_all_names(name: str, case: str) -> None:
    renamed = rewrite(body(name), key=lambda key: CASES[case](key) if known(key) else key)
    assert comparable(decode(name, renamed)) == comparable(decode(name, body(name)))


@QUICK
@given(name=st.sampled_from(NAMES), choices=st.data())
def test_case_of_some_names(name: str, choices: st.DataObject) -> None:
    data = body(name)
    names = sorted({key for each in objects(data) for key in each if known(key)})
    spelled = {key: choices.draw(st.sampled_from([str, *CASES.values()]), label=key)(key) for key in names}
    renamed = rewrite(data, key=lambda key: spelled.get(key, key))
    assert comparable(decode(name, renamed)) == comparable(decode(name, data))


@pytest.mark.parametrize("name", NAMES)
def test_quoted_numbers(name: str) -> None:
    assert comparable(decode(name, rewrite(body(name), leaf=quoted))) == comparable(decode(name, body(name)))


@QUICK
@given(name=st.sampled_from(NAMES), seed=st.randoms(use_true_random=False))
def test_order_of_fields(name: str, seed: Any) -> None:
    data = body(name)
    for each in list(objects(data)):
        entries = list(each.items())
        seed.shuffle(entries)
        each.clear()
        each.update(entries)
    assert comparable(decode(name, data)) == comparable(decode(name, body(name)))


@pytest.mark.parametrize("envelope", ["response", "searchResponse", "search_response"])
@pytest.mark.parametrize("name", NAMES)
def test_wrapped(name: str, envelope: str) -> None:
    data = body(name)
    outside = {"meta": data.pop("meta")} if isinstance(data, dict) and "meta" in data else {}
    wrapped = decode(name, {envelope: data, **outside})
    assert comparable(wrapped) == comparable(decode(name, body(name)))
    again = decode(name, {"response": {envelope: data}, **outside})
    assert comparable(again) == comparable(wrapped)


@pytest.mark.parametrize("name", ["search_people.head.json", "search_sales_leads.head.json", "search_posts.head.json"])
def test_wrapped_in_something_new(name: str) -> None:
    data = body(name)
    meta = {"meta": data.pop("meta")} if "meta" in data else {}
    decoded = decode(name, {"somethingNew": data, **meta})
    assert decoded.envelope == "somethingNew"
    assert attrs.evolve(decoded, envelope=None) == decode(name, body(name))


@pytest.mark.parametrize("name", FILLED)
@EACH
@given(choices=st.data())
def test_dropped_and_nulled_fields(name: str, choices: st.DataObject) -> None:
    """Null, empty text and an empty object are the same as a field that is not there."""
    dropped, emptied = body(name), body(name)
    places = [
        (place, twin)
        for place, twin in zip(objects(first_object(name, dropped)), objects(first_object(name, emptied)), strict=True)
        if place
    ]
    place, twin = choices.draw(st.sampled_from(places), label="object")
    # one field stays: an object with nothing in it would itself be nothing
    fields = st.sets(st.sampled_from(sorted(place)), max_size=len(place) - 1)
    for key in filter(known, choices.draw(fields, label="keys")):
        place.pop(key, None)
        twin[key] = choices.draw(st.sampled_from([None, "", {}]), label=key)
    assert decode(name, emptied) == decode(name, dropped)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", FILLED)
@EACH
@given(value=JSON, field=st.sampled_from(["zzNew", "zz_new", "ZZ"]))
def test_unknown_fields_are_kept(name: str, value: Any, field: str) -> None:
    data = body(name)
    # an empty object means "none", so with a field in it it would say more than before
    for each in [each for each in objects(data) if each]:
        each[field] = value
    decoder = Decoder()
    decoded = decode(name, data, decoder)
    assert without_extra(plain(decoded)) == without_extra(plain(decode(name, body(name))))
    roots = decoded.items if isinstance(decoded, Listing) else [decoded]
    # the one object a reshape makes has no such field
    read = [model for root in roots for model in models(root) if field in model.raw]
    assert len(read) >= len(roots)
    assert all(model.extra[field] == value for model in read)
    counts = decoder.drift.report().unknown_fields
    assert counts[f"{type(roots[0]).__name__}.{field}"] >= len(roots)
    assert sum(count for key, count in counts.items() if not key.startswith("Listing")) >= len(read)


@pytest.mark.parametrize("name", FILLED)
@EACH
@given(choices=st.data())
def test_any_value_anywhere(name: str, choices: st.DataObject) -> None:
    """Whatever stands in a field: an object still decodes, and the value can be found again."""
    data = body(name)
    root = first_object(name, data)
    places = [each for each in objects(root) if each]
    place = choices.draw(st.sampled_from(places), label="object")
    key = choices.draw(st.sampled_from(sorted(place)), label="key")
    place[key] = choices.draw(JSON, label="value")
    decoded = decode(name, data)
    first = (decoded.items or [decoded])[0] if isinstance(decoded, Listing) else decoded
    hash(first)
    repr(first)
    if operation(name) in REGROUPED:
        return
    assert first.raw is root
    first.to_dict()
    for model in models(first):
        if model.raw is place and not is_nothing(place[key]) and key not in MOVED:
            attribute = next(
                (known for known, names in wire_names(type(model)).items() if fold(key) in map(fold, names)), None
            )
            assert key in model.extra or (attribute and getattr(model, attribute) is not None)


@QUICK
@given(data=JSON, name=st.sampled_from(PAGES))
def test_any_body_gives_a_page_or_a_decode_error(data: Any, name: str) -> None:
    with contextlib.suppress(DecodeError):
        assert all(isinstance(item, Model) for item in decode(name, data).items)
