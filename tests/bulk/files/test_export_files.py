"""The file of an export: whole or as it was, nothing beside it, and memory that does not grow with the rows."""

from __future__ import annotations

import asyncio
import errno
import importlib.util
import os
import stat
import threading
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import duckdb
import pytest
from export_files import PEOPLE, SUFFIXES, left, lines, result, stream, table

from lixasync.bulk.files import export as module
from lixasync.bulk.files.export import export
from lixasync.bulk.files.rows import Csv
from lixasync.bulk.result import Result
from lixasync.errors import ConfigurationError, InvalidArgumentError, NotFoundError
from lixasync.models import Person

pytestmark = pytest.mark.anyio


class TestTarget:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    async def test_the_file_is_replaced_and_nothing_else_is_left(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"it's [a] *{suffix.upper()}"
        for name in ("first", "second"):
            await export(stream([result(Person(name=name))]), Person, str(path), many=False)
        assert left(path) == [path.name]
        twin = path.with_name(f"twin{suffix}")
        path.replace(twin)
        if suffix in (".jsonl", ".ndjson"):
            assert lines(twin)[0]["value"] == {"name": "second"}
        else:
            assert table(twin, "name") == [("second",)]

    async def test_a_link_goes_on_pointing_to_the_file_and_rights_stay(self, tmp_path: Path) -> None:
        path, link = tmp_path / "a.csv", tmp_path / "link.csv"
        path.touch(0o600)
        link.symlink_to(path)
        await export(stream([]), Person, link, many=False)
        assert link.is_symlink()
        assert path.stat().st_size
        assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600

    async def test_the_log_of_a_replaced_database_goes_too(self, tmp_path: Path) -> None:
        for name in ("a.duckdb.wal", "a.csv.wal"):
            (tmp_path / name).touch()
        await export(stream([]), Person, tmp_path / "a.duckdb", many=False)
        await export(stream([]), Person, tmp_path / "a.csv", many=False)
        assert left(tmp_path / "a.csv") == ["a.csv", "a.csv.wal", "a.duckdb"]

    async def test_the_path_is_that_of_the_beginning(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path)

        async def moving() -> AsyncIterator[Result[Any]]:
            monkeypatch.chdir(tmp_path / "elsewhere")
            yield result(Person())

        await export(moving(), Person, "a.parquet", many=False)
        assert left(tmp_path / "a") == ["a.parquet", "elsewhere"]


async def unread() -> AsyncIterator[Result[Any]]:
    pytest.fail("the results were read")
    yield result(None)


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "match"),
        [
            ("people.xlsx", "does not tell how"),
            ("people", "does not tell how"),
            ("nowhere/people.csv", "no directory .*nowhere"),
            ("folder.csv", "is a directory"),
        ],
    )
    async def test_a_target_that_cannot_be(self, tmp_path: Path, name: str, match: str) -> None:
        (tmp_path / "folder.csv").mkdir()
        with pytest.raises(InvalidArgumentError, match=match) as caught:
            await export(unread(), Person, tmp_path / name, many=False)
        assert caught.value.hint

    @pytest.mark.parametrize("path", ["", None, b"people.csv", 7])
    async def test_what_is_no_path(self, path: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="is no path to export to"):
            await export(unread(), Person, path, many=False)

    @pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
    async def test_without_the_library(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(ConfigurationError, match=f"{suffix} files need DuckDB") as caught:
            await export(unread(), Person, tmp_path / f"a{suffix}", many=False)
        assert "pip install 'lixasync[export]'" in caught.value.hint
        await export(stream([]), Person, tmp_path / "a.csv", many=False)

    async def test_a_directory_that_may_not_be_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**_: Any) -> str:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(module.tempfile, "mkdtemp", refuse)
        with pytest.raises(InvalidArgumentError, match=r"a\.csv' cannot be written: Permission denied"):
            await export(unread(), Person, tmp_path / "a.csv", many=False)


