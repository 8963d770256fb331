"""What each field of a person holds."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

from .members import Education, Member, Position, member
from .selectors import Selector, pick
from .tree import Listing, Style, Written, write

OUT_OF_REACH = (-1, 100)
"""The distances of members who are outside the network."""

_CAP = 500
_MOST_SHOWN = 3
_STATUS_AT = 1_390_000_000_000

PRIVATE: Mapping[str, Any] = {"id": "private", "first-name": "private", "last-name": "private"}
"""What connections show of a member who hides from applications."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How one member appears to the viewer in one kind of answer.

    Attributes:
        distance: 0 the viewer, 1 to 3 degrees, 100 shares a group, -1 out of network.
        host: The host of API addresses.
        secure: Whether addresses use https.
        kind: The kind of visibility token.
        full: Whether API addresses end in :full, as in 2009.
        revision: How often the profile has been changed.
        private: Whether the member hides from applications.
        basic: Whether only the fields of the basic profile are given.
        related: Who stands between: numbers of connections.
    """

    distance: int
    host: str
    secure: bool = False
    kind: str = "name"
    full: bool = False
    revision: int = 0
    private: bool = False
    basic: bool = False
    related: tuple[int, ...] = ()


def person(seed: int, number: int, view: View, selector: Selector) -> dict[str, Any]:
    """Build what was asked for of a member, in the order asked; what is not on the profile is left out."""
    who = member(seed, number)
    found: dict[str, Any] = {}
    for name, inner in selector:
        value = _value(seed, who, view, name)
        if value is not None:
            found[name] = pick(value, inner)
    return found


@functools.lru_cache(maxsize=65_536)
def written(seed: int, number: int, view: View, selector: Selector, style: Style, depth: int) -> Written:
    """Write a person; remembered, because pages are asked for again and again."""
    if style.shuffle is not None:
        style = dataclasses.replace(style, shuffle=f"{style.shuffle}:{number}")
    return Written(write("person", person(seed, number, view, selector), style, depth))


def headline(who: Member, revision: int) -> str | None:
    """Say which headline a member has after so many changes."""
    return who.headline if revision == 0 else f"Promoted {revision}×: {who.headline or 'back & forth'}"


def shown_positions(who: Member, distance: int) -> tuple[Position, ...]:
    """List the positions the viewer may see: of others than connections only the present ones."""
    return who.positions if distance in (0, 1) else tuple(work for work in who.positions if work.current)


_NOT_BASIC = frozenset({"summary", "specialties", "educations", "member-url-resources", "maiden-name"})
_NOT_PRIVATE = frozenset(
    {
        "api-standard-profile-request", "site-standard-profile-request", "formatted-name", "maiden-name",
        "phonetic-first-name", "phonetic-last-name", "formatted-phonetic-name", "public-profile-url", "picture-url",
        "member-url-resources",
    }
)  # fmt: skip


def _value(seed: int, who: Member, view: View, name: str) -> Any:
    if view.private:
        if name in PRIVATE:
            return PRIVATE[name]
        if name in _NOT_PRIVATE:
            return None
    if view.basic and name in _NOT_BASIC:
        return None
    if name == "relation-to-viewer":
        return _relation(seed, view)
    make = _FIELDS.get(name)
    return None if make is None else make(who, view)


def _without_none(**fields: Any) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in fields.items() if value is not None}


def _web(view: View, url: str) -> str:
    return f"https{url.removeprefix('http')}" if view.secure else url


def _location(who: Member, _: View) -> dict[str, Any] | None:
    if who.place is None:
        return None
    country = None if who.place.country is None else {"code": who.place.country}
    return _without_none(name=who.place.name, country=country)


def _month(at: tuple[int, int | None] | None) -> dict[str, int] | None:
    return None if at is None else _without_none(year=at[0], month=at[1])


def _job(work: Position) -> dict[str, Any]:
    employer = work.company
    return _without_none(
        id=work.id,
        title=work.title,
        summary=work.summary,
        start_date=_month(work.start),
        end_date=_month(work.end),
        is_current=work.current,
        company=_without_none(**{name: getattr(employer, name) for name in employer.__slots__}),
    )


def _study(study: Education) -> dict[str, Any]:
    return _without_none(
        id=study.id,
        school_name=study.school[1],
        degree=study.degree,
        field_of_study=study.field,
        start_date=None if study.start is None else {"year": study.start},
        end_date=None if study.end is None else {"year": study.end},
    )


def _jobs(who: Member, view: View, *, current: bool | None = None) -> Listing:
    shown = shown_positions(who, view.distance)
    kept = [_job(work) for work in shown if current is None or work.current is current]
    if current is not None:
        kept = kept[:_MOST_SHOWN]
    return Listing("position", kept, len(kept))


def _api_request(who: Member, view: View) -> dict[str, Any]:
    scheme = "https" if view.secure else "http"
    header = {"name": "x-li-auth-token", "value": f"{view.kind}:{who.token}"}
    url = f"{scheme}://{view.host}/v1/people/{who.id}{':full' if view.full else ''}"
    return {"url": url, "headers": Listing("http-header", [header], 1)}


def _site_request(who: Member, view: View) -> dict[str, Any]:
    page = f"profile?viewProfile=&key={who.key}&authToken={who.token}&authType={view.kind}"
    return {"url": _web(view, f"http://www.linkedin.com/{page}{'' if view.full else '&trk=api*a555001*s555002*'}")}


def _relation(seed: int, view: View) -> dict[str, Any]:
    found: dict[str, Any] = {"distance": view.distance}
    if view.related:
        names: Selector = (("id", None), ("first-name", None), ("last-name", None))
        near = View(distance=1, host=view.host)
        people = [person(seed, number, near, names) for number in view.related]
        found["num-related-connections"] = len(people) + 4
        found["related-connections"] = Listing("person", people, len(people) + 4, 0, len(people))
    return found


def _links(who: Member, _: View) -> Listing | None:
    if who.number % 3:
        return None
    links = [{"url": f"http://blog.example.com/{who.number}?a=1&b=2", "name": "Personal & other"}]
    return Listing("member-url", links, len(links))


_FIELDS: dict[str, Callable[[Member, View], Any]] = {
    "id": lambda who, _: who.id,
    "first-name": lambda who, _: who.first,
    "last-name": lambda who, _: who.last,
    "maiden-name": lambda who, _: who.maiden,
    "formatted-name": lambda who, _: f"{who.first} {who.last}",
    "phonetic-first-name": lambda who, _: who.phonetic[0],
    "phonetic-last-name": lambda who, _: who.phonetic[1],
    "formatted-phonetic-name": lambda who, _: " ".join(filter(None, who.phonetic)) or None,
    "headline": lambda who, view: headline(who, view.revision),
    "location": _location,
    "industry": lambda who, _: who.industry,
    "distance": lambda _, view: view.distance,
    "num-recommenders": lambda who, _: who.recommenders,
    "connections": lambda who, _: Listing("person", [], who.connections),
    "num-connections": lambda who, _: who.connections,
    "num-connections-capped": lambda who, _: who.connections >= _CAP,
    "current-status": lambda who, _: who.status,
    "current-status-timestamp": lambda who, _: None if who.status is None else _STATUS_AT + who.key,
    "summary": lambda who, _: who.summary,
    "specialties": lambda who, _: who.specialties,
    "positions": _jobs,
    "three-current-positions": lambda who, view: _jobs(who, view, current=True),
    "three-past-positions": lambda who, view: _jobs(who, view, current=False),
    "educations": lambda who, _: Listing("education", [_study(study) for study in who.educations], len(who.educations)),
    "picture-url": lambda who, view: None if who.picture is None else _web(view, who.picture),
    "public-profile-url": lambda who, view: _web(view, who.public_url),
    "member-url-resources": _links,
    "api-standard-profile-request": _api_request,
    "site-standard-profile-request": _site_request,
}


def _all(*names: str) -> Selector:
    return tuple((name, None) for name in names)


CONNECTION_FIELDS = _all(
    "id", "first-name", "last-name", "headline", "location", "industry", "api-standard-profile-request",
    "site-standard-profile-request", "picture-url",
)  # fmt: skip
"""What connections hold when no selector asks for other fields."""

OLD_SEARCH_FIELDS = _all(
    "id", "first-name", "last-name", "headline", "location", "industry", "connections", "num-recommenders",
    "distance", "positions", "api-standard-profile-request", "site-standard-profile-request", "picture-url",
)  # fmt: skip
"""What people found by the search of 2009 hold."""

SEARCH_FIELDS = _all("id", "first-name", "last-name")
"""What people found by the later search hold when no selector asks for other fields."""

PROFILE_FIELDS = _all("id", "first-name", "last-name", "headline", "site-standard-profile-request")
"""What a profile holds when no selector asks for other fields."""

FULL_FIELDS: Selector = (*_all(*(name for name in _FIELDS if name != "connections")), ("relation-to-viewer", None))
"""What a profile holds whose address ends in :full."""

PUBLIC_FIELDS = _all(
    "id", "first-name", "last-name", "headline", "location", "industry", "summary", "positions", "educations",
    "picture-url", "public-profile-url",
)  # fmt: skip
"""What a profile holds whose address ends in :public."""
