"""The pipeline: coalesce, quota, retry, pace, send; with a scripted transport and virtual time."""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import anyio
import pytest
from tests.support.fake import KEY, FakeTransport, answer, client, refusal

from lixasync import (
    AttemptTimeoutError,
    ClientClosedError,
    ConnectError,
    ConnectionLostError,
    DailyLimitError,
    DeadlineExceeded,
    DecodeError,
    InvalidArgumentError,
    InvalidParamsError,
    LixasyncError,
    LixClient,
    RateLimit,
    RateLimitError,
    Request,
    Response,
    RetryPolicy,
    ServerError,
    UnknownShapeError,
    WeeklyLimitError,
)

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

PERSON = "https://www.linkedin.com/in/robin-marlowe"
FINE = answer({"name": "Robin Marlowe"})
SLOW = RateLimit(1, per=3.0, margin=0.0)


async def person_name(lix: LixClient) -> str | None:
    return (await lix.enrichment.person(PERSON)).name


class TestRetry:
    @pytest.mark.parametrize(
        "failure",
        [
            refusal(500, "api_error"),
            refusal(503, "queued"),
            refusal(200, "queued"),
            refusal(429, "rate_limit"),
            refusal(429, "rate_limit", retry_after="2"),
            Response(status=503, headers={}, body=b"<html>busy</html>"),
            Response(status=502, headers={}, body=b""),
            Response(status=200, headers={}, body=b'{"name": "Rob'),
            Response(status=200, headers={}, body=b""),
            Response(status=200, headers={}, body=b"<html></html>"),
            ConnectError("refused"),
            ConnectionLostError("reset"),
        ],
    )
    async def test_a_passing_failure_is_repeated(self, failure: Response | Exception) -> None:
        transport = FakeTransport([failure, FINE])
        async with client(transport) as lix:
            assert await person_name(lix) == "Robin Marlowe"
        assert len(transport.requests) == 2

    @pytest.mark.parametrize(
        ("failure", "kind"),
        [
            (refusal(400, "params_invalid"), InvalidParamsError),
            (refusal(429, "daily_limit"), DailyLimitError),
            (refusal(429, "rate_limit", "weekly connection request limit reached", retry_after="9"), WeeklyLimitError),
            (answer(["no", "person"]), UnknownShapeError),
        ],
    )
    async def test_a_final_failure_is_not(self, failure: Response, kind: type[Exception]) -> None:
        transport = FakeTransport([failure, FINE])
        async with client(transport) as lix:
            with pytest.raises(kind):
                await person_name(lix)
        assert len(transport.requests) == 1

    async def test_it_ends_with_the_last_error_and_its_facts(self) -> None:
        transport = FakeTransport([refusal(500, "api_error", "broken")])
        async with client(transport, retry=RetryPolicy(attempts=3)) as lix:
            with pytest.raises(ServerError, match="broken") as caught:
                await person_name(lix)
        error = caught.value
        assert (error.operation, error.attempts, error.status) == ("get_person", 3, 500)
        assert (error.type, error.trace_id) == ("api_error", "trace-1")

    async def test_a_queued_answer_is_asked_for_again_after_minutes_and_holds_nobody_up(self) -> None:
        transport = FakeTransport([refusal(503, "queued"), FINE])
        async with client(transport) as lix:
            begin = anyio.current_time()
            async with anyio.create_task_group() as group:
                group.start_soon(person_name, lix)
                await anyio.sleep(1)
                await lix.account.balances()
                assert anyio.current_time() - begin == pytest.approx(1)
            assert anyio.current_time() - begin >= 120

    async def test_each_attempt_takes_a_slot(self) -> None:
        transport = FakeTransport([refusal(500, "api_error"), refusal(500, "api_error"), FINE])
        async with client(transport, rate_limit=SLOW) as lix:
            await person_name(lix)
        assert transport.times == pytest.approx([transport.times[0] + 3 * n for n in range(3)])
        assert len(transport.times) == 3

    async def test_an_attempt_that_takes_too_long_is_given_up_and_repeated(self) -> None:
        transport = FakeTransport(latency=100.0)
        async with client(transport, timeout=5.0, retry=RetryPolicy(attempts=2)) as lix:
            with pytest.raises(AttemptTimeoutError, match="5 s"):
                await person_name(lix)
        assert len(transport.requests) == 2
        assert transport.under_way == 0

    async def test_an_unreadable_answer_keeps_what_it_was(self) -> None:
        transport = FakeTransport([Response(status=200, headers={}, body=b"<html>down</html>")])
        async with client(transport, retry=RetryPolicy(attempts=1)) as lix:
            with pytest.raises(DecodeError) as caught:
                await person_name(lix)
        assert caught.value.body == "<html>down</html>"


