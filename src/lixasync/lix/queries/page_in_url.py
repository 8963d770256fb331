"""The number of a page inside a search URL. Pure.

Everything else of a URL stays as it was to the letter: the query holds text that is encoded already, sometimes twice.
Sales Navigator keeps its query behind ``#``; the number then goes there too.
"""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"\w+=")


def number_in(url: str, name: str, default: int) -> int:
    """Return the number a parameter of a search URL holds; the default when it is not there."""
    found = _place(name).search(url, _query_starts(url))
    return int(found[1]) if found else default


def with_number(url: str, name: str, number: int) -> str:
    """Return a search URL with a parameter put in, or put in place of an earlier one.

    Args:
        url: The URL.
        name: The parameter: ``page`` or ``start``.
        number: Its value.
    """
    start = _query_starts(url)
    found = _place(name).search(url, start)
    if found:
        return f"{url[: found.start(1)]}{number}{url[found.end(1) :]}"
    end = url.find("#") if "#" in url and not _in_fragment(url, start) else len(url)
    opened = start > 0
    joint = "" if opened and url[end - 1] in "?&#" else "&" if opened else "?"
    return f"{url[:end]}{joint}{name}={number}{url[end:]}"


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[?&#]){name}=(\d+)")


def _in_fragment(url: str, start: int) -> bool:
    return start > 0 and url[start - 1] == "#"


def _query_starts(url: str) -> int:
    """Return the index behind the ``#`` or ``?`` that opens the part with the query; 0 when there is no such part."""
    fragment = url.find("#")
    if fragment >= 0 and _PARAMETER.match(url, fragment + 1):
        return fragment + 1
    return url.find("?", 0, None if fragment < 0 else fragment) + 1
