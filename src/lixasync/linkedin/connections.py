"""The member's own connections (LinkedIn v1, section Connections: parameters)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

import anyio

from lixasync.errors import InvalidArgumentError
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields, as_fields
from lixasync.linkedin.generations import CONNECTIONS_CAP
from lixasync.linkedin.reading import CONNECTIONS, page_of, reading
from lixasync.models import Member
from lixasync.paging.cursor import fingerprint
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Source
from lixasync.transport.caller import required
from lixasync.transport.urls import split_url

Modified = Literal["new", "updated"]
Observer = Callable[[datetime | None, float], None]
"""Told of each answer: the server's clock in it, and how many seconds before the answer was asked for."""

_ID = re.compile(r"[A-Za-z0-9_-]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2003, 1, 1, tzinfo=UTC)
"""LinkedIn did not exist before: earlier moments are seconds, not milliseconds."""
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def connections(
    core: Core,
    member: str | None,
    *,
    fields: Fields | str | Iterable[str] | None,
    modified: Modified | None,
    modified_since: datetime | int | None,
    secure_urls: bool | None,
    start: int,
    page_size: int | None,
    max_items: int | None,
    resume: str | None,
    observe: Observer | None = None,
) -> Pager[Member]:
    """Make the pager behind `LinkedInClient.connections`."""
    fields = as_fields(fields)
    since = _since(modified, modified_since)
    path = f"/v1/people/{member_key(member)}/connections{fields or ''}"
    operation = reading(CONNECTIONS, path, page_of(fields))
    fixed = (
        ("modified", modified),
        ("modified-since", since),
        ("secure-urls", _flag("secure_urls", secure_urls)),
    )

    async def fetch(position: Mapping[str, str]) -> Batch[Member]:
        asked = anyio.current_time()
        batch = await core.send(operation, (*position.items(), *fixed))
        if observe is not None:
            observe(batch.meta.get("date"), anyio.current_time() - asked)
        return batch

    begin = OffsetCursor(
        query=fingerprint(path, *(value or "" for _, value in fixed), str(check_start(start, None))),
        start=start,
        count=None if page_size is None else check_page_size(page_size, CONNECTIONS_CAP),
        exact_total=True,
    )
    source = Source(
        begin=begin,
        fetch=fetch,
        credits=0,
        page_size=page_size or CONNECTIONS_CAP,
        cap=None,
        limit=lambda: core.limit(operation),
    )
    return Pager(source, max_items=max_items, resume=resume)


def member_key(member: str | None) -> str:
    """Return the part of a path that names a member: oneself, an id, or the address of a public profile.

    Raises:
        InvalidArgumentError: it is none of these.
    """
    if member is None or member == "~":
        return "~"
    member = required("member", member)
    if split_url(member) is not None:
        scheme, rest = member.split(":", 1)
        return f"url={scheme}:{quote(rest, safe='')}"
    if not _ID.fullmatch(member) or member == "private":
        raise InvalidArgumentError(
            f"member is {member!r}; it must be an id, or the address of a public profile.",
            hint="Members called 'private' hide from applications: they cannot be fetched.",
        )
    return f"id={member}"


def check_start(value: object, cap: int | None) -> int:
    """Return the index to begin at.

    Raises:
        InvalidArgumentError: no whole number, negative, or at or behind the cap.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0 or (cap is not None and value >= cap):
        bound = "from 0 up" if cap is None else f"from 0 to {cap - 1}: a search lists no more than {cap} people"
        raise InvalidArgumentError(f"start is {value!r}; it must be a whole number {bound}.")
    return value


def milliseconds(moment: datetime) -> int:
    """Return a moment as milliseconds since the epoch, rounded down."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _since(modified: object, since: object) -> str | None:
    if (modified is None) != (since is None):
        raise InvalidArgumentError(
            "modified and modified_since belong together: the server answers something else when one is missing."
        )
    if since is None:
        return None
    if modified not in ("new", "updated"):
        raise InvalidArgumentError(f"modified is {modified!r}; choose 'new' or 'updated'.")
    if isinstance(since, datetime):
        if since.tzinfo is None:
            raise InvalidArgumentError(
                f"modified_since is {since!r}, which names no time zone.", hint="Write datetime(..., tzinfo=UTC)."
            )
        number = milliseconds(since)
    elif isinstance(since, int) and not isinstance(since, bool):
        number = since
    else:
        raise InvalidArgumentError(f"modified_since is {since!r}; it must be a datetime, or whole milliseconds.")
    if not milliseconds(EARLIEST) <= number < milliseconds(_LATEST):
        raise InvalidArgumentError(
            f"modified_since is {since!r}, which is no moment between 2003 and 2100 in milliseconds since 1970.",
            hint="Seconds would select everything; pass a datetime, or multiply them by 1,000.",
        )
    return str(number)


def _flag(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, bool):
        raise InvalidArgumentError(f"{name} is {value!r}; it must be True, False or None.")
    return None if value is None else str(value).lower()
