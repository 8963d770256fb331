"""A query that matches more than the server lists, divided until each part fits. Pure.

First every part is asked for its first page, and divided when it does not fit; then each part is read to its end. So
what the rest costs is known once the last first page has come.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Self, TypeVar
from urllib.parse import quote, unquote

import attrs
import msgspec

from lixasync.errors import CursorError
from lixasync.paging.cursor import PART, Cursor, PageFacts, StopReason, fixed
from lixasync.paging.merged import MergedCursor
from lixasync.paging.page_number import PageNumberCursor

Path = tuple[str, ...]
"""The values by which a part was divided from the whole, one for each division; empty for the whole."""


def path_of(request: Mapping[str, str]) -> Path:
    """Return which part a request of a partition belongs to."""
    part = request.get(PART, "")
    return tuple(map(unquote, part.split("/"))) if part else ()


@attrs.frozen(kw_only=True)
class Part:
    """A part of a divided query, as far as it is known.

    Attributes:
        values: The values by which it was divided from the whole, one for each division; empty for the whole.
        total: Items that match, as the server said.
        divided: Whether it was divided further.
        covered: Whether what it was divided into is the whole of it.
        read: Items read of it; of a divided part its first page only.
        done: Whether nothing of it is left to read.
        names: The values for people to read, as far as they are known.
    """

    values: Path
    total: int
    divided: bool = False
    covered: bool = False
    read: int = 0
    done: bool = False
    names: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Coverage:
    """How far a divided query can be reached, and what the rest of it costs.

    Attributes:
        total: Items that match the whole query, as the server said; None before it was asked. LinkedIn's own search
            never says more than the cap.
        reachable: Items that the parts list together; those that are in two parts count twice.
        unreachable: Items at least that no part lists: beyond the cap of a part that cannot be divided further, or
            without any of the values a query was divided by (unless the first page of all was theirs). After a whole
            run it is what was not delivered.
        uncertain: Whether more may be out of reach than ``unreachable`` tells: a total that just equals the cap may be
            that of a longer list.
        parts: All parts, in the order in which they were asked for.
        complete: Whether every part is known, so that the figures are those of the whole query.
        requests: Requests the rest takes, failures aside; a lower bound until ``complete``.
        credits: Credits the rest costs; a lower bound until ``complete``.
        seconds: Time the rest takes at the permitted rate, with nobody else waiting; a lower bound until ``complete``.
    """

    total: int | None
    reachable: int
    unreachable: int
    uncertain: bool
    parts: tuple[Part, ...]
    complete: bool
    requests: int
    credits: int
    seconds: float


@attrs.frozen(kw_only=True)
class PartitionCursor(MergedCursor):
    """A position in a query that is divided into parts.

    Attributes:
        begin: The cursor at the beginning of any part.
        cap: Items the server lists of one query.
        inner: The position in the part being read.
        asking: Parts whose first page has not been read, the next one first.
        reading: Parts whose first page has been read, but not the rest, with the position in each.
        parts: What is known of every part whose first page has been read.
    """

    begin: PageNumberCursor = fixed()  # noqa: RUF009 - declares an attribute
    cap: int = fixed()
    inner: Cursor = fixed(attrs.Factory(lambda self: self.begin, takes_self=True))  # noqa: RUF009 - declares an attribute
    asking: tuple[Path, ...] = ((),)
    reading: tuple[tuple[Path, dict[str, Any]], ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def surveyed(self) -> bool:
        """Whether the first page of every part has been read."""
        return not self.asking

    def request(self) -> Mapping[str, str]:
        """Return the parameters of the part being read, and which one that is."""
        path = self.asking[0] if self.asking else self.reading[0][0]
        return {PART: "/".join(quote(value, safe="") for value in path), **self.inner.request()}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        inner, old = self.inner.after(page)
        following = self._having_read(page.identities[old:], inner)
        if not self.asking:
            return (_read_to_its_end(following, page, inner) if inner.stopped else following), old
        if inner.request().get("page") == self.inner.request().get("page"):
            return following, old  # the first page is asked for again
        return _asked(following, page, inner), old

    @property
    def unreachable(self) -> int:
        """Items at least that no part lists, as far as parts are known; see `Coverage`."""
        if not self.parts:
            return 0
        total = self.parts[0].total
        predicted = min(sum(self._left_out()), total - len(self.seen))
        over = not self.asking and not self.reading
        return max(0, predicted, total - self.delivered if over else 0)

    @property
    def uncertain(self) -> bool:
        """Whether more may be out of reach than is told; see `Coverage`."""
        return self._clips and any(part.total >= self.cap and not part.covered for part in self.parts)

    @property
    def _clips(self) -> bool:
        """Whether the total of the whole is the cap itself, so that nobody knows by how much it is exceeded."""
        return bool(self.parts) and self.parts[0].total == self.cap

    def _left_out(self) -> Iterator[int]:
        children: dict[Path, list[Part]] = {}
        for part in self.parts:
            children.setdefault(part.values[:-1], []).append(part)
        waiting = {path[:-1] for path in self.asking}
        for part in self.parts:
            if part.divided:
                if part.values not in waiting:
                    found = sum(child.total for child in children.get(part.values, ()) if child.values)
                    yield max(0, part.total - found)
            elif part.done:
                yield max(0, part.total - part.read)
            else:
                yield max(0, part.total - self.cap)

    def coverage(self, *, page_size: int, credits: int, seconds: float) -> Coverage:  # noqa: A002 - the field's own word
        """Return how far the query can be reached.

        Args:
            page_size: Items a page holds at least.
            credits: Credits a page costs.
            seconds: Time a request takes at the permitted rate.
        """
        leaves = [part for part in self.parts if not part.divided]
        states = dict(self.reading)
        if self.reading and not self.asking:
            states[self.reading[0][0]] = self.inner.state()
        left = (
            _pages_left(min(part.total, self.cap), self.begin.restored(states[part.values]), page_size)
            for part in leaves
            if not part.done
        )
        requests = sum(left) + len(self.asking)
        return Coverage(
            total=self.parts[0].total if self.parts else None,
            reachable=sum(min(part.total, self.cap) for part in leaves),
            unreachable=self.unreachable,
            uncertain=self.uncertain,
            parts=self.parts,
            complete=self.surveyed,
            requests=requests,
            credits=requests * credits,
            seconds=max(0, requests - 1) * seconds,
        )

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same query with another state; see `Cursor.restored`."""
        here = super().restored(state)
        if not here.asking and not here.reading and here.stopped is None:
            raise CursorError("The cursor was made by another version of lixasync.")
        for _, waiting in here.reading:
            self.begin.restored(waiting)
        return attrs.evolve(here, inner=self.begin.restored(state["inner"]))

    def state(self) -> dict[str, Any]:
        """Return what of the cursor does not follow from the query; see `Cursor.state`."""
        return {**super().state(), "parts": msgspec.to_builtins(self.parts)}


