"""The state's file: whole at any moment, its owner's alone, and never another watch's."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from polling_servers import Killed

from lixasync.errors import ConfigurationError, StateError
from lixasync.polling.envelope import read_state
from lixasync.polling.store import FileState, as_store, finished

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "connections.watermark"


def content(path: Path) -> str:
    return path.read_text("latin-1")


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def left(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir() if entry != path)


async def test_a_text_comes_back_in_another_process(path: Path) -> None:
    state = FileState(path)
    assert await state.load() is None
    await state.save("one")
    await state.save("two ü")
    assert await FileState(str(path)).load() == "two ü"
    assert left(path) == []


async def test_only_the_owner_may_read_it(path: Path) -> None:
    put(path, b"before")
    os.chmod(path, 0o644)  # noqa: PTH101 - the path's own method is refused inside async functions
    state = FileState(path)
    await state.load()
    await state.save("mine")
    assert stat.S_IMODE(os.stat(path).st_mode) == (0o600 if os.name == "posix" else 0o666)  # noqa: PTH116 - as above


async def test_the_path_is_that_of_the_beginning(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    state = FileState("connections.watermark")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    await state.load()
    await state.save("here")
    assert content(path) == "here"
    assert state.path.is_absolute()


async def test_a_link_goes_on_pointing_to_the_file(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    state = FileState(link)
    await state.load()
    await state.save("here")
    assert link.is_symlink()
    assert content(path) == "here"


# mkstemp opens its file with os.open, so that step comes before the replacing.
STEPS = ["tempfile.mkstemp", "os.fdopen", "os.fsync", "os.replace", "os.open", "os.close"]


@pytest.mark.parametrize("first", [True, False], ids=["new", "again"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_kill_at_any_step_leaves_the_old_or_the_new(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool, first: bool
) -> None:
    state = FileState(path)
    await state.load()
    if not first:
        await state.save("old")
    module, name = step.split(".")
    real = getattr(sys.modules[module], name)
    files = []

    def deadly(*args: Any, **settings: Any) -> Any:
        if not after:
            raise Killed
        files.append(real(*args, **settings))
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(step, deadly)
        patched.setattr("os.unlink", lambda _path: None)  # the dead do not clean up
        with pytest.raises(Killed):
            state._save(b"new")
    for file in files:
        if name == "mkstemp":
            os.close(file[0])
        elif name == "open":
            os.close(file)
        elif name == "fdopen":
            file.close()
    replaced = step == "os.close" or (step == "os.replace" and after)
    survivor = FileState(path)
    assert await survivor.load() == ("new" if replaced else None if first else "old")
    await survivor.save("next")
    assert content(path) == "next"


@pytest.mark.parametrize("step", ["os.fsync", "os.replace"])
async def test_a_failure_leaves_nothing_behind_and_can_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    state = FileState(path)
    await state.load()
    await state.save("old")
    with monkeypatch.context() as patched:
        patched.setattr(step, full)
        with pytest.raises(OSError, match="No space"):
            await state.save("new")
    assert (content(path), left(path)) == ("old", [])
    await state.save("new")
    assert content(path) == "new"


@pytest.mark.parametrize(("number", "passes"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)])
async def test_a_directory_that_cannot_be_synced(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int, passes: bool
) -> None:
    real = os.fsync

    def picky(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, "not for directories")
        real(descriptor)

    state = FileState(path)
    await state.load()
    monkeypatch.setattr("os.fsync", picky)
    if passes:
        await state.save("new")
    else:
        with pytest.raises(OSError, match="not for directories"):
            await state.save("new")
        monkeypatch.setattr("os.fsync", real)
        await state.save("new")  # the file is this watch's own all the same
    assert content(path) == "new"


async def test_a_platform_that_opens_no_directories(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.O_DIRECTORY", raising=False)
    state = FileState(path)
    await state.load()
    await state.save("new")
    assert content(path) == "new"


async def test_everything_is_on_the_disk_before_it_has_the_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **settings: Any) -> Any:
            if name == "fsync":
                file = os.fstat(args[0])
                happened.append("sync directory" if stat.S_ISDIR(file.st_mode) else f"sync {file.st_size} bytes")
            else:
                happened.append(name)
            return real(*args, **settings)

        return call

    state = FileState(path)
    await state.load()
    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, watched(name))
    await state.save("12345")
    assert happened[:2] == ["sync 5 bytes", "replace"]
    assert happened[2:] == (["sync directory"] if hasattr(os, "O_DIRECTORY") else [])


async def test_somebody_elses_change_is_not_overwritten(path: Path) -> None:
    one, two = FileState(path), FileState(path)
    assert await one.load() is await two.load() is None
    await one.save("one")
    with pytest.raises(StateError, match="another watch"):
        await two.save("two")
    assert await two.load() == "one"
    await two.save("two")
    with pytest.raises(StateError, match="another watch"):
        await one.save("one again")
    assert (content(path), left(path)) == ("two", [])


async def test_a_file_that_was_removed_is_not_made_anew(path: Path) -> None:
    state = FileState(path)
    await state.load()
    await state.save("one")
    os.unlink(path)  # noqa: PTH108 - the path's own method is refused inside async functions
    with pytest.raises(StateError):
        await state.save("two")
    assert os.listdir(path.parent) == []  # noqa: PTH208 - as above


async def test_places_where_no_file_can_be(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no directory") as caught:
        await FileState(tmp_path / "missing" / "state").load()
    assert "Make the directory" in caught.value.hint
    with pytest.raises(ConfigurationError, match="is a directory"):
        await FileState(tmp_path).load()


async def test_a_file_of_another_kind_is_refused(path: Path) -> None:
    put(path, b"\xff\xfe")
    with pytest.raises(StateError, match="holds no state"):
        await FileState(path).load()
    assert content(path) == "\xff\xfe"


async def test_what_the_dead_left_behind_is_removed_after_an_hour(path: Path, tmp_path: Path) -> None:
    old, young, other = (tmp_path / name for name in (
        ".connections.watermark.abc.lixasync-tmp", ".connections.watermark.def.lixasync-tmp", ".other.lixasync-tmp"
    ))  # fmt: skip
    for file in (old, young, other):
        file.touch()
    for file in (old, other):
        os.utime(file, (time.time() - 7200,) * 2)
    await FileState(path).load()
    assert left(path) == sorted([young.name, other.name])


CHILD = """
import sys, anyio
from lixasync.polling.envelope import write_state
from lixasync.polling.store import FileState

