"""What a job is: its inputs, its arguments, what it continues, what it waits for, and what can be asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bulk_runs import LINKS, People, asked, finish, link, one_by_one, results, some, wall
from tests.support.fake import FakeTransport, answer, client, linkedin, refusal

from lixasync import LixClient, Request, Response, RetryPolicy
from lixasync.bulk import Job, Result, Stop
from lixasync.errors import (
    InvalidArgumentError,
    JobFileError,
    LixasyncError,
    NotFoundError,
    QueuedError,
    ServerError,
    UsageError,
)

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

QUEUED = refusal(503, "queued")
GONE = refusal(404, "not_found")
FAILURE = refusal(500, "api_error")
ONCE = RetryPolicy(attempts=1)


def lookups(lix: LixClient, path: Path, inputs: Any = LINKS, **more: Any) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=inputs, **more)


class TestInputs:
    async def test_equal_ones_are_fetched_once_and_answered_for_each(self, tmp_path: Path) -> None:
        server = People()
        given = [LINKS[0], LINKS[1], LINKS[0], f" {LINKS[1]}/ ", LINKS[2], LINKS[0]]
        job = lookups(client(server), tmp_path / "job", given)
        taken = await some(job, 99)
        assert sorted(server.links) == list(LINKS[:3])
        assert len(taken) == 3
        found = await results(job)
        assert [result.position for result in found] == [*range(6)]
        assert [result.value.link for result in found] == [LINKS[number] for number in (0, 1, 0, 1, 2, 0)]
        status = await job.status()
        assert (status.given, status.inputs, status.done) == (6, 3, 3)

    async def test_several_arguments_by_name(self, tmp_path: Path) -> None:
        server = People()
        given = [
            {"profile_link": LINKS[0], "viewer_id": "you"},
            {"viewer_id": "you", "profile_link": LINKS[0]},
            {"profile_link": LINKS[0]},
            LINKS[0],
        ]
        job = lookups(client(server), tmp_path / "job", given, params={"viewer_id": "me"})
        assert await finish(job, concurrency=1) is Stop.FINISHED
        assert [asked(request)["viewer_id"] for request in server.requests] == ["you", "me", "me"]
        assert [result.input for result in await results(job)] == [given[0], given[0], given[2], given[3]]

    @pytest.mark.parametrize("form", [tuple, iter, set, lambda items: (each for each in items), one_by_one])
    async def test_from_anything(self, tmp_path: Path, form: Any) -> None:
        job = lookups(client(server := People()), tmp_path / "job", form(LINKS))
        assert await finish(job) is Stop.FINISHED
        assert sorted(server.links) == list(LINKS)

    async def test_more_of_them_later(self, tmp_path: Path) -> None:
        lix = client(server := People())
        for number in (3, 3, 7, 12, 5):
            assert await finish(lookups(lix, tmp_path / "job", LINKS[:number])) is Stop.FINISHED
        assert await finish(Job(tmp_path / "job", lix.enrichment.person)) is Stop.FINISHED
        assert sorted(server.links) == list(LINKS)
        assert (await Job.open(tmp_path / "job").status()).given == 12

    @pytest.mark.parametrize("inputs", [LINKS[0], b"x", {"profile_link": LINKS[0]}, 7])
    def test_one_input_is_no_list(self, tmp_path: Path, inputs: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="it must be a list"):
            lookups(client(People()), tmp_path / "job", inputs)

    async def test_arguments_that_nobody_takes(self, tmp_path: Path) -> None:
        job = lookups(client(server := People()), tmp_path / "job", [LINKS[0], {"link": LINKS[1]}])
        with pytest.raises(InvalidArgumentError, match=r"Input 1 holds 'link', which enrichment.person does not"):
            await job.plan()
        assert not server.requests

    async def test_what_params_say_already(self, tmp_path: Path) -> None:
        job = lookups(client(People()), tmp_path / "job", ["x"], params={"profile_link": LINKS[0]})
        with pytest.raises(InvalidArgumentError, match="which params sets for all inputs"):
            await job.plan()


class TestParams:
    async def test_they_are_those_of_every_call(self, tmp_path: Path) -> None:
        job = lookups(client(server := People()), tmp_path / "job", params={"viewer_id": "me"})
        await finish(job)
        assert {asked(request)["viewer_id"] for request in server.requests} == {"me"}

    @pytest.mark.parametrize(
        "params",
        [
            {"link": 1},
            {"resume": "x"},
            *({"viewer_id": value} for value in (object(), {1: 2j}, {1: "a"}, b"me", {"me"})),
            *({"viewer_id": value} for value in (float("nan"), [float("inf")], datetime(2026, 11, 4, tzinfo=UTC))),
        ],
    )
    def test_what_cannot_be_one(self, tmp_path: Path, params: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="params"):
            lookups(client(People()), tmp_path / "job", params=params)
        assert not [*tmp_path.iterdir()]

    async def test_the_clients_viewer_is_one_of_them(self, tmp_path: Path) -> None:
        job = lookups(client(server := People(), viewer_id="me"), tmp_path / "job")
        await finish(job, max_credits=3)
        again = Job.open(tmp_path / "job", client(server, viewer_id="somebody-else"))
        await finish(again)
        assert {asked(request)["viewer_id"] for request in server.requests} == {"me"}
        assert len(server.requests) == len(LINKS)

    async def test_a_job_without_viewer_has_none_with_another_client(self, tmp_path: Path) -> None:
        await lookups(client(server := People()), tmp_path / "job").plan()
        await finish(Job.open(tmp_path / "job", client(server, viewer_id="somebody-else")))
        assert not any("viewer_id" in request.url for request in server.requests)


class TestGoingOn:
    @pytest.mark.parametrize(
        "other",
        [
            lambda lix: (lix.enrichment.extended, {}),
            lambda lix: (lix.enrichment.person, {"viewer_id": "me"}),
            lambda lix: (lix.with_options(viewer_id="me").enrichment.person, {}),
            lambda lix: (lix.search.people, {}),
        ],
    )
    async def test_another_job_is_refused(self, tmp_path: Path, other: Any) -> None:
        lix = client(server := People())
        await finish(lookups(lix, tmp_path / "job"), max_credits=2)
        before = (tmp_path / "job").read_bytes()
        method, params = other(lix)
        with pytest.raises(JobFileError, match=r"is the job of enrichment.person with \{\}, not of"):
            Job(tmp_path / "job", method, inputs=LINKS, params=params)
        assert (tmp_path / "job").read_bytes() == before
        assert len(server.requests) == 2

    async def test_nor_is_it_when_it_came_in_between(self, tmp_path: Path) -> None:
        lix = client(People())
        late = Job(tmp_path / "job", lix.enrichment.extended, inputs=LINKS)
        await lookups(lix, tmp_path / "job").plan()
        with pytest.raises(JobFileError, match="Give each job a file of its own"):
            await finish(late)

    async def test_opened_with_a_client_and_without(self, tmp_path: Path) -> None:
        lix = client(server := People({3: [GONE, GONE]}))
        await finish(lookups(lix, tmp_path / "job"), max_credits=2)
        bare = Job.open(tmp_path / "job")
        assert (bare.method, bare.has_pages) == ("enrichment.person", False)
        with pytest.raises(UsageError, match="opened without a client"):
            bare.run()
        assert len(await results(bare)) == 2
        assert (await bare.status()).to_do == 10
        assert (await bare.plan()).seconds is None
        assert await finish(Job.open(tmp_path / "job", lix)) is Stop.FINISHED
        assert await bare.retry_failed() == 1
        assert await bare.export(tmp_path / "people.jsonl") == 11
        assert len(server.requests) == 12

    def test_what_is_no_job(self, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        for name in ("nothing", "empty"):
            with pytest.raises(JobFileError, match="There is no job"):
                Job.open(tmp_path / name)

    async def test_two_runs_after_each_other_and_none_when_there_is_nothing_left(self, tmp_path: Path) -> None:
        job = lookups(client(server := People()), tmp_path / "job")
        first = await some(job, 4, concurrency=2)
        rest = await some(job, 99, concurrency=2)
        assert await some(job, 99) == []
        assert {*server.links} == {*LINKS}
        assert len(server.links) <= len(LINKS) + 1  # one may be given up in the very moment in which it leaves
        positions = {result.position for result in [*first, *rest]}
        assert len(positions) == len(first) + len(rest) >= 8  # some end after the block is left
        assert [result.value.link for result in await results(job)] == list(LINKS)

    async def test_one_run_after_another_that_was_never_used(self, tmp_path: Path) -> None:
        job = lookups(client(People()), tmp_path / "job")
        idle = job.run()
        assert (idle.stopped, idle.error, idle.until) == (None, None, None)
        with pytest.raises(UsageError, match="has not begun"):
            idle.progress()
        assert await finish(job) is Stop.FINISHED


class TestLooking:
    async def test_while_it_runs(self, tmp_path: Path) -> None:
        lix = client(People({2: [GONE]}))
        job = lookups(lix, tmp_path / "job")
        seen: list[Result[Any]] = []
        async with job.run(warm_up=False, concurrency=1) as run:
            async for result in run:
                seen.append(result)
                stored = await results(job)
                assert {each.position for each in seen} <= {each.position for each in stored}
                status = await job.status()
                assert status.done + status.failed >= len(seen)
                assert (await Job.open(tmp_path / "job").plan()).status.inputs == len(LINKS)
                progress = run.progress()
                assert progress.done + progress.failed >= len(seen)
                assert progress.requests >= len(seen)
                assert str(progress)
        assert (run.progress().done, run.progress().failed) == (11, 1)
        assert [result.error is not None for result in await results(job)] == [n == 2 for n in range(len(LINKS))]

    async def test_a_plan_costs_nothing(self, tmp_path: Path) -> None:
        job = lookups(client(server := People()), tmp_path / "job", [*LINKS, *LINKS])
        plan = await job.plan()
        assert (plan.requests, plan.credits, plan.credit_kind, plan.exact) == (12, 12, "standard", True)
        assert plan.seconds is not None
        await finish(job, max_credits=5)
        assert (await job.plan()).requests == 7
        assert len(server.requests) == 5

    async def test_an_estimate_for_pages(self, tmp_path: Path) -> None:
        items = [{"entityUrn": f"urn:{number}"} for number in range(30)]

        def page(request: Request) -> Response:
            start = int(asked(request).get("start", 0))
            return answer({"elements": items[start : start + 10], "paging": {"total": 30}})

        lix = client(FakeTransport([page]))
        job = Job(tmp_path / "job", lix.connections, inputs=["a", "b", "c"], params={"page_size": 10})
        assert (await job.plan()).requests == 3
        await finish(job, max_credits=3, concurrency=1)
        plan = await job.plan()
        assert (plan.requests, plan.exact) == (6, False)


class TestRetryFailed:
    async def failing(self, tmp_path: Path) -> tuple[Job[Any], People]:
        server = People({1: [GONE], 2: [FAILURE], 4: [refusal(400, "params_invalid")], 5: [GONE]})
        job = lookups(client(server, retry=ONCE), tmp_path / "job")
        assert await finish(job, concurrency=1) is Stop.FINISHED
        assert (await job.status()).failures == {"NotFoundError": 2, "InvalidParamsError": 1, "ServerError": 1}
        return job, server

    @pytest.mark.parametrize(
        ("only", "again"),
        [
            (None, [1, 2, 4, 5]),
            (LixasyncError, [1, 2, 4, 5]),
            (NotFoundError, [1, 5]),
            ("NotFoundError", [1, 5]),
            (["ServerError", NotFoundError], [1, 2, 5]),
            ((QueuedError,), []),
        ],
    )
    async def test_those_alone(self, tmp_path: Path, only: Any, again: list[int]) -> None:
        job, server = await self.failing(tmp_path)
        asked_before = len(server.requests)
        assert await job.retry_failed(only) == len(again)
        assert (await job.status()).to_do == len(again)
        assert await finish(job) is Stop.FINISHED
        assert sorted(server.links[asked_before:]) == [link(number) for number in again]
        failed = [result.position for result in await results(job) if result.error]
        assert failed == [number for number in (1, 2, 4, 5) if number not in again]

    @pytest.mark.parametrize("only", ["NoSuchError", ValueError, [NotFoundError, 7], "LixClient"])
    async def test_what_is_no_error(self, tmp_path: Path, only: Any) -> None:
        job, _ = await self.failing(tmp_path)
        with pytest.raises(InvalidArgumentError, match="no error of lixasync"):
            await job.retry_failed(only)
        assert (await job.status()).failed == 4

    async def test_errors_as_they_were(self, tmp_path: Path) -> None:
        job, _ = await self.failing(tmp_path)
        errors = [result.error for result in await results(job) if result.error]
        assert [type(error) for error in errors][:2] == [NotFoundError, ServerError]
        assert (errors[0].status, errors[0].trace_id, errors[0].operation) == (404, "trace-1", "get_person")  # type: ignore[attr-defined] # of an answer


class TestAbout:
    def test_what_it_is(self, tmp_path: Path) -> None:
        lix = client(People())
        assert Job(tmp_path / "a", lix.search.people).has_pages
        assert Job(tmp_path / "a", lix.search.people).method == "search.people"
        assert not [*tmp_path.iterdir()]  # nothing is made before it is needed

    @pytest.mark.parametrize("path", ["", 7, None, "a\0b"])
    def test_where_no_job_can_be(self, path: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="no path for a job"):
            Job(path, client(People()).enrichment.person)

    @pytest.mark.parametrize(
        "settings",
        [
            {"concurrency": 0},
            {"concurrency": 1.5},
            {"max_credits": -1},
            {"max_failures": 0},
            {"deadline": -1},
            {"deadline": timedelta(days=-1)},
            {"on_limit": "sleep"},
        ],
    )
    def test_settings_that_cannot_work(self, tmp_path: Path, settings: Any) -> None:
        job = lookups(client(People()), tmp_path / "job")
        with pytest.raises(InvalidArgumentError, match=f"{next(iter(settings))} is "):
            job.run(**settings)

    def test_a_method_of_another_kind(self, tmp_path: Path) -> None:
        for bound in (print, client(People()).messages.send, linkedin(FakeTransport()).profile_of):
            with pytest.raises(InvalidArgumentError):
                Job(tmp_path / "job", bound, inputs=["x"])  # type: ignore[arg-type] # that is the point
        assert not [*tmp_path.iterdir()]
