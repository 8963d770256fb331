"""Keys that tell whether two records mean the same person or thing."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["account_key", "first_identity", "link_key", "sales_key"]

_NOBODY = {"", "private", "undefined", "null"}
_NOWHERE = {"company", "school", "showcase"}


def link_key(link: str | None) -> str | None:
    """Return a profile link without query, fragment and trailing slash, its host in lower case."""
    if not link:
        return None
    bare = link.partition("?")[0].partition("#")[0].strip().rstrip("/")
    scheme, mark, rest = bare.rpartition("://")
    host, slash, path = rest.partition("/")
    # ".../in/" or ".../company/" without a slug is the same for everyone
    if path.rpartition("/")[2].casefold() in _NOBODY | {"in"} or path.casefold() in _NOWHERE:
        return None
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}"


def sales_key(text: str | None) -> str | None:
    """Return the member id of a Sales Navigator id or link: its last part, up to the first comma."""
    if not text:
        return None
    bare = text.partition("?")[0].rstrip("/").rpartition("/")[2].partition(",")[0].strip()
    return None if bare.casefold() in _NOBODY | {"lead", "people"} else bare


def account_key(link: str | None) -> str | None:
    """Return the number of an organisation out of a Sales Navigator link: its company id, else its last part."""
    if not link:
        return None
    path, _, query = link.partition("?")
    for part in query.partition("#")[0].split("&"):
        name, _, value = part.partition("=")
        if name.casefold() == "companyid":
            return value or None
    last = path.rstrip("/").rpartition("/")[2]
    return last if last.isdecimal() else None


def first_identity(candidates: Iterator[tuple[str, str | None]]) -> str | None:
    """Return the first candidate that names somebody, marked with its kind so that kinds never mix."""
    for kind, value in candidates:
        if value and value.strip().casefold() not in _NOBODY:
            return f"{kind}:{value}" if kind else value
    return None
