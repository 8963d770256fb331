"""Jobs that are killed at any moment, over real HTTP: nothing is lost, and only what was in flight is asked again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bulk_process import CONCURRENCY, Runner, all_results, asked, links, order, runner

from lixasync.paging.cursor import StopReason
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

VIEWERS = [f"viewer-{number}" for number in range(10)]


@pytest.fixture(scope="module")
def running() -> Iterator[Runner]:
    with runner() as made:
        yield made


def killed_at_random(box: Sandbox, running: Runner, path: Path, *, kills: int, seed: int, **job: Any) -> int:
    """Run a job to its end, killing it as often; return how many kills met it alive.

    Some come soon after its beginning, when inputs are still being stored; the others after some more requests.
    """
    chance = random.Random(seed)
    met = 0
    for _ in range(kills):
        running.start(order(box, path, **job))
        if not running.wait_until(some_moment(box, chance)):
            assert running.end() == 0
            return met
        met += running.kill()
    running.start(order(box, path, **job))
    assert running.end() == 0
    return met


def some_moment(box: Sandbox, chance: random.Random) -> Callable[[], bool]:
    """Return a function that says whether a moment has come, which chance picks."""
    if chance.random() < 0.3:
        looks = iter(range(chance.randint(0, 60)))
        return lambda: next(looks, None) is None
    wanted = box.stats()["arrivals"] + chance.randint(1, 25)
    return lambda: box.stats()["arrivals"] >= wanted


@pytest.mark.parametrize("seed", [3, 5])
def test_single_answers(sandbox: Sandbox, running: Runner, tmp_path: Path, seed: int) -> None:
    sandbox.reset(latency=0.01, jitter=0.01)
    people = links(sandbox, 100)
    given = people + people[10:30]
    path = tmp_path / "people.db"
    met = killed_at_random(sandbox, running, path, kills=4, seed=seed, inputs=given, batch=7)
    assert met >= 2
    found = all_results(path)
    assert [result.position for result in found] == list(range(120))
    assert [result.input for result in found] == given
    everybody = [sandbox.person(index) for index in range(100)]
    assert [result.value.raw for result in found] == everybody + everybody[10:30]
    counts = asked(sandbox)
    assert len(counts) == 100
    assert sum(counts.values()) <= 100 + met * CONCURRENCY


@pytest.mark.parametrize("seed", [3, 5])
def test_pages(sandbox: Sandbox, running: Runner, tmp_path: Path, seed: int) -> None:
    sandbox.reset(latency=0.01, jitter=0.01, viewers=VIEWERS, connections=95)
    path = tmp_path / "connections.db"
    job = {"method": "connections", "inputs": VIEWERS, "params": {"page_size": 10}, "batch": 2}
    met = killed_at_random(sandbox, running, path, kills=4, seed=seed, **job)
    assert met >= 2
    found = all_results(path)
    assert [result.input for result in found] == VIEWERS
    everybody = [sandbox.connection(index) for index in range(95)]
    for result in found:
        assert [item.raw for item in result.value] == everybody
        assert result.stopped is StopReason.EXHAUSTED
    counts = asked(sandbox)
    assert len(counts) == 10 * len(VIEWERS)
    assert sum(counts.values()) <= 10 * len(VIEWERS) + met * CONCURRENCY
