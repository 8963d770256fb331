"""Sources for dlt, which loads what they yield into a warehouse. They need ``pip install 'lixasync[dlt]'``.

dlt commits a run as a whole, or not at all. So what was answered is kept in a checkpoint until its run is committed: a
run that fails is made again without a request for what is there already.
"""

from __future__ import annotations

import inspect
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

import attrs
from anyio.from_thread import start_blocking_portal

from lixasync.bulk import methods
from lixasync.bulk.feed import Source
from lixasync.bulk.files.flatten import json_text, plain
from lixasync.bulk.job import Job
from lixasync.bulk.reading import Results
from lixasync.bulk.result import Result, Stop
from lixasync.bulk.settings import OnLimit, run_settings
from lixasync.errors import ConfigurationError, InvalidArgumentError, LixasyncError
from lixasync.limits.base import RateLimiter
from lixasync.linkedin.client import LinkedInClient
from lixasync.linkedin.connections import EARLIEST, Modified
from lixasync.linkedin.fields import Fields
from lixasync.lix.client import LixClient

try:
    import dlt
    from dlt.common.schema.typing import TTableSchemaColumns
    from dlt.extract import DltResource
except ModuleNotFoundError as missing:
    raise ConfigurationError(
        "These sources need dlt, which is not installed.", hint="pip install 'lixasync[dlt]'"
    ) from missing

__all__ = ["changes", "connections", "fetch", "search"]

log = logging.getLogger("lixasync")

Row: TypeAlias = dict[str, Any]

_SECTION = "lixasync"
_INPUT, _KEY = "lix_input", "lix_key"
_TOGETHER = 1_000  # rows handed to dlt at once, or a few more
_BESIDE = ("", "-wal", "-shm")  # the files of an SQLite database
_INTEGERS = range(-(2**63), 2**63)  # what the columns of a warehouse hold
_ENDS: TTableSchemaColumns = {
    _INPUT: {"data_type": "text"},
    "items": {"data_type": "bigint"},
    **{name: {"data_type": "text"} for name in ("stopped", "error", "error_message")},
}
_FEW_WORDS = 3
_SELDOM = 3600.0  # seconds between two polls; there is one only


def fetch(
    method: str,
    inputs: Source,
    *,
    checkpoint: str | os.PathLike[str],
    name: str | None = None,
    params: Mapping[str, Any] | None = None,
    permission: str | None = None,
    concurrency: int = 8,
    max_credits: int | None = None,
    on_limit: OnLimit = "wait",
    **settings: Any,
) -> DltResource:
    """Return a resource of what a method answers to inputs: one row for each item, or for each single answer.

    Beside what the models hold, rows have ``lix_input`` and ``lix_key``, which are their primary key. A table beside,
    ``<name>_inputs``, has a row for each input that was asked for: how many ``items`` came, why they ended
    (``stopped``; ``exhausted`` alone means that these are all), and its ``error`` when it failed for good.

    Args:
        method: Name of a method of a client that asks something: ``"search.people"``, ``"sales.leads"``,
            ``"enrichment.person"``; of LinkedIn's own API ``"linkedin.search.people"``.
        inputs: What to call it with; see `lixasync.bulk.Job`.
        checkpoint: A folder that outlives a failed run, where answers are kept until they are loaded.
        name: The resource's name, and that of its table; the method's by default.
        params: Arguments that are the same for all inputs, by name.
        permission: Needed for LinkedIn's own API, whose terms forbid storing what it answers: who has permitted it,
            and in what words. It is kept in the checkpoint.
        concurrency: How many inputs are worked on at the same time.
        max_credits: Stop before a run would spend more credits; None for no bound.
        on_limit: What to do when the day has no more requests: ``"wait"`` or ``"stop"``.
        **settings: Settings of the client, such as ``rate_limit`` or ``base_url``. The key is taken from ``api_key``
            (or ``access_token``) there, else from dlt's secrets, in the section ``sources.lixasync``, else from the
            environment, as clients do.

    Yields:
        Pages of rows: lists of dicts.

    Raises:
        InvalidArgumentError: no method that can be called for inputs, no permission, or options that cannot work.
        ConfigurationError: settings that cannot work.
        LixasyncError: while it runs: it stopped before its end. Nothing is loaded; the next run goes on.
    """
    what = methods.method(method)
    if what.linkedin:
        _check_permission(permission)
    what.check(params or {}, "params")
    run: dict[str, Any] = {"concurrency": concurrency, "max_credits": max_credits, "on_limit": on_limit}
    run_settings(**run, deadline=None, max_failures=None, warm_up=True)  # to find mistakes now
    _unused(settings, linkedin=what.linkedin, hint="Arguments of the method go into params={...}.")
    asked = _Asked(
        name=name or what.key.replace(".", "_"),
        method=what,
        inputs=inputs,
        folder=Path(checkpoint),
        job={"params": params, "permission": permission},
        run=run,
        settings=settings,
    )
    return dlt.resource(
        _fetched, name=asked.name, section=_SECTION, primary_key=(_INPUT, _KEY), write_disposition="merge"
    )(asked)


