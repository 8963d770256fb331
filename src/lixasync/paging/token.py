"""Pages by a token that the page before has given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import attrs

from lixasync.paging.cursor import PATIENCE, PageFacts, StopReason, fixed, short_hash
from lixasync.paging.stepped import SteppedCursor


@attrs.frozen(kw_only=True)
class TokenCursor(SteppedCursor):
    """A position in a list whose pages are chained by tokens.

    Attributes:
        name: The parameter that carries the token.
        counts: Whether ``start``, the number of items before the page, goes with the token.
        falls: Whether tokens are moments in unix milliseconds that must become older from page to page.
        token: The token of the next page; None for the first.
        start: Items on the pages before the next one.
    """

    name: str = fixed()
    counts: bool = fixed(False)
    falls: bool = fixed(False)
    token: str | None = None
    start: int = 0

    def request(self) -> Mapping[str, str]:
        """Return the token and, where it counts, ``start``; nothing for the first page."""
        start = {"start": str(self.start)} if self.counts and self.start else {}
        return start if self.token is None else {**start, self.name: self.token}

    def look(self, page: PageFacts, hashes: Sequence[str]) -> str:
        """Return what a page is known by when it comes again: its items, else its token; see `Cursor.look`."""
        return super().look(page, hashes) or short_hash(page.next_token)

    def turned(self, page: PageFacts) -> Self:
        """Return the cursor of the page that the token of this one leads to."""
        return attrs.evolve(self, token=page.next_token, start=self.delivered)

    def end(self, page: PageFacts, old: int, *, passed: bool) -> StopReason | None:  # noqa: ARG002 - tokens tell more
        """Say why the stream ends after a page; see `SteppedCursor.end`."""
        total, reached = page.total, self.delivered
        if not page.identities:
            # An odd empty page, perhaps; one without token and total right at the start is an empty list.
            more = bool(reached) or page.next_token is not None if total is None else reached < total
            return None if more and not self.stalls else self._complete(page)
        if not passed:
            if self.stalls < PATIENCE:
                return None
            return StopReason.REPEATED_PAGE if self._leads_on(page) else self._complete(page)
        if self._leads_on(page):
            return None
        # Some generations of the API gave no tokens at all; their lists are read on by ``start`` alone.
        by_start = self.counts and self.token is None and page.next_token is None
        return None if by_start and total is not None and total > reached else self._complete(page)

    def _leads_on(self, page: PageFacts) -> bool:
        """Say whether the page's token leads to a page that is neither this one nor an earlier one."""
        token = page.next_token
        if token is None or token == self.token:
            return False
        if not self.falls:
            return True
        return token.isdecimal() and (self.token is None or int(token) < int(self.token))

    def _complete(self, page: PageFacts) -> StopReason:
        return StopReason.EXHAUSTED if page.total is None or self.delivered >= page.total else StopReason.SERVER_CAP


@attrs.frozen(kw_only=True)
class OnePageCursor(SteppedCursor):
    """A position in a list of which the server shows one page.

    Attributes:
        size: Items a full page holds, as documented.
    """

    size: int = fixed()

    def request(self) -> Mapping[str, str]:
        """Return nothing: there is no other page to ask for."""
        return {}

    def turned(self, page: PageFacts) -> Self:  # noqa: ARG002 - there is nothing to turn to
        """Return this cursor."""
        return self

    def end(self, page: PageFacts, old: int, *, passed: bool) -> StopReason | None:  # noqa: ARG002 - one page is all
        """Say whether that page was all there is."""
        received = len(page.identities)
        more = received >= self.size if page.total is None else page.total > received
        return StopReason.SERVER_CAP if more else StopReason.EXHAUSTED
