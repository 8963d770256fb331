"""What depends on the operation: the host with its own key and rate, what the answer cost, and what is carried."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import anyio
import attrs
import pytest
from tests.support.fake import FakeTransport, answer, refusal

from lixasync import (
    ApiKey,
    ConnectError,
    ConnectionLostError,
    DeadlineExceeded,
    DecodeError,
    InvalidParamsError,
    LixasyncError,
    QueuedError,
    RateLimit,
    Request,
    Response,
    RetryPolicy,
    UnknownShapeError,
)
from lixasync.codec.decoder import Decoder
from lixasync.codec.json import parse
from lixasync.limits.limiter import Limiter
from lixasync.limits.quota import Quota
from lixasync.lix.answers import judge
from lixasync.transport.body import Body, form_body, json_body
from lixasync.transport.caller import Caller
from lixasync.transport.operation import Operation
from lixasync.transport.pipeline import CallOptions, Host, Pipeline, Remote
from lixasync.transport.raw import as_it_came

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

MAIN, OTHER = "sk-main-0123456789", "sk-other-9876543210"
FAST = RateLimit(1000, per=1.0, burst=1000)
SLOW = RateLimit(1, per=3.0, margin=0.0)
ONCE = RetryPolicy(attempts=1)


def call(**changes: Any) -> Operation[Any]:
    return Operation(**{"id": "ask", "method": "GET", "path": "/v1/ask", "decode": as_it_came, **changes})


def options(**changes: Any) -> CallOptions:
    return CallOptions(**{"lane": "interactive", "deadline": None, "timeout": 60.0, "retry": RetryPolicy(), **changes})


def pipeline(
    transport: FakeTransport,
    *,
    api: RateLimit = FAST,
    lookc: RateLimit = FAST,
    judging: Callable[[Response], Any] = judge,
    **main: Any,
) -> Pipeline:
    remote = Remote(
        hosts={
            "api": Host(url="https://api.example", auth=ApiKey(MAIN, **main), limiter=Limiter(api)),
            "lookc": Host(url="https://lookc.example", auth=ApiKey(OTHER, "bearer"), limiter=Limiter(lookc)),
        },
        headers=(("accept", "application/json"),),
        judge=judging,
    )
    return Pipeline(remote, transport, Quota(), Decoder())


async def spent(response: Response | Exception, operation: Operation[Any], retry: RetryPolicy = ONCE) -> dict[str, int]:
    """Return the credits one call cost."""
    pipe = pipeline(FakeTransport([response]))
    with suppress(LixasyncError):
        await pipe.send(operation, options=options(retry=retry))
    return pipe.quota.snapshot().credits


async def test_what_never_left_was_not_lost() -> None:
    pipe = pipeline(FakeTransport([ConnectError("no route")]))
    with pytest.raises(ConnectError):
        await pipe.send(call(credits=1), options=options(retry=ONCE))
    assert pipe.quota.snapshot().lost == {}
    broken = pipeline(FakeTransport([ConnectionLostError("broken")]))
    with pytest.raises(ConnectionLostError):
        await broken.send(call(credits=1, credit_kind="org"), options=options(retry=ONCE))
    assert broken.quota.snapshot().lost == {"org": 1}


class TestHosts:
    async def test_each_gets_its_own_key_and_never_the_others(self) -> None:
        transport = FakeTransport([answer({})])
        pipe = pipeline(transport)
        await pipe.send(call(), options=options())
        await pipe.send(call(host="lookc"), options=options())
        first, second = transport.requests
        assert first.url == "https://api.example/v1/ask"
        assert first.headers == (("accept", "application/json"), ("authorization", MAIN))
        assert second.url == "https://lookc.example/v1/ask"
        assert second.headers == (("accept", "application/json"), ("authorization", f"Bearer {OTHER}"))

    async def test_a_key_in_the_query_goes_to_its_own_host_alone(self) -> None:
        transport = FakeTransport([answer({})])
        pipe = pipeline(transport, form="query")
        await pipe.send(call(), [("a", "b")], options=options())
        await pipe.send(call(host="lookc"), [("a", "b")], options=options())
        assert [request.url.partition("?")[2] for request in transport.requests] == [f"a=b&api_key={MAIN}", "a=b"]

    async def test_each_signs_its_own_requests_attempt_by_attempt(self) -> None:
        @attrs.frozen
        class Signed(ApiKey):
            nonces: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

            def sign(self, request: Request) -> Request:
                return attrs.evolve(request, headers=(*request.headers, ("x-nonce", str(next(self.nonces)))))

        transport = FakeTransport([refusal(500, "api_error"), answer({})])
        hosts = {
            "api": Host(url="https://api.example", auth=ApiKey(MAIN), limiter=Limiter(FAST)),
            "lookc": Host(url="https://lookc.example", auth=Signed(OTHER), limiter=Limiter(FAST)),
        }
        pipe = Pipeline(Remote(hosts=hosts, headers=(), judge=judge), transport, Quota(), Decoder())
        await pipe.send(call(host="lookc"), options=options())
        await pipe.send(call(), options=options())
        assert [dict(request.headers).get("x-nonce") for request in transport.requests] == ["1", "2", None]

    @pytest.mark.parametrize("repeated", [MAIN, OTHER])
    @pytest.mark.parametrize("host", ["api", "lookc"])
    async def test_no_key_shows_in_an_error_whichever_host_repeats_it(self, host: str, repeated: str) -> None:
        pipe = pipeline(FakeTransport([refusal(400, "params_invalid", f"bad key {repeated}")]))
        with pytest.raises(InvalidParamsError) as caught:
            await pipe.send(call(host=host), options=options())
        assert str(caught.value).startswith("bad key ***")
        assert repeated not in repr(caught.value)

    async def test_each_has_its_own_rate(self) -> None:
        transport = FakeTransport([answer({})])
        pipe = pipeline(transport, api=SLOW, lookc=RateLimit(1, per=1.0, margin=0.0))
        async with anyio.create_task_group() as group:
            for number in range(3):
                for host in ("api", "lookc"):
                    operation = call(host=host, path=f"/v1/{host}/{number}")
                    group.start_soon(lambda operation=operation: pipe.send(operation, options=options()))
        begin = min(transport.times)
        times: dict[str, list[float]] = {"api": [], "lookc": []}
        for request, time in zip(transport.requests, transport.times, strict=True):
            times[request.url.split("/")[4]].append(round(time - begin, 3))
        assert times == {"api": [0, 3, 6], "lookc": [0, 1, 2]}

    async def test_a_429_of_one_holds_nobody_back_at_the_other(self) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", retry_after="60"), answer({})])
        pipe = pipeline(transport)
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: pipe.send(call(), options=options()))
            await anyio.wait_all_tasks_blocked()
            begin = anyio.current_time()
            await pipe.send(call(host="lookc"), options=options())
            assert anyio.current_time() - begin < 1
            assert pipe.limiter().snapshot().frozen > 50
            assert pipe.limiter("lookc").snapshot().frozen == 0
        assert (pipe.limiter().snapshot().refused, pipe.limiter("lookc").snapshot().refused) == (1, 0)
        assert (pipe.limiter().snapshot().sent, pipe.limiter("lookc").snapshot().sent) == (2, 1)

    async def test_who_joins_a_call_is_held_to_the_queue_of_its_host(self) -> None:
        """The main host is busy for long, the other is not: a short deadline is enough for the second."""
        transport = FakeTransport([answer({})])
        pipe = pipeline(transport, api=RateLimit(1, per=100.0, margin=0.0), lookc=SLOW)
        await pipe.send(call(path="/v1/first"), options=options())
        await pipe.send(call(host="lookc", path="/v1/first"), options=options())
        async with anyio.create_task_group() as group:
            for host in ("api", "lookc"):
                group.start_soon(lambda host=host: pipe.send(call(host=host), options=options(lane="bulk")))
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(DeadlineExceeded):
                await pipe.send(call(), options=options(deadline=10.0))
            assert await pipe.send(call(host="lookc"), options=options(deadline=10.0)) == {}
            group.cancel_scope.cancel()
        assert [request.url for request in transport.requests].count("https://lookc.example/v1/ask") == 1

    async def test_who_joins_a_call_pulls_it_forward_in_the_queue_of_its_host(self) -> None:
        transport = FakeTransport([answer({})])
        pipe = pipeline(transport, lookc=SLOW)
        async with anyio.create_task_group() as group:
            for name in "abc":
                operation = call(host="lookc", path=f"/v1/{name}")
                group.start_soon(lambda operation=operation: pipe.send(operation, options=options(lane="bulk")))
                await anyio.wait_all_tasks_blocked()
            await pipe.send(call(host="lookc", path="/v1/c"), options=options())
        assert [request.url[-1] for request in transport.requests] == ["a", "c", "b"]

    async def test_a_caller_tells_the_rate_of_an_operation(self) -> None:
        caller = Caller(pipeline=pipeline(FakeTransport(), lookc=SLOW), options=options())
        assert caller.limit(call()) == FAST
        assert caller.limit(call(host="lookc")) == SLOW


class TestCharge:
    VALID = call(credits=1, credit_kind="email", charge=lambda found: int(found["status"] == "VALID"))

    @pytest.mark.parametrize(("status", "cost"), [("VALID", {"email": 1}), ("PROBABLE", {})])
    async def test_it_can_depend_on_the_answer(self, status: str, cost: dict[str, int]) -> None:
        assert await spent(answer({"status": status}), self.VALID) == cost

    async def test_each_kind_is_counted_by_itself(self) -> None:
        pipe = pipeline(FakeTransport([answer({"status": "VALID"})]))
        for _ in range(2):
            await pipe.send(self.VALID, options=options())
        await pipe.send(call(credits=3, credit_kind="org"), options=options())
        await pipe.send(call(credit_kind="free"), options=options())
        assert pipe.quota.snapshot().credits == {"email": 2, "org": 3}

    @pytest.mark.parametrize("status", [200, 202, 400, 404, 429, 500, 503])
    @pytest.mark.parametrize("kind", ["not_found", "rate_limit", "daily_limit", "queued", "api_error", "new_one"])
    async def test_a_refusal_costs_nothing_whatever_its_status(self, status: int, kind: str) -> None:
        assert await spent(refusal(status, kind), call(credits=5)) == {}
        assert await spent(refusal(status, kind), self.VALID) == {}

    @pytest.mark.parametrize("body", [b'{"status": "VAL', b"", b"<html>"])
    async def test_an_answer_that_was_cut_off_may_have_been_charged_in_full(self, body: bytes) -> None:
        cut_off = Response(status=200, headers={}, body=body)
        assert await spent(cut_off, self.VALID) == {"email": 1}
        assert await spent(cut_off, call(credits=5)) == {"unstated": 5}
        assert await spent(cut_off, call(credits=5), RetryPolicy(attempts=2)) == {"unstated": 10}

    async def test_so_may_one_of_no_known_shape(self) -> None:
        def refuse(_decoder: Decoder, _data: Any) -> Any:
            raise UnknownShapeError("a list?")

        assert await spent(answer([1]), call(credits=5, decode=refuse)) == {"unstated": 5}

    @pytest.mark.parametrize("judging", [judge, lambda response: parse(response.body)])
    async def test_an_unreadable_refusal_costs_nothing(self, judging: Callable[[Response], Any]) -> None:
        refused = FakeTransport([Response(status=502, headers={}, body=b"<html>")])
        pipe = pipeline(refused, judging=judging)
        with pytest.raises(LixasyncError):
            await pipe.send(call(credits=5), options=options(retry=ONCE))
        assert pipe.quota.snapshot().credits == {}

    async def test_what_never_came_is_not_known_to_have_been_charged(self) -> None:
        assert await spent(ConnectionLostError("reset"), self.VALID) == {}

    async def test_a_refused_attempt_does_not_change_what_the_next_one_costs(self) -> None:
        pipe = pipeline(FakeTransport([refusal(429, "rate_limit"), answer({"status": "VALID"})]))
        await pipe.send(self.VALID, options=options())
        assert pipe.quota.snapshot().credits == {"email": 1}


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "media", "data"),
        [
            (json_body({"a": "b"}), "application/json", b'{"a":"b"}'),
            (form_body([("a", "b c"), ("d", "é")]), "application/x-www-form-urlencoded", b"a=b%20c&d=%C3%A9"),
        ],
    )
    async def test_it_is_sent_with_its_media_type(self, body: Body, media: str, data: bytes) -> None:
        transport = FakeTransport([answer({})])
        await pipeline(transport).send(
            call(method="POST"), options=options(), body=body, headers=[("x-extra", "extra-secret")]
        )
        (request,) = transport.requests
        assert request.body == data
        assert request.headers == (
            ("accept", "application/json"),
            ("authorization", MAIN),
            ("content-type", media),
            ("x-extra", "extra-secret"),
        )

    async def test_without_one_there_is_no_media_type(self) -> None:
        transport = FakeTransport([answer({})])
        await pipeline(transport).send(call(), options=options())
        assert transport.requests[0].body is None
        assert "content-type" not in dict(transport.requests[0].headers)

    @pytest.mark.parametrize(
        ("one", "two", "requests"),
        [
            (json_body({"a": 1}), json_body({"a": 1}), 1),
            (json_body({"a": 1}), json_body({"a": 2}), 2),
            (json_body({"a": 1}), None, 2),
            (Body(data=b"a=1", media="text/plain"), Body(data=b"a=1", media="text/html"), 2),
            (form_body([("a", "1")]), form_body([("a", "1")]), 1),
        ],
    )
    async def test_reads_with_equal_bodies_share_one_request(self, one: Body, two: Body | None, requests: int) -> None:
        def echo(request: Request) -> Response:
            return answer({"body": (request.body or b"").decode()})

        transport = FakeTransport([echo], latency=1.0)
        pipe = pipeline(transport)
        got: list[tuple[Body | None, Any]] = []

        async def ask(body: Body | None) -> None:
            got.append((body, await pipe.send(call(credits=1), options=options(), body=body)))

        async with anyio.create_task_group() as group:
            group.start_soon(ask, one)
            group.start_soon(ask, two)
        assert len(transport.requests) == requests
        assert pipe.quota.snapshot().credits == {"unstated": requests}
        for body, echoed in got:
            assert echoed == {"body": b"".decode() if body is None else body.data.decode()}

    async def test_posts_with_equal_bodies_do_not(self) -> None:
        transport = FakeTransport([answer({})], latency=1.0)
        pipe = pipeline(transport)
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(lambda: pipe.send(call(method="POST"), options=options(), body=json_body({"a": 1})))
        assert len(transport.requests) == 2


class TestSecretsOfABody:
    """Law 7: a server may repeat what it was sent; nobody is to read it in an error or a log."""

    COOKIE = "AQEDAR-0123456789-cookie"
    OTHER = "ajax:9876543210"
    BODY = json_body([{"key": "li_at", "value": COOKIE}], secrets=(COOKIE, OTHER))

    async def failed(self, response: Response, retry: RetryPolicy = ONCE) -> LixasyncError:
        pipe = pipeline(FakeTransport([response]))
        with pytest.raises(LixasyncError) as caught:
            await pipe.send(call(method="PUT"), options=options(retry=retry), body=self.BODY)
        return caught.value

    @pytest.mark.parametrize("form", [COOKIE, OTHER, "ajax%3A9876543210"])
    async def test_they_are_masked_in_everything_of_an_error(self, form: str) -> None:
        body = {"error": {"type": f"type {form}", "message": f"not {form}"}, "traceId": f"trace {form}"}
        error = await self.failed(answer(body, 400))
        for shown in (str(error), repr(error), error.message, error.type, error.trace_id, repr(error.args)):
            assert form not in str(shown)
        assert (error.message, error.type, error.trace_id) == ("not ***", "type ***", "trace ***")

    async def test_and_in_an_answer_that_cannot_be_read(self) -> None:
        error = await self.failed(Response(status=200, headers={}, body=f"<html>{self.COOKIE} {self.OTHER}".encode()))
        assert isinstance(error, DecodeError)
        assert error.body == "<html>*** ***"

    async def test_even_where_the_excerpt_ends_within_one(self) -> None:
        page = "<html>" + "x" * 180
        error = await self.failed(Response(status=200, headers={}, body=f"{page}{self.COOKIE}".encode()))
        assert error.body == f"{page}***"

    async def test_and_in_what_led_to_a_deadline(self) -> None:
        pipe = pipeline(FakeTransport([refusal(503, "queued", self.COOKIE)]))
        with pytest.raises(DeadlineExceeded) as caught:
            await pipe.send(call(method="PUT"), options=options(deadline=30.0), body=self.BODY)
        assert isinstance(caught.value.__cause__, QueuedError)
        assert self.COOKIE not in repr(caught.value.__cause__)
        assert self.COOKIE not in str(caught.value)

    async def test_and_in_logs(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        await self.failed(refusal(429, "rate_limit", self.COOKIE), RetryPolicy(attempts=2))
        assert "ask failed: RateLimitError" in caplog.text
        assert self.COOKIE not in caplog.text

    async def test_those_of_one_call_are_not_looked_for_in_another(self) -> None:
        pipe = pipeline(FakeTransport([refusal(400, "params_invalid", f"the word {self.OTHER}")]))
        with pytest.raises(InvalidParamsError, match=self.OTHER):
            await pipe.send(call(method="PUT"), options=options(), body=json_body([]))
