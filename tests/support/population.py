"""A search over people with facets that lists only the first of those who match, and the source a pager reads it by."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import anyio
import attrs

from lixasync import RateLimit, ServerError
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.partition import PartitionCursor, Path, path_of
from lixasync.paging.source import Batch, Source
from tests.support.lists import Item


@attrs.define(kw_only=True)
class Population:
    """Serves pages of those who match, of each part of the query.

    Attributes:
        people: For each person the values it has in each facet, the first to divide by first.
        size: Items a page holds.
        cap: Items it lists of one query.
        anonymous: The people whom nothing identifies.
        clamps: Whether its totals never go beyond the cap.
        totals: Whether it tells totals.
        covers: Whether everybody has a value of each facet, and it says so.
        faults: The answers (from 1) in whose place an error comes.
        asked: The part and the page number of each request that was answered.
    """

    people: list[tuple[frozenset[str], ...]]
    size: int
    cap: int
    anonymous: frozenset[int] = frozenset()
    clamps: bool = False
    totals: bool = True
    covers: bool = False
    faults: frozenset[int] = frozenset()
    latency: float = 0.0
    asked: list[tuple[Path, int]] = attrs.field(factory=list)
    requests: int = 0

    @property
    def facets(self) -> int:
        return len(self.people[0]) if self.people else 0

    def matching(self, path: Path) -> list[Item]:
        return [
            Item(number, None if number in self.anonymous else f"id-{number}")
            for number, values in enumerate(self.people)
            if all(value in have for value, have in zip(path, values, strict=False))
        ]

    def total(self, path: Path) -> int:
        total = len(self.matching(path))
        return min(total, self.cap) if self.clamps else total

    def values(self, path: Path) -> tuple[str, ...]:
        """Return the values of the next facet."""
        return tuple(sorted({value for have in self.people for value in have[len(path)]}))

    def parts(self, path: Path = ()) -> Iterator[tuple[Path, bool]]:
        """Return all parts that there have to be, and whether each is divided."""
        over = self.total(path) > self.cap or self.total(path) == self.cap == self.total(())
        divided = over and len(path) < self.facets and bool(self.values(path))
        yield path, divided
        if divided:
            for value in self.values(path):
                yield from self.parts((*path, value))

    def reachable(self) -> set[Item]:
        """Return everybody whom the parts list, with the first page of those that are divided."""
        return {
            item for path, divided in self.parts() for item in self.matching(path)[: self.size if divided else self.cap]
        }

    def requests_in_all(self) -> int:
        """Return how many requests reading everything takes."""
        return sum(
            1 if divided else max(1, math.ceil(min(self.total(path), self.cap) / self.size))
            for path, divided in self.parts()
        )

    async def fetch(self, request: Mapping[str, str]) -> Batch[Item]:
        await anyio.sleep(self.latency)
        self.requests += 1
        if self.requests in self.faults:
            raise ServerError("out of order")
        path, page = path_of(request), int(request["page"])
        self.asked.append((path, page))
        listed = self.matching(path)[: self.cap]
        start = (page - 1) * self.size
        return Batch(
            items=tuple(listed[start : start + self.size]),
            total=self.total(path) if self.totals else None,
            sequence_id="/".join(path),
            divisions=self.values(path) if len(path) < self.facets else (),
            covers=self.covers,
        )

    def source(self, *, credits: int = 1) -> Source[Item]:  # noqa: A002 - the field's own word
        begin = PageNumberCursor(query="q", cap=self.cap, size=self.size)
        return Source(
            begin=PartitionCursor(query="q", begin=begin, cap=self.cap),
            fetch=self.fetch,
            credits=credits,
            page_size=self.size,
            cap=None,
            limit=lambda: RateLimit(1, per=3.0, margin=0.0),
            merged=True,
        )


def people(*groups: tuple[int, str]) -> list[tuple[frozenset[str], ...]]:
    """Make people from counts and the values they have.

    Args:
        groups: How many, and their values: ``"ab"`` is two values of one facet, ``"a/x"`` one of each of two facets,
            ``"/x"`` none of the first.
    """
    return [tuple(map(frozenset, values.split("/"))) for count, values in groups for _ in range(count)]


def crowd(*groups: tuple[int, str], size: int = 5, cap: int = 20, **more: object) -> Population:
    """Make a population; see `people`."""
    return Population(people=people(*groups), size=size, cap=cap, **more)  # type: ignore[arg-type]


def mixed(**more: object) -> Population:
    """Two levels: ``a`` has to be divided again, 3 of it cannot be; some have two values; 2 of 73 have none."""
    return crowd((18, "a/x"), (23, "a/y"), (4, "ab/x"), (14, "b/y"), (12, "c/"), (2, "/x"), **more)
