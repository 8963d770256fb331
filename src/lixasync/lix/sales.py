"""Sales Navigator: searches and lists (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, Unpack, overload

from lixasync.lix.core import Core
from lixasync.lix.facets import PAGE_SIZE, SUGGEST_SALES_FACETS, suggestions
from lixasync.lix.leads_by import leads_by
from lixasync.lix.listing import Bounds, decode_people
from lixasync.lix.named_search import found, resolved, url_of
from lixasync.lix.queries.filters import AccountFilters, LeadFilters, check
from lixasync.lix.sales_lists import SalesLists, decode_organisations
from lixasync.lix.sales_messages import SalesMessages
from lixasync.lix.url_search import UrlSearch
from lixasync.models import Organisation, Person, Suggestion
from lixasync.paging.pager import Pager
from lixasync.paging.partitioned import PartitionedPager
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation, Pages

_PAGE = 25


SEARCH_SALES_LEADS_FORM = Operation(
    id="search_sales_leads_form",
    method="POST",
    path="/v1/li/sales/search/people",
    decode=decode_people,
    pages=Pages(style="page in URL", size=_PAGE, cap=2500),
    credits=1,
    credit_kind="standard",
    newer=True,
    quota="search_sales_leads",
)

SEARCH_SALES_LEADS = UrlSearch(
    operation=Operation(
        id="search_sales_leads",
        method="GET",
        path="/v1/li/sales/search/people",
        decode=decode_people,
        pages=Pages(style="page in URL", size=_PAGE, cap=2500),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/sales/(?:search/people|search$|search/$|lists/people)"),
    example="https://www.linkedin.com/sales/search/people#query=(...) (for LinkedIn's own search: lix.search.people)",
    form=SEARCH_SALES_LEADS_FORM,
)

SEARCH_SALES_ACCOUNTS = UrlSearch(
    operation=Operation(
        id="search_sales_accounts",
        method="GET",
        path="/v1/li/sales/search/orgs",
        decode=decode_organisations,
        pages=Pages(style="page in URL", size=_PAGE, cap=2500),
        credits=1,
        credit_kind="standard",
    ),
    path=re.compile(r"/sales/(?:search/company|search/companies|search$|search/$|lists/company)"),
    example="https://www.linkedin.com/sales/search/company#query=(...)",
)


class Sales(SalesLists, SalesMessages):
    """``lix.sales``: Sales Navigator."""

    def __init__(self, core: Core) -> None:
        self._core = core

    @overload
    def leads(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: None = None,
        **filters: Unpack[LeadFilters],
    ) -> Pager[Person]: ...

    @overload
    def leads(
        self,
        url: None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str],
        **filters: Unpack[LeadFilters],
    ) -> PartitionedPager[Person]: ...

    def leads(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str] | None = None,
        **filters: Unpack[LeadFilters],
    ) -> Pager[Person]:
        """Stream the leads a Sales Navigator search finds (Lix API, operation search_sales_leads).

        A page holds 25 leads and costs 1 Standard credit; the server lists 2,500 leads at most, and
        ``pager.stopped`` says when that cap ended the stream.

        Args:
            url: A lead search URL, copied from the browser, with its query behind ``?`` or ``#``. It is passed on as
                it is; a page number in it is where the stream begins. URLs too long for an address go by POST. None to
                search by filters.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many leads; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.
            partition_by: A filter, or several, by which a search by filters is divided when it matches more than is
                listed, such as ``["functions", "seniorities"]``; see `PartitionedPager`.
            **filters: What to search by instead of a URL, see `LeadFilters`. Names are looked up free of charge.

        Yields:
            Person: with the fields a search shows.

        Raises:
            SearchURLError: the URL is not one of a lead search.
            InvalidArgumentError: filters that cannot be, see `LeadFilters`, or both filters and a URL.
            CursorError: the cursor is damaged or of another search.
            AmbiguousNameError: while iterating: a name among the filters stands for several things, or for none.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return found(self._core, SEARCH_SALES_LEADS, "leads", url, filters, partition_by, viewer_id=viewer_id, **bounds)

    async def leads_url(self, **filters: Unpack[LeadFilters]) -> str:
        """Return the URL that `leads` makes of filters, for a browser. Free; names are looked up.

        Args:
            **filters: See `LeadFilters`.

        Raises:
            InvalidArgumentError: filters that cannot be.
            AmbiguousNameError: a name stands for several things, or for none.
            APIError: see `lixasync.errors`.
        """
        return url_of(await resolved(self._core, check("leads", filters)))

    def leads_by(
        self,
        *,
        person_title: str | Suggestion | None = None,
        location: str | Suggestion | None = None,
        organisation: str | Suggestion | None = None,
        keywords: str | None = None,
        location_parameter: Literal["location", "locations"] = "location",
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Person]:
        """Stream the first page of leads that match (Lix API, operation search_sales_leads_by_filters).

        The server shows one page of 25 leads and documents no way to the next; ``pager.stopped`` says when more match.
        It costs 1 Standard credit. `leads` with filters reaches them all.

        Args:
            person_title: A title, as free text or as a `Suggestion` of the facet TITLE.
            location: A place, likewise, of the facet BING_GEO.
            organisation: A company, likewise, of the facet COMPANY_WITH_LIST.
            keywords: Words anywhere in the profile.
            location_parameter: The name under which the place is sent; the reference gives two.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many leads; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Person: with the fields a search shows.

        Raises:
            InvalidArgumentError: nothing to search by, or an empty text.
            CursorError: the cursor is damaged or of another search.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return leads_by(
            self._core,
            person_title=person_title,
            location=location,
            organisation=organisation,
            keywords=keywords,
            location_parameter=location_parameter,
            viewer_id=viewer_id,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    @overload
    def accounts(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: None = None,
        **filters: Unpack[AccountFilters],
    ) -> Pager[Organisation]: ...

    @overload
    def accounts(
        self,
        url: None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str],
        **filters: Unpack[AccountFilters],
    ) -> PartitionedPager[Organisation]: ...

    def accounts(
        self,
        url: str | None = None,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
        partition_by: str | Sequence[str] | None = None,
        **filters: Unpack[AccountFilters],
    ) -> Pager[Organisation]:
        """Stream the accounts a Sales Navigator search finds (Lix API, operation search_sales_accounts).

        A page holds 25 accounts and costs 1 Standard credit; the server lists 2,500 at most, and ``pager.stopped``
        says when that cap ended the stream.

        Args:
            url: An account search URL, copied from the browser; see `leads`. None to search by filters.
            viewer_id: The connected account to search as; the client's by default.
            max_items: Stop after so many accounts; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same search.
            partition_by: A filter, or several, by which a search by filters is divided; see `PartitionedPager`.
            **filters: What to search by instead of a URL, see `AccountFilters`. Names are looked up free of charge.

        Yields:
            Organisation: what a search shows of it is not documented; see ``extra`` for the rest.

        Raises:
            SearchURLError: the URL is not one of an account search.
            InvalidArgumentError: filters that cannot be, see `AccountFilters`, or both filters and a URL.
            CursorError: the cursor is damaged or of another search.
            AmbiguousNameError: while iterating: a name among the filters stands for several things, or for none.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        return found(
            self._core, SEARCH_SALES_ACCOUNTS, "accounts", url, filters, partition_by, viewer_id=viewer_id, **bounds
        )

    async def accounts_url(self, **filters: Unpack[AccountFilters]) -> str:
        """Return the URL that `accounts` makes of filters, for a browser. Free; names are looked up.

        Args:
            **filters: See `AccountFilters`.

        Raises:
            InvalidArgumentError: filters that cannot be.
            AmbiguousNameError: a name stands for several things, or for none.
            APIError: see `lixasync.errors`.
        """
        return url_of(await resolved(self._core, check("accounts", filters)))

    def facets(
        self,
        type: str,  # noqa: A002 - the reference's own word for it
        query: str = "",
        *,
        viewer_id: str | None = None,
        page_size: int = PAGE_SIZE,
        max_items: int | None = None,
        resume: str | None = None,
    ) -> Pager[Suggestion]:
        """Stream what Sales Navigator suggests for a text (Lix API, operation suggest_sales_facets). Free.

        Args:
            type: The facet, such as ``COMPANY_WITH_LIST``, ``TITLE``, ``BING_GEO``, ``INDUSTRY``, ``SENIORITY_V2``,
                ``FUNCTION``, ``COMPANY_SIZE`` or ``SCHOOL``; others are passed on.
            query: The beginning of a name; the empty text lists the values of facets that have few.
            viewer_id: The connected account to ask as; the client's by default.
            page_size: Suggestions to ask for per page, 1 to 100.
            max_items: Stop after so many suggestions; None for all.
            resume: A cursor of an earlier stream of the same question.

        Yields:
            Suggestion: with the id that searches know it by.

        Raises:
            PageSizeError: ``page_size`` outside 1 to 100.
            InvalidArgumentError: the type is empty.
            CursorError: the cursor is damaged or of another question.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return suggestions(
            self._core,
            SUGGEST_SALES_FACETS,
            required("type", type),
            query if query == "" else required("query", query),
            viewer_id=viewer_id,
            page_size=page_size,
            max_items=max_items,
            resume=resume,
        )
