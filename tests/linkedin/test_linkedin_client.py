"""Settings, streams and limits of the client of LinkedIn's own API, over a scripted transport."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest
from tests.support.fake import TOKEN, FakeTransport, answer, linkedin

from lixasync import (
    AccessToken,
    ConfigurationError,
    ConnectError,
    CursorError,
    DailyLimitError,
    DeadlineExceeded,
    InsecureURLError,
    InvalidArgumentError,
    LinkedInClient,
    LixasyncError,
    Member,
    MissingKeyError,
    OAuth1,
    PageSizeError,
    Presence,
    RateLimit,
    Request,
    Response,
    RetryPolicy,
    ServerError,
    StopReason,
)

pytestmark = pytest.mark.anyio

CONNECTIONS = [f"id{number}" for number in range(1234)]
FOUND = [f"id{number}" for number in range(400)]
INSIDE = [f"in{number}" for number in range(30)]
OUTSIDE = [*INSIDE[5:8], *(f"out{number}" for number in range(40))]


def people(*ids: str) -> list[dict[str, str]]:
    return [{"id": each, "firstName": f"F{each}"} for each in ids]


def listing(request: Request, ids: list[str], *, cap: int | None = None, matches: int | None = None) -> Response:
    """Serve a page of a list as the server does."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
    start, count = int(query.get("start", 0)), int(query.get("count", 10))
    total = len(ids) if cap is None else min(cap, len(ids))
    page = ids[:total][start : start + count]
    body: dict[str, Any] = {"_total": total, "_start": start, "_count": len(page)}
    if page:
        body["values"] = people(*page)
    return answer(body if matches is None else {"numResults": matches, "people": body})


class TestSettings:
    def test_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("LINKEDIN_BASE_URL", "http://127.0.0.1:9")
        assert LinkedInClient()._core.base_url == "http://127.0.0.1:9"

    @pytest.mark.parametrize(
        ("settings", "kind", "words"),
        [
            ({"access_token": ""}, MissingKeyError, "LINKEDIN_ACCESS_TOKEN"),
            ({}, MissingKeyError, "without a member"),
            ({"access_token": 5}, ConfigurationError, "type int"),
            ({"access_token": "a b"}, ConfigurationError, "access token"),
            ({"access_token": "t", "auth": AccessToken("t")}, ConfigurationError, "both given"),
            ({"auth": "Bearer t"}, ConfigurationError, "an AccessToken, an OAuth1"),
            ({"access_token": "t", "generation": "2015"}, ConfigurationError, "'2009' or '2010'"),
            ({"access_token": "t", "generation": "2009", "format": "json"}, ConfigurationError, "xml"),
            ({"access_token": "t", "format": "jsonp"}, ConfigurationError, "json, xml"),
            ({"access_token": "t", "base_url": "http://api.linkedin.com"}, InsecureURLError, "plain http"),
            ({"access_token": "t", "search_cap": 0}, ConfigurationError, "search_cap"),
            ({"access_token": "t", "daily_limits": {"connections": -1}}, ConfigurationError, "no ceiling"),
            ({"access_token": "t", "daily_limits": {"search": 5}}, ConfigurationError, "people-search"),
            ({"access_token": "t", "timeout": 0}, ConfigurationError, "timeout"),
            ({"access_token": "t", "lane": "fast"}, ConfigurationError, "lane"),
            ({"access_token": "t", "rate_limit": 3}, ConfigurationError, "a RateLimit"),
        ],
    )
    def test_what_cannot_work_is_refused(self, settings: dict[str, Any], kind: type[Exception], words: str) -> None:
        with pytest.raises(kind, match=words):
            LinkedInClient(**settings)

    async def test_options_share_the_budget(self) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        async with linkedin(transport) as client:
            bulk = client.with_options(lane="bulk", deadline=5.0)
            await bulk.connections().collect()
            assert client.limits.snapshot().quota.calls["connections"] == 1
            assert bulk._core.options.lane == "bulk"
            assert client._core.options.lane == "interactive"
            assert bulk.search._core is bulk._core

    async def test_nothing_shows_the_token(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        async with linkedin(FakeTransport([answer({}, 500), answer({"_total": 0})])) as client:
            await client.connections().collect()
            shown = f"{client!r} {vars(client)!r} {client._core!r}"
        assert TOKEN not in shown + caplog.text
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(client)

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({}, {"accept": "application/json", "x-li-format": "json"}),
            ({"format": "xml"}, {"accept": "text/xml"}),
            ({"generation": "2009"}, {"accept": "text/xml"}),
        ],
    )
    async def test_the_format_is_asked_for_by_header(self, settings: dict[str, Any], expected: dict[str, str]) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        async with linkedin(transport, **settings) as client:
            await client.connections().collect()
        headers = dict(transport.requests[0].headers)
        assert {name: value for name, value in headers.items() if name in ("accept", "x-li-format")} == expected


