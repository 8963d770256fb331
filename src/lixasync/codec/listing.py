"""One page of a listing, out of whatever envelope it came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

from lixasync.codec.envelope import BESIDE
from lixasync.codec.json import excerpt, parse
from lixasync.codec.names import find, fold
from lixasync.codec.scalars import is_nothing
from lixasync.errors import UnknownShapeError
from lixasync.models import Model
from lixasync.models.base import later

__all__ = ["Body", "Listing", "Page", "open_page"]

M = TypeVar("M", bound=Model)


@attrs.frozen(kw_only=True)
class Listing(Generic[M]):
    """One page of a listing.

    Attributes:
        items: The items, in the server's order.
        total: Items in the whole listing, as far as the server says.
        start: Index of the first item, from 0, as far as the server says.
        count: Items on the page or size of a page: the server means now one, now the other.
        sequence_id: Token that keeps the pages of one search consistent; opaque.
        next_token: Token the next page is asked for with; opaque. None on the last page, and where pages have none.
        observed_at: When Lix got the page from LinkedIn, in UTC, where that is said.
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
    next_token: str | None = None
    observed_at: datetime | None = None
    meta: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    envelope: str | None = None
    items_key: str = ""
    raw: Any = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Body:
    """What the ``raw`` of a page may be until somebody asks for it: the body, which nobody has parsed yet."""

    body: bytes


later(Listing, "raw").makers[Body] = lambda unread: parse(unread.body)


@attrs.frozen
class Page:
    """Where the parts of a page are; nothing is decoded yet."""

    items: list[Any]
    items_key: str
    path: list[str]
    """Envelopes, from the outside in."""
    inner: Mapping[str, Any]
    outer: Mapping[str, Any]

    _places: list[tuple[Mapping[str, Any], dict[str, str]]] = attrs.field(
        init=False, default=attrs.Factory(lambda page: _places(page.outer, page.inner), takes_self=True)
    )

    def beside(self, name: str) -> Any:
        """Return what stands under a name at the outer root, else inside the envelope; None if nothing."""
        wanted = fold(name)
        for place, keys in self._places:
            key = name if name in place else keys.get(wanted)
            if key is not None and not is_nothing(place[key]):
                return place[key]
        return None

    def unknown_keys(self, known: tuple[str, ...] = ()) -> list[str]:
        """Return the keys around the items that have no known purpose, save those the caller knows."""
        used = BESIDE | {fold(name) for name in (self.items_key, *self.path, *known)}
        return [key for place, _ in self._places for key in place if fold(key) not in used]


def _places(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], dict[str, str]]]:
    """Return where to look, from the outside in, each with its keys by their folded names; of equal ones, the first."""
    places = [outer] if inner is outer else [outer, inner]
    return [(place, {fold(key): key for key in reversed(list(place))}) for place in places]


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
    return names[0], [] if not lists and _is_bare(data) else None


def _is_bare(data: dict[str, Any]) -> bool:
    """Tell a page that found nothing, and whose empty list was left out: its paging says zero, or no number at all."""
    key = _first(data, ("paging",), dict)
    if key is None:
        return False
    paging = data[key]
    said = {part: str(paging[name]) for part in ("total", "count") if (name := find(paging, part)) is not None}
    if "0" in said.values():
        return True
    return "total" not in said and all(fold(name) in BESIDE for name in data)


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
