"""Asks the sandbox's Lix part, and looks at its answers."""

from __future__ import annotations

from typing import Any

import httpx

VIEWER = "robin-marlowe"
PROFILE = f"https://www.linkedin.com/in/{VIEWER}"
COMPANY = "https://www.linkedin.com/company/acme-corporation-1007"


def got(client: httpx.Client, path: str, **params: Any) -> Any:
    """The body of a good answer."""
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def fails(answer: httpx.Response, status: int, kind: str, message: str = "") -> None:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"]["type"] == kind
    assert message in body["error"]["message"]
    assert set(body) == {"error", "traceId"}
