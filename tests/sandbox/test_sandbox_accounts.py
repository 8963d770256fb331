"""The endpoints of accounts."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.sandbox.asking import VIEWER, fails, got

from lixasync.sandbox import Sandbox

ACCOUNT, ACCOUNTS = "/v1/account/linkedin/account", "/v1/account/linkedin/accounts"
REMAINING = "/v1/account/connections/remaining"
SUNDAY = 1_780_228_800.0  # 2026-05-31T12:00:00Z


def test_one_account(sandbox: Sandbox, client: httpx.Client) -> None:
    body = got(client, ACCOUNT, viewer_id=VIEWER)
    details = {
        "active_days": 2,
        "daily_limit": 100,
        "hourly_limit": 40,
        "max_daily_limit": 500,
        "max_hourly_limit": 100,
    }
    assert body == {
        "viewerId": VIEWER, "linkedInReady": True, "salesNavigatorReady": True,
        "warmup": {"status": "warming", "details": details},
    }  # fmt: skip
    sandbox.reset(variant="later")
    newer = {
        "consecutiveActiveDays": 2,
        "dailyAvailable": 100,
        "hourlyAvailable": 40,
        "dailyTotal": 500,
        "hourlyTotal": 100,
    }
    assert got(client, ACCOUNT, viewer_id=VIEWER)["warmup"]["details"] == newer
    fails(client.get(ACCOUNT), 407, "viewer_invalid", "viewer_id is required")


def test_accounts_are_a_list_of_five_to_a_page(sandbox: Sandbox, client: httpx.Client) -> None:
    viewers = [f"viewer-{number}" for number in range(7)]
    sandbox.reset(viewers=viewers)
    pages = [got(client, ACCOUNTS, **params) for params in ({}, {"page": 2}, {"page": 3})]
    assert [[account["viewerId"] for account in page] for page in pages] == [viewers[:5], viewers[5:], []]
    assert ["warmup" in account for account in pages[0]] == [True, False, True, False, True]
    assert pages[0][3] == got(client, ACCOUNT, viewer_id="viewer-3")
    fails(client.get(ACCOUNTS, params={"page": 0}), 400, "params_invalid", "page must be")


def test_cookies_connect_an_account_and_are_forgotten(sandbox: Sandbox, client: httpx.Client) -> None:
    answer = client.put(
        ACCOUNT, json={"cookies": [{"key": "li_at", "value": "very-secret"}, {"key": "x", "value": ""}]}
    )
    assert answer.json() == {"viewer_id": VIEWER}
    assert "very-secret" not in json.dumps([sandbox.events(), sandbox.stats()])
    sandbox.reset(viewers=())
    fails(client.put(ACCOUNT, json={"cookies": [{"key": "li_at", "value": "x"}]}), 400, "params_invalid", "rejected")


@pytest.mark.parametrize(
    "cookies",
    [None, [], {}, "li_at=1", ["li_at"], [{"value": "x"}], [{"key": "k"}], [{"key": 1, "value": "x"}],
     [{"key": "k", "value": "x" * 10_001}]],
)  # fmt: skip
def test_cookies_must_be_cookies(client: httpx.Client, cookies: Any) -> None:
    answer = client.put(ACCOUNT, json={"cookies": cookies})
    fails(answer, 400, "params_invalid")
    assert "xxx" not in answer.text


def test_the_weeks_requests_are_counted(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(weekly_invitations=3, now=SUNDAY)
    client.post("/v1/connections/send", json={"viewer_id": VIEWER, "profile_id": "somebody"})
    assert got(client, REMAINING, viewer_id=VIEWER) == {
        "viewerId": VIEWER, "weeklyLimit": 3, "used": 1, "remaining": 2, "nextRefresh": "2026-06-01T00:00:00Z",
    }  # fmt: skip
    assert sandbox.stats()["credits_spent"] == 1
    fails(client.get(REMAINING), 407, "viewer_invalid", "viewer_id is required")
