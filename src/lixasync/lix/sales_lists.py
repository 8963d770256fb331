"""Saved lists of Sales Navigator (Lix API, section LinkedIn Search API)."""

from __future__ import annotations

from lixasync.lix.core import Core
from lixasync.lix.links import digits
from lixasync.lix.listing import Bounds, PageOf, decode_people, paged
from lixasync.models import Organisation, Person
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.pager import Pager
from lixasync.transport.operation import Operation, Pages

_PAGE = 25


decode_organisations = PageOf(kind=Organisation, items_key="organisations", alternatives=("people",))

GET_SALES_LEAD_LIST = Operation(
    id="get_sales_lead_list",
    method="GET",
    path="/v1/li/sales/lists/people",
    decode=decode_people,
    pages=Pages(style="page number", size=_PAGE),
    credits=1,
    credit_kind="standard",
)

GET_SALES_ACCOUNT_LIST = Operation(
    id="get_sales_account_list",
    method="GET",
    path="/v1/li/sales/lists/orgs",
    decode=decode_organisations,
    pages=Pages(style="page number", size=_PAGE),
    credits=1,
    credit_kind="standard",
)


class SalesLists:
    """The part of ``lix.sales`` that is about saved lists."""

    _core: Core

    def lead_list(
        self,
        list_id: str | int,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Person]:
        """Stream a saved list of leads (Lix API, operation get_sales_lead_list). A page of 25 costs 1 Standard credit.

        Args:
            list_id: The number in the list's address.
            viewer_id: The connected account, which must own the list; the client's by default.
            max_items: Stop after so many leads; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same list.

        Yields:
            Person: in the order of the list.

        Raises:
            InvalidArgumentError: the id does not consist of digits, or no viewer is named.
            CursorError: the cursor is damaged or of another list.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        params = (("list_id", digits("list_id", list_id)), ("viewer_id", self._core.viewer(viewer_id)))
        return paged(self._core, GET_SALES_LEAD_LIST, lambda query: PageNumberCursor(query=query), params, **bounds)

    def account_list(
        self,
        list_id: str | int,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Organisation]:
        """Stream a saved list of accounts (Lix API, operation get_sales_account_list).

        A page of 25 costs 1 Standard credit.

        Args:
            list_id: The number in the list's address.
            viewer_id: The connected account, which must own the list; the client's by default.
            max_items: Stop after so many accounts; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same list.

        Yields:
            Organisation: in the order of the list.

        Raises:
            InvalidArgumentError: the id does not consist of digits, or no viewer is named.
            CursorError: the cursor is damaged or of another list.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        bounds = Bounds(max_items=max_items, max_credits=max_credits, resume=resume)
        params = (("list_id", digits("list_id", list_id)), ("viewer_id", self._core.viewer(viewer_id)))
        return paged(self._core, GET_SALES_ACCOUNT_LIST, lambda query: PageNumberCursor(query=query), params, **bounds)
