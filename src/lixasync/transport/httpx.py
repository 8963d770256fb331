"""The default adapter: httpx."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx

from lixasync.errors import ConnectError, ConnectionLostError, DecodeError
from lixasync.transport.base import Request, Response

# Slow plans pause 3 s and more between requests: idle connections are worth keeping for longer than httpx's 5 s.
_POOL = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=60.0)
_SENDING = ("http11.send_request_headers.started", "http2.send_request_headers.started")


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # tens of milliseconds: built once for all clients of the process


class HttpxTransport:
    """Sends requests with httpx; the environment's proxies are honoured.

    Args:
        client: An ``httpx.AsyncClient`` of yours to send with; it stays open when the SDK's client is closed.
        http2: Speak HTTP/2 where the server does; needs ``pip install 'lixasync[http2]'``. Ignored with ``client``.
    """

    def __init__(self, client: httpx.AsyncClient | None = None, *, http2: bool = False) -> None:
        self._owned = client is None
        self._client = client or httpx.AsyncClient(verify=_tls(), http2=http2, limits=_POOL, timeout=None)  # noqa: S113 - the pipeline bounds each attempt as a whole

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Send one request; see `Transport.send`."""

        async def trace(event: str, _info: Any) -> None:
            if event in _SENDING:
                on_sent()

        method, url, body = request.method, request.url, request.body
        outgoing = httpx.Request(method, url, headers=request.headers, content=body, extensions={"trace": trace})
        try:
            answer = await self._client.send(outgoing, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise ConnectError(f"No connection could be made ({type(error).__name__}).") from error
        except httpx.DecodingError as error:
            raise DecodeError("The answer's compression is broken.") from error
        except httpx.TransportError as error:
            raise ConnectionLostError(f"The connection broke before the answer ({type(error).__name__}).") from error
        return Response(status=answer.status_code, headers=answer.headers, body=answer.content)

    async def aclose(self) -> None:
        """Close the connections, unless the client was the caller's own."""
        if self._owned:
            await self._client.aclose()
