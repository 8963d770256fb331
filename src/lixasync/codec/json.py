"""JSON text to plain Python data, and back."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from lixasync.errors import DecodeError

__all__ = ["dump", "excerpt", "parse"]

_EXCERPT = 200
_UNREADABLE = object()
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_SURROGATE = re.compile(rf"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")


def parse(body: bytes) -> Any:
    """Return what a JSON body says, as dicts, lists, text, numbers, booleans and None.

    Raises:
        DecodeError: The body is empty, HTML, cut off, or otherwise not JSON; ``body`` has its beginning.
    """
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError) as error:
        mended = _read_leniently(body)
        if mended is not _UNREADABLE:
            return mended
        # the parser's own exception stays out of the chain: which parser is used is nobody's business
        raise DecodeError(_fault(body, error), body=excerpt(body)) from None


def dump(value: Any) -> bytes:
    """Return plain data as compact JSON in UTF-8."""
    return msgspec.json.encode(value)


def excerpt(value: Any) -> str:
    """Return the first 200 characters of a body, or of the JSON text of parsed data."""
    body = value if isinstance(value, bytes) else msgspec.json.encode(value, enc_hook=repr)
    # a character takes four bytes at most
    return body[: 4 * _EXCERPT].decode("utf-8", "replace")[:_EXCERPT]


def _read_leniently(body: bytes) -> Any:
    """Read a body that is whole but not quite JSON, such as text that was cut within an emoji."""
    try:
        return json.loads(_LONE_SURROGATE.sub(r"\\ufffd", body.decode("utf-8-sig", "replace")))
    except (ValueError, RecursionError):
        return _UNREADABLE


def _fault(body: bytes, error: Exception) -> str:
    text = body.strip()
    if not text:
        return "The answer is empty."
    if text.startswith(b"<"):
        return "The answer is HTML, not JSON."
    if isinstance(error, RecursionError):
        return "The answer is nested too deeply."
    reason = str(error)
    # a number cut in half is reported as an invalid number at the very end
    if "truncated" in reason or reason.endswith(f"(byte {len(body)})"):
        return f"The answer was cut off after {len(body)} bytes."
    return f"The answer is not JSON: {reason}."
