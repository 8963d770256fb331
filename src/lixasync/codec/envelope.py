"""What stands around the one object of an answer, and how to get at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lixasync.codec.drift import Drift
from lixasync.codec.names import find, fold
from lixasync.codec.scalars import is_nothing

__all__ = ["BESIDE", "OLD_ENVELOPES", "child", "opened", "unwrapped", "without"]

OLD_ENVELOPES = ("response", "searchResponse")
"""Objects that were put around answers for some time; today's have none."""

BESIDE = frozenset(
    {"paging", "meta", "sequenceid", "traceid", "paginationtoken", "synctoken", "dateobserved", "lastupdated"}
)
"""Keys that may stand beside an envelope or the items of a page, folded."""

_FOLDED = frozenset(map(fold, OLD_ENVELOPES))


def child(data: Any, name: str) -> Any:
    """Return a value under any spelling of its name; None when there is none."""
    key = find(data, name) if isinstance(data, Mapping) else None
    return None if key is None or is_nothing(data[key]) else data[key]


def unwrapped(data: Any, drift: Drift | None = None, model: str = "") -> Any:
    """Return what is in the old envelopes around an answer; the answer itself when it has none.

    Args:
        data: The parsed body.
        drift: Where the envelopes are counted; None when that was done before.
        model: What they are counted under.
    """
    while isinstance(data, dict) and (key := _old_envelope(data)) is not None:
        if drift is not None:
            drift.envelope(model, key)
        data = data[key]
    return data


def opened(data: Any, name: str, drift: Drift | None = None, model: str = "") -> Any:
    """Return the object under a name together with what stands beside it, or the answer itself without one.

    Args:
        data: The parsed body, in old envelopes or not.
        name: What the object stands under.
        drift: Where old envelopes are counted; None when that was done before.
        model: What they are counted under.
    """
    data = unwrapped(data, drift, model)
    key = find(data, name) if isinstance(data, dict) else None
    if key is None:
        return data
    inner = data[key]
    if not isinstance(inner, dict) and not is_nothing(inner):
        return data
    return {**without(data, key), **(inner or {})}


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the fields that have none of these names, in any spelling."""
    dropped = {find(data, name) for name in names}
    return {key: value for key, value in data.items() if key not in dropped}


def _old_envelope(data: dict[str, Any]) -> str | None:
    """Return the key of the old envelope; with anything else beside it, it is no envelope, but a field."""
    found = None
    for key, value in data.items():
        name = fold(key)
        if found is None and name in _FOLDED and isinstance(value, dict):
            found = key
        elif name not in BESIDE:
            return None
    return found
