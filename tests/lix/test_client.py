"""The client's settings: what is refused before any request, what is shared, what never shows."""

from __future__ import annotations

import asyncio
import copy
import pickle

import anyio
import pytest
from tests.support.fake import KEY, LEADS, SEARCH, FakeTransport, answer, client

from lixasync import (
    ApiKey,
    ConfigurationError,
    CursorError,
    EventLoopError,
    InsecureURLError,
    InvalidArgumentError,
    Limiter,
    LixClient,
    MissingKeyError,
    PageSizeError,
    RateLimit,
    RetryPolicy,
    SearchURLError,
)
from lixasync.limits.home import Home

pytestmark = pytest.mark.anyio


class TestSettings:
    async def test_without_a_key_it_says_where_to_get_one(self) -> None:
        with pytest.raises(MissingKeyError, match=r"LIX_API_KEY.*dashboard"):
            LixClient()

    async def test_the_environment_speaks_when_the_arguments_do_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIX_API_KEY", "sk-from-environment")
        monkeypatch.setenv("LIX_BASE_URL", "https://gateway.example/lix/")
        monkeypatch.setenv("LIX_VIEWER_ID", "someone")
        transport = FakeTransport([answer({"elements": [{"name": "a"}], "paging": {"total": 1}})])
        async with LixClient(transport=transport) as lix:
            await lix.connections().collect()
        (request,) = transport.requests
        assert request.url == "https://gateway.example/lix/v1/connections?viewer_id=someone&start=0&count=1000"
        assert ("authorization", "sk-from-environment") in request.headers

    async def test_arguments_go_before_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("LIX_API_KEY", "LIX_BASE_URL", "LIX_VIEWER_ID"):
            monkeypatch.setenv(name, "https://wrong.example")
        transport = FakeTransport([answer({"elements": [{"name": "a"}], "paging": {"total": 1}})])
        lix = LixClient(KEY, base_url="https://right.example", viewer_id="me", transport=transport)
        await lix.connections().collect()
        assert transport.requests[0].url.startswith("https://right.example/v1/connections?viewer_id=me")

    @pytest.mark.parametrize(
        ("settings", "kind"),
        [
            ({"base_url": "http://api.lix-it.com"}, InsecureURLError),
            ({"lookc_url": "http://api.lookc.io"}, InsecureURLError),
            ({"timeout": 0}, ConfigurationError),
            ({"timeout": float("nan")}, ConfigurationError),
            ({"deadline": -1}, ConfigurationError),
            ({"lane": "fast"}, ConfigurationError),
            ({"timeout": "5"}, ConfigurationError),
            ({"deadline": "soon"}, ConfigurationError),
            ({"retry": 5}, ConfigurationError),
            ({"rate_limit": (1, 3)}, ConfigurationError),
            ({"limiter": RateLimit(1, per=3.0)}, ConfigurationError),
        ],
    )
    async def test_what_cannot_work_is_refused(self, settings: dict[str, object], kind: type[Exception]) -> None:
        with pytest.raises(kind):
            LixClient(KEY, transport=FakeTransport(), **settings)  # type: ignore[arg-type]

    @pytest.mark.parametrize("form", ["bearer", "x-api-key", "query"])
    async def test_the_key_in_another_form(self, form: str) -> None:
        transport = FakeTransport()
        async with LixClient(ApiKey(KEY, form=form), transport=transport) as lix:  # type: ignore[arg-type]
            await lix.account.balances()
        (request,) = transport.requests
        assert (KEY in request.url) is (form == "query")
        assert any(KEY in value for _, value in request.headers) is (form != "query")


