"""The sandbox as an ASGI application."""

from __future__ import annotations

import dataclasses
import time
from typing import Unpack

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import faults
from .deliver import deliver, pause, read_body
from .ledger import NO_ANSWER
from .openapi import document
from .page import POLICY, page_html
from .replies import Reply
from .run import Run, Visit
from .settings import Changes, Settings

_EVENTS_AT_ONCE = 2000
_DESCRIPTION = "/openapi.json"
_FRESH = {"Cache-Control": "no-store"}


class SandboxApp:
    """The ASGI application: the API, and beside it the page and its data.

    It needs asyncio, as uvicorn gives it. Faults that break connections off need the sandbox's own
    server; elsewhere they raise ConnectionResetError out of the application.

    Args:
        settings: What the sandbox is told to do.
    """

    def __init__(self, settings: Settings) -> None:
        self.run = Run(settings)
        """Everything since the last reset."""
        self._site = Starlette(
            routes=[
                Route("/", self._page, methods=["GET"]),
                Route(_DESCRIPTION, self._describe, methods=["GET"]),
                Route("/__sandbox/events", self._events, methods=["GET"]),
                Route("/__sandbox/stats", self._stats, methods=["GET"]),
                Route("/__sandbox/reset", self._reset, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = time.monotonic()
        if scope["type"] != "http" or scope["path"] in ("/", _DESCRIPTION) or scope["path"].startswith("/__sandbox/"):
            await self._site(scope, receive, send)
            return
        run = self.run
        visit = run.arrive(
            at=arrived,
            time=time.time(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=Headers(scope=scope),
            raw_path=scope.get("raw_path"),
            scheme=scope.get("scheme", "http"),
        )
        await _attend(run, visit, scope, receive, send)

    def reset(self, **changes: Unpack[Changes]) -> None:
        """Begin a new run: no arrivals, full credits, an empty window. See `Sandbox.reset`."""
        settings = dataclasses.replace(self.run.settings, **changes)
        # Requests still under way keep the old run, so that nothing of them leaks into the new one.
        self.run = Run(settings, self.run.epoch + 1)

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(page_html(), headers={"Content-Security-Policy": POLICY, **_FRESH})

    async def _describe(self, _request: Request) -> Response:
        return JSONResponse(document(self.run.settings), headers=_FRESH)

    async def _events(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        known = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
        run = self.run
        last, events = run.ledger.finished(known, _EVENTS_AT_ONCE)
        body = {"epoch": run.epoch, "now": time.monotonic(), "last": last, "events": events}
        return JSONResponse(body, headers=_FRESH)

    async def _stats(self, _request: Request) -> Response:
        return JSONResponse(self.run.ledger.stats(), headers=_FRESH)

    async def _reset(self, _request: Request) -> Response:
        self.reset()
        return JSONResponse({"epoch": self.run.epoch}, headers=_FRESH)


def create_app(settings: Settings | None = None) -> SandboxApp:
    """Create the ASGI application alone, for a server of your own.

    Args:
        settings: What the sandbox is told to do; None for the defaults.
    """
    return SandboxApp(settings or Settings())


async def _attend(run: Run, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
    """Read the rest of a request, have it answered, and record how that ended."""
    reply: Reply | None = None

    def settle(status: int, *, lost: bool = False) -> None:
        run.ledger.finish(
            visit.event,
            status=status,
            page=reply is not None and reply.page,
            lost=lost or visit.manner in faults.LOSING,
            seconds=time.monotonic() - visit.event.at,
        )

    try:
        body = await read_body(receive)
        if body is None:
            return
        reply = run.answer(visit, body)
        if await pause(receive, run.delay(visit)):
            await deliver(reply, visit.manner, scope, receive, send, settle)
    finally:
        if visit.event.status is None:
            settle(NO_ANSWER, lost=True)
