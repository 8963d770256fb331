"""What an observer is told of calls, and what the log is."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any

import anyio
import attrs
import pytest
from tests.support.fake import KEY, FakeTransport, Step, answer, client, linkedin, refusal

from lixasync import ConnectionLostError, DeadlineExceeded, LixasyncError, LixClient, RateLimit, Response, RetryPolicy
from lixasync.limits.lanes import Turn
from lixasync.lix.operations import OPERATIONS
from lixasync.transport import raw
from lixasync.transport.observing import NOBODY, Observed, name_of
from lixasync.transport.operation import Operation
from lixasync.transport.pipeline import Pipeline

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

PERSON = "https://www.linkedin.com/in/robin-marlowe"
FINE = answer({"name": "Robin Marlowe"})
Told = list[tuple[Any, ...]]


@attrs.define(eq=False)
class Noted(Observed):
    """Notes all that it is told."""

    told: Told

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.told.append(("ended", None if kind is None else kind.__name__))

    def joined(self, turn: Turn) -> None:
        self.told.append(("joined", turn.lane))

    def queued(self) -> None:
        self.told.append(("queued",))

    def served(self, *, slot: bool) -> None:
        self.told.append(("served", slot))

    def answered(self, status: int) -> None:
        self.told.append(("answered", status))

    def spent(self, kind: str, amount: int) -> None:
        self.told.append(("spent", kind, amount))

    def lost(self, kind: str, amount: int) -> None:
        self.told.append(("lost", kind, amount))

    def failed(self, error: LixasyncError, *, again: bool) -> None:
        self.told.append(("failed", type(error).__name__, again))


@attrs.define
class Notes:
    """An observer that keeps what each call was told."""

    calls: list[Told] = attrs.field(factory=list)
    begun_with: list[tuple[str, str, str]] = attrs.field(factory=list)

    def begun(self, operation: Operation[Any], url: str, turn: Turn) -> Observed:
        self.begun_with.append((operation.id, url, turn.lane))
        self.calls.append([])
        return Noted(self.calls[-1])


def observed(steps: list[Step], *, latency: float = 0.0, **settings: Any) -> tuple[LixClient, Notes]:
    lix = client(FakeTransport(steps, latency=latency), **settings)
    lix._core.pipeline.observer = notes = Notes()
    return lix, notes


WELL = [("queued",), ("served", True), ("spent", "standard", 1), ("answered", 200), ("ended", None)]


class TestCalls:
    async def test_a_call_that_goes_well(self) -> None:
        lix, notes = observed([FINE])
        async with lix:
            await lix.enrichment.person(PERSON)
        assert notes.begun_with == [("get_person", "https://api.lix-it.com", "interactive")]
        assert notes.calls == [WELL]

    async def test_a_call_that_is_not_shared_is_seen_as_well(self) -> None:
        lix, notes = observed([answer({})])
        async with lix:
            await lix.with_options(lane="bulk").request("POST", "/v1/anything", json={})
        assert notes.begun_with == [("POST /v1/anything", "https://api.lix-it.com", "bulk")]
        assert notes.calls == [[("queued",), ("served", True), ("spent", "unstated", 0), *WELL[3:]]]

    async def test_failures_and_repetitions(self) -> None:
        lix, notes = observed([refusal(429, "rate_limit"), ConnectionLostError("reset"), refusal(404, "not_found")])
        async with lix:
            with pytest.raises(LixasyncError):
                await lix.enrichment.person(PERSON)
        sent = [("queued",), ("served", True)]
        assert notes.calls == [
            [
                *[*sent, ("spent", "standard", 0), ("failed", "RateLimitError", True)],
                *[*sent, ("lost", "standard", 1), ("failed", "ConnectionLostError", True)],
                *[*sent, ("spent", "standard", 0), ("failed", "NotFoundError", False)],
                ("ended", "NotFoundError"),
            ]
        ]

    async def test_who_waits_in_vain_has_no_slot(self) -> None:
        lix, notes = observed([FINE], rate_limit=RateLimit(1, per=30.0))
        async with lix:
            await lix.account.balances()
            with pytest.raises(DeadlineExceeded):
                await lix.with_options(deadline=5.0).enrichment.person(PERSON)
        assert notes.calls[1] == [("queued",), ("served", False), ("ended", "DeadlineExceeded")]

    async def test_who_joins_a_call_under_way_is_told_so(self) -> None:
        lix, notes = observed([FINE], latency=1.0)
        async with lix, anyio.create_task_group() as group:
            for lane in ("bulk", "interactive"):
                group.start_soon(lix.with_options(lane=lane).enrichment.person, PERSON)
                await anyio.sleep(0.5)
        assert notes.calls == [WELL, [("joined", "bulk"), ("ended", None)]]

    async def test_a_shared_call_goes_on_without_the_caller_who_began_it(self) -> None:
        lix, notes = observed([FINE], latency=1.0)
        async with lix, anyio.create_task_group() as group:
            with anyio.move_on_after(0.5):
                async with anyio.create_task_group() as inner:
                    inner.start_soon(lix.enrichment.person, PERSON)
                    await anyio.sleep(0.2)
                    group.start_soon(lix.enrichment.person, PERSON)
        ended = notes.calls[0].pop(2)
        assert ended[0] == "ended"
        assert ended[1] in ("CancelledError", "Cancelled")
        assert notes.calls == [WELL[:-1], [("joined", "interactive"), ("ended", None)]]

    async def test_linkedin_is_observed_alike(self) -> None:
        member = linkedin(FakeTransport([answer({"id": "a1"})]))
        member._core.pipeline.observer = notes = Notes()
        async with member:
            await member.request("GET", "/v1/people/~")
        assert notes.begun_with == [("GET /v1/people/~", "https://api.linkedin.com", "interactive")]

    async def test_an_observer_of_the_class_sees_all_clients_but_those_with_their_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ours, notes = observed([FINE])
        monkeypatch.setattr(Pipeline, "observer", everybody := Notes())
        async with ours, client(FakeTransport([FINE])) as other:
            for lix in (ours, other):
                await lix.enrichment.person(PERSON)
        assert (len(notes.calls), len(everybody.calls)) == (1, 1)

    async def test_without_an_observer_nobody_is_told(self) -> None:
        assert Pipeline.observer is None
        with NOBODY as nobody:
            assert nobody is NOBODY
        async with client(FakeTransport([ConnectionLostError("reset"), FINE])) as lix:
            assert (await lix.enrichment.person(PERSON)).name == "Robin Marlowe"


class TestNames:
    @pytest.mark.parametrize("path", ["/v1/person/robin-marlowe", "/"])
    def test_a_call_to_any_path_does_not_name_it(self, path: str) -> None:
        assert name_of(raw.operation("GET", path)) == "request"

    @pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda each: each.id)
    def test_operations_have_their_id(self, operation: Operation[Any]) -> None:
        assert name_of(operation) == operation.id


class TestLog:
    async def test_a_failed_attempt_has_its_facts_beside_the_text(self, caplog: pytest.LogCaptureFixture) -> None:
        failures: list[Step] = [
            refusal(429, "rate_limit", f"{KEY}: too many about Robin Marlowe", retry_after="2"),
            Response(status=500, headers={}, body=b""),
        ]
        lix = client(FakeTransport(failures), retry=RetryPolicy(attempts=2))
        caplog.set_level(logging.DEBUG, "lixasync")
        async with lix:
            with pytest.raises(LixasyncError):
                await lix.with_options(lane="bulk").enrichment.person(PERSON)
        names = ("levelname", "operation", "attempt", "lane", "error", "status", "retry_after", "again")
        assert [tuple(vars(record)[name] for name in names) for record in caplog.records] == [
            ("INFO", "get_person", 1, "bulk", "RateLimitError", 429, 2.0, True),
            ("DEBUG", "get_person", 2, "bulk", "ServerError", 500, None, False),
        ]
        written = " ".join(str(vars(record)) for record in caplog.records)
        assert KEY not in written
        assert "marlowe" not in written.lower()
