"""What type checkers see of the public face. Not run: checked by mypy and pyright."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, assert_type

from lixasync import (
    AccessToken,
    Balances,
    Changes,
    Connection,
    Fields,
    LinkedInClient,
    LixasyncError,
    LixClient,
    Member,
    OAuth1,
    Page,
    Pager,
    Person,
    Presence,
    RateLimit,
    StopReason,
    Watch,
)


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


async def members(linkedin: LinkedInClient, member: Member) -> None:
    assert_type(linkedin.connections(modified="new", modified_since=datetime.now(UTC)), Pager[Member])
    pager = linkedin.search.people(company="Acme", current_company=True, network="both", fields=Fields.SEARCH)
    assert_type(pager, Pager[Member])
    assert_type(pager.num_results, int | None)
    assert_type(await linkedin.profile_of(member), Member)
    assert_type(member.presence("summary"), Presence)
    assert_type(member.first_name, str | None)
    watch = linkedin.watch(every=timedelta(minutes=15), state="connections.watermark")
    assert_type(watch, Watch[Member])
    async for changes in watch:
        assert_type(changes, Changes[Member])
        assert_type(changes.added, tuple[Member, ...])
    assert_type(linkedin.with_options(lane="bulk"), LinkedInClient)
    linkedin.connections(modified="all")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    linkedin.search.people(keyword="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def followed(lix: LixClient) -> None:
    async for changes in lix.watch_connections(every=60, state="state", viewer_id="robin-marlowe"):
        assert_type(changes, Changes[Connection])
        assert_type(changes.gone[0].identity, str | None)


def settings() -> None:
    LinkedInClient("token", generation="2009", daily_limits={"people-search": None})
    LinkedInClient(AccessToken("token", form="query"))
    LinkedInClient(auth=OAuth1(consumer_key="k", consumer_secret="s", token="t", token_secret="u"))
    LinkedInClient("token", generation="2011")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(RateLimit(1, per=timedelta(seconds=3)).per, float)
    LixClient("key", rate_limit=RateLimit(50, per=1, burst=5, margin=0.1), lane="bulk", deadline=5)
    LixClient(lane="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    LixClient("key", speed=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def errors(error: LixasyncError) -> None:
    assert_type(error.cursor, str | None)
    assert_type(error.retry_at, datetime | None)