class TestArguments:
    @pytest.mark.parametrize("size", [0, 1001, -5, 2.5, True])
    async def test_a_page_size_outside_the_documented_range(self, size: int) -> None:
        transport = FakeTransport()
        with pytest.raises(PageSizeError, match=r"1 to 1000.*max_items"):
            client(transport).connections("me", page_size=size)
        assert not transport.requests

    @pytest.mark.parametrize("key", [123, b"key"])
    async def test_a_key_that_is_no_text(self, key: str) -> None:
        with pytest.raises(ConfigurationError, match="api_key"):
            LixClient(key)

    @pytest.mark.parametrize("viewer", ["", "  ", 5])
    async def test_a_viewer_that_is_none(self, viewer: str) -> None:
        with pytest.raises(InvalidArgumentError, match="viewer_id"):
            client(FakeTransport(), viewer_id="me").connections(viewer)

    @pytest.mark.parametrize("more", [{"params": {"x": b"ab"}}, {"params": {"x": {"k": 1}}}, {"json": {"x": object()}}])
    async def test_what_cannot_be_sent(self, more: dict[str, object]) -> None:
        transport = FakeTransport()
        with pytest.raises(InvalidArgumentError):
            await client(transport).request("POST", "/v1/x", **more)  # type: ignore[arg-type]
        assert not transport.requests

    async def test_connections_need_a_viewer(self) -> None:
        with pytest.raises(InvalidArgumentError, match="LIX_VIEWER_ID"):
            client(FakeTransport()).connections()

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "   ",
            "engineers in Berlin",
            "https://example.com/search/results/people/?keywords=a",
            "https://linkedin.com.example.com/search/results/people/?keywords=a",
            "ftp://www.linkedin.com/search/results/people/",
            "https://[www.linkedin.com/search/results/people/",
            "https://www.linkedin.com/in/robin-marlowe",
            LEADS,
            None,
        ],
    )
    async def test_what_is_no_people_search(self, url: str) -> None:
        transport = FakeTransport()
        with pytest.raises((SearchURLError, InvalidArgumentError)):
            client(transport).search.people(url)
        assert not transport.requests

    async def test_the_other_kind_of_search_is_pointed_out(self) -> None:
        with pytest.raises(SearchURLError, match=r"lix\.sales\.leads"):
            client(FakeTransport()).search.people(LEADS)
        with pytest.raises(SearchURLError, match=r"lix\.search\.people"):
            client(FakeTransport()).sales.leads(SEARCH)

    @pytest.mark.parametrize(
        "link", ["", "robin-marlowe", "https://example.com/in/x", "https://www.linkedin.com/", "https://[", 7]
    )
    async def test_what_is_no_profile(self, link: str) -> None:
        transport = FakeTransport()
        with pytest.raises(InvalidArgumentError):
            await client(transport).enrichment.person(link)
        assert not transport.requests

    @pytest.mark.parametrize(
        ("method", "path", "more"),
        [
            ("FETCH", "/v1/x", {}),
            ("GET", "v1/x", {}),
            ("GET", "//elsewhere.example/v1", {}),
            ("GET", "https://elsewhere.example/", {}),
            ("GET", "/v1/x?a=1", {}),
            ("GET", "/v1/x#a", {}),
            ("GET", "/v1/x\n", {}),
            ("GET", "/v1/../x", {}),
            ("GET", "/v1/x", {"host": "elsewhere"}),
        ],
    )
    async def test_a_request_that_cannot_be_made(self, method: str, path: str, more: dict[str, str]) -> None:
        transport = FakeTransport()
        with pytest.raises(InvalidArgumentError):
            await client(transport).request(method, path, **more)  # type: ignore[arg-type]
        assert not transport.requests

    async def test_a_cursor_of_another_search(self) -> None:
        lix = client(FakeTransport())
        cursor = lix.search.people(SEARCH).cursor
        with pytest.raises(CursorError, match="another query"):
            lix.search.people(SEARCH + "2", resume=cursor)
        with pytest.raises(CursorError, match="another query"):
            lix.search.people(SEARCH, viewer_id="me", resume=cursor)


