"""The rows that stand for results, as JSON Lines, as CSV, and as the lines that a database reads. Pure."""

from __future__ import annotations

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from lixasync.bulk.files.flatten import Cell, ColumnKind, columns, json_text, plain, row, whole_text
from lixasync.bulk.result import Input, Result
from lixasync.errors import LixasyncError

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_WORDS = {None: "", True: "true", False: "false"}
_INTEGERS = range(-(2**63), 2**63)  # what the columns of a database hold


class Rows(ABC):
    """What is written for each result.

    A row stands for a single answer; of methods with pages, for an item. An input that failed, or that has no items,
    has a row of its own, so that every input shows.

    Args:
        kind: What a value is; of methods with pages, what an item is.
        many: Whether a value is a tuple of items.
    """

    def __init__(self, kind: Any, *, many: bool) -> None:
        self._many = many
        head: dict[str, ColumnKind] = {"input": "text", "position": "integer"}
        if many:
            head |= {"item": "integer", "stopped": "text"}
        head |= {"error": "text", "error_message": "text"}
        self._columns = columns(kind, taken=head)
        self.columns: Mapping[str, ColumnKind] = {**head, **{each.name: each.kind for each in self._columns}}
        """The columns with what their cells hold, in order."""

    def header(self) -> bytes:
        """Return what stands before all rows."""
        return b""

    @abstractmethod
    def lines(self, result: Result[Any]) -> Iterator[bytes]:
        """Yield the rows of a result.

        Args:
            result: The result.
        """

    def _parts(self, result: Result[Any]) -> Iterator[tuple[int | None, Any, LixasyncError | None]]:
        """Yield what there is a row for: the number of an item, the value, and the error."""
        if not self._many:
            yield None, result.value, result.error
            return
        items = result.value or ()
        for number, item in enumerate(items):
            yield number, item, None
        if result.error is not None or not items:
            yield None, None, result.error

    def _cells(self, result: Result[Any]) -> Iterator[tuple[Cell, ...]]:
        for number, value, error in self._parts(result):
            within = (number, _stopped(result)) if self._many else ()
            failure = (None, None) if error is None else (type(error).__name__, error.message)
            yield _text(result.input), result.position, *within, *failure, *row(self._columns, value)


class JsonLines(Rows):
    """Objects with all that values hold, nested as it is."""

    def lines(self, result: Result[Any]) -> Iterator[bytes]:
        """Yield the rows of a result.

        Args:
            result: The result.
        """
        for number, value, error in self._parts(result):
            line: dict[str, Any] = {"input": plain(result.input), "position": result.position}
            if self._many:
                line |= {"item": number, "stopped": _stopped(result)}
            line |= {"value": None if value is None else plain(value), "error": _failure(error)}
            yield json_text(line).encode() + b"\n"


class Csv(Rows):
    """Text as RFC 4180 has it, in UTF-8.

    Spreadsheets take a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break for a formula, and
    profiles are written by strangers: such a text gets an apostrophe before it. So does one that begins with
    apostrophes and such a character behind them: to have the original, remove one.
    """

    def __init__(self, kind: Any, *, many: bool) -> None:
        super().__init__(kind, many=many)
        self._writer = csv.writer(_Through(), lineterminator="\r\n")

    def header(self) -> bytes:
        """Return the line with the names of the columns."""
        return self._line(tuple(self.columns))

    def lines(self, result: Result[Any]) -> Iterator[bytes]:
        """Yield the rows of a result.

        Args:
            result: The result.
        """
        for cells in self._cells(result):
            yield self._line(tuple(_harmless(cell) if isinstance(cell, str) else cell for cell in cells))

    def _line(self, cells: tuple[Cell, ...]) -> bytes:
        # `1 in {True: ...}`: booleans are told from numbers by their class
        words = [_WORDS[cell] if cell is None or isinstance(cell, bool) else cell for cell in cells]
        line: str = self._writer.writerow(words)  # what write() of the file returned
        try:
            return line.encode()
        except UnicodeEncodeError:
            return whole_text(line).encode()


class Staged(Rows):
    """Objects of the cells that hold something, for a database to read."""

    def lines(self, result: Result[Any]) -> Iterator[bytes]:
        """Yield the rows of a result.

        Args:
            result: The result.
        """
        for cells in self._cells(result):
            known = {name: cell for name, cell in zip(self.columns, cells, strict=True) if _fits(cell)}
            yield json_text(known).encode() + b"\n"


class _Through:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _text(given: Input) -> str:
    return json_text(dict(given)) if isinstance(given, Mapping) else str(given)


def _stopped(result: Result[Any]) -> str | None:
    return None if result.stopped is None else result.stopped.value


def _failure(error: LixasyncError | None) -> dict[str, Any] | None:
    if error is None:
        return None
    return {"class": type(error).__name__, "message": error.message, "status": error.status, "type": error.type}


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _fits(cell: Cell) -> bool:
    return cell is not None and (cell.__class__ is not int or cell in _INTEGERS)
