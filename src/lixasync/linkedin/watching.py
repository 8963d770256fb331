"""Following one's connections by modified-since (LinkedIn v1, section Connections: parameters)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.linkedin.connections import EARLIEST, Modified, connections
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields, as_fields, with_id
from lixasync.linkedin.generations import CONNECTIONS_CAP
from lixasync.linkedin.reading import CONNECTIONS
from lixasync.models import Member
from lixasync.paging.cursor import StopReason
from lixasync.polling.changes import Polled
from lixasync.polling.modified import watch_modified
from lixasync.polling.store import StateStore
from lixasync.polling.watch import Watch

log = logging.getLogger("lixasync")

_LONGEST_OVERLAP = timedelta(days=30)
_VOLATILE = frozenset({"api_standard_profile_request", "site_standard_profile_request", "picture_url"})
"""Fields that hold addresses made for one answer: they change although the member did not."""


def watch(
    core: Core,
    *,
    every: float | timedelta,
    state: str | os.PathLike[str] | StateStore,
    modified: Modified,
    fields: Fields | str | Iterable[str] | None,
    since: datetime | None,
    overlap: timedelta,
) -> Watch[Member]:
    """Make the watch behind `LinkedInClient.watch`."""
    fields = as_fields(fields)
    fields = None if fields is None else with_id(fields)  # what tells one member from another

    async def fetch(moment: datetime) -> Polled[Member]:
        clock = ServerClock()
        pager = connections(
            core,
            None,
            fields=fields,
            modified=modified,
            modified_since=max(moment, EARLIEST),  # a clock that was not set may have begun this watch
            secure_urls=None,
            start=0,
            page_size=CONNECTIONS_CAP,
            max_items=None,
            resume=None,
            observe=clock.observe,
        )
        members = await pager.collect()
        if pager.stopped is StopReason.EXHAUSTED:
            return Polled(items=members, asked_at=clock.before, answered_at=clock.after)
        # The rest is asked for again: without a time the watermark stays, and what came already is dropped by hash.
        log.warning(
            "The server listed fewer changes than it counts; the watch asks from the same moment on.",
            extra={"event": "listing_not_whole", "operation": CONNECTIONS},
        )
        return Polled(items=members, asked_at=None, answered_at=None)

    if since is not None and since.tzinfo is not None and since < EARLIEST:
        raise InvalidArgumentError(f"since is {since!r}; LinkedIn knows no changes before 2003.")
    if overlap > _LONGEST_OVERLAP:
        raise InvalidArgumentError(f"overlap is {overlap!r}; it must not be more than {_LONGEST_OVERLAP.days} days.")
    return watch_modified(
        fetch,
        kind=modified,
        every=every,
        state=state,
        query=f"linkedin connections {core.base_url}",
        since=since,
        overlap=overlap,
        content=_content,
    )


def _content(member: Member) -> dict[str, Any]:
    return {name: value for name, value in member.to_dict().items() if name not in _VOLATILE}


@attrs.define
class ServerClock:
    """Learns what the server's clock showed before a poll began and after it ended.

    Attributes:
        before: A moment of the server's clock that is surely not after the first request was sent; None when the
            server told no time.
        after: A moment of it that is surely not before the last answer was made; None when the server told no time.
    """

    before: datetime | None = None
    after: datetime | None = None
    _answered: bool = False

    def observe(self, date: datetime | None, seconds: float) -> None:
        """Take in one answer; see `lixasync.linkedin.connections.Observer`."""
        if date is not None:
            if not self._answered:
                self.before = date - timedelta(seconds=seconds)
            ended = date + timedelta(seconds=1)  # the header leaves out the fraction
            self.after = ended if self.after is None else max(self.after, ended)
        self._answered = True
