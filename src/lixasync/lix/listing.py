"""Pagers of the Lix API's operations: what all of them share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypedDict, TypeVar, Unpack

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import OLD_ENVELOPES
from lixasync.codec.listing import Listing
from lixasync.lix.core import Core
from lixasync.models import Model, Person
from lixasync.paging.cursor import Cursor, fingerprint
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Identified, Source
from lixasync.transport.operation import Operation

T = TypeVar("T", bound=Identified)
M = TypeVar("M", bound=Model)

Params = Iterable[tuple[str, str | None]]


class Bounds(TypedDict):
    """Where a stream begins and ends, as every method with pages takes it.

    Attributes:
        max_items: Stop after so many items; None for all.
        max_credits: Stop before the page that would cost more than so many credits in all; None for no such bound.
        resume: A cursor of an earlier stream of the same query; None to begin at its start.
    """

    max_items: int | None
    max_credits: int | None
    resume: str | None


def batch(listing: Listing[M]) -> Batch[M]:
    """Return a decoded page as what a pager reads."""
    return Batch(
        items=listing.items,
        total=listing.total,
        size=listing.count,
        sequence_id=listing.sequence_id,
        next_token=listing.next_token,
        meta=listing.meta,
    )


@attrs.frozen(kw_only=True)
class PageOf(Generic[M]):
    """How the pages of a listing are decoded: a function of decoder and parsed body, or of a body of today's shape.

    Attributes:
        kind: Model of the items.
        items_key: Key the items are documented under.
        alternatives: Keys they were found under at other times.
        envelope: Object the page is documented to be in; None for none.
    """

    kind: type[M]
    items_key: str
    alternatives: tuple[str, ...] = ()
    envelope: str | None = None

    def __call__(self, decoder: Decoder, data: Any) -> Batch[M]:
        """Decode a page."""
        return batch(
            decoder.listing(
                data,
                self.kind,
                items_key=self.items_key,
                alternatives=self.alternatives,
                envelopes=OLD_ENVELOPES if self.envelope is None else (self.envelope,),
            )
        )

    def at_once(self, decoder: Decoder, body: bytes) -> Batch[M] | None:
        """Decode a page from its body; None when the body has to be parsed first."""
        page = decoder.page(body, self.kind, items_key=self.items_key, envelope=self.envelope)
        return None if page is None else batch(page)


decode_people = PageOf(kind=Person, items_key="people")


def query_of(operation: Operation[Any], params: Params) -> str:
    """Return the fingerprint that tells a query of an operation from others."""
    return fingerprint(
        operation.id, operation.path, *(f"{name}={value}" for name, value in params if value is not None)
    )


def source(
    core: Core,
    operation: Operation[Batch[T]],
    begin: Cursor,
    fetch: Callable[[Mapping[str, str]], Awaitable[Batch[T]]],
    *,
    page_size: int | None = None,
) -> Source[T]:
    """Return the source of an operation's pages.

    Args:
        core: Whose rate limit holds.
        operation: The operation; it says what a page costs, and how much is listed.
        begin: The cursor at the start.
        fetch: Fetches the page that a cursor's request asks for.
        page_size: Items a page holds at least, for plans; by default what the operation says.
    """
    pages = operation.pages
    return Source(
        begin=begin,
        fetch=fetch,
        credits=operation.credits,
        page_size=page_size or (pages.size if pages else None),
        cap=pages.cap if pages else None,
        limit=lambda: core.limit(operation),
    )


def paged(
    core: Core,
    operation: Operation[Batch[T]],
    begin: Callable[[str], Cursor],
    params: Params,
    *,
    choices: Params = (),
    page_size: int | None = None,
    **bounds: Unpack[Bounds],
) -> Pager[T]:
    """Return the pager of an operation whose pages are asked for by query parameters alone.

    Args:
        core: Makes the calls.
        operation: The operation.
        begin: Makes the cursor at the start from the fingerprint of the query.
        params: Parameters that say which list is meant.
        choices: Parameters that may differ from one part of a stream to the next, such as the size of pages.
        page_size: See `source`.
        **bounds: See `Bounds`.
    """
    params = tuple(params)

    async def fetch(position: Mapping[str, str]) -> Batch[T]:
        return await core.send(operation, (*params, *position.items(), *choices))

    return Pager(source(core, operation, begin(query_of(operation, params)), fetch, page_size=page_size), **bounds)
