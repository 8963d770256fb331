"""The adapter to httpx2, the maintained continuation of httpx."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lixasync.errors import ConfigurationError
from lixasync.transport.family import HttpxFamily

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx2


class Httpx2Transport(HttpxFamily):
    """Sends requests with httpx2; ``pip install 'lixasync[httpx2]'``.

    Args:
        client: An ``httpx2.AsyncClient`` of yours to send with; it stays open when the SDK's client is closed.
        http2: Speak HTTP/2 where the server does, by ``pip install 'lixasync[http2]'``; not for a client of yours.
        max_connections: Requests under way at once at most; the others wait, first come first served. By default 750;
            with a client of yours 100, for which its pool has room unless you gave it other limits.

    Raises:
        ConfigurationError: ``max_connections`` is no whole number from 1 up, or httpx2 is not installed.
    """

    def __init__(
        self, client: httpx2.AsyncClient | None = None, *, http2: bool = False, max_connections: int | None = None
    ) -> None:
        try:
            import httpx2
        except ImportError as error:
            raise ConfigurationError("httpx2 is not installed.", hint="pip install 'lixasync[httpx2]'") from error
        super().__init__(httpx2, _tls(), client, http2=http2, max_connections=max_connections)


@functools.cache
def _tls() -> SSLContext:
    import httpx2

    return httpx2.create_ssl_context()
