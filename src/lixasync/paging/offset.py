"""Pages by ``start`` and ``count``. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import attrs

from lixasync.paging.cursor import PATIENCE, Cursor, PageFacts, StopReason, fixed, repeated, short_hash


@attrs.frozen(kw_only=True)
class OffsetCursor(Cursor):
    """A position in a list that is read by index.

    Attributes:
        start: Index of the next page's first item.
        count: Items to ask for per page.
        largest: The largest page seen so far; a server may serve fewer than were asked for.
    """

    start: int = 0
    count: int = fixed()
    largest: int = 0

    def request(self) -> Mapping[str, str]:
        """Return ``start`` and ``count``."""
        return {"start": str(self.start), "count": str(self.count)}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        hashes = [short_hash(identity) for identity in page.identities]
        received = len(hashes)
        old = repeated(self.tail, hashes)
        new = received - old
        following = attrs.evolve(
            self,
            start=self.start + new,
            largest=max(self.largest, received),
            delivered=self.delivered + new,
            tail=self.tail_with(hashes[old:]),
            stalls=0,
        )
        # Pages overlap when the list has grown meanwhile, or when one answer was misplaced. The next page then starts
        # where the delivered items end, and a page that overlaps never ends the stream at its first showing.
        if old and new:
            return following, old
        reason = self._end(page, received, old)
        if reason is not None:
            return following.stop(reason), old
        return (following if new else attrs.evolve(self, stalls=self.stalls + 1)), old

    def _end(self, page: PageFacts, received: int, old: int) -> StopReason | None:
        total, reached = page.total, self.start + received
        short = received < max(self.largest, page.size or 0, 1)
        if old:
            # Nothing new. A short page in its place shows the end of a list that has grown at its front; a full one
            # is a page that came again.
            if self.stalls and short and (total is None or reached == total):
                return StopReason.EXHAUSTED
            return StopReason.REPEATED_PAGE if self.stalls >= PATIENCE else None
        if not received:
            if total is not None and total <= self.start:
                return StopReason.EXHAUSTED
            if not self.stalls:
                return None  # an odd empty page, perhaps
            return StopReason.EXHAUSTED if total is None else StopReason.SERVER_CAP
        if total is not None and total == reached:
            # A first page as large as was asked for proves nothing: the total may be that of the page.
            return None if self.start == 0 and received == self.count else StopReason.EXHAUSTED
        if total is not None and total > reached:
            return None
        return StopReason.EXHAUSTED if short else None  # no total, or one that is too small to be true

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        taken = len(identities)
        hashes = [short_hash(identity) for identity in identities]
        return attrs.evolve(
            self, start=self.start + taken, delivered=self.delivered + taken, tail=self.tail_with(hashes)
        )

    def resumed(self, text: object) -> Self:
        """Return the cursor that a string of the same query stands for; see `Cursor.resumed`."""
        # Pages of another size say nothing of what is short now.
        return attrs.evolve(super().resumed(text), largest=0)
