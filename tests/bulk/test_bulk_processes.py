"""Several processes at one job: they share the work, and take over what a dead one leaves behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from bulk_process import CONCURRENCY, Runner, all_results, asked, links, order, runner, stop_between_writes, table

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

PEOPLE = 100
LEASE = 4.0  # seconds: longer than a slow machine lets a living process wait


@pytest.fixture(scope="module")
def three() -> Iterator[list[Runner]]:
    with ExitStack() as stack:
        yield [stack.enter_context(runner()) for _ in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "people.db"


@pytest.fixture
def given(sandbox: Sandbox) -> list[str]:
    """What is asked for, of a server that is not too fast."""
    sandbox.reset(latency=0.03, jitter=0.03)
    return links(sandbox, PEOPLE)


def check(box: Sandbox, path: Path) -> int:
    """Check that everybody was stored once and was asked for; return how many were asked for again."""
    assert [result.value.raw for result in all_results(path)] == [box.person(index) for index in range(PEOPLE)]
    assert table(path, "SELECT count(*) FROM answers") == [(PEOPLE,)]
    counts = asked(box)
    assert len(counts) == PEOPLE
    return sum(counts.values()) - PEOPLE


def holders(path: Path) -> dict[int, int]:
    """Return which processes have taken how many inputs, by the number of the process."""
    rows = table(
        path,
        "SELECT substr(process, instr(process, '/') + 1), count(*) FROM workers JOIN inputs ON owner = workers.id "
        "WHERE state = 1 GROUP BY owner",
    )
    return {int(process.rpartition("/")[0]): number for process, number in rows}


def test_all_begin_at_once(sandbox: Sandbox, three: list[Runner], path: Path, given: list[str]) -> None:
    for each in three:
        each.start(order(sandbox, path, inputs=given, batch=9))
    assert [each.end() for each in three] == [0, 0, 0]
    assert check(sandbox, path) == 0
    assert table(path, "SELECT given, inputs, done FROM tally") == [(PEOPLE, PEOPLE, PEOPLE)]
    assert table(path, "SELECT * FROM workers") == []


@pytest.mark.parametrize(("foreign", "lease"), [(False, 60.0), (True, LEASE)], ids=["seen dead", "lease ended"])
def test_the_others_finish_what_a_dead_one_began(
    sandbox: Sandbox, three: list[Runner], path: Path, given: list[str], foreign: bool, lease: float
) -> None:
    first, *others = three
    first.start(order(sandbox, path, inputs=given, foreign=foreign, lease=lease))
    stop_in_the_middle(sandbox, first, path)
    for each in others:
        each.start(order(sandbox, path, inputs=given, foreign=foreign, lease=lease))
    assert first.kill()
    assert [each.end() for each in others] == [0, 0]
    assert check(sandbox, path) <= CONCURRENCY


def test_one_that_is_stopped_is_waited_for(sandbox: Sandbox, three: list[Runner], path: Path, given: list[str]) -> None:
    first, second, _ = three
    first.start(order(sandbox, path, inputs=given))
    stop_in_the_middle(sandbox, first, path)
    second.start(order(sandbox, path, inputs=given))
    assert second.wait_until(lambda: second.pid not in holders(path) and asked_for_all_but(sandbox, holders(path)))
    assert set(holders(path)) == {first.pid}
    os.kill(first.pid, signal.SIGCONT)
    assert [first.end(), second.end()] == [0, 0]
    assert check(sandbox, path) == 0


def stop_in_the_middle(box: Sandbox, runner: Runner, path: Path) -> None:
    """Stop a process while it has inputs that it works on."""
    while True:
        assert runner.wait_until(lambda: box.stats()["arrivals"] > 0 and runner.pid in holders(path))
        stop_between_writes(path, runner.pid)
        if runner.pid in holders(path):
            return
        os.kill(runner.pid, signal.SIGCONT)


def asked_for_all_but(box: Sandbox, left: dict[int, int]) -> bool:
    return box.stats()["by_status"].get(200, 0) >= PEOPLE - sum(left.values())


def test_one_that_comes_back_after_it_was_given_up_stores_nothing(
    sandbox: Sandbox, three: list[Runner], path: Path, given: list[str]
) -> None:
    first, second, _ = three
    first.start(order(sandbox, path, inputs=given, foreign=True, lease=LEASE))
    stop_in_the_middle(sandbox, first, path)
    second.start(order(sandbox, path, inputs=given, foreign=True, lease=LEASE))
    assert second.end() == 0
    assert check(sandbox, path) <= CONCURRENCY
    os.kill(first.pid, signal.SIGCONT)
    assert first.end() == 0
    assert check(sandbox, path) <= CONCURRENCY


def test_a_disk_that_is_full(sandbox: Sandbox, path: Path, given: list[str], tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+") as said, runner(said) as only:
        only.start(order(sandbox, path, inputs=given, largest=600_000))
        assert only.end() == 3 << 8
        said.seek(0)
        assert said.read().startswith("JobFileError SQLITE_IOERR")
        ((before,),) = table(path, "SELECT done FROM tally")
        only.start(order(sandbox, path, inputs=given))
        assert only.end() == 0
    assert 0 < before < PEOPLE
    assert check(sandbox, path) <= CONCURRENCY
