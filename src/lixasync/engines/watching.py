"""Watches on the schedule of an engine: one poll at a time, with the state in a shared store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from lixasync.engines.stores.base import ChunkStore, ConflictError, checked_name
from lixasync.errors import StateError
from lixasync.polling.changes import Changes, Identified
from lixasync.polling.watch import Watch

T = TypeVar("T", bound=Identified)


class StoreState:
    """Keeps the state of one watch in a store, so that the next poll may be made on any machine.

    What somebody else has saved meanwhile is not written over.

    Args:
        store: The store; it stays open.
        name: The state's name in it.

    Raises:
        InvalidArgumentError: no store can keep such a name.
    """

    def __init__(self, store: ChunkStore, name: str) -> None:
        self._store = store
        self._name = checked_name(name)
        self._version: str | None = None

    async def load(self) -> str | None:
        """Return the text saved last; None when there is none yet.

        Raises:
            StateError: what is stored is no text.
            JobFileError: the store cannot be read.
        """
        found = await self._store.get(self._name)
        self._version = None if found is None else found.version
        try:
            return None if found is None else found.body.decode()
        except UnicodeDecodeError:
            raise StateError(
                f"{self._name!r} in {self._store.url} holds no state of a watch.", hint="Give the state another name."
            ) from None

    async def save(self, state: str) -> None:
        """Keep a text in place of the one before.

        Raises:
            StateError: somebody else has changed it since it was last read or written here.
            JobFileError: the store cannot be written.
        """
        body = state.encode()
        try:
            self._version = await self._store.put(self._name, body, self._version)
        except ConflictError:
            found = await self._store.get(self._name)
            if found is None or found.body != body:
                raise StateError(
                    f"{self._name!r} in {self._store.url} was changed by somebody else: another watch uses it.",
                    hint="Give each watch a state of its own. A watch started anew goes on from what is stored.",
                ) from None
            self._version = found.version  # saved before, and interrupted before it was known


async def poll_once(watch: Watch[T], handle: Callable[[Changes[T]], Awaitable[object]]) -> Changes[T]:
    """Make one poll, have its changes handled, save that they are done, and return them: for a schedule.

    When handling them fails, or the process is killed before it is done, the next poll brings them once more.

    Args:
        watch: The watch, made anew for each poll or kept.
        handle: Awaited with the changes, when there are any.

    Raises:
        StateError: the state is damaged, belongs to another watch, or is in use elsewhere.
        LixasyncError: the poll failed; so does a watch that is kept only at its first poll, see `Watch`.
    """
    changes = await watch.poll()
    if changes:
        await handle(changes)
    await watch.commit()
    return changes