class TestConnections:
    async def test_all_pages_in_order(self) -> None:
        transport = FakeTransport([lambda request: listing(request, CONNECTIONS)])
        async with linkedin(transport) as client:
            pager = client.connections()
            got = [member.id async for member in pager]
        assert got == CONNECTIONS
        assert pager.stopped is StopReason.EXHAUSTED
        assert pager.total == 1234
        assert [urlsplit(request.url).query for request in transport.requests] == [
            "start=0&count=500",
            "start=500&count=500",
            "start=1000&count=500",
        ]

    async def test_a_list_of_exactly_one_page_takes_one_call(self) -> None:
        transport = FakeTransport([lambda request: listing(request, CONNECTIONS[:500])])
        async with linkedin(transport) as client:
            assert len(await client.connections().collect()) == 500
        assert len(transport.requests) == 1

    async def test_a_count_that_lies_changes_nothing(self) -> None:
        body = {"_total": 4, "_start": 0, "_count": 10, "values": people("a", "b", "c", "d")}
        async with linkedin(FakeTransport([answer(body)])) as client:
            assert [member.id for member in await client.connections().collect()] == ["a", "b", "c", "d"]

    async def test_private_members_are_flagged_and_never_taken_for_repeats(self) -> None:
        hidden = {"id": "private", "firstName": "private", "lastName": "private"}
        pages = [
            answer({"_total": 5, "_start": 0, "_count": 3, "values": [*people("a"), hidden, hidden]}),
            answer({"_total": 5, "_start": 3, "_count": 2, "values": [hidden, *people("b")]}),
        ]
        async with linkedin(FakeTransport(pages)) as client:
            got = await client.connections(page_size=3).collect()
        assert [member.is_private for member in got] == [False, True, True, True, False]

    async def test_resuming_after_any_item_goes_on_behind_it(self) -> None:
        transport = FakeTransport([lambda request: listing(request, CONNECTIONS[:25])])
        async with linkedin(transport) as client:
            for stop in range(25):
                pager = client.connections(page_size=10)
                got = []
                async for member in pager:
                    got.append(member.id)
                    if len(got) > stop:
                        break
                rest = await client.connections(page_size=10, resume=pager.cursor).collect()
                assert [*got, *(member.id for member in rest)] == CONNECTIONS[:25]

    async def test_a_cursor_of_another_query_is_refused(self) -> None:
        async with linkedin(FakeTransport([lambda request: listing(request, CONNECTIONS)])) as client:
            pager = client.connections()
            await pager.first()
            for other in (
                lambda: client.connections(start=1, resume=pager.cursor),
                lambda: client.connections(fields="id", resume=pager.cursor),
                lambda: client.connections(modified="new", modified_since=1391317200000, resume=pager.cursor),
            ):
                with pytest.raises(CursorError, match="another query"):
                    other()

    async def test_an_error_in_the_middle_carries_the_cursor(self) -> None:
        steps = [
            lambda request: listing(request, CONNECTIONS[:20]),
            answer({"status": 500, "message": "Internal service error", "errorCode": 0}, 500),
            lambda request: listing(request, CONNECTIONS[:20]),
        ]
        async with linkedin(FakeTransport(steps), retry=RetryPolicy(attempts=1)) as client:
            got = []
            with pytest.raises(ServerError) as caught:
                async for member in client.connections(page_size=10):
                    got.append(member.id)
            rest = await client.connections(page_size=10, resume=caught.value.cursor).collect()
        assert [*got, *(member.id for member in rest)] == CONNECTIONS[:20]

    async def test_what_was_not_asked_for_is_told_from_what_is_absent(self) -> None:
        body = {"_total": 1, "values": [{"id": "a", "summary": ""}]}
        async with linkedin(FakeTransport([answer(body)])) as client:
            (member,) = await client.connections(fields=["id", "summary", "headline"]).collect()
        assert [member.presence(name) for name in ("id", "summary", "headline", "industry")] == [
            Presence.SENT,
            Presence.EMPTY,
            Presence.ABSENT,
            Presence.NOT_ASKED,
        ]

    @pytest.mark.parametrize(
        ("given", "kind", "words"),
        [
            ({"page_size": 501}, PageSizeError, "1 to 500"),
            ({"page_size": 0}, PageSizeError, "1 to 500"),
            ({"start": -1}, InvalidArgumentError, "from 0 up"),
            ({"start": True}, InvalidArgumentError, "from 0 up"),
            ({"modified": "new"}, InvalidArgumentError, "belong together"),
            ({"modified_since": datetime.now(UTC)}, InvalidArgumentError, "belong together"),
            ({"modified": "all", "modified_since": 1391317200000}, InvalidArgumentError, "'new' or 'updated'"),
            ({"modified": "new", "modified_since": 1391317200}, InvalidArgumentError, "Seconds would select"),
            ({"modified": "new", "modified_since": 1391317200000000}, InvalidArgumentError, "2003 and 2100"),
            ({"modified": "new", "modified_since": 1391317200.5}, InvalidArgumentError, "datetime"),
            ({"modified": "new", "modified_since": "2014-02-02"}, InvalidArgumentError, "datetime"),
            (
                {"modified": "new", "modified_since": datetime(2014, 2, 2)},  # noqa: DTZ001 - what is refused
                InvalidArgumentError,
                "no time zone",
            ),
            ({"fields": ["firstname"]}, InvalidArgumentError, "first-name"),
            ({"member": "private"}, InvalidArgumentError, "hide from applications"),
            ({"member": "a b"}, InvalidArgumentError, "public profile"),
            ({"member": ""}, InvalidArgumentError, "not empty"),
            ({"secure_urls": "yes"}, InvalidArgumentError, "secure_urls"),
            ({"max_items": -1}, InvalidArgumentError, "max_items"),
        ],
    )
    async def test_bad_input_is_refused_before_any_request(
        self, given: dict[str, Any], kind: type[Exception], words: str
    ) -> None:
        transport = FakeTransport()
        async with linkedin(transport) as client:
            with pytest.raises(kind, match=words):
                client.connections(**given)
        assert not transport.requests

    async def test_moments_leave_in_milliseconds(self) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        moment = datetime(2014, 2, 2, 6, tzinfo=timezone(timedelta(hours=1)))
        async with linkedin(transport) as client:
            await client.connections(modified="updated", modified_since=moment).collect()
        assert "modified=updated&modified-since=1391317200000" in transport.requests[0].url


