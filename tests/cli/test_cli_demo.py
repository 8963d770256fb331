"""The demo: it checks itself, and so the check is checked too."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from cli_runs import Ran, connections, lines, people
from test_cli_processes import Spawn, finished, seen, terminal

from lixasync import ViewerError
from lixasync.cli import demo_view, serving
from lixasync.cli.demo import FAULTS, DemoSettings
from lixasync.cli.demo_report import Report, Stream
from lixasync.cli.guard import run_guarded
from lixasync.cli.serving import show
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
TINY = DemoSettings(
    connections=117,
    page_size=10,
    people=42,
    lookups=2,
    requests=200,
    per=1.0,
    latency=0.002,
    jitter=0.002,
    faults=tuple(name for name in FAULTS if name != "429-after"),
    fault_every=3,
    queued_pause=0.01,
    retry_base=0.01,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_PROXY", "")
    return


def run(settings: DemoSettings, folder: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    code = run_guarded(lambda: show(settings, folder))
    captured = capsys.readouterr()
    return Ran(code, captured.out.encode(), captured.err)


def test_it_writes_both_files_and_passes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo_view, "_LOG_EVERY", 0.02)
    ran = run(TINY, tmp_path / "results", capsys)
    assert ran.code == 0
    told = Sandbox(connections=117, search_results=42)
    assert lines((tmp_path / "results" / "connections.jsonl").read_bytes()) == connections(told)
    assert lines((tmp_path / "results" / "people.jsonl").read_bytes()) == people(told, 42)
    summary = ran.out.decode()
    assert "Complete: everything came, in order, once each." in summary
    assert "117 connections and 42 people" in summary
    assert "look-ups   2 in the lane that overtakes" in summary
    assert max(len(line) for line in summary.splitlines()[:-4]) <= 80
    assert "Watch what arrives at http://127.0.0.1:" in ran.err
    assert "faults survived" in ran.err


def test_a_wrong_result_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Sandbox, "person", lambda _self, index: {"link": f"somebody else {index}"})
    ran = run(attrs.evolve(TINY, lookups=0), tmp_path, capsys)
    assert ran.code == 1
    assert "FAILED: 84 people are not what the sandbox holds at their place" in ran.out.decode()


def test_a_failure_that_stays_is_raised_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(ViewerError):
        run(attrs.evolve(TINY, faults=("viewer",), fault_every=1), tmp_path, capsys)


def test_a_folder_that_cannot_be_made(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    ran = cli("demo", "--out", str(tmp_path / "taken" / "results"))
    assert ran.code == 2
    assert "cannot be made" in ran.err


def test_it_moves_on_a_terminal(spawn: Spawn, tmp_path: Path) -> None:
    with terminal() as (ours, theirs):
        process = spawn("demo", "--fast", "--seed", "11", "--out", str(tmp_path), stderr=theirs)
        screen = seen(ours, theirs)
        assert process.stdout is not None
        summary = process.stdout.read().decode()
        assert process.wait() == 0
    assert "Complete: " in summary
    for word in ("of 2,345", "rate used", "next slot", "margin", "waiting bulk", "look-ups", "Ctrl-C stops"):
        assert word in screen


def test_it_can_be_interrupted(spawn: Spawn, tmp_path: Path) -> None:
    process = spawn("demo", cwd=tmp_path)
    assert process.stderr is not None
    assert b"stands in for the API" in process.stderr.readline()
    assert b"Watch what arrives" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert ran.err.splitlines()[-1] == "interrupted"


def report(**changes: Any) -> Report:
    usual: dict[str, Any] = {
        "streams": (Stream("connections", Path("a"), 10, 5, items=10, pages=2, complete=True),),
        "lookups": (),
        "mistaken": 0,
        "requests": 3,
        "retried": 1,
        "refused": 1,
        "over_limit": 0,
        "faults": {"429-after": 1},
        "used": 0.97,
        "paused": 1.0,
        "most": 2,
        "limit": (2, 1.0),
        "credits": 2,
        "lost": 0,
        "latency": 0.1,
        "elapsed": 2.5,
        "serial": 1.2,
        "problems": (),
    }
    return Report(**(usual | changes))


def test_the_share_of_the_rate_leaves_ordered_pauses_out() -> None:
    from lixasync.cli.demo_report import _paused

    def refused(at: float) -> dict[str, Any]:
        return {"status": 429, "at": at, "seconds": 0.25}

    good = {"status": 200, "at": 0.0, "seconds": 0.25}
    assert _paused([good]) == 0
    assert _paused([refused(1.0), good, refused(5.0)]) == 2.0
    assert _paused([refused(1.0), refused(1.5)]) == 1.5


def test_every_problem_is_named() -> None:
    from lixasync.cli.demo_report import _problems

    short = Stream("people", Path("b"), 10, 5, items=8, wrong=2, complete=False)
    assert list(_problems([short], 1)) == [
        "8 people came, but there are 10",
        "2 people are not what the sandbox holds at their place",
        "the stream of people was cut off",
        "1 look-ups brought somebody else",
    ]


def test_the_summary_says_what_was_left_out() -> None:
    rows = dict(demo_view._rows(report()))
    assert rows["rate used"] == "97 % of what is permitted, 1.0 s of pauses ordered by a 429 left out"
    assert "look-ups" not in rows
    assert dict(demo_view._rows(report(paused=0.0)))["rate used"] == "97 % of what is permitted"


def test_the_paces() -> None:
    fast = DemoSettings().faster()
    assert fast.requests / fast.per == pytest.approx(10 * DemoSettings().requests / DemoSettings().per)
    assert os.fspath(serving._RESULTS) == "demo-results"
