"""Applications for the tests: run within the event loop or behind a real server, and callers who can go away."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import anyio
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.support.fake import SEARCH, FakeTransport, client

from lixasync import LixClient
from lixasync.fastapi import PROBLEMS, Lix, Resume, events, install, jsonl, lifespan

LINK = "https://www.linkedin.com/in/robin-marlowe"


def application(transport: FakeTransport, *, deadline: float | None = 10.0, **settings: Any) -> FastAPI:
    """Make an application like those of the documents, whose client has a fake transport."""
    return routed(FastAPI(lifespan=lifespan(lambda: client(transport, **settings), deadline=deadline)))


def routed(app: FastAPI) -> FastAPI:
    """Give an application what the tests ask for."""
    app.router.responses.update(PROBLEMS)
    install(app)

    @app.get("/person")
    async def person(lix: Lix) -> str:
        return str((await lix.enrichment.person(LINK)).name)

    @app.post("/person")
    async def posted(lix: Lix) -> str:
        return str((await lix.enrichment.person(LINK)).name)

    @app.get("/lines")
    async def lines(lix: Lix, resume: Resume, most: int | None = None) -> Any:
        return jsonl(lix.search.people(SEARCH, max_items=most, resume=resume))

    @app.get("/events")
    async def told(lix: Lix, resume: Resume, most: int | None = None) -> Any:
        return events(lix.search.people(SEARCH, max_items=most, resume=resume))

    @app.post("/events")
    async def told_anew(lix: Lix) -> Any:
        return events(lix.search.people(SEARCH))

    return app


def with_state(app: ASGIApp, state: Any) -> ASGIApp:
    """Hand each request the lifespan's state, as a server does."""

    async def stated(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": dict(state or {})}, receive, send)

    return stated


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[ASGIApp]:
    """Run an application's lifespan."""
    async with app.router.lifespan_context(app) as state:
        yield with_state(app, state)


class Asking:
    """Asks an application within the event loop.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, path: str, *, headers: Mapping[str, str] | None = None, **params: Any) -> Caller:
        """Ask for a path, and return the caller who was answered."""
        caller = Caller(path, headers=headers, params=params)
        await caller.ask(self._app)
        return caller


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[Asking]:
    """Run an application within the event loop."""
    async with opened(app) as asgi:
        yield Asking(asgi)


class Caller:
    """One request as a server hands it over, and a caller who may go away.

    Attributes:
        sent: What was sent to the caller.
        seen: Set when the first part of the body was sent.
    """

    def __init__(
        self,
        path: str,
        *,
        method: str = "GET",
        body: tuple[bytes, ...] = (b"",),
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        self._body = [{"type": "http.request", "body": part, "more_body": True} for part in body]
        self._body[-1]["more_body"] = False
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},  # the later one leaves it to us to hear who has gone
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": urlencode(params or {}).encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
            "scheme": "http",
            "server": ("app", 80),
            "client": ("caller", 1),
            "root_path": "",
        }
        self._gone = anyio.Event()
        self.sent: list[Message] = []
        self.seen = anyio.Event()

    async def ask(self, app: ASGIApp) -> None:
        """Have the application answer."""
        await app(self._scope, self._receive, self._send)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> Headers:
        """The headers of the answer."""
        return Headers(raw=self.sent[0]["headers"])

    @property
    def text(self) -> str:
        """The body of the answer."""
        return b"".join(each.get("body", b"") for each in self.sent).decode()

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.text)

    def leave(self) -> None:
        """Go away."""
        self._gone.set()

    async def _receive(self) -> Message:
        if self._body:
            return self._body.pop(0)
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.seen.set()


class _Server(uvicorn.Server):
    """A server that says when it serves."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(app, http="h11", ws="none", lifespan="on", log_config=None, timeout_graceful_shutdown=5)
        )
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


class Serving:
    """An application behind a real server in a thread of its own, as a context manager.

    Args:
        app: The application.

    Attributes:
        url: Where it is.
    """

    def __init__(self, app: FastAPI) -> None:
        self._server = _Server(app)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._server.settled.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def waiting(lix: LixClient) -> int:
    """Return how many calls wait for a slot."""
    return sum(lix.limits.snapshot().rate.waiting.values())
