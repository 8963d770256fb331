"""One stream out of several queries, read one after another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from lixasync.errors import CursorError
from lixasync.paging.cursor import PART, Cursor, PageFacts, StopReason, fixed
from lixasync.paging.merged import MergedCursor


@attrs.frozen(kw_only=True)
class PartsCursor(MergedCursor):
    """A position in the first of several queries, then the second, and so on.

    Attributes:
        parts: The cursor at the beginning of each query.
        part: Which query is being read.
        inner: The position in it.
    """

    parts: tuple[Cursor, ...] = fixed()
    part: int = 0
    inner: Cursor = fixed(attrs.Factory(lambda self: self.parts[0], takes_self=True))  # noqa: RUF009 - declares an attribute

    def request(self) -> Mapping[str, str]:
        """Return the parameters of the query being read, and which one that is."""
        return {PART: str(self.part), **self.inner.request()}

    def after(self, page: PageFacts) -> tuple[Self, int]:
        """Return the cursor after a page, and how many of the page's first items are old."""
        inner, old = self.inner.after(page)
        following = self._having_read(page.identities[old:], inner)
        if inner.stopped is None:
            return following, old
        cut = self.cut_by(inner)
        if self.part + 1 == len(self.parts):
            return following.stop(cut or StopReason.EXHAUSTED), old
        return attrs.evolve(following, part=self.part + 1, inner=self.parts[self.part + 1], cut=cut), old

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same queries with another state; see `Cursor.restored`."""
        here = super().restored(state)
        if not 0 <= here.part < len(self.parts):
            raise CursorError("The cursor was made by another version of lixasync.")
        return attrs.evolve(here, inner=self.parts[here.part].restored(state["inner"]))
