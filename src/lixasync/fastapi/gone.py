"""Ending what nobody waits for any more: a caller who has gone costs no further request."""

from __future__ import annotations

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = ("GET", "HEAD")
_GONE = "http.disconnect"


class EndWithCaller:
    """Middleware that cancels a GET or HEAD whose caller goes away before the whole answer is out.

    Other methods may have changed something, and go on to their end.

    Args:
        app: The application within.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] in _SAFE:
            await until_gone(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def until_gone(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run an application for one request, and cancel it when the caller goes away before the whole answer is out.

    Servers tell of that only to those who listen, and some frameworks listen only while they send. What comes after the
    answer, such as background tasks, is not cancelled: to the application, callers who have their answer are gone too.

    Args:
        app: The application.
        scope: What is asked.
        receive: Returns what the server has to tell.
        send: Sends the answer.
    """
    came, coming = anyio.create_memory_object_stream[Message](1)
    answered = False
    failure: Exception | None = None

    async def watched(message: Message) -> None:
        nonlocal answered
        answered = answered or (message["type"] == "http.response.body" and not message.get("more_body", False))
        await send(message)

    async def forwarded() -> Message:
        try:
            return await coming.receive()
        except anyio.EndOfStream:
            return {"type": _GONE}

    async def listen() -> None:
        await _forward(receive, came)
        if not answered:
            group.cancel_scope.cancel()

    with came, coming:
        async with anyio.create_task_group() as group:
            group.start_soon(listen)
            try:
                await app(scope, forwarded, watched)
            except Exception as error:  # noqa: BLE001 - raised below, as it was and not wrapped in a group
                failure = error
            group.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _forward(receive: Receive, came: MemoryObjectSendStream[Message]) -> None:
    """Hand on what the caller sends, until the caller goes away."""
    with came:
        while (message := await receive())["type"] != _GONE:
            await came.send(message)
