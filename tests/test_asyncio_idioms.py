"""How asyncio programs use the client: gather, timeout, task groups, fixtures in other tasks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lixasync import DeadlineExceeded, LixClient, RateLimit
from lixasync.sandbox import Sandbox
from tests.support.fake import SEARCH

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def lix(sandbox: Sandbox) -> AsyncIterator[LixClient]:
    """A client opened and closed by a fixture: not in the task that uses it."""
    async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(1000, per=1.0, burst=1000)) as client:
        yield client


async def test_gather(lix: LixClient, sandbox: Sandbox) -> None:
    links = [sandbox.person(number)["link"] for number in range(20)]
    people = await asyncio.gather(*map(lix.enrichment.person, links))
    assert [person.link for person in people] == links


async def test_timeout(lix: LixClient, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await lix.account.balances()
    sandbox.reset(latency=0.0)
    assert (await lix.account.balances()).standard is not None


async def test_a_deadline_of_ours_is_a_timeout_too(lix: LixClient, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.5)
    with pytest.raises(TimeoutError) as caught:
        await lix.with_options(deadline=0.01).account.balances()
    assert isinstance(caught.value, DeadlineExceeded)


async def test_a_cancelled_task_leaves_the_others_alone(lix: LixClient, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.05)
    link = sandbox.person(0)["link"]
    first, second = (asyncio.create_task(lix.enrichment.person(link)) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).link == link
    with pytest.raises(asyncio.CancelledError):
        await first
    assert sandbox.stats()["arrivals"] == 1


if sys.version_info >= (3, 12):

    async def test_eager_tasks(lix: LixClient) -> None:
        """A shared call may be over before the task that runs it has been made."""
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        hopeless = lix.with_options(deadline=0.0)
        for _ in range(2):
            with pytest.raises(DeadlineExceeded):
                await hopeless.account.balances()
        assert (await lix.account.balances()).standard is not None


async def test_leaving_a_loop_early_leaves_nothing_behind(lix: LixClient) -> None:
    before = asyncio.all_tasks()
    async for _ in lix.search.people(SEARCH):
        break
    async with lix.search.people(SEARCH).prefetch(2) as people:
        async for _ in people:
            break
    assert asyncio.all_tasks() == before
