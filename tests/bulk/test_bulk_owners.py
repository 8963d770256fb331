"""Who works on a job, and who is dead: told by the machine, or by signs of life."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lixasync.bulk import owners
from lixasync.bulk.owners import LEASE, LONGEST, is_alive, machine, started, this_process

NOW = 1_000_000.0


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which waits until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        yield process


def named(process: subprocess.Popen[bytes]) -> str:
    return f"{machine()}/{process.pid}/{started(process.pid)}"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that tells nothing of itself."""
    machine.cache_clear()
    monkeypatch.setattr(Path, "read_text", _unreadable)
    yield
    machine.cache_clear()


def _unreadable(*args: object, **options: object) -> str:
    raise FileNotFoundError


def test_this_process_is_told_from_others(other: subprocess.Popen[bytes]) -> None:
    where, pid, start = this_process().rsplit("/", 2)
    assert (where, int(pid)) == (machine(), os.getpid())
    assert start == started(os.getpid())
    assert named(other) != this_process() == this_process()


def test_one_that_exists_is_alive_though_it_was_stopped(other: subprocess.Popen[bytes]) -> None:
    assert is_alive(named(other), NOW - LONGEST + 1, NOW)


def test_one_whose_run_has_died_is_dead_at_last(other: subprocess.Popen[bytes]) -> None:
    assert not is_alive(named(other), NOW - LONGEST, NOW)


def test_one_that_was_killed_is_dead_at_once(other: subprocess.Popen[bytes]) -> None:
    name = named(other)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, but its parent has not heard of it yet
    assert Path(f"/proc/{other.pid}").exists()
    assert not is_alive(name, NOW, NOW)
    other.wait()
    assert not Path(f"/proc/{other.pid}").exists()
    assert not is_alive(name, NOW, NOW)


def test_another_with_the_same_number_is_not_it(other: subprocess.Popen[bytes]) -> None:
    assert not is_alive(f"{machine()}/{other.pid}/1", NOW, NOW)


@pytest.mark.parametrize("name", ["a name", ") Z 1 (", "a) X"])
def test_a_name_of_any_kind_does_not_matter(name: str) -> None:
    code = f"open('/proc/self/comm', 'w').write({name!r}); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert is_alive(named(process), NOW - 10 * LEASE, NOW)
        process.kill()


def leased(name: str) -> None:
    """Check that a process is alive as long as it gives signs of life."""
    assert is_alive(name, NOW, NOW)
    assert is_alive(name, NOW - LEASE + 1, NOW)
    assert not is_alive(name, NOW - LEASE, NOW)


@pytest.mark.parametrize("name", ["another machine/1/7", "/1/7", "//"])
def test_one_of_another_machine_is_alive_as_long_as_it_says_so(name: str) -> None:
    leased(name)


def test_one_of_which_nothing_is_known(other: subprocess.Popen[bytes]) -> None:
    leased(f"{machine()}/{other.pid}/")


def test_another_run_of_this_process_is_alive_as_long_as_it_says_so() -> None:
    leased(this_process())


@pytest.mark.usefixtures("elsewhere")
def test_a_machine_that_tells_nothing() -> None:
    assert machine() == ""
    assert started(os.getpid()) == ""
    assert this_process() == f"/{os.getpid()}/"
    leased(f"/{os.getpid()}/")
    leased("/1/")


def test_signs_of_life_come_well_within_the_lease() -> None:
    assert owners.HEARTBEAT * 3 <= LEASE
