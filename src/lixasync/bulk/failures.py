"""Errors as they are stored with inputs that failed. Pure."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import msgspec

from lixasync import errors
from lixasync.errors import LixasyncError
from lixasync.models.secret import mask_links

_FACTS = ("message", "hint", "operation", "status", "type", "trace_id", "retry_after", "attempts", "body")


def packed(error: LixasyncError) -> bytes:
    """Return an error as it is stored: its class, what it says, and nothing that only this process understands."""
    known = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in errors.__all__)
    facts = {name: _writable(getattr(error, name)) for name in _FACTS if getattr(error, name) is not None}
    if error.retry_at is not None:
        facts["retry_at"] = error.retry_at.isoformat()
    details = {_writable(name): _writable(value) for name, value in error.details.items() if _is_plain(value)}
    return msgspec.json.encode({"class": known, **facts, "details": details})


def unpacked(data: bytes) -> LixasyncError:
    """Return a stored error; one of a class that is gone is a LixasyncError."""
    facts = msgspec.json.decode(data)
    name = facts.pop("class")
    kind: type[LixasyncError] = getattr(errors, name) if name in errors.__all__ else LixasyncError
    if "retry_at" in facts:
        facts["retry_at"] = datetime.fromisoformat(facts["retry_at"])
    return kind(facts.pop("message"), **facts)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _writable(value: Any) -> Any:
    """Return a value as JSON can have it, without tokens: a server may send halves of characters."""
    return mask_links(value.encode(errors="backslashreplace").decode()) if isinstance(value, str) else value


def names(only: object) -> list[str] | None:
    """Return the names of classes of errors; None for all.

    Args:
        only: A class of errors, the name of one, or several.

    Raises:
        InvalidArgumentError: one that does not exist.
    """
    if only is None:
        return None
    given = list(only) if isinstance(only, list | tuple | set | frozenset) else [only]
    found: list[str] = []
    for each in given:
        kind = getattr(errors, each, None) if isinstance(each, str) else each
        if not isinstance(kind, type) or not issubclass(kind, LixasyncError):
            raise errors.InvalidArgumentError(
                f"only holds {each!r}, which is no error of lixasync.",
                hint='Name classes of lixasync.errors, such as "NotFoundError"; status() tells which there are.',
            )
        found += [name for name in errors.__all__ if issubclass(getattr(errors, name), kind)]
    return found
