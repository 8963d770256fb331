"""Each adapter, over real connections: both have to do the same."""

from __future__ import annotations

import gzip
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.support.adapters import Adapter, ignore, request
from tests.support.fake import KEY
from tests.support.wire import RESET, Wire, certificate, plain

from lixasync import (
    ConfigurationError,
    ConnectError,
    ConnectionLostError,
    DecodeError,
    Httpx2Transport,
    LinkedInClient,
    LixasyncError,
    LixClient,
    RateLimit,
    UnknownShapeError,
)
from lixasync.sandbox import Sandbox
from lixasync.transport import base
from lixasync.transport.redaction import guard_foreign_loggers

pytestmark = pytest.mark.anyio

FAST = RateLimit(1000, per=1.0, burst=1000)
# trio tells that the libraries leave the generators of an answer that was not read to its end to the collector
LEFT_TO_THE_COLLECTOR = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TARGET = "/v1/x?url=https%3A%2F%2Fa%2F%3Fq%3D%2528b%2529&page=1"


async def test_a_request_leaves_as_it_is_and_the_answer_comes_back_whole(adapter: Adapter, wire: Wire) -> None:
    wire.answers = [plain(b"tea", b"X-One: 1", status=b"418 Teapot")]
    transport = adapter.make()
    answer = await transport.send(request(wire.url + TARGET, "POST", b"{}"), on_sent=ignore)
    await transport.aclose()
    assert (answer.status, answer.body, answer.headers["x-one"]) == (418, b"tea", "1")
    head, _, body = wire.requests[0].partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    assert first == f"POST {TARGET} HTTP/1.1".encode()
    assert body == b"{}"
    # nothing of the library's own: neither its name nor what it can decode
    host = wire.url.removeprefix("http://")
    expected = {f"host: {host}", f"authorization: {KEY}", "user-agent: lixasync/1", "content-length: 2"}
    assert {line.decode().replace("Host", "host").replace("Content-L", "content-l") for line in headers} == expected


async def test_what_nobody_encoded_the_library_does(adapter: Adapter, wire: Wire) -> None:
    transport = adapter.make()
    await transport.send(request(wire.url + '/v1/ä"/x?a=b c'), on_sent=ignore)
    await transport.aclose()
    assert wire.requests[0].startswith(b"GET /v1/%C3%A4%22/x?a=b%20c HTTP/1.1")


@pytest.mark.parametrize("own", [False, True])
async def test_redirects_are_not_followed_and_cookies_not_sent_back(adapter: Adapter, wire: Wire, own: bool) -> None:
    wire.answers = [plain(b"", b"location: /elsewhere", b"set-cookie: a=b", status=b"302 Found")]
    async with adapter.library.AsyncClient(follow_redirects=True) as theirs:
        transport = adapter.make(theirs if own else None)
        for _ in range(2):
            assert (await transport.send(request(wire.url + TARGET), on_sent=ignore)).status == 302
        await transport.aclose()
    assert [sent.split(b" ")[1].decode() for sent in wire.requests] == [TARGET, TARGET]
    assert b"cookie" not in b"".join(wire.requests).lower()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("ConnectError", ConnectError),
        ("ConnectTimeout", ConnectError),
        ("PoolTimeout", ConnectError),
        ("ProxyError", ConnectError),
        ("ReadError", ConnectionLostError),
        ("ReadTimeout", ConnectionLostError),
        ("WriteError", ConnectionLostError),
        ("RemoteProtocolError", ConnectionLostError),
        ("DecodingError", DecodeError),
    ],
)
async def test_its_faults_become_ours(adapter: Adapter, fault: str, kind: type[LixasyncError]) -> None:
    def fail(_: Any) -> Any:
        raise getattr(adapter.library, fault)("no")

    async with adapter.library.AsyncClient(transport=adapter.library.MockTransport(fail)) as theirs:
        with pytest.raises(kind) as caught:
            await adapter.make(theirs).send(request("https://api.lix-it.com/"), on_sent=ignore)
    assert caught.type is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (RESET, ConnectionLostError),
        (b"", ConnectionLostError),
        (b"SMTP ready\r\n\r\n", ConnectionLostError),
        (plain(b"half", length=8), ConnectionLostError),
        (plain(b"garbled", b"content-encoding: gzip"), DecodeError),
    ],
    ids=["reset", "closed", "no HTTP", "cut off", "garbled"],
)
@LEFT_TO_THE_COLLECTOR
@pytest.mark.parametrize("own", [False, True])
async def test_what_breaks_off_is_told_and_leaks_neither_connection_nor_secret(
    adapter: Adapter, wire: Wire, answer: bytes, kind: type[LixasyncError], own: bool
) -> None:
    wire.answers = [answer, plain(b"good")]
    async with adapter.library.AsyncClient() as theirs:
        transport = adapter.make(theirs if own else None, max_connections=1)
        with pytest.raises(kind) as caught:
            await transport.send(request(wire.url + "/"), on_sent=ignore)
        assert caught.type is kind
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"good"
        if own:
            assert all(connection.is_idle() for connection in theirs._transport._pool.connections)
        await transport.aclose()
    assert transport._gate.free == 1


