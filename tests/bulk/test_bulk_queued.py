"""Answers that are not ready: their inputs wait aside, the rest goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import LINKS, NOON, People, Wall, asked, finish, one_by_one, results, values, wall
from tests.support.fake import FakeTransport, answer, client, refusal

from lixasync import LixClient, RateLimit, Request, Response, RetryPolicy
from lixasync.bulk import Job, Stop
from lixasync.errors import QueuedError

__all__ = ["wall"]

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

QUEUED = refusal(503, "queued")


def lookups(lix: LixClient, path: Path, inputs: Any) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=inputs)


class TestQueued:
    async def test_it_is_asked_for_later_while_the_rest_goes_on(self, tmp_path: Path, wall: Wall) -> None:
        server = People({0: [QUEUED] * 2, 3: [QUEUED]}, latency=1.0)
        job = lookups(client(server), tmp_path / "job", one_by_one(LINKS))
        async with job.run(warm_up=False, concurrency=2) as run:
            order = [result.position async for result in run]
        assert (sorted(order[:10]), order[10:]) == (sorted({*range(12)} - {0, 3}), [3, 0])
        assert [found.link for found in await values(job)] == list(LINKS)
        asked_at = [at for at, each in zip(server.times, server.links, strict=True) if each == LINKS[0]]
        assert asked_at == pytest.approx([0, 121, 242], abs=5)
        assert (await results(job))[0].attempts == 3

    async def test_before_fresh_ones_when_it_is_due(self, tmp_path: Path, wall: Wall) -> None:
        server = People({0: [QUEUED]}, latency=20.0)
        lix = client(server, retry=RetryPolicy(queued_pause=50.0))
        job = lookups(lix, tmp_path / "job", one_by_one(LINKS))
        await finish(job, concurrency=1)
        assert server.links.index(LINKS[0], 1) in (4, 5)  # a few are taken in advance
        assert len(server.links) == len(LINKS) + 1

    async def test_until_it_is_given_up(self, tmp_path: Path, wall: Wall) -> None:
        server = People({0: [QUEUED] * 99})
        lix = client(server, retry=RetryPolicy(queued_attempts=4, queued_pause=1000.0))
        job = lookups(lix, tmp_path / "job", one_by_one(LINKS))
        assert await finish(job) is Stop.FINISHED
        assert server.links.count(LINKS[0]) == 4
        assert (await job.status()).failures == {"QueuedError": 1}
        assert 3000 <= anyio.current_time() <= 3300
        assert await job.retry_failed(QueuedError) == 1
        assert await finish(job) is Stop.FINISHED
        assert server.links.count(LINKS[0]) == 8

    async def test_over_several_runs(self, tmp_path: Path, wall: Wall) -> None:
        server = People({0: [QUEUED] * 99})
        lix = client(server, retry=RetryPolicy(queued_attempts=4, queued_pause=1000.0))
        job = lookups(lix, tmp_path / "job", one_by_one(LINKS))
        stop, runs = None, 0
        while stop is not Stop.FINISHED:
            runs += 1
            stop = await finish(job, deadline=700.0)
            status = await job.status()
            assert (status.queued, status.next_due is None) in ((1, False), (0, True))
        assert runs > 3
        assert server.links.count(LINKS[0]) == 4

    async def test_who_was_stopped_before_asking_again_has_asked_no_less_often(
        self, tmp_path: Path, wall: Wall
    ) -> None:
        server = People({0: [QUEUED] * 99})
        retry = RetryPolicy(queued_attempts=3, queued_pause=10.0)
        lix = client(server, retry=retry, rate_limit=RateLimit(1, per=100.0))
        job = lookups(lix, tmp_path / "job", one_by_one(LINKS[:1]))
        for deadline in (1.0, 50.0, 60.0, 20.0, 90.0):  # most of them end while it waits for its slot
            await finish(job, deadline=deadline)
        assert await finish(job) is Stop.FINISHED
        assert server.links.count(LINKS[0]) == 3

    async def test_what_it_waits_for_can_be_seen(self, tmp_path: Path, wall: Wall) -> None:
        job = lookups(client(People({0: [QUEUED]})), tmp_path / "job", one_by_one(LINKS[:2]))
        async with job.run(warm_up=False) as run:
            await anext(run)
            await anyio.sleep(61)
            assert (run.progress().queued, run.progress().waits_for) == (1, "queued answers, until 12:02 UTC")
            status = await job.status()
            assert (status.queued, status.to_do) == (1, 1)
            assert status.next_due is not None
            assert status.next_due - NOON == pytest.approx(timedelta(seconds=120), abs=timedelta(seconds=5))

    async def test_lookc_is_asked_for_the_request_it_took(self, tmp_path: Path, wall: Wall) -> None:
        asked_for: list[str] = []

        def lookc(request: Request) -> Response:
            path = request.url.partition("?")[0].rpartition("/")[2]
            asked_for.append(path)
            if path == "by-email":
                return answer({"request_id": "req_1", "status": "pending"})
            done = asked_for.count("request") > 2
            hits = {"hits": [{"name": "Robin Marlowe"}]}
            return answer({"status": "complete", "data": hits} if done else {"status": "pending"})

        lix = client(FakeTransport([lookc]))
        job = Job(tmp_path / "job", lix.lookc.person_by_email, inputs=one_by_one(["robin-marlowe@example.com"]))
        assert await finish(job, deadline=1.0) is Stop.DEADLINE
        assert asked_for == ["by-email"]
        assert await finish(job) is Stop.FINISHED
        assert asked_for == ["by-email", "request", "request", "request"]
        ((found,),) = [each.hits for each in await values(job)]
        assert found.name == "Robin Marlowe"
        status = await job.status()
        assert (status.requests, status.credits) == (4, {"org": 1})


MAILS = [f"person-{number}@example.com" for number in range(4)]


class Later(FakeTransport):
    """LookC, which takes each look-up as a request of its own, and answers it when it is asked again.

    Args:
        lost: Requests that it has forgotten when it is asked for them.
        latency: Seconds each answer takes.
    """

    def __init__(self, lost: tuple[str, ...] = (), *, latency: float = 0.0) -> None:
        super().__init__([self._answer], latency=latency)
        self._lost = lost
        self.ready = True
        self.paid: list[str] = []

    def _answer(self, request: Request) -> Response:
        if "by-email" in request.url:
            self.paid.append(asked(request)["email"])
            return answer({"request_id": f"req_{len(self.paid)}", "status": "pending"})
        if asked(request)["request_id"] in self._lost:
            return refusal(404, "not_found")
        if not self.ready:
            return answer({"status": "pending"})
        return answer({"status": "complete", "data": {"hits": [{"name": "Robin Marlowe"}]}})


def by_email(lix: LixClient, path: Path, mails: list[str] = MAILS) -> Job[Any]:
    return Job(path, lix.lookc.person_by_email, inputs=one_by_one(mails))


class TestPaidFor:
    async def test_what_was_taken_after_the_run_stopped_is_not_asked_for_anew(self, tmp_path: Path, wall: Wall) -> None:
        server = Later(latency=1.0)
        job = by_email(client(server), tmp_path / "job")
        assert await finish(job, deadline=0.5) is Stop.DEADLINE
        status = await job.status()
        assert (sorted(server.paid), status.queued, status.failed, status.credits) == (MAILS, 4, 0, {"org": 4})
        assert await finish(job) is Stop.FINISHED
        assert len(await values(job)) == len(server.paid) == 4

    async def test_a_request_that_is_lost_is_made_anew_when_it_is_tried_again(self, tmp_path: Path, wall: Wall) -> None:
        server = Later(("req_1",))
        job = by_email(client(server), tmp_path / "job", MAILS[:1])
        assert await finish(job) is Stop.FINISHED
        assert ((await job.status()).failures, len(server.paid)) == ({"NotFoundError": 1}, 1)
        assert await job.retry_failed() == 1
        assert await finish(job) is Stop.FINISHED
        assert len(server.paid) == 2
        ((found,),) = [each.hits for each in await values(job)]
        assert found.name == "Robin Marlowe"

    async def test_a_request_that_was_given_up_is_asked_for_when_it_is_tried_again(
        self, tmp_path: Path, wall: Wall
    ) -> None:
        server = Later()
        server.ready = False
        job = by_email(client(server, retry=RetryPolicy(queued_attempts=2)), tmp_path / "job", MAILS[:1])
        assert await finish(job) is Stop.FINISHED
        assert (await job.status()).failures == {"QueuedError": 1}
        server.ready = True
        assert await job.retry_failed() == 1
        assert await finish(job) is Stop.FINISHED
        assert (len(server.paid), (await job.status()).done) == (1, 1)

    async def test_a_run_without_credits_fetches_it(self, tmp_path: Path, wall: Wall) -> None:
        server = Later()
        job = by_email(client(server), tmp_path / "job", MAILS[:2])
        assert await finish(job, max_credits=1, concurrency=1) is Stop.CREDITS
        assert (len(server.paid), (await job.status()).credits) == (1, {"org": 1})
        await anyio.sleep(1000)
        assert await finish(job, max_credits=0, concurrency=1) is Stop.CREDITS
        assert (len(server.paid), (await job.status()).done) == (1, 1)
        assert await finish(job, max_credits=1) is Stop.FINISHED
        assert (len(server.paid), (await job.status()).done) == (2, 2)
