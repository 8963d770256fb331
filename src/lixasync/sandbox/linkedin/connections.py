"""The Connections API."""

from __future__ import annotations

from collections.abc import Sequence

from lixasync.sandbox.replies import Reply

from .call import Call
from .errors import LinkedInError
from .fields import CONNECTION_FIELDS, PRIVATE, written
from .members import VIEWER
from .selectors import PERSON, Selector
from .tree import Listing, Style, Written

DENIED = "Access to connections denied"


def list_connections(call: Call, whose: int | None, fields: str | None) -> Reply:
    """Answer a page of connections.

    Args:
        call: The request.
        whose: The member whose connections are asked for.
        fields: The field selector, if there is one.

    Raises:
        LinkedInError: The request is refused.
    """
    settings = call.settings
    if not settings.linkedin_connections_open or whose != VIEWER:
        raise LinkedInError(403, DENIED)
    call.spend("connections")
    call.check_query()
    given = call.selector(fields, PERSON)
    start = call.number("start", 0, 0)
    count = min(call.number("count", settings.linkedin_max_page, 1), settings.linkedin_max_page)
    people = changed(call)
    first, claimed = call.rows(start, count)
    page = people[first : first + count]
    part = len(page) < len(people)
    style = call.style(asked=given is not None)
    listing = Listing(
        "person",
        [_person(call, number, given or CONNECTION_FIELDS, style) for number in page],
        len(people),
        claimed if part else None,
        len(page) if part else None,
    )
    return call.reply("connections", listing, style, page=True)


def _person(call: Call, number: int, selector: Selector, style: Style) -> Written:
    view = call.view(number, 1, basic=True)
    if view.private:
        selector = tuple(field for field in selector if field[0] in PRIVATE)
    return written(call.world.seed, number, view, selector, style, 1)


def changed(call: Call) -> Sequence[int]:
    """List the connections that `modified` and `modified-since` select: all, unless both are given.

    Raises:
        LinkedInError: The moment cannot be read.
    """
    world = call.world
    people = world.connections()
    modified = call.first("modified")
    since = call.number("modified-since", -1, 0)
    if since < 0 or call.settings.linkedin_ignores_since:
        return people
    if modified == "new":
        return [number for number in people if world.connected_at(number) >= since]
    if modified == "updated":
        return [number for number in people if (world.updated_at(number) or -1) >= since]
    return people
