"""Where the state of a watch is kept between runs."""

from __future__ import annotations

import contextlib
import errno
import inspect
import os
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import anyio.to_thread

from lixasync.errors import ConfigurationError, StateError

V = TypeVar("V")

_TEMPORARY = ".lixasync-tmp"
_NOT_OFFERED = {errno.EINVAL, errno.ENOTSUP}  # some network file systems know no such thing for directories
_LEFT_BEHIND = 3600.0  # seconds after which an unfinished file is that of a process that was killed


@runtime_checkable
class StateStore(Protocol):
    """Keeps one text. Its methods may be plain or async.

    After ``save`` has returned, ``load`` must give that text, also after the process was killed; when ``save`` was
    interrupted, either that text or the one before. Saving may be repeated with the same text.
    """

    def load(self) -> str | Awaitable[str | None] | None:
        """Return the text saved last; None when there is none yet."""
        ...

    def save(self, state: str) -> Awaitable[None] | None:
        """Keep a text in place of the one before."""
        ...


async def finished(value: V | Awaitable[V]) -> V:
    """Return a value, awaited when it is awaitable."""
    if inspect.isawaitable(value):
        done: V = await value
        return done
    return value


class FileState:
    """Keeps the state of one watch in a file.

    The file is replaced as a whole, so a process killed at any moment leaves either the old or the new state; only its
    owner may read it. The work is done in a thread. A file that somebody else has changed is not overwritten.

    Args:
        path: The file; it is made at the first saving. Its directory must exist.

    Raises:
        ConfigurationError: the path is empty or no path.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        given: object = path
        name = os.fspath(given) if isinstance(given, str | os.PathLike) else None
        if not isinstance(name, str) or not name:
            raise ConfigurationError(
                f"{path!r} is no path for the state of a watch.",
                hint='Give the name of a file, such as "connections.watermark".',
            )
        # the working directory may change, and replacing a link would leave what it points to as it was
        self._path = Path(name).resolve()
        self._known: bytes | None = None

    @property
    def path(self) -> Path:
        """The file, as an absolute path."""
        return self._path

    async def load(self) -> str | None:
        """Return the text in the file; None when there is no file yet.

        Raises:
            ConfigurationError: there cannot be a file of this name.
            StateError: the file holds no text.
            OSError: it cannot be read.
        """
        return await anyio.to_thread.run_sync(self._load)

    async def save(self, state: str) -> None:
        """Replace the file.

        Raises:
            StateError: somebody else has changed it since it was last read or written here.
            OSError: it cannot be written.
        """
        await anyio.to_thread.run_sync(self._save, state.encode())

    def _load(self) -> str | None:
        if not self._path.parent.is_dir():
            raise ConfigurationError(
                f"There is no directory {str(self._path.parent)!r} for the state of this watch.",
                hint="Make the directory, or give another path.",
            )
        if self._path.is_dir():
            raise ConfigurationError(
                f"{str(self._path)!r} is a directory; the state of a watch is a file.",
                hint="Give the name of a file in it.",
            )
        self._sweep()
        self._known = self._read()
        try:
            return None if self._known is None else self._known.decode()
        except UnicodeDecodeError:
            raise StateError(
                f"{str(self._path)!r} holds no state of a watch.", hint="Give the path of a state, or of a new file."
            ) from None

    def _save(self, data: bytes) -> None:
        prefix = f".{self._path.name}."
        descriptor, temporary = tempfile.mkstemp(prefix=prefix, suffix=_TEMPORARY, dir=self._path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._refuse_to_overwrite_others()
            os.replace(temporary, self._path)  # noqa: PTH105 - both are paths of this class's own making
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as above
            raise
        self._known = data
        self._settle()

    def _refuse_to_overwrite_others(self) -> None:
        if self._read() != self._known:
            raise StateError(
                f"{str(self._path)!r} was changed by somebody else: another watch uses the same state.",
                hint="Give each watch a state of its own. A watch started anew goes on from what the file says.",
            )

    def _read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def _settle(self) -> None:
        """Make the new name last through a power cut, where the platform can."""
        if hasattr(os, "O_DIRECTORY"):
            directory = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(directory)
            except OSError as error:
                if error.errno not in _NOT_OFFERED:
                    raise
            finally:
                os.close(directory)

    def _sweep(self) -> None:
        """Remove what killed processes have left unfinished."""
        with contextlib.suppress(OSError):  # it is in the way of nobody
            for path in self._path.parent.iterdir():
                unfinished = path.name.startswith(f".{self._path.name}.") and path.name.endswith(_TEMPORARY)
                if unfinished and time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                    path.unlink()


def as_store(state: str | os.PathLike[str] | StateStore) -> StateStore:
    """Return the store that a ``state=`` argument stands for.

    Raises:
        ConfigurationError: it is neither a path nor a store.
    """
    if isinstance(state, str | os.PathLike):
        return FileState(state)
    if isinstance(state, type) or not isinstance(state, StateStore):
        raise ConfigurationError(
            f"state= takes a path or an object with load() and save(), not {type(state).__name__}.",
            hint='Give the name of a file, such as state="connections.watermark".',
        )
    return state
