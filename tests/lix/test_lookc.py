"""LookC: a rate and a key of its own, answers that come later, and callbacks."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import pytest
from lix_runs import client as sandbox_client
from tests.support.fake import KEY, FakeTransport, answer, client, refusal

from lixasync import (
    APIError,
    AuthenticationError,
    DeadlineExceeded,
    DecodeError,
    LixClient,
    NotFoundError,
    QueuedError,
    RateLimit,
    Request,
    Response,
    parse_webhook,
)
from lixasync.sandbox import Sandbox, SandboxApp, Settings, create_app

pytestmark = pytest.mark.anyio

LOOKC_KEY = "lookc-9876543210fedcba"
EMAIL = "robin-marlowe@example.com"
PENDING = answer({"request_id": "req_1", "status": "pending"})
STILL = answer({"status": "pending"})
BODY = {"hits": [{"name": "Robin Marlowe", "liProfileUrl": "robin-marlowe"}]}
DONE = answer({"status": "complete", "data": BODY})
FIXTURES = Path(__file__).parents[1] / "fixtures" / "lix"


class Within:
    """A transport into the sandbox's application, without any network, for virtual time."""

    def __init__(self, app: SandboxApp) -> None:
        self._app = app

    async def send(self, request: Request, *, on_sent: Callable[[], None]) -> Response:
        on_sent()
        parts = urlsplit(request.url)
        scope = {
            "type": "http",
            "method": request.method,
            "scheme": "http",
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in request.headers],
        }
        status, body = 0, b""

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": request.body or b""}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")

        await self._app(scope, receive, send)
        return Response(status=status, headers={}, body=body)

    async def aclose(self) -> None:
        pass


def sent_keys(transport: FakeTransport) -> list[tuple[str, str]]:
    return [
        (urlsplit(request.url).hostname or "", dict(request.headers)["authorization"]) for request in transport.requests
    ]


class TestKeys:
    async def test_each_host_gets_its_own_and_no_other(self) -> None:
        transport = FakeTransport([answer(BODY)])
        async with client(transport, lookc_key=LOOKC_KEY) as lix:
            await lix.lookc.person_by_email(EMAIL)
            await lix.request("GET", "/v1/anything", host="lookc")
            await lix.account.balances()
            await lix.with_options(lane="bulk").lookc.request("req_1")
        assert sent_keys(transport) == [
            ("api.lookc.io", LOOKC_KEY),
            ("api.lookc.io", LOOKC_KEY),
            ("api.lix-it.com", KEY),
            ("api.lookc.io", LOOKC_KEY),
        ]
        for request in transport.requests:
            assert ("lookc" in request.url) is (KEY not in repr((request.headers, request.url)))

    async def test_without_one_of_its_own_the_main_key_serves_both(self) -> None:
        transport = FakeTransport([answer(BODY)])
        await client(transport).lookc.person_by_email(EMAIL)
        assert sent_keys(transport) == [("api.lookc.io", KEY)]

    async def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIX_LOOKC_KEY", LOOKC_KEY)
        transport = FakeTransport([answer(BODY)])
        await client(transport).lookc.person_by_email(EMAIL)
        assert sent_keys(transport) == [("api.lookc.io", LOOKC_KEY)]

    async def test_neither_shows_in_an_error(self) -> None:
        transport = FakeTransport([refusal(401, "unauthorized", f"{KEY} {LOOKC_KEY}")])
        with pytest.raises(AuthenticationError) as caught:
            await client(transport, lookc_key=LOOKC_KEY).lookc.person_by_email(EMAIL)
        shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
        assert KEY not in shown
        assert LOOKC_KEY not in shown

    async def test_against_the_sandbox(self, sandbox: Sandbox) -> None:
        sandbox.reset(lookc_key=LOOKC_KEY)
        async with sandbox_client(sandbox, lookc_key=LOOKC_KEY) as lix:
            found = await lix.lookc.person_by_email(EMAIL)
            assert (await lix.account.balances()).standard is not None
        async with sandbox_client(sandbox) as lix:
            with pytest.raises(AuthenticationError):
                await lix.lookc.person_by_email(EMAIL)
        assert found.hits[0].profile_link
        assert sandbox.stats()["by_status"] == {200: 2, 401: 1}


