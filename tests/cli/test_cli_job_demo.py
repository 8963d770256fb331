"""``lixasync job demo``: a job that is killed on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from lixasync.bulk import Job
from lixasync.cli.bulk.demo import Outcome, demo
from lixasync.cli.exits import Exit
from lixasync.errors import InvalidArgumentError

pytestmark = pytest.mark.anyio

GOOD = Outcome(
    inputs=10, kills=(3,), results=10, wrong=0, requests=14, answered=12, repeated=2, written=(Path("people.db"),)
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # the command itself chooses no other


async def test_a_killed_job_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await demo(inputs=40, kills=2, out=tmp_path / "out") == Exit.OK
    shown = capsys.readouterr()
    assert shown.err.count("killed after") == 2
    assert "Complete" in shown.out
    assert len([result async for result in Job.open(tmp_path / "out" / "people.db").results()]) == 40
    assert len((tmp_path / "out" / "people.csv").read_text("utf-8").splitlines()) >= 41


async def test_it_begins_anew(tmp_path: Path) -> None:
    for _ in range(2):
        assert await demo(inputs=5, kills=0, out=tmp_path) == Exit.OK


@pytest.mark.parametrize("wrong", [{"inputs": 0}, {"kills": -1}])
async def test_it_refuses_what_cannot_be(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError):
        await demo(**wrong, out=tmp_path)


async def test_it_needs_a_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InvalidArgumentError):
        await demo(out=tmp_path / "taken")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"results": 9}, "9 links have a result, of 10"),
        ({"wrong": 1}, "1 results are not what the sandbox holds"),
        ({"repeated": 9}, "9 answers were asked for again"),
    ],
)
async def test_it_says_what_is_wrong(change: dict[str, int], says: str) -> None:
    assert not list(GOOD.problems)
    (problem,) = attrs.evolve(GOOD, **change).problems
    assert says in problem
