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
        scattered: Whether the items of a page stand in another order than in the list, so that what was delivered
            already may stand anywhere among them.
        falls: Whether tokens are moments in unix milliseconds that must become older from page to page.
        token: The token of the next page; None for the first.
        start: Items on the pages before the next one.
    """

    name: str = fixed()
    counts: bool = fixed(False)
    scattered: bool = fixed(False)
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

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old; see `fresh` for others."""
        if not self.scattered:
            return super().after(page)
        hashes = [short_hash(identity) for identity in page.identities]
        again = self.look(page, hashes) in self.landmarks
        new = [] if again else [hashes[index] for index in self.fresh(page.identities)]
        old = len(hashes) - len(new)
        if hashes and old < self.skip and self.stalls < PATIENCE:
            # Some of this page was delivered before, but it does not show that: it is another page.
            return attrs.evolve(self, stalls=self.stalls + 1), len(hashes)
        here = attrs.evolve(
            self,
            largest=max(self.largest, len(hashes)),
            sequence_id=page.sequence_id or self.sequence_id,
            delivered=self.delivered + len(new),
            tail=self.tail_with(new),
        )
        if old > self.skip and new and not self.checked:
            return attrs.evolve(here, skip=0, stalls=0, checked=True), 0
        same = self.tail[-1:] and self.tail[-1] in hashes  # as when it was answered before: the list itself has moved
        passed = bool(new) or (self.checked and (bool(same) or self.stalls >= PATIENCE))
        landmarks = self.landmarks_with(page, hashes, here.delivered)
        following = attrs.evolve(here.turned(page), landmarks=landmarks, skip=0, stalls=0, checked=False)
        reason = here.end(page, old, passed=passed)
        dropped = len(hashes) if again else 0
        if reason is not None:
            return following.stop(reason), dropped
        return (following if passed else attrs.evolve(here, stalls=self.stalls + 1)), dropped

    def fresh(self, identities: Sequence[str | None]) -> Sequence[int]:
        """Return which of the next page's items have not come up lately; see `Cursor.fresh`."""
        if not self.scattered:
            return super().fresh(identities)
        known = set(self.tail) - {""}
        return [index for index, identity in enumerate(identities) if short_hash(identity) not in known]

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        return super().within([identities[index] for index in self.fresh(identities)])

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