async def main():
    state = FileState(sys.argv[1])
    await state.load()
    number = 0
    while True:
        number += 1
        await state.save(write_state("w", "0f" * 16, ["x" * 16] * 20_000 + [str(number)]))
        print(number, flush=True)

anyio.run(main)
"""


def test_a_process_killed_while_saving_leaves_a_whole_file(path: Path) -> None:
    for saves in (1, 2, 3, 5):
        with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(saves):
                number = int(child.stdout.readline())
            child.kill()
        _, body = read_state(path.read_text(), "w", list[str])
        assert int(body[-1]) >= number == saves


class Plain:
    def load(self) -> str | None:
        return None

    def save(self, state: str) -> None: ...


@pytest.mark.parametrize("path", ["", 5, b"x", None])
def test_a_file_needs_a_path(path: Any) -> None:
    with pytest.raises(ConfigurationError, match="is no path"):
        FileState(path)


def test_paths_and_stores_are_taken(tmp_path: Path) -> None:
    store = Plain()
    assert as_store(store) is store
    for given in (tmp_path / "x", str(tmp_path / "x")):
        made = as_store(given)
        assert isinstance(made, FileState)
        assert made.path == (tmp_path / "x").resolve()


@pytest.mark.parametrize("state", [None, 5, b"x", object(), Plain, ""])
def test_anything_else_is_refused(state: Any) -> None:
    with pytest.raises(ConfigurationError, match="state"):
        as_store(state)


async def test_plain_and_awaited_values_are_the_same() -> None:
    async def later() -> str:
        await anyio.lowlevel.checkpoint()
        return "x"

    assert await finished("x") == await finished(later()) == "x"
