"""Many calls as one async iterator."""

from __future__ import annotations

import math
from typing import Generic, TypeVar

from lixasync.paging.cursor import StopReason
from lixasync.paging.page import Plan
from lixasync.paging.reader import Reader
from lixasync.paging.source import Identified, Source
from lixasync.paging.streams import Items, Pages, Prefetch, Stream
from lixasync.transport.caller import whole_number

T = TypeVar("T", bound=Identified)


class Pager(Generic[T]):
    """A query with pages: iterate it with ``async for`` and get every item, in order, once.

    Each ``async for`` starts at the beginning (or at ``resume``). When one was interrupted, ``cursor`` tells where to
    go on, and so do ``error.cursor`` and ``page.cursor``; hand it to the same method as ``resume=``.

    Args:
        source: Where the pages come from.
        max_items: Stop after so many items; None for all.
        max_credits: Stop before the page that would cost more than so many credits in all; None for no such limit.
            Answers that were lost on the way count too, for they may have been charged.
        resume: A cursor string of the same query.

    Raises:
        InvalidArgumentError: a limit that is negative, or no whole number.
        CursorError: a cursor that is damaged or of another query.
    """

    def __init__(
        self,
        source: Source[T],
        *,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> None:
        self._source = source
        self._max_items = _limit("max_items", max_items)
        self._max_credits = _limit("max_credits", max_credits)
        self._begin = source.begin if resume is None else source.begin.resumed(resume)
        self._latest: Stream | None = None

    @property
    def cursor(self) -> str:
        """Where to go on after everything that the latest iteration delivered, to the item."""
        return str(self._begin) if self._latest is None else self._latest.cursor

    @property
    def stopped(self) -> StopReason | None:
        """Why the latest iteration ended; None while it goes on, or was interrupted.

        ``StopReason.EXHAUSTED`` alone means that everything was delivered.
        """
        return None if self._latest is None else self._latest.stopped

    @property
    def total(self) -> int | None:
        """How many items there are in all, as the server said in the latest iteration; see `Page.total`.

        Of a stream out of several queries it is the sum over those read so far.
        """
        return None if self._latest is None else self._latest.reader.total

    @property
    def num_results(self) -> int | None:
        """How many items match, as the server said in the latest iteration; see `Page.num_results` and `total`."""
        return None if self._latest is None else self._latest.reader.num_results

    def __aiter__(self) -> Items[T]:
        reader = self._reader()
        self._latest = items = Items(reader.read, reader)
        return items

    def pages(self) -> Pages[T]:
        """Return a stream of whole pages (`Page`), each with the cursor after it."""
        self._latest = pages = Pages(self._reader())
        return pages

    def prefetch(self, pages: int = 1) -> Prefetch[T]:
        """Fetch the next pages while you work on the present one.

        Use it as ``async with pager.prefetch(2) as items: async for item in items: ...``.

        Args:
            pages: How many pages to hold ready, from 1 up. Each is paid for when it is fetched.

        Raises:
            InvalidArgumentError: ``pages`` below 1.
        """
        return Prefetch(self._reader(), whole_number("pages", pages, least=1), self._remember)

    async def collect(self) -> list[T]:
        """Return all items as a list. Mind the memory: set ``max_items`` when the number is unknown."""
        return [item async for item in self]

    async def first(self) -> T | None:
        """Return the first item, or None when there is none; one page is fetched."""
        async for item in self:
            return item
        return None

    def plan(self) -> Plan:
        """Return what a run costs at most, as far as it is known without asking the server."""
        source = self._source
        bounds = [bound for bound in (self._max_items, source.cap) if bound is not None]
        items = min(bounds, default=None)
        read = source.cap if source.merged else items
        requests = None if read is None or not source.page_size else math.ceil(read / source.page_size)
        if self._max_credits is not None and source.credits:
            affordable = self._max_credits // source.credits
            requests = affordable if requests is None else min(requests, affordable)
        return Plan(
            items=items,
            requests=requests,
            credits=None if requests is None else requests * source.credits,
            seconds=None if requests is None else max(0, requests - 1) * self._pace(),
        )

    def _pace(self) -> float:
        """Return the seconds from one request to the next at the permitted rate."""
        limit = self._source.limit()
        return (limit.per + limit.margin) / limit.requests

    def _reader(self) -> Reader[T]:
        return Reader(self._source, self._begin, self._max_items, self._max_credits)

    def _remember(self, items: Items[T]) -> None:
        self._latest = items


def _limit(name: str, value: object) -> int | None:
    return None if value is None else whole_number(name, value, least=0)