async def test_a_compressed_answer(adapter: Adapter, wire: Wire) -> None:
    wire.answers = [plain(gzip.compress(b"{}" * 1000), b"content-encoding: gzip")]
    transport = adapter.make()
    assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"{}" * 1000
    await transport.aclose()


async def test_a_connection_is_used_again_unless_the_server_closed_it(adapter: Adapter, wire: Wire) -> None:
    transport = adapter.make()
    for _ in range(3):
        await transport.send(request(wire.url + "/"), on_sent=ignore)
    assert wire.opened == 1
    wire.answers = [plain(b"bye", b"connection: close"), plain(b"again")]
    assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"bye"
    assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"again"
    assert wire.opened == 2
    await transport.aclose()


async def test_it_tells_when_the_bytes_leave(adapter: Adapter, wire: Wire) -> None:
    seen: list[int] = []
    transport = adapter.make()
    await transport.send(request(wire.url + "/"), on_sent=lambda: seen.append(len(wire.requests)))
    await transport.aclose()
    assert seen == [0]


async def test_a_client_of_the_callers_own_stays_open_and_leaves_the_key_alone(
    adapter: Adapter, sandbox: Sandbox
) -> None:
    async with adapter.library.AsyncClient(auth=("user", "password"), timeout=0.001) as own:
        async with LixClient(sandbox.key, base_url=sandbox.url, transport=adapter.make(own)) as lix:
            assert (await lix.account.balances()).standard is not None
        assert not own.is_closed


async def test_for_both_apis(adapter: Adapter, sandbox: Sandbox) -> None:
    token = sandbox.settings.linkedin_token
    async with LinkedInClient(token, base_url=sandbox.url, transport=adapter.make(), rate_limit=FAST) as linkedin:
        assert await linkedin.connections().first() is not None
    async with LixClient(sandbox.key, base_url=sandbox.url, transport=adapter.make(), rate_limit=FAST) as lix:
        assert len(await lix.connections("robin-marlowe", max_items=30).collect()) == 30


async def test_nobody_there_is_a_connect_error_with_its_reason(adapter: Adapter) -> None:
    transport = adapter.make()
    with pytest.raises(ConnectError, match=r"No connection.*failed"):
        await transport.send(request("http://127.0.0.1:9/"), on_sent=ignore)
    await transport.aclose()


