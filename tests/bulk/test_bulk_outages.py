"""Failures in a row: an outage fails nobody, and bad inputs block nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bulk_runs import LINKS, People, Server, asked, finish, link, one_by_one, results, values, wall
from tests.lix.lix_runs import ONCE
from tests.support.fake import client as fake_client
from tests.support.fake import refusal

from lixasync import LixClient
from lixasync.bulk import Job, Stop
from lixasync.errors import ServerError

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

FAILURE = refusal(500, "api_error")
GONE = refusal(404, "not_found")
TWELVE = len(LINKS)


def lookups(lix: LixClient, path: Path, inputs: Any = LINKS, **more: Any) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=one_by_one(inputs), **more)


async def all_there(job: Job[Any], number: int = TWELVE) -> bool:
    """Say whether everybody was found, once."""
    return [found.link for found in await values(job)] == [link(n) for n in range(number)]


class TestFailures:
    @pytest.mark.parametrize("concurrency", [1, 4])
    async def test_an_outage_is_nobodys_failure(self, tmp_path: Path, concurrency: int) -> None:
        outage = True
        server = Server(lambda request, number: FAILURE if outage and number > 3 else None)
        lix = fake_client(server, retry=ONCE)
        job = lookups(lix, tmp_path / "job", [link(number) for number in range(60)])
        async with job.run(warm_up=False, max_failures=10, concurrency=concurrency) as run:
            assert [result.error async for result in run].count(None) == 3
        assert (run.stopped, type(run.error)) == (Stop.FAILURES, ServerError)
        assert len(server.requests) <= 3 + 10 + 2 * concurrency
        status = await job.status()
        # Failures may arrive while the last good answer is being stored, and then pass for some in between.
        assert status.failed < (1 if concurrency == 1 else 10)
        assert (status.done, status.done + status.failed + status.to_do, status.taken) == (3, 60, 0)
        outage = False
        assert await job.retry_failed() == status.failed
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job, 60)

    async def test_single_failures_are_kept(self, tmp_path: Path) -> None:
        server = People({number: [FAILURE] * 9 for number in (2, 3, 7)})
        job = lookups(fake_client(server, retry=ONCE), tmp_path / "job")
        assert await finish(job, max_failures=3, concurrency=1) is Stop.FINISHED
        found = await results(job)
        assert [result.position for result in found if result.error] == [2, 3, 7]
        assert (await job.status()).failures == {"ServerError": 3}

    async def test_any_number_if_that_is_wanted(self, tmp_path: Path) -> None:
        job = lookups(fake_client(Server(lambda *_: FAILURE), retry=ONCE), tmp_path / "job")
        assert await finish(job, max_failures=None) is Stop.FINISHED
        assert (await job.status()).failures == {"ServerError": TWELVE}

    async def test_where_nobody_is_answered_they_fail_in_the_second_run(self, tmp_path: Path) -> None:
        job = lookups(fake_client(Server(lambda *_: FAILURE), retry=ONCE), tmp_path / "job")
        assert await finish(job, max_failures=TWELVE + 1) is Stop.FAILURES
        status = await job.status()
        assert (status.failed, status.to_do, status.queued) == (0, TWELVE, 0)
        assert await finish(job, max_failures=TWELVE + 1) is Stop.FINISHED
        assert (await job.status()).failed == TWELVE

    async def test_those_at_the_end_fail_when_others_were_answered(self, tmp_path: Path) -> None:
        server = Server(lambda _, number: FAILURE if number > TWELVE - 3 else None)
        job = lookups(fake_client(server, retry=ONCE), tmp_path / "job")
        assert await job.run(concurrency=1) is Stop.FINISHED
        assert (await job.status()).failed == 3

    async def test_bad_inputs_at_the_head_block_nobody(self, tmp_path: Path) -> None:
        bad = {link(number) for number in range(8)}
        server = Server(lambda request, _: FAILURE if asked(request)["profile_link"] in bad else None)
        job = lookups(fake_client(server, retry=ONCE), tmp_path / "job")
        assert await job.run(concurrency=1, max_failures=5) is Stop.FAILURES
        assert await job.run(concurrency=1, max_failures=5) is Stop.FINISHED
        assert ((await job.status()).done, (await job.status()).failed) == (TWELVE - 8, 8)

    async def test_an_outage_is_no_failure_of_those_beside_bad_inputs(self, tmp_path: Path) -> None:
        inputs = [link(number) if number % 3 else f"no address {number}" for number in range(60)]
        job = lookups(fake_client(Server(lambda *_: FAILURE), retry=ONCE), tmp_path / "job", inputs)
        assert await job.run(max_failures=20) is Stop.FAILURES
        assert set((await job.status()).failures) == {"InvalidArgumentError"}

    async def test_who_is_not_known_says_nothing_of_the_server(self, tmp_path: Path) -> None:
        job = lookups(fake_client(Server(lambda *_: GONE)), tmp_path / "job")
        assert await finish(job, max_failures=1) is Stop.FINISHED
        assert (await job.status()).failures == {"NotFoundError": TWELVE}
