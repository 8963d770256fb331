"""Connections of a viewer (Lix API, section LinkedIn Account API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.lix.core import Core
from lixasync.models import Connection
from lixasync.paging.cursor import fingerprint
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Source
from lixasync.transport.operation import Operation

PAGE_CAP = 1000
"""Connections a page may hold, as documented."""


def _decode(decoder: Decoder, data: Any) -> Batch[Connection]:
    listing = decoder.listing(data, Connection, items_key="elements", envelopes=("connections_response",))
    return Batch(items=listing.items, total=listing.total, size=listing.count, meta=listing.meta)


LIST_CONNECTIONS = Operation(
    id="list_connections",
    method="GET",
    path="/v1/connections",
    decode=_decode,
    credits=1,
    credit_kind="unstated",
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
    viewer = core.viewer(viewer_id)
    pictures = None if include_profile_pictures is None else str(include_profile_pictures).lower()

    async def fetch(position: Mapping[str, str]) -> Batch[Connection]:
        params = (("viewer_id", viewer), *position.items(), ("include_profile_pictures", pictures))
        return await core.send(LIST_CONNECTIONS, params)

    source = Source(
        begin=OffsetCursor(query=fingerprint(LIST_CONNECTIONS.id, viewer), count=check_page_size(page_size, PAGE_CAP)),
        fetch=fetch,
        credits=LIST_CONNECTIONS.credits,
        page_size=page_size,
        cap=None,
        limit=lambda: core.pipeline.limiter.limit,
    )
    return Pager(source, max_items=max_items, max_credits=max_credits, resume=resume)
