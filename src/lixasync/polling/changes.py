"""What a watch hands out, and what it is given to compare."""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Generic, Protocol, TypeVar

import attrs


class Identified(Protocol):
    """An item that may say what identifies it."""

    @property
    def identity(self) -> str | None:
        """What tells this item from others in every answer; None when nothing does."""
        ...


T_co = TypeVar("T_co", covariant=True)


@attrs.frozen(kw_only=True)
class Gone:
    """An item that is in the list no longer.

    Attributes:
        key: The hash under which the watch knows it, as ``watch.key(item)`` gave it while the item was there.
        identity: What identified it; None when this process has not seen it, because the state holds hashes only.
    """

    key: str
    identity: str | None = None


@attrs.frozen(kw_only=True, repr=False)
class Changes(Generic[T_co]):
    """One batch of changes. Iterating it gives ``added``, then ``changed``; ``len`` counts the same.

    It is true when it holds any change, ``gone`` included.

    Attributes:
        added: Items that are new.
        changed: Items that were known and now say something else.
        gone: Items that are in the list no longer. Always empty for a watch by modified-since: the server does not
            report removals.
        since: From when on the server was asked for changes, on its own clock; None at the first listing.
        until: The server's clock when it had answered; None when it told no time.
    """

    added: tuple[T_co, ...] = ()
    changed: tuple[T_co, ...] = ()
    gone: tuple[Gone, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def __iter__(self) -> Iterator[T_co]:
        return chain(self.added, self.changed)

    def __len__(self) -> int:
        return len(self.added) + len(self.changed)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.gone)

    def __repr__(self) -> str:
        counts = f"added=<{len(self.added)}>, changed=<{len(self.changed)}>, gone=<{len(self.gone)}>"
        return f"Changes({counts}, since={_shown(self.since)}, until={_shown(self.until)})"


def _shown(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


@attrs.frozen(kw_only=True)
class Polled(Generic[T_co]):
    """What the server returned for "modified since", all pages of it.

    Attributes:
        items: The items, in the server's order.
        asked_at: A moment of the server's clock that is certainly not after the first request was sent. None when the
            server told no time: the watch then asks from the same moment again.
        answered_at: The server's clock at the last answer, rounded up. None when it told no time.
    """

    items: Iterable[T_co]
    asked_at: datetime | None
    answered_at: datetime | None


def _unknown() -> None:
    return None


@attrs.frozen(kw_only=True)
class Listed(Generic[T_co]):
    """A listing about to be read. What is known of it only afterwards is asked for when ``items`` has ended.

    Attributes:
        items: The items; read once, one by one, so that no listing has to be held in memory.
        complete: Says whether ``items`` held the whole list, as far as the reader can tell.
        total: Says how many items the list has: the largest number that any page told, lest an item that slipped
            between two pages be taken for gone. None when the server told none.
        answered_at: Says the server's clock at the last answer, rounded up; None when it told no time.
    """

    items: AsyncIterable[T_co]
    complete: Callable[[], bool]
    total: Callable[[], int | None] = _unknown
    answered_at: Callable[[], datetime | None] = _unknown
