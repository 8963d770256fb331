"""From whatever inputs come in to the job's file: in the background, a batch at a time, from where it was left."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from functools import partial
from typing import TypeAlias

import anyio
import anyio.lowlevel

from lixasync.bulk.inputs import Kept, kept, restored
from lixasync.bulk.ledger import add, as_before, tally
from lixasync.bulk.result import Input
from lixasync.bulk.store import Store
from lixasync.errors import InvalidArgumentError
from lixasync.limits.loop import loop_caller

_BATCH = 5_000  # inputs that are stored at once
_AHEAD = 20_000  # inputs that are held in memory at most

Source: TypeAlias = Iterable[Input] | AsyncIterable[Input]
Check: TypeAlias = Callable[[object, int], None]


class Feed:
    """Puts inputs into a job's file.

    A list that was given before is recognised by its beginning: it is gone through and what it has more is added.
    Inputs of any other list are added as far as they are new. What comes before something that is no input is added;
    what comes behind it is not read.

    Args:
        source: The inputs.
        check: Refuses an input that the job's method cannot be called with; told its place for messages.

    Attributes:
        over: Whether all inputs are in the file.
    """

    def __init__(self, source: Source, check: Check) -> None:
        given: object = source
        if isinstance(given, AsyncIterable):
            self._items: _FromIterable | _FromAsyncIterable = _FromAsyncIterable(given)
        elif isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping):
            self._items = _FromIterable(given)
        else:
            raise InvalidArgumentError(
                f"inputs is of type {type(source).__name__}; it must be a list, or anything else to iterate over."
            )
        self._check = check
        self._refused: InvalidArgumentError | None = None
        self._batch: list[Kept] = []  # read, but not stored yet
        self._place = 0
        self._same = True  # as the list that was given first, so far
        self._lock = anyio.Lock()
        self.over = False

    async def run(self, store: Store, fed: Callable[[], None]) -> None:
        """Store all inputs; after a cancellation, call it again to go on. Whoever calls it meanwhile waits.

        Args:
            store: The job's file.
            fed: Told of each batch that was stored.

        Raises:
            InvalidArgumentError: something that is no input, again each time.
        """
        async with self._lock:
            if isinstance(self._items, _FromIterable) or self.over:
                await self._store_all(store, fed)
            else:
                await self._pumped(self._items, store, fed)

    async def _pumped(self, items: _FromAsyncIterable, store: Store, fed: Callable[[], None]) -> None:
        failure: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(items.pump)
            try:
                await self._store_all(store, fed)
            except Exception as error:  # noqa: BLE001 - raised below, not wrapped in a group
                failure = error
                group.cancel_scope.cancel()
        if failure is not None:
            await items.close()
            raise failure

    async def _store_all(self, store: Store, fed: Callable[[], None]) -> None:
        while not self.over:
            if not self._batch:
                self._batch = await self._more()
                self.over = not self._batch
            while self._batch:
                gone = await store.change(self._add)
                self._place += gone
                del self._batch[:gone]
                fed()
                await anyio.lowlevel.checkpoint()  # where it can be cancelled; what is stored is booked

    async def _more(self) -> list[Kept]:
        """Return the next inputs, up to one that is refused; none at the end.

        Raises:
            InvalidArgumentError: the next one is refused.
        """
        if self._refused is not None:
            raise self._refused
        items = await self._items.some(_BATCH)
        for index, item in enumerate(items):
            try:
                self._check(restored(item.value), self._place + index)
            except InvalidArgumentError as error:
                self._refused = error
                return items[:index] or await self._more()
        return items

    def _add(self, connection: sqlite3.Connection) -> int:
        """Store the first of the batch, and return how many that were."""
        given = tally(connection)["given"]
        if self._same and self._place < given:
            known = self._batch[: given - self._place]
            same = as_before(connection, self._place, known)
            if same < len(known):
                self._same = False
            return same
        add(connection, self._batch, repeats=self._same)
        return len(self._batch)


class _FromIterable:
    """Iterates in a thread of its own, which may wait as long as it likes and keeps no program from ending."""

    def __init__(self, source: Iterable[Input]) -> None:
        self._source = source
        self._shelf = _Shelf()
        self._thread: threading.Thread | None = None

    async def some(self, most: int) -> list[Kept]:
        """Return what has come, at least one input; none at the end."""
        if self._thread is None:
            task = partial(_fill, self._shelf, self._source)
            self._thread = threading.Thread(target=task, name="lixasync inputs", daemon=True)
            weakref.finalize(self, self._shelf.drop).atexit = False
            self._thread.start()
        call = loop_caller()
        while True:
            event = anyio.Event()
            items = self._shelf.take(most, partial(call, event.set))
            if items is not None:
                return items
            await event.wait()


class _Shelf:
    """Inputs on their way from a thread, which waits while it is full, to an event loop, which waits while it is empty.

    Its lock may be taken twice: `drop` may be called while it is held, whenever garbage is collected.
    """

    def __init__(self) -> None:
        self._room = threading.Condition(threading.RLock())
        self._items: deque[Kept] = deque()
        self._error: BaseException | None = None
        self._over = self._dropped = False
        self._waker: Callable[[], None] | None = None

    def put(self, item: Kept) -> bool:
        """Add an input when there is room, and say whether more are wanted."""
        with self._room:
            while len(self._items) >= _AHEAD and not self._dropped:
                self._room.wait()
            self._items.append(item)
            self._wake()
        return not self._dropped

    def end(self, error: BaseException | None) -> None:
        """Tell that there are no more inputs.

        Args:
            error: What ended them, if it was an error.
        """
        with self._room:
            self._error, self._over = error, True
            self._wake()

    def take(self, most: int, waker: Callable[[], None]) -> list[Kept] | None:
        """Return what is there; nothing at the end; None when more will come, of which the waker is told.

        Raises:
            BaseException: what ended the inputs, once all before it are taken.
        """
        with self._room:
            if not self._items and not self._over:
                self._waker = waker
                return None
            self._room.notify()
            return _first(self._items, most, self._error)

    def drop(self) -> None:
        """Tell that nobody will take anything any more."""
        with self._room:
            self._dropped = True
            self._room.notify()

    def _wake(self) -> None:
        waker, self._waker = self._waker, None
        if waker is not None:
            waker()


def _fill(shelf: _Shelf, source: Iterable[Input]) -> None:
    """Put all inputs of a source on a shelf; knows nobody who takes them, so that it is noticed when they are gone."""
    error: BaseException | None = None
    try:
        for place, value in enumerate(source):
            if not shelf.put(kept(value, place)):
                break
    except BaseException as caught:  # noqa: BLE001 - raised to whoever waits for inputs
        error = caught
    shelf.end(error)


class _FromAsyncIterable:
    """Iterates in a task, as long as somebody waits for inputs."""

    def __init__(self, source: AsyncIterable[Input]) -> None:
        self._source = aiter(source)
        self._items: deque[Kept] = deque()
        self._place = 0
        self._error: Exception | None = None
        self._over = False
        self._came, self._room = anyio.Event(), anyio.Event()

    async def pump(self) -> None:
        """Take inputs from the source until it ends; cancelled while there was no room, it can be called again."""
        while not self._over:
            if len(self._items) >= _AHEAD:
                self._room = anyio.Event()
                await self._room.wait()
                continue
            try:
                self._items.append(kept(await anext(self._source), self._place))
                self._place += 1
            except StopAsyncIteration:
                self._over = True
            except anyio.get_cancelled_exc_class():
                # A generator that was cancelled has ended, and would pass for one that has no more.
                self._error, self._over = _interrupted(), True
                raise
            except Exception as error:  # noqa: BLE001 - raised to whoever waits for inputs
                self._error, self._over = error, True
            finally:
                self._came.set()

    async def close(self) -> None:
        """Let the source clean up: nothing more is taken from it."""
        self._over = True
        aclose = getattr(self._source, "aclose", None)
        if aclose is not None:
            await aclose()

    async def some(self, most: int) -> list[Kept]:
        """Return what has come, at least one input; none at the end."""
        while not self._items and not self._over:
            self._came = anyio.Event()
            await self._came.wait()
        self._room.set()
        return _first(self._items, most, self._error)


def _first(items: deque[Kept], most: int, error: BaseException | None) -> list[Kept]:
    """Take the first inputs out; raise the error that came behind them when there are none left."""
    if not items and error is not None:
        raise error
    return [items.popleft() for _ in range(min(most, len(items)))]


def _interrupted() -> InvalidArgumentError:
    return InvalidArgumentError(
        "The inputs were interrupted while they were read, and may not go on.",
        hint="Make the job again with all its inputs: those it has are not fetched again.",
    )
