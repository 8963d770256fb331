"""Watching by whole listings: for lists whose server cannot be asked what has changed."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

import attrs

from lixasync.errors import LixasyncError
from lixasync.polling.changes import Changes, Gone, Identified, Listed
from lixasync.polling.comparison import Comparison, Difference, Known
from lixasync.polling.envelope import read_state, write_state
from lixasync.polling.follower import Position, Round, content_key, identity_key
from lixasync.polling.hashes import keyed_hash
from lixasync.polling.moments import ceil_ms, moment_at
from lixasync.polling.store import StateStore, as_store
from lixasync.polling.timing import interval
from lixasync.polling.watch import Watch

log = logging.getLogger("lixasync")

T = TypeVar("T", bound=Identified)


def watch_listing(
    fetch: Callable[[], Awaitable[Listed[T]]],
    *,
    every: float | timedelta,
    state: str | os.PathLike[str] | StateStore,
    query: str,
    content: Callable[[T], object],
) -> Watch[T]:
    """Watch a list by reading all of it each time and comparing.

    The first listing delivers everybody as added. Only a complete and consistent listing tells who is gone: one that
    ended early, or held fewer items than the server counts, tells what was added and changed. Items that nothing
    identifies are told apart by what they say, and counted: one more of the same is added, one fewer is gone.

    Args:
        fetch: Begins a listing.
        every: Seconds, or a timedelta, from the start of one listing to the start of the next.
        state: Path of the file, or the store, that keeps times and hashes between runs.
        query: What tells this watch from others: the account and the filters. Only a hash of it is saved.
        content: Returns what an item says, as JSON-able data. Leave out what changes with every answer, such as signed
            addresses.

    Raises:
        InvalidArgumentError: an argument outside its range.
        ConfigurationError: ``state`` is neither a path nor a store.
    """
    follower = _ByListing(fetch=fetch, watch=f"listing {query}", content=content)
    return Watch(follower, as_store(state), interval(every))


@attrs.define(kw_only=True, eq=False)
class _ByListing(Generic[T]):
    fetch: Callable[[], Awaitable[Listed[T]]]
    watch: str
    content: Callable[[T], object]
    identities: dict[str, str] = attrs.field(factory=dict)
    doubted: bool = False

    def begin(self, salt: str) -> Position:
        return Position(salt=salt, body=Known())

    def restore(self, text: str) -> Position:
        salt, body = read_state(text, self.watch, Known)
        return Position(salt=salt, body=body)

    def dump(self, position: Position) -> str:
        return write_state(self.watch, position.salt, position.body)

    async def poll(self, position: Position) -> Round[T]:
        known: Known = position.body
        reading = _Reading(self, position.salt, known)
        listed, failure = None, None
        try:
            listed = await self.fetch()
            async for item in listed.items:
                reading.meet(item)
        except LixasyncError as error:
            failure = error
        whole = listed if failure is None else None
        until = None if whole is None else whole.answered_at()
        consistent = whole is not None and self._consistent(reading.comparison, whole)
        at = known.at if until is None else ceil_ms(until)
        now_known, gone = reading.comparison.end(consistent=consistent, at=at)
        changes = Changes(
            added=tuple(reading.found[Difference.ADDED]),
            changed=tuple(reading.found[Difference.CHANGED]),
            gone=tuple(Gone(key=key, identity=self.identities.pop(key, None)) for key in gone),
            since=None if known.at is None else moment_at(known.at),
            until=until,
        )
        after = position if now_known == known else Position(salt=position.salt, body=now_known)
        return Round(changes=changes, position=after, failure=failure)

    def _consistent(self, comparison: Comparison, listed: Listed[T]) -> bool:
        consistent = comparison.consistent(complete=listed.complete(), total=listed.total())
        if not consistent and not self.doubted:
            log.warning(
                "The listing is not whole, so it does not tell who is gone; the next one may.",
                extra={"event": "listing_not_whole"},
            )
        self.doubted = not consistent
        return consistent


class _Reading(Generic[T]):
    """One listing being read."""

    def __init__(self, follower: _ByListing[T], salt: str, known: Known) -> None:
        self.comparison = Comparison(known)
        self.found: dict[Difference, list[T]] = {Difference.ADDED: [], Difference.CHANGED: []}
        self._follower = follower
        self._salt = salt
        self._nameless: dict[str, int] = {}

    def meet(self, item: T) -> None:
        identity = item.identity
        said = content_key(self._salt, identity, self._follower.content(item))
        if identity is None:
            count = self._nameless[said] = self._nameless.get(said, 0) + 1
            key = keyed_hash(self._salt, "nameless", said, count)
        else:
            key = identity_key(self._salt, identity)
            self._follower.identities[key] = identity
        difference = self.comparison.meet(key, said)
        if difference is not Difference.NONE:
            self.found[difference].append(item)
