"""Reads the inputs of a job from a file: CSV, JSON Lines, Parquet, or one on each line."""

from __future__ import annotations

import csv
import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

from lixasync.bulk.files.duck import check_installed, connect, exactly, quoted
from lixasync.bulk.result import Input
from lixasync.codec.json import parse
from lixasync.errors import DecodeError, InvalidArgumentError

_DELIMITERS = (",", ";", "\t")  # of two that fit equally well, the first is taken
_BOM = b"\xef\xbb\xbf"
_FETCHED = 1_000  # rows that are read at once
_NAMED = 20  # columns that an error lists


def read_inputs(path: str | os.PathLike[str], *, column: str | None = None) -> Iterator[Input]:
    """Return the inputs that a file holds; they are read one by one.

    By the suffix, which may have ``.gz`` behind it: ``.csv`` has a header, and commas, semicolons or tabs between its
    cells; ``.tsv`` has tabs; each line of ``.jsonl`` or ``.ndjson`` is an object, a text or a number; ``.parquet``
    needs the extra ``export``. In every other file, and on standard input, each line is an input. Space around inputs
    is removed; what is empty then is left out.

    Args:
        path: The file; ``"-"`` for standard input.
        column: The column that holds the inputs. Without it, a table has to have a single one, and an object of JSON
            Lines is an input as a whole: several arguments by name.

    Raises:
        InvalidArgumentError: there is no such file, or a column is named where there are none. While the inputs are
            read: there is no such column, something is no input, or the file cannot be read.
        ConfigurationError: DuckDB is needed and not installed.
    """
    if path == "-":
        return _plain(_standard_input(), "standard input", column)
    file = Path(path)
    if file.is_dir() or not file.exists():  # pipes are welcome
        raise InvalidArgumentError(
            f"{str(file)!r} {'is no file' if file.exists() else 'does not exist'}.",
            hint="Give the file that holds the inputs.",
        )
    kind = Path(file.stem if file.suffix.lower() == ".gz" else file.name).suffix.lower()
    if kind == ".parquet":
        check_installed(file)
        return _parquet(file, column)
    lines = _lines(file)
    if kind in (".csv", ".tsv"):
        return _csv(lines, file.name, column, _DELIMITERS if kind == ".csv" else ("\t",))
    if kind in (".jsonl", ".ndjson"):
        return _json_lines(lines, file.name, column)
    return _plain(lines, file.name, column)


def _plain(lines: Iterator[str], name: str, column: str | None) -> Iterator[Input]:
    if column is not None:
        raise InvalidArgumentError(
            f"column={column!r} is given, but {name} has no columns: each line is an input.",
            hint="Leave it out, or give a .csv, .tsv, .jsonl or .parquet file.",
        )
    return filter(None, map(str.strip, lines))


def _csv(lines: Iterator[str], name: str, column: str | None, delimiters: Sequence[str]) -> Iterator[Input]:
    first = next(lines, None)
    if first is None:
        return
    # strict: a quote that is never closed would take the rest of the file for one cell
    reader = csv.reader(chain([first], lines), delimiter=_delimiter(first, column, delimiters), strict=True)
    try:
        index = _index([each.strip() for each in next(reader)], name, column)
        for cells in reader:
            cell = cells[index].strip() if index < len(cells) else ""
            if cell:
                yield cell
    except csv.Error as error:
        raise InvalidArgumentError(f"{name}, line {reader.line_num}: this is no CSV: {error}.") from None


def _delimiter(header: str, column: str | None, delimiters: Sequence[str]) -> str:
    """Return what stands between the cells: what makes a column of the name, else what makes most columns."""

    def worth(delimiter: str) -> tuple[bool, int]:
        names = [each.strip() for each in next(csv.reader([header], delimiter=delimiter))]
        return column in names, len(names)

    return max(delimiters, key=worth)


def _json_lines(lines: Iterable[str], name: str, column: str | None) -> Iterator[Input]:
    others: dict[str, None] | None = None  # the columns of the first object, as long as none has had the one
    seen = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            value = parse(line.encode())
        except DecodeError:
            raise InvalidArgumentError(f"{place}: this is no JSON.") from None
        if isinstance(value, dict):
            if column is None:
                if value:
                    yield value
                continue
            seen = seen or column in value
            others = others or dict.fromkeys(value)
            value = value.get(column)
        found = _input(value, place)
        if found is not None:
            yield found
    if others is not None and not seen:
        _index(list(others), name, column)


def _parquet(file: Path, column: str | None) -> Iterator[Input]:
    import duckdb

    try:
        with closing(connect()) as connection:
            table = "FROM read_parquet(?)"
            pattern = [exactly(file.absolute())]
            names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * {table}", pattern).fetchall()]
            chosen = quoted(names[_index(names, file.name, column)])
            connection.execute(f"SELECT {chosen} {table}", pattern)
            rows = chain.from_iterable(iter(lambda: connection.fetchmany(_FETCHED), []))
            for number, (value,) in enumerate(rows, 1):
                found = _input(value, f"{file.name}, row {number}")
                if found is not None:
                    yield found
    except duckdb.Error as error:
        raise InvalidArgumentError(f"{str(file)!r} cannot be read: {error}") from error


def _input(value: Any, place: str) -> str | int | None:
    """Return the input in a cell; None when it is empty."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) and value.is_integer():
        return int(value)  # a column of numbers with gaps is often stored so
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise InvalidArgumentError(f"{place}: an input is a text or a whole number, not {value!r}.")


def _index(names: Sequence[str], file: str, column: str | None) -> int:
    """Return the place of the column that holds the inputs.

    Raises:
        InvalidArgumentError: there is none, or more than one.
    """
    known = [each for each in names if each]
    wanted = known[0] if column is None and len(known) == 1 else column
    if wanted is not None and names.count(wanted) == 1:
        return names.index(wanted)
    shown = ", ".join(known[:_NAMED]) + (", ..." if len(known) > _NAMED else "")
    if wanted is None:
        problem = f"has {len(known)} columns, and it is not said which of them holds the inputs"
    else:
        problem = f"has {'several columns' if wanted in names else 'no column'} {wanted!r}"
    raise InvalidArgumentError(f"{file} {problem}.", hint=f"Give one as column=; there are: {shown or 'none'}.")


def _standard_input() -> Iterator[str]:
    if sys.stdin is None:  # it was closed before the program began
        raise InvalidArgumentError("There is no standard input.", hint="Give the name of a file.")
    try:
        number = sys.stdin.fileno()
    except (OSError, ValueError):  # it was replaced by something in memory
        yield from _decoded(sys.stdin.buffer, "standard input")
        return
    # In a buffer of its own: a thread that still waits in Python's own one would not let the interpreter end.
    with open(number, "rb", closefd=False) as stream:
        yield from _decoded(stream, "standard input")


def _lines(file: Path) -> Iterator[str]:
    try:
        with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as stream:
            yield from _decoded(stream, file.name)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidArgumentError(f"{str(file)!r} cannot be read: {error}.") from error


def _decoded(stream: Iterable[bytes], name: str) -> Iterator[str]:
    for number, line in enumerate(stream, 1):
        try:
            yield (line.removeprefix(_BOM) if number == 1 else line).decode()
        except UnicodeDecodeError:
            raise InvalidArgumentError(
                f"{name}, line {number}: this is no text in UTF-8.", hint="Save the file as UTF-8."
            ) from None
