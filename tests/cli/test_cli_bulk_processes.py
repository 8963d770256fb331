"""Jobs as processes: signals and what follows them, terminals, and what a command of jobs loads."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_runs import QUICK, Ran, connections, people
from test_cli_lazy import Spawn, loaded
from test_cli_processes import finished, seen, terminal
from test_cli_watch_processes import arrivals

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

Cli = Callable[..., Ran]
ASK = ("--job", "people.db", *QUICK)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def links(sandbox: Sandbox, folder: Path) -> list[str]:
    """Thirty profiles, one on each line of ``people.txt``."""
    found = [str(sandbox.person(index)["link"]) for index in range(30)]
    (folder / "people.txt").write_text("\n".join(found))
    return found


def command(text: str) -> list[str]:
    """The command that goes on, as it was told."""
    return shlex.split(text.split("go on with: lixasync ")[1].splitlines()[0])


@contextmanager
def waiting() -> Iterator[int]:
    """Open a standard input on which nothing comes."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_job_goes_on_where_it_was(
    cli: Cli, spawn: Spawn, sandbox: Sandbox, links: list[str], number: signal.Signals
) -> None:
    sandbox.reset(latency=0.1)
    process = spawn("enrich", "people.txt", *ASK, "--concurrency", "2")
    arrivals(sandbox, 6)
    process.send_signal(number)
    ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert "Traceback" not in ran.err
    first, last, onward = ran.err.splitlines()[-3:]
    assert first == "interrupted; answers under way are waited for"
    assert last.startswith("what was answered is stored: ")
    sandbox.reset(latency=0)
    before = cli("job", "status", "people.db").items[0]
    assert before["stopped"] == "interrupted"
    assert 6 <= before["done"] < 30
    assert f"{before['done']} of 30 inputs done, 0 failed, {before['requests']} requests, " in last
    assert command(onward) == ["job", "run", "people.db", "--concurrency", "2", *QUICK]
    assert cli(*command(onward)).code == 0
    assert sandbox.stats()["by_status"] == {200: 30 - before["done"]}
    assert [line["value"] for line in cli("job", "export", "people.db", "-").items] == people(sandbox, 30)


def test_a_killed_job_goes_on_where_it_was(cli: Cli, spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.1)
    ask = ("--input", "robin-marlowe", "--param", "page_size=5", "--job", "c.db", "--no-warm-up", *QUICK)
    process = spawn("fetch", "connections", *ask)
    arrivals(sandbox, 10)
    process.kill()
    process.wait()
    sandbox.reset(latency=0)
    ran = cli("job", "run", "c.db", "--quiet", "--no-warm-up", *QUICK)
    assert ran.code == 0
    assert sandbox.stats()["by_status"][200] <= 17  # of 26 pages, at least 9 were stored
    assert [line["value"] for line in cli("job", "export", "c.db", "-").items] == connections(sandbox)


def test_inputs_that_were_not_read_are_named_again(cli: Cli, spawn: Spawn, sandbox: Sandbox, links: list[str]) -> None:
    with waiting() as stdin:
        process = spawn("enrich", "-", "--input", links[0], *ASK, "--with", "person", stdin=stdin)
        arrivals(sandbox, 1)
        process.send_signal(signal.SIGINT)
        ran = finished(process)
    assert ran.code == 130
    onward = ["enrich", "-", "--job", "people.db", "--with", "person", "--input", links[0], *QUICK]
    assert command(ran.err) == onward


def test_an_interrupted_plan_says_so(spawn: Spawn, sandbox: Sandbox, links: list[str]) -> None:
    with waiting() as stdin:
        process = spawn("enrich", "-", *ASK, "--plan", stdin=stdin)
        while not Path("people.db").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert ran.err.endswith("interrupted\n")


def test_a_reader_of_an_export_that_has_enough(cli: Cli, spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(connections=3000)
    cli("fetch", "connections", "--input", "robin-marlowe", "--job", "c.db", *QUICK)
    process = spawn("job", "export", "c.db", "-")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_a_terminal_shows_how_a_job_gets_on(spawn: Spawn, sandbox: Sandbox, links: list[str]) -> None:
    sandbox.reset(latency=0.1)
    with terminal() as (ours, theirs):
        process = spawn("enrich", "people.txt", *ASK, "--concurrency", "2", stderr=theirs)
        screen = seen(ours, theirs)
        assert process.wait() == 0
    for word in ("enrichment.person", " of 30", "done", "failed", "queued", "under way", "requests", "rate used"):
        assert word in screen
    for word in ("credits", "elapsed", "time left"):
        assert word in screen
    assert "30 of 30 inputs done, 0 failed, 30 requests, 30 standard credits" in screen
    assert "enrichment.person: 0 of" not in screen


@pytest.mark.parametrize("arguments", [["--help"], ["job", "--help"], ["enrich", "--help"], ["job", "run", "--help"]])
def test_help_loads_no_job_and_no_client(spawn: Spawn, arguments: list[str]) -> None:
    modules = loaded(spawn, *arguments)
    assert not {name for name in modules if name.startswith("lixasync.bulk")}
    assert not modules & {"duckdb", "httpx", "lixasync.lix.client", "lixasync.linkedin.client"}


def test_a_job_loads_no_duckdb(spawn: Spawn, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
    modules = loaded(spawn, "enrich", "--input", links[0], *ASK)
    assert "lixasync.bulk.job" in modules
    assert "duckdb" not in modules


def test_a_disk_that_is_full(cli: Cli, spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(connections=3000)
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\n"
    code += "from lixasync.cli import main; sys.exit(main(sys.argv[1:]))"
    ask = ("fetch", "connections", "--input", "robin-marlowe", "--job", "c.db", *QUICK)
    ran = finished(spawn(*ask, code=code))
    assert (ran.code, ran.out) == (1, b"")
    assert "Everything that was stored before is kept." in ran.err
    assert command(ran.err) == ["job", "run", "c.db", *QUICK]
    assert cli(*command(ran.err)).code == 0
    ran = finished(spawn("job", "export", "c.db", "c.jsonl", code=code))
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.startswith("error: c.jsonl cannot be written: File too large.\n")  # a tracer may complain, too
    assert not Path("c.jsonl").exists()
    assert [line["value"] for line in cli("job", "export", "c.db", "-").items] == connections(sandbox)
