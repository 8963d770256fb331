"""Following the connections of a viewer, by comparing whole listings: the API has no modified-since."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Self

from lixasync.lix.connections import connections
from lixasync.lix.core import Core
from lixasync.models import Connection
from lixasync.paging.cursor import StopReason
from lixasync.paging.pager import Pager
from lixasync.polling.changes import Listed
from lixasync.polling.listing import watch_listing
from lixasync.polling.store import StateStore
from lixasync.polling.watch import Watch


def watch_connections(
    core: Core,
    viewer_id: str | None,
    *,
    every: float | timedelta,
    state: str | os.PathLike[str] | StateStore,
    page_size: int,
) -> Watch[Connection]:
    """Make the watch behind `LixClient.watch_connections`."""
    viewer = core.viewer(viewer_id)

    def listing() -> Pager[Connection]:
        return connections(
            core,
            viewer,
            page_size=page_size,
            include_profile_pictures=None,
            max_items=None,
            max_credits=None,
            resume=None,
        )

    async def fetch() -> Listed[Connection]:
        reading = _Reading(listing())
        return Listed(items=reading, complete=reading.complete, total=lambda: reading.total)

    listing()  # what is wrong with the arguments is said now, not at the first poll
    return watch_listing(fetch, every=every, state=state, query=f"lix connections {viewer}", content=_content)


def _content(connection: Connection) -> dict[str, Any]:
    # The address of a picture is signed anew for each answer.
    return {name: value for name, value in connection.to_dict().items() if name != "profile_picture"}


class _Reading:
    """One listing, item by item; it remembers the largest total that any page told."""

    def __init__(self, pager: Pager[Connection]) -> None:
        self._pager = pager
        self._items = aiter(pager)
        self.total: int | None = None

    def complete(self) -> bool:
        """Say whether the listing was read to its end."""
        return self._pager.stopped is StopReason.EXHAUSTED

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Connection:
        item = await anext(self._items)
        total = self._pager.total
        if total is not None:
            self.total = max(self.total or 0, total)
        return item
