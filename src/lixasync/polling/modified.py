"""Watching by modified-since: the server tells what has changed, and the watermark remembers from when on to ask."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, Literal, TypeVar

import attrs

from lixasync.errors import InvalidArgumentError, LixasyncError
from lixasync.polling.changes import Changes, Identified, Polled
from lixasync.polling.envelope import read_state, write_state
from lixasync.polling.follower import Position, Round, content_key, identity_key
from lixasync.polling.moments import ceil_ms, floor_ms, moment_at, span_ms
from lixasync.polling.store import StateStore, as_store
from lixasync.polling.timing import interval
from lixasync.polling.watch import Watch
from lixasync.polling.watermark import Poll, Print, Watermark, advance

log = logging.getLogger("lixasync")

T = TypeVar("T", bound=Identified)

Kind = Literal["new", "updated"]


def watch_modified(
    fetch: Callable[[datetime], Awaitable[Polled[T]]],
    *,
    kind: Kind,
    every: float | timedelta,
    state: str | os.PathLike[str] | StateStore,
    query: str,
    since: datetime | None = None,
    overlap: timedelta = timedelta(minutes=5),
    content: Callable[[T], object] | None = None,
) -> Watch[T]:
    """Watch a list whose server can be asked for what was modified since a moment.

    Nothing is lost as long as changes become visible within ``overlap`` of the time they are stamped with, forward
    steps of the server's clock included; its backward steps may be of any size. Of a member who changes several times
    between two polls, the last state is delivered. Items that nothing identifies, such as members who hide from
    applications, are delivered each time the server returns them: nobody can tell whether they are the same.

    Args:
        fetch: Asks for everything modified since a moment, which is in UTC and whole milliseconds.
        kind: ``"new"`` delivers each item once, as added; somebody who leaves and returns within some overlaps is
            met as one. ``"updated"`` delivers an item whenever it says something else, as changed.
        every: Seconds, or a timedelta, from the start of one poll to the start of the next.
        state: Path of the file, or the store, that keeps times and hashes between runs.
        query: What tells this watch from others: the account and the filters. Only a hash of it is saved.
        since: Where a new watch begins, on the server's clock; None for now. Changes that are older by up to some
            overlaps may be delivered as well. Not used once there is a state.
        overlap: How far before the last poll the next one reaches back.
        content: Returns what an item says, as JSON-able data; needed for ``"updated"``. Leave out what changes with
            every answer, such as signed addresses.

    Raises:
        InvalidArgumentError: an argument outside its range.
        ConfigurationError: ``state`` is neither a path nor a store.
    """
    if kind not in ("new", "updated"):
        raise InvalidArgumentError(f"kind={kind!r} is not known.", hint='Give "new" or "updated".')
    if kind == "updated" and content is None:
        raise InvalidArgumentError(
            'A watch of the kind "updated" compares what items say.', hint="Give content=, a function of an item."
        )
    follower = _ByModifiedSince(
        fetch=fetch,
        watch=f"modified {kind} {query}",
        kind=kind,
        since=_begin(since),
        overlap=_reach(overlap),
        content=content if kind == "updated" else None,
    )
    return Watch(follower, as_store(state), interval(every))


def _reach(overlap: object) -> int:
    if not isinstance(overlap, timedelta) or overlap < timedelta(0):
        raise InvalidArgumentError(f"overlap={overlap!r} must be a timedelta of 0 or more.")
    return span_ms(overlap)


def _begin(since: object) -> int | None:
    if since is None:
        return None
    if not isinstance(since, datetime) or since.tzinfo is None:
        raise InvalidArgumentError(
            f"since={since!r} does not say which moment it is.",
            hint="Give a datetime with a time zone, such as datetime(2026, 11, 1, tzinfo=UTC).",
        )
    if since > _local_clock():
        raise InvalidArgumentError(
            f"since={since.isoformat()} lies in the future.", hint="Leave it out to watch from now on."
        )
    return floor_ms(since)


def _local_clock() -> datetime:
    return datetime.now(UTC)


@attrs.define(kw_only=True, eq=False)
class _ByModifiedSince(Generic[T]):
    fetch: Callable[[datetime], Awaitable[Polled[T]]]
    watch: str
    kind: Kind
    since: int | None
    overlap: int
    content: Callable[[T], object] | None
    clock: Callable[[], datetime] = _local_clock
    timeless: bool = False

    def begin(self, salt: str) -> Position:
        now = floor_ms(self.clock())
        if self.since is not None:
            return Position(salt=salt, body=Watermark(since=self.since, counted=now))
        return Position(salt=salt, body=Watermark(since=max(0, now - self.overlap), counted=now, guessed=True))

    def restore(self, text: str) -> Position:
        salt, body = read_state(text, self.watch, Watermark)
        return Position(salt=salt, body=body)

    def dump(self, position: Position) -> str:
        return write_state(self.watch, position.salt, position.body)

    async def poll(self, position: Position) -> Round[T]:
        mark: Watermark = position.body
        since = moment_at(mark.since)
        began = floor_ms(self.clock())
        try:
            polled = await self.fetch(since)
        except LixasyncError as error:
            return Round(changes=Changes[T](since=since), position=position, failure=error)
        if polled.asked_at is None and not self.timeless:
            self.timeless = True
            log.warning(
                "The server told no time with its answer: until it does, the watch asks from the same moment on.",
                extra={"event": "no_server_time"},
            )
        items = tuple(polled.items)
        poll = Poll(
            prints=[self._print(position.salt, item) for item in items],
            asked=None if polled.asked_at is None else floor_ms(polled.asked_at),
            answered=None if polled.answered_at is None else ceil_ms(polled.answered_at),
            began=began,
            ended=ceil_ms(self.clock()),
        )
        body, news = advance(mark, poll, self.overlap)
        found = tuple(item for item, new in zip(items, news, strict=True) if new)
        changes = Changes(
            added=found if self.kind == "new" else (),
            changed=found if self.kind == "updated" else (),
            since=since,
            until=polled.answered_at,
        )
        return Round(changes=changes, position=Position(salt=position.salt, body=body))

    def _print(self, salt: str, item: T) -> Print | None:
        identity = item.identity
        if identity is None:
            return None
        said = "" if self.content is None else content_key(salt, identity, self.content(item))
        return identity_key(salt, identity), said
