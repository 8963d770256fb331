"""The httpx adapter at the library's edge, with respx: what leaves, and what its faults become."""

from __future__ import annotations

import httpx
import pytest
import respx
from tests.support.fake import KEY

from lixasync import ConnectError, ConnectionLostError, DecodeError, HttpxTransport, Request

pytestmark = pytest.mark.anyio

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
