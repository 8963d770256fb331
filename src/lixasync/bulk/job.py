"""A durable job: one method of a client, called for many inputs, and a file that knows how far that is."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import msgspec

from lixasync.bulk import clock, leases, ledger
from lixasync.bulk.failures import names
from lixasync.bulk.feed import Feed, Source
from lixasync.bulk.inputs import plain
from lixasync.bulk.methods import Bound, Method, method, method_of, of_client, patient, viewer_of
from lixasync.bulk.progress import JobPlan, JobStatus
from lixasync.bulk.reading import Reading, Results
from lixasync.bulk.result import Result
from lixasync.bulk.run import Run
from lixasync.bulk.settings import OnLimit, run_settings
from lixasync.bulk.store import Store, checked_path, facts_of
from lixasync.bulk.work import Work
from lixasync.errors import InvalidArgumentError, JobFileError, LixasyncError, UsageError
from lixasync.linkedin.client import LinkedInClient
from lixasync.lix.client import LixClient
from lixasync.paging.pager import Pager
from lixasync.paging.source import Identified

V = TypeVar("V")
W = TypeVar("W")
Item = TypeVar("Item", bound=Identified)

_FEW_WORDS = 3


class Job(Generic[V]):
    """A method of a client, called once for each of many inputs; however often it is interrupted, nothing is lost.

    Everything stands in one file, an SQLite database: the inputs, and what was answered, word for word. A job of the
    same file goes on where the last one was stopped or killed. Several processes may run it at the same time; each
    input is fetched by one of them. Mind that each has a rate limit of its own.

    The file holds what the API told of people: keep it as long as your purpose needs it, and no longer.

    Args:
        path: The file; it is made when it is not there.
        method: A method of a client that asks something, such as ``lix.enrichment.person`` or ``lix.search.people``.
        inputs: What to call it with: texts or numbers, which are its first argument, or dicts of arguments by name,
            with values as JSON has them; from anything that can be iterated over, also asynchronously. Inputs that are
            equal are fetched once and answered for each. Given again, only those that are new are added; None adds
            nothing.
        params: Arguments that are the same for all inputs, by name.
        permission: Needed for LinkedIn's own API, whose terms forbid storing what it answers: who has permitted it,
            and in what words. It is kept in the file.

    Raises:
        InvalidArgumentError: no method that a job can call, arguments it does not take, or no permission.
        JobFileError: the file is of another job or version, or no job at all.
    """

    @overload
    def __init__(
        self: Job[tuple[Item, ...]],
        path: str | os.PathLike[str],
        method: Callable[..., Pager[Item]],
        *,
        inputs: Source | None = None,
        params: Mapping[str, Any] | None = None,
        permission: str | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self: Job[W],
        path: str | os.PathLike[str],
        method: Callable[..., Awaitable[W]],
        *,
        inputs: Source | None = None,
        params: Mapping[str, Any] | None = None,
        permission: str | None = None,
    ) -> None: ...

    def __init__(
        self,
        path: str | os.PathLike[str],
        method: Callable[..., Any],
        *,
        inputs: Source | None = None,
        params: Mapping[str, Any] | None = None,
        permission: str | None = None,
    ) -> None:
        where, what = checked_path(path), method_of(method)
        known = facts_of(where)
        values = _params(what, method, params)
        facts = {"method": what.key, "params": _text(values)}
        if what.linkedin and "permission" not in known:
            facts["permission"] = _permission(permission)
        self._set_up(where, what, method, values, facts)
        self._check_same(known)
        self._feed = None if inputs is None else Feed(inputs, self._check_input)

    def _set_up(
        self, path: Path, method: Method, bound: Bound | None, params: dict[str, Any], facts: dict[str, str] | None
    ) -> None:
        self._path = path
        self._method = method
        self._bound = bound
        self._params = params
        self._facts = facts
        self._described = False

    @classmethod
    def open(cls, path: str | os.PathLike[str], client: LixClient | LinkedInClient | None = None) -> Job[Any]:
        """Return the job of a file that is there, whose method and arguments stand in it.

        Args:
            path: The file.
            client: What to run it with; without one it can be looked at, exported and marked for another try.

        Raises:
            JobFileError: there is no such file, or it is no job.
            InvalidArgumentError: the job is of the other API than the client.
        """
        where = checked_path(path)
        known = facts_of(where)
        if "method" not in known:
            raise JobFileError(
                f"There is no job {str(where)!r}.",
                hint="Make one with Job(path, method, inputs=...), or check the path.",
            )
        bound = None if client is None else of_client(known["method"], client)
        job: Job[Any] = cls.__new__(cls)
        job._set_up(where, method(known["method"]), bound, msgspec.json.decode(known["params"]), None)
        job._feed = None
        return job

    @property
    def method(self) -> str:
        """The name of the method, such as ``"enrichment.person"``."""
        return self._method.key

    @property
    def has_pages(self) -> bool:
        """Whether one input has many items."""
        return self._method.many

    async def status(self) -> JobStatus:
        """Return what the file holds.

        Raises:
            JobFileError: there is no such file, or it cannot be read.
        """
        async with await self._open() as store:
            return await store.read(self._status)

    async def plan(self) -> JobPlan:
        """Return what is left to do, and what that takes; all inputs are read before, and nothing is requested.

        Raises:
            InvalidArgumentError: one of the inputs is none.
            JobFileError: the file cannot be read or written.
        """
        async with await self._open() as store:
            if self._feed is not None:
                await store.change(lambda db: ledger.note(db, "reading", "yes"))
                await self._feed.run(store, _nothing)
                await store.change(lambda db: ledger.note(db, "reading", None))
            status = await store.read(self._status)
        many, ended, operation = self._method.many, status.done + status.failed, self._method.operation
        each = max(1.0, status.requests / ended) if many and ended else 1.0
        requests = round(status.to_do * each)
        return JobPlan(
            status=status,
            requests=requests,
            credits=requests * operation.credits,
            credit_kind=operation.credit_kind,
            seconds=None if self._bound is None else requests * self._pace(self._bound),
            exact=not many,
        )

    def run(
        self,
        *,
        concurrency: int = 8,
        max_credits: int | None = None,
        deadline: float | timedelta | None = None,
        max_failures: int | None = 20,
        on_limit: OnLimit = "wait",
        warm_up: bool = True,
    ) -> Run[V]:
        """Work through the inputs: ``async with job.run() as results: async for result in results: ...``.

        ``await job.run()`` does the same without looking at results, and returns why it stopped. Calls are made in the
        lane ``"bulk"``, so that interactive calls of the same client overtake them.

        Args:
            concurrency: How many inputs are worked on at the same time; the rate limit holds for all of them together.
            max_credits: Stop before this run would spend more credits; None for no bound.
            deadline: Begin nothing more after so many seconds; None for no bound.
            max_failures: Stop after so many failures in a row that may not be the inputs' fault, such as those of an
                outage; these inputs are then not counted as failed. None never stops.
            on_limit: What to do when the day, or a viewer that is warming up, has no more requests: ``"wait"`` until
                there are more, or ``"stop"``.
            warm_up: Whether to keep to what accounts that are warming up may do, per hour and day; asked of the API
                once an hour for each viewer that is named.

        Raises:
            InvalidArgumentError: an argument outside its range.
            UsageError: the job was opened without a client.
        """
        settings = run_settings(
            concurrency=concurrency,
            max_credits=max_credits,
            deadline=deadline,
            max_failures=max_failures,
            on_limit=on_limit,
            warm_up=warm_up,
        )
        if self._bound is None:
            raise UsageError("This job was opened without a client.", hint="Job.open(path, client) can be run.")
        call, core, asks = patient(self._bound)
        work = Work(method=self._method, call=call, core=core, params=self._params, asks=asks)
        return Run(self._open, work, self._feed, settings)

    def results(self) -> Results[V]:
        """Return all results so far: one for each input that was given and has ended, in the order they were given.

        They are decoded while they are read, by today's models. No client is needed.

        Yields:
            Result: of inputs that failed, too.

        Raises:
            JobFileError: while iterating: the file cannot be read.
        """
        reading = Reading(self._method, self._params)

        async def read(place: int) -> list[Result[V]]:
            async with await self._open() as store:
                return await store.read(lambda db: reading.from_place(db, place))

        return Results(read)

    async def retry_failed(
        self, only: type[LixasyncError] | str | Sequence[type[LixasyncError] | str] | None = None
    ) -> int:
        """Let inputs that failed be tried again by the next run, and return how many.

        Args:
            only: Which errors: a class (with all under it), its name, or several; None for all.

        Raises:
            InvalidArgumentError: a name that is no error's.
            JobFileError: the file cannot be written.
        """
        kinds = names(only)
        async with await self._open() as store:
            return await store.change(lambda db: leases.retry_failed(db, kinds))

    async def export(self, path: str | os.PathLike[str]) -> int:
        """Write all results so far into a file, and return how many rows that were.

        Args:
            path: The file; its suffix says which form: ``.jsonl``, ``.csv``, ``.parquet`` or ``.duckdb``. The latter
                two need ``pip install 'lixasync[export]'``. A file that is there is replaced.

        Raises:
            InvalidArgumentError: another suffix, or a place where no file can be, or the job's own file.
            ConfigurationError: what the form needs is not installed.
            JobFileError: the job cannot be read.
            OSError: the file cannot be written.
        """
        from lixasync.bulk.files.export import export  # few programs export

        if checked_path(path) == self._path:
            raise InvalidArgumentError(f"{str(path)!r} is the job itself.", hint="Give the name of another file.")
        return await export(self.results(), self._method.kind, path, many=self._method.many)

    async def _open(self) -> Store:
        """Return the file, opened; whoever asks closes it."""
        store = Store(self._path)
        await store.open(create=self._facts is not None and not self._described)
        try:
            if self._facts is not None and not self._described:
                made = {**self._facts, "made": clock.now().isoformat(timespec="seconds")}
                self._check_same(await store.change(lambda db: ledger.describe(db, made)))
                self._described = True
        except BaseException:
            await store.close()
            raise
        return store

    def _check_same(self, known: Mapping[str, str]) -> None:
        """Raise JobFileError when the file is of another job."""
        facts = self._facts or {}
        for name in ("method", "params"):
            if name in known and known[name] != facts[name]:
                raise JobFileError(
                    f"{str(self._path)!r} is the job of {known['method']} with {known['params']}, not of "
                    f"{facts['method']} with {facts['params']}.",
                    hint="Give each job a file of its own.",
                )

    def _check_input(self, value: object, place: int) -> None:
        if isinstance(value, Mapping):
            self._method.check(value, f"Input {place}")
        elif self._method.arguments[0] in self._params:
            raise InvalidArgumentError(
                f"Input {place} is {self._method.arguments[0]}, which params sets for all inputs.",
                hint="Leave it out of params, or give inputs as dicts.",
            )

    def _status(self, connection: Any) -> JobStatus:
        numbers, (taken, queued, due) = ledger.tally(connection), ledger.in_work(connection)
        about = ledger.about(connection)
        return JobStatus(
            method=self._method.key,
            given=numbers["given"],
            inputs=numbers["inputs"],
            done=numbers["done"],
            failed=numbers["failed"],
            failures=ledger.failures(connection),
            queued=queued,
            taken=taken,
            items=numbers["items"] if self._method.many else numbers["done"],
            requests=numbers["requests"],
            credits={self._method.operation.credit_kind: numbers["credits"]} if numbers["credits"] else {},
            stopped=about.get("stopped"),
            reading="reading" in about,
            next_due=None if due is None else datetime.fromtimestamp(due, UTC),
        )

    def _pace(self, bound: Bound) -> float:
        """Return the seconds from one request to the next at the permitted rate."""
        limit = patient(bound)[1].limit(self._method.operation)
        return (limit.per + limit.margin) / limit.requests


def _params(method: Method, bound: Bound, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the arguments of all inputs; a viewer that the client names belongs to them.

    Raises:
        InvalidArgumentError: arguments that the method does not take, or that are no JSON.
    """
    given = dict(params or {})
    method.check(given, "params")
    viewer = viewer_of(patient(bound)[1])
    if method.viewer is not None and viewer is not None and method.viewer != method.arguments[0]:
        given.setdefault(method.viewer, viewer)
    try:
        return dict(plain(given))
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"params cannot be kept as JSON ({error}).") from None


def _text(params: Mapping[str, Any]) -> str:
    return msgspec.json.encode(params, order="deterministic").decode()


def _permission(permission: object) -> str:
    """Return a statement that results may be stored.

    Raises:
        InvalidArgumentError: there is none.
    """
    if not isinstance(permission, str) or len(permission.split()) < _FEW_WORDS:
        raise InvalidArgumentError(
            "LinkedIn's terms forbid storing what its own API answers, and a job stores it.",
            hint="If LinkedIn has permitted you to, say so in words: permission='LinkedIn permitted us ... on ...'. "
            "It is kept in the job's file. To look at results without storing them, iterate over the method itself.",
        )
    return permission


def _nothing() -> None:
    """Take no notice."""
