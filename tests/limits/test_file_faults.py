"""What befalls a file: deleted, damaged, replaced, full, held; and processes that die or fork around it."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import anyio
import pytest
from tests.limits.shared.limiter_making import SOON, Make

from lixasync import FileLimiter, LimiterUnavailableError, RateLimit
from lixasync.limits.file import _File
from lixasync.limits.lanes import Turn
from lixasync.limits.shared.messages import Message, Report, Terms

pytestmark = pytest.mark.processes

RATE = RateLimit(5, per=0.2, burst=5)


@pytest.fixture
def anyio_backend() -> str:
    """Faults are met in a thread, which knows no event loop; those of a server are tested on the other loop."""
    return "trio"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    limiters = Make(partial(FileLimiter, tmp_path / "budget"), "test")
    yield limiters
    limiters.release()


def the_file(folder: Path) -> Path:
    (file,) = folder.glob("budget.*")
    return file


def delete(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    os.truncate(file, 100)


def overwrite(file: Path, text: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(text)


def replace(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(b"")
    other.rename(file)


@pytest.mark.anyio
class TestDamage:
    @pytest.mark.parametrize(
        "happens",
        [
            delete,
            empty,
            cut,
            replace,
            partial(overwrite, text=b"\xff\xfe{]"),
            partial(overwrite, text=b"[1, 2]".ljust(16_384)),
            partial(overwrite, text=b'{"gen": "one", "n": null}'.ljust(16_384)),
        ],
        ids=["deleted", "emptied", "cut", "replaced", "overwritten", "a list", "no numbers"],
    )
    async def test_windows_hold_across_it(self, make: Make, tmp_path: Path, happens: Callable[[Path], None]) -> None:
        limiter, other = make(RATE), make()
        used: list[float] = []

        async def use(each: FileLimiter) -> None:
            while len(used) < 20:
                await each.acquire(Turn("bulk"))
                used.append(anyio.current_time())

        with anyio.fail_after(2 * SOON):
            async with anyio.create_task_group() as group:
                for each in (limiter, other, limiter, other):
                    group.start_soon(use, each)
                while len(used) < 10:  # noqa: ASYNC110 - nothing tells
                    await anyio.sleep(0.005)
                happens(the_file(tmp_path))
        assert all(later - former >= 0.2 for former, later in zip(used, used[5:], strict=False))

    async def test_a_directory_in_its_place_and_away_again(self, make: Make, tmp_path: Path) -> None:
        limiter = make(RATE, max_wait=0.1)
        await limiter.acquire(Turn("bulk"))
        path = the_file(tmp_path)
        path.unlink()
        path.mkdir()
        with anyio.fail_after(SOON), pytest.raises(LimiterUnavailableError, match="Is a directory"):
            await limiter.acquire(Turn("bulk"))
        path.rmdir()
        await until_it_works(limiter)

    async def test_a_disk_that_is_full(self, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        limiter = make(RATE, max_wait=0.1)
        await limiter.acquire(Turn("bulk"))
        before = the_file(tmp_path).read_bytes()

        def full(*_: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", full)
            with anyio.fail_after(SOON), pytest.raises(LimiterUnavailableError, match="No space left"):
                while True:
                    await limiter.acquire(Turn("bulk"))  # some slots may have been granted before
        assert len(the_file(tmp_path).read_bytes()) == len(before)
        await until_it_works(limiter)

    async def test_a_lock_that_is_not_given_back(self, make: Make, tmp_path: Path) -> None:
        limiter = make(RATE, max_wait=0.1)
        await limiter.acquire(Turn("bulk"))
        with the_file(tmp_path).open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with anyio.fail_after(2 * SOON), pytest.raises(LimiterUnavailableError):
                while True:
                    await limiter.acquire(Turn("bulk"))
        await until_it_works(limiter)


async def until_it_works(limiter: FileLimiter) -> None:
    """Wait until slots are granted again."""
    with anyio.fail_after(2 * SOON):
        while True:
            try:
                await limiter.acquire(Turn("bulk"))
            except LimiterUnavailableError:
                await anyio.sleep(0.01)
            else:
                return


KILLED = """
    import sys
    from pathlib import Path
    from lixasync.limits.file import _File
    from lixasync.limits.shared.messages import Message, Terms

    file = _File(Path(sys.argv[1]), "test")
    terms = Terms(requests=1000, per=1_000_000, burst=1000, margin=1)
    while True:
        reply = file.exchange(Message(terms=terms, want=3, horizon=10**9))
        sys.stdout.write(f"{reply.number} {len(reply.slots)}\\n")
        sys.stdout.flush()
"""


def test_those_who_are_killed_at_any_moment_leave_a_whole_file(tmp_path: Path) -> None:
    """Every slot is granted once, whoever was killed while it was written down."""
    path = tmp_path / "budget"
    latest = 0
    for kill in range(8):
        program = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(path)], stdout=subprocess.PIPE, text=True
        )
        assert program.stdout is not None
        for _ in range(20 + 7 * kill):
            program.stdout.readline()
        program.send_signal(signal.SIGKILL)
        granted = [int(part) for line in program.stdout.read().splitlines(keepends=True) if line.endswith("\n")
                   for part in line.split()[:1]]  # fmt: skip
        program.wait()
        program.stdout.close()
        assert granted == sorted(set(granted))
        assert not granted or granted[0] > latest
        file = _File(path, "test")
        terms = Terms(requests=1000, per=1_000_000, burst=1000, margin=1)
        reply = file.exchange(Message(terms=terms, want=1, horizon=10**9))
        file.close()
        assert reply.number > max(granted, default=latest)
        latest = reply.number


def test_a_file_that_would_hold_too_much(tmp_path: Path) -> None:
    file, terms = _File(tmp_path / "budget", "test"), Terms(requests=1, per=1, burst=1, margin=0)
    with pytest.raises(LimiterUnavailableError):
        for number in range(30):
            report = Report("closed", f"{number}" * 500, 1)
            file.exchange(Message(terms=terms, reports=(report,)))
    file.exchange(Message(terms=terms))
    file.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = _File(tmp_path / "budget", "test")
    file.exchange(Message(terms=Terms(requests=1, per=1, burst=1, margin=0)))
    file.close()
    file.close()
    assert the_file(tmp_path).stat().st_mode & 0o077 == 0


FORK = """
    import os, sys, anyio
    from lixasync import EventLoopError, FileLimiter, RateLimit
    from lixasync.limits.lanes import Turn

    limiter = FileLimiter(sys.argv[1], RateLimit(100, per=1.0), budget="test")

    async def use():
        slot = await limiter.acquire(Turn("bulk"))
        print(slot.number, flush=True)

    if sys.argv[2] == "used":
        anyio.run(use)
    if os.fork() == 0:
        try:
            anyio.run(use)
        except EventLoopError:
            print("another loop", flush=True)
        os._exit(0)
    os.wait()
    if sys.argv[2] == "unused":
        anyio.run(use)
"""


@pytest.mark.parametrize("before", ["used", "unused"])
def test_a_process_that_forks(tmp_path: Path, before: str) -> None:
    """One that was not used yet is each process's own; one in use is refused in the child, and does not hang."""
    program = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(FORK), str(tmp_path / "budget"), before]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60)
    first, second = done.stdout.split("\n", 1)
    if before == "used":
        assert second.strip() == "another loop"
    else:
        assert int(second) == int(first) + 1
