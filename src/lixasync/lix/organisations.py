"""Organisations and their followers (Lix API, section Enrichment API)."""

from __future__ import annotations

import re
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.organisations import organisation, organisations
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.links import company_link
from lixasync.lix.listing import PageOf, paged
from lixasync.models import Follower, Organisation
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation, Pages

_FOLLOWERS_PAGE = 100
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")


def _organisations(decoder: Decoder, data: Any) -> tuple[Organisation, ...]:
    return organisations(decoder, data).items


GET_ORGANISATION = Operation(
    id="get_organisation",
    method="GET",
    path="/v1/organisations/by-linkedin",
    decode=organisation,
    credits=1,
    credit_kind="org",
)

LIST_ORGANISATIONS_BY_WEBSITE = Operation(
    id="list_organisations_by_website",
    method="GET",
    path="/v1/organisations/by-website",
    decode=_organisations,
    credits=1,
    credit_kind="org",
    newer=True,
)

LIST_ORGANISATIONS_BY_DOMAIN = Operation(
    id="list_organisations_by_domain",
    method="GET",
    path="/v1/organisations/by-domain/{domain}",
    decode=_organisations,
    credits=1,
    credit_kind="org",
    newer=True,
)

LIST_COMPANY_FOLLOWERS = Operation(
    id="list_company_followers",
    method="GET",
    path="/v1/organisations/followers",
    decode=PageOf(kind=Follower, items_key="followers"),
    pages=Pages(style="offset", size=_FOLLOWERS_PAGE),
    credits=1,
    credit_kind="standard",
)


class Organisations:
    """The part of ``lix.enrichment`` that is about organisations."""

    _core: Core

    async def organisation(self, link: str, *, viewer_id: str | None = None) -> Organisation:
        """Return the organisation behind a link (Lix API, operation get_organisation). Costs 1 Org credit.

        Args:
            link: Address of its page on LinkedIn, or in Sales Navigator.
            viewer_id: The connected account to look as; the client's by default.

        Returns:
            Organisation: ``remark`` holds what the server found wrong with an answer it gave all the same.

        Raises:
            InvalidArgumentError: the text is not the address of a company.
            NotFoundError: there is no such organisation.
            APIError: see `lixasync.errors`.
        """
        address, sales = company_link(link)
        viewer = self._core.any_viewer(viewer_id)
        params = (("sales_nav_url" if sales else "linkedin_url", address), ("viewer_id", viewer))
        return await self._core.send(GET_ORGANISATION, params)

    async def organisations_by_website(self, website: str) -> tuple[Organisation, ...]:
        """Return the organisations of a website (Lix API, operation list_organisations_by_website).

        Costs 1 Org credit. Newer than the documentation this SDK follows; it may change.

        Args:
            website: Address of the site, or its bare domain.

        Returns:
            tuple[Organisation, ...]: five at most; empty when none is known.

        Raises:
            InvalidArgumentError: the text is empty.
            APIError: see `lixasync.errors`.
        """
        return await self._core.send(LIST_ORGANISATIONS_BY_WEBSITE, (("website", required("website", website)),))

    async def organisations_by_domain(self, domain: str) -> tuple[Organisation, ...]:
        """Return the organisations of a domain (Lix API, operation list_organisations_by_domain).

        Costs 1 Org credit. An older name of `organisations_by_website`, which may no longer be served.

        Args:
            domain: A bare domain, such as ``lix-it.com``.

        Returns:
            tuple[Organisation, ...]: five at most; empty when none is known.

        Raises:
            InvalidArgumentError: the text is not a bare domain.
            APIError: see `lixasync.errors`.
        """
        bare = required("domain", domain)
        if not _DOMAIN.fullmatch(bare):
            raise InvalidArgumentError(
                f"This is not a bare domain: {bare[:100]!r}.",
                hint="It looks like lix-it.com; for the address of a site use organisations_by_website.",
            )
        return await self._core.send(LIST_ORGANISATIONS_BY_DOMAIN.at(domain=bare))

    def followers(
        self,
        link: str,
        *,
        viewer_id: str | None = None,
        page_size: int = _FOLLOWERS_PAGE,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Follower]:
        """Stream the followers of a company's page (Lix API, operation list_company_followers).

        A page costs 1 Standard credit.

        Args:
            link: Address of the page on LinkedIn, or in Sales Navigator.
            viewer_id: The connected account that manages the page; the client's by default.
            page_size: Followers to ask for per page, 1 to 100.
            max_items: Stop after so many followers; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same page.

        Yields:
            Follower: in the server's order.

        Raises:
            PageSizeError: ``page_size`` outside 1 to 100.
            InvalidArgumentError: the text is not the address of a company, or no viewer is named.
            CursorError: the cursor is damaged or of another stream.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        count = check_page_size(page_size, _FOLLOWERS_PAGE)
        return paged(
            self._core,
            LIST_COMPANY_FOLLOWERS,
            lambda query: OffsetCursor(query=query, count=count),
            (("profile_link", company_link(link)[0]), ("viewer_id", self._core.viewer(viewer_id))),
            page_size=count,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )
