"""What may stand where a job's file is to be: nothing, a job, or something else that is left alone."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
import pytest
from bulk_files import held_in, names_in, note, put_into
from bulk_runs import LINKS, People, finish
from tests.support.fake import client

from lixasync import InvalidArgumentError, JobFileError
from lixasync.bulk import Job, Stop
from lixasync.bulk.schema import APPLICATION, VERSION
from lixasync.bulk.store import Store, checked_path, facts_of


def text(path: Path) -> None:
    path.write_text("https://www.linkedin.com/in/robin-marlowe\n")


def long_text(path: Path) -> None:
    path.write_text("https://www.linkedin.com/in/robin-marlowe\n" * 1000)


def directory(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def no_directory(path: Path) -> None:
    path.parent.rmdir()


def file_for_directory(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("no directory")


def foreign(path: Path, *, application: int = 0, version: int = 0) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA user_version = {version}")


def content(path: Path) -> dict[str, bytes]:
    """Return what stands at a path and around it."""
    around = path.parent.parent.rglob("*")
    return {str(each): each.read_bytes() if each.is_file() else b"" for each in around}


PLACES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "text": (text, "it is no file of a job, and was not touched", "new file"),
    "long text": (long_text, "it is no file of a job, and was not touched", "new file"),
    "directory": (directory, "is a directory; a job is a file", "name of a file in it"),
    "pipe": (pipe, "is no file that can be kept", "name of a file"),
    "loop": (loop, "cannot be opened: ", "another path"),
    "no directory": (no_directory, "There is no directory", "Make it"),
    "file for directory": (file_for_directory, "There is no directory", "Make it"),
    "database": (foreign, "is no file of a job", "new file"),
    "other application": (partial(foreign, application=7, version=VERSION), "is no file of a job", "new file"),
    "newer version": (
        partial(foreign, application=APPLICATION, version=VERSION + 1),
        f"another version of this package: its form is {VERSION + 1}, not {VERSION}",
        "Go on with that version",
    ),
}


@pytest.mark.anyio
class TestPlaces:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        folder = tmp_path / "jobs"
        folder.mkdir()
        return folder / "people.db"

    @pytest.mark.parametrize("name", PLACES)
    async def test_what_is_no_job_is_refused_and_left_alone(self, path: Path, name: str) -> None:
        make, what, hint = PLACES[name]
        make(path)
        before = content(path)
        async with client(People()) as lix:
            with pytest.raises(JobFileError) as caught:
                await finish(Job(path, lix.enrichment.person, inputs=LINKS))
        assert what in caught.value.message
        assert str(path) in caught.value.message or str(path.parent) in caught.value.message
        assert hint in caught.value.hint
        assert content(path) == before

    @pytest.mark.parametrize("make", [text, long_text, foreign])
    async def test_what_is_refused_is_closed_again(self, path: Path, make: Callable[[Path], None]) -> None:
        make(path)
        before = content(path)
        refused = Store(path)
        with pytest.raises(JobFileError):
            await refused.open(create=True)
        assert refused._writer is None
        assert content(path) == before

    async def test_a_name_that_is_too_long(self, path: Path) -> None:
        with pytest.raises(JobFileError, match="File name too long"):
            await Store(path.with_name("x" * 300)).open(create=True)

    async def test_a_place_where_nothing_can_be_made(self) -> None:
        with pytest.raises(JobFileError, match=r"'/proc/people\.db' cannot be made: "):
            await Store(Path("/proc/people.db")).open(create=True)

    async def test_an_empty_file_becomes_a_job(self, path: Path) -> None:
        put_into(path, b"")
        assert facts_of(path) == {}
        with pytest.raises(JobFileError, match="There is no job"):
            Job.open(path)
        async with client(People()) as lix:
            assert await finish(Job(path, lix.enrichment.person, inputs=LINKS)) is Stop.FINISHED

    async def test_a_job_that_is_only_opened_is_not_made(self, path: Path) -> None:
        with pytest.raises(JobFileError, match="There is no job"):
            await Store(path).open(create=False)
        assert names_in(path.parent) == []

    async def test_another_job(self, path: Path) -> None:
        async with client(People()) as lix:
            await finish(Job(path, lix.enrichment.person, inputs=LINKS[:2]))
            before = held_in(path)
            with pytest.raises(JobFileError, match=r"is the job of enrichment.person with \{\}, not of search.people"):
                Job(path, lix.search.people)
            with pytest.raises(JobFileError, match="Give each job a file of its own") as caught:
                Job(path, lix.connections, params={"page_size": 10})
            assert "page_size" in caught.value.message
        assert held_in(path) == before

    async def test_two_who_make_it_at_once(self, path: Path) -> None:
        stores = [Store(path) for _ in range(8)]
        async with anyio.create_task_group() as group:
            for each in stores:
                group.start_soon(partial(each.open, create=True))
        for each in stores:
            await each.change(note("x"))
            await each.close()
        assert facts_of(path) == {"x": "here"}


@pytest.mark.parametrize("path", ["", "people\0.db", b"people.db", None, 7])
def test_what_is_no_path(path: object) -> None:
    with pytest.raises(InvalidArgumentError, match="is no path for a job"):
        checked_path(path)


def test_a_path_does_not_depend_on_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert checked_path("people.db") == tmp_path.resolve() / "people.db"
    assert checked_path(Path("x/../people.db")) == tmp_path.resolve() / "people.db"