class TestSearch:
    async def test_the_cap_ends_the_stream_after_ten_requests_and_says_so(self) -> None:
        transport = FakeTransport([lambda request: listing(request, FOUND, cap=110, matches=308)])
        async with linkedin(transport) as client:
            pager = client.search.people(keywords="x")
            got = [member.id async for member in pager]
        assert got == FOUND[:100]
        assert len(transport.requests) == 10
        assert (pager.stopped, pager.total, pager.num_results) == (StopReason.SERVER_CAP, 110, 308)

    @pytest.mark.parametrize(
        ("matches", "size", "requests", "stopped"),
        [
            (100, 10, 10, StopReason.EXHAUSTED),
            (99, 25, 4, StopReason.EXHAUSTED),
            (101, 25, 4, StopReason.SERVER_CAP),
            (7, 10, 1, StopReason.EXHAUSTED),
            (0, 10, 1, StopReason.EXHAUSTED),
        ],
    )
    async def test_the_end(self, matches: int, size: int, requests: int, stopped: StopReason) -> None:
        ids = FOUND[:matches]
        transport = FakeTransport([lambda request: listing(request, ids, cap=100, matches=matches)])
        async with linkedin(transport) as client:
            pager = client.search.people(keywords="x", page_size=size)
            pages = [page async for page in pager.pages()]
        assert [member.id for page in pages for member in page.items] == ids[:100]
        assert pager.stopped is stopped
        if matches:
            assert len(transport.requests) == requests
            assert {page.num_results for page in pages} == {matches}

    async def test_a_total_below_the_matches_is_a_cap_too(self) -> None:
        transport = FakeTransport([lambda request: listing(request, FOUND, cap=30, matches=47943)])
        async with linkedin(transport) as client:
            pager = client.search.people(keywords="x")
            assert len(await pager.collect()) == 30
        assert pager.stopped is StopReason.SERVER_CAP

    async def test_without_a_number_of_matches_a_full_cap_is_one(self) -> None:
        transport = FakeTransport([lambda request: listing(request, FOUND, cap=110)])
        async with linkedin(transport) as client:
            pager = client.search.people(keywords="x", page_size=25)
            assert len(await pager.collect()) == 100
        assert (pager.stopped, pager.num_results) == (StopReason.SERVER_CAP, None)

    async def test_the_cap_is_a_setting_and_the_last_page_asks_for_the_rest_of_it(self) -> None:
        transport = FakeTransport([lambda request: listing(request, FOUND, matches=400)])
        async with linkedin(transport, search_cap=35) as client:
            assert len(await client.search.people(keywords="x", start=2, page_size=10).collect()) == 33
        assert [parse_qs(urlsplit(request.url).query)["count"] for request in transport.requests] == [
            ["10"],
            ["10"],
            ["10"],
            ["3"],
        ]

    async def test_the_plan_counts_calls(self) -> None:
        async with linkedin(FakeTransport()) as client:
            assert client.search.people(keywords="x").plan().requests == 10
            assert client.search.people(keywords="x", page_size=25, network="both").plan().items == 200
            assert client.search.people(keywords="x", network="both", max_items=15).plan().requests == 20
            assert client.search.people(keywords="x", max_items=15).plan().requests == 2
            assert client.search.people(keywords="x").plan().credits == 0

    async def test_the_number_of_matches_is_asked_for_whenever_a_selector_is_sent(self) -> None:
        transport = FakeTransport([answer({"people": {"_total": 0}})])
        async with linkedin(transport) as client:
            await client.search.people(keywords="x", fields=["id"], facets=["industry"]).collect()
            await client.search.people(keywords="y", facets=["industry"]).collect()
        inside = "num-results,facets:(code,name,buckets:(code,name,count,selected))"
        assert [urlsplit(request.url).path for request in transport.requests[::1]] == [
            f"/v1/people-search:(people:(id),{inside})",
            f"/v1/people-search:(people,{inside})",
        ]

    async def test_facets_stand_beside_the_people(self) -> None:
        bucket = {"code": "96", "name": "IT", "count": 2062, "selected": False}
        facet = {"code": "industry", "name": "Industry", "buckets": {"_total": 1, "values": [bucket]}}
        body = {
            "people": {"_total": 1, "values": people("a")},
            "numResults": 1,
            "facets": {"_total": 1, "values": [facet]},
        }
        async with linkedin(FakeTransport([answer(body)])) as client:
            pages = [page async for page in client.search.people(keywords="x", facets=["industry"]).pages()]
        (facet_read,) = pages[0].meta["facets"]
        assert [(one.code, one.count, one.selected) for one in facet_read.buckets] == [("96", 2062, False)]

    @pytest.mark.parametrize(
        ("settings", "given", "kind"),
        [
            ({}, {"page_size": 26}, PageSizeError),
            ({"generation": "2009"}, {"page_size": 11}, PageSizeError),
            ({}, {"start": 100}, InvalidArgumentError),
            ({"generation": "2009"}, {"fields": ["id"]}, InvalidArgumentError),
            ({}, {"current_company": True}, InvalidArgumentError),
        ],
    )
    async def test_bad_input_is_refused_before_any_request(
        self, settings: dict[str, Any], given: dict[str, Any], kind: type[Exception]
    ) -> None:
        transport = FakeTransport()
        async with linkedin(transport, **settings) as client:
            with pytest.raises(kind):
                client.search.people(**{"keywords": "x", **given})
        assert not transport.requests


class TestBothNetworks:
    def serve(self, request: Request) -> Response:
        outside = "network%2CO" in request.url
        return listing(request, OUTSIDE if outside else INSIDE, matches=99 if outside else 30)

    async def test_both_halves_without_repeats(self) -> None:
        transport = FakeTransport([self.serve])
        async with linkedin(transport) as client:
            pager = client.search.people(company="Acme", current_company=True, network="both")
            got = [member.id async for member in pager]
        assert got == [*INSIDE, *OUTSIDE[3:]]
        assert pager.stopped is StopReason.SERVER_CAP  # of the second half: it lists 43 of its 99
        assert all("part=" not in request.url for request in transport.requests)

    async def test_resuming_after_any_item_neither_loses_nor_repeats(self) -> None:
        whole = [*INSIDE, *OUTSIDE[3:]]
        async with linkedin(FakeTransport([self.serve]), daily_limits={"people-search": None}) as client:
            for stop in range(1, len(whole)):
                pager = client.search.people(keywords="x", network="both", max_items=stop)
                got = [member.id async for member in pager]
                rest = await client.search.people(keywords="x", network="both", resume=pager.cursor).collect()
                assert [*got, *(member.id for member in rest)] == whole

    async def test_a_page_cursor_goes_on_in_the_second_half(self) -> None:
        async with linkedin(FakeTransport([self.serve]), daily_limits={"people-search": None}) as client:
            pages = [page async for page in client.search.people(keywords="x", network="both").pages()]
            for index, page in enumerate(pages):
                rest = await client.search.people(keywords="x", network="both", resume=page.cursor).collect()
                assert [member.id for member in rest] == [m.id for later in pages[index + 1 :] for m in later.items]


