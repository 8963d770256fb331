"""LinkedIn searches (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

import re

from lixasync.lix.core import Core
from lixasync.lix.url_search import UrlSearch, decode_people, search
from lixasync.models import Person
from lixasync.paging.pager import Pager
from lixasync.transport.operation import Operation

SEARCH_PEOPLE = UrlSearch(
    operation=Operation(
        id="search_people",
        method="GET",
        path="/v1/li/linkedin/search/people",
        decode=decode_people,
        credits=1,
    ),
    path=re.compile(r"/search/results/(?:people|all)(?:/|$)"),
    example="https://www.linkedin.com/search/results/people/?keywords=engineer (for Sales Navigator: lix.sales.leads)",
    cap=1000,
    smallest_page=10,
    invent_sequence=True,
)


class Search:
    """``lix.search``: LinkedIn's own searches."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def people(
        self,
        url: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Person]:
        """Stream the people a LinkedIn search finds (Lix API, operation search_people).

        The server decides the size of pages (10 or 25 people) and lists 1,000 people at most; when that cap ended the
        stream, ``pager.stopped`` says so. A page costs 1 Standard credit.

        Args:
            url: A people search URL, copied from the browser. It is passed on as it is; a page number in it is where
                the stream begins.
            viewer_id: The connected account to search as; the client's by default. Without one, a shared account is
                used and the order of results is kept by a sequence id.
            max_items: Stop after so many people; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Person: with the fields a search shows.

        Raises:
            SearchURLError: the URL is not one of a people search.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return search(
            self._core,
            SEARCH_PEOPLE,
            url,
            viewer_id=viewer_id,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )
