"""The iterators a pager hands out: items, pages, and items whose pages are fetched ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Generic, Protocol, TypeVar

import anyio
import anyio.abc
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from lixasync.errors import LixasyncError, UsageError
from lixasync.paging.cursor import StopReason
from lixasync.paging.page import Page
from lixasync.paging.reader import Reader, Reading
from lixasync.paging.source import Identified

T = TypeVar("T", bound=Identified)


class Stream(Protocol):
    """What a pager can ask of the iterator it handed out last."""

    @property
    def cursor(self) -> str:
        """Where to go on after everything delivered so far."""
        ...

    @property
    def stopped(self) -> StopReason | None:
        """Why the stream ended; None while it goes on."""
        ...

    reader: Reader[Any]
    """Fetches its pages."""


class Pages(AsyncIterator[Page[T]], Generic[T]):
    """A stream of pages."""

    def __init__(self, reader: Reader[T]) -> None:
        self.reader = reader

    @property
    def cursor(self) -> str:
        """Where to go on after everything delivered so far."""
        return str(self.reader.position)

    @property
    def stopped(self) -> StopReason | None:
        """Why the stream ended; None while it goes on."""
        return self.reader.stopped

    async def __anext__(self) -> Page[T]:
        reading = await self.reader.read()
        if reading is None:
            raise StopAsyncIteration
        return reading.page


class Items(AsyncIterator[T], Generic[T]):
    """A stream of items; it holds one page at a time.

    Args:
        read: Returns the next page, or None at the end.
        reader: The reader behind it.
    """

    def __init__(self, read: Callable[[], Awaitable[Reading[T] | None]], reader: Reader[T]) -> None:
        self._read = read
        self.reader = reader
        self._begin = str(reader.position)
        self._reading: Reading[T] | None = None
        self._left: Iterator[T] = iter(())
        self._taken = 0
        self._ended = False
        self._reader_lock = anyio.Lock()

    @property
    def cursor(self) -> str:
        """Where to go on after everything delivered so far, to the item."""
        if self._ended:
            return str(self.reader.position)
        return self._begin if self._reading is None else self._reading.cursor_after(self._taken)

    @property
    def stopped(self) -> StopReason | None:
        """Why the stream ended; None while it goes on."""
        return self.reader.stopped if self._ended else None

    async def __anext__(self) -> T:
        while True:
            for item in self._left:
                self._taken += 1
                return item
            before = self._reading
            async with self._reader_lock:  # several workers may share one iterator: one of them reads for all
                if self._reading is not before:
                    continue
                reading = await self._read()
                if reading is None:
                    self._ended = True
                    raise StopAsyncIteration
                self._reading = reading
                self._left = iter(reading.page.items)
                self._taken = 0


class Prefetch(Generic[T]):
    """Items of a stream whose next pages are fetched while the caller works on the present one.

    Use it in one ``async with``: the fetching ends with the block. Pages fetched ahead are paid for even when the
    block is left early; a cursor never counts them as delivered. After an error the items end with that error:
    go on with ``resume=error.cursor``.

    Args:
        reader: The reader to run ahead of the caller.
        ahead: How many pages to hold ready.
        opened: Told the item stream when the block is entered.
    """

    def __init__(self, reader: Reader[T], ahead: int, opened: Callable[[Items[T]], None]) -> None:
        self._reader = reader
        self._ahead = ahead
        self._opened = opened
        self._group: anyio.abc.TaskGroup
        self._ready: MemoryObjectReceiveStream[Reading[T] | Exception]
        self._failure: Exception | None = None
        self._entered = False

    async def __aenter__(self) -> Items[T]:
        if self._entered:
            raise UsageError(
                "This prefetch has been used; pages it had fetched ahead are gone.",
                hint="Call prefetch() again, on a pager with resume=pager.cursor.",
            )
        self._entered = True
        send, self._ready = anyio.create_memory_object_stream[Reading[T] | Exception](self._ahead - 1)
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        self._group.start_soon(self._fetch_ahead, send)
        items = Items(self._receive, self._reader)
        self._opened(items)
        return items

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        self._group.cancel_scope.cancel()
        self._ready.close()
        try:
            return await self._group.__aexit__(kind, error, traceback)
        except BaseExceptionGroup as group:
            if error is not None and group.exceptions == (error,):
                return False  # the caller's own exception goes on as it was, not wrapped in a group
            raise

    async def _fetch_ahead(self, send: MemoryObjectSendStream[Reading[T] | Exception]) -> None:
        with send:
            try:
                while (reading := await self._reader.read()) is not None:
                    await send.send(reading)
            except Exception as error:  # noqa: BLE001 - raised to the caller, when its turn comes
                await send.send(error)

    async def _receive(self) -> Reading[T] | None:
        if self._failure is not None:
            raise self._failure.copy() if isinstance(self._failure, LixasyncError) else self._failure
        try:
            reading = await self._ready.receive()
        except anyio.EndOfStream:
            return None
        except anyio.ClosedResourceError:
            raise UsageError(
                "The items of a prefetch end with its block.", hint="Go on with resume=pager.cursor."
            ) from None
        if isinstance(reading, Exception):
            self._failure = reading
            raise reading
        return reading
