"""Older shapes of an object, brought into today's before they are read.

Other names for the same field are declared on the models. Here stand only the changes a name cannot express:
a value that moved, or one that stands in for another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from lixasync.codec.envelope import child, without
from lixasync.codec.names import find, fold
from lixasync.codec.scalars import HOOKS, Mismatch, is_nothing

__all__ = ["RESHAPES", "Reshape"]

Data = Mapping[str, Any]


def period_of_2022(data: Data) -> Data:
    """Move ``startedOn`` and ``endedOn`` into ``timePeriod``, where they have stood since 2023."""
    halves = {key: name for name in ("startedOn", "endedOn") if (key := find(data, name)) is not None}
    if not halves or child(data, "timePeriod") is not None:
        return data
    rest = {key: value for key, value in data.items() if key not in halves}
    period = {name: data[key] for key, name in halves.items() if not is_nothing(data[key])}
    return {**rest, "timePeriod": period}


def person_of_2022(data: Data) -> Data:
    """Fill ``link`` and ``twitter`` from ``socialAccounts``, the only place that held them in 2022."""
    accounts = child(data, "socialAccounts")
    added = {}
    for name, network, part in (("link", "linkedin", "url"), ("twitter", "twitter", "username")):
        value = child(child(accounts, network), part)
        if value is not None and child(data, name) is None:
            added[name] = value
    return {**data, **added}


def allowance_with_iso_only(data: Data) -> Data:
    """Let ``refreshesAtISO`` stand in for a missing ``refreshesAt``."""
    iso = child(data, "refreshesAtISO")
    if iso is None or child(data, "refreshesAt") is not None:
        return data
    return {**data, "refreshesAt": iso}


def post_with_reactions_by_kind(data: Data) -> Data:
    """Tell the list that ``numReactions`` is in searches from the number it is elsewhere."""
    key = find(data, "numReactions")
    if key is None or not isinstance(data[key], list) or find(data, "reactionCounts") is not None:
        return data
    return {("reactionCounts" if name == key else name): value for name, value in data.items()}


def comment_of_linkedin(data: Data) -> Data:
    """Lay out flat the comments that came as LinkedIn's own in June 2025."""
    data = _without_empty(data, "socialDetail")
    detail = child(data, "socialDetail")
    if not isinstance(detail, Mapping):
        return data
    rest = without(data, "socialDetail", "replies")
    counts = child(detail, "totalSocialActivityCounts")
    actor = child(detail, "actor")
    flat = {
        "comment_urn": child(detail, "urn"),
        "text": child(child(detail, "message"), "text"),
        "created_at": child(child(detail, "created"), "time"),
        "num_reactions": child(counts, "numLikes"),
        "num_replies": child(counts, "numReplies"),
        "author": actor
        and {
            "id": child(actor, "urn"),
            "name": child(child(actor, "name"), "text"),
            "headline": child(child(actor, "headline"), "text"),
        },
        "replies": child(child(data, "replies"), "elements"),
    }
    return {**flat, **rest}


def job_of_linkedin(data: Data) -> Data:
    """Lay out flat what LinkedIn's own job postings wrap: the text, the status and the company."""
    data = _without_empty(data, "employmentStatusResolutionResult", "companyDetails")
    moved: dict[str, Any] = {}
    text = child(child(data, "description"), "text")
    if text is not None:
        moved["description"] = text
    status = child(child(data, "employmentStatusResolutionResult"), "localizedName")
    if status is not None:
        moved["employmentStatus"] = status
    details = child(data, "companyDetails")
    # the company is below a key that names its type, which changes
    for place in details.values() if isinstance(details, Mapping) else ():
        company = child(place, "companyResolutionResult")
        if isinstance(company, Mapping):
            moved["company"] = {**without(place, "companyResolutionResult"), **company}
            break
    if not moved:
        return data
    sources = {"employmentStatus": "employmentStatusResolutionResult", "company": "companyDetails"}
    return {**without(data, *(sources.get(name, name) for name in moved)), **moved}


def thread_without_id(data: Data) -> Data:
    """Take the id of a thread out of its urn, the only place that held it in July 2026."""
    urn = child(data, "entityUrn")
    if not isinstance(urn, str) or child(data, "id") is not None:
        return data
    return {**without(data, "id"), "id": urn.rpartition(":")[2]}


def tenures_in_months(data: Data) -> Data:
    """Divide tenures that came in months alone."""
    data = _without_empty(data, "tenureAtOrgMonths", "tenureInRoleMonths")
    for name in ("tenureAtOrg", "tenureInRole"):
        months = child(data, f"{name}Months")
        if months is None or child(data, name) is not None:
            continue
        try:
            years, rest = divmod(HOOKS[int](months, int), 12)
        except Mismatch:
            continue
        data = {**without(data, f"{name}Months", name), name: {"years": years, "months": rest}}
    return data


def _without_empty(data: Data, *names: str) -> Data:
    """Return the fields without those of these names that hold nothing."""
    empty = [name for name in names if find(data, name) is not None and child(data, name) is None]
    return without(data, *empty) if empty else data


@attrs.frozen
class Reshape:
    """What to do first with an object of another shape.

    Attributes:
        change: Returns the object in today's shape.
        signs: Keys without which there is nothing to change, folded.
    """

    change: Callable[[Data], Data]
    signs: frozenset[str]


def _reshape(change: Callable[[Data], Data], *signs: str) -> Reshape:
    return Reshape(change, frozenset(map(fold, signs)))


_PERIOD = _reshape(period_of_2022, "startedOn", "endedOn")

RESHAPES: dict[str, Reshape] = {
    "Person": _reshape(person_of_2022, "socialAccounts"),
    "Experience": _PERIOD,
    "Education": _PERIOD,
    "DailyAllowance": _reshape(allowance_with_iso_only, "refreshesAtISO"),
    "Post": _reshape(post_with_reactions_by_kind, "numReactions"),
    "Comment": _reshape(comment_of_linkedin, "socialDetail"),
    "JobPosting": _reshape(job_of_linkedin, "description", "employmentStatusResolutionResult", "companyDetails"),
    "SalesThread": _reshape(thread_without_id, "entityUrn"),
    "Employee": _reshape(tenures_in_months, "tenureAtOrgMonths", "tenureInRoleMonths"),
}
"""The changes by the name of a class: so whoever reads one kind of object does not load the models of all others."""
