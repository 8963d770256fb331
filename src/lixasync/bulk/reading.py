"""Results as they are read from a job's file: decoded now, by the models of today."""

from __future__ import annotations

import sqlite3
import zlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, Self, TypeVar

from lixasync.bulk.failures import unpacked
from lixasync.bulk.inputs import restored
from lixasync.bulk.methods import Method, items_of
from lixasync.bulk.result import Result
from lixasync.bulk.schema import PAGES, State
from lixasync.codec.decoder import Decoder
from lixasync.errors import DecodeError, LixasyncError, UnknownShapeError
from lixasync.paging.cursor import StopReason

V = TypeVar("V")

_COLUMNS = "inputs.id, value, state, requests, stopped, error"
_ENDED = f"""
    SELECT position, {_COLUMNS} FROM (
        SELECT id AS position, id AS input FROM inputs WHERE id >= :begin AND state >= 2
        UNION ALL
        SELECT position, input FROM repeats WHERE position >= :begin
        ORDER BY position
    ) JOIN inputs ON inputs.id = input WHERE state >= 2 ORDER BY position LIMIT :number
"""  # noqa: S608 - own names
_ONE = f"SELECT id, {_COLUMNS} FROM inputs WHERE id = ?"  # noqa: S608 - own names
_ANSWERS = "SELECT operation, kept, body FROM answers WHERE place >= ? AND place < ? ORDER BY place"
_TOGETHER = 200  # answers or items that are read at once, or a few more


class Reading:
    """Reads the results of one method.

    Args:
        method: The method.
        params: Arguments that were the same for all inputs.
    """

    def __init__(self, method: Method, params: dict[str, Any]) -> None:
        self._method = method
        self._params = params
        self._decoder = Decoder()

    def from_place(self, connection: sqlite3.Connection, begin: int) -> list[Result[Any]]:
        """Return the next results in the order in which inputs were given, from a place on; none at the end."""
        rows = connection.execute(_ENDED, {"begin": begin, "number": _TOGETHER}).fetchall()
        results: list[Result[Any]] = []
        items = 0
        for row in rows:
            results.append(self._result(connection, *row))
            items += max(1, len(results[-1].value or ())) if self._method.many else 1
            if items >= _TOGETHER:
                break
        return results

    def of_input(self, connection: sqlite3.Connection, place: int) -> Result[Any]:
        """Return the result of one input."""
        return self._result(connection, *connection.execute(_ONE, (place,)).fetchone())

    def _result(
        self,
        connection: sqlite3.Connection,
        position: int,
        place: int,
        value: bytes,
        state: int,
        requests: int,
        stopped: str | None,
        error: bytes | None,
    ) -> Result[Any]:
        given = restored(value)
        failure: LixasyncError | None = unpacked(error) if state == State.FAILED and error is not None else None
        decoded: Any = None
        try:
            decoded = self._value(connection, place, self._method.called_with(given, self._params))
        except DecodeError as unreadable:
            failure = failure or unreadable
        if decoded is not None and isinstance(failure, UnknownShapeError) and not self._method.many:
            failure = None  # of an answer that could not be read when it came, today's models make something
        elif failure is not None and not self._method.many:
            decoded = None
        return Result(
            input=given,
            position=position,
            value=decoded,
            error=failure,
            attempts=requests,
            stopped=None if stopped is None else StopReason(stopped),
        )

    def _value(self, connection: sqlite3.Connection, place: int, arguments: dict[str, Any]) -> Any:
        rows = connection.execute(_ANSWERS, (place << PAGES, (place + 1) << PAGES)).fetchall()
        if not self._method.many:
            return self._decoded(rows[-1], arguments) if rows else None  # of several, the latest is the one
        values: list[Any] = []
        for row in rows:
            items, kept = items_of(self._decoded(row, arguments)), row[1]
            values += items if kept is None else [items[int(index)] for index in kept.split(",") if index]
        return tuple(values)

    def _decoded(self, row: tuple[str, str | None, bytes], arguments: dict[str, Any]) -> Any:
        operation, _, body = row
        return self._method.decode(self._decoder, operation, zlib.decompress(body), arguments)


class Results(AsyncIterator[Result[V]], Generic[V]):
    """The results of a job, one for each input that was given and has ended, in that order.

    Nothing is held open between them.

    Args:
        read: Reads the next results from a place on.
    """

    def __init__(self, read: Callable[[int], Awaitable[list[Result[V]]]]) -> None:
        self._read = read
        self._ready: deque[Result[V]] = deque()
        self._place = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result[V]:
        if not self._ready:
            self._ready.extend(await self._read(self._place))
        if not self._ready:
            raise StopAsyncIteration
        result = self._ready.popleft()
        self._place = result.position + 1
        return result
