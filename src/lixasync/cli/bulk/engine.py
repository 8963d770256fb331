"""Which engine does the work of jobs, and where its server is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import anyio
import attrs
from cyclopts import Group, Parameter

from lixasync import ConnectError, InvalidArgumentError
from lixasync.cli.bulk.options import JobRunOptions
from lixasync.models.secret import bare_url

if TYPE_CHECKING:
    from docket import Docket

_ABOUT_ENGINE = Group("Engine", sort_key=3)
_URL = "LIXASYNC_ENGINE_URL"
_STORE = "LIXASYNC_STORE_URL"
_SCHEMES = ("redis", "rediss", "unix")
_PATIENCE = 5.0  # seconds for which the server may keep the first question waiting

Url = Annotated[
    str | None,
    Parameter(
        help=f"The engine's server, such as redis://localhost:6379; by default {_URL}, which is the place for one with "
        "a password.",
        metavar="URL",
    ),
]
StoreUrl = Annotated[
    str | None,
    Parameter(
        help="Where the chunks are kept, which workers reach under the same address: a folder, or the URL of an object "
        f"store or of Postgres; by default {_STORE}.",
        metavar="URL",
    ),
]
Queue = Annotated[str, Parameter(help="The name of the queue on the engine.", metavar="NAME")]


@Parameter(name="*", group=_ABOUT_ENGINE)
@attrs.frozen(kw_only=True)
class EngineOptions:
    """Who does the work; see the help of each."""

    engine: Annotated[
        Literal["local", "docket"],
        Parameter(help="Who does the work: this process, or workers that are started by `lixasync worker`."),
    ] = "local"
    url: Url = None
    queue: Queue = "lixasync"
    store: StoreUrl = None
    chunk_size: Annotated[int, Parameter(help="Inputs in one chunk.", metavar="N")] = 500

    def told(self) -> EngineOptions:
        """Return the options as they may be shown: addresses with a password are left to the environment."""
        return attrs.evolve(self, url=_harmless(self.url), store=_harmless(self.store))


LOCAL = EngineOptions()


def _harmless(url: str | None) -> str | None:
    secret = url is not None and "://" in url and ("@" in url or "?" in url)
    return None if secret else url


def where(store: str | None) -> str:
    """Return where chunks are kept.

    Args:
        store: What was given for it.

    Raises:
        InvalidArgumentError: nobody said it.
    """
    store = store or os.environ.get(_STORE)
    if store:
        return store
    raise InvalidArgumentError(
        "Where to keep the chunks was not said.", hint=f"Give --store, such as --store ./chunks, or set {_STORE}."
    )


def check_bounds(engine: EngineOptions, run: JobRunOptions) -> None:
    """Refuse bounds of a run in this process when others do the work.

    Raises:
        InvalidArgumentError: there is one.
    """
    kept = attrs.evolve(JobRunOptions(), quiet=run.quiet, plan=run.plan)
    if engine.engine != "local" and run != kept:
        raise InvalidArgumentError(
            f"With --engine {engine.engine}, the run is not bounded: its workers do what is there.",
            hint="Leave --concurrency, --max-credits, --deadline and the like out; `lixasync worker` has some.",
        )


@asynccontextmanager
async def opened(url: str | None, queue: str) -> AsyncIterator[Docket]:
    """Open a queue on the engine's server, which is asked whether it is there.

    Args:
        url: The server; None for what the environment says.
        queue: The name of the queue.

    Raises:
        ConfigurationError: Docket is not installed.
        InvalidArgumentError: there is no address of a server, or it is none.
        ConnectError: the server cannot be used.
    """
    from lixasync.engines.docket import Docket, RedisError

    url = url or os.environ.get(_URL)
    if not url:
        raise InvalidArgumentError("Where the engine's server is was not said.", hint=f"Give --url, or set {_URL}.")
    if url.partition("://")[0] not in _SCHEMES:
        raise InvalidArgumentError(
            "The engine's server needs an address that begins with redis://, rediss:// or unix://.",
            hint="Such as redis://localhost:6379; rediss:// is for TLS.",
        )
    try:
        try:
            await _ping(url)
            docket = Docket(name=queue, url=url)
            await docket.__aenter__()
        except (ValueError, TypeError):  # which may quote the password, as may an address that has one
            raise InvalidArgumentError(
                f"The address of the engine's server is none{'' if '@' in url else f': {bare_url(url)}'}.",
                hint="Check its port and options; in a password, write @ as %40, / as %2F, # as %23, ? as %3F.",
            ) from None
        try:
            yield docket
        finally:
            with anyio.CancelScope(shield=True):
                await docket.__aexit__(None, None, None)
    except RedisError as error:
        why = str(error).rstrip(".")
        server = urlsplit(url)._replace(query="", fragment="")
        name = server._replace(netloc=server.netloc.rpartition("@")[2]).geturl()
        raise ConnectError(f"The engine's server {name} cannot be used: {why}.", hint="Check --url.") from error


async def _ping(url: str) -> None:
    """Ask the server for a sign of life: Docket itself would wait for one that does not come."""
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    once = Retry(NoBackoff(), 0)
    async with Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=once) as server:
        await server.ping()
