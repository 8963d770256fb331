"""Answers to pages and members, and the shape that all operations share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lixasync.codec.decoder import Decoder
from lixasync.codec.members import member, members
from lixasync.linkedin.answers import Answer
from lixasync.linkedin.fields import Fields
from lixasync.models import Member
from lixasync.paging.source import Batch
from lixasync.transport.operation import Operation

T = TypeVar("T")

CONNECTIONS = "connections"
PEOPLE_SEARCH = "people-search"
PROFILES = "people"
"""Resources, each with a daily quota of its own (LinkedIn v1, section Throttle limits)."""


def reading(resource: str, path: str, decode: Callable[[Decoder, Answer], T]) -> Operation[T]:
    """Return the operation that reads a resource."""
    return Operation(id=resource, method="GET", path=path, decode=decode, quota=resource)


def page_of(fields: Fields | None) -> Callable[[Decoder, Answer], Batch[Member]]:
    """Return how a page of members is decoded, given the fields that were asked for."""
    asked = None if fields is None else fields.paths()

    def decode(decoder: Decoder, answer: Answer) -> Batch[Member]:
        listing = members(decoder, answer.document, asked)
        said: dict[str, Any] = {
            "date": answer.date,
            "start": listing.start,
            "count": listing.count,
            "facets": listing.facets,
        }
        return Batch(
            items=listing.items,
            total=listing.total,
            num_results=listing.num_results,
            meta={name: value for name, value in said.items() if value not in (None, ())},
        )

    return decode


def member_of(fields: Fields | None) -> Callable[[Decoder, Answer], Member]:
    """Return how a single member is decoded, given the fields that were asked for."""
    asked = None if fields is None else fields.paths()

    def decode(decoder: Decoder, answer: Answer) -> Member:
        return member(decoder, answer.document, asked)

    return decode


def as_it_came(_decoder: Decoder, answer: Answer) -> Any:
    """Decode nothing; XML comes as the tree that the JSON form of the same answer would be."""
    return answer.document.data
