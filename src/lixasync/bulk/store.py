"""The file of a job: an SQLite database whose every change is on the disk before anybody hears of it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, Self, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread
import attrs

from lixasync.bulk.ledger import Connection, about, settle
from lixasync.bulk.schema import APPLICATION, TABLES, VERSION
from lixasync.errors import InvalidArgumentError, JobFileError
from lixasync.limits.loop import loop_caller

T = TypeVar("T")

_PATIENCE = 15.0  # seconds to wait for another process that is writing
_CACHE = 8_000  # KiB; more makes nothing faster, even with a million inputs


@attrs.define(eq=False)
class _Change(Generic[T]):
    """A change that waits for its turn, and what came of it."""

    make: Callable[[sqlite3.Connection], T]
    value: T | None = None
    error: BaseException | None = None


@attrs.define(eq=False)
class _Batch:
    """Changes that are written together, and when they have been."""

    changes: list[_Change[Any]] = attrs.field(factory=list)
    over: anyio.Event = attrs.field(factory=anyio.Event)


class Store:
    """The file, open. Changes that come while one is being written are written together, with one wait for the disk.

    Changes are made by a thread of its own, so that no cancellation gets in their way.

    Args:
        path: The file, as an absolute path.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._next: _Batch | None = None  # the batch in the queue, which changes may still join
        self._joining = threading.Lock()
        self._thread: threading.Thread | None = None
        self._reading, self._looking = anyio.Lock(), threading.Lock()
        self._identity: tuple[int, int] | None = None
        self._writer: Connection | None = None
        self._reader: sqlite3.Connection | None = None

    async def open(self, *, create: bool) -> None:
        """Open the file.

        Args:
            create: Whether it is made when it is not there.

        Raises:
            JobFileError: there is no such file, or it is not a job's.
        """
        await anyio.to_thread.run_sync(self._open, create)
        self._thread = threading.Thread(target=self._write_all, args=(loop_caller(),), name="lixasync job", daemon=True)
        self._thread.start()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the file when what was begun is done; the last to do so leaves one file, and nothing beside it."""
        thread, self._thread = self._thread, None
        self._batches.put(None)
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._close, thread)

    async def change(self, make: Callable[[sqlite3.Connection], T], *, shielded: bool = False) -> T:
        """Make a change, whole or not at all, and wait until it is on the disk, even when it is cancelled meanwhile.

        Args:
            make: Makes the change; what it did may be undone, and is then done again.
            shielded: Whether the caller is shielded from cancellation already; that saves doing it for each change.

        Raises:
            JobFileError: it could not be written; the file is as it was.
        """
        assert self._thread is not None  # noqa: S101 - it has been opened
        change = _Change(make)
        if shielded:
            await self._joined(change).over.wait()
        else:
            await anyio.lowlevel.checkpoint_if_cancelled()
            batch = self._joined(change)
            with anyio.CancelScope(shield=True):
                await batch.over.wait()
        if change.error is not None:
            raise change.error
        return change.value  # type: ignore[return-value] # it is there, for there is no error

    def _joined(self, change: _Change[Any]) -> _Batch:
        """Let a change wait in the next batch; the first there puts it into the queue."""
        with self._joining:
            batch = self._next
            if batch is None:
                batch = self._next = _Batch()
                self._batches.put(batch)
            batch.changes.append(change)
        return batch

    async def read(self, look: Callable[[sqlite3.Connection], T]) -> T:
        """Look something up, as it is at one moment, in nobody's way.

        Raises:
            JobFileError: it cannot be read.
        """
        async with self._reading:
            return await anyio.to_thread.run_sync(self._look, look)

    def _write_all(self, call: Callable[[Callable[[], None]], None]) -> None:
        """Write changes as they come, until there are no more."""
        while (batch := self._batches.get()) is not None:
            with self._joining:
                self._next = None
            self._write(batch.changes)
            call(batch.over.set)

    def _write(self, batch: Sequence[_Change[Any]]) -> None:
        """Write all changes at once; if one of them is refused, each by itself, so that the others are not."""
        try:
            self._write_together(batch)
        except Exception as error:  # noqa: BLE001 - handed to everyone who waits
            if len(batch) == 1 or isinstance(error, JobFileError):
                for change in batch:
                    change.error = error.copy() if isinstance(error, JobFileError) else error
            else:
                for change in batch:
                    self._write((change,))

    def _write_together(self, batch: Sequence[_Change[Any]]) -> None:
        connection = self._writer
        assert connection is not None  # noqa: S101 - it has been opened
        self._check_same()
        with translated(self._path), _transaction(connection, "IMMEDIATE"):
            connection.totals = None  # those of a transaction that was taken back
            for change in batch:
                change.value = change.make(connection)
            settle(connection)

    def _check_same(self) -> None:
        """Raise JobFileError when the file was removed or replaced: what is written would be seen by nobody."""
        if _identity(self._path) != self._identity:
            raise JobFileError(
                f"{str(self._path)!r} was removed or replaced while it was in use.",
                hint="Put it back with the -wal file beside it, or begin anew.",
            )

    def _look(self, look: Callable[[sqlite3.Connection], T]) -> T:
        with self._looking, translated(self._path):
            if self._writer is None:
                raise JobFileError(f"{str(self._path)!r} has been closed.")  # by a run that ends while others look
            if self._reader is None:
                self._reader = _connect(self._path)
            with _transaction(self._reader, "DEFERRED"):
                return look(self._reader)

    def _open(self, create: bool) -> None:  # noqa: FBT001 - run in a thread, which hands on positions only
        _check_place(self._path, create=create)
        with translated(self._path):
            connection = self._writer = _connect(self._path)
            self._identity = _identity(self._path)
            try:
                if _check_kind(self._path, connection):
                    _write_ahead(connection)
                    with _transaction(connection, "IMMEDIATE"):
                        if _check_kind(self._path, connection):  # nobody else was faster
                            _set_up(connection)
            except BaseException:
                self._close(None)
                raise

    def _close(self, thread: threading.Thread | None) -> None:
        if thread is not None:
            thread.join()
        with self._looking:
            for connection in filter(None, (self._reader, self._writer)):
                connection.close()
            self._reader = self._writer = None


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _connect(path: Path) -> Connection:
    address = f"{path.as_uri()}?mode=rw"  # it is there, and is not made anew when it was removed
    connection = sqlite3.connect(
        address, uri=True, timeout=_PATIENCE, isolation_level=None, check_same_thread=False, factory=Connection
    )
    try:
        connection.execute("PRAGMA synchronous = FULL")  # an answer that was paid for outlives a power cut
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    except BaseException:
        connection.close()
        raise
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_there(path: Path) -> bool:
    """Say whether there is such a file.

    Raises:
        JobFileError: there is something else, or nobody can say.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise JobFileError(f"{str(path)!r} cannot be opened: {error.strerror}.", hint="Give another path.") from None
    if stat.S_ISDIR(mode):
        raise JobFileError(f"{str(path)!r} is a directory; a job is a file.", hint="Give the name of a file in it.")
    if not stat.S_ISREG(mode):
        raise JobFileError(f"{str(path)!r} is no file that can be kept.", hint="Give the name of a file.")
    return True


