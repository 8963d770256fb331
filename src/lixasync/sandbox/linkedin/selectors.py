"""Field selectors: `:(id,first-name,location:(name,country:(code)))`, and the fields there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .tree import Listing

Selector = tuple[tuple[str, "Selector | None"], ...]
"""Names in the order asked for, each with what is asked of it; None asks for all it has."""

Schema = Mapping[str, "Schema | None"]
"""The names there are, each with those inside it; None for one that holds text."""

_TOKEN = re.compile(r"[a-z][a-z0-9-]*|[():,]")

_DATE: Schema = {"year": None, "month": None, "day": None}
_COMPANY: Schema = dict.fromkeys(("id", "name", "universal-name", "type", "size", "industry", "ticker"))
_POSITION: Schema = {
    "id": None, "title": None, "summary": None, "start-date": _DATE, "end-date": _DATE, "is-current": None,
    "company": _COMPANY,
}  # fmt: skip
_EDUCATION: Schema = {
    "id": None, "school-name": None, "field-of-study": None, "start-date": _DATE, "end-date": _DATE, "degree": None,
    "activities": None, "notes": None,
}  # fmt: skip
_REQUEST: Schema = {"url": None, "headers": {"name": None, "value": None}}
_ANYTHING = (
    "current-share", "proposal-comments", "associations", "interests", "honors", "publications", "patents",
    "languages", "skills", "certifications", "courses", "volunteer", "recommendations-received", "mfeed-rss-url",
    "following", "job-bookmarks", "suggestions", "date-of-birth", "related-profile-views", "email-address",
    "phone-numbers", "bound-account-types", "im-accounts", "main-address", "twitter-accounts",
    "primary-twitter-account", "last-modified-timestamp", "picture-urls", "honors-awards", "group-memberships",
)  # fmt: skip
"""Fields that need more permissions than the sandbox's application has: they may be asked for and never come."""

_RELATED: Schema = dict.fromkeys(("id", "first-name", "last-name", "headline"))

PERSON: Schema = {
    **dict.fromkeys(
        (
            "id", "first-name", "last-name", "maiden-name", "formatted-name", "phonetic-first-name",
            "phonetic-last-name", "formatted-phonetic-name", "headline", "industry", "distance", "num-recommenders",
            "connections", "num-connections", "num-connections-capped", "current-status",
            "current-status-timestamp", "summary", "specialties", "picture-url", "public-profile-url",
        )
    ),
    "location": {"name": None, "country": {"code": None}, "postal-code": None},
    "relation-to-viewer": {"distance": None, "num-related-connections": None, "related-connections": _RELATED},
    "positions": _POSITION,
    "three-current-positions": _POSITION,
    "three-past-positions": _POSITION,
    "educations": _EDUCATION,
    "member-url-resources": {"url": None, "name": None},
    "api-standard-profile-request": _REQUEST,
    "site-standard-profile-request": _REQUEST,
    **{name: {} for name in _ANYTHING},
}  # fmt: skip
"""What can be asked of a person."""

PEOPLE_SEARCH: Schema = {
    "people": PERSON,
    "num-results": None,
    "facets": {
        "code": None,
        "name": None,
        "buckets": dict.fromkeys(("code", "name", "count", "selected")),
    },
}
"""What can be asked of a people search."""


class SelectorError(ValueError):
    """A selector cannot be read, or asks for what there is not."""


def parse(text: str) -> Selector:
    """Read a selector.

    Args:
        text: From its colon to its last bracket.

    Raises:
        SelectorError: It is not well formed.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise SelectorError(f"cannot read the field selector {text}")
    selector, end = _group(tokens, 0)
    if end != len(tokens):
        raise SelectorError(f"the field selector {text} goes on after its end")
    return selector


def _group(tokens: list[str], at: int) -> tuple[Selector, int]:
    """Read `:(name,name:(…))`; returns it and where it ends."""
    if tokens[at : at + 2] != [":", "("]:
        raise SelectorError("a field selector begins with :(")
    at += 2
    found: list[tuple[str, Selector | None]] = []
    while at < len(tokens):
        name = tokens[at]
        if name in "():,":
            raise SelectorError("a field selector lacks a name")
        inner: Selector | None = None
        at += 1
        if tokens[at : at + 1] == [":"]:
            inner, at = _group(tokens, at)
        found.append((name, inner))
        closing = tokens[at : at + 1]
        at += 1
        if closing == [")"]:
            return tuple(found), at
        if closing != [","]:
            break
    raise SelectorError("a field selector is not closed")


def check(selector: Selector, schema: Schema) -> None:
    """Refuse names that there are not.

    Raises:
        SelectorError: A name is unknown, or asked for what is inside a text.
    """
    for name, inner in selector:
        if name not in schema:
            raise SelectorError(f"Unknown field {{{name}}} in resource {{Person}}")
        below = schema[name]
        if inner is None or below == {}:
            continue
        if below is None:
            raise SelectorError(f"The field {{{name}}} has no fields of its own")
        check(inner, below)


def pick(value: Any, selector: Selector | None) -> Any:
    """Take what was asked for out of a value, in the order asked; what is not there is left out."""
    if selector is None:
        return value
    if isinstance(value, Listing):
        items = [pick(item, selector) for item in value.items]
        return Listing(value.item, items, value.total, value.start, value.count, value.keys)
    return {name: pick(value[name], inner) for name, inner in selector if name in value}
