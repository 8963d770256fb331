"""One page of a listing, out of whatever envelope it came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import attrs

from lixasync.codec.json import excerpt
from lixasync.codec.names import find, fold
from lixasync.codec.scalars import is_nothing
from lixasync.errors import UnknownShapeError
from lixasync.models import Model

__all__ = ["OLD_ENVELOPES", "Listing", "Page", "open_page"]

M = TypeVar("M", bound=Model)

OLD_ENVELOPES = ("response", "searchResponse")
"""Objects that were put around pages for some time; today's searches have none."""

_BESIDE = frozenset({"paging", "meta", "sequenceid", "traceid"})
"""Keys that may stand beside the items, folded."""


@attrs.frozen(kw_only=True)
class Listing(Generic[M]):
    """One page of a listing.

    Attributes:
        items: The items, in the server's order.
        total: Items in the whole listing, as far as the server says.
        start: Index of the first item, from 0, as far as the server says.
        count: Items on the page or size of a page: the server means now one, now the other.
        sequence_id: Token for the next page of the same search; opaque.
        meta: What else the server says about the page, as received.
        envelope: Object the page was wrapped in; None when there was none.
        items_key: Key the items were found under; empty when the body is the list itself.
        raw: The body as received; not compared.
    """

    items: tuple[M, ...] = ()
    total: int | None = None
    start: int | None = None
    count: int | None = None
    sequence_id: str | None = None
    meta: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    envelope: str | None = None
    items_key: str = ""
    raw: Any = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Page:
    """Where the parts of a page are; nothing is decoded yet."""

    items: list[Any]
    items_key: str
    path: list[str]
    """Envelopes, from the outside in."""
    inner: Mapping[str, Any]
    outer: Mapping[str, Any]

    def beside(self, name: str) -> Any:
        """Return what stands under a name at the outer root, else inside the envelope; None if nothing."""
        for place in (self.outer, self.inner):
            key = find(place, name)
            if key is not None and not is_nothing(place[key]):
                return place[key]
        return None

    def unknown_keys(self) -> list[str]:
        """Return the keys around the items that have no known purpose."""
        places = [self.outer] if self.inner is self.outer else [self.outer, self.inner]
        used = _BESIDE | {fold(self.items_key), *map(fold, self.path)}
        return [key for place in places for key in place if fold(key) not in used]


def open_page(data: object, names: tuple[str, ...], envelopes: tuple[str, ...]) -> Page:
    """Find the items of a page: under the expected key, else an alternative, else in the only list.

    Args:
        data: The parsed body.
        names: Keys the items may stand under, best first.
        envelopes: Objects the page may be wrapped in, best first.

    Raises:
        UnknownShapeError: There is no list, or there are several and none has a known name.
    """
    path: list[str] = []
    inner: Any = data
    while isinstance(inner, dict) and _first(inner, names, list) is None:
        step = _first(inner, envelopes, (dict, list)) or _unknown_envelope(inner, names)
        if step is None:
            break
        path.append(step)
        inner = inner[step]
    key, items = ("", inner) if isinstance(inner, list) else _items(inner, names)
    if items is None:
        found = ", ".join(map(repr, inner))[:200] if isinstance(inner, dict) else type(inner).__name__
        raise UnknownShapeError(
            f"The answer holds no list {names[0]!r}; found: {found or 'nothing'}.", body=excerpt(data)
        )
    return Page(items, key, path, *(place if isinstance(place, dict) else {} for place in (inner, data)))


def _items(data: Any, names: tuple[str, ...]) -> tuple[str, list[Any] | None]:
    if not isinstance(data, dict):
        return "", None
    key = _first(data, names, list)
    if key is not None:
        return key, data[key]
    # a page without items: the key is null, or dropped while the paging says zero
    for name in names:
        key = find(data, name)
        if key is not None and is_nothing(data[key]):
            return key, []
    lists = [key for key, value in data.items() if isinstance(value, list)]
    if len(lists) == 1:
        return lists[0], data[lists[0]]
    return names[0], [] if not lists and _says_zero(data) else None


def _says_zero(data: dict[str, Any]) -> bool:
    key = _first(data, ("paging",), dict)
    paging = {} if key is None else data[key]
    counts = [paging[name] for part in ("total", "count") if (name := find(paging, part)) is not None]
    return any(str(count) == "0" for count in counts if isinstance(count, int | str))


def _unknown_envelope(data: dict[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the only object that holds items under a known name."""
    holders = [key for key, value in data.items() if isinstance(value, dict) and _first(value, names, list) is not None]
    return holders[0] if len(holders) == 1 else None


def _first(data: dict[str, Any], names: tuple[str, ...], kinds: type | tuple[type, ...]) -> str | None:
    """Return the key of the first of these names that holds something of these kinds."""
    for name in names:
        key = find(data, name)
        if key is not None and isinstance(data[key], kinds) and not is_nothing(data[key]):
            return key
    return None
