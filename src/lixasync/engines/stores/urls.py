"""From an address to a store of chunks."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.request import url2pathname

from lixasync.engines.stores.base import ChunkStore, shown
from lixasync.engines.stores.folder import FolderStore
from lixasync.errors import ConfigurationError

_OBJECTS = ("s3", "gs", "az", "memory")
_POSTGRES = ("postgresql", "postgres")


def open_store(url: str | os.PathLike[str]) -> ChunkStore:
    """Return the store of an address. Nothing is opened before it is used.

    Args:
        url: A folder as a path or ``file://`` address, ``s3://bucket/folder``, ``gs://...``, ``az://...`` (these need
            ``pip install 'lixasync[object]'``), ``postgresql://host/database`` (needs
            ``pip install 'lixasync[postgres]'``), or ``memory:///`` for trials within one process.

    Raises:
        ConfigurationError: an address of another kind, or what it needs is not installed.
    """
    text = os.fspath(url)
    if not text:
        raise ConfigurationError("The address of the store is empty.", hint="Give a folder, or an address.")
    if text.partition(":")[0].lower() in (*_OBJECTS, *_POSTGRES) and "://" not in text:
        raise ConfigurationError(
            f"The address of the store has no // after {text.partition(':')[0]}:.", hint="Such as s3://bucket/folder."
        )
    if "://" not in text:
        return FolderStore(Path(os.path.realpath(text)))
    scheme = text.partition("://")[0].lower()
    if scheme == "file":
        _, _, path = text.partition("://")[2].partition("/")
        return FolderStore(Path(os.path.realpath(url2pathname(f"/{path}"))))
    if scheme in _OBJECTS:
        shown(text)
        _need("obstore", "object")
        from lixasync.engines.stores.objects import ObjectStore

        return ObjectStore(text)
    if scheme in _POSTGRES:
        shown(text)
        _need("asyncpg", "postgres")
        from lixasync.engines.stores.postgres import PostgresStore

        return PostgresStore(text)
    raise ConfigurationError(
        f"There are no stores of the kind {scheme}://.",
        hint="Give a folder, or an address that begins with s3://, gs://, az:// or postgresql://.",
    )


@contextlib.asynccontextmanager
async def opened(store: str | os.PathLike[str] | ChunkStore) -> AsyncIterator[ChunkStore]:
    """Use the store that an argument stands for; one that was opened here is closed here."""
    if isinstance(store, str | os.PathLike):
        async with open_store(store) as made:
            yield made
    else:
        yield store


def _need(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise ConfigurationError(
            f"This store needs {package}, which is not installed.", hint=f"pip install 'lixasync[{extra}]'"
        )
