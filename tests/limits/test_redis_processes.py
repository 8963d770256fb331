"""The limiter on a server, over several processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.limits.shared.limiter_process import Order
from tests.limits.shared.process_contract import ProcessContract
from tests.limits.shared.valkey import Server

pytestmark = pytest.mark.processes


@pytest.fixture
def order() -> Iterator[Order]:
    with Server() as server:
        yield Order(kind="redis", where=server.url, requests=50, per=1.0, seconds=3.0)


class TestProcesses(ProcessContract):
    """The budget is on a server."""