class Blocking:
    """A database that works until it is told to stop."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.stopped = threading.Event()

    def execute(self, _query: str) -> None:
        self.started.set()
        self.stopped.wait(10)
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    def interrupt(self) -> None:
        self.stopped.set()

    def close(self) -> None:
        pass


class Entered:
    """A context that tells when it is entered."""

    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def __enter__(self) -> None:
        self._event.set()

    def __exit__(self, *_: object) -> None:
        pass


class TestInterruption:
    @pytest.mark.parametrize("suffix", SUFFIXES)
    async def test_failing_results_leave_the_file_as_it_was(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"before")

        async def failing() -> AsyncIterator[Result[Any]]:
            for number in range(500):
                yield result(Person(name="x" * 5_000), position=number)
            raise NotFoundError("gone")

        with pytest.raises(NotFoundError):
            await export(failing(), Person, path, many=False)
        assert path.read_bytes() == b"before"
        assert left(path) == [path.name]

    @pytest.mark.parametrize("suffix", [".csv", ".parquet"])
    async def test_cancelling_leaves_the_file_as_it_was(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        with anyio.CancelScope() as scope:

            async def cancelling() -> AsyncIterator[Result[Any]]:
                for number in range(500):
                    yield result(Person(), position=number)
                scope.cancel()

            await export(cancelling(), Person, path, many=False)
        assert scope.cancelled_caught
        assert left(path) == []

    async def test_cancelling_stops_the_database(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        database = Blocking()
        monkeypatch.setattr(module, "connect", lambda *_, **__: database)
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: export(stream(PEOPLE), Person, tmp_path / "a.parquet", many=False))
            assert await anyio.to_thread.run_sync(database.started.wait, 10)
            group.cancel_scope.cancel()
        assert database.stopped.is_set()
        assert left(tmp_path / "a.parquet") == []

    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    @pytest.mark.parametrize("step", ["mkdtemp", "lines", "fsync"])
    async def test_a_task_that_is_cancelled_while_a_thread_works(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(b"before")
        begun, go_on = threading.Event(), threading.Event()
        place: Any = {"mkdtemp": module.tempfile, "lines": Csv, "fsync": module.os}[step]
        work = getattr(place, step)

        def slowly(*given: Any, **named: Any) -> Any:
            begun.set()
            go_on.wait(10)
            return work(*given, **named)

        clear = module._Writer.clear

        def clearing(writer: Any) -> None:
            writer._interrupting = Entered(go_on)  # by then the writer knows that all is over
            clear(writer)

        monkeypatch.setattr(place, step, slowly)
        monkeypatch.setattr(module._Writer, "clear", clearing)
        task = asyncio.ensure_future(export(stream(PEOPLE), Person, path, many=False))
        assert await anyio.to_thread.run_sync(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert path.read_bytes() == b"before"
        assert left(path) == ["a.csv"]

    def test_a_thread_that_comes_too_late_does_nothing(self, tmp_path: Path) -> None:
        writer = module._Writer(tmp_path / "a.csv", Csv(Person, many=False))
        writer.clear()
        writer.begin()
        writer.write(PEOPLE)
        assert (writer.rows, left(tmp_path / "a.csv")) == (0, [])

    @pytest.mark.parametrize("suffix", [".parquet", ".duckdb"])
    async def test_a_database_that_fails(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
        path = tmp_path / f"a{suffix}"
        monkeypatch.setattr(module._Writer, "_reading", lambda *_: "SELECT error('the disk is full')")
        with pytest.raises(OSError, match=r"cannot be written: .*the disk is full"):
            await export(stream(PEOPLE), Person, path, many=False)
        assert left(path) == []

    async def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "a.jsonl"
        make = module.tempfile.mkdtemp

        def full(**options: Any) -> str:
            folder: str = make(**options)
            Path(folder, "rows").symlink_to("/dev/full")
            return folder

        monkeypatch.setattr(module.tempfile, "mkdtemp", full)
        with pytest.raises(OSError, match="No space left") as caught:
            await export(stream([result(Person(name="x" * 100_000))]), Person, path, many=False)
        assert caught.value.errno == errno.ENOSPC
        assert left(path) == []

    async def test_what_killed_exports_have_left_is_removed(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        for name, age in (
            (".a.csv.old.lixasync-tmp", 7_200),
            (".a.csv.new.lixasync-tmp", 60),
            (".b.csv.x.lixasync-tmp", 7_200),
        ):
            folder = tmp_path / name
            folder.mkdir()
            (folder / "rows").touch()
            then = folder.stat().st_mtime - age
            os.utime(folder / "rows", (then, then))
            os.utime(folder, (then, then))
        await export(stream([]), Person, path, many=False)
        assert left(path) == [".a.csv.new.lixasync-tmp", ".b.csv.x.lixasync-tmp", "a.csv"]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_memory_does_not_grow_with_the_rows(tmp_path: Path, suffix: str) -> None:
    async def peak(rows: int) -> int:
        async def people() -> AsyncIterator[Result[Any]]:
            for number in range(rows):
                yield result(Person(name=f"person {number}", headline="x" * 500), position=number)

        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        await export(people(), Person, tmp_path / f"a{suffix}", many=False)
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        await peak(1_000)  # what is made once
        few, many = await peak(1_000), await peak(10_000)
    finally:
        tracemalloc.stop()
    # ten times the rows: 5 MB more, had they been kept
    assert many < few + 500_000