class TestDailyCount:
    async def test_the_ceiling_is_refused_before_a_request(self) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        async with linkedin(transport, daily_limits={"connections": 2, "people-search": None}) as client:
            for _ in range(2):
                await client.connections().collect()
            with pytest.raises(DailyLimitError, match="no request was sent") as caught:
                await client.connections().collect()
            assert len(transport.requests) == 2
            at = caught.value.retry_at
            assert at is not None
            assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
            quota = client.limits.snapshot().quota
            assert quota.calls == {"connections": 2, "people-search": 0, "people": 0}
            assert quota.ceilings == {"connections": 2, "people-search": None, "people": None}

    async def test_callers_at_the_same_time_share_the_count(self) -> None:
        transport = FakeTransport([answer({"_total": 0})], latency=0.01)
        refused: list[DailyLimitError] = []

        async def ask(client: LinkedInClient, number: int) -> None:
            try:
                await client.search.people(keywords=f"x{number}").collect()
            except DailyLimitError as error:
                refused.append(error)

        async with linkedin(transport, daily_limits={"people-search": 5}) as client, anyio.create_task_group() as group:
            for number in range(9):
                group.start_soon(ask, client, number)
        assert (len(transport.requests), len(refused)) == (5, 4)

    async def test_a_call_that_never_left_is_given_back(self) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        async with linkedin(transport, rate_limit=RateLimit(1, per=3600.0), daily_limits={"connections": 2}) as client:
            await client.connections().collect()
            with anyio.move_on_after(0.01):
                await client.connections(start=1).collect()
            assert client.limits.snapshot().quota.calls["connections"] == 1

    async def test_the_escape_hatch_draws_on_the_same_count(self) -> None:
        transport = FakeTransport([answer({"ok": True})])
        async with linkedin(transport) as client:
            for path in (
                "/v1/people/~/connections:(id)",
                "/v1/people-search:(people)",
                "/v1/people/~:(id)",
                "/v1/people/id=x",
                "/v1/people::(~)",
                "/v1/people-search%3A(people)",
                "/v1/companies/1",
            ):
                await client.request("get", path)
            assert client.limits.snapshot().quota.calls == {"connections": 1, "people-search": 2, "people": 3}


