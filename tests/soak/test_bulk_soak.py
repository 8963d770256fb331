"""Jobs that are killed hundreds of times, of single answers and of pages, alone and beside others."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.bulk.bulk_process import (
    CONCURRENCY,
    Runner,
    all_results,
    asked,
    links,
    order,
    runner,
    stop_between_writes,
    table,
)

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.soak

KILLS = 110
VIEWERS = [f"viewer-{number}" for number in range(60)]


@pytest.fixture(scope="module")
def running() -> Iterator[list[Runner]]:
    with ExitStack() as stack:
        yield [stack.enter_context(runner()) for _ in range(3)]


def killed(box: Sandbox, running: Runner, path: Path, chance: random.Random, **job: Any) -> int:
    """Kill a job at random moments until it is done or has been killed often enough; return how many it noticed."""
    met = 0
    for _ in range(KILLS):
        running.start(order(box, path, **job))
        wanted = box.stats()["arrivals"] + chance.randint(0, 20)
        looks = iter(range(chance.randint(0, 200)))
        if not running.wait_until(lambda: next(looks, None) is None or box.stats()["arrivals"] > wanted):  # noqa: B023 - called here and now
            assert running.end() == 0
            break
        met += running.kill()
    running.start(order(box, path, **job))
    assert running.end() == 0
    return met


@pytest.mark.parametrize("seed", range(2))
def test_single_answers(sandbox: Sandbox, running: list[Runner], tmp_path: Path, seed: int) -> None:
    people = 700
    sandbox.reset(latency=0.01, jitter=0.02, credits=10**6, daily_allowance=10**6)
    given = links(sandbox, people)
    given += given[:50]
    path = tmp_path / "people.db"
    met = killed(sandbox, running[0], path, random.Random(seed), inputs=given, batch=11)
    found = all_results(path)
    assert [result.input for result in found] == given
    assert [result.value.raw["link"] for result in found] == given
    counts = asked(sandbox)
    print({"kills": met, "asked again": sum(counts.values()) - people})
    assert len(counts) == people
    assert sum(counts.values()) <= people + met * CONCURRENCY
    assert table(path, "SELECT count(*) FROM answers") == [(people,)]


def test_pages(sandbox: Sandbox, running: list[Runner], tmp_path: Path) -> None:
    sandbox.reset(
        latency=0.01, jitter=0.02, viewers=VIEWERS, connections=95, credits=10**6, daily_allowance=10**6
    )  # fmt: skip
    path = tmp_path / "connections.db"
    job = {"method": "connections", "inputs": VIEWERS, "params": {"page_size": 10}, "batch": 3}
    met = killed(sandbox, running[0], path, random.Random(1), **job)
    found = all_results(path)
    assert [result.input for result in found] == VIEWERS
    everybody = [sandbox.connection(index) for index in range(95)]
    assert all([item.raw for item in result.value] == everybody for result in found)
    counts = asked(sandbox)
    print({"kills": met, "asked again": sum(counts.values()) - 10 * len(VIEWERS)})
    assert len(counts) == 10 * len(VIEWERS)
    assert sum(counts.values()) <= 10 * len(VIEWERS) + met * CONCURRENCY


WAITING = "SELECT id FROM inputs WHERE state = 0 LIMIT 1"


@pytest.mark.parametrize("foreign", [False, True])
def test_three_that_are_killed_and_stopped(
    sandbox: Sandbox, running: list[Runner], tmp_path: Path, foreign: bool
) -> None:
    """Whoever ends is begun again; in the end, all are done."""
    people, chance = 700, random.Random(9)
    sandbox.reset(latency=0.02, jitter=0.05, credits=10**6, daily_allowance=10**6)
    given = links(sandbox, people)
    path = tmp_path / "people.db"
    job = order(sandbox, path, inputs=given, batch=50, foreign=foreign, lease=1.0)
    for each in running:
        each.start(job)
    met = stops = 0
    for _ in range(60):
        one = chance.choice(running)
        wanted = sandbox.stats()["arrivals"] + chance.randint(1, 20)
        if not one.wait_until(lambda: sandbox.stats()["arrivals"] >= wanted):  # noqa: B023 - called here and now
            break
        if chance.random() < 0.3:
            other = chance.choice([each for each in running if each is not one])
            stop_between_writes(path, one.pid)
            wanted += 15
            # it may hold all that is left: then the others wait for it
            other.wait_until(lambda: sandbox.stats()["arrivals"] >= wanted or not table(path, WAITING))  # noqa: B023 - as above
            os.kill(one.pid, signal.SIGCONT)
            stops += 1
        else:
            met += one.kill()
            one.start(job)
    assert [each.end() for each in running] == [0, 0, 0]
    assert [result.value.raw["link"] for result in all_results(path)] == given
    assert table(path, "SELECT count(*) FROM answers") == [(people,)]
    counts = asked(sandbox)
    print({"kills": met, "stops": stops, "asked again": sum(counts.values()) - people})
    assert sum(counts.values()) <= people + (met + (stops if foreign else 0)) * CONCURRENCY