def _check_place(path: Path, *, create: bool) -> None:
    """Make an empty file if there is none yet; only its owner may read it.

    Raises:
        JobFileError: there is none, and none is to be made or can be.
    """
    if _is_there(path):
        return
    if not path.parent.is_dir():
        raise JobFileError(
            f"There is no directory {str(path.parent)!r} for this job.", hint="Make it, or give another path."
        )
    if not create:
        raise JobFileError(
            f"There is no job {str(path)!r}.",
            hint="Make one with Job(path, method, inputs=...), or check the path.",
        )
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise JobFileError(f"{str(path)!r} cannot be made: {error.strerror}.", hint="Give another path.") from None


def _check_kind(path: Path, connection: sqlite3.Connection) -> bool:
    """Say whether the file is new.

    Raises:
        JobFileError: it is something else, or of another version.
    """
    # at one moment: somebody else may be making it just now
    with contextlib.nullcontext() if connection.in_transaction else _transaction(connection, "DEFERRED"):
        ((application,),) = connection.execute("PRAGMA application_id")
        ((version,),) = connection.execute("PRAGMA user_version")
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master")
    if application == APPLICATION and version == VERSION:
        return False
    if application == 0 and not tables:
        return True
    if application == APPLICATION:
        raise JobFileError(
            f"{str(path)!r} was made by another version of this package: its form is {version}, not {VERSION}.",
            hint="Go on with that version, or begin a new file.",
        )
    raise JobFileError(f"{str(path)!r} is no file of a job.", hint="Give the path of a job, or of a new file.")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at the same time."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        # Somebody else makes the same file, and sees to it: for this, SQLite waits for nobody.


def _set_up(connection: sqlite3.Connection) -> None:
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def facts_of(path: Path) -> dict[str, str]:
    """Return what a job's file says the job is, at once; empty when there is none yet.

    Raises:
        JobFileError: it is something else, or of another version.
    """
    if not _is_there(path):
        return {}
    with translated(path), contextlib.closing(_connect(path)) as connection:
        return {} if _check_kind(path, connection) else about(connection)


_KEPT = " Everything that was stored before is kept."
_LOCKED = (f"another program holds it locked.{_KEPT}", "Close what else has it open, and run the job again.")
_PERMISSIONS = "Check its permissions, and those of its directory."
_FAILURES: dict[str, tuple[str, str]] = {
    "SQLITE_FULL": (f"the disk is full.{_KEPT}", "Free some space and run the job again."),
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": (f"it may not be written.{_KEPT}", _PERMISSIONS),
    "SQLITE_CANTOPEN": ("it cannot be opened.", _PERMISSIONS),
    "SQLITE_NOTADB": ("it is no file of a job, and was not touched.", "Give the path of a job, or of a new file."),
    "SQLITE_CORRUPT": ("it is damaged.", "Keep a copy; the command `sqlite3 FILE .recover` may save what is in it."),
    "SQLITE_IOERR": (
        f"reading or writing it failed.{_KEPT}",
        "Check the disk, free some space, and run the job again.",
    ),
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say what SQLite found wrong with a job's file, and what to do.

    Raises:
        JobFileError: instead of SQLite's own errors.
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        known = next((each for code, each in _FAILURES.items() if name.startswith(code)), None)
        what, hint = known or (f"SQLite says: {error}.", "")
        raise JobFileError(f"{str(path)!r}: {what}", hint=hint, type=name or None) from error


def checked_path(path: object) -> Path:
    """Return the path of a job's file, independent of the working directory.

    Raises:
        InvalidArgumentError: it is empty or no path.
    """
    name = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(name, str) or not name or "\0" in name:
        raise InvalidArgumentError(
            f"{path!r} is no path for a job.", hint='Give the name of a file, such as "people.db".'
        )
    return Path(os.path.realpath(name))