class TestSends:
    """Law 4: what sends something is not repeated, unless the refusal proves that nothing was done."""

    @staticmethod
    async def send(lix: LixClient) -> object:
        return await lix.request("POST", "/v1/li/messages", json={"body": "hello"})

    @pytest.mark.parametrize(
        "failure",
        [
            refusal(500, "api_error"),
            refusal(503, "queued"),
            Response(status=502, headers={}, body=b""),
            Response(status=200, headers={}, body=b'{"mess'),
            ConnectionLostError("reset"),
            AttemptTimeoutError("late"),
        ],
    )
    async def test_an_unknown_outcome_is_not_repeated(self, failure: Response | Exception) -> None:
        transport = FakeTransport([failure, answer({"ok": True})])
        async with client(transport) as lix:
            with pytest.raises(LixasyncError) as caught:
                await self.send(lix)
        assert caught.value.repeatable
        assert len(transport.requests) == 1

    @pytest.mark.parametrize("failure", [refusal(429, "rate_limit"), ConnectError("refused")])
    async def test_a_proof_that_nothing_was_done_allows_another_attempt(self, failure: Response | Exception) -> None:
        transport = FakeTransport([failure, answer({"ok": True})])
        async with client(transport) as lix:
            assert await self.send(lix) == {"ok": True}
        assert len(transport.requests) == 2

    async def test_equal_sends_at_the_same_time_are_all_sent(self) -> None:
        transport = FakeTransport([answer({"ok": True})], latency=1.0)
        async with client(transport) as lix, anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(self.send, lix)
        assert len(transport.requests) == 3

    async def test_a_deadline_in_the_middle_says_that_it_may_have_been_done(self) -> None:
        transport = FakeTransport([answer({"ok": True})], latency=10.0)
        async with client(transport, deadline=1.0) as lix:
            with pytest.raises(DeadlineExceeded, match="may have been carried out"):
                await self.send(lix)


class TestOneFreezesAll:
    """Law 2."""

    async def test_one_429_holds_back_every_call_and_they_leave_in_order_at_the_rate(self) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", retry_after="60"), FINE])
        async with client(transport, rate_limit=SLOW) as lix, anyio.create_task_group() as group:
            for number in range(4):
                group.start_soon(lix.enrichment.person, f"https://www.linkedin.com/in/p{number}")
                await anyio.wait_all_tasks_blocked()
        begin = transport.times[0]
        waits = [round(time - begin, 1) for time in transport.times[1:]]
        assert waits[0] == 60
        assert all(later - earlier > 2.999 for earlier, later in pairwise(waits)), waits
        asked = [request.url[-2:] for request in transport.requests]
        assert asked == ["p0", "p0", "p1", "p2", "p3"]

    async def test_a_pause_of_days_is_raised_and_freezes_nobody(self) -> None:
        transport = FakeTransport([refusal(429, "rate_limit", retry_after="259200"), FINE])
        async with client(transport) as lix:
            with pytest.raises(RateLimitError) as caught:
                await person_name(lix)
            assert caught.value.retry_at is not None
            assert caught.value.retry_at > datetime.now(UTC) + timedelta(days=2)
            assert lix.limits.snapshot().rate.frozen == 0
            assert await person_name(lix) == "Robin Marlowe"