def connections(viewers: Source, *, checkpoint: str | os.PathLike[str], **options: Any) -> DltResource:
    """Return a resource of the connections of viewers (Lix API, operation list_connections); see `fetch`.

    Connections that are gone stay in the table; with ``.apply_hints(write_disposition="replace")`` it holds those of
    the last run.

    Args:
        viewers: Ids of the accounts whose connections are listed.
        checkpoint: A folder for answers that are not loaded yet.
        **options: All that `fetch` takes.

    Raises:
        LixasyncError: as `fetch`.
    """
    return fetch("connections", viewers, checkpoint=checkpoint, **options)


def search(
    inputs: Source, *, checkpoint: str | os.PathLike[str], method: str = "search.people", **options: Any
) -> DltResource:
    """Return a resource of what searches find (Lix API, operation search_people); see `fetch`.

    Args:
        inputs: Addresses of searches, or dicts of filters by name.
        checkpoint: A folder for answers that are not loaded yet.
        method: Which search: ``"sales.leads"``, ``"recruiter.candidates"``, ``"search.jobs"``, ...
        **options: All that `fetch` takes.

    Raises:
        LixasyncError: as `fetch`.
    """
    return fetch(method, inputs, checkpoint=checkpoint, **options)


def changes(
    *,
    permission: str,
    modified: Modified = "new",
    name: str = "connections",
    fields: Fields | str | Iterable[str] | None = None,
    since: datetime = EARLIEST,
    overlap: timedelta = timedelta(minutes=5),
    **settings: Any,
) -> DltResource:
    """Return a resource of one's own connections: all at first, then those made or modified since the run before.

    From when on to ask stands in dlt's state of the resource, which dlt keeps with the data that was loaded, so that
    each change is loaded once; see `LinkedInClient.watch`. A run asks again for what a failed one was answered:
    LinkedIn's own API takes no credits, and what it answers is not to lie about in files (LinkedIn v1, section Usage
    rules). Members who hide from applications have a row for each time they are met.

    Args:
        permission: The terms forbid storing what this API answers: who has permitted it, and in what words. It is kept
            in dlt's state.
        modified: ``"new"`` for connections that were made since, ``"updated"`` for those whose profile has changed.
        name: The resource's name, and that of its table.
        fields: What to fetch of each member; see `LinkedInClient.connections`.
        since: From when on the first run asks; by default from the beginning.
        overlap: How far a run reaches back before the one before it.
        **settings: Settings of the client. The token is taken from ``access_token`` there, else from dlt's secrets, in
            the section ``sources.lixasync``, else from the environment.

    Yields:
        Pages of rows: lists of dicts, with ``lix_key`` as their primary key.

    Raises:
        InvalidArgumentError: there is no permission, or an option that cannot work.
        ConfigurationError: settings that cannot work.
    """
    _check_permission(permission)
    watch: dict[str, Any] = {"modified": modified, "fields": fields, "since": since, "overlap": overlap}
    _unused(settings, linkedin=True).watch(every=_SELDOM, state=_Memory(None), **watch)  # to find mistakes now
    asked = _Followed(permission=permission, watch=watch, settings=settings)
    return dlt.resource(_changed, name=name, section=_SECTION, primary_key=_KEY, write_disposition="merge")(asked)


