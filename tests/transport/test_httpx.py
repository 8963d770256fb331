"""The httpx adapter: at the library's edge with respx, and over real connections."""

from __future__ import annotations

import logging

import anyio
import httpx
import pytest
import respx
from tests.support.fake import KEY

from lixasync import (
    ConnectError,
    ConnectionLostError,
    DecodeError,
    HttpxTransport,
    LixClient,
    RateLimit,
    Request,
    UnknownShapeError,
)
from lixasync.sandbox import Sandbox
from lixasync.transport import base
from lixasync.transport.proxies import environment_proxy
from lixasync.transport.redaction import guard_foreign_loggers

pytestmark = pytest.mark.anyio

FAST = RateLimit(1000, per=1.0, burst=1000)
URL = "https://api.lix-it.com/v1/x?url=https%3A%2F%2Fa%2F%3Fq%3D%2528b%2529&page=1"


def request(url: str = URL, method: str = "GET", body: bytes | None = None) -> Request:
    return Request(method=method, url=url, headers=(("authorization", KEY),), body=body)


def ignore() -> None:
    """Be told that a request leaves, and do nothing."""


@respx.mock
async def test_a_request_leaves_as_it_is_and_the_answer_comes_back_whole() -> None:
    route = respx.route().mock(return_value=httpx.Response(418, headers={"X-One": "1"}, content=b"tea"))
    transport = HttpxTransport()
    answer = await transport.send(request(method="POST", body=b"{}"), on_sent=ignore)
    await transport.aclose()
    assert (answer.status, answer.body, answer.headers["x-one"]) == (418, b"tea", "1")
    sent = route.calls.last.request
    assert str(sent.url) == URL
    assert sent.url.raw_path == b"/v1/x?url=https%3A%2F%2Fa%2F%3Fq%3D%2528b%2529&page=1"
    assert (sent.method, sent.content, sent.headers["authorization"]) == ("POST", b"{}", KEY)


@respx.mock
@pytest.mark.parametrize("own", [False, True])
async def test_redirects_are_not_followed(own: bool) -> None:
    respx.get(URL).mock(return_value=httpx.Response(302, headers={"location": "https://elsewhere.example/"}))
    elsewhere = respx.get("https://elsewhere.example/")
    async with httpx.AsyncClient(follow_redirects=True) as theirs:
        transport = HttpxTransport(theirs if own else None)
        assert (await transport.send(request(), on_sent=ignore)).status == 302
        await transport.aclose()
    assert not elsewhere.called


@respx.mock
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError, ConnectError),
        (httpx.ConnectTimeout, ConnectError),
        (httpx.PoolTimeout, ConnectError),
        (httpx.ProxyError, ConnectError),
        (httpx.ReadError, ConnectionLostError),
        (httpx.ReadTimeout, ConnectionLostError),
        (httpx.WriteError, ConnectionLostError),
        (httpx.RemoteProtocolError, ConnectionLostError),
        (httpx.DecodingError, DecodeError),
    ],
)
async def test_its_faults_become_ours(fault: type[Exception], kind: type[Exception]) -> None:
    respx.get(URL).mock(side_effect=fault)
    transport = HttpxTransport()
    with pytest.raises(kind):
        await transport.send(request(), on_sent=ignore)
    await transport.aclose()


async def test_it_tells_when_the_bytes_leave(sandbox: Sandbox) -> None:
    moments: list[str] = []
    transport = HttpxTransport()
    answer = await transport.send(request(f"{sandbox.url}/v1/account/balances"), on_sent=lambda: moments.append("now"))
    await transport.aclose()
    assert answer.status == 401
    assert moments == ["now"]


