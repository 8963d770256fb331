"""Watches as processes: batches as they come, signals, readers that leave, failures waited out, terminals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from cli_runs import QUICK, Ran, connections, members
from test_cli_processes import Spawn, finished, terminal

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

Cli = Callable[..., Ran]
Process = subprocess.Popen[bytes]
OWN = ("linkedin", "watch", *QUICK)
BRISK = ("--every", "0.05s")


def line(process: Process) -> dict[str, Any]:
    """Read the next line of results."""
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def said(process: Process, word: str) -> str:
    """Read what is said until a line holds a word."""
    assert process.stderr is not None
    text = ""
    while word not in text:
        part = process.stderr.readline().decode()
        assert part, f"{word!r} was not said, but {text!r}"
        text += part
    return text


def arrivals(box: Sandbox, number: int) -> None:
    """Ask the sandbox until so many requests have arrived and are answered."""
    with httpx.Client(base_url=box.url, trust_env=False) as client:
        while sum(client.get("/__sandbox/stats").json()["by_status"].values()) < number:
            pass


def person(box: Sandbox, number: int) -> dict[str, Any]:
    return members([box.linkedin.member(number)])[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_batches_come_as_changes_are_made_and_a_new_run_goes_on(
    cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    state = tmp_path / "watermark"
    process = spawn(*OWN, *BRISK, "--state", str(state))
    arrivals(sandbox, 1)
    for _ in range(2):
        who = sandbox.linkedin.connect()
        found = line(process)
        assert (found["change"], found["item"]) == ("added", person(sandbox, who))
    process.send_signal(number)
    ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert ran.err == f"interrupted; the same command goes on from {state}\n"
    assert person(sandbox, who)["id"] not in state.read_text()
    assert cli(*OWN, "--once", "--state", str(state)) == Ran(0, b"", "")
    who = sandbox.linkedin.connect()
    assert [each["item"] for each in cli(*OWN, "--once", "--state", str(state)).items] == [person(sandbox, who)]


def test_what_was_printed_is_done_when_a_signal_comes_at_once(
    cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = str(tmp_path / "watermark")
    sandbox.linkedin.connect()
    process = spawn(*OWN, "--every", "1d", "--state", state)
    line(process)
    process.send_signal(signal.SIGTERM)
    assert finished(process).code == 130
    assert cli(*OWN, "--once", "--state", state).items == []


def test_a_signal_in_the_midst_of_a_poll_loses_nothing(
    cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path
) -> None:
    state = str(tmp_path / "watermark")
    sandbox.reset(latency=60)
    who = sandbox.linkedin.connect()
    process = spawn(*OWN, "--every", "1d", "--state", state)
    with httpx.Client(base_url=sandbox.url, trust_env=False) as client:
        while not client.get("/__sandbox/stats").json()["arrivals"]:
            pass
    process.send_signal(signal.SIGINT)
    assert finished(process) == Ran(130, b"", f"interrupted; the same command goes on from {state}\n")
    stamp = sandbox.linkedin.now()
    sandbox.reset(latency=0)
    assert sandbox.linkedin.connect(stamp) == who
    assert [each["item"] for each in cli(*OWN, "--once", "--state", state).items] == [person(sandbox, who)]


def test_a_batch_that_nobody_reads_comes_again(cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    state = str(tmp_path / "watermark")
    who = sandbox.linkedin.connect()
    reading, writing = os.pipe()
    os.close(reading)
    process = spawn(*OWN, *BRISK, "--state", state, stdout=writing)
    os.close(writing)
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 0
    assert [each["item"] for each in cli(*OWN, "--once", "--state", state).items] == [person(sandbox, who)]


def test_a_batch_that_cannot_be_written_comes_again(cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    state = str(tmp_path / "watermark")
    who = sandbox.linkedin.connect()
    with Path("/dev/full").open("wb") as full:
        process = spawn(*OWN, *BRISK, "--state", state, stdout=full)
        assert process.stderr is not None
        text = process.stderr.read().decode()
    assert process.wait() == 1
    assert "error: The output cannot be written: No space left on device.\n" in text
    assert "the next run prints the last changes again" in text
    assert [each["item"] for each in cli(*OWN, "--once", "--state", state).items] == [person(sandbox, who)]


def test_the_daily_limit_is_waited_out(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(linkedin_connection_calls=1)
    sandbox.linkedin.connect()
    process = spawn(*OWN, *BRISK, "--state", str(tmp_path / "watermark"))
    line(process)
    text = said(process, "the next poll is made at")
    assert text.startswith("waiting: Throttle limit for calls to this resource is reached.\n")
    assert "begins anew at midnight UTC" in text
    assert "HTTP 403" in text
    assert "Poll 2 of a watch failed" not in text
    process.send_signal(signal.SIGINT)
    assert finished(process).code == 130


def test_failures_that_pass_are_told_and_so_is_their_end(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(faults="503", fault_every=2)
    process = spawn(*OWN, *BRISK, "--attempts", "1", "--state", str(tmp_path / "watermark"))
    text = said(process, "polls succeed again")
    assert text.startswith("waiting: ")
    assert "HTTP 503" in text
    assert text.splitlines()[-2].startswith("  the next poll is made at 20")
    sandbox.reset(faults="")
    who = sandbox.linkedin.connect()
    assert line(process)["item"] == person(sandbox, who)
    process.send_signal(signal.SIGINT)
    assert finished(process).code == 130


def test_a_failure_that_stays_ends_the_watch(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    state = tmp_path / "watermark"
    sandbox.linkedin.connect()
    process = spawn(*OWN, *BRISK, "--state", str(state))
    line(process)
    sandbox.reset(linkedin_token="renewed")
    ran = finished(process)
    assert (ran.code, ran.out) == (3, b"")
    assert ran.err.startswith("error: Invalid access token.")
    assert "Check LINKEDIN_ACCESS_TOKEN" in ran.err
    assert ran.err.endswith(f"  nothing is lost: the same command goes on from {state}\n")


def test_the_lix_api_tells_who_is_gone_and_who_that_was(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    process = spawn("watch", "robin-marlowe", *BRISK, "--state", str(tmp_path / "hashes"), *QUICK)
    first = [line(process) for _ in range(120)]
    assert [each["item"] for each in first] == connections(sandbox)
    sandbox.reset(connections=119)
    gone = line(process)
    assert (gone["change"], gone["key"]) == ("gone", first[-1]["key"])
    assert gone["identity"] == connections(sandbox, 119, 120)[0]["link"]
    process.send_signal(signal.SIGINT)
    assert finished(process).code == 130


def test_a_terminal_shows_when_the_next_poll_is(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    who = sandbox.linkedin.connect()
    with terminal() as (ours, theirs):
        process = spawn(*OWN, "--every", "1h", "--state", str(tmp_path / "watermark"), stdout=theirs, stderr=theirs)
        os.close(theirs)
        screen = b""
        while b"next poll in" not in screen:
            screen += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        while b"interrupted; " not in screen:
            screen += os.read(ours, 65536)
        assert process.wait() == 130
    text = screen.decode()
    assert f'"id":"{person(sandbox, who)["id"]}"' in text
    for word in ("watching", "connections", "next poll in", "polls", "changes", "requests", "calls"):
        assert word in text


def test_verbose_shows_requests_and_never_the_token(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(faults="503", fault_every=2)
    process = spawn(*OWN, *BRISK, "--attempts", "1", "-v", "--state", str(tmp_path / "watermark"))
    text = said(process, "polls succeed again")
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert ran.code == 130
    assert f"GET {sandbox.url}/v1/people/~/connections?start=0&count=500&modified=new&modified-since=" in text
    assert "of a watch failed" not in text
    assert sandbox.settings.linkedin_token not in text + ran.err + ran.out.decode()
