"""OpenTelemetry: a span for each operation, and meters. It needs ``pip install 'lixasync[otel]'``.

Names and attributes hold what was asked for by its operation's name alone: no key, no address of a profile, no name of
a person, no text of an error.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import anyio

from lixasync.errors import ConfigurationError, LixasyncError, UsageError
from lixasync.limits.lanes import Turn
from lixasync.transport.client import Client
from lixasync.transport.observing import Observed, name_of
from lixasync.transport.operation import Operation
from lixasync.transport.pipeline import Pipeline

try:
    from opentelemetry import context, metrics, trace
except ModuleNotFoundError as missing:
    raise ConfigurationError(
        "Telemetry needs OpenTelemetry, which is not installed.", hint="pip install 'lixasync[otel]'"
    ) from missing

__all__ = ["instrument"]

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
_TOO_FAST = 429

Attributes = dict[str, str | int | bool]


def instrument(
    client: Client[Any] | None = None,
    *,
    tracer_provider: trace.TracerProvider | None = None,
    meter_provider: metrics.MeterProvider | None = None,
) -> Callable[[], None]:
    """Have calls traced and counted, and return a function that ends it.

    Args:
        client: The client whose calls are meant, and those of all made from it with ``with_options``. None for the
            calls of all clients of this process, of those that are there already as well; a client that is instrumented
            itself keeps to that.
        tracer_provider: Where spans go; None for the process's own.
        meter_provider: Where measurements go; None for the process's own.

    Raises:
        UsageError: no client; or this client, or the process, is instrumented already.
        ConfigurationError: OpenTelemetry is not installed; raised by the import.
    """
    if client is not None and not isinstance(client, Client):
        raise UsageError(
            f"instrument() takes a client, not {client!r}.",
            hint="Pass one that is made, such as LixClient(); without any, all clients of the process are meant.",
        )
    # The class has what holds for all of its objects.
    place: Any = Pipeline if client is None else client._core.pipeline  # noqa: SLF001 - of the same package
    if vars(place).get("observer") is not None:
        whose = "All clients are" if client is None else "This client is"
        raise UsageError(f"{whose} instrumented already.", hint="Call what instrument() returned, to end that.")
    place.observer = telemetry = _Telemetry(tracer_provider, meter_provider)

    def undo() -> None:
        """End it. Calling it twice does nothing."""
        if vars(place).get("observer") is not telemetry:
            return
        if client is None:
            place.observer = None
        else:
            del place.observer

    return undo


class _Telemetry:
    """Makes spans and measurements of calls."""

    def __init__(
        self, tracer_provider: trace.TracerProvider | None, meter_provider: metrics.MeterProvider | None
    ) -> None:
        release = version("lixasync")
        self.tracer = trace.get_tracer("lixasync", release, tracer_provider)
        meter = metrics.get_meter("lixasync", release, meter_provider)
        self.duration = meter.create_histogram(
            "lix.operation.duration",
            unit="s",
            description="What operations take, with waiting for slots and all attempts",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self.wait = meter.create_histogram(
            "lix.limiter.wait",
            unit="s",
            description="What attempts waited for a slot of the rate limit",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self.queue = meter.create_up_down_counter(
            "lix.limiter.queue", unit="{attempt}", description="Attempts that wait for a slot, by lane"
        )
        self.credits = meter.create_counter(
            "lix.credits.used", unit="{credit}", description="Credits that answers cost"
        )
        self.lost = meter.create_counter(
            "lix.credits.lost", unit="{credit}", description="Credits of answers that never came: they may be charged"
        )
        self.retries = meter.create_counter(
            "lix.retries", unit="{attempt}", description="Attempts that were repeated, by the error of the former"
        )
        self.refusals = meter.create_counter(
            "lix.refusals", unit="{response}", description="Answers with the status 429"
        )
        self.spans: WeakKeyDictionary[Turn, trace.SpanContext] = WeakKeyDictionary()

    def begun(self, operation: Operation[Any], url: str, turn: Turn) -> Observed:
        """Return the span of a call."""
        return _Call(self, operation, url, turn)


class _Call(Observed):
    """The span of one call, and what is measured during it."""

    def __init__(self, telemetry: _Telemetry, operation: Operation[Any], url: str, turn: Turn) -> None:
        self._telemetry = telemetry
        self._turn = turn
        self._name = name_of(operation)
        self._operation: Attributes = {"lix.operation": self._name}
        self._asked: Attributes = {**self._operation, "lix.lane": turn.lane}
        server = urlsplit(url)
        self._about: Attributes = {
            **self._asked,
            "http.request.method": operation.method,
            "server.address": server.hostname or "",
            "server.port": server.port or (443 if server.scheme == "https" else 80),
        }
        self._coalesced = False
        self._attempts = self._credits = 0
        self._status: int | None = None

    def __enter__(self) -> Self:
        self._began = anyio.current_time()
        self._span = self._telemetry.tracer.start_span(self._name, attributes=self._about)
        self._telemetry.spans[self._turn] = self._span.get_span_context()
        self._token = context.attach(trace.set_span_in_context(self._span))  # what the call begins is below it
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        context.detach(self._token)
        failed: Attributes = {}
        if error is not None:
            failed["error.type"] = type(error).__name__ if isinstance(error, Exception) else "cancelled"
        attributes: Attributes = {
            "lix.coalesced": self._coalesced,
            "lix.attempts": self._attempts,
            "lix.credits": self._credits,
            **failed,
        }
        if self._attempts > 1:
            attributes["http.request.resend_count"] = self._attempts - 1
        if self._status is not None:
            attributes["http.response.status_code"] = self._status
        self._span.set_attributes(attributes)
        if isinstance(error, Exception):
            self._span.set_status(trace.StatusCode.ERROR)  # without the error's text, which may name people
        self._span.end()
        took = anyio.current_time() - self._began
        self._telemetry.duration.record(took, {**self._asked, "lix.coalesced": self._coalesced, **failed})

    def joined(self, turn: Turn) -> None:
        self._coalesced = True
        leader = self._telemetry.spans.get(turn)
        if leader is not None:
            self._span.add_link(leader)

    def queued(self) -> None:
        self._queued = anyio.current_time()
        self._lane: Attributes = {"lix.lane": self._turn.lane}
        self._telemetry.queue.add(1, self._lane)

    def served(self, *, slot: bool) -> None:
        self._telemetry.queue.add(-1, self._lane)
        if slot:
            self._attempts += 1
            waited = anyio.current_time() - self._queued
            self._telemetry.wait.record(waited, {**self._operation, "lix.lane": self._turn.lane})

    def answered(self, status: int) -> None:
        self._status = status

    def spent(self, kind: str, amount: int) -> None:
        self._credits += amount
        if amount:
            self._telemetry.credits.add(amount, {**self._operation, "lix.credits.kind": kind})

    def lost(self, kind: str, amount: int) -> None:
        if amount:
            self._telemetry.lost.add(amount, {**self._operation, "lix.credits.kind": kind})

    def failed(self, error: LixasyncError, *, again: bool) -> None:
        self._status = error.status
        why: Attributes = {**self._operation, "error.type": type(error).__name__}
        if error.status == _TOO_FAST:
            self._telemetry.refusals.add(1, why)
        if again:
            self._telemetry.retries.add(1, why)
