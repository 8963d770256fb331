"""One run of a job: workers that take inputs, and what is done when something gets in their way."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Generator
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import anyio
import anyio.abc
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from lixasync.bulk import clock, leases, ledger
from lixasync.bulk.crew import Crew
from lixasync.bulk.feed import Feed
from lixasync.bulk.owners import HEARTBEAT, this_process
from lixasync.bulk.pause import clock_time
from lixasync.bulk.progress import Progress, time_left
from lixasync.bulk.reading import Reading
from lixasync.bulk.result import Result, Stop
from lixasync.bulk.settings import RunSettings
from lixasync.bulk.store import Store
from lixasync.bulk.work import Task, Work
from lixasync.errors import JobFileError, LixasyncError, UsageError

V = TypeVar("V")

log = logging.getLogger("lixasync")

_GRACE = 10.0  # seconds that answers under way have when the run is interrupted
_LOOK = 2.0  # seconds from one look at the file's numbers to the next
_LINE = 60.0  # seconds from one line in the log to the next


class Run(Generic[V]):
    """A run of a job. Use it in one ``async with`` and iterate over it, or simply await it.

    Each result is stored before it is handed out. Leaving the block ends the run: answers under way are waited for and
    stored.

    Args:
        open_store: Opens the job's file.
        work: What is done for each input.
        feed: Puts inputs into the file; None when all are there.
        settings: How it is run.
    """

    def __init__(
        self,
        open_store: Callable[[], Awaitable[Store]],
        work: Work,
        feed: Feed | None,
        settings: RunSettings,
    ) -> None:
        self._open_store = open_store
        self._store: Store
        self._work = work
        self._feed = feed
        self._settings = settings
        self._reading = Reading(work.method, work.params)
        self._entered = self._listening = False
        self._group: anyio.abc.TaskGroup
        self._crew: Crew
        self._owner = 0
        self._send: MemoryObjectSendStream[Result[V] | int]
        self._receive: MemoryObjectReceiveStream[Result[V] | int]
        self._over = anyio.Event()
        self._failure: BaseException | None = None
        self._news = anyio.Event()
        self._numbers: dict[str, int] = {}
        self._in_work: tuple[int, int, float | None] = (0, 0, None)
        self._began = 0.0

    @property
    def stopped(self) -> Stop | None:
        """Why the run stopped; None while it goes on."""
        return self._crew.stopped if self._entered else None

    @property
    def error(self) -> LixasyncError | None:
        """The error that made it stop; None when there was none."""
        return self._crew.error if self._entered else None

    @property
    def until(self) -> datetime | None:
        """From when on the job can go on; None when that is not known."""
        return self._crew.until if self._entered else None

    def __await__(self) -> Generator[Any, Any, Stop]:
        """Run to the end without looking at the results, and say why it ended."""
        return self._to_the_end().__await__()

    async def _to_the_end(self) -> Stop:
        async with self:
            self._listening = False
            await self._over.wait()
            if self._failure is not None:
                raise self._failure
        return self._crew.stopped or Stop.FINISHED

    async def __aenter__(self) -> Self:
        if self._entered:
            raise UsageError("This run has been used.", hint="Call job.run() again: it goes on where this one stopped.")
        self._store = await self._open_store()
        try:
            await self._store.change(self._begin)
            await self._look()
        except BaseException:
            await self._close(begun=False)
            raise
        self._entered = self._listening = True
        self._began = anyio.current_time()
        self._send, self._receive = anyio.create_memory_object_stream[Result[V] | int](self._settings.concurrency)
        self._crew = Crew(self._store, self._work, self._owner, self._settings, ended=self._ended, fed=self._fed)
        self._group = anyio.create_task_group()
        await self._group.__aenter__()
        for task in (self._supply, self._watch, self._work_on, self._until_deadline):
            self._group.start_soon(task)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        self._receive.close()
        cancelled = error is not None and not isinstance(error, Exception)  # Ctrl-C is one, too
        self._crew.stop(Stop.INTERRUPTED if cancelled else Stop.LEFT)
        with anyio.move_on_after(_GRACE if cancelled else None, shield=True):
            await self._over.wait()
        unwritten: JobFileError | None = None
        with anyio.CancelScope(shield=True):
            self._crew.give_up()
            await self._over.wait()
            self._group.cancel_scope.cancel()  # first, or a sign of life could follow the farewell
            unwritten = await self._close(begun=True)
        try:
            suppressed = await self._group.__aexit__(kind, error, traceback)
        except BaseExceptionGroup as group:
            if error is None or group.exceptions != (error,):
                raise
            suppressed = False  # the caller's own exception goes on as it was, not wrapped in a group
        if error is None and unwritten is not None:
            raise unwritten
        return suppressed

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Result[V]:
        try:
            ended = await self._receive.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            if self._failure is not None:
                raise self._failure from None
            raise StopAsyncIteration from None
        if isinstance(ended, int):  # its items are read one input at a time, so that they do not pile up
            place = ended
            return await self._store.read(lambda db: self._reading.of_input(db, place))
        return ended

    def progress(self) -> Progress:
        """Return what the run is doing now; call it inside the block.

        Raises:
            UsageError: the run has not begun.
        """
        if not self._entered:
            raise UsageError(
                "This run has not begun.", hint="Call progress() inside the block of `async with job.run()`."
            )
        crew, numbers, (taken, queued, due) = self._crew, self._numbers, self._in_work
        limiter = self._work.core.pipeline.limiter(self._work.method.operation.host).snapshot()
        ended = numbers["done"] + numbers["failed"]
        left = time_left(
            to_do=numbers["inputs"] - ended,
            requests_each=numbers["requests"] / ended if ended else 1.0,
            pace=(limiter.limit.per + limiter.limit.margin) / limiter.limit.requests,
            elapsed=anyio.current_time() - self._began - crew.paused_for,
            ended=crew.ended,
        )
        if due is not None:
            left = max(left, due - clock.seconds())
        return Progress(
            inputs=numbers["inputs"],
            reading=not self._fed(),
            done=numbers["done"],
            failed=numbers["failed"],
            queued=queued,
            taken=taken,
            requests=crew.requests,
            credits=crew.spent,
            rate_used=limiter.used,
            elapsed=anyio.current_time() - self._began,
            time_left=left + crew.pause_left,
            waits_for=self._waits_for(limiter.next_slot, sum(limiter.waiting.values())),
        )

    def _waits_for(self, next_slot: float, waiting: int) -> str | None:
        crew, desk = self._crew, self._crew.desk
        if crew.pause is not None:
            return str(crew.pause)
        if desk.idle and desk.idle_until is not None:
            return f"queued answers, until {clock_time(datetime.fromtimestamp(desk.idle_until, UTC))}"
        if desk.idle and crew.working == 0 and (desk.others or not self._fed()):
            return "other processes" if self._fed() else "more inputs"
        return "a slot" if next_slot > 0 and waiting else None

    def _fed(self) -> bool:
        return self._feed is None or self._feed.over

    def _begin(self, connection: sqlite3.Connection) -> None:
        ledger.note(connection, "stopped", None)
        if not self._fed():
            ledger.note(connection, "reading", "yes")
        self._owner = leases.register(connection, this_process(), clock.seconds())
        self._beat(connection)

    def _beat(self, connection: sqlite3.Connection) -> None:
        leases.beat(connection, self._owner, this_process(), clock.seconds())

    async def _close(self, *, begun: bool) -> JobFileError | None:
        """Give everything back, say why the run stopped, and close the file; return what could not be written."""
        try:
            with anyio.CancelScope(shield=True):
                self._numbers = await self._store.change(partial(self._end, str(self._crew.stopped) if begun else None))
        except JobFileError as error:
            return error
        finally:
            await self._store.close()
        return None

    def _end(self, reason: str | None, connection: sqlite3.Connection) -> dict[str, int]:
        leases.retire(connection, self._owner)
        if reason is not None and not leases.workers(connection):  # otherwise the job goes on
            ledger.note(connection, "stopped", reason)
        return ledger.tally(connection)

    async def _work_on(self) -> None:
        """Have the workers work until there is nothing more to do."""
        try:
            await self._crew.work()
        except Exception as error:  # noqa: BLE001 - raised to whoever iterates
            self._fail(error)
        finally:
            self._send.close()
            self._over.set()

    async def _supply(self) -> None:
        try:
            if self._feed is not None and not self._feed.over:
                await self._feed.run(self._store, self._more_came)
                await self._store.change(lambda db: ledger.note(db, "reading", None))
                self._more_came()
        except Exception as error:  # noqa: BLE001 - raised to whoever iterates
            self._fail(error)

    async def _until_deadline(self) -> None:
        if self._settings.deadline is not None:
            await anyio.sleep(self._settings.deadline)
            self._crew.stop(Stop.DEADLINE)

    def _more_came(self) -> None:
        self._crew.desk.tell()
        self._news.set()

    async def _watch(self) -> None:
        """Give signs of life, take back what dead processes had, and write a line into the log each minute."""
        beat = line = anyio.current_time()
        try:
            while True:
                with anyio.move_on_after(_LOOK):
                    await self._news.wait()
                self._news = anyio.Event()
                now = anyio.current_time()
                if now - beat >= HEARTBEAT:
                    beat = now
                    await self._store.change(self._beat)
                await self._look()
                if now - line >= _LINE:
                    line = now
                    self._write_line()
        except Exception as error:  # noqa: BLE001 - raised to whoever iterates
            self._fail(error)

    def _write_line(self) -> None:
        progress = self.progress()
        names = ("inputs", "done", "failed", "queued", "requests", "credits", "time_left")
        facts = {name: getattr(progress, name) for name in names}
        extra = {"event": "job_progress", "operation": self._work.method.operation.id, **facts}
        log.info("%s: %s", self._work.method.key, progress, extra=extra)

    async def _look(self) -> None:
        numbers, self._in_work = await self._store.read(lambda db: (ledger.tally(db), ledger.in_work(db)))
        self._take_in(numbers)

    def _take_in(self, numbers: dict[str, int]) -> None:
        """Remember how much there is of everything, unless something newer is known."""
        known = self._numbers
        if not known or (numbers["requests"], numbers["inputs"]) >= (known["requests"], known["inputs"]):
            self._numbers = numbers

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._crew.stop(Stop.ERROR, error if isinstance(error, LixasyncError) else None)

    async def _ended(self, task: Task, error: LixasyncError | None) -> None:
        """Hand out what came of an input."""
        self._take_in(task.numbers)
        if not self._listening:
            return
        result: Result[V] | int = task.taken.id
        if not self._work.method.many:
            result = Result(
                input=task.given, position=task.taken.id, value=task.value, error=error, attempts=task.requests
            )
        try:
            await self._send.send(result)
        except anyio.BrokenResourceError:
            self._listening = False  # nobody looks at results any more; they are stored
