"""From addresses to stores: which there are, what they need, and that no password shows."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from lixasync.engines import ChunkStore, Stored, open_store
from lixasync.engines.stores.base import shown
from lixasync.engines.stores.folder import FolderStore
from lixasync.errors import ConfigurationError


def test_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    url = (tmp_path / "a b").as_uri()
    for way in ("a b", Path("a b"), tmp_path / "a b", url, f"{url}/", "real/../a b"):
        store = open_store(way)
        assert isinstance(store, FolderStore)
        assert isinstance(store, ChunkStore)
        assert store.url == url
    assert open_store("link/x").url == (tmp_path / "real" / "x").as_uri()


@pytest.mark.parametrize(
    "url", ["", "ftp://host/folder", "https://bucket.example.org/x", "redis://host", "s3:/bucket", "postgresql:people"]
)
def test_addresses_of_no_store(url: str) -> None:
    with pytest.raises(ConfigurationError, match="store"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("s3://bucket/people", "obstore", "object"),
        ("gs://bucket", "obstore", "object"),
        ("az://container", "obstore", "object"),
        ("memory:///", "obstore", "object"),
        ("postgresql://host/people", "asyncpg", "postgres"),
        ("postgres://host/people", "asyncpg", "postgres"),
    ],
)
def test_what_is_not_installed_is_named(url: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == package else real(name, *more))
    with pytest.raises(ConfigurationError, match=rf"needs {package}.*pip install 'lixasync\[{extra}\]'"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("postgresql://robin:pa%40ss@host:5432/people?password=other&sslmode=require", "postgresql://host:5432/people"),
        ("postgresql://robin@host/people#x", "postgresql://host/people"),
        ("s3://bucket/people/", "s3://bucket/people"),
        ("az://container/a?sig=secret", "az://container/a"),
        ("memory:///", "memory://"),
        ("postgresql:///people?host=/run/postgres", "postgresql:///people"),
    ],
)
def test_addresses_are_shown_without_secrets(url: str, seen: str) -> None:
    assert shown(url) == seen
    assert shown(seen) == seen


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://robin:se/cret@host/people",
        "postgresql://robin:se#cret@host/people",
        "postgresql://robin:se?cret@host/people",
        "postgresql://[se:cret@host/people",
        "postgresql://robin:pa@host:se/cret@host",
        "postgresql://host/people?user=robin&password=se@cret",
        "s3://robin:se/cret@bucket/people",
    ],
)
def test_a_password_that_is_not_escaped_is_refused_and_does_not_show(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no address of a store.*%2F") as raised:
        shown(url)
    assert "cret" not in str(raised.value)


@pytest.mark.parametrize("host", ["host:port", "host:70000", "host:1:2", "[::1", "::1", "one:1,two:x"])
def test_hosts_that_are_none(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no address of a store.*port"):
        open_store(f"postgresql://{host}/people")


@pytest.mark.parametrize(
    "url", ["postgresql://one:1,two:2/people", "postgresql://[::1]:5432/people", "gs://b_1.x/a%40b"]
)
def test_hosts_of_all_kinds(url: str) -> None:
    assert shown(url) == url


def test_what_is_stored_does_not_show_itself() -> None:
    stored: Any = Stored(body=b"Robin Marlowe", version="1")
    assert repr(stored) == "Stored(version='1')"
