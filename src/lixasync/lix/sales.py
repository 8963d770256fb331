"""Sales Navigator (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

import re

from lixasync.lix.core import Core
from lixasync.lix.url_search import UrlSearch, decode_people, search
from lixasync.models import Person
from lixasync.paging.pager import Pager
from lixasync.transport.operation import Operation

SEARCH_SALES_LEADS = UrlSearch(
    operation=Operation(
        id="search_sales_leads",
        method="GET",
        path="/v1/li/sales/search/people",
        decode=decode_people,
        credits=1,
    ),
    path=re.compile(r"/sales/(?:search/people|search$|search/$|lists/people)"),
    example="https://www.linkedin.com/sales/search/people#query=(...) (for LinkedIn's own search: lix.search.people)",
    cap=2500,
    smallest_page=25,
    invent_sequence=False,
)


class Sales:
    """``lix.sales``: Sales Navigator."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def leads(
        self,
        url: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Person]:
        """Stream the leads a Sales Navigator search finds (Lix API, operation search_sales_leads).

        A page holds 25 leads and costs 1 Standard credit; the server lists 2,500 leads at most, and
        ``pager.stopped`` says when that cap ended the stream.

        Args:
            url: A lead search URL, copied from the browser, with its query behind ``?`` or ``#``. It is passed on as
                it is; a page number in it is where the stream begins.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many leads; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Person: with the fields a search shows.

        Raises:
            SearchURLError: the URL is not one of a lead search.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return search(
            self._core,
            SEARCH_SALES_LEADS,
            url,
            viewer_id=viewer_id,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )
