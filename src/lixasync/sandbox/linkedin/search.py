"""The People Search API, in both generations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from lixasync.sandbox.replies import Reply

from . import facets
from .call import Call
from .errors import UNREADABLE, LinkedInError
from .fields import OLD_SEARCH_FIELDS, OUT_OF_REACH, SEARCH_FIELDS, written
from .filters import Test, later_tests, old_tests
from .members import Member
from .selectors import PEOPLE_SEARCH, Selector, pick
from .tree import Listing, Style

DENIED = "Access to people search denied."

_OLD_PAGE = 10
_PAGE, _MAX_PAGE = 10, 25
_NAMES = ("first-name", "last-name")

Found = Sequence[tuple[Member, int]]


def _relevance(who: Member, _: int) -> Any:
    return hashlib.sha256(who.id.encode()).digest()


_ORDERS: dict[str, Callable[[Member, int], Any]] = {
    "connections": lambda who, _: -who.connections,
    "recommenders": lambda who, _: -who.recommenders,
    "distance": lambda _, distance: {1: 0, 2: 1}.get(distance, 2),
    "relevance": _relevance,
}
_OLD_ORDERS: dict[str, Callable[[Member, int], Any]] = {
    "ctx": lambda who, _: who.number,
    "endorsers": _ORDERS["recommenders"],
    "distance": _ORDERS["distance"],
    "relevance": _relevance,
}


def find(call: Call, tests: Sequence[Test], order: Callable[[Member, int], Any], names: Sequence[str]) -> Found:
    """List everybody who passes the tests, in order; members who hide are found by no name.

    Args:
        call: The request.
        tests: What the people must pass.
        order: What they are sorted by.
        names: The parameters that are names.
    """
    world = call.world
    by_name = any(call.first(name) for name in names)
    everybody = ((world.member(number), distance) for number, distance in world.distances().items())
    found = [
        (who, distance)
        for who, distance in everybody
        if all(test(who, distance) for test in tests) and not (by_name and world.hides(who.number))
    ]
    found.sort(key=lambda hit: order(*hit))
    return found


def find_old(call: Call) -> Found:
    """List everybody the search of 2009 finds."""
    order = _OLD_ORDERS.get(call.first("sort-criteria"), _OLD_ORDERS["ctx"])
    return find(call, old_tests(call), order, ("name",))


def find_later(call: Call) -> Found:
    """List everybody the later search finds."""
    order = _ORDERS.get(call.first("sort"), _ORDERS["connections"])
    return find(call, later_tests(call), order, _NAMES)


def _begin(call: Call) -> None:
    if not call.settings.linkedin_search_open:
        raise LinkedInError(403, DENIED)
    call.spend("search")
    call.check_query()


def search_old(call: Call, fields: str | None) -> Reply:
    """Answer a page of the search of 2009, which offers no selectors.

    Raises:
        LinkedInError: The request is refused.
    """
    _begin(call)
    if fields:
        raise LinkedInError(400, UNREADABLE)
    start = call.number("start", 0, 0)
    count = min(call.number("count", _OLD_PAGE, 1), _OLD_PAGE)
    found = find_old(call)
    first, claimed = call.rows(start, count)
    page = _reach(call, found)[first : first + count]
    style = call.style(asked=False)
    people = _people(call, page, OLD_SEARCH_FIELDS, style, kind="OUT_OF_NETWORK", depth=1)
    return call.reply("people", Listing("person", people, len(found), claimed, len(page)), style, page=True)


def search_later(call: Call, fields: str | None) -> Reply:
    """Answer a page of the later search.

    Raises:
        LinkedInError: The request is refused.
    """
    _begin(call)
    selector = call.selector(fields, PEOPLE_SEARCH)
    start = call.number("start", 0, 0)
    count = min(call.number("count", _PAGE, 1), _MAX_PAGE)
    found = find_later(call)
    asked = dict(selector or (("people", None), ("num-results", None)))
    answer: dict[str, object] = {}
    for name, inner in asked.items():
        if name == "people":
            answer[name] = _later_people(call, found, start, count, inner)
        elif name == "num-results":
            answer[name] = len(found)
        else:
            answer[name] = pick(facets.listing(call.first("facets"), found, facets.chosen(call.all("facet"))), inner)
    return call.reply("people-search", answer, call.style(asked=selector is not None), page="people" in answer)


def _later_people(call: Call, found: Found, start: int, count: int, selector: Selector | None) -> Listing:
    reach = _reach(call, found)
    first, claimed = call.rows(start, count)
    page = reach[first : first + count]
    by_name = any(call.first(name) for name in _NAMES)
    style = call.style(asked=selector is not None)
    kind = "NAME_SEARCH" if by_name else "OUT_OF_NETWORK"
    people = _people(call, page, selector or SEARCH_FIELDS, style, kind=kind, depth=2)
    part = len(page) < len(reach)
    return Listing("person", people, len(reach), claimed if part else None, len(page) if part else None)


def _reach(call: Call, found: Found) -> Found:
    return found[: call.settings.linkedin_search_cap]


def _people(call: Call, page: Found, selector: Selector, style: Style, *, kind: str, depth: int) -> list[Any]:
    """Write the people of a page; in 2009 everybody's token was of the kind for strangers."""
    old = depth == 1
    people: list[Any] = []
    for who, distance in page:
        shown = kind if old or distance in OUT_OF_REACH else "name"
        view = call.view(who.number, distance, kind=shown, full=old)
        people.append(written(call.world.seed, who.number, view, selector, style, depth))
    return people
