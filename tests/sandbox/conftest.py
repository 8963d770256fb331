"""One sandbox for each test module, reset before each test, and a client that holds its key."""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Iterator

import httpx
import pytest

from lixasync.sandbox import Sandbox, Settings

# Nothing here speaks TLS: one empty context spares each client the loading of certificates.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

USUAL = Settings(requests=None)


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(requests=None) as running:
        yield running


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset(**dataclasses.asdict(USUAL))
    return server


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": sandbox.key}
    with httpx.Client(base_url=sandbox.url, headers=headers, timeout=20.0, trust_env=False, verify=NO_TLS) as caller:
        yield caller


@pytest.fixture
def linkedin(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A caller of LinkedIn's API who holds its token."""
    headers = {"Authorization": f"Bearer {sandbox.settings.linkedin_token}"}
    with httpx.Client(base_url=sandbox.url, headers=headers, timeout=20.0, trust_env=False, verify=NO_TLS) as caller:
        yield caller
