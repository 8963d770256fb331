"""LinkedIn's own searches (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Unpack, overload

from lixasync.codec.decoder import Decoder
from lixasync.codec.posts import posts
from lixasync.lix.core import Core
from lixasync.lix.listing import Bounds, PageOf, batch, decode_people
from lixasync.lix.named_search import found, resolved, url_of
from lixasync.lix.queries.filters import PeopleFilters, check
from lixasync.lix.url_search import UrlSearch, search
from lixasync.models import JobPosting, Organisation, Person, Post
from lixasync.paging.pager import Pager
from lixasync.paging.partitioned import PartitionedPager
from lixasync.paging.source import Batch
from lixasync.transport.operation import Operation, Pages

_CAP = 1000


def _posts(decoder: Decoder, data: Any) -> Batch[Post]:
    return batch(posts(decoder, data))


SEARCH_PEOPLE = UrlSearch(
    operation=Operation(
        id="search_people",
        method="GET",
        path="/v1/li/linkedin/search/people",
        decode=decode_people,
        pages=Pages(style="page in URL", size=10, cap=_CAP),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/search/results/(?:people|all)(?:/|$)"),
    example="https://www.linkedin.com/search/results/people/?keywords=engineer (for Sales Navigator: lix.sales.leads)",
    invent_sequence=True,
)

SEARCH_JOBS = UrlSearch(
    operation=Operation(
        id="search_jobs",
        method="GET",
        path="/v1/li/linkedin/search/jobs",
        decode=PageOf(kind=JobPosting, items_key="jobPostings", alternatives=("people",)),
        pages=Pages(style="start in URL", size=10, cap=_CAP),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/jobs/(?:search|collections)|/search/results/(?:jobs|all)(?:/|$)"),
    example="https://www.linkedin.com/jobs/search/?keywords=engineer",
    parameter="start",
    invent_sequence=True,
)

SEARCH_POSTS = UrlSearch(
    operation=Operation(
        id="search_posts",
        method="GET",
        path="/v1/li/linkedin/search/posts",
        decode=_posts,
        pages=Pages(style="offset", size=10, cap=_CAP),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/search/results/(?:content|all)(?:/|$)|/feed/hashtag(?:/|$)"),
    example="https://www.linkedin.com/search/results/content/?keywords=engineer",
    parameter="start",
    in_url=False,
    invent_sequence=True,
)

SEARCH_ORGANISATIONS = UrlSearch(
    operation=Operation(
        id="search_organisations",
        method="GET",
        path="/v1/li/linkedin/search/orgs",
        decode=PageOf(kind=Organisation, items_key="orgs", alternatives=("posts",)),
        pages=Pages(style="page in URL", size=10, cap=_CAP),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/search/results/(?:companies|schools|all)(?:/|$)"),
    example="https://www.linkedin.com/search/results/companies/?keywords=software",
    invent_sequence=True,
)


class Search:
    """``lix.search``: LinkedIn's own searches."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @overload
    def people(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: None = None,
        **filters: Unpack[PeopleFilters],
    ) -> Pager[Person]: ...

    @overload
    def people(
        self,
        url: None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str],
        **filters: Unpack[PeopleFilters],
    ) -> PartitionedPager[Person]: ...

    def people(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str] | None = None,
        **filters: Unpack[PeopleFilters],
    ) -> Pager[Person]:
        """Stream the people a LinkedIn search finds (Lix API, operation search_people).

        The server decides the size of pages (10 or 25 people) and lists 1,000 people at most; when that cap ended the
        stream, ``pager.stopped`` says so. A page costs 1 Standard credit.

        Args:
            url: A people search URL, copied from the browser. It is passed on as it is; a page number in it is where
                the stream begins. None to search by filters.
            viewer_id: The connected account to search as; the client's by default. Without one, a shared account is
                used and the order of results is kept by a sequence id.
            max_items: Stop after so many people; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.
            partition_by: A filter, or several, by which a search by filters is divided when it matches more than is
                listed, such as ``"industries"``; see `PartitionedPager`.
            **filters: What to search by instead of a URL, see `PeopleFilters`. Names are looked up free of charge.

        Yields:
            Person: with the fields a search shows.

        Raises:
            SearchURLError: the URL is not one of a people search.
            InvalidArgumentError: filters that cannot be, see `PeopleFilters`, or both filters and a URL.
            CursorError: the cursor is damaged or of another search.
            AmbiguousNameError: while iterating: a name among the filters stands for several things, or for none.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return found(
            self._core,
            SEARCH_PEOPLE,
            "people",
            url,
            filters,
            partition_by,
            viewer_id=viewer_id,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    async def people_url(self, **filters: Unpack[PeopleFilters]) -> str:
        """Return the URL that `people` makes of filters, for a browser. Free; names are looked up.

        Args:
            **filters: See `PeopleFilters`.

        Raises:
            InvalidArgumentError: filters that cannot be.
            AmbiguousNameError: a name stands for several things, or for none.
            APIError: see `lixasync.errors`.
        """
        return url_of(await resolved(self._core, check("people", filters)))

    def jobs(
        self,
        url: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[JobPosting]:
        """Stream the jobs a LinkedIn search finds (Lix API, operation search_jobs).

        A page costs 1 Standard credit; 1,000 jobs are listed at most. Pages are asked for by ``start`` in the URL, as
        LinkedIn's own pages are: how else is not documented. If the server took no notice, the stream would end after
        its first page with ``StopReason.REPEATED_PAGE``.

        Args:
            url: A job search URL, copied from the browser.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many jobs; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            JobPosting: what a search shows of it is not documented; see ``extra`` for the rest.

        Raises:
            SearchURLError: the URL is not one of a job search.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return search(self._core, SEARCH_JOBS, url, viewer_id=viewer_id, **bounds)

    def posts(
        self,
        url: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Post]:
        """Stream the posts a LinkedIn search finds (Lix API, operation search_posts).

        A page costs 1 Standard credit; 1,000 posts are listed at most.

        Args:
            url: A content search URL, copied from the browser.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many posts; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Post: what a search shows of it is not documented; see ``extra`` for the rest.

        Raises:
            SearchURLError: the URL is not one of a content search.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return search(self._core, SEARCH_POSTS, url, viewer_id=viewer_id, **bounds)

    def organisations(
        self,
        url: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Organisation]:
        """Stream the organisations a LinkedIn search finds (Lix API, operation search_organisations).

        A page costs 1 Standard credit; 1,000 organisations are listed at most.

        Args:
            url: A company search URL, copied from the browser.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many organisations; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Organisation: what a search shows of it is not documented; see ``extra`` for the rest.

        Raises:
            SearchURLError: the URL is not one of a company search.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return search(self._core, SEARCH_ORGANISATIONS, url, viewer_id=viewer_id, **bounds)
