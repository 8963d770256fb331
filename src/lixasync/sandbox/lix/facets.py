"""What the facet suggestions of Sales Navigator and Recruiter answer: ids for filters, free of charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lixasync.sandbox.replies import RefusedError, Reply, encode

from . import vocabulary
from .call import Call, Routes
from .filters import plain
from .pages import sequence_of
from .vocabulary import Value

_MOST = 100
_NESTED = "COMPANY_WITH_LIST"

FACETS: Mapping[str, Sequence[Value]] = {
    "BING_GEO": vocabulary.REGIONS,
    "BING_GEO_POSTAL_CODE": vocabulary.POSTAL_CODES,
    _NESTED: vocabulary.EMPLOYERS,
    "SENIORITY_V2": vocabulary.SENIORITIES,
    "SENIORITY": vocabulary.SENIORITIES,
    "TITLE": vocabulary.TITLES,
    "COMPANY_TITLE": vocabulary.TITLES,
    "INDUSTRY": vocabulary.INDUSTRIES,
    "GROUP": vocabulary.GROUPS,
    "SCHOOL": vocabulary.SCHOOLS,
    "COMPANY_TYPE": vocabulary.COMPANY_TYPES,
    "FUNCTION": vocabulary.FUNCTIONS,
    "COMPANY_SIZE": vocabulary.HEADCOUNTS,
    "TENURE": vocabulary.TENURES,
    "PROFILE_LANGUAGE": vocabulary.LANGUAGES,
}
"""The values of each type of facet; two types go by another name as well, which examples use."""


def suggested(values: Sequence[Value], asked: str) -> list[Value]:
    """List the values in which each word asked for begins a word; those that begin with the whole come first."""
    text = plain(asked).strip()
    words = text.split()
    fitting = [
        value
        for value in values
        if all(any(known.startswith(word) for known in _words(value)) for word in words)
        or plain(value.text).startswith(text)
    ]
    return sorted(fitting, key=lambda value: not plain(value.text).startswith(text))


def _words(value: Value) -> list[str]:
    return [word.strip("()\"'<>,.") for word in plain(value.text).replace("/", " ").split()]


def _asked(call: Call, values: Sequence[Value]) -> tuple[list[Value], int, int]:
    """Read what every suggestion takes.

    Returns:
        All that is suggested, the first one to show and how many to show.
    """
    if "query" not in call.query:
        raise RefusedError(400, "params_invalid", "query is required; it may be empty")
    start, count = call.number("start", 0, 0), min(call.number("count", _MOST, 1), _MOST)
    call.viewer(call.query.get("viewer_id"), required=False)
    if call.ledger.left("standard") < 1:
        raise RefusedError(402, "over_quota", "facets are free, but the account must hold credits")
    return suggested(values, call.query["query"]), start, count


def suggest_sales_facets(call: Call) -> Reply:
    """GET /v1/search/sales/facet; companies stand as children of the one element."""
    facet = call.require("type")
    if facet not in FACETS:
        raise RefusedError(400, "params_invalid", f"there is no facet {facet[:50]}")
    found, start, count = _asked(call, FACETS[facet])
    elements = [_element(value) for value in found[start : start + count]]
    if facet == _NESTED:
        elements = [{"displayValue": "Companies", "id": "COMPANIES", "children": elements}]
    return Reply(status=200, body=encode({"data": {"elements": elements, "paging": {"count": count}}}))


def _element(value: Value) -> dict[str, Any]:
    element = {"id": value.id, "displayValue": value.text}
    return element if value.headline is None else {**element, "headline": value.headline}


def suggest_recruiter_facets(call: Call) -> Reply:
    """GET /v1/li/recruiter/search/facet; `paging.start` is where the next page begins, as the service has it."""
    if call.require("type") != "skill":
        raise RefusedError(400, "params_invalid", "type must be skill")
    found, start, count = _asked(call, vocabulary.SKILLS)
    shown = found[start : start + count]
    body = {
        "meta": {"sequenceId": sequence_of(call)},
        "paging": {"count": len(shown), "start": start + len(shown), "total": len(found)},
        "results": [{"entity": value.id, "text": value.text} for value in shown],
    }
    return Reply(status=200, body=encode(body))


ROUTES: Routes = {
    ("GET", "/v1/search/sales/facet"): suggest_sales_facets,
    ("GET", "/v1/li/recruiter/search/facet"): suggest_recruiter_facets,
}
