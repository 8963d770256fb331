"""The sandbox behind a real HTTP server: in a thread of its own, or blocking."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import threading
from types import TracebackType
from typing import Any, Self, Unpack

import uvicorn
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from . import people
from .app import SandboxApp, create_app
from .deliver import TRANSPORT
from .linkedin.control import LinkedInControl
from .settings import Changes, Settings

# The server knows the phrases of registered statuses only, and LinkedIn's website has one that is not.
STATUS_PHRASES.setdefault(999, b"Request denied")

_TICK = 0.1
_LAST_ANSWERS = 1.0
_ROUNDS = 10  # turns of the event loop within which accepting a caller, or closing a connection, comes to its end


class _Protocol(H11Protocol):
    """HTTP that hands each request its connection's transport, for the faults that break it off."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # narrower, as uvicorn has it
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server that starts and stops at once: it is a test's, nobody waits for its last answers."""

    def __init__(self, app: SandboxApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=_Protocol,
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=75,
            )
        )
        self.settled = threading.Event()
        """Set when the server has started, or will never start."""
        self._wake: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    async def main_loop(self) -> None:
        """Wait for the end, which a signal or another thread brings about."""
        wake = asyncio.Event()
        self._wake = asyncio.get_running_loop(), wake
        self.settled.set()
        while not self.should_exit:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), _TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything: waiting requests see their caller gone and end by themselves."""
        loop = asyncio.get_running_loop()
        for server in self.servers:
            for listener in server.sockets:
                with contextlib.suppress(NotImplementedError):  # Windows' event loop accepts in another way
                    loop.remove_reader(listener.fileno())
        # A caller who is just being accepted becomes a connection first: the closed server could not take it in, and
        # would leave its socket open.
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for _ in range(_ROUNDS):
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_ANSWERS)
        for server in self.servers:
            await server.wait_closed()

    def stop(self) -> None:
        """End the server from another thread."""
        self.should_exit = True
        if self._wake is not None:
            loop, wake = self._wake
            loop.call_soon_threadsafe(wake.set)


class Sandbox:
    """A sandbox that serves real HTTP from a thread of its own, as a context manager.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 for any free one.
        **settings: What it is told to do; see `Settings`.

    Example:
        >>> with Sandbox(connections=30, requests=None) as sandbox:
        ...     sandbox.url, sandbox.key
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, **settings: Unpack[Changes]) -> None:
        self._host = host
        self._port = port
        self._app = create_app(Settings(**settings))
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._url: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Sandbox {self._url or 'stopped'}>"

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        if self._url is None:
            raise RuntimeError("the sandbox is not running: use it in a with statement, or call start()")
        return self._url

    @property
    def key(self) -> str:
        """The key it accepts."""
        return self.settings.key

    @property
    def linkedin(self) -> LinkedInControl:
        """What LinkedIn's API holds, to compare with and to change."""
        return LinkedInControl(lambda: self._app.run.linkedin, self.url.partition("://")[2])

    @property
    def settings(self) -> Settings:
        """What it is told to do at present."""
        return self._app.run.settings

    def start(self) -> None:
        """Begin to listen; returns when requests are answered.

        Raises:
            OSError: The address cannot be listened on.
            RuntimeError: It is running already, or the server did not start.
        """
        if self._thread is not None:
            raise RuntimeError("the sandbox is running already")
        listener, url = _listen(self._host, self._port)
        server = _Server(self._app)
        thread = threading.Thread(
            target=_serve_in_thread, args=(server, listener), name="lixasync-sandbox", daemon=True
        )
        thread.start()
        server.settled.wait()
        if not server.started:
            thread.join()
            raise RuntimeError("the sandbox's server did not start")
        self._server, self._thread, self._url = server, thread, url

    def stop(self) -> None:
        """Stop listening and close every connection; does nothing when it is not running."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._server = self._thread = self._url = None

    def reset(self, **changes: Unpack[Changes]) -> None:
        """Forget all arrivals, refill the credits and empty the limit's window.

        Args:
            **changes: Settings to change at the same time; the others stay.
        """
        self._app.reset(**changes)

    def stats(self) -> dict[str, Any]:
        """Sum up what happened since the start or the last reset, in plain values.

        Returns:
            arrivals: all API requests. admitted, over_limit: those within the rate limit and those beyond it, which
            are refused (by LinkedIn's API only with linkedin_429). max_in_window: the most arrivals, refused ones
            included, in one window of the limit; LookC's own limit does not count there. limit: its requests and
            per. limit_scope: what has a window of its own. utilisation: the share of the permitted rate that was
            used, None without a limit. by_status: answers by status, 0 for none. by_path, by_fault: arrivals by path
            and by injected fault. credits_left, credits_spent, org_credits_left, email_credits_left, allowance_left:
            the account. charged_but_lost: standard credits for answers that never arrived. sends, sales_messages,
            invitations: the bodies of accepted messages at LinkedIn and in Sales Navigator, and invited profiles, in
            order. duplicates: how many whole pages were asked for again though they had been delivered. first_at,
            last_at: the first and the last arrival on the monotonic clock.
        """
        return self._app.run.ledger.stats()

    def events(self) -> list[dict[str, Any]]:
        """List the arrivals since the start or the last reset, in order; see `ledger.Event`."""
        return self._app.run.ledger.events()

    def connection(self, index: int) -> dict[str, Any]:
        """Build the connection at an index, equal to the one in answers."""
        item: dict[str, Any] = json.loads(people.connection_bytes(self.settings.seed, index, True))
        return item

    def person(self, index: int) -> dict[str, Any]:
        """Build the person at an index of the stable search order, equal to the one in answers."""
        item: dict[str, Any] = json.loads(people.person_bytes(self.settings.seed, index))
        return item


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a sandbox until Ctrl-C or SIGTERM; says on standard error where it is.

    Args:
        settings: What the sandbox is told to do.
        host: The address to listen on.
        port: The port to listen on; 0 for any free one.

    Raises:
        OSError: The address cannot be listened on.
    """
    listener, url = _listen(host, port)
    sys.stderr.write(
        f"lixasync sandbox\n  API   {url}\n  key   {settings.key}\n  token {settings.linkedin_token} (LinkedIn)\n"
        f"  page  {url}/\nCtrl-C stops it.\n"
    )
    sys.stderr.flush()
    try:
        # Ctrl-C ends it; whether it comes out again as an exception depends on when it came.
        with contextlib.suppress(KeyboardInterrupt):
            _Server(create_app(settings)).run(sockets=[listener])
    finally:
        listener.close()
    sys.stderr.write("\nStopped.\n")


def _listen(host: str, port: int) -> tuple[socket.socket, str]:
    """Bind a listening socket, so that a taken port is an error here and not in a thread."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only where it sees TCP by name;
    # left on, it would hold many an answer back for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    return listener, f"http://{shown}:{listener.getsockname()[1]}"


def _serve_in_thread(server: _Server, listener: socket.socket) -> None:
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        listener.close()
        server.settled.set()
