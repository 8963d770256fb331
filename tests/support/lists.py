"""A server's list in memory, with the oddities of real ones, and the source a pager reads it through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import attrs

from lixasync import RateLimit, ServerError
from lixasync.paging.cursor import Cursor
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.source import Batch, Source
from lixasync.paging.url_page import UrlPageCursor, page_of

URL = "https://www.linkedin.com/search/results/people/?keywords=a%20b"


@attrs.frozen(eq=True, unsafe_hash=True, weakref_slot=True)
class Item:
    """An item with or without something that identifies it."""

    number: int
    identity: str | None


def items(count: int, *, anonymous: Iterable[int] = ()) -> list[Item]:
    """Make items; those listed as anonymous have no identity."""
    hidden = set(anonymous)
    return [Item(number, None if number in hidden else f"id-{number}") for number in range(count)]


@attrs.define(kw_only=True)
class Server:
    """Serves pages of a list.

    Attributes:
        content: The list.
        size: The most items a page holds.
        total: Whether it tells how many items there are.
        echo: Whether it tells how many items a page may hold.
        faults: What is wrong with the n-th answer (from 1): ``error``, ``repeat``, ``shift`` or ``empty``.
        grow: Items that appear at the front of the list before the n-th answer.
        asked: The starts of the pages asked for.
        sequence_id: The token it gives with each answer.
    """

    content: list[Item]
    size: int
    total: bool = True
    echo: bool = False
    faults: Mapping[int, str] = attrs.field(factory=dict)
    grow: Mapping[int, int] = attrs.field(factory=dict)
    asked: list[int] = attrs.field(factory=list)
    sequence_id: str | None = None
    latency: float = 0.0

    async def offset(self, request: Mapping[str, str]) -> Batch[Item]:
        return await self.answer(int(request["start"]), min(self.size, int(request["count"])))

    async def url_page(self, request: Mapping[str, str]) -> Batch[Item]:
        page = int(parse_qs(urlsplit(request["url"]).query).get("page", ["1"])[0])
        return await self.answer((page - 1) * self.size, self.size)

    async def answer(self, start: int, count: int) -> Batch[Item]:
        await anyio.sleep(self.latency)
        self.asked.append(start)
        number = len(self.asked)
        for _ in range(self.grow.get(number, 0)):
            self.content.insert(0, Item(-len(self.content), f"new-{len(self.content)}"))
        fault = self.faults.get(number)
        if fault == "error":
            raise ServerError("out of order")
        if fault == "empty":
            count = 0
        elif start and fault in ("repeat", "shift"):
            start = max(0, start - (count if fault == "repeat" else 3))
        return Batch(
            items=tuple(self.content[start : start + count]),
            total=len(self.content) if self.total else None,
            size=self.size if self.echo else None,
            sequence_id=self.sequence_id,
            meta={"number": number},
        )


def source(server: Server, style: str, *, page_size: int | None = None, cap: int = 10**9) -> Source[Item]:
    """Make the source of a pager that reads a server by ``offset`` or by ``url_page``."""
    begin: Cursor
    settings: dict[str, Any]
    if style == "offset":
        begin = OffsetCursor(query="q", count=page_size or server.size)
        settings = {"fetch": server.offset, "cap": None}
    else:
        begin = UrlPageCursor(query="q", url=URL, first=page_of(URL), cap=cap)
        settings = {"fetch": server.url_page, "cap": cap}
    return Source(
        begin=begin, credits=1, page_size=server.size, limit=lambda: RateLimit(1, per=3.0, margin=0.0), **settings
    )
