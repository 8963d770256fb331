"""Rate limits that processes share, at full rate and in real time. Their own nox session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from tests.limits.shared.limiter_process import Order, Running, moments, over, running, share
from tests.limits.shared.valkey import Server

pytestmark = pytest.mark.soak


@pytest.fixture(params=["file", "redis"])
def order(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Order]:
    settings = {"requests": 50, "per": 1.0, "seconds": 20.0, "bulk": 16}
    if request.param == "file":
        yield Order(kind="file", where=str(tmp_path / "budget"), **settings)
        return
    with Server() as server:
        yield Order(kind="redis", where=server.url, **settings)


def tell(processes: list[Running]) -> None:
    cpu = sum(each.cpu for each in processes) / len(moments(processes))
    print({"sent": [len(each.uses) for each in processes], "used": share(processes), "cpu_per_slot": cpu})


@pytest.mark.parametrize("requests", [50, 500])
def test_four_processes_use_nearly_all_and_are_never_over(order: Order, requests: int) -> None:
    with running(*[attrs.evolve(order, requests=requests)] * 4) as processes:
        pass
    tell(processes)
    assert not over(processes)
    assert share(processes) >= 0.95


@pytest.mark.parametrize("requests", [50, 500])
def test_one_that_stalls_and_one_whose_clock_is_wrong(order: Order, requests: int) -> None:
    """The others use what the one that stalls does not."""
    each = attrs.evolve(order, requests=requests)
    with running(attrs.evolve(each, stall=1.0), attrs.evolve(each, ahead=0.4), each, each) as processes:
        pass
    tell(processes)
    assert not over(processes)
    assert share(processes) >= 0.95


@pytest.mark.parametrize("requests", [50, 500])
def test_a_server_that_is_restarted_empty_every_few_seconds(requests: int) -> None:
    """Each time costs a window, and what it takes to start."""
    with Server() as server:
        order = Order(kind="redis", where=server.url, requests=requests, per=1.0, seconds=20.0, bulk=16)
        with running(*[order] * 4) as processes:
            for _ in range(3):
                for _ in range(requests):
                    assert processes[0].program.stdout is not None
                    processes[0].program.stdout.readline()
                server.go()
                server.come()
    tell(processes)
    assert not over(processes)
    assert not any(each.errors for each in processes)
    assert share(processes) >= 0.5


def test_a_minute_at_one_per_three_seconds(order: Order) -> None:
    with running(*[attrs.evolve(order, requests=1, per=3.0, seconds=60.0)] * 4) as processes:
        pass
    tell(processes)
    assert not over(processes)
    assert share(processes) >= 0.97
