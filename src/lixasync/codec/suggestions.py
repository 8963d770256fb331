"""Suggestions for search filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import OLD_ENVELOPES
from lixasync.codec.listing import Listing
from lixasync.models import Suggestion

__all__ = ["recruiter_suggestions", "sales_suggestions"]


def sales_suggestions(decoder: Decoder, data: Any) -> Listing[Suggestion]:
    """Read suggestions of Sales Navigator; those that only head a list of others are replaced by that list.

    Lix API, operation suggest_sales_facets.

    Raises:
        UnknownShapeError: no list of suggestions can be found.
    """

    def read(items: list[Any]) -> tuple[Suggestion, ...]:
        return tuple(_leaves(decoder.models(items, Suggestion)))

    return decoder.listing(
        data, Suggestion, items_key="elements", envelopes=("data", *OLD_ENVELOPES), beside=("entityUrn",), read=read
    )


def recruiter_suggestions(decoder: Decoder, data: Any) -> Listing[Suggestion]:
    """Read suggestions of Recruiter.

    Lix API, operation suggest_recruiter_facets. ``start`` is 10 on the first page of the documented example.

    Raises:
        UnknownShapeError: no list of suggestions can be found.
    """
    return decoder.listing(data, Suggestion, items_key="results")


def _leaves(suggestions: tuple[Suggestion, ...]) -> Iterator[Suggestion]:
    for suggestion in suggestions:
        if suggestion.children:
            yield from _leaves(suggestion.children)
        elif not _is_empty_group(suggestion):
            yield suggestion


def _is_empty_group(suggestion: Suggestion) -> bool:
    """Tell a heading with nothing below it from a value: values have a number or a URN for an id."""
    value = suggestion.id or ""
    return "children" in suggestion.raw and not (value.isdecimal() or value.startswith("urn:"))
