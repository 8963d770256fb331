"""A table in Postgres as a store of chunks."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import anyio
import asyncpg
from sniffio import current_async_library

from lixasync.engines.stores.base import ConflictError, Stored, checked_name, shown
from lixasync.errors import ConfigurationError, JobFileError

_TABLE = """CREATE TABLE IF NOT EXISTS lixasync_chunks (
    name text PRIMARY KEY, version text NOT NULL, body bytea NOT NULL, changed timestamptz NOT NULL DEFAULT now()
)"""
_LOCK = 0x4C495841  # two who make the table at once would be in each other's way
_INSERT = "INSERT INTO lixasync_chunks (name, version, body) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING"
_UPDATE = "UPDATE lixasync_chunks SET version = $2, body = $3, changed = now() WHERE name = $1 AND version = $4"
_TIMEOUT = 60.0  # seconds for one statement
_MOST = 4  # connections


class PostgresStore:
    """Keeps each chunk in a row of the table ``lixasync_chunks``, which is made when it is not there; asyncio only.

    User and password may stand in the address, or in the environment (``PGUSER``, ``PGPASSWORD``, ``PGSSLMODE``, ...).

    Args:
        url: The database.
    """

    def __init__(self, url: str) -> None:
        self._address = url
        self._url = shown(url)
        self._opening = anyio.Lock()
        self._pool: Any = None

    @property
    def url(self) -> str:
        """The database's address, without user and password."""
        return self._url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections; the next use opens others."""
        pool, self._pool = self._pool, None
        if pool is not None:
            with anyio.CancelScope(shield=True):
                await pool.close()

    async def get(self, name: str) -> Stored | None:
        """Return a row; None when there is none."""
        async with self._connected() as connection:
            found = await connection.fetchrow(
                "SELECT version, body FROM lixasync_chunks WHERE name = $1", checked_name(name)
            )
        return None if found is None else Stored(version=found["version"], body=found["body"])

    async def put(self, name: str, body: bytes, version: str | None) -> str:
        """Replace a row.

        Raises:
            ConflictError: it is another one by now.
        """
        made = secrets.token_hex(8)
        async with self._connected() as connection:
            if version is None:
                done = await connection.execute(_INSERT, checked_name(name), made, body)
            else:
                done = await connection.execute(_UPDATE, checked_name(name), made, body, version)
        if done.rpartition(" ")[2] != "1":
            raise ConflictError(name)
        return made

    async def names(self) -> dict[str, str]:
        """Return the names of all rows, with their versions."""
        async with self._connected() as connection:
            return dict(await connection.fetch("SELECT name, version FROM lixasync_chunks"))

    async def delete(self, name: str) -> None:
        """Remove a row."""
        async with self._connected() as connection:
            await connection.execute("DELETE FROM lixasync_chunks WHERE name = $1", checked_name(name))

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        if current_async_library() != "asyncio":
            raise ConfigurationError("Chunks in Postgres need asyncio.", hint="Use another store on trio.")
        try:
            async with self._opening:
                if self._pool is None:
                    self._pool = await self._open()
            async with self._pool.acquire() as connection:
                yield connection
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise JobFileError(
                f"The chunks in {self._url} cannot be read or written ({type(error).__name__}).",
                hint="Check that the database can be reached, PGUSER and PGPASSWORD, and what the user may do.",
            ) from None  # the error may quote the address with its password

    async def _open(self) -> Any:
        pool = await asyncpg.create_pool(self._address, min_size=1, max_size=_MOST, command_timeout=_TIMEOUT)
        try:
            async with pool.acquire() as connection, connection.transaction():
                if await connection.fetchval("SELECT to_regclass('lixasync_chunks')") is None:
                    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
                    await connection.execute(_TABLE)
        except BaseException:
            pool.terminate()
            raise
        return pool
