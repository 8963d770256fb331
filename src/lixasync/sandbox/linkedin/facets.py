"""The facets of a people search: what they sort people by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from .industries import INDUSTRIES
from .members import Member
from .tree import Listing
from .words import COMPANIES, LANGUAGES, PLACES, SCHOOLS

_BUCKETS = 10

_NETWORK = {1: "F", 2: "S", 100: "A"}
_EVERYONE_ELSE = "O"


def _location(who: Member, _: int) -> Iterable[str]:
    return () if who.place is None else (who.place.code,)


def _industry(who: Member, _: int) -> Iterable[str]:
    return () if who.industry_code is None else (str(who.industry_code),)


def _network(_: Member, distance: int) -> Iterable[str]:
    return (_NETWORK.get(distance, _EVERYONE_ELSE),)


def _language(who: Member, _: int) -> Iterable[str]:
    return (who.language,)


def _companies(who: Member, *, current: bool) -> Iterable[str]:
    return {str(work.company.id) for work in who.positions if work.company.id is not None and work.current is current}


def _school(who: Member, _: int) -> Iterable[str]:
    return {str(study.school[0]) for study in who.educations}


_COMPANY_NAMES = {str(company.id): company.name for company in COMPANIES}

FACETS: dict[str, tuple[str, Callable[[Member, int], Iterable[str]], dict[str, str]]] = {
    "location": ("Location", _location, {place.code: place.name for place in reversed(PLACES)}),
    "industry": ("Industry", _industry, {str(code): name for code, name in INDUSTRIES.items()}),
    "network": (
        "Relationship",
        _network,
        {"F": "1st Connections", "S": "2nd Connections", "A": "Group Members", "O": "3rd + Everyone Else"},
    ),
    "language": ("Language", _language, dict(LANGUAGES)),
    "current-company": ("Current Company", lambda who, _: _companies(who, current=True), _COMPANY_NAMES),
    "past-company": ("Past Company", lambda who, _: _companies(who, current=False), _COMPANY_NAMES),
    "school": ("School", _school, {str(code): name for code, name in SCHOOLS}),
}
"""By code: the name, the codes of the buckets a member at a distance belongs to, and the buckets' names."""


def chosen(values: Iterable[str]) -> dict[str, set[str]]:
    """Read `facet` parameters, `code,value,value`: the values chosen for each facet that there is."""
    found: dict[str, set[str]] = {}
    for value in values:
        code, *codes = (part.strip() for part in value.split(","))
        if code in FACETS and codes:
            found.setdefault(code, set()).update(codes)
    return found


def fits(who: Member, distance: int, facets: dict[str, set[str]]) -> bool:
    """Say whether a member belongs to one of the chosen buckets of each facet."""
    return all(not codes.isdisjoint(FACETS[facet][1](who, distance)) for facet, codes in facets.items())


def listing(asked: str, found: Sequence[tuple[Member, int]], facets: dict[str, set[str]]) -> Listing:
    """Count the buckets of the facets asked for.

    Args:
        asked: The `facets` parameter: codes with commas.
        found: Who was found, and how far away.
        facets: What was chosen already.
    """
    codes = [code for code in dict.fromkeys(part.strip() for part in asked.split(",")) if code in FACETS]
    items = [_facet(code, found, facets.get(code, set())) for code in codes]
    return Listing("facet", items, len(items))


def _facet(code: str, found: Sequence[tuple[Member, int]], selected: set[str]) -> dict[str, object]:
    name, buckets_of, names = FACETS[code]
    counts = Counter(bucket for who, distance in found for bucket in buckets_of(who, distance))
    most = sorted(counts, key=lambda bucket: (-counts[bucket], bucket))
    shown = [bucket for bucket in most if bucket in selected or bucket in most[:_BUCKETS]]
    buckets = [
        {"code": bucket, "name": names[bucket], "count": counts[bucket], "selected": bucket in selected}
        for bucket in shown
    ]
    return {"code": code, "name": name, "buckets": Listing("bucket", buckets, len(buckets))}
