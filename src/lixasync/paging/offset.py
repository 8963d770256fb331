"""Pages by ``start`` and ``count``. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs

from lixasync.errors import CursorError
from lixasync.paging.cursor import PATIENCE, Cursor, PageFacts, StopReason, fixed, short_hash


@attrs.frozen(kw_only=True)
class OffsetCursor(Cursor):
    """A position in a list that is read by index.

    Attributes:
        start: Index of the next page's first item.
        count: Items to ask for per page; None leaves pages to the server.
        largest: The largest page seen so far; a server may serve fewer than were asked for.
        cap: How many items the server lists at most, as documented; None when no such cap is.
        exact_total: Whether the server's total is known to be that of the whole list, never that of the page.
        empty_ends: Whether an empty page without a total is taken for the end at once.
        total: The total as the server last told it, where it is exact.
        sequence_id: The token that keeps the order of results the same from page to page, where the server gives one.
    """

    start: int = 0
    count: int | None = fixed()
    largest: int = 0
    cap: int | None = fixed(None)
    exact_total: bool = fixed(False)
    empty_ends: bool = fixed(False)
    total: int | None = None
    sequence_id: str | None = None

    def request(self) -> Mapping[str, str]:
        """Return ``start``, ``count`` and the sequence id; what is left to the server is left out."""
        sequence = {} if self.sequence_id is None else {"sequence_id": self.sequence_id}
        if self.count is None:
            return {"start": str(self.start), **sequence} if self.start else sequence
        count = self.count if self.cap is None else max(1, min(self.count, self.cap - self.start))
        return {"start": str(self.start), "count": str(count), **sequence}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        hashes = [short_hash(identity) for identity in page.identities]
        received = len(hashes)
        left = self._left(page)
        if left:
            # Who has left the list has moved the others up, perhaps past the start of this page: it is asked for from
            # so much earlier, and the overlap shows what is new.
            back = attrs.evolve(self, start=max(0, self.start - left), total=page.total, stalls=self.stalls + 1)
            return back, received
        old = self.known(page, hashes)
        new = received - old
        following = attrs.evolve(
            self,
            sequence_id=page.sequence_id or self.sequence_id,
            start=self.start + new,
            largest=max(self.largest, received),
            delivered=self.delivered + new,
            tail=self.tail_with(hashes[old:]),
            landmarks=self.landmarks_with(page, hashes, self.delivered + new),
            stalls=0,
            total=page.total if self.exact_total else None,
        )
        # Pages overlap when the list has grown meanwhile, or when one answer was misplaced. The next page then starts
        # where the delivered items end, and a page that overlaps never ends the stream at its first showing.
        if old and new:
            return following, old
        reason = self._end(page, received, old)
        if reason is not None:
            return following.stop(reason), old
        return (following if new else attrs.evolve(self, stalls=self.stalls + 1)), old

    def _left(self, page: PageFacts) -> int:
        """Return by how many the list has shrunk since the page before, as far back as delivered items are known."""
        whole = self.cap is None and not self.stalls
        if not whole or self.total is None or page.total is None or not any(self.tail):
            return 0
        return max(0, min(self.total - page.total, len(self.tail)))

    def _end(self, page: PageFacts, received: int, old: int) -> StopReason | None:
        total, reached = page.total, self.start + received
        if self.cap is not None and reached >= self.cap:
            return (
                self._complete(page, reached) if total is not None and total < self.cap else self._capped(page, reached)
            )
        short = received < max(self.largest, page.size or 0, 1)
        if self.exact_total and received and not any(page.identities):
            # Nothing would show that such a page came again, so one that is smaller than was asked for is the last,
            # or one that reaches beyond the total.
            short = total is not None or self.count is None or received < self.count
        if old:
            # Nothing new. A short page in its place shows the end of a list that has grown at its front; a full one
            # is a page that came again.
            if self.stalls and short and (total is None or reached == total):
                return self._complete(page, reached)
            return StopReason.REPEATED_PAGE if self.stalls >= PATIENCE else None
        if not received:
            if total is not None and total <= self.start:
                return self._complete(page, reached)
            if not self.stalls and not (self.empty_ends and total is None):
                return None  # an odd empty page, perhaps
            return StopReason.EXHAUSTED if total is None else StopReason.SERVER_CAP
        if total is not None and total == reached:
            # A first page as large as was asked for proves nothing: the total may be that of the page.
            doubtful = self.start == 0 and received == self.count and not self.exact_total
            return None if doubtful else self._complete(page, reached)
        if total is not None and total > reached:
            return None
        return StopReason.EXHAUSTED if short else None  # no total, or one that is too small to be true

    @staticmethod
    def _complete(page: PageFacts, reached: int) -> StopReason:
        """Say why a list ends that was read to its end: more may match than it lists."""
        more = page.num_results is not None and page.num_results > reached
        return StopReason.SERVER_CAP if more else StopReason.EXHAUSTED

    @staticmethod
    def _capped(page: PageFacts, reached: int) -> StopReason:
        """Say why a list ends at the cap: only the number of matches can prove that nothing lies beyond."""
        proven = page.num_results is not None and page.num_results <= reached
        return StopReason.EXHAUSTED if proven else StopReason.SERVER_CAP

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        taken = len(identities)
        hashes = [short_hash(identity) for identity in identities]
        return attrs.evolve(
            self, start=self.start + taken, delivered=self.delivered + taken, tail=self.tail_with(hashes)
        )

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same query with another state; see `Cursor.restored`."""
        # Pages of another size say nothing of what is short now.
        cursor = attrs.evolve(super().restored(state), largest=0)
        if cursor.start < 0 or cursor.delivered < 0:
            raise CursorError("The cursor points before the beginning.")
        return cursor
