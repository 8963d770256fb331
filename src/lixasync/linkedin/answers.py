"""What an answer of LinkedIn means (LinkedIn v1, section Errors): the HTTP status decides, where the message does not.

Throttled and forbidden are both 403, expired and invalid tokens both 401: only the messages tell them apart.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import attrs

from lixasync.codec.document import Document, read_document
from lixasync.codec.members import Refusal, refusal
from lixasync.codec.veil import safe_excerpt
from lixasync.errors import (
    APIError,
    AuthenticationError,
    DailyLimitError,
    DecodeError,
    InvalidParamsError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    TokenExpiredError,
)
from lixasync.limits.daily import next_midnight
from lixasync.transport.base import Response
from lixasync.transport.headers import http_date, is_plausible, seconds_to_wait

_NOTHING = Document(root=None, data=None)
_SILENT = Refusal()
_LARGEST_SKEW = 300.0  # seconds that OAuth 1.0a allows between the clocks
_PROBLEM = re.compile(r"(?:^|[\s,])oauth_problem=\"?([a-z_]+)|^\s*([a-z_]+)\s*$")

_BY_STATUS: dict[int, type[APIError]] = {
    400: InvalidParamsError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
}

_SAYINGS: dict[type[APIError], str] = {
    InvalidParamsError: "The server did not understand the request.",
    AuthenticationError: "The server does not accept the access token.",
    TokenExpiredError: "The access token has expired.",
    PermissionDeniedError: "The member or the application may not do this.",
    NotFoundError: "There is no such member or resource.",
    DailyLimitError: "The calls that this resource allows a day are used up.",
    RateLimitError: "The server refused the request for coming too fast.",
    ServerError: "The server failed.",
}

_CLOSED = (
    "LinkedIn closed connections and people search to the public on 12 May 2015: "
    "only applications of approved partners may call them."
)
_SCOPE = "Check LINKEDIN_ACCESS_TOKEN, or what auth= was given: it must be a member's, with the scope r_network."


@attrs.frozen(kw_only=True)
class Answer:
    """A good answer.

    Attributes:
        document: Its parsed body.
        date: The server's clock as the answer was made, of whole seconds; None when it told none.
    """

    document: Document
    date: datetime | None


def judge(response: Response) -> Answer:
    """Return a good answer; raise what any other means.

    Raises:
        APIError: the server refused, whatever the status: a 200 can carry an error too.
        DecodeError: a good status with a body that cannot be read.
    """
    date = http_date(response.headers.get("date"))
    if response.status in (204, 205):
        return Answer(document=_NOTHING, date=date)
    if 200 <= response.status < 300:
        document = read_document(response.body)
        found = refusal(document)
        if found is None:
            return Answer(document=document, date=date)
    else:
        found = _refusal_in(response.body)
    raise _error(response, found or _SILENT, date, datetime.now(UTC))


def _refusal_in(body: bytes) -> Refusal | None:
    try:
        return refusal(read_document(body))
    except DecodeError:
        return None  # empty, or HTML: the status must do


def _error(response: Response, found: Refusal, date: datetime | None, now: datetime) -> APIError:
    status = response.status if response.status >= 300 else found.status or response.status
    message = found.message or ""
    waiting = seconds_to_wait(response.headers.get("retry-after"), now)
    kind = _kind(status, message.casefold(), waiting)
    retry_at = None if waiting is None else now + timedelta(seconds=waiting)
    if kind is DailyLimitError:
        clock = date or (found.timestamp if found.timestamp and is_plausible(found.timestamp) else now)
        retry_at = next_midnight(clock)
        waiting = (retry_at - clock).total_seconds()
    problem = _oauth_problem(response.headers.get("oauth_problem") or response.headers.get("www-authenticate"))
    return kind(
        message or _SAYINGS.get(kind) or f"The server answered {response.status}, which this API does not document.",
        hint=_hint(kind, status, message.casefold(), _skew(problem, found.timestamp or date, now)),
        status=response.status,
        type=problem,
        trace_id=found.request_id or response.headers.get("x-li-request-id"),
        retry_after=waiting,
        retry_at=retry_at,
        body=safe_excerpt(response.body) if found is _SILENT and response.body else None,
        details={
            name: value
            for name, value in (
                ("status", found.status),
                ("error_code", found.code),
                ("timestamp", found.timestamp),
            )
            if value is not None
        },
    )


def _kind(status: int, message: str, waiting: float | None) -> type[APIError]:
    if 400 <= status < 500 and "throttle limit" in message:
        return DailyLimitError
    if status == 429:  # not of this API, but of what came after it and of gateways: without a time, it is the quota's
        return DailyLimitError if waiting is None else RateLimitError
    if status == 401 and "expired" in message:
        return TokenExpiredError
    if status == 401 and "denied" in message and ("people search" in message or "connections" in message):
        return PermissionDeniedError
    return _BY_STATUS.get(status, ServerError if 500 <= status < 600 else APIError)


def _hint(kind: type[APIError], status: int, message: str, skew: float | None) -> str | None:
    if skew is not None:
        return f"This machine's clock is {skew:+.0f} s off the server's; OAuth 1.0a allows {_LARGEST_SKEW:.0f} s."
    if kind is DailyLimitError:
        return "Try again at retry_at: the count begins anew at midnight UTC."
    if kind is PermissionDeniedError and ("people search" in message or "connections" in message):
        return _CLOSED
    if kind is AuthenticationError:
        return "Only https is answered." if "ssl" in message else _SCOPE
    if 300 <= status < 400:
        return "Redirects are not followed: check base_url."
    if status == 999:
        return "This is how the public website turns robots away: check base_url."
    return None


def _oauth_problem(header: str | None) -> str | None:
    """Return the name of the problem alone: what stands beside it may repeat what was signed."""
    found = _PROBLEM.search(header or "")
    return None if found is None else found[1] or found[2]


def _skew(problem: str | None, clock: datetime | None, now: datetime) -> float | None:
    if clock is None or problem is None:  # only signatures depend on clocks
        return None
    seconds = (now - clock).total_seconds()
    return seconds if abs(seconds) > _LARGEST_SKEW else None
