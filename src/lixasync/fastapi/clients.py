"""The clients of an application: opened and closed with it, and handed to whoever names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, FastAPI, Header, Query
from fastapi.requests import HTTPConnection

from lixasync.errors import ConfigurationError, LixasyncError
from lixasync.fastapi.gone import EndWithCaller
from lixasync.fastapi.problems import answer
from lixasync.linkedin.client import LinkedInClient
from lixasync.lix.client import LixClient

_Clients: TypeAlias = Callable[[], LixClient | LinkedInClient]

_LIX, _LINKEDIN = "lix", "linkedin"


def lifespan(
    *clients: _Clients, deadline: float | None = 10.0
) -> Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]:
    """Return a lifespan that opens clients when the application starts, and closes them when it ends.

    The clients stand in the state of each request, as ``request.state.lix`` and ``request.state.linkedin``; name `Lix`
    or `LinkedIn` as a parameter to get them. A lifespan of your own opens this one inside::

        @asynccontextmanager
        async def own(app):
            async with lifespan(LixClient)(app) as state, open_database() as database:
                yield {**state, "database": database}

    Args:
        clients: What makes each client when the application starts: the class itself for settings from the
            environment, else ``functools.partial(LixClient, rate_limit=...)`` or a function. One of a kind.
        deadline: Seconds that a call may take in all, its wait for a slot included; None for no bound. When the queue
            ahead is already longer, the caller hears so at once. Background work of yours may want another one:
            ``lix.with_options(deadline=None, lane="bulk")``. Jobs have none in any case.

    Raises:
        ConfigurationError: a client instead of what makes one; and when the application starts: two clients of a kind,
            or settings that cannot work.
    """
    if not all(map(callable, clients)):
        raise ConfigurationError(
            "lifespan needs what makes a client: LixClient itself or partial(LixClient, ...), not a client."
        )
    return partial(_Life, clients, deadline)


class _Life(AbstractAsyncContextManager[Mapping[str, Any]]):
    """The clients of one application, from its start to its end."""

    def __init__(self, clients: tuple[_Clients, ...], deadline: float | None, _app: FastAPI) -> None:
        self._clients = clients
        self._deadline = deadline
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Mapping[str, Any]:
        state: dict[str, Any] = {}
        async with AsyncExitStack() as opened:
            for make in self._clients:
                client = make()
                await opened.enter_async_context(client)
                name = _LIX if isinstance(client, LixClient) else _LINKEDIN
                if name in state:
                    raise ConfigurationError(
                        f"lifespan is given two clients of the class {type(client).__name__}.",
                        hint="Open the second one in a lifespan of your own, and hand it out by a name of its own.",
                    )
                state[name] = client.with_options(deadline=self._deadline)
            self._opened = opened.pop_all()
        return state

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._opened.aclose()


async def lix_client(connection: HTTPConnection) -> LixClient:
    """Return the application's client of the Lix API: what `Lix` depends on.

    In tests, replace it: ``app.dependency_overrides[lix_client] = lambda: client``.

    Raises:
        ConfigurationError: the application has none.
    """
    client: LixClient = _client(connection, _LIX, LixClient)
    return client


async def linkedin_client(connection: HTTPConnection) -> LinkedInClient:
    """Return the application's client of LinkedIn's own API: what `LinkedIn` depends on.

    Raises:
        ConfigurationError: the application has none.
    """
    client: LinkedInClient = _client(connection, _LINKEDIN, LinkedInClient)
    return client


async def resume_from(
    last_event_id: Annotated[str | None, Header(description="Sent by a browser that connects again.")] = None,
    cursor: Annotated[str | None, Query(description="Where to go on, as an earlier answer said.")] = None,
) -> str | None:
    """Return from where a stream is to go on, if the caller says so: what `Resume` depends on."""
    return last_event_id or cursor


Lix: TypeAlias = Annotated[LixClient, Depends(lix_client)]
"""A parameter that is the application's `LixClient`."""
LinkedIn: TypeAlias = Annotated[LinkedInClient, Depends(linkedin_client)]
"""A parameter that is the application's `LinkedInClient`."""
Resume: TypeAlias = Annotated[str | None, Depends(resume_from)]
"""A parameter that is the cursor to go on from: the header ``Last-Event-ID``, else ``?cursor=``, else None."""


def install(app: FastAPI) -> None:
    """Have an application answer errors of this package as problems, and end calls whose caller has gone.

    A GET that waits for its slot, or for its answer, is cancelled when its caller goes away, so that nobody pays for
    an answer that nobody reads. Other methods run to their end, because they may change something.

    Args:
        app: The application, before it starts.
    """
    app.add_exception_handler(LixasyncError, answer)
    app.add_middleware(EndWithCaller)


def _client(connection: HTTPConnection, name: str, kind: type[Any]) -> Any:
    client = getattr(connection.state, name, None)
    if client is None:
        raise ConfigurationError(
            f"This application has no {kind.__name__}.",
            hint=f"Make it with FastAPI(lifespan=lifespan({kind.__name__})), and see that its lifespan is run: "
            "a TestClient does so in its `with` block.",
        )
    return client
