"""What the adapters to httpx and to httpx2 have in common, which is nearly all: both libraries have the same names."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from ssl import SSLContext
from types import ModuleType
from typing import Any

from lixasync.errors import ConnectError, ConnectionLostError, DecodeError
from lixasync.transport.base import Request, Response, read_whole
from lixasync.transport.connections import LASTING, Connections
from lixasync.transport.gate import Gate
from lixasync.transport.proxies import environment_proxy

_MOST = 750  # 500 a second with answers of one second, and some more; processes often may have 1,024 files open
_MOST_OF_A_CLIENT = 100  # what a client of either library has room for, unless it was told otherwise
_ENCODED = re.compile(r"[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]+")
_NO_CONNECTION = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")


class HttpxFamily:
    """Sends requests below the library's client, whose cookies, redirects and own defaults are not needed here.

    Args:
        library: The library.
        tls: Which servers are trusted; tens of milliseconds to make, so one for all.
        client: A client of the library to send with instead.
        http2: Speak HTTP/2 where the server does.
        max_connections: Requests under way at once at most; None for the default.
    """

    def __init__(
        self, library: ModuleType, tls: SSLContext, client: Any, *, http2: bool, max_connections: int | None
    ) -> None:
        self._library, self._tls, self._http2 = library, tls, http2
        self._client = client and partial(client.send, follow_redirects=False, auth=None, stream=True)
        most = (_MOST_OF_A_CLIENT if client else _MOST) if max_connections is None else max_connections
        self._gate = Gate(most)
        self._routes: dict[str, tuple[str | None, Any]] = {}
        self._connections = Connections(self._connect, shared=http2)
        self._limits = library.Limits(
            max_connections=None if http2 else 1, max_keepalive_connections=100, keepalive_expiry=LASTING
        )
        self._no_connection = tuple(getattr(library, name) for name in _NO_CONNECTION)

    def _route(self, origin: str) -> tuple[str | None, Any]:
        """Return the proxy on the way to an origin, and the origin as a URL; found out once."""
        if origin not in self._routes:
            self._routes[origin] = environment_proxy(origin), self._library.URL(f"{origin}/")
        return self._routes[origin]

    def _connect(self, origin: str) -> Any:
        proxy, _ = self._route(origin)
        return self._library.AsyncHTTPTransport(self._tls, http2=self._http2, limits=self._limits, proxy=proxy)

    def _outgoing(self, request: Request, origin: str, on_sent: Callable[[], None]) -> Any:
        async def trace(event: str, _info: Any) -> None:
            if event.endswith("send_request_headers.started"):  # of HTTP/1.1 or HTTP/2
                on_sent()

        url: Any = request.url
        hooks: dict[str, Any] = {"trace": trace, "timeout": {}}
        target = request.url[len(origin) :]
        if not self._client and _ENCODED.fullmatch(target):
            proxy, short = self._route(origin)
            if proxy is None:  # a proxy has to be told the whole URL; the libraries take long to read it
                url, hooks["target"] = short, target.encode()
        method, headers = request.method, request.headers
        return self._library.Request(method, url, headers=headers, content=request.body, extensions=hooks)

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Send one request; see `Transport.send`."""
        origin = request.url[: request.url.index("/", 8)]
        outgoing = self._outgoing(request, origin, on_sent)
        await self._gate.enter()
        try:
            if self._client:
                return await self._exchange(self._client, outgoing)
            connection = self._connections.lend(origin)
            try:
                response = await self._exchange(connection.handle_async_request, outgoing)
            except BaseException:
                await self._connections.give_up(connection)
                raise
            await self._connections.give_back(origin, connection)
            return response
        finally:
            self._gate.leave()

    async def _exchange(self, send: Callable[[Any], Awaitable[Any]], outgoing: Any) -> Response:
        try:
            answer = await send(outgoing)
            encoded = "content-encoding" in answer.headers  # most answers are not, and decoding nothing costs as well
            whole = await read_whole(answer.aiter_bytes() if encoded else answer.stream, answer.aclose)
            return Response(status=answer.status_code, headers=answer.headers, body=whole)
        except self._no_connection as error:
            raise ConnectError(f"No connection could be made ({type(error).__name__}: {_reason(error)}).") from None
        except self._library.RequestError as error:
            lost = DecodeError if isinstance(error, self._library.DecodingError) else ConnectionLostError
            raise lost(f"The connection or the answer broke off ({type(error).__name__}).") from None

    async def aclose(self) -> None:
        """Close the connections, but not a client of the caller's own."""
        await self._connections.aclose()


def _reason(error: BaseException) -> str:
    """Return an error's text; trio's errors have none, but what they come from has."""
    while not str(error) and error.__context__ is not None:
        error = error.__context__
    return str(error)
