"""Why a run stops: each reason, what is kept, and that the next run goes on from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import LINKS, Gate, People, Server, Wall, finish, link, one_by_one, results, some, until, values, wall
from tests.lix.lix_runs import VIEWER, VIEWERS, client
from tests.support.fake import client as fake_client
from tests.support.fake import refusal

from lixasync import LixClient, RateLimit, Response
from lixasync.bulk import Job, Stop
from lixasync.errors import (
    AuthenticationError,
    ClientClosedError,
    ConnectionLostError,
    CreditsError,
    InvalidArgumentError,
    NotFoundError,
    UsageError,
    ViewerError,
)
from lixasync.sandbox import Sandbox

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

FAILURE = refusal(500, "api_error")
GONE = refusal(404, "not_found")
TWELVE = len(LINKS)
MIDNIGHT = datetime(2026, 11, 5, tzinfo=UTC)
FAST = RateLimit(1000, per=1.0, burst=1000, margin=0.0)


def lookups(lix: LixClient, path: Path, inputs: Any = LINKS, **more: Any) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=one_by_one(inputs), **more)


async def all_there(job: Job[Any], number: int = TWELVE) -> bool:
    """Say whether everybody was found, once."""
    return [found.link for found in await values(job)] == [link(n) for n in range(number)]


class TestFinished:
    async def test_everything_has_its_result_or_its_failure(self, tmp_path: Path) -> None:
        job = lookups(fake_client(transport := People({3: [GONE]})), tmp_path / "job")
        async with job.run(warm_up=False) as run:
            assert run.stopped is None
            taken = [result async for result in run]
            assert run.stopped is Stop.FINISHED
        assert (run.stopped, run.error, run.until) == (Stop.FINISHED, None, None)
        assert sorted(transport.links) == list(LINKS)
        found = await results(job)
        assert sorted((result.position, result.value) for result in taken if not result.error) == [
            (result.position, result.value) for result in found if not result.error
        ]
        assert [type(result.error) for result in found if result.error] == [NotFoundError]
        status = await job.status()
        assert (status.done, status.failed, status.failures, status.stopped) == (
            11,
            1,
            {"NotFoundError": 1},
            "finished",
        )

    async def test_nothing_to_do(self, tmp_path: Path) -> None:
        transport = People()
        assert await finish(lookups(fake_client(transport), tmp_path / "job", [])) is Stop.FINISHED
        assert transport.requests == []


class TestCredits:
    @pytest.mark.parametrize("most", [0, 1, 5, 11, 12, 13])
    @pytest.mark.parametrize("concurrency", [1, 8])
    async def test_never_more_and_not_fewer(self, tmp_path: Path, most: int, concurrency: int) -> None:
        job = lookups(fake_client(transport := People(latency=0.001)), tmp_path / "job")
        stop = await finish(job, max_credits=most, concurrency=concurrency)
        assert stop is (Stop.CREDITS if most < TWELVE else Stop.FINISHED)
        assert len(transport.requests) == (await job.status()).done == min(most, TWELVE)
        while await finish(job, max_credits=max(1, most)) is not Stop.FINISHED:
            pass
        assert sorted(transport.links) == list(LINKS)
        assert await all_there(job)

    @pytest.mark.parametrize("faults", ["reset", "cut,slow", "500,reset", "empty,429,cut"])
    async def test_answers_that_were_lost_count(self, sandbox: Sandbox, tmp_path: Path, faults: str) -> None:
        links = [sandbox.person(number)["link"] for number in range(25)]
        sandbox.reset(faults=faults, fault_every=3, slow_seconds=0)
        async with client(sandbox) as lix:
            job = lookups(lix, tmp_path / "job", links)
            spent = 0
            while await finish(job, max_credits=7) is not Stop.FINISHED:
                now = 10_000 - sandbox.stats()["credits_left"]
                assert now - spent <= 7
                spent = now
            assert [found.raw for found in await values(job)] == [sandbox.person(number) for number in range(25)]
        assert sandbox.stats()["by_fault"]

    async def test_no_failure_for_want_of_credits(self, tmp_path: Path) -> None:
        lost = ConnectionLostError("The connection broke off.")
        job = lookups(fake_client(transport := People({0: [lost]})), tmp_path / "job", LINKS[:1])
        assert await finish(job, max_credits=1) is Stop.CREDITS
        assert (len(transport.requests), (await job.status()).to_do) == (1, 1)
        assert await finish(job, max_credits=1) is Stop.FINISHED
        assert await all_there(job, 1)

    async def test_answers_that_cost_nothing_leave_room(self, sandbox: Sandbox, tmp_path: Path) -> None:
        links = [sandbox.person(number)["link"] for number in range(30)]
        async with client(sandbox) as lix:
            job = Job(tmp_path / "job", lix.contact.email, inputs=links)
            while await finish(job, max_credits=1, concurrency=4) is not Stop.FINISHED:
                pass
            found = await values(job)
            valid = sum(each.is_valid for each in found)
        assert 0 < valid < len(found) == 30
        assert (await job.status()).credits == {"email": valid}
        assert sandbox.stats()["email_credits_left"] == 1_000 - valid

    async def test_the_account_has_none(self, sandbox: Sandbox, tmp_path: Path) -> None:
        links = [sandbox.person(number)["link"] for number in range(10)]
        sandbox.reset(credits=4)
        async with client(sandbox) as lix:
            job = lookups(lix, tmp_path / "job", links)
            async with job.run(warm_up=False, concurrency=1) as run:
                assert len([result async for result in run]) == 4
            assert (run.stopped, type(run.error)) == (Stop.CREDITS, CreditsError)
            assert ((await job.status()).to_do, (await job.status()).failed) == (6, 0)
            sandbox.reset(credits=100)
            assert await finish(job) is Stop.FINISHED
            assert [found.raw for found in await values(job)] == [sandbox.person(number) for number in range(10)]
        assert sandbox.stats()["arrivals"] == 6


class TestDeadline:
    @pytest.mark.virtual_time
    @pytest.mark.parametrize("form", [float, lambda seconds: timedelta(seconds=seconds)])
    async def test_what_is_under_way_is_waited_for(self, tmp_path: Path, wall: Wall, form: Any) -> None:
        server = People(latency=1.0)
        job = lookups(fake_client(server), tmp_path / "job")
        async with job.run(warm_up=False, deadline=form(1.5), concurrency=4) as run:
            assert len([result async for result in run]) == 8
        assert (run.stopped, run.error) == (Stop.DEADLINE, None)
        assert anyio.current_time() < 2.5
        assert len(server.requests) == (await job.status()).done == 8
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job)
        assert sorted(server.links) == list(LINKS)

    @pytest.mark.virtual_time
    async def test_who_waits_for_a_slot_or_for_another_attempt_is_not(self, tmp_path: Path, wall: Wall) -> None:
        server = People({0: [refusal(503, "", retry_after="500")]})
        lix = fake_client(server, rate_limit=RateLimit(1, per=100.0))
        job = lookups(lix, tmp_path / "job")
        assert await finish(job, deadline=150.0) is Stop.DEADLINE
        assert anyio.current_time() < 152
        assert len(server.requests) == 2
        assert ((await job.status()).done, (await job.status()).taken) == (1, 0)


class TestInterrupted:
    @pytest.mark.parametrize("how", ["scope", "timeout", "group"])
    async def test_answers_under_way_are_stored_and_nothing_is_asked_again(self, tmp_path: Path, how: str) -> None:
        release = anyio.Event()
        server = Gate(release)
        job = lookups(fake_client(server), tmp_path / "job")

        async def run() -> None:
            async with job.run(warm_up=False, concurrency=5) as run:
                async for _ in run:
                    pytest.fail("nothing has been answered yet")

        async with anyio.create_task_group() as group:

            async def ended() -> None:
                if how == "group":
                    with pytest.raises(ExceptionGroup):
                        async with anyio.create_task_group() as inner:
                            inner.start_soon(run)
                            await until(lambda: server.waiting == 5)
                            raise RuntimeError("stop that")
                    return
                with anyio.CancelScope() as scope:
                    group.start_soon(cancel_when, scope)
                    await run()
                assert scope.cancelled_caught

            async def cancel_when(scope: anyio.CancelScope) -> None:
                await until(lambda: server.waiting == 5)
                scope.cancel()

            async def let_go() -> None:
                await until(lambda: server.waiting == 5)
                for _ in range(50):
                    await anyio.lowlevel.checkpoint()
                release.set()

            group.start_soon(let_go)
            await ended()
        status = await job.status()
        assert (status.done, status.failed, status.taken, status.stopped) == (5, 0, 0, "interrupted")
        assert await finish(job) is Stop.FINISHED
        assert sorted(server.links) == list(LINKS)
        assert await all_there(job)

    @pytest.mark.virtual_time
    async def test_not_for_ever(self, tmp_path: Path, wall: Wall) -> None:
        server = People(latency=1000.0)
        job = lookups(fake_client(server, timeout=5000.0), tmp_path / "job")
        with anyio.move_on_after(1.0):
            await finish(job)
        assert 5 < anyio.current_time() < 30
        status = await job.status()
        assert (status.done, status.taken, status.stopped) == (0, 0, "interrupted")
        assert server.under_way == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("response", "kind"),
        [(refusal(401, "unauthorized"), AuthenticationError), (refusal(407, "viewer_invalid"), ViewerError)],
    )
    @pytest.mark.parametrize("after", [0, 5])
    async def test_the_error_is_raised_and_nothing_has_failed(
        self, tmp_path: Path, response: Response, kind: type[Exception], after: int
    ) -> None:
        refuses = True
        server = Server(lambda request, number: response if refuses and number > after else None)
        job = lookups(fake_client(server, viewer_id="me"), tmp_path / "job")
        with pytest.raises(kind):
            async with job.run(warm_up=False, concurrency=2) as run:
                async for _ in run:
                    pass
        assert (run.stopped, type(run.error)) == (Stop.REFUSED, kind)
        status = await job.status()
        assert (status.done, status.failed, status.taken, status.stopped) == (after, 0, 0, "refused")
        with pytest.raises(kind):
            await finish(job)
        refuses = False
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job)

    async def test_a_wrong_viewer_of_one_input_is_its_own_failure(self, sandbox: Sandbox, tmp_path: Path) -> None:
        sandbox.reset(viewers=VIEWERS, connections=30)
        async with client(sandbox) as lix:
            job = Job(tmp_path / "job", lix.connections, inputs=[VIEWER, "nobody", VIEWERS[1]])
            assert await finish(job, max_failures=5) is Stop.FINISHED
            found = await results(job)
        assert [type(result.error) for result in found] == [type(None), ViewerError, type(None)]
        assert [len(result.value) for result in found] == [30, 0, 30]

    async def test_a_client_that_is_closed(self, tmp_path: Path) -> None:
        lix = fake_client(People())
        job = lookups(lix, tmp_path / "job")
        await lix.aclose()
        with pytest.raises(ClientClosedError):
            await finish(job)
        assert ((await job.status()).failed, (await job.status()).taken) == (0, 0)


class TestLeft:
    @staticmethod
    async def goes_on(job: Job[Any], server: People) -> None:
        """Check that what was begun was stored, and that nothing of that is asked for again."""
        status, begun = await job.status(), len(server.requests)
        assert (status.taken, status.stopped) == (0, "left")
        given_up = begun - status.done  # in the very moment in which it left
        assert given_up <= 1
        assert await finish(job) is Stop.FINISHED
        assert len(server.links) == TWELVE + given_up
        assert await all_there(job)

    async def test_a_mistake_in_the_loop(self, tmp_path: Path) -> None:
        job = lookups(fake_client(server := People()), tmp_path / "job")
        with pytest.raises(ZeroDivisionError):
            async with job.run(warm_up=False, concurrency=2) as run:
                async for result in run:
                    assert result.attempts / 0
        assert run.stopped is Stop.LEFT
        assert 1 <= (await job.status()).done < TWELVE
        await self.goes_on(job, server)

    async def test_leaving_early(self, tmp_path: Path) -> None:
        job = lookups(fake_client(server := People()), tmp_path / "job")
        assert len(await some(job, 1, concurrency=2)) == 1
        await self.goes_on(job, server)

    async def test_leaving_at_once(self, tmp_path: Path) -> None:
        job = lookups(fake_client(server := People()), tmp_path / "job")
        async with job.run(warm_up=False, concurrency=2):
            pass
        await self.goes_on(job, server)


class TestErrors:
    async def test_an_input_that_is_none(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job", [*LINKS[:5], None, *LINKS[5:]])
        with pytest.raises(InvalidArgumentError, match="Input 5 is None"):
            await finish(job)
        assert (await job.status()).stopped == "error"
        job = lookups(fake_client(People()), tmp_path / "job")
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job)

    async def test_inputs_that_fail_to_come(self, tmp_path: Path) -> None:
        async def broken() -> Any:
            yield LINKS[0]
            raise OSError("the list is torn")

        job = Job(tmp_path / "job", fake_client(People()).enrichment.person, inputs=broken())
        with pytest.raises(OSError, match="torn"):
            async with job.run(warm_up=False) as run:
                async for _ in run:
                    pass
        assert run.stopped is Stop.ERROR

    async def test_arguments_that_the_method_refuses_are_the_inputs_failure(self, tmp_path: Path) -> None:
        inputs: list[Any] = ["no address", {"viewer_id": "me"}, {"profile_link": 7}, LINKS[0]]
        lix = fake_client(server := People())
        job = Job(tmp_path / "job", lix.enrichment.extended, inputs=inputs)
        assert await finish(job, max_failures=1) is Stop.FINISHED
        found = await results(job)
        assert [type(result.error) for result in found[:3]] == [InvalidArgumentError] * 3
        assert "needs profile_link" in str(found[1].error)
        assert len(server.requests) == 1

    async def test_a_run_is_used_once(self, tmp_path: Path) -> None:
        job = lookups(fake_client(People()), tmp_path / "job")
        run = job.run(warm_up=False)
        assert await run is Stop.FINISHED
        with pytest.raises(UsageError, match="has been used"):
            await run
        with pytest.raises(UsageError, match="has been used"):
            async with run:
                pass
