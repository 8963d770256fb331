"""What type checkers see of the public face. Not run: checked by mypy and pyright."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, assert_type

from lixasync import Balances, Connection, LixasyncError, LixClient, Page, Pager, Person, RateLimit, StopReason


async def streams(lix: LixClient) -> None:
    pager = lix.connections("robin-marlowe", page_size=500, max_items=10, resume=None)
    assert_type(pager, Pager[Connection])
    async for connection in pager:
        assert_type(connection, Connection)
        assert_type(connection.headline, str | None)
        assert_type(connection.extra, Mapping[str, Any])
    async for page in lix.sales.leads("https://www.linkedin.com/sales/search/people#query=()").pages():
        assert_type(page, Page[Person])
        assert_type(page.items, tuple[Person, ...])
        assert_type(page.cursor, str)
    async with lix.search.people("https://www.linkedin.com/search/results/people/").prefetch(2) as people:
        async for person in people:
            assert_type(person, Person)
    assert_type(await pager.collect(), list[Connection])
    assert_type(await pager.first(), Connection | None)
    assert_type(pager.stopped, StopReason | None)
    assert_type(pager.plan().requests, int | None)


async def answers(lix: LixClient) -> None:
    person = await lix.enrichment.person("https://www.linkedin.com/in/robin-marlowe")
    assert_type(person, Person)
    assert_type(person.num_of_connections, int | None)
    assert_type(await lix.account.balances(), Balances)
    assert_type((await lix.account.daily_allowance()).refreshes_at, datetime | None)
    assert_type(lix.limits.snapshot().rate.next_slot, float)
    assert_type(lix.with_options(lane="bulk", deadline=None), LixClient)


def settings() -> None:
    assert_type(RateLimit(1, per=timedelta(seconds=3)).per, float)
    LixClient("key", rate_limit=RateLimit(50, per=1, burst=5, margin=0.1), lane="bulk", deadline=5)
    LixClient(lane="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    LixClient("key", speed=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def errors(error: LixasyncError) -> None:
    assert_type(error.cursor, str | None)
    assert_type(error.retry_at, datetime | None)
