"""Where a pager gets its pages from: the API's side of paging, as one value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import attrs

from lixasync.limits.rate import RateLimit
from lixasync.paging.cursor import Cursor


class Identified(Protocol):
    """An item that may say what identifies it."""

    @property
    def identity(self) -> str | None:
        """What tells this item from others in every answer; None when nothing does."""
        ...


T_co = TypeVar("T_co", bound=Identified, covariant=True)


@attrs.frozen(kw_only=True)
class Batch(Generic[T_co]):
    """One answer of the server, decoded: the items, and what it said of the whole list."""

    items: tuple[T_co, ...]
    total: int | None = None
    num_results: int | None = None
    size: int | None = None
    sequence_id: str | None = None
    next_token: str | None = None
    divisions: tuple[str, ...] = ()
    covers: bool = False
    meta: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Source(Generic[T_co]):
    """A query that has pages.

    Attributes:
        begin: The cursor at its start.
        fetch: Fetches the page that a cursor's ``request()`` asks for.
        credits: Credits a page costs.
        page_size: Items a page holds; None when the server alone decides.
        cap: Items the server lists at most, as documented; None when no such cap is.
        limit: Returns the rate limit in force.
        merged: Whether it is several queries without their repeats, so that items tell nothing of requests.
    """

    begin: Cursor
    fetch: Callable[[Mapping[str, str]], Awaitable[Batch[T_co]]] = attrs.field(repr=False)
    credits: int
    page_size: int | None
    cap: int | None
    limit: Callable[[], RateLimit] = attrs.field(repr=False)
    merged: bool = False
