"""What the log is told of jobs, beside its text."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import LINKS, NOON, People, Server, Wall, finish, wall
from tests.lix.lix_runs import ONCE
from tests.support.fake import answer, refusal
from tests.support.fake import client as fake_client

from lixasync import RateLimit, Request, Response
from lixasync.bulk import Job, Stop

__all__ = ["wall"]

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


def told(caplog: pytest.LogCaptureFixture, event: str, *names: str) -> list[tuple[Any, ...]]:
    """Return the fields of the records of an event."""
    records = [vars(record) for record in caplog.records if vars(record).get("event") == event]
    return [tuple(record[name] for name in names) for record in records]


async def test_how_it_gets_on_once_a_minute(tmp_path: Path, wall: Wall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lixasync")
    lix = fake_client(People(), rate_limit=RateLimit(1, per=20.0, margin=0.0))
    wall.tell(lix)
    async with Job(tmp_path / "job", lix.enrichment.person, inputs=LINKS).run(warm_up=False) as run:
        await anyio.sleep(130)
        assert run.stopped is None
    lines = told(caplog, "job_progress", "operation", "inputs", "failed", "queued")
    assert lines
    assert set(lines) == {("get_person", 12, 0, 0)}
    for done, requests, spent in told(caplog, "job_progress", "done", "requests", "credits"):
        assert 0 < done <= requests == spent < 12


async def test_what_it_waits_for(tmp_path: Path, wall: Wall, caplog: pytest.LogCaptureFixture) -> None:
    refreshed = NOON + timedelta(hours=3)

    def day(request: Request, number: int) -> Response | None:
        if "allowances" in request.url:
            return answer({"requestsRemaining": 0, "refreshesAt": refreshed.timestamp()})
        return refusal(429, "daily_limit") if number == 3 else None

    lix = fake_client(Server(day), retry=ONCE)
    wall.tell(lix)
    job = Job(tmp_path / "job", lix.enrichment.person, inputs=LINKS[:5])
    assert await finish(job, concurrency=1) is Stop.FINISHED
    waits = told(caplog, "job_waits", "operation", "reason", "until")
    assert waits == [("get_person", "daily_limit", "2026-11-04T15:00:00+00:00")]
