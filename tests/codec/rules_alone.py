"""Decoding by the rules alone, which twins must not differ from, and what to compare."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from typing import Any

from lixasync.codec import Decoder, Listing
from lixasync.models import Connection, Follower, JobPosting, Model, Organisation, Person
from lixasync.models.base import wire_names


def _another(name: str) -> Any:
    """Return a module once more, with names of its own."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _decoder_without_twins() -> type[Decoder]:
    structure, decoder = _another("lixasync.codec.structure"), _another("lixasync.codec.decoder")
    structure.twin_of = lambda _: None
    decoder.hook_for, decoder.SINK = structure.hook_for, structure.SINK
    made: type[Decoder] = decoder.Decoder
    return made


RulesAlone = _decoder_without_twins()
"""A decoder that has no twins."""

SHAPES: dict[str, tuple[type[Model], str, str | None]] = {
    **dict.fromkeys(
        (
            *("search_people", "search_sales_leads", "search_sales_leads_by_filters", "search_recruiter_candidates"),
            *("get_sales_lead_list", "list_job_hirers"),
        ),
        (Person, "people", None),
    ),
    "get_sales_account_list": (Organisation, "organisations", None),
    "list_company_followers": (Follower, "followers", None),
    "list_connections": (Connection, "elements", "connections_response"),
    "search_jobs": (JobPosting, "jobPostings", None),
    "search_organisations": (Organisation, "orgs", None),
    "search_sales_accounts": (Organisation, "organisations", None),
}
"""Models, keys and envelopes of the pages that are read at once."""


def page(decoder: Decoder, operation: str, body: bytes) -> Listing[Any] | None:
    cls, items_key, envelope = SHAPES[operation]
    return decoder.page(body, cls, items_key=items_key, envelope=envelope)


def listing(decoder: Decoder, operation: str, data: Any) -> Listing[Any]:
    cls, items_key, envelope = SHAPES[operation]
    own = {} if envelope is None else {"envelopes": (envelope,)}
    return decoder.listing(data, cls, items_key=items_key, **own)


def models_in(decoded: Any) -> Iterator[Model]:
    """All models of an answer, in order."""
    for model in decoded.items if isinstance(decoded, Listing) else (decoded,):
        yield model
        for attribute in wire_names(type(model)):
            value = getattr(model, attribute)
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Model):
                    yield from models_in(each)


def assert_same(found: Any, wanted: Any, drift: Decoder, wanted_drift: Decoder) -> None:
    """Compare all that can be seen of two answers."""
    assert found == wanted
    assert repr(found) == repr(wanted)
    assert found.raw == wanted.raw
    assert drift.drift.report() == wanted_drift.drift.report()
    pairs = zip(models_in(found), models_in(wanted), strict=True)
    for one, other in pairs:
        assert type(one) is type(other)
        assert one.raw == other.raw
        assert one.extra == other.extra
        assert list(one.extra) == list(other.extra)
        assert one.to_dict() == other.to_dict()
        assert hash(one) == hash(other)
        kinds = [type(getattr(one, name)) for name in wire_names(type(one))]
        assert kinds == [type(getattr(other, name)) for name in wire_names(type(other))]


def assert_same_but_for_nan(found: Any, wanted: Any, decoder: Decoder, rules: Decoder) -> None:
    # NaN is unequal to itself, wherever it is kept
    if "NaN" in json.dumps(wanted.raw):
        assert decoder.drift.report() == rules.drift.report()
        assert repr(found) == repr(wanted)
    else:
        assert_same(found, wanted, decoder, rules)
