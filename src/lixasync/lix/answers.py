"""What an answer of the Lix API means (Lix API, section Errors): ``error.type`` decides first, then the status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lixasync.codec.errors import ErrorBody, error_body
from lixasync.codec.json import parse
from lixasync.codec.names import fold
from lixasync.errors import (
    APIError,
    AuthenticationError,
    CreditsError,
    DailyLimitError,
    DecodeError,
    InvalidParamsError,
    NotFoundError,
    QueuedError,
    RateLimitError,
    ServerError,
    ViewerError,
    WeeklyLimitError,
)
from lixasync.transport.base import Response
from lixasync.transport.headers import seconds_to_wait

_BY_TYPE: dict[str, type[APIError]] = {
    "params_invalid": InvalidParamsError,
    "unknown_route": NotFoundError,
    "unknown_record": NotFoundError,
    "not_found": NotFoundError,
    "viewer_invalid": ViewerError,
    "rate_limit": RateLimitError,
    "daily_limit": DailyLimitError,
    "queued": QueuedError,
    "api_error": ServerError,
}

_BY_STATUS: dict[int, type[APIError]] = {
    400: InvalidParamsError,
    401: AuthenticationError,
    402: CreditsError,
    403: AuthenticationError,
    404: NotFoundError,
    407: ViewerError,
    429: RateLimitError,
}

_WEEKLY_SLACK = 3600.0  # seconds by which the two clocks may differ

_SAYINGS: dict[type[APIError], str] = {
    InvalidParamsError: "The server found the parameters wrong.",
    AuthenticationError: "The server does not accept the API key here.",
    CreditsError: "The account is out of credits or quota.",
    NotFoundError: "There is no such record or route.",
    ViewerError: "The viewer is unknown or not connected.",
    RateLimitError: "The server refused the request for coming too fast.",
    WeeklyLimitError: "The weekly limit of connection requests is reached.",
    DailyLimitError: "The daily limit of this operation is reached.",
    QueuedError: "The look-up is queued and not ready yet.",
    ServerError: "The server failed.",
}


def judge(response: Response) -> Any:
    """Return the parsed body of a good answer, None for one that has none (204); raise what any other means.

    Raises:
        APIError: the server refused, whatever the status: a 200 can carry an error too.
        DecodeError: a good status with a body that cannot be read.
    """
    if response.status in (204, 205):
        return None
    if 200 <= response.status < 300:
        data = parse(response.body)
        refusal = error_body(data)
        if refusal is None or _is_remark(data, refusal):
            return data
    else:
        refusal = _refusal_in(response.body)
    raise _error(response, refusal or ErrorBody(type=None, message=None, trace_id=None))


def _is_remark(data: Any, refusal: ErrorBody) -> bool:
    """Say whether an ``error`` text stands beside real data, as a remark on it."""
    text = refusal.type is None and not any(isinstance(data[key], dict) for key in data if fold(key) == "error")
    return text and any(isinstance(value, dict | list) and value for value in data.values())


def _refusal_in(body: bytes) -> ErrorBody | None:
    try:
        return error_body(parse(body))
    except DecodeError:
        return None  # gateways answer in HTML or not at all: the status must do


def _error(response: Response, refusal: ErrorBody) -> APIError:
    status = response.status
    fallback = _BY_STATUS.get(status, ServerError if status >= 500 else APIError)
    kind = _BY_TYPE.get(refusal.type or "", fallback)
    message = refusal.message or ""
    if kind is RateLimitError and "weekly" in message.lower():
        kind = WeeklyLimitError
    now = datetime.now(UTC)
    retry_after = seconds_to_wait(response.headers.get("retry-after"), now)
    retry_at = None if retry_after is None else now + timedelta(seconds=retry_after)
    if kind is WeeklyLimitError:
        # Retry-After is in whole seconds, and reckoned by another clock: it says which Monday, not the second.
        told = retry_after - _WEEKLY_SLACK if retry_after else 0.0  # zero says nothing
        retry_at = next_monday(now + timedelta(seconds=told))
        retry_after = max(0.0, (retry_at - now).total_seconds())
    return kind(
        message or _SAYINGS.get(kind) or f"The server answered {status}, which this API does not document.",
        hint="Redirects are not followed: check base_url." if 300 <= status < 400 else None,
        status=status,
        type=refusal.type,
        trace_id=refusal.trace_id,
        retry_after=retry_after,
        retry_at=retry_at,
    )


def next_monday(now: datetime) -> datetime:
    """Return the next Monday 00:00 UTC after ``now``, when the weekly limit is refreshed."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())
