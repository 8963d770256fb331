"""Writes JSON Lines, whole lines only, to a file or to standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

from lixasync import InvalidArgumentError
from lixasync.codec.json import dump


class Plain(Protocol):
    """Anything that turns itself into plain data, as every model does."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        ...


class Output:
    """Where results go. What was written is out of the process when `write` returns.

    Args:
        path: The file to write; None for standard output.
        append: Go on behind what the file holds.
        force: Replace what the file holds.

    Raises:
        InvalidArgumentError: the file holds something and is neither to be appended to nor replaced, ends in half
            a line, or cannot be written.
    """

    def __init__(self, path: Path | None = None, *, append: bool = False, force: bool = False) -> None:
        self._path = path
        self._file: BinaryIO = _stdout() if path is None else _open(path, append=append, force=force)
        self._whole = 0 if path is None else self._file.tell()

    @property
    def is_terminal(self) -> bool:
        """Whether somebody watches the results themselves."""
        return self._path is None and sys.stdout.isatty()

    def write(self, items: Iterable[Plain]) -> None:
        """Write some items and hand them to the system.

        Raises:
            BrokenPipeError: nobody reads any more.
            OSError: the disk is full, say; the file then ends where it ended before.
        """
        block = b"".join(dump(item.to_dict()) + b"\n" for item in items)
        left = memoryview(block)
        try:
            while left:
                left = left[self._file.write(left) :]  # a file without a buffer may take only a part
            self._file.flush()
        except OSError:
            self._take_back()
            raise
        self._whole += len(block)

    def _take_back(self) -> None:
        if self._path is not None:
            with suppress(OSError):  # a device has no length
                self._file.truncate(self._whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path is not None:
            self._file.close()


def _stdout() -> BinaryIO:
    if sys.stdout is None:  # it was closed before the command began
        raise InvalidArgumentError("There is no standard output.", hint="Use --out FILE.")
    return sys.stdout.buffer


def _open(path: Path, *, append: bool, force: bool) -> BinaryIO:
    try:
        # unbuffered, so that a full disk leaves nothing behind that would be tried again on closing
        file: BinaryIO = path.open("wb" if force and not append else "ab+", buffering=0)
    except OSError as error:
        raise InvalidArgumentError(f"{path} cannot be written: {error.strerror}.") from error
    size = file.seek(0, 2)
    problem = None
    if size and append:
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            problem = "ends in the middle of a line, so it cannot be appended to.", "Repair its last line first."
    elif size:
        problem = "holds something already.", "Use --force to replace it, or --resume CURSOR to append to it."
    if problem is not None:
        file.close()
        raise InvalidArgumentError(f"{path} {problem[0]}", hint=problem[1])
    return file
