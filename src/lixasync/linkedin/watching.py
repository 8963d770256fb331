"""Following one's connections by modified-since (LinkedIn v1, section Connections: parameters)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import attrs

from lixasync.linkedin.connections import Modified, connections
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields, as_fields
from lixasync.linkedin.generations import CONNECTIONS_CAP
from lixasync.models import Member
from lixasync.polling.changes import Polled
from lixasync.polling.modified import watch_modified
from lixasync.polling.store import StateStore
from lixasync.polling.watch import Watch

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
    if fields is not None and all(name != "id" for name, _ in fields.items):
        fields = Fields("id") + fields  # what tells one member from another

    async def fetch(moment: datetime) -> Polled[Member]:
        clock = ServerClock()
        pager = connections(
            core,
            None,
            fields=fields,
            modified=modified,
            modified_since=moment,
            secure_urls=None,
            start=0,
            page_size=CONNECTIONS_CAP,
            max_items=None,
            resume=None,
            observe=clock.observe,
        )
        return Polled(items=await pager.collect(), asked_at=clock.before, answered_at=clock.after)

    return watch_modified(
        fetch,
        kind=modified,
        every=every,
        state=state,
        query="linkedin connections",
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
