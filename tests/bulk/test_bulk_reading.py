"""Results as they are read from a job's file: in the order given, decoded when they are read."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from bulk_runs import LINKS, People, asked, finish, link, one_by_one, results, values
from tests.support.fake import FakeTransport, answer, client, refusal

from lixasync import Request, Response, RetryPolicy, StopReason
from lixasync.bulk import Job, Result, Stop
from lixasync.bulk.inputs import kept
from lixasync.bulk.ledger import Connection, add
from lixasync.bulk.methods import method
from lixasync.bulk.reading import Reading
from lixasync.bulk.schema import TABLES
from lixasync.errors import DecodeError, JobFileError, NotFoundError, ServerError
from lixasync.models import Person

pytestmark = pytest.mark.anyio

GONE = refusal(404, "not_found")
NUMBER = 450  # more than are read at once


def written(path: Path, *statements: tuple[str, Any]) -> None:
    """Change a job's file behind its back."""
    with sqlite3.connect(path) as file:
        for statement, values in statements:
            file.execute(statement, values)
    file.close()


class TestOrder:
    async def test_that_of_the_inputs_and_not_of_the_answers(self, tmp_path: Path) -> None:
        links = [link(number) for number in range(NUMBER)]
        given = [each for number, each in enumerate(links) for _ in range(1 + (number % 50 == 0))]
        lix = client(People({7: [GONE], 300: [GONE]}))
        job = Job(tmp_path / "job", lix.enrichment.person, inputs=one_by_one([*given, *links[:30]]))
        assert await finish(job, concurrency=20) is Stop.FINISHED
        found = await results(job)
        assert [result.position for result in found] == [*range(len(given) + 30)]
        assert [result.input for result in found] == [*given, *links[:30]]
        failed = {result.input for result in found if result.error}
        assert failed == {link(7), link(300)}
        for result in found:
            assert (result.value is None) is (result.error is not None)
            assert result.value is None or result.value.link == result.input
            assert (result.attempts, result.stopped) == (1, None)

    async def test_only_of_what_has_ended(self, tmp_path: Path) -> None:
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one([*LINKS, *LINKS]))
        assert await results(job) == []
        await finish(job, max_credits=5, concurrency=1)
        assert [result.position for result in await results(job)] == [*range(5), *range(12, 17)]

    async def test_what_ends_while_they_are_read(self, tmp_path: Path) -> None:
        links = [link(number) for number in range(NUMBER)]
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one(links))
        await finish(job, max_credits=NUMBER // 2)
        reading = job.results()
        first = await anext(reading)
        await finish(job)
        rest = [result async for result in reading]
        positions = [result.position for result in [first, *rest]]
        assert positions == sorted({*positions})
        assert positions[-1] == NUMBER - 1

    async def test_as_often_as_wanted_and_two_at_once(self, tmp_path: Path) -> None:
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one(LINKS))
        await finish(job)
        one, other = job.results(), job.results()
        for each in LINKS:
            assert (await anext(one)).input == (await anext(other)).input == each
        for ended in (one, other, one):
            with pytest.raises(StopAsyncIteration):
                await anext(ended)
        assert len(await results(job)) == len(LINKS)

    async def test_there_is_no_file(self, tmp_path: Path) -> None:
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one(LINKS))
        await finish(job)
        bare = Job.open(tmp_path / "job")
        (tmp_path / "job").unlink()
        with pytest.raises(JobFileError, match="There is no job"):
            await results(bare)


