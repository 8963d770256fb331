"""Object stores as stores of chunks: S3 and what speaks like it, Google Cloud Storage, Azure."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio.to_thread
import msgspec
import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError, PreconditionError

from lixasync.engines.stores.base import ConflictError, Stored, checked_name, shown
from lixasync.errors import ConfigurationError, JobFileError

T = TypeVar("T")

_RETRY: Any = {"max_retries": 5, "retry_timeout": timedelta(seconds=30)}


class ObjectStore:
    """Keeps each chunk as an object; versions are those of the object store, whose conditional writes are used.

    Keys come from the environment, as the store's own tools have them (``AWS_ACCESS_KEY_ID``, ...). It works on both
    event loops: requests are made in threads.

    Args:
        url: The bucket, and a folder in it.

    Raises:
        ConfigurationError: the address cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._url = shown(url)
        try:
            self._store = _memory(self._url) if self._url.startswith("memory:") else _of(url)
        except (BaseError, ValueError) as error:
            raise ConfigurationError(
                f"{self._url} cannot be used as a store ({type(error).__name__}).",
                hint="Check the address, and the settings of that kind of store in the environment.",
            ) from None  # the error may quote the address with its password

    @property
    def url(self) -> str:
        """The bucket's address."""
        return self._url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing has to be closed."""

    async def get(self, name: str) -> Stored | None:
        """Return an object; None when there is none."""
        return await self._in_thread(functools.partial(self._get, checked_name(name)))

    async def put(self, name: str, body: bytes, version: str | None) -> str:
        """Replace an object.

        Raises:
            ConflictError: it is another one by now.
        """
        return await self._in_thread(functools.partial(self._put, checked_name(name), body, version))

    async def names(self) -> dict[str, str]:
        """Return the names of all objects, with their versions."""
        return await self._in_thread(self._names)

    async def delete(self, name: str) -> None:
        """Remove an object."""
        await self._in_thread(functools.partial(self._delete, checked_name(name)))

    def _get(self, name: str) -> Stored | None:
        with contextlib.suppress(FileNotFoundError, NotFoundError):
            found = obstore.get(self._store, name)
            return Stored(body=bytes(found.bytes()), version=_version(found.meta))
        return None

    def _put(self, name: str, body: bytes, version: str | None) -> str:
        mode: Any = "create" if version is None else msgspec.json.decode(version)
        try:
            return _version(obstore.put(self._store, name, body, mode=mode, use_multipart=False))
        except (AlreadyExistsError, PreconditionError, NotFoundError, FileNotFoundError):
            raise ConflictError(name) from None

    def _names(self) -> dict[str, str]:
        return {each["path"]: _version(each) for page in obstore.list(self._store) for each in page}

    def _delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError, NotFoundError):
            obstore.delete(self._store, name)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        with self._translated():
            return await anyio.to_thread.run_sync(call)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            raise JobFileError(
                f"The chunks in {self._url} cannot be read or written ({type(error).__name__}).",
                hint="Check the network, the keys of the store in the environment, and what they permit.",
            ) from None  # as above


def _of(url: str) -> Any:
    return obstore.store.from_url(url, retry_config=_RETRY)


@functools.cache
def _memory(url: str) -> Any:  # noqa: ARG001 - it tells one from another
    return obstore.store.MemoryStore()


def _version(meta: Mapping[str, Any]) -> str:
    """Return what the store needs to know an object again: the tag of its bytes, and its number where it has one."""
    return msgspec.json.encode({name: meta[name] for name in ("e_tag", "version") if meta[name] is not None}).decode()
