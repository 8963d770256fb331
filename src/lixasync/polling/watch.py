"""The iterator of changes: it waits, polls, and saves the state when the changes are done."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Generic, TypeVar

import anyio

from lixasync.errors import LixasyncError, UsageError
from lixasync.limits.home import Home
from lixasync.polling.changes import Changes, Identified
from lixasync.polling.follower import Follower, Position, Round, identity_key
from lixasync.polling.hashes import SALT
from lixasync.polling.store import StateStore, finished
from lixasync.polling.timing import next_poll_after, passes

log = logging.getLogger("lixasync")

T = TypeVar("T", bound=Identified)


class Watch(AsyncIterator[Changes[T]], Generic[T]):
    """Batches of changes, without end: ``async for changes in watch``.

    A batch is done when the next one is asked for, or when `commit` is called; only then it is saved that it need not
    come again. A process killed before that gets the batch once more after its restart; killed at any other moment, it
    gets everything exactly once. Batches without changes are not handed out.

    The first poll is made at once, the next ones ``every`` so often, counted from start to start; after a longer time
    the next is made at once, and the missed ones are not made up for. Failures that may pass are waited out, except
    those of the first poll: see `last_error`. After any other failure, and after a cancellation, iterating again polls
    again, at once and without loss.

    Several tasks may ask the same watch; they are answered one after another. Asking says that all batches before are
    done, whoever got them.

    Args:
        follower: How changes are found.
        store: Where the state is kept.
        every: Seconds between two polls.
    """

    def __init__(self, follower: Follower[T], store: StateStore, every: float) -> None:
        self._follower = follower
        self._store = store
        self._every = every
        self._home = Home("This watch")
        self._asking = anyio.Lock()
        self._saving = anyio.Lock()
        self._position: Position | None = None
        self._unsaved: Position | None = None
        self._due: float | None = None
        self._succeeded = False
        self._polls = 0
        self._last_error: LixasyncError | None = None

    @property
    def polls(self) -> int:
        """How many polls were begun."""
        return self._polls

    @property
    def last_error(self) -> LixasyncError | None:
        """What was wrong with the latest poll; None when nothing was."""
        return self._last_error

    @property
    def next_poll_in(self) -> float | None:
        """Seconds until the next poll is due, 0 when it is; None before the first has ended. Ask in the event loop."""
        return None if self._due is None else max(0.0, self._due - anyio.current_time())

    def key(self, item: T) -> str:
        """Return the hash by which ``gone`` names an item: for matching with a table of one's own.

        It stays the same as long as the state is kept. For items that nothing identifies it is empty.

        Raises:
            UsageError: the state, which holds the salt of the hashes, has not been loaded yet.
        """
        if self._position is None:
            raise UsageError("A watch has no keys before its state is loaded.", hint="Ask for the first batch before.")
        return "" if item.identity is None else identity_key(self._position.salt, item.identity)

    async def commit(self) -> None:
        """Say that the last batch is done, when no other will be asked for.

        Raises:
            StateError: the state is in use elsewhere.
            EventLoopError: the watch is in use in another event loop.
            OSError: the state cannot be written. It is tried again at the next time.
        """
        self._home.check()
        async with self._saving:
            if self._unsaved is None:
                return
            await finished(self._store.save(self._follower.dump(self._unsaved)))
            self._unsaved = None

    async def poll(self) -> Changes[T]:
        """Save that the last batch is done, make one poll when it is due, and return what it found: perhaps nothing.

        For runs of a single poll, with `commit` behind it, and for those who want to hear of each poll. A failure that
        is waited out gives what was found before it, and is told by `last_error`. Raises what iterating raises.
        """
        self._home.check()
        async with self._asking:
            return await self._next()

    async def __anext__(self) -> Changes[T]:
        """Save that the last batch is done, and return the next one.

        Raises:
            StateError: the state is damaged, belongs to another watch, or is in use elsewhere.
            ConfigurationError: the state cannot be kept where it should be.
            EventLoopError: the watch is in use in another event loop.
            LixasyncError: the first poll failed, or a later one failed for good.
            OSError: the state cannot be read or written.
        """
        self._home.check()
        async with self._asking:
            while True:
                changes = await self._next()
                if changes:
                    return changes

    async def _next(self) -> Changes[T]:
        position = await self._load() if self._position is None else self._position
        await self.commit()
        if self._due is not None:
            await anyio.sleep_until(self._due)
        done = await self._poll(position)
        if done.position is not position:
            self._position = self._unsaved = done.position
        # From here to the caller nothing waits, so a cancellation cannot come between.
        return done.changes

    async def _load(self) -> Position:
        text = await finished(self._store.load())
        if text is not None:
            self._position = self._follower.restore(text)
        else:
            # Saved before the first request: a watch killed with its first batch begins at the same moment again, with
            # the same salt, and a place where nothing can be written costs no request.
            self._position = self._unsaved = self._follower.begin(secrets.token_hex(SALT))
        return self._position

    async def _poll(self, position: Position) -> Round[T]:
        self._polls += 1
        began = anyio.current_time()
        done = await self._follower.poll(position)
        self._last_error = error = done.failure
        if error is None:
            self._due = began + self._every
            self._succeeded = True
            return done
        if not self._succeeded or not passes(error):
            raise error
        now = anyio.current_time()
        self._due = next_poll_after(error, began, self._every, now, datetime.now(UTC))
        # The error's own text may quote the server's, and that may name a member.
        log.warning(
            "Poll %d of a watch failed (%s, operation %s, HTTP %s); the next is made in %.0f s.",
            self._polls,
            type(error).__name__,
            error.operation,
            error.status,
            max(0.0, self._due - now),
            extra={
                "event": "poll_failed",
                "operation": error.operation,
                "attempt": error.attempts,
                "error": type(error).__name__,
                "status": error.status,
                "retry_after": error.retry_after,
                "poll": self._polls,
            },
        )
        return done
