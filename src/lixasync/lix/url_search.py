"""Searches by URL: checks of the URL, and the pager all of them share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.errors import SearchURLError
from lixasync.lix.core import Core, on_linkedin
from lixasync.models import Person
from lixasync.paging.cursor import fingerprint
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Source
from lixasync.paging.url_page import UrlPageCursor, page_of
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation


@attrs.frozen(kw_only=True)
class UrlSearch:
    """One kind of search by URL.

    Attributes:
        operation: What to call.
        path: What the path of its URLs begins with.
        example: Such a URL, for the message when another is given.
        cap: Items a search lists at most, as documented.
        smallest_page: The fewest items a full page is documented to hold; plans count with it.
        invent_sequence: Whether a call without viewer carries a sequence id of the client's own from the start, so
            that pages neither repeat nor miss rows; otherwise the first answer gives one.
    """

    operation: Operation[Batch[Person]]
    path: re.Pattern[str]
    example: str
    cap: int
    smallest_page: int
    invent_sequence: bool

    def check(self, url: str) -> str:
        """Return a URL of this kind of search, untouched.

        Raises:
            SearchURLError: it is none.
        """
        url = required("url", url)
        parts = on_linkedin(url)
        if parts is None or not self.path.match(parts.path):
            raise SearchURLError(
                f"This is not the URL of such a search: {url[:100]!r}.",
                hint=f"Copy the address from the browser, such as {self.example}",
                operation=self.operation.id,
            )
        return url


def decode_people(decoder: Decoder, data: Any) -> Batch[Person]:
    """Decode a page of people."""
    listing = decoder.listing(data, Person, items_key="people")
    return Batch(
        items=listing.items,
        total=listing.total,
        size=listing.count,
        sequence_id=listing.sequence_id,
        meta=listing.meta,
    )


def search(
    core: Core,
    kind: UrlSearch,
    url: str,
    *,
    viewer_id: str | None,
    max_items: int | None,
    max_credits: int | None,
    resume: str | None,
) -> Pager[Person]:
    """Make the pager of a search by URL."""
    url = kind.check(url)
    viewer = viewer_id or core.viewer_id
    query = fingerprint(kind.operation.id, url, viewer or "")

    async def fetch(position: Mapping[str, str]) -> Batch[Person]:
        return await core.send(kind.operation, (*position.items(), ("viewer_id", viewer)))

    source = Source(
        begin=UrlPageCursor(
            query=query,
            url=url,
            first=page_of(url),
            page=page_of(url),
            cap=kind.cap,
            # The same for the same query, so that equal searches at the same time share their requests.
            sequence_id=_sequence_id(query) if kind.invent_sequence and not viewer else None,
        ),
        fetch=fetch,
        credits=kind.operation.credits,
        page_size=kind.smallest_page,
        cap=kind.cap,
        limit=lambda: core.pipeline.limiter.limit,
    )
    return Pager(source, max_items=max_items, max_credits=max_credits, resume=resume)


def _sequence_id(query: str) -> str:
    return hashlib.blake2b(query.encode(), digest_size=16, person=b"sequence").hexdigest()
