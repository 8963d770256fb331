"""Pagers as answers: each page is sent when it comes, and the next one fetched when that has been taken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lixasync.bulk.files.flatten import json_text, plain
from lixasync.errors import LixasyncError, UsageError
from lixasync.fastapi.gone import until_gone
from lixasync.fastapi.problems import posed
from lixasync.paging.page import Page
from lixasync.paging.pager import Pager

_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # proxies hand on what has come


def jsonl(pager: Pager[Any]) -> StreamingResponse:
    """Answer with all items of a pager as JSON Lines, one object a line, each page as it comes.

    An error before the first page is answered as any other. One in mid-stream ends the answer with the line
    ``{"problem": {...}}``, whose ``cursor`` tells where to go on. When the caller goes away, nothing more is fetched.

    Args:
        pager: What to send.

    Returns:
        An answer of the media type ``application/jsonl``.

    Raises:
        UsageError: it is no pager.
    """
    return _Paged(pager, "application/jsonl", page=_lines, problem=_last_line, end=None)


def events(pager: Pager[Any]) -> StreamingResponse:
    """Answer with the pages of a pager as server-sent events, each as it comes.

    Each page is an event without a name, with the data ``{"items": [...], "start": ..., "total": ...}`` and the cursor
    behind it as its id. A browser that connects again sends that id back: hand it to the pager with ``resume=``, see
    `Resume`. The last event is ``end`` with ``{"stopped": "exhausted"}``, or why else the pager stopped: close the
    ``EventSource`` then. An error before the first page is answered as any other. One in mid-stream is the event
    ``problem`` with the cursor to go on from, and browsers connect again when that makes sense.
    When the caller goes away, nothing more is fetched.

    Args:
        pager: What to send.

    Returns:
        An answer of the media type ``text/event-stream``.

    Raises:
        UsageError: it is no pager.
    """
    return _Paged(pager, "text/event-stream", page=_event, problem=_last_event, end=_end)


class _Chunks(AsyncIterator[str]):
    """The text of an answer, page by page.

    Args:
        pager: What is sent.
        page: Writes a page.
        problem: Writes the error that ended the stream.
        end: Writes why it came to its end; None writes nothing.
    """

    def __init__(
        self,
        pager: Pager[Any],
        page: Callable[[Page[Any]], str],
        problem: Callable[[LixasyncError], str],
        end: Callable[[Pager[Any]], str] | None,
    ) -> None:
        self._pager = pager
        self._pages = pager.pages()
        self._page = page
        self._problem = problem
        self._end = end
        self._first: str | None = None
        self._over = False

    async def begin(self) -> None:
        """Fetch the first page.

        Raises:
            LixasyncError: it cannot be had.
        """
        self._first = await self._read()

    async def __anext__(self) -> str:
        chunk, self._first = self._first, None
        if chunk is None and not self._over:
            try:
                chunk = await self._read()
            except LixasyncError as error:
                self._over = True
                return self._problem(error)
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    async def _read(self) -> str | None:
        page = await anext(self._pages, None)
        if page is not None:
            return self._page(page)
        self._over = True
        return self._end and self._end(self._pager)


class _Paged(StreamingResponse):
    """An answer that begins when the first page is there, and ends when its caller goes away."""

    def __init__(self, pager: Pager[Any], media: str, **writers: Any) -> None:
        if not isinstance(pager, Pager):
            raise UsageError("events() and jsonl() take a pager such as lix.connections(...).")
        self._chunks = _Chunks(pager, **writers)
        super().__init__(self._chunks, media_type=media, headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        await until_gone(self._send, scope, receive, send)

    async def _send(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await self._chunks.begin()
        await self.stream_response(send)
        if self.background is not None:
            await self.background()


def _lines(page: Page[Any]) -> str:
    return "".join(f"{json_text(plain(item))}\n" for item in page)


def _last_line(error: LixasyncError) -> str:
    return f"{json_text({'problem': posed(error).members})}\n"


def _event(page: Page[Any]) -> str:
    data = {"items": plain(page.items), "start": page.start, "total": page.total}
    return f"id: {page.cursor}\ndata: {json_text(data)}\n\n"


def _last_event(error: LixasyncError) -> str:
    found = posed(error)
    again = "" if found.wait is None else f"retry: {found.wait * 1000}\n"
    return f"event: problem\n{again}data: {json_text(found.members)}\n\n"


def _end(pager: Pager[Any]) -> str:
    return f"event: end\nid: {pager.cursor}\ndata: {json_text({'stopped': pager.stopped})}\n\n"
