"""Belonging to one event loop: timers and connections do not work in another."""

from __future__ import annotations

from asyncio import (
    _get_running_loop as running_asyncio_loop,  # the documented way raises outside asyncio, and is slower
)

import anyio.lowlevel

from lixasync.errors import EventLoopError


class Home:
    """Remembers the event loop of the first use and refuses every other.

    Args:
        owner: What is protected, as the subject of the error's sentence.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._loop: object = None

    def check(self) -> None:
        """Raise EventLoopError when this is not the event loop of the first use."""
        loop = running_asyncio_loop() or anyio.lowlevel.current_token().native_token
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise EventLoopError(f"{self._owner} is in use in another event loop.")
