"""Writes the results of a job to a file: JSON Lines, CSV, Parquet, DuckDB."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio
import anyio.to_thread

from lixasync.bulk.files.duck import MEMORY, check_installed, connect, exactly, literal, quoted
from lixasync.bulk.files.flatten import ColumnKind
from lixasync.bulk.files.rows import Csv, JsonLines, Rows, Staged
from lixasync.bulk.result import Result
from lixasync.errors import InvalidArgumentError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_Path: TypeAlias = str | os.PathLike[str]

_BATCH = 200  # rows that are written at once
_FORMATS: Mapping[str, type[Rows]] = {
    ".jsonl": JsonLines,
    ".ndjson": JsonLines,
    ".csv": Csv,
    ".parquet": Staged,
    ".duckdb": Staged,
}
_TEMPORARY = ".lixasync-tmp"
_LEFT_BEHIND = 3600.0  # seconds after which an unfinished export is that of a process that was killed
_SQL: Mapping[ColumnKind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "moment": "TIMESTAMPTZ",
    "json": "VARCHAR",
}
_VECTOR = 2_048  # rows that DuckDB works on at once
_VECTORS = 2  # of them are in memory at the same time
_OBJECTS = 16  # of the longest kind fit into memory, which is read in blocks of two and more
_GROUP = 64 * 2**20  # bytes of a group of rows in a Parquet file, which is held in memory
_LARGEST_GROUP = 60 * _VECTOR  # its rows


async def export(results: AsyncIterable[Result[Any]], kind: Any, path: _Path, *, many: bool) -> int:
    """Write results to a file, which is replaced as a whole: an interrupted export leaves it as it was.

    There is a row for each result; of methods with pages one for each item, and one for each failure and each input
    without items. However many there are, they take the same memory. The work is done in threads.

    Args:
        results: The results.
        kind: What a value is; of methods with pages, what an item is.
        path: The file; its suffix says how it is written: .jsonl or .ndjson, .csv, .parquet, .duckdb.
        many: Whether a value is a tuple of items.

    Returns:
        How many rows were written.

    Raises:
        InvalidArgumentError: the suffix is another, there is no such directory, or nothing may be written there.
        ConfigurationError: DuckDB is needed and not installed.
        OSError: the file cannot be written: the disk is full, say.
    """
    target = await anyio.to_thread.run_sync(checked_target, path)
    writer = _Writer(target, _FORMATS[target.suffix.lower()](kind, many=many))
    try:
        await anyio.to_thread.run_sync(writer.begin)
        batch: list[Result[Any]] = []
        size = 0
        async for result in results:
            batch.append(result)
            size += max(1, len(result.value or ())) if many else 1
            if size >= _BATCH:
                await anyio.to_thread.run_sync(writer.write, batch)
                batch, size = [], 0
        await anyio.to_thread.run_sync(writer.write, batch)
        # reading all rows once more may take a minute, which nobody who has left waits for
        await anyio.to_thread.run_sync(writer.finish, abandon_on_cancel=True)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(writer.clear)
    return writer.rows


def checked_target(path: object) -> Path:
    """Return the file that results can be exported to, as an absolute path.

    Args:
        path: The file.

    Raises:
        InvalidArgumentError: the suffix is none of an export, or there can be no such file.
        ConfigurationError: DuckDB is needed and not installed.
    """
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(name, str) or not name:
        raise InvalidArgumentError(
            f"{path!r} is no path to export to.", hint='Give the name of a file, such as "people.parquet".'
        )
    # the working directory may change, and replacing a link would leave what it points to as it was
    target = Path(name).resolve()
    rows = _FORMATS.get(target.suffix.lower())
    if rows is None:
        raise InvalidArgumentError(
            f"{name!r} does not tell how to write the results.", hint=f"Let it end in one of {', '.join(_FORMATS)}."
        )
    if not target.parent.is_dir():
        raise InvalidArgumentError(
            f"There is no directory {str(target.parent)!r} to export to.",
            hint="Make the directory, or give another path.",
        )
    if target.is_dir():
        raise InvalidArgumentError(
            f"{str(target)!r} is a directory; results are exported to a file.", hint="Give the name of a file in it."
        )
    if rows is Staged:
        check_installed(target)
    return target


def _sweep(target: Path) -> None:
    """Remove what killed processes have left unfinished."""
    with suppress(OSError):  # it is in the way of nobody
        for folder in target.parent.iterdir():
            if folder.name.startswith(f".{target.name}.") and folder.name.endswith(_TEMPORARY):
                latest = max(each.stat().st_mtime for each in (folder, *folder.iterdir()))
                if time.time() - latest > _LEFT_BEHIND:
                    shutil.rmtree(folder)


class _Writer:
    """Writes a file in a folder beside its target, and moves it into place when it is whole.

    Its methods work in threads, which go on when the task that waits for one is cancelled.

    Args:
        target: The file.
        made_of: What is written for each result.

    Attributes:
        rows: How many rows were written.
    """

    def __init__(self, target: Path, made_of: Rows) -> None:
        self.rows = 0
        self._target = target
        self._made_of = made_of
        self._bytes = self._longest = 0
        self._over = False
        self._working = threading.Lock()
        self._interrupting = threading.Lock()
        self._connection: DuckDBPyConnection | None = None
        self._litter = ExitStack()

    def begin(self) -> None:
        """Make the file.

        Raises:
            InvalidArgumentError: nothing may be written there.
        """
        with self._working:
            if self._over:
                return
            _sweep(self._target)
            prefix = f".{self._target.name}."
            try:
                self._folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=_TEMPORARY, dir=self._target.parent))
            except OSError as error:
                raise InvalidArgumentError(f"{str(self._target)!r} cannot be written: {error.strerror}.") from error
            self._litter.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._lines = self._folder / "rows"
            self._file = self._lines.open("wb")
            self._litter.callback(self._close)
            self._file.write(self._made_of.header())

    def write(self, results: Iterable[Result[Any]]) -> None:
        """Write some results."""
        with self._working:
            for line in chain.from_iterable(map(self._made_of.lines, results)):
                if self._over:
                    return
                self._file.write(line)
                self.rows += 1
                self._bytes += len(line)
                self._longest = max(self._longest, len(line))

    def finish(self) -> None:
        """Move the file into place."""
        with self._working:
            self._file.close()
            written = self._database() if isinstance(self._made_of, Staged) else self._lines
            with written.open("rb+") as file:
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):
                shutil.copymode(self._target, written)
            if self._over:
                return
            if isinstance(self._made_of, Staged):
                # what a database has not yet taken over from its log belongs to the one that is replaced
                self._target.with_name(f"{self._target.name}.wal").unlink(missing_ok=True)
            written.replace(self._target)

    def clear(self) -> None:
        """Stop what is still at work, and remove what is not the file itself."""
        self._over = True
        with self._interrupting:
            if self._connection is not None:
                self._connection.interrupt()
        with self._working:
            self._litter.close()

    def _close(self) -> None:
        with suppress(OSError):  # a disk that is full refuses the rest once more
            self._file.close()

    def _database(self) -> Path:
        import duckdb

        written = self._folder / f"written{self._target.suffix.lower()}"
        average = self._bytes // max(1, self.rows)
        memory = max(MEMORY, _OBJECTS * self._longest, _VECTORS * _VECTOR * average)
        is_parquet = written.suffix == ".parquet"
        try:
            connection = connect(None if is_parquet else written, scratch=self._folder / "scratch", memory=memory)
            with closing(connection), self._stoppable(connection):
                connection.execute(self._copying(written, average) if is_parquet else self._creating())
        except duckdb.Error as error:
            raise OSError(f"{str(self._target)!r} cannot be written: {error}") from error
        return written

    @contextmanager
    def _stoppable(self, connection: DuckDBPyConnection) -> Iterator[None]:
        self._connection = connection
        try:
            yield
        finally:
            with self._interrupting:  # a connection that is closed cannot be interrupted
                self._connection = None

    def _copying(self, written: Path, average: int) -> str:
        group = min(_LARGEST_GROUP, max(_VECTOR, _GROUP // max(1, average)))
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}"
        return f"COPY ({self._reading('VARCHAR')}) TO {literal(str(written))} ({options})"

    def _creating(self) -> str:
        return f"CREATE TABLE results AS {self._reading('JSON')}"

    def _reading(self, json: str) -> str:
        """Return what reads the lines, with JSON as a type of its own where the file has one."""
        kinds = self._made_of.columns
        types = ", ".join(f"{literal(name)}: {literal(_SQL[kind])}" for name, kind in kinds.items())
        cells = ", ".join(
            f"{quoted(name)}::{json} AS {quoted(name)}" if kind == "json" else quoted(name)
            for name, kind in kinds.items()
        )
        source = f"{literal(exactly(self._lines))}, format = 'newline_delimited', columns = {{{types}}}"
        longest = max(_GROUP // 4, self._longest)
        return f"SELECT {cells} FROM read_json({source}, maximum_object_size = {longest})"  # noqa: S608 - all quoted
