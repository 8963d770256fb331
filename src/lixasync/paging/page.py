"""What a pager hands out besides items: pages, and the plan of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

import attrs

from lixasync.errors import PageSizeError
from lixasync.paging.cursor import Cursor

T = TypeVar("T")


def check_page_size(value: object, cap: int | None) -> int:
    """Return a page size within the documented cap.

    Args:
        value: The page size.
        cap: The cap; None where none is documented.

    Raises:
        PageSizeError: below 1, above the cap, or no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or (cap is not None and value > cap):
        served = "1 or more items" if cap is None else f"1 to {cap} items"
        raise PageSizeError(
            f"page_size is {value!r}; this operation serves {served} per page.",
            hint="To stop after a number of items, set max_items.",
        )
    return value


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a stream.

    Attributes:
        items: The page's items that had not been delivered before, in the server's order.
        start: Index of the first of them in the stream, from 0.
        total: How many items there are in all, as the server says; None when it does not say. Searches are cut off
            at a cap, so this can be more than a stream delivers.
        num_results: How many items match, where the API tells that apart from the ``total`` it lists (LinkedIn v1);
            None otherwise.
        position: Where to go on after this page, as a value; `cursor` is its string.
        meta: What the server sent beside the items: ``sequenceId`` and the like.
    """

    items: tuple[T, ...]
    start: int
    total: int | None
    num_results: int | None = None
    position: Cursor = attrs.field(repr=False)
    meta: Mapping[str, Any] = attrs.field(factory=dict)

    @cached_property
    def cursor(self) -> str:
        """Where to go on after this page; pass it as ``resume=``. After the last page it resumes to nothing."""
        return str(self.position)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)


@attrs.frozen(kw_only=True)
class Plan:
    """What a run will cost at most, as far as it can be known before the first request.

    Attributes:
        items: Items at most; None when nothing bounds them.
        requests: Requests at most, failures aside; None when nothing bounds them.
        credits: Credits at most; None when nothing bounds them.
        seconds: Time at least, at the permitted rate and with nobody else waiting; None when unbounded.
    """

    items: int | None
    requests: int | None
    credits: int | None
    seconds: float | None
