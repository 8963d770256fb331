"""Reads what is written on the command line: paces, durations, moments, fields and facets. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lixasync import InvalidArgumentError, RateLimit

if TYPE_CHECKING:
    from lixasync import Fields

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)")
_UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=36_500)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2003, 1, 1, tzinfo=UTC)  # LinkedIn did not exist before
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def rate_limit(text: str) -> RateLimit:
    """Read a rate: requests/seconds.

    Raises:
        InvalidArgumentError: it is no such text, or no possible rate.
    """
    requests, _, seconds = text.partition("/")
    try:
        return RateLimit(int(requests), per=float(seconds))
    except ValueError as error:
        raise InvalidArgumentError(
            f"{text!r} is not a rate.",
            hint="Write requests/seconds, such as --rate 1/3 for one request per 3 seconds.",
        ) from error


def duration(option: str, text: str, *, zero: bool = False) -> timedelta:
    """Read a duration: 90, 90s, 15m, 2h or 1d; seconds when no unit is given.

    Args:
        option: The option's name.
        text: What was given for it.
        zero: Whether it may be nothing.

    Raises:
        InvalidArgumentError: it is no such text, longer than a century, or nothing where something is needed.
    """
    found = _DURATION.fullmatch(text.strip())
    span = None if found is None else _span(float(found[1]), _UNITS[found[2]])
    if span is None or not (zero or span) or span > _LONGEST:
        raise InvalidArgumentError(
            f"{text!r} is not a duration for {option}.",
            hint=f"Write a number and s, m, h or d: {option} 15m is a quarter of an hour. Without a letter: seconds.",
        )
    return span


def _span(number: float, unit: str) -> timedelta | None:
    try:
        return timedelta(**{unit: number})
    except OverflowError:
        return None


def moment(option: str, text: str) -> datetime:
    """Read a moment: ISO 8601, in UTC unless it names another time zone, or milliseconds since 1970.

    Args:
        option: The option's name.
        text: What was given for it.

    Raises:
        InvalidArgumentError: it is no such text, or no moment between 2003 and 2100.
    """
    text = text.strip()
    try:
        found = _at(int(text)) if text.isascii() and text.isdigit() else datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        found = None
    if found is not None and found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if found is None or not _EARLIEST <= found < _LATEST:
        raise InvalidArgumentError(
            f"{text!r} is no moment between 2003 and 2100 for {option}.",
            hint=f"Write {option} 2026-11-01 or {option} 2026-11-01T08:30Z, or milliseconds since 1970 (not seconds).",
        )
    return found


def _at(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def fields(text: str | None) -> Fields | None:
    """Read the fields of a person: a selector, or the name of a preset; None for the server's own choice.

    Raises:
        InvalidArgumentError: it cannot be read, or names a field that the API never had.
    """
    if text is None:
        return None
    from lixasync import Fields

    presets = {"basic": Fields.BASIC, "search": Fields.SEARCH}
    if text in presets:
        return presets[text]
    try:
        return Fields.parse(text)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(
            error.message,
            hint="Write it like --fields 'id,first-name,location:(name,country:(code))', or --fields basic, or "
            "--fields search. One unknown field makes the server refuse the whole request.",
        ) from error


def facet(texts: Iterable[str]) -> dict[str, list[str]] | None:
    """Read values of facets, such as ``industry=4,6``; the same facet may come again.

    Raises:
        InvalidArgumentError: a text that is not of this form.
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name.strip():
            raise InvalidArgumentError(
                f"{text!r} is no facet with values.",
                hint="Write --facet NAME=VALUE[,VALUE], such as --facet industry=4,6 or --facet location=us:84.",
            )
        found.setdefault(name.strip(), []).extend(value.strip() for value in values.split(","))
    return found or None


def names(texts: Iterable[str]) -> list[str] | None:
    """Read names that stand with commas between them, or come one by one; None for none."""
    return [name.strip() for text in texts for name in text.split(",")] or None
