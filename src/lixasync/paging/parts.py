"""One stream out of several queries, read one after another, without repeats. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs

from lixasync.errors import CursorError
from lixasync.paging.cursor import PART, Cursor, PageFacts, StopReason, fixed


@attrs.frozen(kw_only=True)
class PartsCursor(Cursor):
    """A position in the first of several queries, then the second, and so on.

    What an earlier query has delivered is left out of the later ones. Items that nothing identifies are never taken
    for repeats.

    Attributes:
        parts: The cursor at the beginning of each query.
        part: Which query is being read.
        inner: The position in it.
        seen: Hashes of what the queries before it have delivered, and this one so far.
        cut: Why an earlier query ended, when that was not its end.
    """

    parts: tuple[Cursor, ...] = fixed()
    part: int = 0
    inner: Cursor = fixed(attrs.Factory(lambda self: self.parts[0], takes_self=True))  # noqa: RUF009 - declares an attribute
    seen: tuple[str, ...] = ()
    cut: StopReason | None = None

    def request(self) -> Mapping[str, str]:
        """Return the parameters of the query being read, and which one that is."""
        return {PART: str(self.part), **self.inner.request()}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        inner, old = self.inner.after(page)
        following = self._having_read(page.identities[old:], inner)
        if inner.stopped is None:
            return following, old
        cut = self.cut or (None if inner.stopped is StopReason.EXHAUSTED else inner.stopped)
        if self.part + 1 == len(self.parts):
            return following.stop(cut or StopReason.EXHAUSTED), old
        return attrs.evolve(following, part=self.part + 1, inner=self.parts[self.part + 1], cut=cut), old

    def fresh(self, identities: Sequence[str | None]) -> Sequence[int]:
        """Return which items no query has delivered before; see `Cursor.fresh`."""
        known, kept = set(self.seen), []
        for index, identity in enumerate(identities):
            if identity is not None:
                mark = _mark(identity)
                if mark in known:
                    continue
                known.add(mark)
            kept.append(index)
        return kept

    def within(self, identities: Sequence[str | None]) -> Self:
        """Return the cursor after only some of the next page's new items; see `Cursor.within`."""
        return self._having_read(identities, self.inner.within(identities))

    def _having_read(self, identities: Sequence[str | None], inner: Cursor) -> Self:
        fresh = [identities[index] for index in self.fresh(identities)]
        marks = tuple(_mark(identity) for identity in fresh if identity is not None)
        return attrs.evolve(self, inner=inner, delivered=self.delivered + len(fresh), seen=(*self.seen, *marks))

    def state(self) -> dict[str, Any]:
        """Return what of the cursor does not follow from the queries; see `Cursor.state`."""
        return {**super().state(), "inner": self.inner.state()}

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same queries with another state; see `Cursor.restored`."""
        rest = {name: value for name, value in state.items() if name != "inner"}
        here, inner = super().restored(rest), state.get("inner")
        if not 0 <= here.part < len(self.parts) or not isinstance(inner, dict):
            raise CursorError("The cursor was made by another version of lixasync.")
        return attrs.evolve(here, inner=self.parts[here.part].restored(inner))


def _mark(identity: str) -> str:
    """Return a hash long enough that no two of the stream's items share one by chance."""
    return hashlib.blake2b(identity.encode(), digest_size=8).hexdigest()
