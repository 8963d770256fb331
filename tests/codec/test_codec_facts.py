"""Every saved body decodes, and every fact known about it can be read from typed attributes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from bodies import DECODE, FACTS, NAMES, body, decode, operation

from lixasync.codec import Listing, error_body
from lixasync.codec.names import fold
from lixasync.models import Education, Experience, Model
from lixasync.models.base import wire_names

MISSING = object()

BESIDE_ITEMS = {
    ("paging", "total"): "total",
    ("paging", "start"): "start",
    ("paging", "count"): "count",
    ("meta", "sequenceId"): "sequence_id",
}
# fields of 2022 that the models show elsewhere
MOVED = {
    (Experience, "startedOn"): "started",
    (Experience, "endedOn"): "ended",
    (Education, "startedOn"): "started",
    (Education, "endedOn"): "ended",
}


def steps(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]


def attribute(model: Model, name: str) -> Any:
    if (type(model), name) in MOVED:
        return getattr(model, MOVED[type(model), name])
    for known, spellings in wire_names(type(model)).items():
        if fold(name) in map(fold, spellings):
            return getattr(model, known)
    return model.extra.get(name, MISSING)


def surfaced(decoded: Any, path: list[str | int]) -> Any:
    """Follow a path of wire names through what was decoded."""
    if isinstance(decoded, Listing):
        if path[0] == decoded.envelope:
            path = path[1:]
        if tuple(path) in BESIDE_ITEMS:
            return getattr(decoded, BESIDE_ITEMS[tuple(path)])
        if path == ["meta"]:
            return decoded.meta
        assert path[0] == decoded.items_key
        decoded, path = decoded.items, path[1:]
    for step in path:
        decoded = decoded[step] if isinstance(step, int) else attribute(decoded, step)
    return decoded


def received(data: Any, path: list[str | int]) -> Any:
    """Follow the same path through the body."""
    for step in path:
        if isinstance(step, str) and step not in data:
            return MISSING
        data = data[step]
    return data


def equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, datetime):
        if isinstance(wanted, int):
            return value.timestamp() == wanted
        return value == datetime.fromisoformat(wanted)
    if isinstance(value, Model):
        return value.to_dict() == wanted
    if isinstance(value, tuple):
        return list(value) == wanted
    return value == wanted and type(value) is type(wanted)


def empty(value: Any) -> bool:
    return value is None or value == () or value == {}


CHECKS = {
    "==": lambda value, wire, wanted: equal(value, wanted),
    "absent": lambda value, wire, wanted: empty(value) and wire is MISSING,
    "null": lambda value, wire, wanted: empty(value) and wire is None,
    "empty": lambda value, wire, wanted: empty(value) and wire in ("", {}, None),
    "len": lambda value, wire, wanted: len(value) == wanted,
    "int": lambda value, wire, wanted: type(value) is int and value == wanted,
    "utc": lambda value, wire, wanted: value == datetime.fromisoformat(wanted) and value.utcoffset().seconds == 0,
}

TYPED = [(line["file"], fact) for line in FACTS if operation(line["file"]) in DECODE for fact in line["facts"]]
REFUSALS = [(line["file"], fact) for line in FACTS if operation(line["file"]) not in DECODE for fact in line["facts"]]


def label(value: Any) -> str:
    return f"{value['path']} {value['op']}" if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("name", "fact"), TYPED, ids=label)
def test_fact(name: str, fact: dict[str, Any]) -> None:
    data = body(name)
    path = steps(fact["path"])
    value = surfaced(decode(name, data), path)
    assert value is not MISSING
    assert CHECKS[fact["op"]](value, received(data, path), fact["value"]), value


@pytest.mark.parametrize(("name", "fact"), REFUSALS, ids=label)
def test_fact_of_a_refusal(name: str, fact: dict[str, Any]) -> None:
    error = error_body(body(name))
    assert error is not None
    value = {"error.type": error.type, "error.message": error.message, "traceId": error.trace_id}[fact["path"]]
    assert value == fact["value"]


def test_every_body_has_facts() -> None:
    assert {line["file"] for line in FACTS} >= set(NAMES)
    assert len(TYPED) + len(REFUSALS) == sum(len(line["facts"]) for line in FACTS)


@pytest.mark.parametrize("name", NAMES)
def test_documented_bodies_leave_nothing_over(name: str) -> None:
    """Only the invented field of the connections is unknown; the models know all others."""
    left = re.findall(r"'extra': \{[^}]*\}", str(plain(decode(name, body(name)))))
    assert [over for over in left if "x_unlisted" not in over] == []


def plain(decoded: Any) -> Any:
    return [item.to_dict() for item in decoded.items] if isinstance(decoded, Listing) else decoded.to_dict()
