"""Single values, in every form the server has been seen to send them."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from lixasync.models.secret import VisibilityToken

__all__ = ["BLANK", "HOOKS", "Mismatch", "is_nothing", "without_none"]

_LONGEST = 40
"""Digits of a number at most; 64 bits need 19."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MILLISECONDS = 10**11
"""Unix times below this are seconds: as milliseconds they would lie before March 1973."""


class Mismatch(Exception):  # noqa: N818 - a verdict on a value, caught by the structuring that asked for it
    """A value is not of the kind its field is documented with."""


BLANK = frozenset({str, dict, type(None)})
"""Types whose empty value means "none"."""


def is_nothing(value: Any) -> bool:
    """Tell whether a value means "none": null, empty text or an empty object. An empty list is a list."""
    return not value and value.__class__ in BLANK


def without_none(kind: Any) -> Any:
    """Return X for ``X | None``, and any other type of a field as it is: absent values are sorted out first."""
    if typing.get_origin(kind) not in {types.UnionType, typing.Union}:
        return kind
    (rest,) = (part for part in typing.get_args(kind) if part is not type(None))
    return rest


def _decimal(text: str) -> int | None:
    """Return a decimal number; None for all else, even what int() takes: blanks, 1_000, other scripts."""
    digits = text if text.isdecimal() else text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) <= _LONGEST else None


def _whole(value: Any, _: Any) -> int:
    if isinstance(value, str):
        # most numbers are short and quoted: they skip the longer way
        if len(value) < _LONGEST and value.isdecimal() and value.isascii():
            return int(value)
        number = _decimal(value)
        if number is not None:
            return number
    elif isinstance(value, int):
        if not isinstance(value, bool):
            return value
    elif isinstance(value, float) and value.is_integer():
        return int(value)
    raise Mismatch


_TRUTH: dict[Any, bool] = {"true": True, "false": False, "1": True, "0": False}


def _truth(value: Any, _: Any) -> bool:
    # 1 and 0 stand for true and false; no other number does
    if isinstance(value, bool | int | str):
        verdict = _TRUTH.get(str(value).casefold())
        if verdict is not None:
            return verdict
    raise Mismatch


def _text(value: Any, _: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Mismatch


def _moment(value: Any, _: Any) -> datetime:
    """Read unix seconds, unix milliseconds, either of them quoted, and ISO 8601."""
    try:
        if isinstance(value, str):
            number = _decimal(value)
            if number is not None:
                return _since_epoch(number)
            moment = datetime.fromisoformat(value)
            # a text without an offset is taken as UTC, like everything else the server sends
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _since_epoch(value)
    except (ValueError, OverflowError):
        raise Mismatch from None
    raise Mismatch


def _since_epoch(value: float) -> datetime:
    if abs(value) < _FIRST_MILLISECONDS:
        return _EPOCH + timedelta(seconds=value)
    return _EPOCH + timedelta(milliseconds=value)


def _token(value: Any, _: Any) -> VisibilityToken:
    return value if isinstance(value, VisibilityToken) else VisibilityToken(_text(value, str))


HOOKS: dict[Any, Callable[[Any, Any], Any]] = {
    str: _text,
    int: _whole,
    bool: _truth,
    datetime: _moment,
    VisibilityToken: _token,
}
"""How each type of field is read; hooks raise Mismatch for a value of the wrong kind."""