class TestCoalescing:
    """Law 5: equal GETs at the same time share one request."""

    async def test_one_request_for_all_and_one_credit(self) -> None:
        transport = FakeTransport(latency=1.0)
        async with client(transport) as lix:
            names: list[str | None] = []

            async def ask() -> None:
                names.append(await person_name(lix))

            async with anyio.create_task_group() as group:
                for _ in range(5):
                    group.start_soon(ask)
            assert names == ["Robin Marlowe"] * 5
            assert len(transport.requests) == 1
            assert lix.limits.snapshot().quota.credits == {"standard": 1}
            await person_name(lix)
        assert len(transport.requests) == 2

    async def test_the_failure_is_shared_too_each_with_a_copy_of_its_own(self) -> None:
        transport = FakeTransport([refusal(400, "params_invalid")], latency=1.0)
        caught: list[Exception] = []
        async with client(transport) as lix:

            async def ask() -> None:
                try:
                    await person_name(lix)
                except InvalidParamsError as error:
                    caught.append(error)

            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(ask)
        assert len(transport.requests) == 1
        assert len({id(error) for error in caught}) == 3

    async def test_who_leaves_early_does_not_take_the_answer_away_from_the_others(self) -> None:
        transport = FakeTransport(latency=1.0)
        async with client(transport) as lix:
            names: list[str | None] = []

            async def ask() -> None:
                names.append(await person_name(lix))

            async with anyio.create_task_group() as group:
                with anyio.move_on_after(0.5):
                    group.start_soon(ask)
                    await person_name(lix)
        assert names == ["Robin Marlowe"]
        assert len(transport.requests) == 1

    async def test_when_all_leave_the_request_is_cancelled(self) -> None:
        transport = FakeTransport(latency=100.0)
        async with client(transport) as lix:
            with anyio.move_on_after(0.5):
                await person_name(lix)
            await anyio.wait_all_tasks_blocked()
            assert transport.under_way == 0

    async def test_what_one_caller_does_to_its_answer_the_others_do_not_see(self) -> None:
        transport = FakeTransport([answer({"list": [1]})], latency=1.0)
        async with client(transport) as lix:
            answers: list[dict[str, list[int]]] = []

            async def ask() -> None:
                data = await lix.request("GET", "/v1/anything")
                data["list"].append(2)
                answers.append(data)

            async with anyio.create_task_group() as group:
                group.start_soon(ask)
                group.start_soon(ask)
        assert answers == [{"list": [1, 2]}, {"list": [1, 2]}]

    async def test_an_interactive_caller_pulls_a_shared_bulk_call_forward(self) -> None:
        transport = FakeTransport()
        async with client(transport, rate_limit=SLOW, lane="bulk") as lix:
            urgent = lix.with_options(lane="interactive", deadline=4.0)
            async with anyio.create_task_group() as group:
                for name in ("a", "b", "c", "d"):
                    group.start_soon(lix.enrichment.person, f"https://www.linkedin.com/in/{name}")
                    await anyio.wait_all_tasks_blocked()
                await urgent.enrichment.person("https://www.linkedin.com/in/d")
        assert [request.url[-1] for request in transport.requests] == ["a", "d", "b", "c"]


class TestDeadline:
    async def test_it_covers_the_answer(self) -> None:
        transport = FakeTransport(latency=10.0)
        async with client(transport, deadline=2.0) as lix:
            begin = anyio.current_time()
            with pytest.raises(DeadlineExceeded) as caught:
                await person_name(lix)
            assert anyio.current_time() - begin == pytest.approx(2.0)
        assert caught.value.operation == "get_person"
        assert isinstance(caught.value, TimeoutError)

    async def test_it_covers_the_pauses_and_does_not_begin_one_that_is_too_long(self) -> None:
        transport = FakeTransport([refusal(503, "queued"), FINE])
        async with client(transport, deadline=30.0) as lix:
            begin = anyio.current_time()
            with pytest.raises(DeadlineExceeded) as caught:
                await person_name(lix)
            assert anyio.current_time() - begin < 1
        assert caught.value.retry_after is not None
        assert caught.value.retry_after >= 120

    async def test_it_covers_the_queue_and_fails_at_once(self) -> None:
        transport = FakeTransport()
        async with client(transport, rate_limit=RateLimit(1, per=100.0)) as lix:
            await lix.account.balances()
            begin = anyio.current_time()
            with pytest.raises(DeadlineExceeded) as caught:
                await lix.with_options(deadline=5.0).account.balances()
            assert anyio.current_time() == begin
        assert caught.value.retry_after == pytest.approx(100.05)
        assert len(transport.requests) == 1


class TestQuota:
    async def test_a_daily_limit_is_not_asked_for_twice(self) -> None:
        refreshes = datetime.now(UTC) + timedelta(hours=2)
        allowance = answer({"requestsRemaining": 0, "refreshesAt": int(refreshes.timestamp())})
        transport = FakeTransport([allowance, refusal(429, "daily_limit"), FINE])
        async with client(transport) as lix:
            assert (await lix.account.daily_allowance()).requests_remaining == 0
            for _ in range(2):
                with pytest.raises(DailyLimitError) as caught:
                    await person_name(lix)
                assert caught.value.retry_at == refreshes.replace(microsecond=0)
            assert len(transport.requests) == 2
            await lix.account.balances()
            assert list(lix.limits.snapshot().quota.closed) == ["get_person"]


