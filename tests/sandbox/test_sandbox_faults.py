"""Every fault, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any

import httpx
import pytest

from lixasync.sandbox import FAULTS, Sandbox, Settings, create_app
from lixasync.sandbox.deliver import read_body
from lixasync.sandbox.faults import LINKEDIN

VIEWER = "robin-marlowe"
BALANCES = "/v1/account/balances"
BALANCES_BODY = {"emailBalance": 1000, "linkedInBalance": 10_000}
SEARCH = "/v1/li/linkedin/search/people"


def page(client: httpx.Client, fault: str | None = None, start: int = 0, count: int = 5) -> httpx.Response:
    params: dict[str, Any] = {"viewer_id": VIEWER, "start": start, "count": count}
    headers = {} if fault is None else {"x-sandbox-fault": fault}
    return client.get("/v1/connections", params=params, headers=headers)


def rows(answer: httpx.Response) -> list[Any]:
    found: list[Any] = answer.json()["connections_response"]["elements"]
    return found


def raw_request(sandbox: Sandbox, fault: str) -> bytes:
    lines = [f"GET {BALANCES} HTTP/1.1", "Host: x", f"Authorization: {sandbox.key}", f"x-sandbox-fault: {fault}"]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize(
    ("fault", "status", "kind", "retry_after"),
    [
        ("429", 429, "rate_limit", None),
        ("429-after", 429, "rate_limit", "1"),
        ("429-weekly", 429, "rate_limit", "259200"),
        ("500", 500, "api_error", None),
        ("queued", 503, "queued", None),
        ("queued-200", 200, "queued", None),
        ("daily_limit", 429, "daily_limit", None),
        ("viewer", 407, "viewer_invalid", None),
    ],
)
def test_faults_in_the_documented_form(
    sandbox: Sandbox, client: httpx.Client, fault: str, status: int, kind: str, retry_after: str | None
) -> None:
    answer = page(client, fault)
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind
    assert answer.headers.get("Retry-After") == retry_after
    stats = sandbox.stats()
    assert (stats["credits_spent"], stats["charged_but_lost"]) == (0, 0)
    assert stats["by_fault"] == {fault: 1}
    assert sandbox.events()[0]["outcome"] == "fault"


@pytest.mark.parametrize(
    ("fault", "status", "media"),
    [("503", 503, "text/plain"), ("502-html", 502, "text/html"), ("200-html", 200, "text/html")],
)
def test_faults_of_gateways_are_not_json(
    sandbox: Sandbox, client: httpx.Client, fault: str, status: int, media: str
) -> None:
    answer = page(client, fault)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(media)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert sandbox.stats()["credits_spent"] == 0


def test_the_weekly_fault_says_so(client: httpx.Client) -> None:
    assert "weekly" in page(client, "429-weekly").json()["error"]["message"]


def test_reset_closes_the_connection_without_an_answer(sandbox: Sandbox, client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadError):
        page(client, "reset")
    stats = sandbox.stats()
    assert stats["by_status"] == {0: 1}
    assert (stats["credits_spent"], stats["charged_but_lost"], stats["duplicates"]) == (1, 1, 0)
    assert page(client).status_code == 200


def test_reset_is_a_real_reset(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    head = raw_request(sandbox, "reset")
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(head)
        with pytest.raises(ConnectionResetError):
            raw.recv(1000)


def test_cut_sends_half_of_what_it_promised(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    head = raw_request(sandbox, "cut")
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(head)
        got = b"".join(iter(lambda: raw.recv(1000), b""))
    top, _, body = got.partition(b"\r\n\r\n")
    full = json.dumps(BALANCES_BODY, separators=(",", ":")).encode()
    assert top.startswith(b"HTTP/1.1 200 OK")
    assert f"content-length: {len(full)}".encode() in top
    assert body == full[: len(full) // 2]


def test_cut_is_charged_though_lost(sandbox: Sandbox, client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        page(client, "cut", count=1000)
    stats = sandbox.stats()
    assert stats["by_status"] == {200: 1}
    assert (stats["credits_spent"], stats["charged_but_lost"]) == (1, 1)
    assert rows(page(client)) == [sandbox.connection(index) for index in range(5)]
    assert sandbox.stats()["duplicates"] == 0


def test_a_lost_answer_to_a_send_was_a_send(sandbox: Sandbox, client: httpx.Client) -> None:
    data = {"body": "Hello", "conversation_id": "2-a"}
    with pytest.raises(httpx.ReadError):
        client.post("/v1/li/messages", params={"viewer_id": VIEWER}, json=data, headers={"x-sandbox-fault": "reset"})
    assert sandbox.stats()["sends"] == ["Hello"]


def test_empty_is_charged_though_lost(sandbox: Sandbox, client: httpx.Client) -> None:
    answer = page(client, "empty")
    assert (answer.status_code, answer.content) == (200, b"")
    assert sandbox.stats()["charged_but_lost"] == 1


def test_slow_and_latency_take_their_time(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(slow_seconds=0.03, latency=0.02)
    assert client.get(BALANCES, headers={"x-sandbox-fault": "slow"}).json() == BALANCES_BODY
    assert client.get(BALANCES).json() == BALANCES_BODY
    slow, usual = (event["seconds"] for event in sandbox.events())
    assert slow >= 0.045
    assert usual >= 0.015


def test_drip_comes_whole_in_pieces(sandbox: Sandbox, client: httpx.Client) -> None:
    with client.stream("GET", BALANCES, headers={"x-sandbox-fault": "drip"}) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 3
    assert json.loads(b"".join(pieces)) == BALANCES_BODY
    assert rows(page(client, "drip", count=100)) == [sandbox.connection(index) for index in range(100)]


def test_repeat_answers_the_page_before(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(variant="later")
    assert page(client, "repeat", start=10).content == page(client, start=5).content
    params = {"url": "https://www.linkedin.com/search/?page=3", "sequence_id": "mine"}
    repeated = client.get(SEARCH, params=params, headers={"x-sandbox-fault": "repeat"}).json()
    assert repeated["people"] == [sandbox.person(index) for index in range(10, 20)]
    assert repeated["paging"]["start"] == 10
    assert sandbox.stats()["by_fault"] == {"repeat": 2}


def test_shift_moves_the_page_towards_the_start(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(variant="later")
    shifted = page(client, "shift", start=10)
    assert rows(shifted) == [sandbox.connection(index) for index in range(7, 12)]
    assert shifted.json()["connections_response"]["paging"]["start"] == 10
    assert rows(page(client, "shift", start=1)) == [sandbox.connection(index) for index in range(5)]


@pytest.mark.parametrize("fault", ["repeat", "shift"])
def test_faults_of_pages_leave_first_pages_and_others_alone(sandbox: Sandbox, client: httpx.Client, fault: str) -> None:
    assert rows(page(client, fault)) == [sandbox.connection(index) for index in range(5)]
    assert client.get(BALANCES, headers={"x-sandbox-fault": fault}).status_code == 200
    assert page(client, fault, start=-1).status_code == 400
    assert sandbox.stats()["by_fault"] == {}
    assert [event["fault"] for event in sandbox.events()] == [None] * 3


def test_faults_come_in_turn(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(faults="503,500", fault_every=4)
    client.get(BALANCES, headers={"Authorization": "wrong"})
    found = [client.get(BALANCES).status_code for _ in range(12)]
    assert found == [200, 200, 200, 503, 200, 200, 200, 500, 200, 200, 200, 503]
    assert sandbox.stats()["by_fault"] == {"500": 1, "503": 2}


def test_an_arrival_the_limit_refuses_uses_up_no_fault(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(faults="503", fault_every=2, requests=1, per=3600.0)
    assert [client.get(BALANCES).status_code for _ in range(2)] == [200, 429]
    assert sandbox.stats()["by_fault"] == {}
    assert sandbox.stats()["over_limit"] == 1


def test_a_fault_of_the_way_back_spares_no_error(sandbox: Sandbox, client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadError):
        client.get("/v1/nothing", headers={"x-sandbox-fault": "reset"})
    assert sandbox.stats()["charged_but_lost"] == 0


def test_an_unknown_fault_is_refused(sandbox: Sandbox, client: httpx.Client) -> None:
    answer = page(client, "teapot")
    assert answer.status_code == 400
    assert "x-sandbox-fault" in answer.json()["error"]["message"]


@pytest.mark.parametrize("fault", sorted(LINKEDIN))
def test_faults_of_the_other_api_have_no_effect(sandbox: Sandbox, client: httpx.Client, fault: str) -> None:
    assert rows(page(client, fault)) == [sandbox.connection(index) for index in range(5)]
    assert sandbox.stats()["by_fault"] == {}


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in LINKEDIN])
def test_every_fault_can_be_followed_by_an_answer(sandbox: Sandbox, client: httpx.Client, fault: str) -> None:
    sandbox.reset(slow_seconds=0.01)
    try:
        page(client, fault, start=10)
    except httpx.TransportError:
        assert fault in ("reset", "cut")
    assert sandbox.stats()["by_fault"] == {fault: 1}
    assert rows(page(client, start=10)) == [sandbox.connection(index) for index in range(10, 15)]


# --- callers that leave ---------------------------------------------------------------------------------


def until_finished(sandbox: Sandbox) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        events = sandbox.events()
        if events and events[0]["status"] is not None:
            return events[0]
        httpx.get(sandbox.url + "/__sandbox/stats", trust_env=False)  # a round trip lets the server go on
    raise AssertionError("the arrival was never finished")


def test_a_caller_who_leaves_while_waiting_is_charged(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(latency=60.0)
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"/v1/connections?viewer_id={VIEWER}", timeout=0.3)
    event = until_finished(sandbox)
    assert (event["status"], event["outcome"], event["credits"]) == (0, "gone", 1)
    assert sandbox.stats()["charged_but_lost"] == 1


def test_a_caller_who_leaves_in_the_middle_of_a_request(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    head = (
        f"POST /v1/li/messages?viewer_id={VIEWER} HTTP/1.1\r\nHost: x\r\nAuthorization: {sandbox.key}\r\n"
        "Content-Length: 100\r\n\r\nhalf"
    )
    with socket.create_connection((host, int(port)), timeout=20) as raw:
        raw.sendall(head.encode())
    event = until_finished(sandbox)
    assert (event["status"], event["outcome"]) == (0, "gone")
    assert sandbox.stats()["sends"] == []


def test_a_caller_who_leaves_a_dripping_answer() -> None:
    app = create_app(Settings(requests=None))
    sent: list[dict[str, Any]] = []

    async def go() -> None:
        asked = {"type": "http.request", "body": b""}
        messages = iter([asked, asked, {"type": "http.disconnect"}])

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"authorization", b"sandbox-key"), (b"x-sandbox-fault", b"drip")]
        scope = {
            "type": "http", "method": "GET", "path": BALANCES, "query_string": b"", "headers": headers,
        }  # fmt: skip
        await app(scope, receive, send)

    asyncio.run(go())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


# --- the application alone ------------------------------------------------------------------------------


def test_the_application_works_in_process() -> None:
    app = create_app()

    async def go() -> None:
        transport = httpx.ASGITransport(app=app)
        headers = {"Authorization": "sandbox-key"}
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as client:
            assert (await client.get(BALANCES)).json() == BALANCES_BODY
            app.reset(requests=None)
            with pytest.raises(ConnectionResetError):
                await client.get(BALANCES, headers={"x-sandbox-fault": "reset"})
            with pytest.raises(ConnectionResetError):
                await client.get(BALANCES, headers={"x-sandbox-fault": "cut"})

    asyncio.run(go())
    assert app.run.ledger.stats()["by_status"] == {0: 1, 200: 1}


def test_bodies_may_come_in_parts() -> None:
    async def go() -> bytes | None:
        parts = iter(
            [
                {"type": "http.request", "body": b"a", "more_body": True},
                {"type": "http.request", "more_body": True},
                {"type": "http.request", "body": b"b", "more_body": False},
            ]
        )

        async def receive() -> Any:
            return next(parts)

        return await read_body(receive)

    assert asyncio.run(go()) == b"ab"