@attrs.frozen(kw_only=True, eq=False)
class _Asked:
    """What a resource fetches, and how."""

    name: str
    method: methods.Method
    inputs: Source = attrs.field(repr=False)
    folder: Path
    job: dict[str, Any] = attrs.field(repr=False)
    run: dict[str, Any] = attrs.field(repr=False)
    settings: dict[str, Any] = attrs.field(repr=False)  # the key may be among them

    def checkpoint(self, loaded: str | None) -> Path:
        """Return the file to go on with, or that of a new beginning; the one whose rows were loaded is removed.

        Args:
            loaded: Name of the file that was loaded last, as dlt's state has it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        own = re.compile(re.escape(self.name) + r"-\d{8}T\d{12}\.job")
        files = sorted(each for each in self.folder.iterdir() if own.fullmatch(each.name))
        for file in files:
            if file.name == loaded:
                for suffix in _BESIDE:
                    file.with_name(f"{loaded}{suffix}").unlink(missing_ok=True)
        new = self.folder / f"{self.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.job"
        return [new, *(file for file in files if file.name != loaded)][-1]

    async def complete(self, file: Path, key: str | None) -> None:
        """Make the requests whose answers are not in a file yet.

        Raises:
            LixasyncError: it stopped before the end.
        """
        async with _client(self.settings, key, linkedin=self.method.linkedin) as client:
            call = attrgetter(self.method.key.removeprefix("linkedin."))(client)
            run = Job(file, call, inputs=self.inputs, **self.job).run(**self.run)
            stopped = await run
        if stopped is not Stop.FINISHED:
            why = "" if run.error is None else f" {run.error}"
            raise LixasyncError(
                f"{self.name} stopped ({stopped}) before its end, so nothing of it is loaded.{why}",
                hint="Run the pipeline again: it goes on there, and pays for nothing twice.",
                retry_at=run.until,
            ) from run.error


def _fetched(asked: _Asked) -> Iterator[Any]:
    """Yield the rows of a checkpoint, once it is complete.

    The loop has a thread of its own, as there may be one in this already; and it yields nothing while requests are
    made, so that of several resources one makes them after the other, at the one rate that the key has.
    """
    loaded = dlt.current.source_state().setdefault("loaded", {})  # a resource's own is lost when its table is replaced
    file = asked.checkpoint(loaded.get(asked.name))
    beside = dlt.mark.make_hints(
        table_name=f"{asked.name}_inputs", columns=_ENDS, primary_key=_INPUT, write_disposition="merge"
    )
    failed = 0
    with start_blocking_portal() as portal:
        portal.call(asked.complete, file, _secret("access_token" if asked.method.linkedin else "api_key"))
        results = Job.open(file).results()
        while some := portal.call(_some, results):
            yield [row for result in some for row in _rows(result, many=asked.method.many)]
            yield dlt.mark.with_hints([_end(result) for result in some], beside, create_table_variant=True)
            failed += sum(result.error is not None for result in some)
    if failed:
        log.warning(
            "%d inputs of %s failed for good; their errors are in the table %s_inputs.",
            *(failed, asked.name, asked.name),
            extra={"event": "inputs_failed", "operation": asked.method.operation.id, "failed": failed},
        )
    loaded[asked.name] = file.name  # dlt keeps it with the rows, or neither


async def _some(results: Results[Any]) -> list[Result[Any]]:
    """Return the next results; none at the end."""
    some: list[Result[Any]] = []
    rows = 0
    async for result in results:
        some.append(result)
        rows += len(result.value or ()) if isinstance(result.value, tuple) else 1
        if rows >= _TOGETHER:
            break
    return some


def _rows(result: Result[Any], *, many: bool) -> Iterator[Row]:
    values = (result.value or ()) if many else () if result.value is None else (result.value,)
    for number, value in enumerate(values):
        found = _loadable(plain(value))
        identity = getattr(value, "identity", None) or f"#{number}"
        yield {_INPUT: _text(result), _KEY: identity, **(found if isinstance(found, dict) else {"value": found})}


def _end(result: Result[Any]) -> Row:
    error = result.error
    return {
        _INPUT: _text(result),
        "items": len(result.value or ()) if isinstance(result.value, tuple) else int(result.value is not None),
        "stopped": None if result.stopped is None else result.stopped.value,
        "error": None if error is None else type(error).__name__,
        "error_message": None if error is None else error.message,
    }


def _text(result: Result[Any]) -> str:
    return json_text(dict(result.input)) if isinstance(result.input, Mapping) else str(result.input)


def _loadable(value: Any) -> Any:
    """Return plain data with integers that no warehouse takes as text."""
    if isinstance(value, dict):
        return {name: _loadable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_loadable(each) for each in value]
    return str(value) if value.__class__ is int and value not in _INTEGERS else value


@attrs.frozen(kw_only=True, eq=False)
class _Followed:
    """What a resource follows, and how."""

    permission: str
    watch: dict[str, Any] = attrs.field(repr=False)
    settings: dict[str, Any] = attrs.field(repr=False)  # the token may be among them

    async def poll(self, memory: _Memory, key: str | None) -> list[Row]:
        """Ask once for what has changed."""
        async with _client(self.settings, key, linkedin=True) as member:
            watch = member.watch(every=_SELDOM, state=memory, **self.watch)
            found = await watch.poll()
            await watch.commit()
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        return [
            {_KEY: item.identity or f"#{now}/{number}", **_loadable(plain(item))}
            for number, item in enumerate((*found.added, *found.changed))
        ]


@attrs.define
class _Memory:
    """Keeps the state of a watch."""

    text: str | None

    def load(self) -> str | None:
        """Return the state of the run before."""
        return self.text

    def save(self, state: str) -> None:
        """Take the state of this run."""
        self.text = state


def _changed(asked: _Followed) -> Iterator[list[Row]]:
    """Yield what has changed since the run before; see `_fetched`."""
    state = dlt.current.resource_state()
    memory = _Memory(state.get("watermark"))
    with start_blocking_portal() as portal:
        rows = portal.call(asked.poll, memory, _secret("access_token"))
    for begin in range(0, len(rows), _TOGETHER):
        yield rows[begin : begin + _TOGETHER]
    state["watermark"], state["permission"] = memory.text, asked.permission


def _client(settings: Mapping[str, Any], key: str | None, *, linkedin: bool) -> Any:
    """Return a client of either API; the key is not for one that has another, or an ``auth`` of its own."""
    if linkedin:
        return LinkedInClient(**{"access_token": None if "auth" in settings else key, **settings})
    return LixClient(**{"api_key": key, **settings})


def _unused(settings: Mapping[str, Any], *, linkedin: bool, hint: str = "") -> Any:
    """Return a client with these settings that opens nothing, so that mistakes are told where a resource is made."""
    kind: type[Any] = LinkedInClient if linkedin else LixClient
    unknown = [name for name in settings if name not in inspect.signature(kind).parameters]
    if unknown:
        raise InvalidArgumentError(f"{kind.__name__} has no setting {unknown[0]!r}.", hint=hint)
    # a limiter would begin to serve the client, and the key may come later
    kept = {name: value for name, value in settings.items() if not isinstance(value, RateLimiter)}
    return _client(kept, "not-known-yet", linkedin=linkedin)


def _secret(name: str) -> str | None:
    """Return a secret as dlt has it; None when it has none. Whatever other resources a run has, it stands there."""
    value: str | None = dlt.secrets.get(f"sources.{_SECTION}.{name}", str)
    return value


def _check_permission(permission: object) -> None:
    if not isinstance(permission, str) or len(permission.split()) < _FEW_WORDS:
        raise InvalidArgumentError(
            "LinkedIn's terms forbid storing what its own API answers, and a pipeline stores it.",
            hint="If LinkedIn has permitted you to, say so in words: permission='LinkedIn permitted us ... on ...'.",
        )
