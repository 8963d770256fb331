"""Every saved body decodes, and every fact known about it can be read from typed attributes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from bodies import DECODE, FACTS, FILES, NAMES, body, decode, operation, refuses

from lixasync.codec import Decoder, Listing, error_body
from lixasync.codec.lookc import async_status, webhook
from lixasync.codec.names import fold
from lixasync.models import Education, Experience, Model
from lixasync.models.base import wire_names

MISSING = object()

BESIDE_ITEMS = {
    "paging.total": "total",
    "paging.start": "start",
    "paging.count": "count",
    "total_reactions": "total",
    "pagination.after": "next_token",
    "pagination_token": "next_token",
    "paginationToken": "next_token",
    "syncToken": "next_token",
    "sequenceId": "next_token",
    "meta.sequenceId": "sequence_id",
    "meta": "meta",
    "dateObserved": "observed_at",
    "lastUpdated": "observed_at",
}
NOT_DECODED = {"source", "pagination.has_more", "paging._links.next", "paging._links", "data.paging", "paging"}
"""What stands beside the items of a page, and is read from ``raw`` or only used."""
# fields of 2022 that the models show elsewhere
MOVED = {
    (Experience, "startedOn"): "started",
    (Experience, "endedOn"): "ended",
    (Education, "startedOn"): "started",
    (Education, "endedOn"): "ended",
}


OF_ANOTHER_NAME = {
    ("get_organisation.examples-profile-only.json", "liOrganisation"),
    ("get_person_ids.2023-01.json", "person_ids.liID"),
    ("list_sales_message_threads.2026-07-19-draft.json", "data.elements[0].id"),
    ("put_linkedin_account.2024-02-27.json", "viewer_id"),
    ("put_linkedin_account.head.json", "viewerId"),
    ("list_messages.2026-07-19-sync-token.json", "sequenceId"),
}
"""What has no value under this name, and one under another."""

CONTAINERS = {
    "get_job_posting": ("jobPosting",),
    "get_organisation": ("profile", "liOrganisation"),
    "get_organisation_ids": ("organisationIds", "organisation_ids"),
    "get_person_ids": ("person_ids", "personIds"),
    "get_sales_message_thread": ("data",),
    "send_message": ("message",),
    "send_sales_message": ("data",),
    "get_async_request": ("data",),
    "webhook_person_by_email": ("data",),
}
"""Objects whose fields become those of the model."""

RAW_COMMENTS = (
    "postCommentsResponse.data['socialDashCommentsByUrn*urn:li:activity:7123456789012345678'].socialDetail.comments."
)
COMPANY = "companyDetails['com.linkedin.voyager.deco.jobs.web.shared.WebJobPostingCompany'].companyResolutionResult"
ELSEWHERE = {
    "get_job_posting": {"jobPosting.description.text": "description", f"jobPosting.{COMPANY}": "company"},
    "list_post_comments": {
        f"{RAW_COMMENTS}elements[0].socialDetail.message.text": "elements[0].text",
        f"{RAW_COMMENTS}elements[0].socialDetail.created.time": "elements[0].created_at",
        f"{RAW_COMMENTS}elements[0].replies.elements": "elements[0].replies",
        RAW_COMMENTS: "",
    },
    "list_post_reactions": {"[0].reactors[0]": "[0].actor"},
    "list_organisations_by_website": {"[0].org.": "[0].organisationIds.", "[0].profile.": "[0]."},
    "list_sales_message_threads": {"included[0]": "data.elements[0].included[0]"},
    "suggest_sales_facets": {"elements[0].children": "elements"},
    "search_posts": {"numReactions": "reactionCounts"},
}
"""What the models have in another place than the body."""


def steps(path: str) -> list[str | int]:
    parts = re.findall(r"\['([^']*)'\]|\[(\d+)\]|([^.\[\]]+)", path)
    return [int(index) if index else quoted or plain for quoted, index, plain in parts]


def attribute(model: Any, name: str) -> Any:
    if isinstance(model, dict):
        return model.get(name, MISSING)
    if (type(model), name) in MOVED:
        return getattr(model, MOVED[type(model), name])
    for known, spellings in wire_names(type(model)).items():
        if fold(name) in map(fold, spellings):
            return getattr(model, known)
    if (months := re.fullmatch(r"(tenure_\w+)_months", name)) and name in model.raw:
        duration = getattr(model, months[1])
        return duration.years * 12 + duration.months
    return model.extra.get(name, MISSING)


def surfaced(name: str, decoded: Any, path: str) -> Any:
    """Follow a path of wire names through what was decoded."""
    for there, here in ELSEWHERE.get(operation(name), {}).items():
        path = path.replace(there, here)
    way = steps(path)
    if isinstance(decoded, Listing):
        if way[0] == decoded.envelope:
            way = way[1:]
        beside = ".".join(map(str, way))
        if beside in BESIDE_ITEMS:
            return getattr(decoded, BESIDE_ITEMS[beside])
        if beside in NOT_DECODED:
            return received(decoded.raw, steps(path))
        if way[0] == decoded.items_key:
            way = way[1:]
        else:
            assert decoded.items_key == ""
        decoded = decoded.items
    elif way[0] in CONTAINERS.get(operation(name), ()):
        way = way[1:]
    for step in way:
        if decoded is not None:
            decoded = decoded[step] if isinstance(step, int) else attribute(decoded, step)
    return decoded


def received(data: Any, path: list[str | int]) -> Any:
    """Follow the same path through the body."""
    for step in path:
        if isinstance(step, str) and step not in data:
            return MISSING
        data = data[step]
    return data


def milliseconds(value: datetime) -> int:
    return round(value.timestamp() * 1000)


def equal(value: Any, wanted: Any) -> bool:
    if isinstance(value, datetime):
        if isinstance(wanted, int):
            return wanted in (value.timestamp(), milliseconds(value))
        return value == datetime.fromisoformat(wanted)
    if isinstance(value, Model):
        return all(equal(attribute(value, name), part) for name, part in wanted.items())
    if isinstance(value, tuple):
        return list(value) == wanted
    return value == wanted and type(value) is type(wanted)


def empty(value: Any) -> bool:
    return value is None or value is MISSING or value in ((), {})


def same_number(value: Any, wanted: int) -> bool:
    if isinstance(value, datetime):
        return milliseconds(value) == wanted
    return type(value) is int and value == wanted


CHECKS = {
    "==": lambda value, wire, wanted: equal(value, wanted),
    "absent": lambda value, wire, wanted: empty(value) and wire is MISSING,
    "null": lambda value, wire, wanted: empty(value) and wire is None,
    "empty": lambda value, wire, wanted: empty(value) and wire in ("", {}, None, []),
    "len": lambda value, wire, wanted: len(value) == wanted,
    "int": lambda value, wire, wanted: same_number(value, wanted),
    "utc": lambda value, wire, wanted: value == datetime.fromisoformat(wanted) and value.utcoffset().seconds == 0,
}

TYPED = [(line["file"], fact) for line in FACTS if not refuses(line["file"]) for fact in line["facts"]]
REFUSALS = [(line["file"], fact) for line in FACTS if refuses(line["file"]) for fact in line["facts"]]


def label(value: Any) -> str:
    return f"{value['path']} {value['op']}" if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("name", "fact"), TYPED, ids=label)
def test_fact(name: str, fact: dict[str, Any]) -> None:
    data = body(name)
    path, operator, wanted = fact["path"], fact["op"], fact["value"]
    decoded = decode(name, data)
    wire = received(data, steps(path))
    if operator == "absent":
        assert wire is MISSING
    if path == "$":
        whole = decoded.items if isinstance(decoded, Listing) else decoded.to_dict()
        assert isinstance(data, list) if operator == "array" else len(whole) == wanted
    elif (name, path) in OF_ANOTHER_NAME:
        assert operator == "absent"
    elif path in ("status", "type") and operation(name) in ("get_async_request", "webhook_person_by_email"):
        said = webhook(Decoder(), data).type if path == "type" else async_status(data).status
        assert said == wanted
    elif path == "organisationIds.id":
        # kept as text whether quoted or not: nobody calculates with ids
        assert decoded.id == str(wanted)
    else:
        value = surfaced(name, decoded, path)
        assert value is not MISSING or operator == "absent"
        assert CHECKS[operator](value, wire, wanted), value


@pytest.mark.parametrize(("name", "fact"), REFUSALS, ids=label)
def test_fact_of_a_refusal(name: str, fact: dict[str, Any]) -> None:
    error = error_body(body(name))
    assert error is not None
    value = {"error.type": error.type, "error.message": error.message, "traceId": error.trace_id}[fact["path"]]
    assert value == fact["value"]


def test_every_body_has_facts() -> None:
    assert sorted(line["file"] for line in FACTS) == FILES
    assert {operation(name) for name in NAMES} == set(DECODE)


@pytest.mark.parametrize("name", NAMES)
def test_bodies_leave_nothing_over(name: str) -> None:
    """Only the invented fields of connections and job postings are unknown; the models know all others."""
    decoder = Decoder()
    decoded = decode(name, body(name), decoder)
    left = re.findall(r"'extra': \{[^}]*\}", str(plain(decoded)))
    assert [over for over in left if "x_unlisted" not in over] == []
    report = decoder.drift.report()
    assert [field for field in report.unknown_fields if "x_unlisted" not in field] == []
    assert report.mismatches == report.unknown_values == {}


def plain(decoded: Any) -> Any:
    return [item.to_dict() for item in decoded.items] if isinstance(decoded, Listing) else decoded.to_dict()
