"""What a store of chunks is: named bytes with versions, so that nobody writes over what somebody else wrote."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

import attrs

from lixasync.errors import ConfigurationError, InvalidArgumentError
from lixasync.models.secret import bare_url

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\Z")

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\[\]:]*)(?::([0-9]{0,5}))?\Z")


@attrs.frozen(kw_only=True)
class Stored:
    """What a store holds under a name.

    Attributes:
        body: The bytes.
        version: Tells them from all others that were ever stored under this name.
    """

    body: bytes = attrs.field(repr=False)
    version: str


class ConflictError(Exception):
    """What is stored is not what was expected: somebody else has written it, or removed it."""


@runtime_checkable
class ChunkStore(Protocol):
    """Keeps bytes under names. Close it by leaving its ``async with``, or forget it where it holds nothing open.

    All methods raise `JobFileError` when the store cannot be reached, or refuses.

    Attributes:
        url: Its address, without user, password and query.
    """

    @property
    def url(self) -> str:
        """Its address, without user, password and query."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    async def get(self, name: str) -> Stored | None:
        """Return what is stored under a name; None when nothing is."""
        ...

    async def put(self, name: str, body: bytes, version: str | None) -> str:
        """Store bytes in place of a version, and return their own version; once it returns, they are kept.

        Args:
            name: The name.
            body: The bytes.
            version: The version that must be there now; None when nothing must be there.

        Raises:
            ConflictError: something else is there; it stays as it is.
        """
        ...

    async def names(self) -> dict[str, str]:
        """Return all names, with their versions."""
        ...

    async def delete(self, name: str) -> None:
        """Remove what is stored under a name, if there is anything."""
        ...


def checked_name(name: str) -> str:
    """Return a name that every store can keep.

    Raises:
        InvalidArgumentError: it is none: names are letters, digits, dots, hyphens and underscores.
    """
    if not _NAME.match(name):
        raise InvalidArgumentError(
            f"{name!r} is no name in a store.", hint="Use up to 128 letters, digits, hyphens, underscores and dots."
        )
    return name


def shown(url: str) -> str:
    """Return an address without user, password and query, which may hold keys.

    Raises:
        ConfigurationError: it is none, or holds signs that make it unclear where a password ends.
    """
    scheme, mark, place = bare_url(url).partition("://")
    bare = f"{scheme.lower()}{mark}{place.rstrip('/')}"
    before, _, rest = url.partition("://")[2].rpartition("@")
    hosts = re.split(r"[/?#]", rest, maxsplit=1)[0].split(",")  # Postgres takes several
    if re.search(r"[][/?#]", before) or not all(map(_is_host, hosts)):
        raise ConfigurationError(
            f"What begins with {scheme}:// is no address of a store.",  # and is not quoted, as it may hold a password
            hint="Check its port; where a user, a password or anything behind the host has one of these signs, write @ "
            "as %40, / as %2F, # as %23, ? as %3F.",
        )
    return bare


def _is_host(text: str) -> bool:
    found = _HOST.match(text)
    return found is not None and int(found[1] or 0) < 1 << 16
