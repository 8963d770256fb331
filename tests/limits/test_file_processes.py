"""The limiter in a file, over several processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.limits.shared.limiter_process import Order
from tests.limits.shared.process_contract import ProcessContract

pytestmark = pytest.mark.processes


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return Order(kind="file", where=str(tmp_path / "budget"), requests=50, per=1.0, seconds=3.0)


class TestProcesses(ProcessContract):
    """The budget is in a file."""
