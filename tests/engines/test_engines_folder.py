"""A folder as a store: what all stores must do, from any number of processes, killed or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest
from tests.engines.store_contract import StoreContract

from lixasync.engines import ChunkStore, open_store
from lixasync.errors import JobFileError

pytestmark = pytest.mark.anyio

COUNT = """
import sys, anyio
from lixasync.engines import ConflictError, open_store
async def main():
    store = open_store(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        while True:
            found = await store.get("count")
            try:
                await store.put("count", b"%d" % (int(found.body) + 1), found.version)
                break
            except ConflictError:
                pass
anyio.run(main)
"""


class TestFolder(StoreContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Callable[[], ChunkStore]:
        return lambda: open_store(tmp_path / "chunks")


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    await open_store(folder).put("one.db", b"body", None)
    assert mode_of(folder) == 0o700
    assert mode_of(folder / "one.db") == 0o600


async def test_versions_do_not_rest_on_how_finely_a_file_system_notes_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, version = open_store(tmp_path), None
    for nanosecond in range(1_700_000_000_000_000_000, 1_700_000_000_000_000_005):
        monkeypatch.setattr(time, "time_ns", lambda now=nanosecond: now)
        version = await store.put("one.db", b"body", version)
        assert int(version.partition("-")[0], 16) == nanosecond


async def test_nothing_unfinished_stays_behind(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    version = await store.put("one.db", b"body", None)
    with pytest.raises(Exception, match=r"one\.db"):
        await store.put("one.db", b"other", None)
    await store.put("one.db", b"more", version)
    assert set(names_in(tmp_path)) == {"one.db", ".lixasync-lock"}


async def test_what_killed_processes_left_is_removed_after_an_hour(tmp_path: Path) -> None:
    old, new = tmp_path / ".a.lixasync-tmp", tmp_path / ".b.lixasync-tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 3700,) * 2)
    assert await open_store(tmp_path).names() == {}
    assert names_in(tmp_path) == [new.name]


async def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    store = open_store(tmp_path / "file")
    for call in (store.get("one.db"), store.put("one.db", b"", None), store.names(), store.delete("one.db")):
        with pytest.raises(JobFileError, match=r"file.*cannot be read or written.*space on its disk"):
            await call


def start(folder: Path, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", COUNT, str(folder), str(times)])


def test_processes_lose_nothing_to_each_other(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    anyio.run(store.put, "count", b"0", None)
    processes = [start(tmp_path, 25) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert (tmp_path / "count").read_bytes() == b"100"


def test_a_killed_process_keeps_nobody_waiting(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    anyio.run(store.put, "count", b"0", None)
    for seen in (5, 12, 23):
        process = start(tmp_path, 10_000)
        while int((tmp_path / "count").read_bytes()) < seen:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    reached = int((tmp_path / "count").read_bytes())
    assert start(tmp_path, 1).wait(60) == 0
    assert int((tmp_path / "count").read_bytes()) == reached + 1
