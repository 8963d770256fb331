"""Which proxy the environment names."""

from __future__ import annotations

import pytest

from lixasync.transport.proxies import environment_proxy


@pytest.mark.parametrize(
    ("environment", "origin", "proxy"),
    [
        ({}, "https://api.lix-it.com", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", None),
        ({"ALL_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "lix-it.com"}, "https://api.lix-it.com", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://lix.example:8000", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "http://127.0.0.1:8000", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:8000", None),
    ],
)
def test_the_environments_choice(
    environment: dict[str, str], origin: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert environment_proxy(origin) == proxy
