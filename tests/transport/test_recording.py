"""What a recording gets of the pipeline: each good answer as it came, and what is on its way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fake import LEADS, FakeTransport, Step, answer, client, refusal

from lixasync import (
    AttemptTimeoutError,
    AuthenticationError,
    ClientClosedError,
    ConnectError,
    ConnectionLostError,
    DecodeError,
    LixasyncError,
    LixClient,
    NotFoundError,
    RateLimit,
    Request,
    Response,
    RetryPolicy,
    ServerError,
)
from lixasync.limits.meter import METER, Meter
from lixasync.lix.enrichment import Enrichment
from lixasync.lix.operations import OPERATIONS
from lixasync.transport.recording import RECORDING, Answer, Recording

LINK = "https://www.linkedin.com/in/robin-marlowe"
BODY = b'{ "name":"Robin Marlowe",  "unheard_of": [1] }'
FINE = Response(status=200, headers={}, body=BODY)
EMPTY = Response(status=204, headers={}, body=b"")


@attrs.define(kw_only=True)
class Halting(Meter):
    """Affords nothing any more once it is over, not even what costs nothing."""

    over: bool = False

    def affords(self, amount: int) -> bool:
        return not self.over and super().affords(amount)


async def recorded(call: Callable[[], Awaitable[Any]]) -> tuple[Recording, Any]:
    """Make a call in a recording of its own, and return both it and what came of it."""
    recording = Recording()
    before = RECORDING.set(recording)
    try:
        return recording, await call()
    except LixasyncError as error:
        return recording, error
    finally:
        RECORDING.reset(before)


def facts(recording: Recording) -> tuple[int, int, int]:
    return len(recording.answers), recording.requests, recording.under_way


def person(lix: LixClient) -> Callable[[], Awaitable[Any]]:
    return lambda: lix.enrichment.person(LINK)


class TestCounts:
    @given(st.lists(st.sampled_from(["left", "failed", "arrived"]), max_size=30))
    def test_never_fewer_than_none_are_under_way(self, steps: list[str]) -> None:
        recording, requests, answers = Recording(), 0, 0
        for step in steps:
            if step == "left":
                recording.left()
                requests += 1
            elif step == "arrived":  # perhaps to somebody else's request
                recording.arrived(Answer(operation=OPERATIONS["enrichment.person"], response=FINE, value=None))
                answers += 1
            elif recording.under_way:
                recording.failed()
            assert (len(recording.answers), recording.requests) == (answers, requests)
            assert 0 <= recording.under_way <= requests

    def test_an_answer_to_a_request_of_somebody_else_leaves_nothing_under_way(self) -> None:
        recording = Recording()
        recording.arrived(Answer(operation=OPERATIONS["enrichment.person"], response=FINE, value=None))
        assert facts(recording) == (1, 0, 0)


@pytest.mark.anyio
@pytest.mark.virtual_time
class TestAnswers:
    async def test_an_answer_is_kept_word_for_word_with_what_it_means(self) -> None:
        async with client(FakeTransport([FINE])) as lix:
            recording, found = await recorded(person(lix))
        (kept,) = recording.answers
        assert kept.response.body == BODY
        assert kept.value is found
        assert kept.operation is OPERATIONS["enrichment.person"]
        assert facts(recording) == (1, 1, 0)

    async def test_without_a_recording_nothing_is_kept(self) -> None:
        assert RECORDING.get() is None
        async with client(FakeTransport([FINE])) as lix:
            assert (await lix.enrichment.person(LINK)).name == "Robin Marlowe"

    async def test_an_answer_without_a_body_is_one(self) -> None:
        async with client(FakeTransport([EMPTY])) as lix:
            recording, found = await recorded(lambda: lix.request("GET", "/v1/anything"))
        (kept,) = recording.answers
        assert (kept.response.status, kept.response.body, kept.value) == (204, b"", found)
        assert facts(recording) == (1, 1, 0)

    async def test_calls_that_share_no_requests_are_kept_as_well(self) -> None:
        async with client(FakeTransport([FINE])) as lix:
            recording, _ = await recorded(lambda: lix.request("POST", "/v1/anything", json={}))
        assert facts(recording) == (1, 1, 0)

    async def test_each_page_of_a_stream_is_an_answer(self) -> None:
        def page(request: Request) -> Response:
            start = 0 if "page%3D2" not in request.url else 25
            people = [{"salesNavId": f"n-{start + n}"} for n in range(25 if not start else 3)]
            return answer({"people": people, "paging": {"count": 25, "start": start, "total": 28}})

        async with client(FakeTransport([page])) as lix:
            recording, found = await recorded(lambda: lix.sales.leads(LEADS).collect())
        assert facts(recording) == (2, 2, 0)
        assert [item for kept in recording.answers for item in kept.value.items] == found

    async def test_answers_come_in_the_order_of_the_calls(self) -> None:
        async with client(FakeTransport([answer({"n": 1}), answer({"n": 2})])) as lix:

            async def both() -> None:
                await lix.request("GET", "/v1/one")
                await lix.request("GET", "/v1/two")

            recording, _ = await recorded(both)
        assert [kept.value for kept in recording.answers] == [{"n": 1}, {"n": 2}]
        assert facts(recording) == (2, 2, 0)


@pytest.mark.anyio
@pytest.mark.virtual_time
class TestFailures:
    @pytest.mark.parametrize(
        "failure",
        [
            refusal(500, "api_error"),
            refusal(429, "rate_limit"),
            refusal(503, "queued"),
            Response(status=200, headers={}, body=b'{"name": "Rob'),
            ConnectError("refused"),
            ConnectionLostError("reset"),
        ],
    )
    async def test_every_attempt_is_a_request_and_only_the_good_one_an_answer(self, failure: Step) -> None:
        async with client(FakeTransport([failure, failure, FINE])) as lix:
            recording, found = await recorded(person(lix))
        assert found.name == "Robin Marlowe"
        assert facts(recording) == (1, 3, 0)
        assert recording.answers[0].response.body == BODY

    @pytest.mark.parametrize(
        ("failure", "kind", "requests"),
        [
            (refusal(500, "api_error"), ServerError, 2),
            (refusal(404, "not_found"), NotFoundError, 1),
            (refusal(401, "unauthorised"), AuthenticationError, 1),
            (answer(["no", "person"]), DecodeError, 1),
            (ConnectionLostError("reset"), ConnectionLostError, 2),
        ],
    )
    async def test_a_call_that_failed_has_no_answer_and_nothing_under_way(
        self, failure: Step, kind: type[LixasyncError], requests: int
    ) -> None:
        async with client(FakeTransport([failure]), retry=RetryPolicy(attempts=2)) as lix:
            recording, error = await recorded(person(lix))
        assert isinstance(error, kind)
        assert facts(recording) == (0, requests, 0)

    async def test_an_attempt_that_took_too_long_is_not_under_way_any_more(self) -> None:
        transport = FakeTransport(latency=100.0)
        async with client(transport, timeout=5.0, retry=RetryPolicy(attempts=3)) as lix:
            recording, error = await recorded(person(lix))
        assert isinstance(error, AttemptTimeoutError)
        assert facts(recording) == (0, 3, 0)

    async def test_what_is_refused_here_was_never_sent(self) -> None:
        async with client(FakeTransport([FINE])) as lix:
            recording, error = await recorded(lambda: lix.enrichment.person(" "))
        assert isinstance(error, LixasyncError)
        assert facts(recording) == (0, 0, 0)

    async def test_nothing_is_under_way_in_a_pause_between_attempts(self) -> None:
        seen: list[tuple[int, int, int]] = []
        transport = FakeTransport([refusal(503, "queued"), FINE], latency=1.0)
        async with client(transport) as lix:
            recording = Recording()
            before = RECORDING.set(recording)
            async with anyio.create_task_group() as group:
                group.start_soon(lix.enrichment.person, LINK)
                for pause in (0.5, 10, 200):
                    await anyio.sleep(pause)
                    seen.append(facts(recording))
            RECORDING.reset(before)
        assert seen == [(0, 1, 1), (0, 1, 0), (1, 2, 0)]


@pytest.mark.anyio
@pytest.mark.virtual_time
class TestShared:
    async def test_who_joins_a_request_gets_the_answer_but_did_not_send_it(self) -> None:
        transport = FakeTransport([FINE], latency=2.0)
        found: list[tuple[Recording, Any]] = []

        async def call(lix: LixClient, delay: float) -> None:
            await anyio.sleep(delay)
            found.append(await recorded(person(lix)))

        async with client(transport) as lix, anyio.create_task_group() as group:
            for delay in (0.0, 0.5, 1.0):
                group.start_soon(call, lix, delay)
        assert len(transport.requests) == 1
        assert sorted(facts(recording) for recording, _ in found) == [(1, 0, 0), (1, 0, 0), (1, 1, 0)]
        for recording, value in found:
            assert recording.answers[0].response.body == BODY
            assert recording.answers[0].value is value

    async def test_what_can_be_changed_is_everybodys_own_and_known_by_its_recording(self) -> None:
        found: list[tuple[Recording, Any]] = []

        async def call(lix: LixClient) -> None:
            found.append(await recorded(lambda: lix.request("GET", "/v1/anything")))

        async with client(FakeTransport([answer({"n": []})], latency=1.0)) as lix:
            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(call, lix)
        assert len({id(value) for _, value in found}) == 3
        assert all(recording.answers[0].value is value for recording, value in found)

    async def test_who_joins_a_request_that_fails_has_nothing(self) -> None:
        found: list[tuple[Recording, Any]] = []

        async def call(lix: LixClient) -> None:
            found.append(await recorded(person(lix)))

        async with client(FakeTransport([refusal(404, "not_found")], latency=1.0)) as lix:
            async with anyio.create_task_group() as group:
                for _ in range(2):
                    group.start_soon(call, lix)
        assert sorted(facts(recording) for recording, _ in found) == [(0, 0, 0), (0, 1, 0)]
        assert all(isinstance(error, NotFoundError) for _, error in found)

    async def test_a_request_that_others_wait_for_outlives_who_sent_it(self) -> None:
        recordings: list[Recording] = []
        results: list[tuple[Recording, Any]] = []

        async def sender(lix: LixClient, scope: anyio.CancelScope) -> None:
            recordings.append(Recording())
            RECORDING.set(recordings[0])
            with scope:
                await lix.enrichment.person(LINK)

        async def joiner(lix: LixClient) -> None:
            results.append(await recorded(person(lix)))

        scope = anyio.CancelScope()
        async with client(FakeTransport([FINE], latency=2.0)) as lix, anyio.create_task_group() as group:
            group.start_soon(sender, lix, scope)
            await anyio.sleep(0.5)
            group.start_soon(joiner, lix)
            await anyio.sleep(0.5)
            assert facts(recordings[0]) == (0, 1, 1)
            scope.cancel()
        assert facts(recordings[0])[:2] == (0, 1)
        assert facts(results[0][0]) == (1, 0, 0)

    async def test_tasks_of_one_call_record_together_and_others_apart(self) -> None:
        def echo(request: Request) -> Response:
            return answer({"url": request.url})

        async with client(FakeTransport([echo], latency=1.0)) as lix:

            async def several(names: str) -> None:
                async with anyio.create_task_group() as group:
                    for name in names:
                        group.start_soon(lix.request, "GET", f"/v1/{name}")

            found: list[tuple[Recording, Any]] = []

            async def run(names: str) -> None:
                found.append(await recorded(lambda: several(names)))

            async with anyio.create_task_group() as group:
                group.start_soon(run, "abc")
                group.start_soon(run, "de")
        seen = [sorted(kept.value["url"][-1] for kept in recording.answers) for recording, _ in found]
        assert sorted(seen) == [["a", "b", "c"], ["d", "e"]]
        assert sorted(facts(recording) for recording, _ in found) == [(2, 2, 0), (3, 3, 0)]


@pytest.mark.anyio
@pytest.mark.virtual_time
class TestCancelled:
    async def test_a_request_that_was_given_up_is_counted_and_not_under_way(self) -> None:
        recording = Recording()
        transport = FakeTransport([FINE], latency=10.0)
        async with client(transport) as lix:
            before = RECORDING.set(recording)
            with anyio.move_on_after(5):
                await lix.enrichment.person(LINK)
            RECORDING.reset(before)
        assert facts(recording) == (0, 1, 0)
        assert transport.under_way == 0

    async def test_a_call_that_was_given_up_in_the_queue_was_never_sent(self) -> None:
        recording = Recording()
        async with client(FakeTransport([FINE]), rate_limit=RateLimit(1, per=60.0)) as lix:
            await lix.account.balances()
            before = RECORDING.set(recording)
            with anyio.move_on_after(5):
                await lix.enrichment.person(LINK)
            RECORDING.reset(before)
        assert facts(recording) == (0, 0, 0)

    async def test_a_call_whose_meter_says_no_more_meanwhile_is_not_sent(self) -> None:
        recording, meter = Recording(), Halting(left=None)
        transport = FakeTransport([FINE])
        async with client(transport, rate_limit=RateLimit(1, per=60.0)) as lix, anyio.create_task_group() as group:
            await lix.account.balances()

            async def call() -> None:
                METER.set(meter)
                RECORDING.set(recording)
                with pytest.raises(ClientClosedError, match="given up before it was sent"):
                    await lix.enrichment.person(LINK)

            group.start_soon(call)
            await anyio.sleep(5)
            meter.over = True
        assert facts(recording) == (0, 0, 0)
        assert len(transport.requests) == 1
        assert meter.spent == 0

    async def test_a_section_of_the_client_records_like_the_client(self) -> None:
        async with client(FakeTransport([FINE])) as lix:
            section = Enrichment(lix._core)
            recording, found = await recorded(lambda: section.person(LINK))
        assert recording.answers[0].value is found
