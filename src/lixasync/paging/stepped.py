"""Pages that are asked for one after another, by a number or a token rather than an index. Pure."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self

import attrs

from lixasync.paging.cursor import PATIENCE, Cursor, PageFacts, StopReason, short_hash


@attrs.frozen(kw_only=True)
class SteppedCursor(Cursor):
    """What cursors share whose next page does not follow from how many items have come.

    Attributes:
        skip: Items of the next page that have been delivered already.
        largest: The largest page seen so far.
        sequence_id: The token that keeps the order of results the same from page to page.
        checked: The next page has been answered before, but overlapped with what came earlier; it is asked for once
            more, lest items between the two be lost.
    """

    skip: int = 0
    largest: int = 0
    sequence_id: str | None = None
    checked: bool = False

    @abstractmethod
    def turned(self, page: PageFacts) -> Self:
        """Return the cursor of the page that follows this one."""

    @abstractmethod
    def end(self, page: PageFacts, old: int, *, passed: bool) -> StopReason | None:
        """Say why the stream ends after a page; this cursor has counted the page's items but not turned it.

        Args:
            page: The page.
            old: How many of its items had been delivered already.
            passed: Whether it is done with; otherwise it holds nothing new and is asked for again.
        """

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        hashes = [short_hash(identity) for identity in page.identities]
        received = len(hashes)
        old = self.known(page, hashes)
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
        # Ending within what was delivered of this very page, it is not an earlier one: the list has grown at its front.
        grown = bool(self.skip) and any(hashes[-1:]) and hashes[-1] in self.tail[-self.skip :]
        if overlaps and (new or grown) and not self.checked:
            return attrs.evolve(here, skip=0, stalls=0, checked=True), old
        same = hashes[-1:] == list(self.tail[-1:])  # as when it was answered before: the list itself has moved
        passed = new > 0 or (self.checked and (same or self.stalls >= PATIENCE))
        landmarks = self.landmarks_with(page, hashes, here.delivered)
        following = attrs.evolve(here.turned(page), landmarks=landmarks, skip=0, stalls=0, checked=False)
        reason = here.end(page, old, passed=passed)
        if reason is not None:
            return following.stop(reason), old
        return (following if passed else attrs.evolve(here, stalls=self.stalls + 1)), old

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        taken = len(identities)
        hashes = [short_hash(identity) for identity in identities]
        return attrs.evolve(self, skip=self.skip + taken, delivered=self.delivered + taken, tail=self.tail_with(hashes))
