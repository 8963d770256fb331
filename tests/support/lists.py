"""A server's list in memory, with the oddities of real ones, and the source a pager reads it through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import anyio
import attrs

from lixasync import RateLimit, ServerError
from lixasync.paging.cursor import Cursor
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.source import Batch, Source
from lixasync.paging.token import TokenCursor

NOW = 1_700_000_000_000


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

    async def page_number(self, request: Mapping[str, str]) -> Batch[Item]:
        return await self.answer((int(request["page"]) - 1) * self.size, self.size)

    async def token(self, request: Mapping[str, str]) -> Batch[Item]:
        return await self.answer(int(request.get("token", "t0")[1:]), self.size)

    async def timestamp(self, request: Mapping[str, str]) -> Batch[Item]:
        batch = await self.answer(NOW - int(request.get("before", NOW)), self.size)
        return attrs.evolve(batch, next_token=batch.next_token and str(NOW - int(batch.next_token[1:])))

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
        end = start + count
        return Batch(
            items=tuple(self.content[start:end]),
            total=len(self.content) if self.total else None,
            size=self.size if self.echo else None,
            sequence_id=self.sequence_id,
            next_token=f"t{end}" if end < len(self.content) else None,
            meta={"number": number},
        )


def source(server: Server, style: str, *, page_size: int | None = None, cap: int = 10**9) -> Source[Item]:
    """Make the source of a pager that reads a server by ``offset``, ``page_number``, ``token`` or ``timestamp``."""
    begin: Cursor
    settings: dict[str, Any]
    if style == "offset":
        begin = OffsetCursor(query="q", count=page_size or server.size)
        settings = {"fetch": server.offset, "cap": None}
    elif style == "page_number":
        begin = PageNumberCursor(query="q", cap=cap)
        settings = {"fetch": server.page_number, "cap": cap}
    elif style == "token":
        begin = TokenCursor(query="q", name="token", counts=True)
        settings = {"fetch": server.token, "cap": None}
    else:
        begin = TokenCursor(query="q", name="before", falls=True)
        settings = {"fetch": server.timestamp, "cap": None}
    return Source(
        begin=begin, credits=1, page_size=server.size, limit=lambda: RateLimit(1, per=3.0, margin=0.0), **settings
    )