class TestDecoding:
    async def test_by_todays_models(self, tmp_path: Path) -> None:
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one(LINKS[:1]))
        await finish(job)
        body = zlib.compress(b'{"name": "Ada Fennimarsh", "not_known_today": {"a": [1]}}')
        written(tmp_path / "job", ("UPDATE answers SET body = ?", (body,)))
        (found,) = await values(job)
        assert (found.name, found.extra) == ("Ada Fennimarsh", {"not_known_today": {"a": [1]}})

    async def test_word_for_word(self, tmp_path: Path) -> None:
        bodies = {LINKS[n]: b' {"name":\t"\\u00e9 %d" ,"x": 1.50}\n' % n for n in range(3)}
        transport = FakeTransport(
            [lambda request: Response(status=200, headers={}, body=bodies[asked(request)["profile_link"]])]
        )
        job = Job(tmp_path / "job", client(transport).enrichment.person, inputs=one_by_one(bodies))
        await finish(job)
        with sqlite3.connect(tmp_path / "job") as file:
            stored = [zlib.decompress(body) for (body,) in file.execute("SELECT body FROM answers ORDER BY place")]
            operations = {name for (name,) in file.execute("SELECT operation FROM answers")}
        file.close()
        assert stored == [*bodies.values()]
        assert operations == {"get_person"}

    @pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b'{"name": '])
    async def test_what_cannot_be_read_any_more_is_told_at_its_place(self, tmp_path: Path, body: bytes) -> None:
        job = Job(tmp_path / "job", client(People()).enrichment.person, inputs=one_by_one(LINKS))
        await finish(job)
        written(tmp_path / "job", ("UPDATE answers SET body = ? WHERE place = ?", (zlib.compress(body), 3 << 24)))
        found = await results(job)
        assert len(found) == len(LINKS)
        (broken,) = [result for result in found if result.error]
        assert (broken.position, broken.value) == (3, None)
        assert isinstance(broken.error, DecodeError)

    async def test_a_page_that_cannot_be_read_any_more(self, tmp_path: Path) -> None:
        job = await self.pages(tmp_path)
        written(tmp_path / "job", ("UPDATE answers SET body = ? WHERE place = 1", (zlib.compress(b"<html>"),)))
        (found,) = await results(job)
        assert (found.value, type(found.error)) == (None, DecodeError)
        written(
            tmp_path / "job",
            (
                "UPDATE inputs SET state = 3, kind = 'ServerError', error = ?",
                (b'{"class":"ServerError","message":"m"}',),
            ),
        )
        (found,) = await results(job)
        assert (found.value, type(found.error)) == (None, ServerError)  # why it failed says more

    async def test_which_items_of_a_page_belong_to_it(self, tmp_path: Path) -> None:
        job = await self.pages(tmp_path)
        written(tmp_path / "job", ("UPDATE answers SET kept = ? WHERE place = 0", ("0,2,9",)))
        written(tmp_path / "job", ("UPDATE answers SET kept = ? WHERE place = 1", ("",)))
        (found,) = await values(job)
        assert [item.raw["entityUrn"] for item in found] == ["urn:0", "urn:2", "urn:9", "urn:20", "urn:21"]

    async def test_a_failure_in_the_middle_keeps_what_came_before(self, tmp_path: Path) -> None:
        job = await self.pages(tmp_path, [None, None, refusal(500, "api_error")])
        (found,) = await results(job)
        assert isinstance(found.error, ServerError)
        assert [item.raw["entityUrn"] for item in found.value] == [f"urn:{number}" for number in range(20)]
        assert (found.stopped, found.attempts) == (None, 3)

    async def test_nothing_found(self, tmp_path: Path) -> None:
        lix = client(FakeTransport([answer({"elements": [], "paging": {"total": 0}})]))
        job = Job(tmp_path / "job", lix.connections, inputs=["me"])
        await finish(job)
        assert await results(job) == [
            Result(input="me", position=0, value=(), attempts=1, stopped=StopReason.EXHAUSTED)
        ]

    @staticmethod
    async def pages(folder: Path, steps: list[Any] | None = None) -> Job[Any]:
        """Return a job of one input with three pages, the last of them short."""
        instead = iter(steps or [])

        def page(request: Request) -> Response:
            step = next(instead, None)
            if step is not None:
                return step  # type: ignore[no-any-return] # an answer
            start = int(asked(request).get("start", 0))
            items = [{"entityUrn": f"urn:{number}"} for number in range(start, min(start + 10, 22))]
            return answer({"elements": items, "paging": {"total": 22}})

        lix = client(FakeTransport([page]), retry=RetryPolicy(attempts=1))
        job = Job(folder / "job", lix.connections, inputs=["me"], params={"page_size": 10})
        await finish(job, max_failures=None)
        return job


def test_what_is_read_at_once_does_not_grow_with_the_job() -> None:
    file = sqlite3.connect(":memory:", factory=Connection)
    for statement in TABLES:
        file.execute(statement)
    add(file, [kept(link(number), number) for number in range(20_000)], repeats=True)
    file.execute("UPDATE inputs SET state = 2 WHERE id % 2 = 0")
    body = zlib.compress(b'{"name": "Robin Marlowe"}')
    file.execute("INSERT INTO answers SELECT id << 24, 'get_person', NULL, ? FROM inputs WHERE state = 2", (body,))
    reading = Reading(method("enrichment.person"), {})
    steps = []
    for begin in (0, 10_000, 19_000):
        count = 0

        def step() -> None:
            nonlocal count
            count += 1

        file.set_progress_handler(step, 100)
        found = reading.from_place(file, begin)
        assert [result.position for result in found] == [*range(begin, begin + 2 * len(found), 2)]
        assert found[0] == Result(input=link(begin), position=begin, value=Person(name="Robin Marlowe"))
        assert len(found) == 200
        steps.append(count)
    file.close()
    assert max(steps) < 2 * min(steps) + 10


@pytest.mark.parametrize(("items", "together"), [(0, 200), (1, 200), (30, 7), (100, 2), (500, 1)])
def test_pages_of_several_inputs_are_read_at_once_but_not_of_too_many(items: int, together: int) -> None:
    file = sqlite3.connect(":memory:", factory=Connection)
    for statement in TABLES:
        file.execute(statement)
    add(file, [kept(f"viewer-{number}", number) for number in range(300)], repeats=True)
    file.execute("UPDATE inputs SET state = 2, stopped = 'exhausted'")
    listed = [{"entityUrn": f"urn:{number}"} for number in range(items)]
    body = zlib.compress(answer({"elements": listed, "paging": {"total": items}}).body)
    listing = method("connections")
    file.execute("INSERT INTO answers SELECT id << 24, ?, NULL, ? FROM inputs", (listing.operation.id, body))
    reading = Reading(listing, {})
    found = reading.from_place(file, 0)
    assert [result.position for result in found] == [*range(together)]
    assert {len(result.value) for result in found} == {items}
    assert [result.position for result in reading.from_place(file, 299)] == [299]
    file.close()


async def test_not_found_is_told_as_it_was(tmp_path: Path) -> None:
    job = Job(tmp_path / "job", client(People({0: [GONE]})).enrichment.person, inputs=one_by_one(LINKS[:1]))
    await finish(job)
    (found,) = await results(job)
    assert isinstance(found.error, NotFoundError)
    assert (found.error.status, found.error.operation, found.error.attempts) == (404, "get_person", 1)
