"""What a job is asked to do: inputs as they are kept, and what tells one from another. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import attrs
import msgspec

from lixasync.bulk.result import Input
from lixasync.errors import InvalidArgumentError

_ENCODER = msgspec.json.Encoder(order="deterministic")


@attrs.frozen
class Kept:
    """An input ready to be stored.

    Attributes:
        key: What tells it from other inputs.
        value: The input as JSON.
    """

    key: bytes
    value: bytes


def kept(value: object, place: int) -> Kept:
    """Return an input as it is stored.

    Args:
        value: The input.
        place: Its number, for messages.

    Raises:
        InvalidArgumentError: it is none.
    """
    if isinstance(value, str):
        value = value.strip()
    usable = isinstance(value, int) and not isinstance(value, bool)
    if not (usable or (isinstance(value, str | Mapping) and value)):
        raise _unusable(value, place, "it must be a text that is not empty, a whole number, or arguments by name")
    try:
        as_json = plain(value)
        encoded = _ENCODER.encode(as_json)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _unusable(value, place, f"it cannot be kept as JSON ({error})") from None
    same = _same(as_json)
    told = encoded if same is as_json else _ENCODER.encode(same)
    return Kept(hashlib.blake2b(told, digest_size=16).digest(), encoded)


def restored(value: bytes) -> Input:
    """Return an input as it was given."""
    given: Input = msgspec.json.decode(value)
    return given


def plain(value: object) -> Any:
    """Return a value as JSON has it, which is read again as it was.

    Raises:
        TypeError: JSON has nothing like it, or only something that means less.
        ValueError: a number that JSON does not have.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"it has no number {value}")
        return float(value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if not isinstance(value, Mapping):
        raise TypeError(f"it has no {type(value).__name__}")
    if not all(isinstance(name, str) for name in value):
        raise TypeError("its names must be texts")
    return {str.__str__(name): plain(each) for name, each in value.items()}


def _same(value: Any) -> Any:
    """Return the one form of all inputs that surely mean the same: addresses may be written in several ways."""
    if isinstance(value, str):
        return _same_address(value)
    if isinstance(value, dict):
        return {name: _same_address(each) if isinstance(each, str) else each for name, each in value.items()}
    return value


def _same_address(text: str) -> str:
    """Return an address in the one form of all that surely mean the same; other texts as they are.

    Scheme and host are the same in capitals, and a path may end with a slash. Everything else may matter.
    """
    if _USUAL.match(text):
        return text.removesuffix("/")
    if not _ADDRESS.match(text):
        return text
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    user, at, host = parts.netloc.rpartition("@")
    host = host.lower() if host.isascii() else host
    path = parts.path if parts.query or parts.fragment else parts.path.removesuffix("/")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}", path=path))


def _unusable(value: object, place: int, rule: str) -> InvalidArgumentError:
    try:
        shown = repr(value)
    except (RecursionError, ValueError):  # too deep, or a number of too many digits
        shown = f"of type {type(value).__name__} and too large to be shown"
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
    return InvalidArgumentError(
        f"Input {place} is {shown}; {rule}.", hint="Nothing is fetched for it; leave it out or mend it."
    )


_ADDRESS = re.compile(r"\s*https?://\S+\s*\Z", re.IGNORECASE)
_USUAL = re.compile(r"https?://[a-z0-9.-]+(/[^\s?#]*)?\Z")  # saves taking a million of them apart
_SHOWN = 100  # characters of an input in a message
