"""What a job keeps: pages that were paid for, answers nobody can read yet, what it was given, and no secrets."""

from __future__ import annotations

import re
import shutil
import sqlite3
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import attrs
import pytest
from bulk_files import remove
from bulk_runs import LINKS, People, Server, Wall, asked, files, finish, one_by_one, results, values, wall
from tests.support.fake import KEY, TOKEN, FakeTransport, Step, answer, client, linkedin, refusal

from lixasync import RateLimit, Request, Response, RetryPolicy
from lixasync.bulk import Job, Stop, methods
from lixasync.errors import InvalidArgumentError, JobFileError, UnknownShapeError
from lixasync.models import Person

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

ONCE = RetryPolicy(attempts=1)
ODD = answer([1, 2, 3])
PERMISSION = "LinkedIn permitted us in writing on 3 March 2026"


def people(lix: Any, path: Path, inputs: Any = LINKS) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=inputs)


def bodies(path: Path) -> list[bytes]:
    """Return the answers that a job's file holds."""
    with sqlite3.connect(path) as file:
        found = [zlib.decompress(body) for (body,) in file.execute("SELECT body FROM answers ORDER BY place")]
    file.close()
    return found


class TestTogether:
    async def test_all_that_can_be_asked_of_a_new_job_at_once(self, tmp_path: Path) -> None:
        server = People()
        job = people(client(server), tmp_path / "job")
        async with anyio.create_task_group() as group:
            for call in (job.plan, lambda: finish(job), job.plan, lambda: finish(job), job.status):
                group.start_soon(call)
        assert (await job.status()).done == len(LINKS)
        assert sorted(server.links) == list(LINKS)


class Leads(FakeTransport):
    """Finds more leads than a search lists, and tells by which functions they can be divided."""

    def __init__(self) -> None:
        super().__init__([self._answer])

    def _answer(self, request: Request) -> Response:
        if "facet" in request.url:
            named = [{"id": str(number), "displayValue": f"Function {number}"} for number in (1, 2)]
            return answer({"data": {"elements": named, "paging": {"count": 2, "start": 0, "total": 2}}})
        number = self.searches.index(request)
        link = "https://www.linkedin.com/in/lead-"
        found = [{"name": "Robin Marlowe", "link": f"{link}{number}-{each}"} for each in range(25)]
        total = 5000 if number == 0 else 25
        return answer({"people": found, "paging": {"count": 25, "start": 0, "total": total}})

    @property
    def searches(self) -> list[Request]:
        return [request for request in self.requests if "facet" not in request.url]


@pytest.mark.virtual_time
async def test_a_page_that_was_paid_for_is_stored_though_it_needs_another_answer(tmp_path: Path, wall: Wall) -> None:
    transport = Leads()
    lix = client(transport, viewer_id="me", rate_limit=RateLimit(1, per=10.0, margin=0.0))
    wall.tell(lix)
    given = {"keywords": "kelp", "partition_by": "functions"}
    job = Job(tmp_path / "job", lix.sales.leads, inputs=one_by_one([given]))
    assert await finish(job, deadline=5.0) is Stop.DEADLINE  # while the look-up of functions waits for its slot
    assert ["facet" in request.url for request in transport.requests] == [False, True]
    assert ((await job.status()).items, (await job.status()).to_do) == (25, 1)
    assert await finish(job) is Stop.FINISHED
    (found,) = await values(job)
    assert len({person.link for person in found}) == 25 * len(transport.searches) == 75


