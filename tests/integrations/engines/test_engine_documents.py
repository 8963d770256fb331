"""The code of the documents that needs an engine, run as it stands there, on a real server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from docket import Docket
from engine_runs import links
from taskiq import InMemoryBroker
from taskiq.schedule_sources import LabelScheduleSource
from tests.limits.shared.valkey import Server

from lixasync.bulk import Job
from lixasync.engines.dispatch import TASK
from lixasync.sandbox import Sandbox

DOCUMENT = Path(__file__).parents[3] / "docs" / "engines.md"
SERVER = "redis://localhost:6379"

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def server(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A server, in an environment as the documents have it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIX_API_KEY", sandbox.key)
    monkeypatch.setenv("LIX_BASE_URL", sandbox.url)
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", sandbox.settings.linkedin_token)
    monkeypatch.setenv("LINKEDIN_BASE_URL", sandbox.url)
    with Server() as running:
        yield running.url


def told(server: str, *sections: str, **names: Any) -> dict[str, Any]:
    """Run the code of sections one after the other, and return the names it made."""
    text = DOCUMENT.read_text(encoding="utf-8")
    for section in sections:
        (code,) = re.findall(rf"^## {section}\n.*?^```py\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[:1]
        exec(compile(code.replace(SERVER, server), section, "exec"), names)  # noqa: S102 - the documents are ours
    return names


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def test_on_docket(server: str, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    there = told(server, "On docket", links=links(sandbox, 3))
    working = asyncio.create_task(there["worker"]())
    await there["whole_job"]()
    await stopped(working)
    said = capsys.readouterr().out.splitlines()
    assert (said[0], said[-1]) == ("1 chunks are new", "3 of 3")
    assert (await Job.open("people.db").status()).done == sandbox.stats()["arrivals"] == 3


async def test_on_taskiq(server: str) -> None:
    there = told(server, "On taskiq")
    assert there["broker"].find_task(TASK) is not None
    assert callable(there["enqueue"])


async def test_a_schedule(server: str, sandbox: Sandbox, tmp_path: Path) -> None:
    there = told(server, "On docket", "A schedule", links=[])
    batches: asyncio.Queue[list[str]] = asyncio.Queue()

    async def handle(changes: Any) -> None:
        await batches.put([member.id for member in changes.added])

    there["handle"] = handle
    async with Docket("polls", url=server) as docket:
        working = asyncio.create_task(there["worker_with_a_schedule"]())
        while not tmp_path.joinpath("state", "new-connections").exists():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        await stopped(working)
        first = batches.qsize()
        added = sandbox.linkedin.member(sandbox.linkedin.connect())["id"]

        working = asyncio.create_task(there["worker_with_a_schedule"]())
        await docket.replace(there["new_connections"], when=datetime.now(UTC), key="new_connections")()
        assert (first, await batches.get()) == (0, [added])
        await stopped(working)


async def test_a_schedule_on_taskiq() -> None:
    (label,) = re.findall(r"`@broker\.task\((schedule=.*?)\)`", DOCUMENT.read_text(encoding="utf-8"))
    broker = InMemoryBroker()

    async def poll() -> None:
        """Nothing."""

    broker.register_task(poll, "poll", **eval(f"dict({label})"))  # noqa: S307 - the documents are ours
    source = LabelScheduleSource(broker)
    await source.startup()
    (schedule,) = await source.get_schedules()
    assert (schedule.task_name, schedule.cron) == ("poll", "*/15 * * * *")
    await broker.shutdown()
