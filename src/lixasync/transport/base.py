"""What the pipeline asks of an HTTP library: one coroutine that sends one request."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from typing import Protocol

import anyio
import attrs

from lixasync.errors import UnknownShapeError


@attrs.frozen(kw_only=True)
class Request:
    """One request, ready to leave.

    Attributes:
        method: HTTP method.
        url: The whole URL, already encoded; adapters must not encode it again.
        headers: Header names in lower case, with their values; holds secrets, so it is left out of the repr.
        body: The body's bytes, or None.
    """

    method: str
    url: str = attrs.field(repr=False)
    headers: tuple[tuple[str, str], ...] = attrs.field(repr=False)
    body: bytes | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class Response:
    """One whole answer.

    Attributes:
        status: HTTP status.
        headers: Header names in lower case, with their values.
        body: The body's bytes, decompressed.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


LARGEST = 64 * 2**20
"""Bytes of an answer at most, decompressed; the largest pages known take about one MiB."""


async def read_whole(chunks: AsyncIterable[bytes], close: Callable[[], Awaitable[None]]) -> bytes:
    """Return an answer's bytes, as long as they are not more than any answer has: a few can unpack to gigabytes.

    Args:
        chunks: The bytes, decompressed.
        close: Ends the answer: gives the connection back, or up unless all was read.

    Raises:
        UnknownShapeError: the answer is too large.
    """
    try:
        whole = await _collected(chunks)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await close()
        raise
    await close()
    return whole


async def _collected(chunks: AsyncIterable[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > LARGEST:
            raise UnknownShapeError(f"The answer is longer than {LARGEST} bytes.", hint="Check base_url.")
    return bytes(body)


class Transport(Protocol):
    """An adapter to an HTTP library.

    An adapter follows no redirects, keeps no cookies that matter, and repeats nothing: the pipeline decides.
    """

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        """Send one request and read its whole answer.

        Args:
            request: What to send.
            on_sent: To be called when the request's first bytes leave, if the library tells; pacing counts from
                there. An adapter that cannot know never calls it; the request then counts from when its slot was
                taken, and the slot that depends on it waits for the end of this call.

        Raises:
            ConnectError: no connection could be made, so nothing left.
            ConnectionLostError: the connection broke before the whole answer was read.
            DecodeError: the answer's bytes cannot be decompressed.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...
