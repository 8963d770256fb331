"""Open connections, lent to one request at a time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

import anyio

LASTING = 60.0
"""Seconds for which an idle connection is kept; calls come slowly."""


class Connections:
    """Connections by the server they lead to.

    A connection is what the HTTP library calls a pool, and never holds more than one: for each request, a library looks
    at every connection of a pool and at whatever waits in it, and what was cancelled at the wrong moment stays there.
    Those of HTTP/2, over each of which many requests go at once, are the library's business.

    Args:
        connect: Makes one to an origin; the library opens it with its first request.
        shared: Whether all requests to an origin go over the same.
    """

    def __init__(self, connect: Callable[[str], Any], *, shared: bool) -> None:
        self._connect = connect
        self._shared = shared
        self._idle: defaultdict[str, deque[tuple[Any, float]]] = defaultdict(deque)  # the one used last is the last
        self._lent: set[Any] = set()

    def lend(self, origin: str) -> Any:
        """Return a connection, to be given back or given up."""
        idle = self._idle[origin]
        if self._shared:
            if not idle:
                idle.append((self._connect(origin), 0.0))
            return idle[0][0]
        connection = idle.pop()[0] if idle else self._connect(origin)
        self._lent.add(connection)
        return connection

    async def give_back(self, origin: str, connection: Any) -> None:
        """Take a connection back that is good for another request; one that was not needed for long is closed."""
        if connection in self._lent:
            self._lent.remove(connection)
            idle, now = self._idle[origin], anyio.current_time()
            idle.append((connection, now))
            if idle[0][1] < now - LASTING:
                await _close(idle.popleft()[0])

    async def give_up(self, connection: Any) -> None:
        """Close a connection whose request failed or was cancelled."""
        if connection in self._lent:
            self._lent.remove(connection)
            await _close(connection)

    async def aclose(self) -> None:
        """Close every connection, also those that are lent."""
        idle = [connection for each in self._idle.values() for connection, _ in each]
        lent, self._lent = self._lent, set()
        self._idle.clear()
        for connection in (*idle, *lent):
            await _close(connection)


async def _close(connection: Any) -> None:
    with anyio.CancelScope(shield=True):
        await connection.aclose()
