"""What stands around the items of a page."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire

__all__ = ["Meta", "Paging", "PagingLinks"]


@attrs.frozen(kw_only=True, repr=False)
class PagingLinks(Model):
    """Links to other pages of a listing.

    Lix API, operation list_organisation_employees (``_links``).

    Attributes:
        next: Address of the next page, absolute or not; None on the last.
    """

    next: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Paging(Model):
    """Position of a page in its listing.

    Lix API, object Paging.

    Attributes:
        count: Items on this page, or the page size: the sources disagree.
        start: Index of the first item, from 0; not reliable everywhere.
        total: Items in the whole listing.
        links: Links to other pages; only LookC sends them.
    """

    count: int | None = wire()
    start: int | None = wire()
    total: int | None = wire()
    links: PagingLinks | None = wire("_links")


@attrs.frozen(kw_only=True, repr=False)
class Meta(Model):
    """What the server says about a page beside its items.

    Lix API, object Meta.

    Attributes:
        sequence_id: Token that keeps the pages of one search consistent; opaque.
    """

    sequence_id: str | None = wire()