@pytest.mark.virtual_time
class TestRate:
    async def test_it_is_its_own(self) -> None:
        transport = FakeTransport([answer(BODY)])
        lix = LixClient(KEY, transport=transport)
        async with lix, anyio.create_task_group() as group:
            for number in range(4):
                group.start_soon(lix.enrichment.person, f"https://www.linkedin.com/in/p{number}")
            for number in range(120):
                group.start_soon(lix.lookc.person_by_email, f"p{number}@example.com")
        sent = list(zip(transport.requests, transport.times, strict=True))
        lookc = [time for request, time in sent if "lookc" in request.url]
        main = [time for request, time in sent if "lookc" not in request.url]
        assert len(lookc) == 120
        assert all(later - earlier > 1.0 for earlier, later in zip(lookc, lookc[50:], strict=False))
        assert (len(lookc) - 1) / (lookc[-1] - lookc[0]) >= 0.94 * 50
        assert all(later - earlier >= 3.0 for earlier, later in pairwise(main))

    async def test_a_429_of_one_host_does_not_hold_the_other_back(self) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", "slow down", retry_after="60"), answer(BODY)])
        async with client(transport, lookc_rate_limit=RateLimit(1, per=1.0)) as lix:
            async with anyio.create_task_group() as group:
                group.start_soon(lix.lookc.person_by_email, EMAIL)
                await anyio.sleep(1.0)
                await lix.account.balances()
                assert anyio.current_time() - transport.times[0] < 2.0
            snapshot = lix.limits.snapshot()
        assert transport.times[-1] - transport.times[0] >= 60.0
        assert snapshot.lookc is not None
        assert (snapshot.lookc.sent, snapshot.rate.sent) == (2, 1)
        assert snapshot.lookc.limit == RateLimit(1, per=1.0)


