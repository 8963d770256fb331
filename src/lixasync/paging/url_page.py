"""Pages by a number inside a search URL. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Self

import attrs

from lixasync.paging.cursor import PATIENCE, Cursor, PageFacts, StopReason, fixed, repeated, short_hash

_PARAMETER = re.compile(r"\w+=")
_PAGE = re.compile(r"(?<=[?&#])page=(\d+)")


def page_of(url: str) -> int:
    """Return the page number a search URL already holds; 1 when it holds none."""
    found = _PAGE.search(url, _query_starts(url))
    return max(1, int(found[1])) if found else 1


def with_page(url: str, page: int) -> str:
    """Return a search URL with the page number put in, or put in place of another.

    Everything else stays as it was to the letter: the query holds text that is encoded already, sometimes twice.
    Sales Navigator keeps its query behind ``#``; the number then goes there too.
    """
    start = _query_starts(url)
    found = _PAGE.search(url, start)
    if found:
        return f"{url[: found.start(1)]}{page}{url[found.end(1) :]}"
    end = url.find("#") if "#" in url and not _in_fragment(url, start) else len(url)
    opened = start > 0
    joint = "" if opened and url[end - 1] in "?&#" else "&" if opened else "?"
    return f"{url[:end]}{joint}page={page}{url[end:]}"


def _in_fragment(url: str, start: int) -> bool:
    return start > 0 and url[start - 1] == "#"


def _query_starts(url: str) -> int:
    """Return the index behind the ``#`` or ``?`` that opens the part with the query; 0 when there is no such part."""
    fragment = url.find("#")
    if fragment >= 0 and _PARAMETER.match(url, fragment + 1):
        return fragment + 1
    return url.find("?", 0, None if fragment < 0 else fragment) + 1


@attrs.frozen(kw_only=True)
class UrlPageCursor(Cursor):
    """A position in a search whose URL holds the page number.

    Attributes:
        url: The search URL as the caller gave it.
        first: The page the stream started with.
        cap: How many items the server lists at most, as documented.
        page: Number of the next page; the first is 1.
        skip: Items of the next page that have been delivered already.
        largest: The largest page seen so far.
        sequence_id: The token that keeps the order of results the same from page to page.
        checked: The next page has been answered before, but overlapped with what came earlier; it is asked for once
            more, lest items between the two be lost.
    """

    url: str = fixed()
    first: int = fixed(1)
    cap: int = fixed()
    page: int = 1
    skip: int = 0
    largest: int = 0
    sequence_id: str | None = None
    checked: bool = False

    def request(self) -> Mapping[str, str]:
        """Return ``url`` and, once there is one, ``sequence_id``."""
        url = self.url if self.page == self.first else with_page(self.url, self.page)
        return {"url": url} if self.sequence_id is None else {"url": url, "sequence_id": self.sequence_id}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        hashes = [short_hash(identity) for identity in page.identities]
        received = len(hashes)
        old = repeated(self.tail, hashes)
        if not old and self.skip and received:
            if any(self.tail) and self.stalls < PATIENCE:
                # Some of this page was delivered before, but it does not show that: it is another page.
                return attrs.evolve(self, stalls=self.stalls + 1), received
            old = min(self.skip, received)
        new = received - old
        overlaps = old > self.skip
        here = attrs.evolve(
            self,
            largest=max(self.largest, received),
            sequence_id=page.sequence_id or self.sequence_id,
            delivered=self.delivered + new,
            tail=self.tail_with(hashes[old:]),
        )
        if overlaps and new and not self.checked:
            return attrs.evolve(here, skip=0, stalls=0, checked=True), old
        following = attrs.evolve(here, page=self.page + 1, skip=0, stalls=0, checked=False)
        reason = _end(here, page, received, old)
        if reason is not None:
            return following.stop(reason), old
        same = hashes[-1:] == list(self.tail[-1:])  # as when it was answered before: the list itself has moved
        if new or (self.checked and (same or self.stalls >= PATIENCE)):
            return following, old
        return attrs.evolve(here, stalls=self.stalls + 1), old

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        taken = len(identities)
        hashes = [short_hash(identity) for identity in identities]
        return attrs.evolve(self, skip=self.skip + taken, delivered=self.delivered + taken, tail=self.tail_with(hashes))


def _end(cursor: UrlPageCursor, page: PageFacts, received: int, old: int) -> StopReason | None:
    """Say why the stream ends after a page; ``cursor`` has counted the page's items but not turned it."""
    total, reached = page.total, (cursor.first - 1) * cursor.largest + cursor.delivered
    if reached >= cursor.cap and (total is None or total >= cursor.cap):
        return StopReason.SERVER_CAP
    if total is not None and reached == total:
        return StopReason.EXHAUSTED
    if received and old == received:
        return StopReason.REPEATED_PAGE if cursor.stalls >= PATIENCE and not cursor.checked else None
    if received:
        short = received < cursor.largest and (total is None or reached > total)
        return StopReason.EXHAUSTED if short and not old else None
    if not cursor.stalls and (total is None or reached < total):
        return None  # an odd empty page, perhaps
    return StopReason.EXHAUSTED if total is None or reached >= total else StopReason.SERVER_CAP
