"""Pipelines into a database of their own, and what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import dlt
import duckdb
import pytest

from lixasync import RateLimit, RetryPolicy
from lixasync.sandbox import Sandbox

FAST: dict[str, Any] = {"rate_limit": RateLimit(1000, per=1.0, burst=1000), "retry": RetryPolicy(base=0.01)}
PERMISSION = "LinkedIn permitted us this, for a test"


@attrs.define
class Warehouse:
    """A pipeline, and the database that it loads."""

    folder: Path
    pipeline: dlt.Pipeline = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.pipeline = dlt.pipeline(
            "lix",
            destination=dlt.destinations.duckdb(str(self.folder / "warehouse.duckdb")),
            dataset_name="lix",
            pipelines_dir=str(self.folder / "pipelines"),
        )

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    @property
    def checkpoints(self) -> list[Path]:
        return sorted(self.checkpoint.iterdir())

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as database:
            database.execute("SET python_enable_replacements = false; USE lix")
            return database.execute(statement).fetchall()

    def written(self) -> bytes:
        """Return all that stands in any file."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    return Warehouse(tmp_path)


@pytest.fixture
def server(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox, with the keys to it where dlt looks for secrets."""
    sandbox.reset(connections=2345, search_results=40, linkedin_private_every=0)
    monkeypatch.setenv("LIX_BASE_URL", sandbox.url)
    monkeypatch.setenv("LINKEDIN_BASE_URL", sandbox.url)
    monkeypatch.setenv("SOURCES__LIXASYNC__API_KEY", sandbox.key)
    monkeypatch.setenv("SOURCES__LIXASYNC__ACCESS_TOKEN", sandbox.settings.linkedin_token)
    return sandbox


def targets(server: Sandbox) -> list[str]:
    return [event["target"] for event in server.events()]
