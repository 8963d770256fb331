"""Reads a query page by page and knows where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import attrs

from lixasync.errors import LixasyncError
from lixasync.limits.meter import METER, Meter
from lixasync.paging.cursor import PART, Cursor, PageFacts, StopReason
from lixasync.paging.page import Page
from lixasync.paging.source import Identified, Source

T = TypeVar("T", bound=Identified)


@attrs.frozen(kw_only=True)
class Reading(Generic[T]):
    """One page as it was read.

    Attributes:
        page: The page.
        origin: The cursor before it.
        identities: What identifies each item of the answer behind the old ones.
        fresh: Which of these are the page's items.
    """

    page: Page[T]
    origin: Cursor
    identities: tuple[str | None, ...]
    fresh: Sequence[int]

    def cursor_after(self, taken: int) -> str:
        """Return where to go on when only the first ``taken`` items of the page have been delivered."""
        if taken >= len(self.page.items):
            return self.page.cursor
        return str(self.origin.within(self.identities[: self.fresh[taken - 1] + 1]) if taken else self.origin)


class Reader(Generic[T]):
    """Fetches the pages of a query one after another, within the caller's own limits.

    After an error it stands where it stood: reading again asks for the same page.

    Attributes:
        position: The cursor before the next page.
        stopped: Why there are no more pages; None while there may be.
        total: How many items there are in all, as the latest answer said; of a stream out of several queries, the sum
            over those read so far.
        num_results: How many items match, likewise.
        credits: Credits spent.
        items: Items read.
    """

    def __init__(self, source: Source[T], begin: Cursor, max_items: int | None, max_credits: int | None) -> None:
        self._source = source
        self._max_items = max_items
        self._max_credits = max_credits
        self.items = 0
        self.position = begin
        self.stopped: StopReason | None = None
        self.total: int | None = None
        self.num_results: int | None = None
        self.credits = 0
        self._said: dict[str, tuple[int | None, int | None]] = {}

    async def read(self) -> Reading[T] | None:
        """Return the next page that holds anything new; None at the end, when ``stopped`` says why."""
        while (reading := await self.read_any()) is not None:
            if reading.page.items:
                return reading
        return None

    async def read_any(self) -> Reading[T] | None:
        """Return the next page, whatever it holds; None at the end, when ``stopped`` says why."""
        self.stopped = self._reason_to_stop()
        return None if self.stopped is not None else await self._fetch()

    def _reason_to_stop(self) -> StopReason | None:
        if self.position.stopped is not None:
            return self.position.stopped
        if self._max_items is not None and self.items >= self._max_items:
            return StopReason.MAX_ITEMS
        if self._max_credits is not None and self.credits + self._source.credits > self._max_credits:
            return StopReason.MAX_CREDITS
        return None

    async def _fetch(self) -> Reading[T]:
        here = self.position
        request = here.request()
        left = None if self._max_credits is None else self._max_credits - self.credits
        meter = Meter(left=left, outer=METER.get())
        before = METER.set(meter)
        try:
            batch = await self._source.fetch(request)
        except BaseException as error:
            self.credits += meter.spent
            if isinstance(error, LixasyncError):
                error.cursor = str(here)
            raise
        finally:
            METER.reset(before)
        # A page that somebody else fetched at the same time counts like any other.
        self.credits += max(meter.spent, self._source.credits)
        identities = tuple(item.identity for item in batch.items)
        facts = PageFacts(
            identities=identities,
            total=batch.total,
            num_results=batch.num_results,
            size=batch.size,
            sequence_id=batch.sequence_id,
            next_token=batch.next_token,
            divisions=batch.divisions,
            covers=batch.covers,
        )
        after, old = here.after(facts)
        identities = identities[old:]
        fresh = here.fresh(identities)
        room = len(fresh) if self._max_items is None else self._max_items - self.items
        if room < len(fresh):
            fresh = fresh[:room]
            after = here.within(identities[: fresh[-1] + 1])
        self.position = after
        self.items += len(fresh)
        self._said[request.get(PART, "")] = (batch.total, batch.num_results)
        self.total, self.num_results = map(_sum, zip(*self._said.values(), strict=True))
        page = Page(
            items=tuple([batch.items[old + index] for index in fresh]),
            start=here.delivered,
            total=batch.total,
            num_results=batch.num_results,
            position=after,
            meta=batch.meta,
        )
        return Reading(page=page, origin=here, identities=identities, fresh=fresh)


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
