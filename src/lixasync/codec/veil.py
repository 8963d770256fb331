"""Keeps the visibility tokens of an answer out of whatever shows: the parsed data, and excerpts of the body."""

from __future__ import annotations

import re
from typing import Any

from lixasync.codec.json import excerpt
from lixasync.errors import UnknownShapeError
from lixasync.models.secret import HIDDEN, TokenLink, VisibilityToken, mask_links

__all__ = ["safe_excerpt", "veil"]

_DEEPEST = 64
_HEADERS = "headers"
_SPEAKING = frozenset({str, int, float})
_PLAIN_IN_HEADERS = frozenset({"name", "_total", "_count", "_start"})
_VALUE_IN_XML = re.compile(r"(<value[^>]*>)(?:(?!</value).)+", re.DOTALL | re.IGNORECASE)
_VALUE_IN_JSON = re.compile(r'("value"\s*:\s*"?)(?:\\.|[^"\\,}])+', re.IGNORECASE)


def veil(data: Any) -> None:
    """Put a secret in the place of every visibility token in parsed data.

    Everything under ``headers`` but the names becomes a ``VisibilityToken``, and every text with an ``authToken=`` in
    it a ``TokenLink``. The data is changed in place, so that no plain token is left anywhere.

    Raises:
        UnknownShapeError: The data is nested too deeply.
    """
    level = [data]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for place in level:
            for key, value in place.items() if place.__class__ is dict else enumerate(place):
                kind = value.__class__
                if kind is str:
                    if "authToken" in value:
                        place[key] = TokenLink(value)
                elif kind is dict or kind is list:
                    if isinstance(key, str) and len(key) == len(_HEADERS) and key.casefold() == _HEADERS:
                        _veil_headers(value)
                    below.append(value)
        if not below:
            return
        level = below
    raise UnknownShapeError("The answer is nested too deeply.")


def _veil_headers(headers: Any) -> None:
    """Make a secret of every value in a list of headers, whatever its shape."""
    waiting = [headers]
    while waiting:
        place = waiting.pop()
        for key, value in list(place.items()) if place.__class__ is dict else enumerate(place):
            if isinstance(value, dict | list):
                waiting.append(value)
            elif value.__class__ in _SPEAKING and str(key).casefold() not in _PLAIN_IN_HEADERS:
                place[key] = VisibilityToken(str(value))


def safe_excerpt(value: Any) -> str:
    """Return the beginning of a body, or of the JSON text of parsed data, with all visibility tokens masked."""
    # in UTF-16 every other byte is zero, which would hide a token from the patterns but not from a reader
    text = excerpt(value).replace("\0", "")
    for pattern in (_VALUE_IN_XML, _VALUE_IN_JSON):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return mask_links(text)
