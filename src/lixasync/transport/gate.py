"""How many requests are under way at once."""

from __future__ import annotations

from collections import deque

import anyio

from lixasync.errors import ConfigurationError


class Gate:
    """Lets so many in at once; the others wait, first come first served.

    It knows no event loop until somebody has to wait, and costs next to nothing until then.

    Args:
        most: How many.

    Raises:
        ConfigurationError: it is no whole number from 1 up.
    """

    def __init__(self, most: int) -> None:
        given: object = most
        if isinstance(given, bool) or not isinstance(given, int) or given < 1:
            raise ConfigurationError(f"max_connections is {most!r}; it must be a whole number from 1 up.")
        self.free = most
        self._waiting: deque[anyio.Event] = deque()

    async def enter(self) -> None:
        """Wait until there is room, and take it; whoever returns from here has to leave."""
        if self.free:
            self.free -= 1
            return
        called = anyio.Event()
        self._waiting.append(called)
        try:
            await called.wait()
        except BaseException:
            if called.is_set():  # its room is there already
                self.leave()
            else:
                self._waiting.remove(called)
            raise

    def leave(self) -> None:
        """Make room, for the first of those who wait."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self.free += 1
