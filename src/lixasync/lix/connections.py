"""Connections of a viewer (Lix API, section LinkedIn Account API)."""

from __future__ import annotations

from lixasync.lix.core import Core
from lixasync.lix.listing import PageOf, paged
from lixasync.models import Connection
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.transport.operation import Operation, Pages

PAGE_CAP = 1000
"""Connections a page may hold, as documented."""


LIST_CONNECTIONS = Operation(
    id="list_connections",
    method="GET",
    path="/v1/connections",
    decode=PageOf(kind=Connection, items_key="elements", envelope="connections_response"),
    pages=Pages(style="offset", size=PAGE_CAP),
    credits=1,
)


def connections(
    core: Core,
    viewer_id: str | None,
    *,
    page_size: int,
    include_profile_pictures: bool | None,
    max_items: int | None,
    max_credits: int | None,
    resume: str | None,
) -> Pager[Connection]:
    """Make the pager behind `LixClient.connections`."""
    count = check_page_size(page_size, PAGE_CAP)
    pictures = None if include_profile_pictures is None else str(include_profile_pictures).lower()
    return paged(
        core,
        LIST_CONNECTIONS,
        lambda query: OffsetCursor(query=query, count=count),
        (("viewer_id", core.viewer(viewer_id)),),
        choices=(("include_profile_pictures", pictures),),
        page_size=count,
        max_items=max_items,
        max_credits=max_credits,
        resume=resume,
    )
