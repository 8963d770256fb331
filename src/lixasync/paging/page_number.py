"""Pages by their number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import attrs

from lixasync.paging.cursor import PATIENCE, PageFacts, StopReason, fixed
from lixasync.paging.stepped import SteppedCursor


@attrs.frozen(kw_only=True)
class PageNumberCursor(SteppedCursor):
    """A position in a list whose pages are numbered.

    Attributes:
        first: The page the stream started with.
        cap: How many items the server lists at most, as documented; None when no such cap is.
        size: How many items a full page is documented to hold; 0 where the server decides.
        page: Number of the next page; the first is 1.
    """

    first: int = fixed(1)
    cap: int | None = fixed(None)
    size: int = fixed(0)
    page: int = 1

    def request(self) -> Mapping[str, str]:
        """Return ``page`` and, once there is one, ``sequence_id``."""
        page = {"page": str(self.page)}
        return page if self.sequence_id is None else {**page, "sequence_id": self.sequence_id}

    def turned(self, page: PageFacts) -> Self:  # noqa: ARG002 - numbers follow each other, whatever the page held
        """Return the cursor of the next number."""
        return attrs.evolve(self, page=self.page + 1)

    def end(self, page: PageFacts, old: int, *, passed: bool) -> StopReason | None:
        """Say why the stream ends after a page; see `SteppedCursor.end`."""
        received = len(page.identities)
        total, reached = page.total, (self.first - 1) * self.largest + self.delivered
        if self.cap is not None and reached >= self.cap and (total is None or total >= self.cap):
            return StopReason.SERVER_CAP
        if total is not None and reached == total:
            return StopReason.EXHAUSTED
        if received and not passed:
            return StopReason.REPEATED_PAGE if self.stalls >= PATIENCE else None
        if received:
            short = received < max(self.largest, self.size)
            # Nothing would show that a page without identities came again: there a total that is passed is believed.
            last = short if total is None else reached > total and (short or not any(page.identities))
            return StopReason.EXHAUSTED if last and old <= self.skip else None  # one that overlaps is no end
        if not self.stalls and (total is None or reached < total):
            return None  # an odd empty page, perhaps
        return StopReason.EXHAUSTED if total is None or reached >= total else StopReason.SERVER_CAP
