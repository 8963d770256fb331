"""Interactive calls overtake a job, and a job takes nothing of the settings that are made for them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import LINKS, People, Wall, finish, link, one_by_one, until, wall
from tests.lix.lix_runs import client
from tests.support.fake import client as fake_client

from lixasync import LixClient, RateLimit
from lixasync.bulk import Job, Stop
from lixasync.errors import DeadlineExceeded
from lixasync.sandbox import Sandbox

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

ONE_IN_THREE = RateLimit(1, per=3.0, margin=0.0)
MINE = [link(number) for number in range(900, 905)]


@pytest.mark.virtual_time
class TestOvertaking:
    async def overtaken(self, lix: LixClient, job: Job[Any]) -> list[float]:
        """Make interactive calls while a job runs, and return how many slots each waited."""
        waited = []
        async with job.run(warm_up=False, concurrency=8):
            await anyio.sleep(10.0)
            for mine in MINE:
                asked = anyio.current_time()
                await lix.enrichment.person(mine)
                waited.append((anyio.current_time() - asked) / 3.0)
                await anyio.sleep(4.0)
        return waited

    async def test_within_one_slot(self, tmp_path: Path, wall: Wall) -> None:
        server = People()
        lix = fake_client(server, rate_limit=ONE_IN_THREE)
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=one_by_one(LINKS * 9))
        waited = await self.overtaken(lix, job)
        assert max(waited) <= 1.001
        order = server.links
        gaps = [order.index(mine) for mine in MINE]
        assert gaps[0] <= 5
        assert all(later - before <= 4 for before, later in pairwise(gaps))

    async def test_although_the_client_of_the_job_is_a_fast_one(self, tmp_path: Path, wall: Wall) -> None:
        server = People()
        lix = fake_client(server, rate_limit=ONE_IN_THREE, lane="bulk")
        job = Job(tmp_path / "job", lix.with_options(lane="interactive").enrichment.person, inputs=one_by_one(LINKS))
        async with job.run(warm_up=False):
            await anyio.sleep(1.0)
            waiting = lix.limits.snapshot().rate.waiting
            assert (waiting["interactive"], waiting["bulk"]) == (0, 8)

    async def test_the_deadline_of_the_client_is_not_the_jobs(self, tmp_path: Path, wall: Wall) -> None:
        server = People()
        lix = fake_client(server, rate_limit=ONE_IN_THREE, deadline=5.0)
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=one_by_one(LINKS))
        async with job.run(warm_up=False):
            await anyio.sleep(1.0)
            with pytest.raises(DeadlineExceeded):
                await lix.with_options(lane="bulk").enrichment.person(MINE[0])
        assert await finish(job) is Stop.FINISHED
        assert (await job.status()).failed == 0

    async def test_at_the_rate(self, tmp_path: Path, wall: Wall) -> None:
        server = People(latency=2.0)
        lix = fake_client(server, rate_limit=ONE_IN_THREE)
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=one_by_one(LINKS))
        assert await finish(job) is Stop.FINISHED
        assert server.times == pytest.approx([3.0 * number for number in range(len(LINKS))], abs=0.01)


async def test_the_order_in_which_they_arrive(sandbox: Sandbox, tmp_path: Path) -> None:
    links = [sandbox.person(number)["link"] for number in range(30)]
    mine = [sandbox.person(number)["link"] for number in range(100, 105)]
    sandbox.reset()
    async with client(sandbox, rate_limit=RateLimit(1, per=0.02, margin=0.0)) as lix:
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=links)
        positions = []
        async with job.run(warm_up=False, concurrency=8) as run:
            await until(lambda: lix.limits.snapshot().rate.waiting["bulk"] >= 7)
            for each in mine:
                before = sandbox.stats()["arrivals"]
                await lix.enrichment.person(each)
                events = [event["query"] for event in sandbox.events()]
                found = next(n for n, query in enumerate(events) if each.rpartition("/")[2] in query)
                positions.append(found - before)
            assert run.stopped is None
        assert max(positions) <= 1  # one may have left before it was asked
        assert await finish(job) is Stop.FINISHED
    assert sandbox.stats()["duplicates"] == 0
