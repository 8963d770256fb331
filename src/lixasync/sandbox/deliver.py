"""Sends answers, whole or damaged in the manner of a fault."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from starlette.types import Receive, Scope, Send

from .ledger import NO_ANSWER
from .replies import Reply

TRANSPORT = "lixasync.sandbox.transport"
"""Where a connection's transport is found in the ASGI scope's state; the sandbox's server puts it there."""

_LINGER_NOT = struct.pack("ii", 1, 0)
_DROPS = 24
_DROP_PAUSE = 0.002


async def read_body(receive: Receive) -> bytes | None:
    """Read a request's body; None when the caller leaves before its end."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def pause(receive: Receive, seconds: float) -> bool:
    """Wait, but no longer than the caller does.

    Returns:
        Whether the caller is still there.
    """
    if seconds <= 0:
        return True
    try:
        await asyncio.wait_for(_until_gone(receive), seconds)
    except TimeoutError:
        return True
    return False


async def deliver(
    reply: Reply,
    manner: str | None,
    scope: Scope,
    receive: Receive,
    send: Send,
    settle: Callable[[int], None],
) -> None:
    """Send an answer.

    Args:
        reply: The answer.
        manner: The fault it suffers on the way; None for none.
        scope: The request's ASGI scope.
        receive: The request's ASGI receive.
        send: The request's ASGI send.
        settle: Called with the status sent, or `NO_ANSWER`, before the caller can know how it ends, so
            that whoever has an answer finds it in the account. Not called for a caller who leaves.
    """
    if manner == "reset":
        settle(NO_ANSWER)
        await _break_off(scope, receive, gently=False)
        return
    body = b"" if manner == "empty" else reply.body
    headers = [("Content-Type", reply.media), ("Content-Length", str(len(body))), *reply.headers]
    if manner != "drip":
        settle(reply.status)
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
    )
    if manner == "cut":
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _break_off(scope, receive, gently=True)
        return
    if manner != "drip":
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    for part, more in _parts(body):
        if not more:
            settle(reply.status)
        await send({"type": "http.response.body", "body": part, "more_body": more})
        if more and not await pause(receive, _DROP_PAUSE):
            return


def _parts(body: bytes) -> Iterator[tuple[bytes, bool]]:
    """Cut a body, which is never empty, into drops, and say of each whether more follow."""
    size = -(-len(body) // _DROPS)
    for begin in range(0, len(body), size):
        yield body[begin : begin + size], begin + size < len(body)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _break_off(scope: Scope, receive: Receive, *, gently: bool) -> None:
    """Close the connection in the middle: after what was sent so far, or at once with a reset."""
    state: MutableMapping[str, Any] = scope.get("state", {})
    transport: asyncio.Transport | None = state.get(TRANSPORT)
    if transport is None:
        # Another server than the sandbox's own: an error is the only way left to break off.
        raise ConnectionResetError("the sandbox breaks this connection off")
    if gently:
        transport.close()
    else:
        peer: socket.socket | None = transport.get_extra_info("socket")
        if peer is not None:
            # Lingering for zero seconds makes the kernel send RST instead of an orderly end.
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        transport.abort()
    await _until_gone(receive)
