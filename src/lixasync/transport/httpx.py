"""The default adapter: httpx."""

from __future__ import annotations

import httpx

from lixasync.transport.family import HttpxFamily

_TLS = httpx.create_ssl_context()  # once, and before the first request is due


class HttpxTransport(HttpxFamily):
    """Sends requests with httpx.

    Args:
        client: An ``httpx.AsyncClient`` of yours to send with; it stays open when the SDK's client is closed.
        http2: Speak HTTP/2 where the server does, by ``pip install 'lixasync[http2]'``; not for a client of yours.
        max_connections: Requests under way at once at most; the others wait, first come first served. By default 750;
            with a client of yours 100, for which its pool has room unless you gave it other limits.

    Raises:
        ConfigurationError: ``max_connections`` is no whole number from 1 up.
    """

    def __init__(
        self, client: httpx.AsyncClient | None = None, *, http2: bool = False, max_connections: int | None = None
    ) -> None:
        super().__init__(httpx, _TLS, client, http2=http2, max_connections=max_connections)
