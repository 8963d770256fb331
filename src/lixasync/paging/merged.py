"""One stream out of several queries, without repeats: what its cursors share. Pure."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs

from lixasync.errors import CursorError
from lixasync.paging.cursor import Cursor, StopReason, fixed

_MARK = 6  # bytes; among 100,000 items two share a mark by chance in one of 50,000 streams


@attrs.frozen(kw_only=True)
class MergedCursor(Cursor):
    """A position in one of several queries that are read as one stream.

    What was delivered before is left out when another query brings it again. Items that nothing identifies are never
    taken for repeats.

    Attributes:
        inner: The position in the query being read.
        seen: Hashes of everything delivered so far.
        cut: Why an earlier query ended, when that was not its end.
    """

    inner: Cursor = fixed()  # noqa: RUF009 - declares an attribute
    seen: tuple[str, ...] = ()
    cut: StopReason | None = None

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

    def cut_by(self, inner: Cursor) -> StopReason | None:
        """Return ``cut`` after a query that ended, or did not, as its cursor says."""
        return self.cut or (None if inner.stopped is StopReason.EXHAUSTED else inner.stopped)

    def state(self) -> dict[str, Any]:
        """Return what of the cursor does not follow from the queries; see `Cursor.state`."""
        seen = b64encode(bytes.fromhex("".join(self.seen))).decode()
        return {**super().state(), "seen": seen, "inner": self.inner.state()}

    def restored(self, state: Mapping[str, Any]) -> Self:
        """Return the cursor of the same queries with another state, but with its ``inner`` as it is here."""
        rest = {name: value for name, value in state.items() if name != "inner"}
        try:
            marks = b64decode(rest.pop("seen")).hex()
        except (KeyError, TypeError, ValueError) as error:
            raise _foreign() from error
        seen = tuple(marks[at : at + 2 * _MARK] for at in range(0, len(marks), 2 * _MARK))
        if not isinstance(state.get("inner"), dict):
            raise _foreign()
        return attrs.evolve(super().restored(rest), seen=seen)


def _mark(identity: str) -> str:
    """Return a hash long enough that no two of the stream's items share one by chance."""
    return hashlib.blake2b(identity.encode(), digest_size=_MARK).hexdigest()


def _foreign() -> CursorError:
    return CursorError("The cursor was made by another version of lixasync.")