class TestReading:
    @staticmethod
    async def some_and_no_more(on: anyio.Event) -> AsyncIterator[str]:
        """Yield a few inputs, and the rest when somebody asks for it."""
        for each in LINKS[:3]:
            yield each
        await on.wait()
        for each in LINKS[3:]:
            yield each

    async def test_a_run_that_stops_before_all_inputs_are_read(self, tmp_path: Path) -> None:
        lix = client(server := People())
        killed = tmp_path.with_name(f"{tmp_path.name}-killed")
        job = people(lix, tmp_path / "job", self.some_and_no_more(anyio.Event()))
        async with job.run(warm_up=False) as run:
            await anext(run)
            assert (await job.status()).reading
            shutil.copytree(tmp_path, killed, ignore=shutil.ignore_patterns("*-shm"))
        for path in (tmp_path / "job", killed / "job"):
            assert (await Job.open(path).status()).reading
        assert await finish(Job.open(tmp_path / "job", lix)) is Stop.FINISHED  # it knows no more inputs
        assert (await Job.open(tmp_path / "job").status()).reading
        again = people(lix, tmp_path / "job")
        assert await finish(again) is Stop.FINISHED
        status = await Job.open(tmp_path / "job").status()
        assert (status.reading, status.given, status.done) == (False, len(LINKS), len(LINKS))
        assert sorted(server.links) == list(LINKS)

    async def test_until_the_last_one_is_read(self, tmp_path: Path) -> None:
        on = anyio.Event()
        job = people(client(People()), tmp_path / "job", self.some_and_no_more(on))
        async with job.run(warm_up=False) as run:
            assert (await job.status()).reading
            assert run.progress().reading
            await anext(run)
            on.set()
            async for _ in run:
                pass
        assert not (await job.status()).reading
        assert not run.progress().reading

    async def test_a_plan_reads_them_too(self, tmp_path: Path) -> None:
        lix = client(People())
        await people(lix, tmp_path / "job", LINKS[:1]).plan()
        assert not (await Job.open(tmp_path / "job").status()).reading
        job = people(lix, tmp_path / "job", self.some_and_no_more(anyio.Event()))
        async with anyio.create_task_group() as group:
            group.start_soon(job.plan)
            while (await Job.open(tmp_path / "job").status()).given < 3:
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        assert (await Job.open(tmp_path / "job").status()).reading
        assert not (await people(lix, tmp_path / "job").plan()).status.reading
        assert not (await Job.open(tmp_path / "job").status()).reading

    async def test_something_that_is_no_input_leaves_the_rest_unread(self, tmp_path: Path) -> None:
        job = people(client(People()), tmp_path / "job", [*LINKS[:3], "", *LINKS[3:]])
        for call in (job.plan, lambda: finish(job)):
            with pytest.raises(InvalidArgumentError, match="Input 3 is ''"):
                await call()
            assert (await Job.open(tmp_path / "job").status()).reading


class TestUnread:
    """Answers of no known shape."""

    async def odd(self, path: Path, *steps: Step) -> Job[Any]:
        """Return a job of three people, of whom the second was answered in an unknown way."""
        lix = client(People({1: [ODD, *steps]}), retry=ONCE)
        job = people(lix, path, LINKS[:3])
        assert await finish(job) is Stop.FINISHED
        status = await job.status()
        assert (status.done, status.failed, status.failures) == (2, 1, {"UnknownShapeError": 1})
        return job

    async def test_it_is_kept_with_the_failure(self, tmp_path: Path) -> None:
        job = await self.odd(tmp_path / "job")
        assert ODD.body in bodies(tmp_path / "job")
        found = await results(job)
        assert [type(result.error) for result in found] == [type(None), UnknownShapeError, type(None)]
        assert found[1].value is None

    async def test_models_that_can_read_it_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        job = await self.odd(tmp_path / "job")

        def decode(decoder: Any, judged: Any) -> Person:
            return Person(name=f"{judged}") if isinstance(judged, list) else operation.decode(decoder, judged)

        operation = methods._BY_ID["get_person"]
        monkeypatch.setitem(methods._BY_ID, "get_person", attrs.evolve(operation, decode=decode))
        found = await results(job)
        assert [result.error for result in found] == [None, None, None]
        assert [result.value.name for result in found] == ["Robin Marlowe", "[1, 2, 3]", "Robin Marlowe"]
        assert (await job.status()).failed == 1  # until it is fetched again

    async def test_the_latest_answer_counts(self, tmp_path: Path) -> None:
        job = await self.odd(tmp_path / "job")
        assert await job.retry_failed() == 1
        assert await finish(job) is Stop.FINISHED
        assert [person.link for person in await values(job)] == list(LINKS[:3])
        assert len(bodies(tmp_path / "job")) == 4

    async def test_it_may_come_again(self, tmp_path: Path) -> None:
        job = await self.odd(tmp_path / "job", answer([4]))
        await job.retry_failed()
        assert await finish(job, max_failures=None) is Stop.FINISHED
        assert (await job.status()).failures == {"UnknownShapeError": 1}
        assert {ODD.body, b"[4]"} < {*bodies(tmp_path / "job")}
        assert type((await results(job))[1].error) is UnknownShapeError

    async def test_one_that_failed_otherwise_afterwards(self, tmp_path: Path) -> None:
        job = await self.odd(tmp_path / "job", refusal(404, "not_found"))
        await job.retry_failed()
        await finish(job)
        assert (await job.status()).failures == {"NotFoundError": 1}
        assert len(bodies(tmp_path / "job")) == 3

    async def test_pages_before_it_stay_readable(self, tmp_path: Path) -> None:
        def page(request: Request) -> Response:
            start = int(asked(request).get("start", 0))
            items = [{"entityUrn": f"urn:{number}"} for number in range(start, start + 10)]
            return answer("odd") if start == 20 else answer({"elements": items, "paging": {"total": 40}})

        lix = client(FakeTransport([page]), retry=ONCE)
        job = Job(tmp_path / "job", lix.connections, inputs=["me"], params={"page_size": 10})
        assert await finish(job, max_failures=None) is Stop.FINISHED
        (found,) = await results(job)
        assert isinstance(found.error, UnknownShapeError)
        assert [item.raw["entityUrn"] for item in found.value] == [f"urn:{number}" for number in range(20)]


