"""The workers of a run: each takes an input, works on it step by step, and does what its failures call for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio

from lixasync.bulk import clock
from lixasync.bulk.budget import Budget, Share
from lixasync.bulk.desk import Desk
from lixasync.bulk.leases import LostLeaseError, Taken
from lixasync.bulk.pause import Pause, refreshed_at
from lixasync.bulk.reins import Reins
from lixasync.bulk.result import Stop
from lixasync.bulk.schema import LAST
from lixasync.bulk.settings import RunSettings
from lixasync.bulk.store import Store
from lixasync.bulk.verdict import Breaker, Verdict, verdict
from lixasync.bulk.viewers import Viewers
from lixasync.bulk.work import Step, Task, Work
from lixasync.errors import JobFileError, LixasyncError, RateLimitError, UnknownShapeError, UsageError

log = logging.getLogger("lixasync")

_REASONS = {Verdict.CREDITS: Stop.CREDITS, Verdict.REFUSE: Stop.REFUSED, Verdict.BREAK: Stop.ERROR}
_TAKEN_OVER = "An input was taken over by another process, which took this one for dead."
_LONGEST = 60.0  # seconds to sleep at once: the machine may sleep too, and the clock be set


class Crew:
    """Workers, and what they share.

    Args:
        store: The job's file.
        work: What is done for each input.
        owner: The number of this process.
        settings: How the job is run.
        ended: Told of each input that ended, with its error if it failed for good.
        fed: Says whether all inputs are in the file.

    Attributes:
        stopped: Why there is nothing more to do; None while there is.
        error: The error that made it so.
        until: From when on the job can go on.
        pause: What everybody waits for now.
        ended: Inputs that ended in this run.
        working: Inputs under way.
    """

    def __init__(
        self,
        store: Store,
        work: Work,
        owner: int,
        settings: RunSettings,
        *,
        ended: Callable[[Task, LixasyncError | None], Awaitable[None]],
        fed: Callable[[], bool],
    ) -> None:
        self._store = store
        self._work = work
        self._owner = owner
        self._settings = settings
        self._tell_ended = ended
        self._budget = Budget(limit=settings.max_credits)
        self._breaker = Breaker(settings.max_failures)
        self._in_doubt: list[tuple[Task, LixasyncError]] = []
        self._tasks: set[Task] = set()
        self._change = anyio.Event()
        self._waiting = 0
        self._viewers = Viewers(store, work, wanted=settings.warm_up)
        self._viewers_wait: datetime | None = None
        self._answered = False
        self._requests = 0
        self._paused_for = self._paused_since = 0.0
        self.desk = Desk(store, owner, settings.concurrency, fed, idle=self._idle)
        self.stopped: Stop | None = None
        self.error: LixasyncError | None = None
        self.until: datetime | None = None
        self.pause: Pause | None = None
        self.ended = 0

    @property
    def working(self) -> int:
        """Inputs under way."""
        return len(self._tasks)

    @property
    def spent(self) -> int:
        """Credits spent in this run."""
        return self._budget.spent

    @property
    def requests(self) -> int:
        """Requests sent in this run."""
        return self._requests + sum(task.sent for task in self._tasks)

    @property
    def paused_for(self) -> float:
        """Seconds for which nothing could be asked for, up to now."""
        return self._paused_for + (0.0 if self.pause is None else anyio.current_time() - self._paused_since)

    @property
    def pause_left(self) -> float:
        """Seconds for which nothing can be asked for from now on."""
        return 0.0 if self.pause is None else max(0.0, (self.pause.until - clock.now()).total_seconds())

    def stop(self, reason: Stop, error: LixasyncError | None = None, until: datetime | None = None) -> None:
        """Begin nothing more; answers under way are waited for."""
        if self.stopped is None:
            self.stopped, self.error, self.until = reason, error, until
            self.desk.close()
        elif self.stopped is not Stop.WARM_UP:
            return
        if reason is not Stop.WARM_UP:  # what was admitted before the hour was over is still done
            for task in self._tasks:
                task.halt()
        self._tell()

    def give_up(self) -> None:
        """Wait for nothing any more."""
        for task in self._tasks:
            task.cancel()

    async def work(self) -> None:
        """Work until everything is done, or something stops it.

        Raises:
            JobFileError: the file cannot be written.
        """
        failure: Exception | None = None

        async def worker() -> None:
            nonlocal failure
            try:
                with Reins() as reins:
                    while (taken := await self.desk.next(lambda: len(self._in_doubt))) is not None:
                        await self._one(taken, reins)
            except Exception as error:  # noqa: BLE001 - raised below, not wrapped in a group
                failure = failure or error
                self.stop(Stop.ERROR, error if isinstance(error, LixasyncError) else None)

        with anyio.CancelScope(shield=True):  # `stop` and `give_up` end it, and nothing else
            async with anyio.create_task_group() as group:
                for _ in range(self._settings.concurrency):
                    group.start_soon(worker)
            if not isinstance(failure, JobFileError):
                await self._settle_the_last()
        self.stop(Stop.FINISHED)
        if failure is not None:
            raise failure

    async def _one(self, taken: Taken, reins: Reins) -> None:
        share = Share(budget=self._budget)
        task = Task(work=self._work, store=self._store, owner=self._owner, taken=taken, share=share, reins=reins)
        self._tasks.add(task)
        try:
            await self._until_it_ends(task)
        except LostLeaseError:
            self._warn(_TAKEN_OVER, event="input_taken_over")
        finally:
            self._tasks.discard(task)
            self._requests += task.sent
            self._tell()

    async def _until_it_ends(self, task: Task) -> None:
        while True:
            try:
                if not await self._may_begin(task):
                    return
                step = await self._step(task)
            except JobFileError:
                raise
            except LixasyncError as error:
                if await self._after(task, error):
                    continue
                return
            finally:
                self._release(task)
            if step is Step.DONE:
                self._answered = True
                await self._settle(failed=True)
                await self._end(task, None)
                return
            if step is Step.HALTED or self.stopped is not None:
                await task.put_back()
                return

    async def _step(self, task: Task) -> Step:
        requests = task.recording.requests
        step = await task.step()
        if step is Step.HALTED and task.recording.requests == requests:
            await self._viewers.not_made(task)
        return step

    async def _may_begin(self, task: Task) -> bool:
        """Wait until the next call of an input can be made; False when it went back instead.

        Raises:
            LixasyncError: what its viewer may do could not be found out.
        """
        while self.stopped is None:
            if self.pause is not None:
                await self._wait_out(self.pause)
                continue
            if not task.share.affords(task.cost):
                await self._room()
                continue
            until = await self._viewers.admit(task)
            if until is None and self._open():
                return True
            self._release(task)
            if until is None:
                await self._viewers.not_made(task)
            elif await self._viewer_waits(task, until):
                return False
        await task.put_back()
        return False

    def _release(self, task: Task) -> None:
        """Let go of the credits that an input's latest call did not cost."""
        task.share.release()
        if self._budget.limit is not None:
            self._tell()

    def _open(self) -> bool:
        """Say whether calls can be made now."""
        paused = None if self.pause is None else self.pause.reason
        return {self.stopped, paused} <= {None, Stop.WARM_UP}  # a viewer's hour ends behind the calls that it still has

    async def _room(self) -> None:
        """Wait for credits that calls under way may turn out not to cost; stop when there can be none."""
        if self._budget.held:
            await self._changed()
        else:
            self.stop(Stop.CREDITS)

    async def _viewer_waits(self, task: Task, until: datetime) -> bool:
        """Let an input wait for its viewer; False when that is everybody's, so that all wait."""
        if not task.own_viewer:
            self._hold(Pause(reason=Stop.WARM_UP, what="the viewer, whose account is warming up", until=until))
            return False
        self._viewers_wait = until if self._viewers_wait is None else min(until, self._viewers_wait)
        await task.put_back(due=until.timestamp())
        return True

    def _idle(self, due: float) -> None:
        """Stop, if that is wanted, when nothing is left but inputs whose viewers wait."""
        wait = self._viewers_wait
        if self._settings.on_limit == "stop" and wait is not None and due >= wait.timestamp():
            self.stop(Stop.WARM_UP, until=wait)

    def _hold(self, pause: Pause) -> None:
        """Let everybody wait for a moment, or stop if that is wanted instead."""
        if self._settings.on_limit == "stop":
            self.stop(pause.reason, pause.error, pause.until)
        elif self.pause is None:
            self.pause, self._paused_since = pause, anyio.current_time()
            until = pause.until.isoformat(timespec="seconds")
            self._warn(f"The job waits for {pause}.", event="job_waits", reason=pause.reason.value, until=until)

    def _warn(self, text: str, **facts: str) -> None:
        log.warning("%s", text, extra={**facts, "operation": self._work.method.operation.id})

    async def _wait_out(self, pause: Pause) -> None:
        """Wait until a pause is over, or something else changes."""
        with anyio.move_on_after(min(self.pause_left, _LONGEST)):
            await self._changed()
        if self.pause is pause and self.pause_left <= 0:
            self.pause = None
            self._paused_for += anyio.current_time() - self._paused_since
            self._tell()

    async def _after(self, task: Task, error: LixasyncError) -> bool:
        """Do what a failure calls for, and say whether the same input is tried again."""
        patience = self._work.core.options.retry.max_pause
        meaning = verdict(error, patience=patience, own_viewer=task.own_viewer)
        if meaning is Verdict.DOUBT and (self._breaker.most is None or (task.taken.doubtful and self._answered)):
            meaning = Verdict.FAIL
        if self.stopped is not None and meaning not in (Verdict.FAIL, Verdict.PARK):
            await task.put_back()  # attempts that are left are not made any more
            return False
        if meaning is Verdict.PAUSE:
            await self._pause(task, error)
            return True
        if meaning is Verdict.PARK and task.taken.asked + 1 < self._work.asks:
            await self._park(task, error)
        elif meaning in (Verdict.FAIL, Verdict.PARK):
            if not isinstance(error, UsageError):  # those never reached the server
                self._answered = True
                await self._settle(failed=True)
            await task.fail(error)
            await self._end(task, error)
        elif meaning is Verdict.DOUBT:
            await self._doubt(task, error)
        else:
            await task.put_back()
            self.stop(_REASONS[meaning], error)
            if meaning is not Verdict.CREDITS:
                raise error
        return False

    async def _pause(self, task: Task, error: LixasyncError) -> None:
        """Let everybody wait until there are requests again."""
        until = await task.aside(lambda: refreshed_at(self._work.core, error, clock.now()))
        if until is not None:
            what = "the rate limit" if isinstance(error, RateLimitError) else "the daily limit"
            self._hold(Pause(reason=Stop.DAILY_LIMIT, what=what, until=until, error=error))

    async def _doubt(self, task: Task, error: LixasyncError) -> None:
        """Let an input count as failed when the server answers somebody else; stop after too many in a row."""
        if isinstance(error, UnknownShapeError):  # it was paid for, and is kept
            await task.fail(error)
            await self._end(task, error)
        else:
            self._in_doubt.append((task, error))
        if self._breaker.failed():
            self.stop(Stop.FAILURES, error)

    async def _park(self, task: Task, error: LixasyncError) -> None:
        """Let an input wait until its answer may be ready."""
        pause = self._work.core.options.retry.queued_pause if error.retry_after is None else error.retry_after
        later = error.details.get("request_id")
        await task.put_back(due=clock.seconds() + pause, asked=task.taken.asked + 1, cursor=later)

    async def _settle(self, *, failed: bool) -> None:
        """Say of the inputs in doubt that they failed, or put them back: others would have failed like them."""
        in_doubt, self._in_doubt = self._in_doubt, []
        self._breaker.answered()
        for task, error in in_doubt:
            try:
                if failed:
                    await task.fail(error)
                    await self._end(task, error)
                else:
                    await task.put_back(due=LAST)
            except LostLeaseError:
                self._warn(_TAKEN_OVER, event="input_taken_over")

    async def _settle_the_last(self) -> None:
        """Settle what is in doubt at the end of the run.

        Inputs have failed when the server answered others in this run, or when they were in doubt in another run, too.
        """
        if self.stopped is not None or not self._in_doubt:
            await self._settle(failed=False)
            return
        failed = self._answered or all(task.taken.doubtful for task, _ in self._in_doubt)
        if not failed:
            self.stop(Stop.FAILURES, self._in_doubt[-1][1])
        await self._settle(failed=failed)

    async def _end(self, task: Task, error: LixasyncError | None) -> None:
        self.ended += 1
        await self._tell_ended(task, error)

    async def _changed(self) -> None:
        self._waiting += 1
        try:
            await self._change.wait()
        finally:
            self._waiting -= 1

    def _tell(self) -> None:
        """Wake everybody who waits for something to change."""
        if self._waiting:
            self._change.set()
            self._change = anyio.Event()
        self.desk.tell()