class TestRequest:
    async def test_any_path_comes_back_as_it_came(self) -> None:
        xml = Response(status=200, headers={}, body=b"<person><first-name>Robin</first-name></person>")
        transport = FakeTransport([answer({"a": [1]}), xml, Response(status=204, headers={}, body=b"")])
        async with linkedin(transport) as client:
            assert await client.request("GET", "/v1/companies/1", params={"q": ["a", "b"]}) == {"a": [1]}
            assert await client.request("GET", "/v1/people/~") == {"firstName": "Robin"}
            assert await client.request("POST", "/v1/shares", json={"comment": "x"}) is None
        assert transport.requests[0].url.endswith("/v1/companies/1?q=a&q=b")
        assert json.loads(transport.requests[2].body or b"") == {"comment": "x"}

    @pytest.mark.parametrize("path", ["v1/people", "/v1/people?x=1", "//evil.example/", "/v1/../x"])
    async def test_paths_that_cannot_be(self, path: str) -> None:
        async with linkedin(FakeTransport()) as client:
            with pytest.raises(InvalidArgumentError):
                await client.request("GET", path)


async def test_equal_reads_at_the_same_time_share_one_request() -> None:
    transport = FakeTransport([answer({"_total": 1, "values": people("a")})], latency=0.01)
    got: list[Member] = []

    async def ask(client: LinkedInClient) -> None:
        got.extend(await client.connections().collect())

    async with linkedin(transport) as client, anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(ask, client)
    assert len(got) == 3
    assert len(transport.requests) == 1


async def test_a_signature_is_no_reason_to_ask_twice() -> None:
    signer = OAuth1(consumer_key="k", consumer_secret="s", token="t", token_secret="u")
    transport = FakeTransport([answer({"_total": 0})], latency=0.01)
    async with LinkedInClient(auth=signer, transport=transport) as client, anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(client.connections().collect)
    assert len(transport.requests) == 1


@pytest.mark.virtual_time
async def test_the_rate_is_kept_here_too() -> None:
    transport = FakeTransport([lambda request: listing(request, CONNECTIONS)], latency=0.7)
    async with linkedin(transport, rate_limit=RateLimit(2, per=1.0)) as client:
        assert len(await client.connections(page_size=50).collect()) == 1234
    times = transport.times
    assert len(times) == 25
    assert all(later - earlier > 1.0 for earlier, later in zip(times, times[2:], strict=False))


