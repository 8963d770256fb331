"""What differs between two listings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from lixasync.polling.moments import Moment


class Difference(Enum):
    """What an item is, compared with the listing before."""

    NONE = "none"
    ADDED = "added"
    CHANGED = "changed"


@attrs.frozen(kw_only=True)
class Known:
    """Where a watch by listings stands.

    Attributes:
        items: Hashes of what each item said last, by the hash of its identity.
        at: The server's clock when it last answered a whole listing; None while it told no time.
    """

    items: Mapping[str, str] = attrs.field(factory=dict)
    at: Moment | None = None


class Comparison:
    """A listing being read, compared item by item with the one before.

    Args:
        known: The listing before.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._met: dict[str, str] = {}

    def meet(self, key: str, said: str) -> Difference:
        """Count an item and say what it is; the same item met again in this listing makes no difference.

        Args:
            key: Hash of what identifies it.
            said: Hash of what it says.
        """
        if key in self._met:
            return Difference.NONE
        self._met[key] = said
        before = self._known.items.get(key)
        if before is None:
            return Difference.ADDED
        return Difference.NONE if before == said else Difference.CHANGED

    def consistent(self, *, complete: bool, total: int | None) -> bool:
        """Say whether the listing proves that what it did not hold is gone.

        It does when it was read to the end and held at least as many different items as the server counted. An empty
        answer proves nothing unless the server counted none: it may be a failure in disguise.

        Args:
            complete: Whether it was read to the end.
            total: How many items there are, as the server says; None when it does not say.
        """
        if not complete:
            return False
        return bool(self._met) or not self._known.items if total is None else len(self._met) >= total

    def end(self, *, consistent: bool, at: int | None) -> tuple[Known, tuple[str, ...]]:
        """Return what is known now, and the keys of what is gone.

        Args:
            consistent: Whether what was not met is gone; otherwise it stays known.
            at: The server's clock now; None while it told no time.
        """
        if not consistent:
            return Known(items={**self._known.items, **self._met}, at=at), ()
        return Known(items=self._met, at=at), tuple(key for key in self._known.items if key not in self._met)