class TestRequests:
    async def test_the_search_url_is_encoded_once_and_otherwise_left_as_it_is(self) -> None:
        transport = FakeTransport([answer({"people": [{"name": "a"}], "paging": {"total": 1}, "meta": {}})])
        await client(transport).sales.leads(LEADS).collect()
        assert transport.requests[0].url.endswith(
            "?url=https%3A%2F%2Fwww.linkedin.com%2Fsales%2Fsearch%2Fpeople%23query%3D%28keywords%3Aa%25252Cb%29"
        )

    async def test_equal_searches_share_their_requests(self) -> None:
        people = answer({"people": [{"name": "a"}], "paging": {"total": 1}})
        transport = FakeTransport([people], latency=0.01)
        async with client(transport) as lix, anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(lix.search.people(SEARCH).collect)
        assert len(transport.requests) == 1

    async def test_a_search_with_a_viewer_needs_no_sequence_id(self) -> None:
        transport = FakeTransport([answer({"people": [], "paging": {"total": 0}})])
        await client(transport).search.people(SEARCH, viewer_id="me").collect()
        assert "viewer_id=me" in transport.requests[0].url
        assert "sequence_id" not in transport.requests[0].url
        await client(transport).search.people(SEARCH).collect()
        assert "sequence_id" in transport.requests[1].url

    async def test_the_lookc_host(self) -> None:
        transport = FakeTransport([answer({})])
        await client(transport).request("GET", "/v1/request", params={"request_id": "r"}, host="lookc")
        assert transport.requests[0].url == "https://api.lookc.io/v1/request?request_id=r"


class TestWithOptions:
    async def test_it_shares_the_limiter_the_connections_and_the_budget(self) -> None:
        transport = FakeTransport()
        lix = client(transport, rate_limit=RateLimit(5, per=1.0, burst=5))
        fast = lix.with_options(lane="interactive", deadline=5.0, viewer_id="me")
        await fast.enrichment.person("https://www.linkedin.com/in/x")
        assert lix.limits.snapshot().quota.credits == fast.limits.snapshot().quota.credits == {"standard": 1}
        assert lix.limits.snapshot().rate.sent == 1
        assert "viewer_id=me" in transport.requests[0].url
        await fast.aclose()
        assert transport.closed

    async def test_what_is_not_given_stays(self) -> None:
        retry = RetryPolicy(attempts=2)
        lix = client(FakeTransport(), lane="bulk", deadline=9.0, timeout=8.0, retry=retry, viewer_id="me")
        core = lix.with_options(timeout=7.0)._core
        assert (core.options.lane, core.options.deadline, core.options.timeout) == ("bulk", 9.0, 7.0)
        assert (core.options.retry, core.viewer_id) == (retry, "me")
        assert lix.with_options(deadline=None)._core.options.deadline is None

    async def test_settings_are_checked_here_too(self) -> None:
        with pytest.raises(ConfigurationError):
            client(FakeTransport()).with_options(lane="fast")  # type: ignore[arg-type]

    async def test_two_clients_may_share_a_limiter(self) -> None:
        limiter = Limiter(RateLimit(2, per=60.0, burst=2))
        for _ in range(2):
            await client(FakeTransport(), limiter=limiter).account.balances()
        assert limiter.snapshot().sent == 2
        assert limiter.snapshot().next_slot > 50

    async def test_the_rate_can_be_changed(self) -> None:
        lix = client(FakeTransport())
        lix.limits.set_rate(RateLimit(2, per=1.0))
        assert lix.limits.snapshot().rate.limit == RateLimit(2, per=1.0)


class TestSecrets:
    @pytest.mark.parametrize("act", [pickle.dumps, copy.deepcopy])
    async def test_a_client_is_not_pickled(self, act: object) -> None:
        with pytest.raises(TypeError, match="each process"):
            act(client(FakeTransport()))  # type: ignore[operator]

    async def test_its_repr_says_nothing(self) -> None:
        lix = client(FakeTransport())
        assert repr(lix).startswith("LixClient(rate_limit=")
        assert KEY not in "".join(repr(thing) for thing in (lix, lix._core, lix.search, lix.limits, lix.__dict__))


@pytest.mark.parametrize("shared", ["client", "limiter"])
async def test_a_second_event_loop_is_refused(shared: str) -> None:
    transport = FakeTransport()
    lix = client(transport)
    await lix.account.balances()
    # Either of the two notices by itself.
    other = lix._core.pipeline.limiter() if shared == "client" else lix._core.pipeline
    other._home = Home("The other")

    def elsewhere() -> None:
        asyncio.run(lix.account.balances())

    with pytest.raises(EventLoopError, match="another event loop"):
        await anyio.to_thread.run_sync(elsewhere)
    assert len(transport.requests) == 1
