"""Which viewers may make no more calls for now, for their accounts are warming up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lixasync.bulk import clock
from lixasync.bulk.store import Store
from lixasync.bulk.warmup import WarmUp, admit, give_back, hour_of, warm_up
from lixasync.bulk.work import Task, Work
from lixasync.errors import NotFoundError, ViewerError
from lixasync.lix.account import Account
from lixasync.lix.core import Core


class Viewers:
    """Keeps to what accounts may do that are warming up; it is asked for once an hour.

    Args:
        store: The job's file, where calls are counted.
        work: What is done for each input.
        wanted: Whether to keep to it at all.
    """

    def __init__(self, store: Store, work: Work, *, wanted: bool) -> None:
        self._store = store
        self._core = work.core
        self._argument = work.method.viewer if wanted else None
        self._known: dict[Any, tuple[int, WarmUp]] = {}

    async def admit(self, task: Task) -> datetime | None:
        """Count the next call of an input, or return from when on its viewer may make one.

        Raises:
            LixasyncError: what the account may do could not be found out.
        """
        viewer, core = self._viewer(task), self._core
        if viewer is None or not isinstance(core, Core):
            return None
        hour, allowed = self._known.get(viewer, (-1, WarmUp()))
        if hour != hour_of(clock.now()):
            allowed = await self._ask(task, core, viewer)
            self._known[viewer] = hour_of(clock.now()), allowed
        if not allowed.bounds:
            return None
        return await self._store.change(lambda db: admit(db, viewer, allowed, clock.now()))

    async def not_made(self, task: Task) -> None:
        """Take back the count of a call that was not made after all."""
        viewer = self._viewer(task)
        if viewer in self._known and self._known[viewer][1].bounds:
            await self._store.change(lambda db: give_back(db, viewer, clock.now()))

    def _viewer(self, task: Task) -> Any:
        return task.arguments.get(self._argument) if self._argument is not None else None

    @staticmethod
    async def _ask(task: Task, core: Core, viewer: str) -> WarmUp:
        """Return what an account may do (Lix API, operation get_linkedin_account)."""
        try:
            account = await task.aside(lambda: Account(core).linkedin_account(viewer))
        except (ViewerError, NotFoundError):
            return WarmUp()  # what is wrong with the viewer, the call itself will tell
        return WarmUp() if account is None else warm_up(account)
