"""What a courier says for others: what was sent apart, what is overdue, how far away it is, what it knows."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from lixasync.errors import LimiterUnavailableError
from lixasync.limits.shared import courier as module
from lixasync.limits.shared.book import exchange
from lixasync.limits.shared.courier import Answer, Courier, Errand
from lixasync.limits.shared.messages import SECOND, Message, Reply, Report, Terms

TERMS = Terms(requests=1, per=SECOND, burst=1, margin=35_000)


@attrs.define
class Clock:
    """In place of the module `time`."""

    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now


class Place:
    """Keeps a budget in memory, and fails when it is told to."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.state: dict[str, int] = {}
        self.messages: list[Message] = []
        self.failures: list[Exception] = []
        self.trip = 0.0
        self.closed = False

    def exchange(self, message: Message) -> Reply:
        self.messages.append(message)
        self._clock.now += self.trip
        if self.failures:
            raise self.failures.pop()
        return exchange(self.state, int(self._clock.now * SECOND), message)

    def close(self) -> None:
        self.closed = True


Run = Callable[..., Answer]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def place(clock: Clock) -> Place:
    return Place(clock)


@pytest.fixture
def begin(place: Place) -> Iterator[Callable[..., Run]]:
    """Return what starts a courier; that returns how to run an errand. Failures end up in the list `failed`."""
    couriers: list[Courier] = []

    def start(*, apart: bool = False, overdue: tuple[int, ...] = (), failed: list[Any] | None = None) -> Run:
        answers: queue.Queue[Answer] = queue.Queue()
        courier = Courier(
            lambda: place,
            lambda something: something(),
            answered=answers.put,
            failed=(failed if failed is not None else []).append,
            overdue=lambda: overdue,
            apart=apart,
        )
        couriers.append(courier)

        def run(*reports: Report, **asked: Any) -> Answer:
            errand = Errand(message=Message(terms=TERMS, reports=reports, **asked), since=0.0, until=float("inf"))
            courier.send(errand)
            return answers.get(timeout=30)

        return run

    yield start
    for courier in couriers:
        courier.close()


@pytest.mark.parametrize("apart", [True, False])
def test_after_a_failure_it_tells_that_others_were_not_asked(place: Place, begin: Any, apart: bool) -> None:
    run = begin(apart=apart)
    place.failures = [LimiterUnavailableError("away"), LimiterUnavailableError("away")]
    report = Report("moved", 1)
    run(report)
    expected = (report, Report("apart")) if apart else (report,)
    assert [message.reports for message in place.messages] == [(report,), (report,), expected]
    run()
    assert place.messages[-1].reports == ()


def test_what_may_have_been_taken_in_is_not_said_twice(place: Place, begin: Any) -> None:
    run = begin()
    place.failures = [LimiterUnavailableError("away")]
    said = (Report("lost", 1), Report("refused", 1, 2), Report("unused", "day:*", 1), Report("closed", "x", 1))
    run(*said, accepted=3, want=1)
    assert place.messages[0].reports == said
    assert place.messages[1].reports == (said[1], said[3])
    assert [message.accepted for message in place.messages] == [3, 0]
    assert [message.want for message in place.messages] == [1, 1]


def test_whatever_goes_wrong_it_says_so_and_goes_on(place: Place, begin: Any) -> None:
    failed: list[LimiterUnavailableError] = []
    run = begin(failed=failed)
    away = LimiterUnavailableError("away")
    place.failures = [away]
    run()
    assert failed == []  # one alone says nothing
    place.failures = [ZeroDivisionError("secret"), away, away]
    assert run(want=1, horizon=SECOND).reply.slots == (0,)
    assert [str(each) for each in failed] == [
        "away",
        "The rate limit cannot be used (ZeroDivisionError), so no request was sent.",
    ]


def test_requests_that_are_overdue_are_told_of_each_time(place: Place, begin: Any) -> None:
    run = begin(overdue=(7, 9))
    run()
    assert place.messages[0].reports == (Report("moved", 7), Report("moved", 9))


def test_it_repeats_what_it_knows(place: Place, begin: Any, clock: Clock) -> None:
    run = begin()
    run(want=2, horizon=2 * SECOND)
    answer = run(Report("freeze", 10 * SECOND))
    clock.now += 1.0
    run()
    last = place.messages[-1]
    assert last.generation == answer.reply.generation != 0
    assert last.ahead == answer.reply.ahead - SECOND
    assert last.frozen == 9 * SECOND
    assert place.messages[0].generation == 0


def test_whoever_is_far_away_may_be_late(place: Place, begin: Any) -> None:
    run = begin()
    assert run().late == 0.0
    place.trip = 0.001
    for _ in range(8):
        assert run().late == 0.0
    place.trip = 0.1
    for _ in range(9):
        answer = run()
    assert answer.late == pytest.approx(0.143)
    assert place.messages[-1].late == 143_000


def test_a_lane_that_wants_nothing_has_not_waited(place: Place, begin: Any, clock: Clock) -> None:
    run = begin()
    run()
    assert place.messages[-1].waited == 0
    run(want=1)
    assert place.messages[-1].waited == round(clock.now * SECOND)
