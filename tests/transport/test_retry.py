"""The retry decision, for every class of error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import errors
from lixasync.errors import (
    ConfigurationError,
    ConnectError,
    LixasyncError,
    QueuedError,
    RateLimitError,
    ServerError,
    TransportError,
    WeeklyLimitError,
)
from lixasync.transport.retry import Decision, RetryPolicy, decide

FOREVER = float("inf")
CLASSES = [getattr(errors, name) for name in errors.__all__]

REPEATED = {
    "AttemptTimeoutError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceeded",
    "DecodeError",
    "QueuedError",
    "RateLimitError",
    "ServerError",
    "TransportError",
}
NOTHING_DONE = {"ConnectError", "RateLimitError"}


def ask(error: LixasyncError, **given: object) -> Decision:
    facts: dict[str, object] = {"safe": True, "attempt": 1, "time_left": FOREVER, "chance": 0.5, **given}
    policy = facts.pop("policy", RetryPolicy())
    return decide(policy, error, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", CLASSES)
def test_what_is_repeated_for_a_safe_operation(kind: type[LixasyncError]) -> None:
    assert ask(kind("no")).again is (kind.__name__ in REPEATED)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_send_is_repeated_only_when_the_refusal_proves_that_nothing_was_done(kind: type[LixasyncError]) -> None:
    assert ask(kind("no"), safe=False).again is (kind.__name__ in NOTHING_DONE)


def test_attempts_come_to_an_end() -> None:
    policy = RetryPolicy(attempts=3)
    assert [ask(ServerError("no"), policy=policy, attempt=n).again for n in (1, 2, 3)] == [True, True, False]


def test_one_attempt_repeats_nothing() -> None:
    assert not ask(ConnectError("no"), policy=RetryPolicy(attempts=1)).again
    assert not ask(QueuedError("wait"), policy=RetryPolicy(attempts=1)).again


@given(attempt=st.integers(1, 1000), chance=st.floats(0, 1))
def test_pauses_double_within_their_spread_up_to_the_cap(attempt: int, chance: float) -> None:
    policy = RetryPolicy(attempts=10_000, base=0.5, cap=30.0)
    full = min(30.0, 0.5 * 2 ** min(attempt - 1, 30))
    assert full / 2 <= ask(ServerError("no"), policy=policy, attempt=attempt, chance=chance).pause <= full


def test_the_servers_own_pause_goes_before_ours() -> None:
    assert ask(ServerError("no", retry_after=17.0)).pause == 17.0


def test_queued_answers_are_asked_for_again_after_minutes_and_not_for_ever() -> None:
    policy = RetryPolicy(queued_pause=120.0, queued_attempts=2)
    first, second = (ask(QueuedError("wait"), policy=policy, attempt=n) for n in (1, 2))
    assert first.again
    assert 120 <= first.pause <= 132
    assert not second.again


def test_after_a_429_the_shared_gate_does_the_waiting() -> None:
    assert ask(RateLimitError("slower", retry_after=30.0)) == Decision(
        again=True, pause=0, reason="the shared gate holds everybody back"
    )


@pytest.mark.parametrize("error", [RateLimitError("no", retry_after=259_200.0), ServerError("no", retry_after=86_400)])
def test_a_pause_of_days_is_never_slept_on(error: LixasyncError) -> None:
    assert not ask(error).again


def test_a_pause_too_long_for_the_gate_is_waited_for_by_the_caller_alone() -> None:
    decision = ask(RateLimitError("slower", retry_after=1800.0), policy=RetryPolicy(max_pause=3600.0))
    assert (decision.again, decision.pause) == (True, 1800.0)


def test_the_weekly_limit_is_never_repeated() -> None:
    assert not ask(WeeklyLimitError("weekly", retry_after=1.0)).again


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    decision = ask(ServerError("no", retry_after=5.0), time_left=4.0)
    assert not decision.again
    assert decision.too_late
    assert decision.pause == 5.0


def test_every_transport_failure_of_a_safe_call_may_pass() -> None:
    assert all(
        kind.repeatable or kind is errors.UnknownShapeError for kind in CLASSES if issubclass(kind, TransportError)
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"attempts": 0},
        {"queued_attempts": 0},
        {"base": -1.0},
        {"max_pause": -1.0},
        {"base": float("nan")},
        {"attempts": 2.5},
    ],
)
def test_settings_that_make_no_sense_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(ConfigurationError):
        RetryPolicy(**setting)  # type: ignore[arg-type]
