"""The limiter whose budget is a file: the contract, its settings, and its files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.limits.shared.limiter_contract import LimiterContract
from tests.limits.shared.limiter_making import Make
from tests.limits.shared.sharing_contract import SharingContract

from lixasync.errors import ConfigurationError
from lixasync.limits.file import FileLimiter


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    limiters = Make(partial(FileLimiter, tmp_path / "budget"), "test")
    yield limiters
    limiters.release()


class TestContract(LimiterContract):
    """The budget is in a file."""


class TestSharing(SharingContract):
    """The budget is in a file."""


def test_there_is_no_such_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no directory"):
        FileLimiter(tmp_path / "nowhere" / "budget")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"is a directory.*Name a file in it"):
        FileLimiter(f"{tmp_path}/")


@pytest.mark.parametrize("path", ["", 7])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(ConfigurationError, match="no path"):
        FileLimiter(path)


def test_windows_is_told_what_to_use_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(ConfigurationError, match="RedisLimiter"):
        FileLimiter(tmp_path / "budget")
