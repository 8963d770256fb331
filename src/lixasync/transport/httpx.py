"""The default adapter: httpx, below its client, whose cookies, redirects and own defaults are not needed here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx

from lixasync.errors import ConnectError, ConnectionLostError, DecodeError
from lixasync.transport.base import Request, Response, read_whole
from lixasync.transport.proxies import environment_proxy

_POOL = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=60.0)  # calls come slowly
_TLS = httpx.create_ssl_context()  # takes tens of milliseconds: once, and before the first request is due


class HttpxTransport:
    """Sends requests with httpx.

    Args:
        client: An ``httpx.AsyncClient`` of yours to send with; it stays open when the SDK's client is closed.
        http2: Speak HTTP/2 where the server does, by ``pip install 'lixasync[http2]'``; not for a client of yours.
    """

    def __init__(self, client: httpx.AsyncClient | None = None, *, http2: bool = False) -> None:
        self._client, self._http2, self._pools = client, http2, dict[str, httpx.AsyncHTTPTransport]()

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Send one request; see `Transport.send`."""

        async def trace(event: str, _info: Any) -> None:
            if event.endswith("send_request_headers.started"):  # of HTTP/1.1 or HTTP/2
                on_sent()

        method, url, headers, hooks = request.method, request.url, request.headers, {"trace": trace, "timeout": {}}
        outgoing = httpx.Request(method, url, headers=headers, content=request.body, extensions=hooks)
        own = self._client and partial(self._client.send, follow_redirects=False, auth=None, stream=True)
        try:
            answer = await (own or self._pool(url).handle_async_request)(outgoing)
            whole = await read_whole(answer.aiter_bytes(), answer.aclose)
            return Response(status=answer.status_code, headers=answer.headers, body=whole)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise ConnectError(f"No connection could be made ({type(error).__name__}: {error}).") from None
        except httpx.RequestError as error:
            lost = DecodeError if isinstance(error, httpx.DecodingError) else ConnectionLostError
            raise lost(f"The connection or the answer broke off ({type(error).__name__}).") from None

    def _pool(self, url: str) -> httpx.AsyncHTTPTransport:
        origin = url[: url.index("/", 8)]
        if not (pool := self._pools.get(origin)):
            pool = httpx.AsyncHTTPTransport(_TLS, http2=self._http2, limits=_POOL, proxy=environment_proxy(origin))
        return self._pools.setdefault(origin, pool)

    async def aclose(self) -> None:
        """Close the connections, but not a client of the caller's own."""
        for pool in self._pools.values():
            await pool.aclose()
