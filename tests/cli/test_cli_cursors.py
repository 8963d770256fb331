"""Cursors that are too long for a command line go by a file."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runs import QUICK, Ran, connections

from lixasync import CursorError
from lixasync.cli import cursors
from lixasync.cli.cursors import cursor_of, onward
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]


def test_a_short_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert onward("lixasync1-abc") == "--resume lixasync1-abc"
    assert not list(tmp_path.iterdir())


def test_a_long_one_goes_into_a_file_of_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cursor = "lixasync1-" + "a" * 8_000
    option, path = onward(cursor).split(" @")
    assert option == "--resume"
    assert cursor_of(f"@{path}") == cursor
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert onward(cursor).endswith(path)
    assert not onward(cursor + "b").endswith(path)


def test_where_no_file_can_be_written_it_is_told_after_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cursor = "a" * 8_001
    path = Path(onward(cursor).partition("@")[2])
    path.unlink()
    path.mkdir()
    assert onward(cursor) == f"--resume {cursor}"


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "lost.cursor"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CursorError, match="cannot be read"):
        cursor_of(f"@{path}")


def test_a_run_goes_on_from_the_file(
    cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cursors, "_LONG", 20)
    first = cli("connections", "robin-marlowe", "--page-size", "50", "--max-credits", "1", *QUICK)
    assert "go on with: --resume @lixasync-" in first.err
    rest = cli("connections", "robin-marlowe", "--resume", f"@{next(tmp_path.iterdir())}", *QUICK)
    assert first.items + rest.items == connections(sandbox)