class TestTLS:
    async def test_a_server_that_nobody_vouches_for_is_not_talked_to(self, adapter: Adapter, tmp_path: Path) -> None:
        server, trusting = certificate(tmp_path)
        with Wire(tls=server) as wire:
            transport = adapter.make()
            with pytest.raises(ConnectError, match="certificate") as caught:
                await transport.send(request(wire.url + "/"), on_sent=ignore)
            assert KEY not in str(caught.value)
            assert wire.requests == []
            transport._tls = trusting
            assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"{}"
            await transport.aclose()

    async def test_http_2_sends_many_over_one_connection(self, adapter: Adapter, tmp_path: Path) -> None:
        server, trusting = certificate(tmp_path)
        with Wire(tls=server) as wire:
            transport = adapter.make(http2=True)
            transport._tls = trusting
            left: list[int] = []
            wire.hold(20)
            async with anyio.create_task_group() as group:
                for number in range(20):
                    asked = request(f"{wire.url}/{number}")
                    group.start_soon(lambda asked=asked: transport.send(asked, on_sent=lambda: left.append(1)))
            assert sorted(wire.requests) == sorted(f"/{number}".encode() for number in range(20))
            assert (wire.opened, len(left)) == (1, 20)
            wire.hold(100)
            with anyio.move_on_after(0.05):  # one that is cancelled leaves the connection to the others
                await transport.send(request(wire.url + "/"), on_sent=ignore)
            wire.hold(0)
            assert (await transport.send(request(wire.url + "/"), on_sent=ignore)).body == b"{}"
            assert wire.opened == 1
            await transport.aclose()


class TestProxies:
    async def test_the_environments_proxy_is_used(
        self, adapter: Adapter, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("HTTP_PROXY", wire.url)
        transport = adapter.make()
        await transport.send(request("http://nowhere.invalid/v1/x"), on_sent=ignore)
        await transport.aclose()
        assert wire.requests[0].startswith(b"GET http://nowhere.invalid/v1/x HTTP/1.1")

    async def test_a_proxy_that_refuses_is_no_connection(
        self, adapter: Adapter, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("HTTPS_PROXY", wire.url.replace("://", "://robin:s3cret@"))
        wire.answers = [plain(b"", status=b"407 Proxy Authentication Required")]
        transport = adapter.make()
        with pytest.raises(ConnectError, match="407") as caught:
            await transport.send(request("https://nowhere.invalid/v1/x"), on_sent=ignore)
        await transport.aclose()
        assert wire.requests[0].startswith(b"CONNECT nowhere.invalid:443 HTTP/1.1")
        assert KEY.encode() not in wire.requests[0]
        assert "s3cret" not in "".join(traceback.format_exception(caught.value))


class TestLogs:
    """Law 7: at debug level of every logger, the key appears nowhere."""

    async def test_the_key_in_a_header(
        self, adapter: Adapter, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        async with LixClient(sandbox.key, base_url=sandbox.url, transport=adapter.make()) as lix:
            await lix.account.balances()
        assert "http11" in caplog.text
        assert sandbox.key not in caplog.text

    async def test_the_key_in_a_query(self, adapter: Adapter, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        guard_foreign_loggers()
        async with adapter.library.AsyncClient() as own:
            await adapter.make(own).send(request(f"{wire.url}/v1/x?a=1&api_key={KEY}"), on_sent=ignore)
        assert "api_key=***" in caplog.text
        assert KEY not in caplog.text


@LEFT_TO_THE_COLLECTOR
@pytest.mark.parametrize("own", [False, True])
async def test_an_answer_that_unpacks_to_too_much_is_given_up(
    adapter: Adapter, sandbox: Sandbox, own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "LARGEST", 2000)
    async with adapter.library.AsyncClient() as mine:
        transport = adapter.make(mine if own else None)
        async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=FAST, transport=transport) as lix:
            with pytest.raises(UnknownShapeError, match="longer than 2000 bytes") as caught:
                await lix.connections("robin-marlowe").collect()
            assert caught.value.attempts <= 1
            assert (await lix.account.balances()).standard is not None
        assert not own or len(mine._transport._pool.connections) == 1


@pytest.mark.parametrize("most", [0, -1, True, 2.0, "5"])
def test_a_bound_that_cannot_be(adapter: Adapter, most: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_connections"):
        adapter.make(max_connections=most)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lixasync\[httpx2\]'"):
        Httpx2Transport()
