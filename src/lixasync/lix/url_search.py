"""Searches by URL: checks of the URL, and the pager all of them share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, Literal, TypeVar, Unpack
from urllib.parse import quote

import attrs

from lixasync.errors import SearchURLError
from lixasync.lix.core import Core
from lixasync.lix.links import on_linkedin
from lixasync.lix.listing import Bounds, query_of, source
from lixasync.lix.queries.page_in_url import number_in, with_number
from lixasync.paging.cursor import Cursor
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Identified
from lixasync.transport.body import form_body
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation

T = TypeVar("T", bound=Identified)

_LONG = 6000  # characters of a URL, encoded; servers and proxies commonly refuse request lines of 8,000


@attrs.frozen(kw_only=True)
class UrlSearch(Generic[T]):
    """One kind of search by URL.

    Attributes:
        operation: What to call.
        path: What the path of its URLs begins with.
        example: Such a URL, for the message when another is given.
        parameter: What tells the page: ``page``, from 1, or ``start``, from 0.
        in_url: Whether that stands in the URL, or else beside it.
        form: The same operation with the URL in a form, for URLs that are too long for one; None where there is none.
        invent_sequence: Whether a call without viewer carries a sequence id of the client's own from the start, so
            that pages neither repeat nor miss rows; otherwise the first answer gives one.
    """

    operation: Operation[Batch[T]]
    path: re.Pattern[str]
    example: str
    parameter: Literal["page", "start"] = "page"
    in_url: bool = True
    form: Operation[Batch[T]] | None = None
    invent_sequence: bool = False

    @property
    def cap(self) -> int:
        """Items a search lists at most, as documented."""
        pages = self.operation.pages
        assert pages is not None  # noqa: S101 - every search has pages
        assert pages.cap is not None  # noqa: S101 - and every one of them a cap
        return pages.cap

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


def search(
    core: Core,
    kind: UrlSearch[T],
    url: str,
    *,
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> Pager[T]:
    """Make the pager of a search by URL."""
    url = kind.check(url)

    async def address() -> str:
        return url

    return addressed(
        core,
        kind,
        address,
        first=number_in(url, kind.parameter, _beginning(kind)) if kind.in_url else _beginning(kind),
        said=url,
        viewer_id=viewer_id,
        **bounds,
    )


def addressed(
    core: Core,
    kind: UrlSearch[T],
    address: Callable[[], Awaitable[str]],
    *,
    first: int | None = None,
    said: str,
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> Pager[T]:
    """Make the pager of a search whose URL may still have to be found out.

    Args:
        core: Makes the calls.
        kind: What is searched.
        address: Returns the URL.
        first: Number of the page to begin with, when the URL says one.
        said: What tells the search from others, as far as it is known without any request.
        viewer_id: The viewer; None for the client's.
        **bounds: See `Bounds`.
    """
    viewer = core.any_viewer(viewer_id)
    query = query_of(kind.operation, (("url", said), ("viewer_id", viewer)))
    # The same for the same query, so that equal searches at the same time share their requests.
    sequence_id = invented(core, query) if kind.invent_sequence and not viewer else None

    async def fetch(position: Mapping[str, str]) -> Batch[T]:
        return await page(core, kind, await address(), position, viewer)

    begin: Cursor
    if kind.parameter == "page":
        number = max(1, first or 1)
        begin = PageNumberCursor(query=query, first=number, page=number, cap=kind.cap, sequence_id=sequence_id)
    else:
        begin = OffsetCursor(query=query, start=first or 0, count=None, cap=kind.cap, sequence_id=sequence_id)
    return Pager(source(core, kind.operation, begin, fetch), **bounds)


async def page(core: Core, kind: UrlSearch[T], url: str, position: Mapping[str, str], viewer: str | None) -> Batch[T]:
    """Return a page of a search.

    Args:
        core: Makes the call.
        kind: What is searched.
        url: The URL as it was given; the first page is asked for by it as it is.
        position: What a cursor asks for.
        viewer: The viewer, or None.
    """
    number = int(position.get(kind.parameter, _beginning(kind)))
    told = [("sequence_id", position["sequence_id"])] if "sequence_id" in position else []
    if not kind.in_url:
        told.append((kind.parameter, str(number)))
    elif number != number_in(url, kind.parameter, _beginning(kind)):
        url = with_number(url, kind.parameter, number)
    told.insert(0, ("url", url))
    if kind.form is not None and len(quote(url, safe="")) > _LONG:
        return await core.send(kind.form, (("viewer_id", viewer),), body=form_body(told))
    return await core.send(kind.operation, (*told, ("viewer_id", viewer)))


def invented(core: Core, query: str) -> str:
    """Return a sequence id of the client's own for a query: the same for all its streams of that query."""
    return hashlib.blake2b(f"{core.salt} {query}".encode(), digest_size=16, person=b"sequence").hexdigest()


def _beginning(kind: UrlSearch[T]) -> int:
    return 1 if kind.parameter == "page" else 0