class TestSecrets:
    @pytest.mark.parametrize("shape", [{"name": "Robin Marlowe", "echo": KEY}, [KEY]])
    async def test_a_key_that_an_answer_repeats(self, tmp_path: Path, shape: Any) -> None:
        job = people(client(FakeTransport([answer(shape)]), retry=ONCE), tmp_path / "job", LINKS[:1])
        assert await finish(job, max_failures=None) is Stop.FINISHED
        assert bodies(tmp_path / "job") == [answer(shape).body.replace(KEY.encode(), b"***")]
        assert KEY.encode() not in files(tmp_path)

    async def test_a_key_that_a_page_repeats(self, tmp_path: Path) -> None:
        body = {"elements": [{"entityUrn": "urn:1", "echo": KEY}], "paging": {"total": 1}}
        job = Job(tmp_path / "job", client(FakeTransport([answer(body)])).connections, inputs=["me"])
        assert await finish(job) is Stop.FINISHED
        assert bodies(tmp_path / "job") == [answer(body).body.replace(KEY.encode(), b"***")]
        (found,) = await values(job)
        assert found[0].raw["echo"] == "***"

    async def test_a_token_of_linkedins_that_a_page_repeats(self, tmp_path: Path) -> None:
        body = answer({"_total": 1, "values": [{"id": "a1", "firstName": "Robin", "headline": TOKEN}]})
        lin = linkedin(FakeTransport([body]))
        job = Job(tmp_path / "job", lin.connections, inputs=["~"], permission=PERMISSION)
        assert await finish(job) is Stop.FINISHED
        assert bodies(tmp_path / "job") == [body.body.replace(TOKEN.encode(), b"***")]

    async def test_an_answer_that_is_no_text_stays_as_it_came(self, tmp_path: Path) -> None:
        odd = b'{"name": "Robin \xff\xfe"}'
        lix = client(FakeTransport([Response(status=200, headers={}, body=odd)]))
        assert lix._core.pipeline.without_keys(odd) is odd
        assert lix._core.pipeline.without_keys(odd + KEY.encode()) == odd + b"***"

    async def test_a_link_with_a_token_in_a_failure(self, tmp_path: Path) -> None:
        link = "https://www.linkedin.com/profile/view?id=1&authToken=geheim-0123&authType=name"
        transport = FakeTransport([answer({"errorCode": 0, "message": f"broken for {link}", "status": 400}, 400)])
        job = Job(tmp_path / "job", linkedin(transport).connections, inputs=["~"], permission=PERMISSION)
        assert await finish(job, max_failures=None) is Stop.FINISHED
        assert (await job.status()).failed == 1
        assert b"geheim-0123" not in files(tmp_path)
        (found,) = await results(job)
        assert "authToken=***&authType=name" in f"{found.error}"


class TestRemoved:
    @pytest.mark.parametrize("replaced", [False, True])
    async def test_a_file_that_goes_away_while_a_run_uses_it(self, tmp_path: Path, *, replaced: bool) -> None:
        path, server = tmp_path / "job", Server(lambda request, number: gone(number))

        def gone(number: int) -> None:
            if number == 5:
                for each in tmp_path.glob("job*"):
                    remove(each)
                if replaced:
                    shutil.copy(tmp_path / "other", path)

        lix = client(server)
        await finish(people(client(People()), tmp_path / "other", LINKS[:2]))
        run = people(lix, path).run(warm_up=False, concurrency=1)
        with pytest.raises(JobFileError, match="was removed or replaced while it was in use"):
            await run
        assert run.stopped is Stop.ERROR
        assert isinstance(run.error, JobFileError)
        assert len(server.requests) == 5
        assert path.exists() is replaced
        if replaced:
            assert (await Job.open(path).status()).done == 2

    async def test_a_job_is_not_exported_onto_itself(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "people.jsonl"
        job = people(client(People()), path)
        await finish(job)
        before = path.read_bytes()
        (tmp_path / "link.csv").symlink_to(path)
        monkeypatch.chdir(tmp_path)
        for name in (path, str(path), "people.jsonl", "./x/../people.jsonl", "link.csv"):
            with pytest.raises(InvalidArgumentError, match=re.escape(f"{str(name)!r} is the job itself")):
                await job.export(name)
        assert path.read_bytes() == before
        assert len(await results(job)) == len(LINKS)