class TestLife:
    async def test_a_closed_client_says_so(self) -> None:
        transport = FakeTransport()
        lix = client(transport)
        await lix.aclose()
        await lix.aclose()
        assert transport.closed
        with pytest.raises(ClientClosedError, match="closed"):
            await person_name(lix)
        assert not transport.requests

    async def test_closing_ends_what_is_under_way(self) -> None:
        transport = FakeTransport(latency=100.0)
        lix = client(transport)
        async with anyio.create_task_group() as group:

            async def ask() -> None:
                with pytest.raises(ClientClosedError):
                    await person_name(lix)

            group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            await lix.aclose()
        assert transport.under_way == 0

    async def test_opening_and_closing_may_happen_in_different_tasks(self) -> None:
        lix = client(FakeTransport())
        async with anyio.create_task_group() as group:
            group.start_soon(lix.__aenter__)
        assert await person_name(lix) == "Robin Marlowe"
        async with anyio.create_task_group() as group:
            group.start_soon(lix.aclose)

    async def test_a_fault_of_the_transports_own_is_passed_on(self) -> None:
        async with client(FakeTransport([ZeroDivisionError("bug")])) as lix:
            with pytest.raises(ZeroDivisionError):
                await person_name(lix)


class TestSecrets:
    """Law 7."""

    async def test_a_server_that_repeats_the_key_does_not_bring_it_into_the_error(self) -> None:
        transport = FakeTransport([refusal(400, "params_invalid", f"bad key {KEY}")])
        async with client(transport) as lix:
            with pytest.raises(InvalidParamsError) as caught:
                await person_name(lix)
        assert KEY not in f"{caught.value!r} {caught.value} {caught.value.args}"
        assert "***" in str(caught.value)

    async def test_nor_an_unreadable_body(self) -> None:
        transport = FakeTransport([Response(status=200, headers={}, body=f"<html>{KEY}".encode())])
        async with client(transport, retry=RetryPolicy(attempts=1)) as lix:
            with pytest.raises(DecodeError) as caught:
                await person_name(lix)
        assert KEY not in str(caught.value.body)

    async def test_requests_do_not_show_it(self) -> None:
        transport = FakeTransport()
        async with client(transport) as lix:
            await person_name(lix)
            assert KEY not in repr(lix)
        assert ("authorization", KEY) in transport.requests[0].headers
        assert KEY not in repr(transport.requests[0])
        assert KEY not in transport.requests[0].url

    async def test_failures_are_logged_without_it(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        transport = FakeTransport([refusal(500, "api_error", KEY), FINE])
        async with client(transport) as lix:
            await person_name(lix)
        assert "get_person failed: ServerError (attempt 1)" in caplog.text
        assert KEY not in caplog.text


async def test_a_post_that_only_reads_may_be_repeated() -> None:
    transport = FakeTransport([refusal(500, "api_error"), answer({"ok": True})])
    async with client(transport) as lix:
        assert await lix.request("POST", "/v1/li/sales/search/people", json={}, safe=True) == {"ok": True}


async def test_the_request_as_it_leaves() -> None:
    seen: list[Request] = []

    def look(request: Request) -> Response:
        seen.append(request)
        return FINE

    async with client(FakeTransport([look])) as lix:
        await lix.request("put", "/v1/x", params={"a": ["1", 2, True, None], "b": "é &"}, json={"c": None})
    (request,) = seen
    assert request.method == "PUT"
    assert request.url == "https://api.lix-it.com/v1/x?a=1&a=2&a=true&b=%C3%A9%20%26"
    assert dict(request.headers)["content-type"] == "application/json"
    assert dict(request.headers)["user-agent"].startswith("lixasync/")
    assert request.body == b'{"c":null}'


class TestWhatIsShared:
    async def test_equal_urls_of_different_operations_are_not(self) -> None:
        transport = FakeTransport([answer({"linkedInBalance": 7})], latency=1.0)
        got: list[object] = []
        async with client(transport) as lix, anyio.create_task_group() as group:

            async def typed() -> None:
                got.append(type(await lix.account.balances()).__name__)

            async def raw() -> None:
                got.append(type(await lix.request("GET", "/v1/account/balances")).__name__)

            group.start_soon(typed)
            group.start_soon(raw)
        assert sorted(map(str, got)) == ["Balances", "dict"]

    async def test_a_get_that_is_not_safe_is_neither_shared_nor_repeated(self) -> None:
        transport = FakeTransport([refusal(500, "api_error")], latency=1.0)
        async with client(transport) as lix, anyio.create_task_group() as group:

            async def ask() -> None:
                with pytest.raises(ServerError):
                    await lix.request("GET", "/v1/visit", safe=False)

            group.start_soon(ask)
            group.start_soon(ask)
        assert len(transport.requests) == 2

    async def test_a_patient_caller_is_not_bound_by_an_impatient_one(self) -> None:
        transport = FakeTransport([refusal(500, "api_error"), refusal(500, "api_error"), FINE], latency=1.0)
        async with client(transport) as lix:
            hasty = lix.with_options(retry=RetryPolicy(attempts=1))
            async with anyio.create_task_group() as group:

                async def fail() -> None:
                    with pytest.raises(ServerError):
                        await person_name(hasty)

                group.start_soon(fail)
                await anyio.wait_all_tasks_blocked()
                assert await person_name(lix) == "Robin Marlowe"

    async def test_who_joins_with_too_short_a_deadline_hears_so_at_once(self) -> None:
        transport = FakeTransport()
        async with client(transport, rate_limit=SLOW) as lix, anyio.create_task_group() as group:
            await lix.account.balances()
            group.start_soon(person_name, lix)
            await anyio.wait_all_tasks_blocked()
            before = anyio.current_time()
            with pytest.raises(DeadlineExceeded) as caught:
                await person_name(lix.with_options(deadline=1.0))
            assert anyio.current_time() == before
            assert caught.value.retry_at is not None
            assert caught.value.operation == "get_person"


class TestClosing:
    async def test_nothing_is_sent_afterwards(self) -> None:
        transport = FakeTransport([answer({"ok": True})])
        lix = client(transport, rate_limit=SLOW)
        await lix.account.balances()
        async with anyio.create_task_group() as group:

            async def send() -> None:
                with pytest.raises(ClientClosedError):
                    await lix.request("POST", "/v1/li/messages", json={"body": "hello"})

            group.start_soon(send)
            await anyio.wait_all_tasks_blocked()
            await lix.aclose()
        assert [request.method for request in transport.requests] == ["GET"]

    async def test_being_cancelled_meanwhile_closes_the_connections_all_the_same(self) -> None:
        transport = FakeTransport(latency=100.0)
        lix = client(transport)
        async with anyio.create_task_group() as group:

            async def ask() -> None:
                with contextlib.suppress(ClientClosedError):
                    await person_name(lix)

            group.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            with anyio.CancelScope() as scope:
                scope.cancel()
                await lix.aclose()
            group.cancel_scope.cancel()
        assert transport.closed


class TestCredits:
    async def test_an_answer_that_was_cut_off_was_charged_too(self) -> None:
        transport = FakeTransport([Response(status=200, headers={}, body=b'{"name": "Rob'), FINE])
        async with client(transport) as lix:
            await person_name(lix)
            assert lix.limits.snapshot().quota.credits == {"standard": 2}

    async def test_a_refusal_costs_nothing(self) -> None:
        async with client(FakeTransport([refusal(500, "api_error"), FINE])) as lix:
            await person_name(lix)
            assert lix.limits.snapshot().quota.credits == {"standard": 1}


async def test_a_url_that_is_too_long_is_refused_before_it_leaves() -> None:
    transport = FakeTransport()
    async with client(transport) as lix:
        with pytest.raises(InvalidArgumentError, match="at most 60,000"):
            await lix.request("GET", "/v1/x", params={"a": "b" * 60_000})
    assert not transport.requests


async def test_a_deadline_that_was_never_met_by_a_request_says_nothing_of_one() -> None:
    transport = FakeTransport([answer({"ok": True})])
    async with client(transport, rate_limit=SLOW) as lix:
        await lix.account.balances()
        with pytest.raises(DeadlineExceeded) as caught:
            await lix.with_options(deadline=1.0).request("POST", "/v1/li/messages", json={})
    assert caught.value.attempts == 0
    assert "another attempt" not in str(caught.value)
    assert "carried out" not in str(caught.value)