@pytest.mark.virtual_time
class TestLaterAnswers:
    async def test_it_is_asked_after_more_and_more_seconds(self) -> None:
        transport = FakeTransport([PENDING, *[STILL] * 6, DONE])
        found = await client(transport).lookc.person_by_email(EMAIL)
        pauses = [later - earlier for earlier, later in pairwise(transport.times)]
        assert [round(pause) for pause in pauses] == [2, 4, 8, 16, 30, 30, 30]
        assert found.hits[0].profile_link == "https://www.linkedin.com/in/robin-marlowe"
        assert {request.url.partition(".io")[2] for request in transport.requests[1:]} == {
            "/v1/request?request_id=req_1"
        }

    @pytest.mark.parametrize(("max_wait", "deadline", "asked"), [(0, None, 0), (6.5, None, 2), (600.0, 2.5, 1)])
    async def test_it_is_not_waited_for_longer_than_that(
        self, max_wait: float, deadline: float | None, asked: int
    ) -> None:
        transport = FakeTransport([PENDING, STILL])
        lix = client(transport, deadline=deadline)
        with pytest.raises(QueuedError, match=r"not answered yet.*await lix\.lookc\.request\('req_1'\)") as caught:
            await lix.lookc.person_by_email(EMAIL, max_wait=max_wait)
        assert caught.value.details == {"request_id": "req_1"}
        assert caught.value.operation == "find_person_by_email"
        assert len(transport.requests) == 1 + asked

    @pytest.mark.parametrize(
        "body",
        [
            {"requestId": "req_1", "status": "complete", "data": BODY},
            {"request_id": "req_1", "data": BODY},
            {"request_id": "req_1", "data": BODY, "status": "whatever"},
            BODY,
        ],
    )
    async def test_an_answer_that_came_at_once(self, body: Any) -> None:
        transport = FakeTransport([answer(body)])
        found = await client(transport).lookc.person_by_email(EMAIL)
        assert found.hits[0].name == "Robin Marlowe"
        assert len(transport.requests) == 1

    @pytest.mark.parametrize("body", [{"status": "complete"}, {"status": "complete", "data": {}}])
    async def test_complete_and_nobody_known(self, body: Any) -> None:
        transport = FakeTransport([PENDING, answer(body)])
        found = await client(transport).lookc.person_by_email(EMAIL)
        assert (found.hits, found.org) == ((), None)
        assert len(transport.requests) == 2

    async def test_a_deadline_holds_for_all_of_it_together(self) -> None:
        transport = FakeTransport([PENDING, STILL], latency=3.0)
        with pytest.raises(DeadlineExceeded) as caught:
            await client(transport, deadline=7.0).lookc.person_by_email(EMAIL)
        assert caught.value.details == {"request_id": "req_1"}
        assert anyio.current_time() - transport.times[0] == pytest.approx(7.0, abs=0.1)

    async def test_a_failure_while_it_is_waited_for(self) -> None:
        failed = answer({"status": "failed", "error": {"type": "not_found", "message": "gone"}})
        transport = FakeTransport([PENDING, refusal(500, "api_error"), STILL, failed])
        with pytest.raises(NotFoundError, match="gone") as caught:
            await client(transport).lookc.person_by_email(EMAIL)
        assert caught.value.details == {"request_id": "req_1"}
        assert len(transport.requests) == 4

    async def test_a_failure_told_beside_other_things(self) -> None:
        transport = FakeTransport([PENDING, answer({"status": "failed", "error": "blocked", "meta": {"a": 1}})])
        with pytest.raises(APIError, match="blocked") as caught:
            await client(transport).lookc.person_by_email(EMAIL)
        assert caught.value.details == {"request_id": "req_1"}
        assert len(transport.requests) == 2

    @pytest.mark.parametrize(("pending", "seconds"), [(0, 0), (1, 6), (5, 90)])
    async def test_against_the_sandbox(self, pending: int, seconds: int) -> None:
        app = create_app(Settings(requests=None, lookc_requests=None, lookc_pending=pending))
        async with LixClient("sandbox-key", transport=Within(app)) as lix:
            begun = anyio.current_time()
            found = await lix.lookc.person_by_email(EMAIL)
            took = anyio.current_time() - begun
            spent = lix.limits.snapshot().quota.credits
            assert (await lix.lookc.person_by_email("nobody@example.org", max_wait=1e6)).hits == ()
        assert found.hits[0].profile_link
        assert spent == {"org": 1}
        assert round(took) == seconds
        assert app.run.ledger.org_credits_spent == 2

    async def test_what_is_asked_for_by_hand(self) -> None:
        app = create_app(Settings(requests=None, lookc_requests=None, lookc_pending=1))
        async with LixClient("sandbox-key", transport=Within(app)) as lix:
            with pytest.raises(QueuedError) as caught:
                await lix.lookc.person_by_email(EMAIL, max_wait=0)
            ident = caught.value.details["request_id"]
            first, second = await lix.lookc.request(ident), await lix.lookc.request(ident)
            with pytest.raises(NotFoundError):
                await lix.lookc.request("req_of_nobody")
        assert (first.pending, first.status, first.answer) == (True, "pending", None)
        assert (second.pending, second.status) == (False, "complete")
        assert second.answer is not None
        assert second.answer.hits


class TestWebhooks:
    @pytest.mark.parametrize("form", [bytes, str, json.loads])
    @pytest.mark.parametrize("version", ["head", "2023-09-07"])
    def test_documented_bodies(self, version: str, form: Any) -> None:
        text = (FIXTURES / f"webhook_person_by_email.{version}.json").read_text()
        hook = parse_webhook(text.encode() if form is bytes else form(text))
        assert hook.type == "search.person.by-email"
        assert hook.person_by_email is not None
        assert hook.person_by_email.hits[0].profile_link == "https://www.linkedin.com/in/robin-marlowe"
        assert hook.data == json.loads(text)["data"]

    def test_another_kind_is_kept(self) -> None:
        hook = parse_webhook({"type": "search.person.by-name", "data": {"a": 1}})
        assert (hook.type, hook.data, hook.person_by_email) == ("search.person.by-name", {"a": 1}, None)

    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>", "{", b"\xff\xfe", "[]", "null", "7", '"a"', '{"type": "search.person.by-email", "data": [1]}'],
    )
    def test_garbage_is_an_error_of_ours(self, body: bytes | str) -> None:
        with pytest.raises(DecodeError):
            parse_webhook(body)

    def test_what_says_nothing(self) -> None:
        hook = parse_webhook("{}")
        assert (hook.type, hook.data, hook.person_by_email) == (None, None, None)
