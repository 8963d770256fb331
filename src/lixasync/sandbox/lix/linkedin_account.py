"""What the endpoints of the connected LinkedIn accounts answer."""

from __future__ import annotations

from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, encode, page_bytes

from .call import Call, Routes, text

ACCOUNTS_PAGE = 5
_MAX_COOKIE = 10_000

_HEAD = ("active_days", "daily_limit", "hourly_limit", "max_daily_limit", "max_hourly_limit")
_LATER = ("consecutiveActiveDays", "dailyAvailable", "hourlyAvailable", "dailyTotal", "hourlyTotal")


def list_connections(call: Call) -> Reply:
    """GET /v1/connections."""
    settings = call.settings
    start = call.number("start", 0, 0)
    count = min(call.number("count", settings.default_page, 1), settings.max_page)
    pictures = call.flag("include_profile_pictures", default=True)
    call.viewer(call.query.get("viewer_id"), required=True)
    call.afford()
    first, start = call.rows(start, count)
    rows = range(first, min(first + count, settings.connections))
    items = [people.connection_bytes(settings.seed, row, pictures) for row in rows]
    variant = call.variant("head", "later", "bare")
    paging = {"count": count}
    if variant == "later":
        paging = {"count": len(items), "start": start, "total": settings.connections}
    wrap = () if variant == "bare" else ("connections_response",)
    body = page_bytes("elements", items, paging=paging, wrap=wrap)
    return Reply(status=200, body=body, credits=1, page=True)


def _account(call: Call, number: int) -> dict[str, Any]:
    """Describe a connected account; every second one is still warming up."""
    body: dict[str, Any] = {
        "viewerId": call.settings.viewer_ids[number],
        "linkedInReady": True,
        "salesNavigatorReady": number % 3 == 0,
    }
    if number % 2 == 0:
        names = _LATER if call.variant("head", "later") == "later" else _HEAD
        numbers = (2 + number, 100, 40, 500, 100)
        body["warmup"] = {"status": "warming", "details": dict(zip(names, numbers, strict=True))}
    return body


def put_linkedin_account(call: Call) -> Reply:
    """PUT /v1/account/linkedin/account; the cookies are looked at and forgotten."""
    cookies = call.json().get("cookies")
    if not isinstance(cookies, list) or not cookies:
        raise RefusedError(400, "params_invalid", "cookies must be a list that is not empty")
    for cookie in cookies:
        if not isinstance(cookie, dict) or not cookie.get("key"):
            raise RefusedError(400, "params_invalid", "each of the cookies must have a key and a value")
        text(cookie["key"], "a cookie's key", _MAX_COOKIE)
        text(cookie.get("value"), "a cookie's value", _MAX_COOKIE)
    if not call.settings.viewer_ids:
        raise RefusedError(400, "params_invalid", "the cookies were rejected")
    return Reply(status=200, body=encode({"viewer_id": call.settings.viewer_ids[0]}))


def get_linkedin_account(call: Call) -> Reply:
    """GET /v1/account/linkedin/account."""
    viewer = call.viewer(call.query.get("viewer_id"), required=True)
    return Reply(status=200, body=encode(_account(call, call.settings.viewer_ids.index(str(viewer)))))


def list_linkedin_accounts(call: Call) -> Reply:
    """GET /v1/account/linkedin/accounts; the body is a list without anything around it."""
    first, _ = call.rows((call.number("page", 1, 1) - 1) * ACCOUNTS_PAGE, ACCOUNTS_PAGE)
    numbers = range(len(call.settings.viewer_ids))[first : first + ACCOUNTS_PAGE]
    return Reply(status=200, body=encode([_account(call, number) for number in numbers]), page=True)


ROUTES: Routes = {
    ("GET", "/v1/connections"): list_connections,
    ("PUT", "/v1/account/linkedin/account"): put_linkedin_account,
    ("GET", "/v1/account/linkedin/account"): get_linkedin_account,
    ("GET", "/v1/account/linkedin/accounts"): list_linkedin_accounts,
}
