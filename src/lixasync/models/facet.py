"""What a search found, counted by place, industry and the like."""

from __future__ import annotations

import attrs

from lixasync.models.base import wire
from lixasync.models.v1 import V1Model

__all__ = ["Bucket", "Facet"]


@attrs.frozen(kw_only=True, repr=False)
class Bucket(V1Model):
    """One value of a facet, with how many people have it.

    LinkedIn v1, section Responses.

    Attributes:
        code: Value to search for; text, also where it looks like a number.
        name: The value for people to read.
        count: How many of those found have it.
        selected: Whether the search was narrowed to it.
    """

    code: str | None = wire()
    name: str | None = wire()
    count: int | None = wire()
    selected: bool | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Facet(V1Model):
    """One way to divide what a search found.

    LinkedIn v1, section Responses.

    Attributes:
        code: Name for requests, such as ``industry``.
        name: The same for people to read.
        buckets: Its values, largest first as recorded.
    """

    code: str | None = wire()
    name: str | None = wire()
    buckets: tuple[Bucket, ...] = wire(default=())