class TestWhatServersDo:
    """Findings of trying to break it."""

    async def test_a_list_that_shrinks_while_it_is_read_loses_nobody(self) -> None:
        now = list(CONNECTIONS[:30])

        def serve(request: Request) -> Response:
            page = listing(request, now)
            if len(transport.requests) == 1:
                now.remove("id3")
                now.remove("id7")
            return page

        transport = FakeTransport([serve])
        async with linkedin(transport) as client:
            got = [member.id for member in await client.connections(page_size=10).collect()]
        assert got == CONNECTIONS[:30]

    async def test_a_body_that_never_changes_ends(self) -> None:
        body = b"<connections><person><first-name>a</first-name></person></connections>"
        transport = FakeTransport([Response(status=200, headers={}, body=body)])
        async with linkedin(transport) as client:
            for size in (500, None):
                assert len(await client.connections(page_size=size).collect()) == 1
        assert len(transport.requests) == 2

    async def test_calls_that_wait_while_another_is_throttled_do_not_leave(self) -> None:
        throttled = answer({"status": 403, "message": "Throttle limit for calls to this resource is reached."}, 403)
        transport = FakeTransport([throttled])
        refused: list[DailyLimitError] = []

        async def ask(client: LinkedInClient, number: int) -> None:
            try:
                await client.search.people(keywords=f"x{number}").collect()
            except DailyLimitError as error:
                refused.append(error)

        rate = RateLimit(1, per=0.05)
        async with linkedin(transport, rate_limit=rate) as client, anyio.create_task_group() as group:
            for number in range(4):
                group.start_soon(ask, client, number)
        assert len(transport.requests) == 1
        assert len(refused) == 4

    async def test_a_ceiling_that_was_given_back_is_open_again(self) -> None:
        transport = FakeTransport([answer({"_total": 0})])
        rate = RateLimit(1, per=3600.0)
        async with linkedin(transport, rate_limit=rate, daily_limits={"connections": 2}) as client:
            await client.connections().collect()
            async with anyio.create_task_group() as group:
                group.start_soon(client.connections(start=1).collect)
                await anyio.wait_all_tasks_blocked()
                with pytest.raises(DailyLimitError):
                    await client.connections(start=2).collect()
                group.cancel_scope.cancel()
            quota = client.limits.snapshot().quota
            assert (quota.calls["connections"], quota.closed) == (1, {})

    async def test_calls_that_never_left_are_not_counted(self) -> None:
        transport = FakeTransport([ConnectError("no route"), ConnectError("no route"), answer({"_total": 0})])
        async with linkedin(transport, retry=RetryPolicy(base=0.001)) as client:
            await client.connections().collect()
            assert client.limits.snapshot().quota.calls["connections"] == 1

    async def test_a_call_sent_after_midnight_draws_on_the_new_day(self) -> None:
        day = [datetime(2026, 11, 1, 23, 59, tzinfo=UTC)]
        transport = FakeTransport([answer({"_total": 0})])
        async with linkedin(transport, rate_limit=RateLimit(1, per=3600.0)) as client:
            quota = client._core.pipeline.quota
            quota._clock = lambda: day[0]
            await client.connections().collect()
            async with anyio.create_task_group() as group:
                group.start_soon(client.connections(start=1).collect)
                await anyio.wait_all_tasks_blocked()
                day[0] += timedelta(minutes=2)
                client.limits.set_rate(RateLimit(1000, per=1.0, burst=1000))
            assert client.limits.snapshot().quota.calls["connections"] == 1

    async def test_a_token_longer_than_an_excerpt_is_masked_in_it(self) -> None:
        token = "AQV" + "x7_-Zk" * 40
        page = f"<html><body>{'.' * 60} Authorization: Bearer {token}</body></html>".encode()
        for status in (200, 403):
            transport = FakeTransport([Response(status=status, headers={}, body=page)])
            async with linkedin(transport, token, retry=RetryPolicy(attempts=1)) as client:
                with pytest.raises(LixasyncError) as caught:
                    await client.connections().collect()
            assert token[:8] not in f"{caught.value.__dict__}"
            assert caught.value.body

    async def test_no_token_in_the_traceback_of_a_deadline(self) -> None:
        echo = answer({"errorCode": 0, "message": f"boom for Bearer {TOKEN}", "status": 500, "requestId": TOKEN}, 500)
        retry = RetryPolicy(base=30.0)
        async with linkedin(FakeTransport([echo]), retry=retry, deadline=5.0) as client:
            with pytest.raises(DeadlineExceeded) as caught:
                await client.connections().collect()
        assert TOKEN not in "".join(traceback.format_exception(caught.value))

    @pytest.mark.parametrize(
        "date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -0100", "Thu, 01 Jan 1970 00:00:00 GMT"]
    )
    async def test_dates_at_the_edge_are_no_dates(self, date: str) -> None:
        throttled: dict[str, Any] = {"status": 403, "message": "Throttle limit reached", "timestamp": 253402300799000}
        transport = FakeTransport([answer({"_total": 0}, date=date), answer(throttled, 403, date=date)])
        async with linkedin(transport) as client:
            await client.connections().collect()
            with pytest.raises(DailyLimitError) as caught:
                await client.connections().collect()
        assert caught.value.retry_at is not None
        assert caught.value.retry_at - datetime.now(UTC) <= timedelta(days=1)

    async def test_totals_of_both_networks_are_sums(self) -> None:
        def serve(request: Request) -> Response:
            outside = "network%2CO" in request.url
            return listing(request, [] if outside else INSIDE, matches=0 if outside else 400)

        async with linkedin(FakeTransport([serve])) as client:
            pager = client.search.people(keywords="x", network="both")
            await pager.collect()
        assert (pager.total, pager.num_results) == (30, 400)

    async def test_both_networks_find_repeats_whatever_was_asked_for(self) -> None:
        transport = FakeTransport([lambda request: listing(request, INSIDE[:1], matches=1)])
        async with linkedin(transport) as client:
            pager = client.search.people(keywords="x", network="both", fields="first-name")
            assert len(await pager.collect()) == 1
            with pytest.raises(InvalidArgumentError, match="start has no meaning"):
                client.search.people(keywords="x", network="both", start=20)
        assert "(people:(id,first-name)" in transport.requests[0].url

    async def test_one_shot_iterables_serve_both_halves(self) -> None:
        transport = FakeTransport([lambda request: listing(request, [], matches=0)])
        async with linkedin(transport) as client:
            given: Any = {"industry": (code for code in (4, 6)), "facet": {"language": iter(["en"])}}
            await client.search.people(network="both", facets=iter(["industry"]), **given).collect()
        assert all(
            "industry%2C4%2C6" in request.url and "language%2Cen" in request.url for request in transport.requests
        )

    async def test_a_cursor_of_another_start_is_refused(self) -> None:
        async with linkedin(FakeTransport([lambda request: listing(request, FOUND, matches=400)])) as client:
            pager = client.search.people(keywords="x", max_items=5)
            await pager.collect()
            with pytest.raises(CursorError, match="another query"):
                client.search.people(keywords="x", start=50, resume=pager.cursor)

    async def test_plain_objects_with_a_message_are_no_errors(self) -> None:
        body = {"status": "active", "message": "hello", "id": "x"}
        async with linkedin(FakeTransport([answer(body)])) as client:
            assert await client.request("GET", "/v1/companies/1") == body

    @pytest.mark.parametrize(
        "call",
        [
            lambda client: client.connections(fields=5),
            lambda client: client.connections(fields=[1]),
            lambda client: client.search.people(facet=[1]),
            lambda client: client.search.people(industry="9" * 5000),
            lambda client: client.search.people(title="software+engineer"),
            lambda client: client.search.people(keywords="\ud800").collect(),
            lambda client: client.request("GET", "/v1/x", params={"a": "\ud800"}),
            lambda client: client.request("GET", "/v1/\ud800"),
            lambda client: client.request("GET", "/v1/a\x7f"),
            lambda client: client.request("GET", "/v1/x", params={1: 2}),
        ],
    )
    async def test_odd_input_has_an_error_of_ours(self, call: Any) -> None:
        transport = FakeTransport()
        async with linkedin(transport) as client:
            with pytest.raises(InvalidArgumentError):
                under_way = call(client)
                await under_way
        assert not transport.requests
