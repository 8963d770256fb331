"""What every test shares: both event loops through one fixture."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Run each test marked `anyio` on both event loops."""
    return request.param
