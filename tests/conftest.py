"""What every test shares: both event loops through one fixture, virtual time, and a sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from trio.testing import MockClock

from lixasync.sandbox import Sandbox
from tests.support.virtual import VirtualLoop

settings.register_profile("lixasync", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "lixasync"))


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Run each test marked `anyio` on both event loops; with `virtual_time`, nothing really waits."""
    if request.node.get_closest_marker("virtual_time") is None:
        return request.param
    if request.param == "trio":
        return "trio", {"clock": MockClock(autojump_threshold=0)}
    return "asyncio", {"loop_factory": VirtualLoop}


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    """One server for all tests; see `sandbox`."""
    with Sandbox(requests=None) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A sandbox without rate limit or faults, as new; `sandbox.reset(**changes)` gives it others."""
    before = shared_sandbox.settings
    shared_sandbox.reset()
    yield shared_sandbox
    shared_sandbox.reset(**{name: getattr(before, name) for name in before.__dataclass_fields__})


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own settings out of the tests."""
    for name in (
        "LIX_API_KEY",
        "LIX_BASE_URL",
        "LIX_LOOKC_KEY",
        "LIX_VIEWER_ID",
        "LINKEDIN_ACCESS_TOKEN",
        "LINKEDIN_BASE_URL",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