C = TypeVar("C", bound=PartitionCursor)


def _pages_left(items: int, position: PageNumberCursor, page_size: int) -> int:
    """Return how many pages of a part have not been read; at least the one that shows its end."""
    return max(1, math.ceil(items / max(page_size, position.largest)) - (position.page - 1))


def _asked(cursor: C, page: PageFacts, inner: Cursor) -> C:
    """Return the cursor after the first page of a part."""
    path, rest = cursor.asking[0], cursor.asking[1:]
    total = inner.delivered if page.total is None else page.total
    whole = cursor.parts[0].total if cursor.parts else total
    # A total of just the cap may be that of a longer list, unless the whole has shown that totals go beyond it.
    fits = total < cursor.cap or total == cursor.cap < whole
    values = () if fits else tuple(dict.fromkeys(filter(None, page.divisions)))
    divided = bool(values)
    part = Part(
        values=path,
        total=total,
        divided=divided,
        covered=divided and page.covers,
        read=inner.delivered,
        done=divided or inner.stopped is not None,
    )
    children = tuple((*path, value) for value in values)
    reading = cursor.reading if part.done else (*cursor.reading, (path, inner.state()))
    cut = cursor.cut if divided else cursor.cut_by(inner)
    return _turned(
        attrs.evolve(cursor, asking=(*rest, *children), reading=reading, parts=(*cursor.parts, part), cut=cut)
    )


def _read_to_its_end(cursor: C, page: PageFacts, inner: Cursor) -> C:
    """Return the cursor after the last page of a part."""
    path = cursor.reading[0][0]
    parts = tuple(
        attrs.evolve(part, read=inner.delivered, done=True, total=part.total if page.total is None else page.total)
        if part.values == path
        else part
        for part in cursor.parts
    )
    return _turned(attrs.evolve(cursor, reading=cursor.reading[1:], parts=parts, cut=cursor.cut_by(inner)))


def _turned(cursor: C) -> C:
    """Return the cursor at the part that comes next."""
    if cursor.asking:
        return attrs.evolve(cursor, inner=cursor.begin)
    if cursor.reading:
        return attrs.evolve(cursor, inner=cursor.begin.restored(cursor.reading[0][1]))
    if cursor.unreachable or cursor.uncertain:
        return cursor.stop(cursor.cut or StopReason.SERVER_CAP)
    # With everything delivered that a total beyond the cap promised, no part was cut short.
    proven = cursor.parts[0].total > cursor.cap
    return cursor.stop(StopReason.EXHAUSTED if proven else cursor.cut or StopReason.EXHAUSTED)
