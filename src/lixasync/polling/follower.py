"""What a watch follows: one way to find changes, as functions over a state."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

import attrs

from lixasync.errors import LixasyncError
from lixasync.polling.changes import Changes
from lixasync.polling.hashes import keyed_hash

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@attrs.frozen(kw_only=True)
class Position:
    """Where a watch stands.

    Attributes:
        salt: The salt of the state's hashes, in hexadecimal.
        body: What the follower has to remember.
    """

    salt: str
    body: Any


@attrs.frozen(kw_only=True)
class Round(Generic[T_co]):
    """The result of one poll.

    Attributes:
        changes: What was found.
        position: Where the watch stands once they are done.
        failure: What kept the poll from its end; None when nothing did. What was found before is in ``changes``.
    """

    changes: Changes[T_co]
    position: Position
    failure: LixasyncError | None = None


class Follower(Protocol[T_co]):
    """One way to find changes. It changes nothing in itself that a poll given up half way would leave wrong."""

    def begin(self, salt: str) -> Position:
        """Return where a new watch stands."""
        ...

    def restore(self, text: str) -> Position:
        """Return the position that a saved text stands for; StateError when it stands for none."""
        ...

    def dump(self, position: Position) -> str:
        """Return the text to save."""
        ...

    async def poll(self, position: Position) -> Round[T_co]:
        """Ask the server what has changed since a position."""
        ...


def identity_key(salt: str, identity: str) -> str:
    """Return the hash of what identifies an item."""
    return keyed_hash(salt, "identity", identity)


def content_key(salt: str, identity: str | None, content: object) -> str:
    """Return the hash of what an item says; two items that say the same have different ones."""
    return keyed_hash(salt, "content", identity, content)
