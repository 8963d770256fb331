"""Pages of one input, interrupted anywhere: the same items in the end, and no page paid for twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import Wall, asked, finish, one_by_one, results, some, values, wall
from tests.lix.lix_runs import ONCE, VIEWER, client
from tests.support.fake import SEARCH, FakeTransport, answer
from tests.support.fake import client as fake_client

from lixasync import Request, Response, RetryPolicy, StopReason
from lixasync.bulk import Job, Stop
from lixasync.errors import ServerError
from lixasync.sandbox import Sandbox

__all__ = ["wall"]

pytestmark = pytest.mark.anyio

PAGES, SIZE, ITEMS = 6, 10, 57
NAMES = tuple(f"urn:{number}" for number in range(ITEMS))
EVERY_PAGE = pytest.mark.parametrize("page", range(1, PAGES + 1))


class Connections(FakeTransport):
    """Lists connections, page by page.

    Args:
        at: Told of each request, from 1.
        latency: Seconds each answer takes.
    """

    def __init__(self, at: Callable[[int], object] = lambda _: None, *, latency: float = 0.0) -> None:
        super().__init__([self._page], latency=latency)
        self._at = at

    def _page(self, request: Request) -> Response:
        start, count = int(asked(request).get("start", 0)), int(asked(request)["count"])
        items = [{"entityUrn": name} for name in NAMES[start : start + count]]
        paging = {"start": start, "count": len(items), "total": ITEMS}
        self._at(len(self.requests))
        return answer({"connections_response": {"elements": items, "paging": paging}})

    @property
    def starts(self) -> list[int]:
        """Where the pages began that were asked for."""
        return [int(asked(request).get("start", 0)) for request in self.requests]


def listed(lix: Any, path: Path, **params: Any) -> Job[Any]:
    return Job(path, lix.connections, inputs=one_by_one([VIEWER]), params={"page_size": SIZE, **params})


async def names(job: Job[Any]) -> tuple[str, ...]:
    (found,) = await values(job)
    return tuple(item.raw["entityUrn"] for item in found)


async def test_the_list_as_it_is(tmp_path: Path) -> None:
    transport = Connections()
    job = listed(fake_client(transport), tmp_path / "job")
    assert await finish(job) is Stop.FINISHED
    assert await names(job) == NAMES
    assert transport.starts == [page * SIZE for page in range(PAGES)]


@EVERY_PAGE
async def test_stopped_by_credits(tmp_path: Path, page: int) -> None:
    transport = Connections()
    lix = fake_client(transport)
    job = listed(lix, tmp_path / "job")
    while (stop := await finish(job, max_credits=page)) is not Stop.FINISHED:
        assert stop is Stop.CREDITS
        assert len(transport.requests) % page == 0
        status = await job.status()
        assert (status.items, status.to_do) == (len(transport.requests) * SIZE, 1)
    assert await names(job) == NAMES
    assert transport.starts == [page * SIZE for page in range(PAGES)]
    status = await job.status()
    assert (status.requests, status.credits, status.items) == (PAGES, {"unstated": PAGES}, ITEMS)


@EVERY_PAGE
async def test_cancelled(tmp_path: Path, page: int) -> None:
    scope = anyio.CancelScope()
    transport = Connections(lambda number: scope.cancel() if number == page else None)
    lix = fake_client(transport)
    job = listed(lix, tmp_path / "job")
    with scope:
        await finish(job)
        pytest.fail("nothing was cancelled")
    assert len(transport.requests) == page  # and its answer was stored:
    assert (await job.status()).items == min(page * SIZE, ITEMS)
    again = listed(fake_client(rest := Connections()), tmp_path / "job")
    assert await finish(again) is Stop.FINISHED
    assert await names(again) == NAMES
    assert [*transport.starts, *rest.starts] == [page * SIZE for page in range(PAGES)]


@EVERY_PAGE
@pytest.mark.virtual_time
async def test_stopped_by_a_deadline(tmp_path: Path, wall: Wall, page: int) -> None:
    transport = Connections(latency=1.0)
    lix = fake_client(transport)
    wall.tell(lix)
    job = listed(lix, tmp_path / "job")
    assert await finish(job, deadline=page - 0.5) is Stop.DEADLINE
    assert len(transport.requests) == page
    assert (await job.status()).items == min(page * SIZE, ITEMS)
    assert await finish(job) is Stop.FINISHED
    assert await names(job) == NAMES
    assert transport.starts == [page * SIZE for page in range(PAGES)]


@EVERY_PAGE
async def test_failed_and_tried_again(sandbox: Sandbox, tmp_path: Path, page: int) -> None:
    sandbox.reset(search_results=55, faults="500", fault_every=page)
    async with client(sandbox, retry=ONCE) as lix:
        job = Job(tmp_path / "job", lix.search.people, inputs=[SEARCH])
        await finish(job, max_failures=None)
        (broken,) = await results(job)
        assert type(broken.error) is ServerError
        assert [person.raw for person in broken.value] == [sandbox.person(n) for n in range((page - 1) * 10)]
        assert broken.attempts == page
        sandbox.reset(fault_every=0)
        assert await job.retry_failed() == 1
        assert await finish(job) is Stop.FINISHED
        (whole,) = await results(job)
    assert [person.raw for person in whole.value] == [sandbox.person(number) for number in range(55)]
    assert sandbox.stats()["arrivals"] == 6 - (page - 1)
    assert (whole.attempts, whole.stopped) == (7, StopReason.EXHAUSTED)


@pytest.mark.parametrize("bound", [1, 25, 30, 57])
@pytest.mark.parametrize("step", [1, 2])
async def test_max_items_holds_over_all_runs(tmp_path: Path, bound: int, step: int) -> None:
    transport = Connections()
    job = listed(fake_client(transport), tmp_path / "job", max_items=bound)
    while await finish(job, max_credits=step) is not Stop.FINISHED:
        pass
    assert await names(job) == NAMES[:bound]
    assert transport.starts == [page * SIZE for page in range(-(-min(bound, ITEMS) // SIZE))]
    (result,) = await results(job)
    assert result.stopped is (StopReason.MAX_ITEMS if bound < ITEMS else StopReason.EXHAUSTED)


@pytest.mark.parametrize("bound", [0, 1, 3, 6])
@pytest.mark.parametrize("step", [1, 2])
async def test_max_credits_of_an_input_holds_over_all_runs(tmp_path: Path, bound: int, step: int) -> None:
    transport = Connections()
    job = listed(fake_client(transport), tmp_path / "job", max_credits=bound)
    while await finish(job, max_credits=step) is not Stop.FINISHED:
        pass
    assert len(transport.requests) == min(bound, PAGES)
    assert await names(job) == NAMES[: bound * SIZE]
    (result,) = await results(job)
    assert result.stopped is (StopReason.MAX_CREDITS if bound < PAGES else StopReason.EXHAUSTED)


async def test_answers_that_were_lost_before_the_first_page_count_for_the_inputs_bound(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.reset(search_results=55, faults=["reset", "reset", *["slow"] * 9], fault_every=1, slow_seconds=0)
    async with client(sandbox, retry=ONCE) as lix:
        job = Job(tmp_path / "job", lix.search.people, inputs=[{"url": SEARCH, "max_credits": 4}])
        for _ in range(2):
            assert await finish(job, max_failures=1) is Stop.FAILURES
        assert await finish(job) is Stop.FINISHED
        (result,) = await results(job)
    assert (len(result.value), result.stopped) == (20, StopReason.MAX_CREDITS)
    assert sandbox.stats()["credits_spent"] == 4


@pytest.mark.parametrize("faults", ["repeat,shift,500", "cut,repeat", "shift,empty,429"])
async def test_left_at_every_page_while_the_server_fails(sandbox: Sandbox, tmp_path: Path, faults: str) -> None:
    sandbox.reset(connections=230, faults=faults, fault_every=2)
    async with client(sandbox, retry=RetryPolicy(attempts=20, base=0.001, cap=0.002)) as lix:
        job = Job(tmp_path / "job", lix.connections, inputs=[VIEWER], params={"page_size": 25})
        while await finish(job, max_credits=2) is not Stop.FINISHED:
            pass
        (found,) = await values(job)
    assert [item.raw for item in found] == [sandbox.connection(number) for number in range(230)]


async def test_what_is_handed_out_is_what_is_stored(tmp_path: Path) -> None:
    job = listed(fake_client(Connections()), tmp_path / "job")
    await finish(job, max_credits=2)
    (handed,) = await some(job, 1)
    assert [handed] == await results(job)
    assert len(handed.value) == ITEMS
    assert handed.attempts == PAGES
