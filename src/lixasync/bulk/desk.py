"""Hands out a job's inputs to workers, as long as there are any."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable

import anyio

from lixasync.bulk import clock, leases
from lixasync.bulk.leases import Taken
from lixasync.bulk.schema import LAST
from lixasync.bulk.store import Store
from lixasync.errors import UsageError

_LOOK = 1.0  # seconds from one look at what other processes give back to the next
_MOST = 64  # inputs to take at once
_BRISK = 0.1  # seconds within which inputs that were taken are used up when more are taken the next time


class Desk:
    """Where workers get their next input.

    Args:
        store: The job's file.
        owner: The number of this process.
        ahead: Inputs to take at once; more when they are used up fast, for that saves work.
        fed: Says whether all inputs are in the file.
        idle: Told from when on there is something to do, when this process has nothing to do until then.
    """

    def __init__(
        self,
        store: Store,
        owner: int,
        ahead: int,
        fed: Callable[[], bool],
        *,
        idle: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._owner = owner
        self._ahead = self._number = ahead
        self._taken_at = float("-inf")
        self._fed = fed
        self._pool: deque[Taken] = deque()
        self._lock = anyio.Lock()
        self._news = anyio.Event()
        self._closed = self._waited = False
        self._tell_idle = idle
        self.others = 0
        self.idle_until: float | None = None
        self.idle = False

    def tell(self) -> None:
        """Tell that there may be something to do, or nothing any more."""
        self._news.set()

    def close(self) -> None:
        """Hand out nothing more."""
        self._closed = True
        self.tell()

    async def next(self, held: Callable[[], int]) -> Taken | None:
        """Return the next input; None when there are no more, or the desk was closed.

        Args:
            held: Returns how many inputs this process keeps taken without working on them.

        Raises:
            UsageError: all that is left is lent to chunks.
        """
        if self._pool and not self._closed:
            return self._pool.popleft()
        async with self._lock:  # one worker waits for all
            try:
                while not self._closed:
                    if self._pool:
                        return self._pool.popleft()
                    self._news = anyio.Event()
                    fed = self._fed()  # before looking: what comes in meanwhile is news
                    if await self._may_take():
                        self._pool.extend(await self._store.change(self._take(self._next_number())))
                    self._waited = not self._pool
                    if self._pool:
                        continue
                    due, own, others, lent = await self._store.read(self._look)
                    self.others, doubtful = others, held()
                    # Processes that each wait for what the other one holds in doubt would wait for ever.
                    if fed and due is None and own <= doubtful and (doubtful or not others):
                        if lent:
                            raise _lent(lent)
                        return None
                    if due is not None and due <= clock.seconds():
                        self._waited = False  # it came meanwhile
                        continue
                    if due is not None and fed and own <= doubtful:
                        self._tell_idle(due)
                    await self._wait(due, alone=fed and own + others == 0)
            finally:
                self.idle, self.idle_until = False, None
        return None

    async def _may_take(self) -> bool:
        """Say whether there may be something to take; whoever has waited in vain looks first, for writing is dear."""
        if not self._waited:
            return True
        due = await self._store.read(leases.next_due)
        return due is not None and (due == LAST or due <= clock.seconds())

    def _next_number(self) -> int:
        """Return how many inputs to take at once: few when that is seldom, so that others find some, too."""
        now = anyio.current_time()
        brisk, self._taken_at = now - self._taken_at < _BRISK, now
        self._number = max(self._ahead, min(self._number * 2, _MOST)) if brisk else self._ahead
        return self._number

    def _take(self, number: int) -> Callable[[sqlite3.Connection], list[Taken]]:
        return lambda connection: leases.take(connection, self._owner, number, clock.seconds())

    def _look(self, connection: sqlite3.Connection) -> tuple[float | None, int, int, int]:
        return (leases.next_due(connection), *leases.taken(connection, self._owner))

    async def _wait(self, due: float | None, *, alone: bool) -> None:
        self.idle, self.idle_until = True, due
        pause = _LOOK * 10 if alone and due is not None else _LOOK
        if due is not None:
            pause = min(pause, max(0.0, due - clock.seconds()))
        with anyio.move_on_after(pause):
            await self._news.wait()
        self.idle, self.idle_until = False, None


def _lent(number: int) -> UsageError:
    return UsageError(
        f"All that can be done here is done; {number:,} {'input is' if number == 1 else 'inputs are'} lent to chunks.",
        hint="Follow the chunks (collect, or `lixasync job run --engine`), or take them back (recall, or `lixasync job "
        "recall`) and run the job again.",
    )
