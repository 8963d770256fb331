"""Reads a query page by page and knows where it stands."""

from __future__ import annotations

from typing import Generic, TypeVar

import attrs

from lixasync.errors import LixasyncError
from lixasync.paging.cursor import Cursor, PageFacts, StopReason
from lixasync.paging.page import Page
from lixasync.paging.source import Identified, Source

T = TypeVar("T", bound=Identified)


@attrs.frozen(kw_only=True)
class Reading(Generic[T]):
    """One page as it was read.

    Attributes:
        page: The page.
        origin: The cursor before it.
        identities: What identifies each of its items.
    """

    page: Page[T]
    origin: Cursor
    identities: tuple[str | None, ...]

    def cursor_after(self, taken: int) -> str:
        """Return where to go on when only the first ``taken`` items of the page have been delivered."""
        if taken >= len(self.page.items):
            return self.page.cursor
        return str(self.origin.within(self.identities[:taken]) if taken else self.origin)


class Reader(Generic[T]):
    """Fetches the pages of a query one after another, within the caller's own limits.

    After an error it stands where it stood: reading again asks for the same page.

    Attributes:
        position: The cursor before the next page.
        stopped: Why there are no more pages; None while there may be.
    """

    def __init__(self, source: Source[T], begin: Cursor, max_items: int | None, max_credits: int | None) -> None:
        self._source = source
        self._max_items = max_items
        self._max_credits = max_credits
        self._items = 0
        self._credits = 0
        self.position = begin
        self.stopped: StopReason | None = None

    async def read(self) -> Reading[T] | None:
        """Return the next page that holds anything new; None at the end, when ``stopped`` says why."""
        while True:
            self.stopped = self._reason_to_stop()
            if self.stopped is not None:
                return None
            reading = await self._fetch()
            if reading.page.items:
                return reading

    def _reason_to_stop(self) -> StopReason | None:
        if self.position.stopped is not None:
            return self.position.stopped
        if self._max_items is not None and self._items >= self._max_items:
            return StopReason.MAX_ITEMS
        if self._max_credits is not None and self._credits + self._source.credits > self._max_credits:
            return StopReason.MAX_CREDITS
        return None

    async def _fetch(self) -> Reading[T]:
        here = self.position
        try:
            batch = await self._source.fetch(here.request())
        except LixasyncError as error:
            error.cursor = str(here)
            raise
        self._credits += self._source.credits
        identities = tuple(item.identity for item in batch.items)
        facts = PageFacts(identities=identities, total=batch.total, size=batch.size, sequence_id=batch.sequence_id)
        after, old = here.after(facts)
        items, identities = batch.items[old:], identities[old:]
        room = len(items) if self._max_items is None else self._max_items - self._items
        if room < len(items):
            items, identities = items[:room], identities[:room]
            after = here.within(identities)
        self.position = after
        self._items += len(items)
        page = Page(items=items, start=here.delivered, total=batch.total, cursor=str(after), meta=batch.meta)
        return Reading(page=page, origin=here, identities=identities)
