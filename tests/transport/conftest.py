"""What the tests of adapters share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.support.adapters import ADAPTERS, Adapter
from tests.support.wire import Wire


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    """Each adapter in turn."""
    return ADAPTERS[request.param]


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that answers everything with an empty object, until it is told otherwise."""
    with Wire() as wire:
        yield wire
