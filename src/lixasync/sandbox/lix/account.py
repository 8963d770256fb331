"""What the account endpoints answer."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from lixasync.sandbox.replies import Reply, encode

from .call import Call, Routes

_DAY = 86_400


def iso(moment: float) -> str:
    """Write unix seconds as the service writes moments."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_to_monday(now: float) -> int:
    """Count the seconds until Monday 00:00 UTC; a moment on the hour waits for the next one."""
    since_monday = (math.floor(now) - 4 * _DAY) % (7 * _DAY)  # unix time began on a Thursday
    return 7 * _DAY - since_monday


def get_balances(call: Call) -> Reply:
    """GET /v1/account/balances."""
    body: dict[str, Any] = {
        "emailBalance": call.ledger.left("email"),
        "linkedInBalance": call.ledger.left("standard"),
    }
    if call.variant("head", "later") == "later":
        body |= {"lookcBalance": call.ledger.left("org"), "autoTopUpEnabled": None, "enterprise": None}
    return Reply(status=200, body=encode(body))


def get_daily_allowance(call: Call) -> Reply:
    """GET /v1/account/allowances/daily."""
    refreshes = (math.floor(call.now()) // _DAY + 1) * _DAY
    body: dict[str, Any] = {"requestsRemaining": call.ledger.allowance_left(), "refreshesAt": refreshes}
    if call.variant("head", "later") == "later":
        body["refreshesAtISO"] = iso(refreshes)
    return Reply(status=200, body=encode(body))


def get_connection_request_allowance(call: Call) -> Reply:
    """GET /v1/account/connections/remaining."""
    viewer = call.viewer(call.query.get("viewer_id"), required=True)
    limit, used = call.settings.weekly_invitations, len(call.ledger.invitations)
    body = {
        "viewerId": viewer,
        "weeklyLimit": limit,
        "used": used,
        "remaining": limit - used,
        "nextRefresh": iso(math.floor(call.now()) + seconds_to_monday(call.now())),
    }
    return Reply(status=200, body=encode(body))


ROUTES: Routes = {
    ("GET", "/v1/account/balances"): get_balances,
    ("GET", "/v1/account/allowances/daily"): get_daily_allowance,
    ("GET", "/v1/account/connections/remaining"): get_connection_request_allowance,
}
