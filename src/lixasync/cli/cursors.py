"""Cursors on their way to people and back: long ones go by a file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from lixasync.errors import CursorError

_LONG = 8_000  # characters; systems take only so much in one argument, and nobody copies more


def onward(cursor: str) -> str:
    """Return what to add to a command to go on: the cursor, or the file it was put into because it is long.

    A cursor of a divided search knows everybody who was delivered, as hashes, so it grows with the stream.
    """
    if len(cursor) <= _LONG:
        return f"--resume {cursor}"
    path = Path(f"lixasync-{hashlib.blake2b(cursor.encode(), digest_size=4).hexdigest()}.cursor")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(cursor)
    except OSError:
        return f"--resume {cursor}"
    return f"--resume @{path}"


def cursor_of(given: str | None) -> str | None:
    """Return the cursor that was given, or the one in the file behind ``@``.

    Raises:
        CursorError: the file cannot be read.
    """
    if given is None or not given.startswith("@"):
        return given
    try:
        return Path(given[1:]).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CursorError(f"The cursor's file {given[1:]!r} cannot be read: {error}.") from error
