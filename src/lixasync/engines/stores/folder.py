"""A folder as a store of chunks: one file each, replaced as a whole."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio.to_thread

from lixasync.engines.stores.base import ConflictError, Stored, checked_name
from lixasync.errors import JobFileError

_LOCK = ".lixasync-lock"
_TEMPORARY = ".lixasync-tmp"
_LEFT_BEHIND = 3600.0  # seconds after which an unfinished file is that of a process that was killed
_PATIENCE = 60.0  # seconds to wait for others who are storing


class FolderStore:
    """Keeps each chunk in a file of a folder, which any number of processes may use.

    Args:
        folder: The folder; it is made at the first storing. Files are readable by their owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def url(self) -> str:
        """The folder's address."""
        return self._folder.as_uri()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing is open."""

    async def get(self, name: str) -> Stored | None:
        """Return what a file holds; None when there is none."""
        return await anyio.to_thread.run_sync(self._get, checked_name(name))

    async def put(self, name: str, body: bytes, version: str | None) -> str:
        """Replace a file.

        Raises:
            ConflictError: it is another one by now.
        """
        return await anyio.to_thread.run_sync(self._put, checked_name(name), body, version)

    async def names(self) -> dict[str, str]:
        """Return the names of all files, with their versions."""
        return await anyio.to_thread.run_sync(self._names)

    async def delete(self, name: str) -> None:
        """Remove a file."""
        await anyio.to_thread.run_sync(self._delete, checked_name(name))

    def _get(self, name: str) -> Stored | None:
        with self._translated(), contextlib.suppress(FileNotFoundError), (self._folder / name).open("rb") as file:
            return Stored(version=_version(os.fstat(file.fileno())), body=file.read())
        return None

    def _put(self, name: str, body: bytes, version: str | None) -> str:
        with self._translated():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=_TEMPORARY, dir=self._folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(body)
                    file.flush()
                    now = time.time_ns()
                    os.utime(temporary, ns=(now, now))  # finer than file systems note it themselves
                    os.fsync(file.fileno())
                    made = _version(os.fstat(file.fileno()))
                self._replace(name, temporary, version)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)  # noqa: PTH108 - as above
                raise
            self._settle()
        return made

    def _replace(self, name: str, temporary: str, version: str | None) -> None:
        with self._locked():
            if self._current(name) != version:
                raise ConflictError(name)
            os.replace(temporary, self._folder / name)  # noqa: PTH105 - one of them is a text

    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        with self._translated(), contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                if path.name.endswith(_TEMPORARY):
                    _sweep(path)
                elif not path.name.startswith(".") and (version := self._current(path.name)) is not None:
                    found[path.name] = version
        return found

    def _delete(self, name: str) -> None:
        with self._translated(), contextlib.suppress(FileNotFoundError):
            (self._folder / name).unlink()

    def _current(self, name: str) -> str | None:
        try:
            return _version((self._folder / name).stat())
        except FileNotFoundError:
            return None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep all others from replacing files; whoever dies keeps nobody waiting."""
        with contextlib.closing(sqlite3.connect(self._folder / _LOCK, timeout=_PATIENCE, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    def _settle(self) -> None:
        """Make a new name last through a power cut, where the platform can."""
        if hasattr(os, "O_DIRECTORY"):
            directory = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                with contextlib.suppress(OSError):  # some network file systems know no such thing for directories
                    os.fsync(directory)
            finally:
                os.close(directory)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise JobFileError(
                f"The chunks in {str(self._folder)!r} cannot be read or written: {why}.",
                hint="Check that it is a folder, its permissions, and the space on its disk.",
            ) from error


def _version(found: os.stat_result) -> str:
    """Return what tells a file from all others that ever had its name."""
    return f"{found.st_mtime_ns:x}-{found.st_ino:x}-{found.st_size:x}"


def _sweep(unfinished: Path) -> None:
    """Remove what a killed process has left unfinished."""
    with contextlib.suppress(OSError):  # it is in the way of nobody
        if time.time() - unfinished.stat().st_mtime > _LEFT_BEHIND:
            unfinished.unlink()