async def test_a_client_of_the_callers_own_stays_open(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(headers={"x-tenant": "blue"}) as own:
        transport = HttpxTransport(own)
        await transport.send(request(f"{sandbox.url}/v1/account/balances"), on_sent=ignore)
        await transport.aclose()
        assert not own.is_closed


async def test_a_client_of_the_callers_own_does_not_replace_the_key(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(auth=("user", "password"), timeout=0.001) as own:
        async with LixClient(sandbox.key, base_url=sandbox.url, transport=HttpxTransport(own)) as lix:
            assert (await lix.account.balances()).standard is not None


async def test_nobody_there_is_a_connect_error_with_its_reason() -> None:
    transport = HttpxTransport()
    with pytest.raises(ConnectError, match=r"No connection.*failed"):
        await transport.send(request("http://127.0.0.1:9/"), on_sent=ignore)
    await transport.aclose()


async def test_a_storm_of_cancelled_calls_leaks_no_connection(sandbox: Sandbox) -> None:
    """Law 10: what was cancelled does not hold the pool, and the next call gets through."""
    sandbox.reset(latency=0.5)
    transport = HttpxTransport()
    async with LixClient(sandbox.key, base_url=sandbox.url, transport=transport, rate_limit=FAST) as lix:
        for _ in range(5):
            async with anyio.create_task_group() as group:
                for number in range(20):
                    group.start_soon(lix.enrichment.person, sandbox.person(number)["link"])
                await anyio.wait_all_tasks_blocked()
                group.cancel_scope.cancel()
        sandbox.reset(latency=0.0)
        assert (await lix.account.balances()).standard is not None
        (pool,) = (opened._pool for opened in transport._pools.values())
        for _ in range(100):
            if all(connection.is_idle() for connection in pool.connections):
                break
            await anyio.sleep(0.01)
        assert all(connection.is_idle() for connection in pool.connections)


class TestLogs:
    """Law 7: at debug level of every logger, the key appears nowhere."""

    async def test_http_1(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        async with LixClient(sandbox.key, base_url=sandbox.url) as lix:
            await lix.account.balances()
        assert "http11" in caplog.text
        assert sandbox.key not in caplog.text

    async def test_the_key_in_a_query_is_masked(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        guard_foreign_loggers()
        with respx.mock:
            respx.route().mock(return_value=httpx.Response(200, content=b"{}"))
            async with httpx.AsyncClient() as own:
                transport = HttpxTransport(own)
                await transport.send(request(f"https://api.lix-it.com/v1/x?a=1&api_key={KEY}"), on_sent=ignore)
        assert "api_key=***" in caplog.text
        assert KEY not in caplog.text

    def test_the_header_logs_of_http_2_are_silenced(self, caplog: pytest.LogCaptureFixture) -> None:
        from hpack import Encoder

        caplog.set_level(logging.DEBUG)
        guard_foreign_loggers()
        Encoder().encode([("authorization", KEY)])
        logging.getLogger("hpack.hpack").warning("still heard")
        assert KEY not in caplog.text
        assert "still heard" in caplog.text


async def test_http_2_is_an_option() -> None:
    transport = HttpxTransport(http2=True)
    assert transport._pool("https://api.lix-it.com/")._pool._http2  # type: ignore[attr-defined]
    await transport.aclose()


class TestProxies:
    @pytest.mark.parametrize(
        ("environment", "origin", "proxy"),
        [
            ({}, "https://api.lix-it.com", None),
            ({"HTTPS_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
            ({"https_proxy": "proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
            ({"HTTP_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", None),
            ({"ALL_PROXY": "http://proxy:3128"}, "https://api.lix-it.com", "http://proxy:3128"),
            ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "lix-it.com"}, "https://api.lix-it.com", None),
            ({"HTTP_PROXY": "http://p:1"}, "http://lix.example:8000", "http://p:1"),
            ({"HTTP_PROXY": "http://p:1"}, "http://127.0.0.1:8000", None),
            ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:8000", None),
        ],
    )
    def test_the_environments_choice(
        self, environment: dict[str, str], origin: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert environment_proxy(origin) == proxy

    async def test_it_is_used(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sandbox stands in for the proxy: it is asked for the whole URL, as proxies are."""
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("HTTP_PROXY", sandbox.url)
        transport = HttpxTransport()
        await transport.send(request("http://nowhere.invalid/v1/account/balances"), on_sent=ignore)
        await transport.aclose()
        assert sandbox.stats()["arrivals"] == 1


@pytest.mark.parametrize("own", [False, True])
async def test_an_answer_that_unpacks_to_too_much_is_given_up(
    sandbox: Sandbox, own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "LARGEST", 2000)
    async with httpx.AsyncClient() as mine:
        transport = HttpxTransport(mine if own else None)
        async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=FAST, transport=transport) as lix:
            with pytest.raises(UnknownShapeError, match="longer than 2000 bytes") as caught:
                await lix.connections("robin-marlowe").collect()
            assert caught.value.attempts <= 1
            assert (await lix.account.balances()).standard is not None
            pool = (mine._transport if own else next(iter(transport._pools.values())))._pool
            assert len(pool.connections) == 1


class TestSecretsInLogs:
    @pytest.mark.parametrize("logger", ["httpx", "httpcore.http11", "httpcore.http2"])
    @pytest.mark.parametrize("name", ["api_key", "oauth2_access_token"])
    def test_no_secret_of_a_query(self, logger: str, name: str, caplog: pytest.LogCaptureFixture) -> None:
        guard_foreign_loggers()
        caplog.set_level(logging.DEBUG)
        logging.getLogger(logger).debug(
            "%s %r", "location", [(b"location", f"https://h/?a=1&{name}=s3cret&b=2".encode())]
        )
        assert "s3cret" not in caplog.text
        assert f"{name}=***" in caplog.text
        assert "b=2" in caplog.text
