"""What a job does for one input: makes its call or reads its pages, and stores each answer when it came."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import attrs

from lixasync.bulk import leases
from lixasync.bulk.budget import Share
from lixasync.bulk.failures import packed
from lixasync.bulk.inputs import restored
from lixasync.bulk.leases import NOTHING, Spent, Stored, Taken
from lixasync.bulk.methods import Bound, Method, answer_to, items_of
from lixasync.bulk.reins import Reins
from lixasync.bulk.result import Input
from lixasync.bulk.store import Store
from lixasync.errors import LixasyncError, QueuedError, UnknownShapeError
from lixasync.limits.meter import METER
from lixasync.paging.cursor import StopReason
from lixasync.paging.pager import Pager
from lixasync.paging.reader import Reader
from lixasync.transport.base import Response
from lixasync.transport.caller import Caller
from lixasync.transport.recording import RECORDING, Recording

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Work:
    """What is done for each input.

    Attributes:
        method: The method that is called.
        call: The method, bound to a client.
        core: What it makes its calls with.
        params: Arguments that are the same for all inputs.
        asks: How often an answer that is queued is asked for at most.
    """

    method: Method
    call: Bound
    core: Caller
    params: dict[str, Any]
    asks: int


class Step(Enum):
    """What came of one step of work on an input."""

    MORE = "there is more to do"
    DONE = "it has its result"
    HALTED = "it was told to halt, or there are no credits to go on"


@attrs.define(kw_only=True, eq=False)
class Task:
    """One input under way.

    Attributes:
        work: What is done for it.
        store: The job's file.
        owner: The number of this process.
        taken: The input, as it is stored.
        share: What it may spend.
        reins: Those of its worker, which make its calls.
        given: The input, as it was given.
        arguments: What the method is called with at the beginning.
        value: What the method returned, once it has; None for methods with pages.
        stopped: Why its pages ended, once they have.
        recording: What its calls were answered.
        numbers: How much there is of everything, as of its latest change.
    """

    work: Work
    store: Store
    owner: int
    taken: Taken
    share: Share
    reins: Reins
    value: Any = None
    stopped: StopReason | None = None
    recording: Recording = attrs.field(factory=Recording)
    given: Input = attrs.field(
        init=False, default=attrs.Factory(lambda task: restored(task.taken.value), takes_self=True)
    )
    arguments: dict[str, Any] = attrs.field(
        init=False,
        default=attrs.Factory(lambda task: task.work.method.called_with(task.given, task.work.params), takes_self=True),
    )
    numbers: dict[str, int] = attrs.field(factory=dict, init=False)
    _booked: Spent = attrs.field(default=NOTHING, init=False)
    _beside: int = attrs.field(default=0, init=False)
    _reader: Reader[Any] | None = attrs.field(default=None, init=False)

    @property
    def own_viewer(self) -> bool:
        """Whether the input says itself which viewer looks."""
        viewer, given = self.work.method.viewer, self.given
        if isinstance(given, Mapping):
            return viewer in given
        return viewer == self.work.method.arguments[0]

    @property
    def cost(self) -> int:
        """Credits that the next call may cost; an answer that was paid for, and comes later, costs none."""
        return self.work.method.operation.credits if self._asks_anew else 0

    @property
    def _asks_anew(self) -> bool:
        return self.work.method.many or self.taken.cursor is None

    @property
    def sent(self) -> int:
        """Requests that were sent by this run, those that only prepared its calls included."""
        return self.recording.requests + self._beside

    def halt(self) -> None:
        """Send nothing more; what is on its way is waited for, and so is what a page that came still needs."""
        if self.reins.under_way and self.recording.answers:
            return
        self.share.closed = True
        if not self.recording.under_way:
            self.cancel()

    def cancel(self) -> None:
        """Give up what is under way."""
        self.reins.cancel()

    async def aside(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Make a call that is none of the input's own; None when it was halted.

        Args:
            call: Makes it.

        Raises:
            LixasyncError: it failed.
        """
        recording = Recording()
        try:
            return await self._watched(call, recording)
        finally:
            self._beside += recording.requests

    async def _watched(self, call: Callable[[], Awaitable[T]], recording: Recording) -> T | None:
        """Make a call that is recorded and metered; None when it was halted. Nothing else cancels it."""
        metered, recorded = METER.set(self.share), RECORDING.set(recording)
        try:
            return await self.reins.call(call)
        finally:
            RECORDING.reset(recorded)
            METER.reset(metered)

    async def step(self) -> Step:
        """Make the next call and store what it was answered.

        Raises:
            LixasyncError: the call failed.
            JobFileError: its answer could not be stored.
            LostLeaseError: somebody else has the input now.
        """
        try:
            step = await self._watched(self._ask, self.recording)
        except LixasyncError as error:
            if self._was_cut_short(error):
                return Step.HALTED
            raise
        return Step.HALTED if step is None else await step()

    def _was_cut_short(self, error: LixasyncError) -> bool:
        """Say whether a failure might have passed, had the run credits for another attempt: it is none for good."""
        passing = error.repeatable and not isinstance(error, QueuedError)
        return passing and not self.share.affords(self.work.method.operation.credits)

    async def _ask(self) -> Callable[[], Awaitable[Step]]:
        """Make the next call, and return what has to be stored of it."""
        if self._reader is None:
            made = self._call()
            if not isinstance(made, Pager):
                self.value = await made
                return partial(self._finish, self._single())
            self._reader = made.pages().reader
        reading = await self._reader.read_any()
        if reading is None:
            self.stopped = self._reader.stopped
            return partial(self._finish, ())
        page = reading.page
        self.stopped = page.position.stopped
        found = self._of_page(page.items)
        if self.stopped is not None:
            return partial(self._finish, found, len(page))
        return partial(self._keep, found, len(page), page.cursor)

    def _call(self) -> Any:
        method, taken = self.work.method, self.taken
        if taken.cursor is not None and not self._asks_anew:
            return answer_to(self.work.core, taken.cursor)
        going_on = method.going_on(self.arguments, cursor=taken.cursor, items=taken.items, spent=taken.credits)
        return self.work.call(**going_on)

    def _single(self) -> tuple[Stored, ...]:
        for answer in reversed(self.recording.answers):
            if self.work.method.matches(answer.value, self.value):
                return (Stored(operation=answer.operation.id, body=self._bare(answer.response)),)
        raise AssertionError("what a method returns was answered by a call")

    def _of_page(self, items: Sequence[Any]) -> tuple[Stored, ...]:
        """Return the answers that a page's items came from, and forget all: others only led to it, or were repeats."""
        wanted, method = {id(item) for item in items}, self.work.method
        stored: list[Stored] = []
        for answer in self.recording.answers:
            held = items_of(answer.value)
            kept = [index for index, item in enumerate(held) if id(item) in wanted]
            if kept or (not held and answer.operation.id == method.operation.id):
                body, whole = self._bare(answer.response), len(kept) == len(held)
                stored.append(Stored(operation=answer.operation.id, body=body, kept=None if whole else kept))
        self.recording.answers = []
        return tuple(stored)

    async def _keep(self, found: Sequence[Stored], items: int, cursor: str) -> Step:
        spent, taken = self.unbooked, self.taken
        await self._write(lambda db: leases.keep_page(db, self.owner, taken, found, cursor, items, spent), spent)
        self.taken = attrs.evolve(taken, pages=taken.pages + len(found), items=taken.items + items, cursor=cursor)
        return Step.MORE

    async def _finish(self, found: Sequence[Stored], items: int = 0) -> Step:
        spent, stopped = self.unbooked, self.stopped
        await self._write(
            lambda db: leases.finish(db, self.owner, self.taken, spent, answers=found, items=items, stopped=stopped),
            spent,
        )
        return Step.DONE

    def _unread(self) -> tuple[Stored, ...]:
        """Return an answer that was paid for and that later models may be able to read."""
        unread, method = self.recording.unread, self.work.method
        if unread is None or method.many or method.linkedin:
            return ()
        return (Stored(operation=unread.operation, body=self._bare(unread.response)),)

    def _bare(self, response: Response) -> bytes:
        return self.work.core.pipeline.without_keys(self.work.method.body_of(response))

    async def fail(self, error: LixasyncError) -> None:
        """Store that the input failed for good.

        Raises:
            JobFileError: that could not be stored.
            LostLeaseError: somebody else has the input now.
        """
        spent, kind, data = self.unbooked, type(error).__name__, packed(error)
        # What is not there will not come later: if the input is tried again, it is asked for anew.
        anew = not self.work.method.many and not isinstance(error, QueuedError)
        kept = self._unread() if isinstance(error, UnknownShapeError) else ()
        await self._write(
            lambda db: leases.fail(db, self.owner, self.taken, spent, kind, data, answers=kept, anew=anew), spent
        )

    async def put_back(self, *, due: float = 0.0, asked: int | None = None, cursor: str | None = None) -> None:
        """Let the input wait; see `leases.put_back`. How often its answer was asked for stays as it was by default."""
        spent, times = self.unbooked, self.taken.asked if asked is None else asked
        await self._write(
            lambda db: leases.put_back(db, self.owner, self.taken, spent, due=due, asked=times, cursor=cursor), spent
        )

    @property
    def unbooked(self) -> Spent:
        """What was spent and is not stored yet."""
        return Spent(
            requests=self.recording.requests - self._booked.requests, credits=self.share.spent - self._booked.credits
        )

    @property
    def requests(self) -> int:
        """Requests that were sent for the input, in all runs."""
        return self.taken.requests + self.recording.requests

    async def _write(self, change: Callable[[sqlite3.Connection], dict[str, int]], spent: Spent) -> None:
        """Make a change that books what was spent."""
        self.numbers = await self.store.change(change, shielded=True)  # the crew's workers are
        self._booked = Spent(
            requests=self._booked.requests + spent.requests, credits=self._booked.credits + spent.credits
        )
