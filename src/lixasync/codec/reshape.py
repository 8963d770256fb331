"""Older shapes of an object, brought into today's before they are read.

Other names for the same field are declared on the models. Here stand only the changes a name cannot express:
a value that moved, or one that stands in for another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lixasync.codec.names import find
from lixasync.codec.scalars import is_nothing
from lixasync.models import DailyAllowance, Education, Experience, Model, Person

__all__ = ["RESHAPES", "STAND_INS"]

Data = Mapping[str, Any]


def period_of_2022(data: Data) -> Data:
    """Move ``startedOn`` and ``endedOn`` into ``timePeriod``, where they have stood since 2023."""
    halves = {key: name for name in ("startedOn", "endedOn") if (key := find(data, name)) is not None}
    if not halves or _child(data, "timePeriod") is not None:
        return data
    rest = {key: value for key, value in data.items() if key not in halves}
    period = {name: data[key] for key, name in halves.items() if not is_nothing(data[key])}
    return {**rest, "timePeriod": period}


def person_of_2022(data: Data) -> Data:
    """Fill ``link`` and ``twitter`` from ``socialAccounts``, the only place that held them in 2022."""
    accounts = _child(data, "socialAccounts")
    added = {}
    for name, network, part in (("link", "linkedin", "url"), ("twitter", "twitter", "username")):
        value = _child(_child(accounts, network), part)
        if value is not None and _child(data, name) is None:
            added[name] = value
    return {**data, **added}


def allowance_with_iso_only(data: Data) -> Data:
    """Let ``refreshesAtISO`` stand in for a missing ``refreshesAt``."""
    iso = _child(data, "refreshesAtISO")
    if iso is None or _child(data, "refreshesAt") is not None:
        return data
    return {**data, "refreshesAt": iso}


def _child(data: Any, name: str) -> Any:
    """Return a value under any spelling of its name; None when there is none."""
    key = find(data, name) if isinstance(data, Mapping) else None
    return None if key is None or is_nothing(data[key]) else data[key]


RESHAPES: dict[type[Model], Callable[[Data], Data]] = {
    Person: person_of_2022,
    Experience: period_of_2022,
    Education: period_of_2022,
    DailyAllowance: allowance_with_iso_only,
}
"""What to do first with objects of a class that have other keys than today's."""

STAND_INS = frozenset({"socialAccounts", "refreshesAtISO"})
"""Keys of today that ask for a reshape all the same."""
