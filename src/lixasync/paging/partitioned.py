"""A pager of a query that is divided into parts."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

import attrs

from lixasync.errors import LixasyncError
from lixasync.paging.cursor import Cursor
from lixasync.paging.page import Plan
from lixasync.paging.pager import Pager
from lixasync.paging.partition import Coverage, PartitionCursor
from lixasync.paging.reader import Reader
from lixasync.paging.source import Batch, Identified, Source

T = TypeVar("T", bound=Identified)


class PartitionedPager(Pager[T], Generic[T]):
    """A `Pager` that divides its query until each part fits into what the server lists.

    Iterating it reads the first page of every part, then the rest of each; nobody is delivered twice. To know before
    what that will cost and reach, call `survey`: the pages it reads are kept, and the next iteration does not pay for
    them again.
    """

    def __init__(
        self,
        source: Source[T],
        *,
        names: Mapping[str, str] | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> None:
        self._kept = _Kept(source)
        self._names = {} if names is None else names
        super().__init__(
            attrs.evolve(source, fetch=self._kept.take), max_items=max_items, max_credits=max_credits, resume=resume
        )
        surveying = attrs.evolve(source, fetch=self._kept.keep)
        self._surveyor = Reader(surveying, self._begin, None, self._max_credits)
        self._before_survey = self._latest

    async def survey(self) -> Coverage:
        """Read the first page of every part, and return how far the query reaches and what the rest costs.

        Each part costs the price of a page. ``max_credits`` bounds the survey too: ``coverage.complete`` is then False.
        After an error call it again: it goes on where it stood.

        Raises:
            APIError: see `lixasync.errors`; its ``cursor`` is where the stream begins, for a survey delivers nothing.
        """
        self._before_survey = self._latest
        while not _position(self._surveyor.position).surveyed:
            try:
                reading = await self._surveyor.read_any()
            except LixasyncError as error:
                error.cursor = str(self._begin)
                raise
            if reading is None:
                break
        return self._coverage(self._surveyor.position)

    @property
    def coverage(self) -> Coverage:
        """How far the query reaches, as known after the latest iteration or survey; see `Coverage`."""
        return self._coverage(self._reading().position)

    @property
    def total(self) -> int | None:
        """How many items match the whole query, as the server said; None before it was asked."""
        parts = _position(self._reading().position).parts
        return parts[0].total if parts else None

    def plan(self) -> Plan:
        """Return what a run costs at most; None for what is not known before `survey`."""
        coverage = self.coverage
        if not coverage.complete:
            return super().plan()
        requests = coverage.requests
        if self._max_credits is not None and self._source.credits:
            left = max(0, self._max_credits - self._reading().credits)
            requests = min(requests, left // self._source.credits)
        items = coverage.reachable + sum(part.read for part in coverage.parts if part.divided)
        items = max(0, items - self._begin.delivered)
        if self._max_items is not None:
            items = min(items, self._max_items)
            if self._reading() is self._surveyor and self._surveyor.items >= items:
                requests = 0  # the kept pages hold enough
        return Plan(
            items=items,
            requests=requests,
            credits=requests * self._source.credits,
            seconds=max(0, requests - 1) * self._pace(),
        )

    def _reading(self) -> Reader[Any]:
        """Return what read last: the survey, or the latest iteration."""
        latest = self._latest
        return self._surveyor if latest is None or latest is self._before_survey else latest.reader

    def _coverage(self, position: Cursor) -> Coverage:
        source, names = self._source, self._names
        coverage = _position(position).coverage(
            page_size=source.page_size or 1, credits=source.credits, seconds=self._pace()
        )
        parts = [
            attrs.evolve(part, names=tuple(names.get(value, value) for value in part.values)) for part in coverage.parts
        ]
        return attrs.evolve(coverage, parts=tuple(parts))


def _position(cursor: Cursor) -> PartitionCursor:
    return cast("PartitionCursor", cursor)


class _Kept(Generic[T]):
    """Answers that were fetched ahead, to be given out once each."""

    def __init__(self, source: Source[T]) -> None:
        self._fetch = source.fetch
        self._answers: dict[tuple[tuple[str, str], ...], deque[Batch[T]]] = {}

    async def keep(self, request: Mapping[str, str]) -> Batch[T]:
        batch = await self._fetch(request)
        self._answers.setdefault(_key(request), deque()).append(batch)
        return batch

    async def take(self, request: Mapping[str, str]) -> Batch[T]:
        kept = self._answers.get(_key(request))
        return kept.popleft() if kept else await self._fetch(request)


def _key(request: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(request.items()))
