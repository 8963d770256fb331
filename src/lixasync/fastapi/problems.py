"""Errors as problems of HTTP (RFC 9457): whose fault it was, whether to try again, and when."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import attrs
from fastapi import Request, Response

from lixasync.bulk.files.flatten import json_text, plain
from lixasync.errors import (
    AmbiguousNameError,
    APIError,
    AttemptTimeoutError,
    ClientClosedError,
    CreditsError,
    CursorError,
    DailyLimitError,
    DeadlineExceeded,
    InvalidArgumentError,
    InvalidParamsError,
    LimiterUnavailableError,
    LixasyncError,
    NotFoundError,
    PermissionDeniedError,
    QueuedError,
    RateLimitError,
    TransportError,
    ViewerError,
)

log = logging.getLogger("lixasync")

MEDIA = "application/problem+json"

_STATUSES: Mapping[type[LixasyncError], HTTPStatus] = {
    # whatever else goes wrong is the application's own fault: its settings, its files, its use of this package
    LixasyncError: HTTPStatus.INTERNAL_SERVER_ERROR,
    # what the caller asked for
    InvalidArgumentError: HTTPStatus.BAD_REQUEST,
    CursorError: HTTPStatus.BAD_REQUEST,
    InvalidParamsError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    PermissionDeniedError: HTTPStatus.FORBIDDEN,
    ViewerError: HTTPStatus.CONFLICT,
    # what everybody who calls this application shares is used up: not 429 or 402, which blame the one who asks
    DeadlineExceeded: HTTPStatus.SERVICE_UNAVAILABLE,
    RateLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    DailyLimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    CreditsError: HTTPStatus.SERVICE_UNAVAILABLE,
    QueuedError: HTTPStatus.SERVICE_UNAVAILABLE,
    ClientClosedError: HTTPStatus.SERVICE_UNAVAILABLE,
    LimiterUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    # what lies behind this application; a wrong key of ours is no 401, for it is not the caller's
    TransportError: HTTPStatus.BAD_GATEWAY,
    APIError: HTTPStatus.BAD_GATEWAY,
    AttemptTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
}
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TEXT: Mapping[str, str] = {"type": "string"}
_MEMBERS: Mapping[str, Any] = {
    "type": {**_TEXT, "format": "uri", "description": "One for each class of error; it does not change."},
    "title": {**_TEXT, "description": "What kind of problem it is."},
    "status": {"type": "integer", "description": "The HTTP status."},
    "detail": {**_TEXT, "description": "What was wrong this time; left out where it is nobody else's business."},
    "hint": {**_TEXT, "description": "What can be done, where it is the caller who can."},
    "retry_at": {**_TEXT, "format": "date-time", "description": "From when trying again makes sense."},
    "operation": {**_TEXT, "description": "Which operation of the API failed."},
    "trace_id": {**_TEXT, "description": "The API's id of the failed answer, for its support."},
    "cursor": {**_TEXT, "description": "From where an interrupted stream goes on."},
    "candidates": {"type": "array", "items": {}, "description": "What an ambiguous name may stand for."},
}
_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "type": "object",
    "properties": _MEMBERS,
    "required": ["type", "title", "status"],
}


def _described(status: HTTPStatus) -> dict[str, Any]:
    described = {"description": status.phrase, "content": {MEDIA: {"schema": _SCHEMA}}}
    if status is not HTTPStatus.SERVICE_UNAVAILABLE:
        return described
    seconds = {"description": "Seconds until trying again makes sense.", "schema": {"type": "integer"}}
    return {**described, "headers": {"Retry-After": seconds}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    int(status): _described(status) for status in sorted(set(_STATUSES.values()))
}
"""What problems look like, for the description of an application or a route: ``FastAPI(responses=PROBLEMS)``."""


@attrs.frozen(kw_only=True)
class _Problem:
    """A problem, ready to be sent.

    Attributes:
        status: The HTTP status.
        members: Its members.
        wait: Whole seconds until trying again makes sense; None when unknown.
    """

    status: HTTPStatus
    members: dict[str, Any]
    wait: int | None


def problem(error: LixasyncError) -> Mapping[str, Any]:
    """Return the members of the problem that an error is (RFC 9457).

    There are ``type``, ``title`` and ``status``, and as far as they are known ``detail``, ``hint``, ``retry_at``,
    ``operation``, ``trace_id``, ``cursor`` and ``candidates``. Errors of the inside (settings, files, a server of the
    application's own) show neither ``detail`` nor ``hint``, and those of what lies behind the application no ``hint``,
    which is for whoever runs it: these go to the log.

    Args:
        error: The error.
    """
    return MappingProxyType(posed(error).members)


def posed(error: LixasyncError) -> _Problem:
    """Return the problem that an error is, and write into the log what its callers are not told or cannot mend.

    Args:
        error: The error.
    """
    status = _status(error)
    behind = status is HTTPStatus.BAD_GATEWAY
    ours = status is HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, LimiterUnavailableError)
    facts = {"operation": error.operation, "error": type(error).__name__, "status": error.status}
    if ours:
        log.error("%s", error, exc_info=error, extra={"event": "request_failed", **facts})
    elif status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
        text = f": {error}" if behind else ""
        extra = {"event": "request_refused", **facts}
        log.warning("%s: answered with %d%s", type(error).__name__, status, text, extra=extra)
    words = _WORDS.split(type(error).__name__.removesuffix("Error"))
    told = {
        "detail": None if ours else error.message,
        "hint": None if ours or behind else error.hint,
        "retry_at": error.retry_at and f"{error.retry_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "operation": error.operation,
        "trace_id": error.trace_id,
        "cursor": error.cursor,
        "candidates": plain(error.candidates) if isinstance(error, AmbiguousNameError) else None,
    }
    return _Problem(
        status=status,
        wait=_wait(error),
        members={
            "type": f"urn:lixasync:problem:{'-'.join(words).lower()}",
            "title": " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])]),
            "status": int(status),
            **{name: value for name, value in told.items() if value},
        },
    )


async def answer(_request: Request, error: Exception) -> Response:
    """Answer a request whose handling ended with an error of this package."""
    assert isinstance(error, LixasyncError)  # noqa: S101 - what it is registered for
    found = posed(error)
    headers = {} if found.wait is None else {"Retry-After": str(found.wait)}
    return Response(json_text(found.members), status_code=found.status, headers=headers, media_type=MEDIA)


def _status(error: LixasyncError) -> HTTPStatus:
    """Return the status of an error: that of the nearest class that has one."""
    if isinstance(error, DeadlineExceeded) and error.retry_after is None:
        return HTTPStatus.GATEWAY_TIMEOUT  # it was not the queue that was too long: the answer did not come
    return next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)


def _wait(error: LixasyncError) -> int | None:
    if error.retry_at is not None:
        return math.ceil(max(0.0, (error.retry_at - datetime.now(UTC)).total_seconds()))
    return None if error.retry_after is None else math.ceil(max(0.0, error.retry_after))
