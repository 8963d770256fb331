"""Spans and measurements of calls, by OpenTelemetry's own SDK."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import attrs
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tests.support.fake import KEY, FakeTransport, Step, answer, client, linkedin, refusal

from lixasync import ConnectionLostError, LixasyncError, LixClient, RateLimit, Request, Response, UsageError
from lixasync.otel import instrument
from lixasync.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

PERSON = "https://www.linkedin.com/in/robin-marlowe"
FINE = answer({"name": "Robin Marlowe"})
SLOW = RateLimit(1, per=3.0, margin=0.0)


@attrs.define
class Collector:
    """Spans and measurements, in memory."""

    traces: TracerProvider = attrs.field(factory=TracerProvider)
    exporter: InMemorySpanExporter = attrs.field(factory=InMemorySpanExporter)
    reader: InMemoryMetricReader = attrs.field(factory=InMemoryMetricReader)
    undo: list[Callable[[], None]] = attrs.field(factory=list)
    meters: MeterProvider = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.traces.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader])

    def instrument(self, lix: Any = None) -> Callable[[], None]:
        undo = instrument(lix, tracer_provider=self.traces, meter_provider=self.meters)
        self.undo.append(undo)
        return undo

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def measured(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        """Return attributes and value of each point of a metric; of histograms, how many and their sum."""
        data = self.reader.get_metrics_data()
        return [
            (dict(point.attributes), point.value if hasattr(point, "value") else (point.count, round(point.sum, 6)))
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    for undo in collector.undo:
        undo()
    collector.traces.shutdown()
    collector.meters.shutdown()


def instrumented(collector: Collector, steps: list[Step], *, latency: float = 0.0, **settings: Any) -> LixClient:
    lix = client(FakeTransport(steps, latency=latency), **settings)
    collector.instrument(lix)
    return lix


class TestSpans:
    async def test_one_for_each_operation(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE]) as lix:
            await lix.with_options(lane="bulk").enrichment.person(PERSON)
        (span,) = collector.spans
        assert (span.name, span.kind, span.status.status_code) == (
            "get_person",
            trace.SpanKind.INTERNAL,
            trace.StatusCode.UNSET,
        )
        assert dict(span.attributes or {}) == {
            "lix.operation": "get_person",
            "lix.lane": "bulk",
            "lix.attempts": 1,
            "lix.credits": 1,
            "lix.coalesced": False,
            "http.request.method": "GET",
            "http.response.status_code": 200,
            "server.address": "api.lix-it.com",
            "server.port": 443,
        }
        assert span.instrumentation_scope is not None
        assert span.instrumentation_scope.name == "lixasync"

    async def test_repetitions_and_the_last_status(self, collector: Collector) -> None:
        lix = instrumented(collector, [refusal(429, "rate_limit"), refusal(500, "api_error"), FINE])
        async with lix:
            await lix.enrichment.person(PERSON)
        attributes = collector.spans[0].attributes or {}
        assert attributes["lix.attempts"] == 3
        assert attributes["http.request.resend_count"] == 2
        assert attributes["http.response.status_code"] == 200

    async def test_a_failure_is_told_by_its_class(self, collector: Collector) -> None:
        async with instrumented(collector, [refusal(404, "not_found")]) as lix:
            with pytest.raises(LixasyncError):
                await lix.enrichment.person(PERSON)
        (span,) = collector.spans
        assert (span.status.status_code, span.status.description) == (trace.StatusCode.ERROR, None)
        assert (span.attributes or {})["error.type"] == "NotFoundError"
        assert (span.attributes or {})["http.response.status_code"] == 404
        assert not span.events

    async def test_to_be_cancelled_is_no_failure(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE], latency=9.0) as lix:
            with anyio.move_on_after(1.0):
                await lix.enrichment.person(PERSON)
        (span,) = collector.spans
        assert (span.attributes or {})["error.type"] == "cancelled"
        assert span.status.status_code is trace.StatusCode.UNSET

    async def test_who_joins_a_call_has_a_span_linked_to_that_of_whoever_began_it(self, collector: Collector) -> None:
        lix = instrumented(collector, [FINE], latency=1.0)
        async with lix, anyio.create_task_group() as group:
            group.start_soon(lix.enrichment.person, PERSON)
            await anyio.sleep(0.5)
            group.start_soon(lix.enrichment.person, PERSON)
        by_part = {(span.attributes or {})["lix.coalesced"]: span for span in collector.spans}
        assert len(collector.spans) == len(by_part) == 2
        leader, follower = by_part[False], by_part[True]
        assert [link.context for link in follower.links] == [leader.context]
        assert not leader.links
        assert [(follower.attributes or {})[name] for name in ("lix.attempts", "lix.credits")] == [0, 0]

    async def test_a_call_that_began_before_is_joined_without_a_link(self, collector: Collector) -> None:
        lix = client(FakeTransport([FINE], latency=1.0))
        async with lix, anyio.create_task_group() as group:
            group.start_soon(lix.enrichment.person, PERSON)
            await anyio.sleep(0.5)
            collector.instrument(lix)
            group.start_soon(lix.enrichment.person, PERSON)
        (span,) = collector.spans
        assert ((span.attributes or {})["lix.coalesced"], list(span.links)) == (True, [])

    async def test_a_span_that_ended_early_is_left_alone(
        self, collector: Collector, caplog: pytest.LogCaptureFixture
    ) -> None:
        lix = instrumented(collector, [refusal(500, "api_error"), FINE], latency=1.0)
        async with lix, anyio.create_task_group() as group:
            with anyio.move_on_after(0.5):
                async with anyio.create_task_group() as inner:
                    inner.start_soon(lix.enrichment.person, PERSON)
                    await anyio.sleep(0.2)
                    group.start_soon(lix.enrichment.person, PERSON)
        assert [(span.attributes or {})["lix.coalesced"] for span in collector.spans] == [False, True]
        assert [value for _, value in collector.measured("lix.retries")] == [1]
        assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


class TestContext:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_spans_of_the_http_library_are_children(self, collector: Collector, method: str) -> None:
        tracer = collector.traces.get_tracer("of the HTTP library")

        def send(_request: Request) -> Response:
            with tracer.start_as_current_span("http"):
                return FINE

        lix = instrumented(collector, [ConnectionLostError("reset"), send] if method == "GET" else [send])
        async with lix:
            with tracer.start_as_current_span("the caller's"):
                await lix.request(method, "/v1/anything")
        http, operation, outer = collector.spans
        assert [span.name for span in (http, operation, outer)] == ["http", "request", "the caller's"]
        assert http.parent == operation.context
        assert operation.parent == outer.context

    async def test_the_callers_own_span_is_current_again(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE]) as lix:
            await lix.enrichment.person(PERSON)
        assert not trace.get_current_span().get_span_context().is_valid


class TestMeters:
    async def test_waiting_for_slots(self, collector: Collector) -> None:
        lix = instrumented(collector, [FINE], rate_limit=SLOW)
        bulk = lix.with_options(lane="bulk")
        async with lix, anyio.create_task_group() as group:
            await lix.account.balances()
            for number in range(2):
                group.start_soon(bulk.enrichment.person, f"{PERSON}-{number}")
            await anyio.sleep(1.0)
            assert collector.measured("lix.limiter.queue") == [
                ({"lix.lane": "interactive"}, 0),
                ({"lix.lane": "bulk"}, 2),
            ]
        assert collector.measured("lix.limiter.queue") == [({"lix.lane": "interactive"}, 0), ({"lix.lane": "bulk"}, 0)]
        assert collector.measured("lix.limiter.wait") == [
            ({"lix.operation": "get_balances", "lix.lane": "interactive"}, (1, 0.0)),
            ({"lix.operation": "get_person", "lix.lane": "bulk"}, (2, 9.0)),
        ]

    async def test_who_is_cancelled_leaves_the_queue(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE], rate_limit=SLOW) as lix:
            await lix.account.balances()
            with anyio.move_on_after(1.0):
                await lix.enrichment.person(PERSON)
        assert collector.measured("lix.limiter.queue") == [({"lix.lane": "interactive"}, 0)]
        assert [value for _, value in collector.measured("lix.limiter.wait")] == [(1, 0.0)]

    async def test_credits_by_kind(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE, ConnectionLostError("reset"), FINE, answer({})]) as lix:
            await lix.enrichment.person(PERSON)
            await lix.enrichment.person(PERSON)
            await lix.account.balances()
        person = {"lix.operation": "get_person", "lix.credits.kind": "standard"}
        assert collector.measured("lix.credits.used") == [(person, 2)]
        assert collector.measured("lix.credits.lost") == [(person, 1)]

    async def test_repetitions_and_refusals(self, collector: Collector) -> None:
        steps: list[Step] = [
            refusal(429, "rate_limit"),
            refusal(500, "api_error"),
            refusal(429, "daily_limit"),
        ]
        async with instrumented(collector, steps) as lix:
            with pytest.raises(LixasyncError):
                await lix.enrichment.person(PERSON)

        def by(error: str) -> dict[str, str]:
            return {"lix.operation": "get_person", "error.type": error}

        assert collector.measured("lix.retries") == [(by("RateLimitError"), 1), (by("ServerError"), 1)]
        assert collector.measured("lix.refusals") == [(by("RateLimitError"), 1), (by("DailyLimitError"), 1)]

    async def test_what_operations_take(self, collector: Collector) -> None:
        async with instrumented(collector, [FINE, refusal(404, "not_found")], latency=2.0) as lix:
            await lix.enrichment.person(PERSON)
            with pytest.raises(LixasyncError):
                await lix.enrichment.person(PERSON)
        usual = {"lix.operation": "get_person", "lix.lane": "interactive", "lix.coalesced": False}
        assert collector.measured("lix.operation.duration") == [
            (usual, (1, 2.0)),
            ({**usual, "error.type": "NotFoundError"}, (1, 2.0)),
        ]


class TestFace:
    async def test_all_clients(self, collector: Collector) -> None:
        async with client(FakeTransport([FINE])) as before:
            undo = collector.instrument()
            async with client(FakeTransport([FINE])) as after, linkedin(FakeTransport([answer({"id": "a"})])) as member:
                await before.enrichment.person(PERSON)
                await after.enrichment.person(PERSON)
                await member.request("GET", "/v1/people/~")
                undo()
                await after.enrichment.person(PERSON)
        assert [span.name for span in collector.spans] == ["get_person", "get_person", "request"]

    async def test_one_client_and_those_made_from_it(self, collector: Collector) -> None:
        async with client(FakeTransport([FINE])) as lix, client(FakeTransport([FINE])) as other:
            undo = collector.instrument(lix)
            await lix.with_options(lane="bulk").enrichment.person(PERSON)
            await other.enrichment.person(PERSON)
            undo()
            undo()  # does nothing more
            await lix.enrichment.person(PERSON)
        assert len(collector.spans) == 1

    async def test_a_client_that_is_not_instrumented_any_more_does_as_all_do(self, collector: Collector) -> None:
        everybody = Collector()
        collector.undo.append(instrument(tracer_provider=everybody.traces, meter_provider=everybody.meters))
        async with client(FakeTransport([FINE])) as lix:
            undo = collector.instrument(lix)
            await lix.enrichment.person(PERSON)
            undo()
            await lix.enrichment.person(PERSON)
        assert (len(collector.spans), len(everybody.spans)) == (1, 1)

    async def test_nothing_is_instrumented_twice(self, collector: Collector) -> None:
        undo = collector.instrument()
        with pytest.raises(UsageError, match="All clients"):
            instrument()
        undo()
        collector.instrument()
        async with instrumented(collector, [FINE]) as lix:
            with pytest.raises(UsageError, match="This client"):
                instrument(lix)

    @pytest.mark.parametrize("other", ["x", LixClient])
    def test_what_is_no_client(self, other: Any, anyio_backend: Any) -> None:
        with pytest.raises(UsageError, match="takes a client, not") as caught:
            instrument(other)
        assert "LixClient()" in caught.value.hint

    async def test_without_providers_those_of_the_process_are_used(self, collector: Collector) -> None:
        async with client(FakeTransport([FINE])) as lix:
            collector.undo.append(instrument(lix))  # the process has none: all is done, and nothing kept
            assert (await lix.enrichment.person(PERSON)).name == "Robin Marlowe"

    def test_the_sdk_says_what_is_missing(self) -> None:
        script = (
            "import sys\n"
            "sys.modules['opentelemetry'] = None\n"
            "from lixasync import ConfigurationError\n"
            "try:\n"
            "    import lixasync.otel\n"
            "except ConfigurationError as error:\n"
            "    print(error)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert "pip install 'lixasync[otel]'" in done.stdout


class TestSecrets:
    HOSTILE = ("robin-marlowe", "Robin", "Marlowe", KEY, "keywords", "harbour", "+15550100", "sess-secret")

    async def test_nothing_of_what_is_asked_or_answered_is_told(self, collector: Collector) -> None:
        """Law 7, and more: neither keys nor people, wherever they stand."""
        quoting = f"Robin Marlowe {PERSON} {KEY} +15550100"
        steps: list[Step] = [
            refusal(500, "api_error", quoting),
            refusal(400, quoting, quoting),
            answer({"name": quoting, quoting: quoting}),
            answer([quoting]),
            LixasyncError(quoting),
            FINE,
        ]
        async with instrumented(collector, steps) as lix:
            calls: list[Callable[[], Any]] = [
                lambda: lix.enrichment.person(PERSON),
                lambda: lix.request("GET", f"/v1/people/robin-marlowe/{KEY}", params={"keywords": "harbour"}),
                lambda: lix.request("POST", "/v1/Robin%20Marlowe", json={"cookie": "sess-secret"}),
                lambda: lix.request("GET", "/v1/harbour"),
                lambda: lix.connections("robin-marlowe").first(),
                lambda: lix.search.people("https://www.linkedin.com/search/results/people/?keywords=harbour").first(),
            ]
            for call in calls:
                try:
                    await call()
                except LixasyncError:
                    continue
        told = " ".join(span.to_json() for span in collector.spans)
        data = collector.reader.get_metrics_data()
        assert data is not None
        told += data.to_json()
        assert len(collector.spans) >= len(calls)
        assert [word for word in self.HOSTILE if word in told] == []


class TestOverHttp:
    def test_a_real_call(self, collector: Collector, sandbox: Sandbox) -> None:
        async def run() -> None:
            async with LixClient(sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(1000, per=1.0)) as lix:
                collector.instrument(lix)
                await lix.connections("robin-marlowe", max_items=10).collect()

        anyio.run(run)
        (span,) = collector.spans
        assert (span.attributes or {})["server.address"] == "127.0.0.1"
        assert f":{(span.attributes or {})['server.port']}" in sandbox.url
