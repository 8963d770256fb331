"""What failures mean for a job: each class has its verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import errors
from lixasync.bulk.verdict import Breaker, Verdict, verdict
from lixasync.errors import (
    APIError,
    AuthenticationError,
    DailyLimitError,
    LixasyncError,
    NotFoundError,
    QueuedError,
    RateLimitError,
    ServerError,
    ViewerError,
    WeeklyLimitError,
)

PATIENCE = 900.0

EXPECTED = {
    # Nothing was sent, and nothing would be.
    "UsageError": Verdict.FAIL,
    "InvalidArgumentError": Verdict.FAIL,
    "PageSizeError": Verdict.FAIL,
    "SearchURLError": Verdict.FAIL,
    "AmbiguousNameError": Verdict.FAIL,
    "CursorError": Verdict.FAIL,
    "StateError": Verdict.FAIL,
    # It is the program that cannot go on.
    "ConfigurationError": Verdict.BREAK,
    "MissingKeyError": Verdict.BREAK,
    "InsecureURLError": Verdict.BREAK,
    "ClientClosedError": Verdict.BREAK,
    "EventLoopError": Verdict.BREAK,
    "JobFileError": Verdict.BREAK,
    "ChunkTakenError": Verdict.BREAK,
    "LimiterUnavailableError": Verdict.BREAK,
    # It may be an outage.
    "LixasyncError": Verdict.DOUBT,
    "DeadlineExceeded": Verdict.DOUBT,
    "TransportError": Verdict.DOUBT,
    "ConnectError": Verdict.DOUBT,
    "AttemptTimeoutError": Verdict.DOUBT,
    "ConnectionLostError": Verdict.DOUBT,
    "DecodeError": Verdict.DOUBT,
    "UnknownShapeError": Verdict.DOUBT,
    "APIError": Verdict.DOUBT,
    "InvalidParamsError": Verdict.DOUBT,
    "PermissionDeniedError": Verdict.DOUBT,
    "NotFoundError": Verdict.DOUBT,
    "RateLimitError": Verdict.DOUBT,
    "WeeklyLimitError": Verdict.DOUBT,
    "ServerError": Verdict.DOUBT,
    # It is the account.
    "AuthenticationError": Verdict.REFUSE,
    "TokenExpiredError": Verdict.REFUSE,
    "ViewerError": Verdict.REFUSE,
    "CreditsError": Verdict.CREDITS,
    "DailyLimitError": Verdict.PAUSE,
    "QueuedError": Verdict.PARK,
}


def of(error: LixasyncError, *, own_viewer: bool = False) -> Verdict:
    return verdict(error, patience=PATIENCE, own_viewer=own_viewer)


def test_every_class_is_thought_of() -> None:
    assert set(EXPECTED) == set(errors.__all__)
    assert set(EXPECTED.values()) == set(Verdict)


@pytest.mark.parametrize("name", errors.__all__)
def test_every_class_has_its_verdict(name: str) -> None:
    assert of(getattr(errors, name)("no")) is EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name != "ViewerError"])
def test_whose_the_viewer_is_matters_to_nothing_else(name: str) -> None:
    assert of(getattr(errors, name)("no"), own_viewer=True) is EXPECTED[name]


@pytest.mark.parametrize(
    ("kind", "type_", "expected"),
    [
        (NotFoundError, "not_found", Verdict.FAIL),
        (NotFoundError, "unknown_record", Verdict.FAIL),
        (NotFoundError, "unknown_route", Verdict.DOUBT),  # the address is wrong, or the operation is gone
        (NotFoundError, None, Verdict.DOUBT),  # of a gateway
        (APIError, "not_found", Verdict.DOUBT),
    ],
)
def test_only_a_record_is_missing_for_its_own_sake(kind: type[APIError], type_: str | None, expected: Verdict) -> None:
    assert of(kind("no", type=type_)) is expected


@pytest.mark.parametrize(
    ("type_", "own", "expected"),
    [
        ("viewer_invalid", True, Verdict.FAIL),
        (None, True, Verdict.DOUBT),  # a proxy may have said so
        ("viewer_invalid", False, Verdict.REFUSE),
        (None, False, Verdict.REFUSE),
    ],
)
def test_a_viewer_of_one_input_stops_nobody_else(type_: str | None, own: bool, expected: Verdict) -> None:
    assert of(ViewerError("no", type=type_), own_viewer=own) is expected


@pytest.mark.parametrize("kind", [RateLimitError, WeeklyLimitError])
def test_a_limit_that_lasts_longer_than_a_call_waits_is_waited_out_by_all(kind: type[RateLimitError]) -> None:
    assert of(kind("no", retry_after=PATIENCE + 1)) is Verdict.PAUSE
    assert of(kind("no", retry_after=PATIENCE)) is Verdict.DOUBT


def test_a_pause_that_others_ask_for_is_theirs() -> None:
    assert of(ServerError("no", retry_after=PATIENCE + 1)) is Verdict.DOUBT
    assert of(QueuedError("no", retry_after=PATIENCE + 1)) is Verdict.PARK
    assert of(DailyLimitError("no", retry_after=1)) is Verdict.PAUSE
    assert of(AuthenticationError("no", retry_after=PATIENCE + 1), own_viewer=True) is Verdict.REFUSE


@given(most=st.integers(1, 6), outcomes=st.lists(st.booleans(), max_size=40))
def test_the_breaker_notices_a_row_exactly_when_there_is_one(most: int, outcomes: list[bool]) -> None:
    breaker, row = Breaker(most), 0
    for failed in outcomes:
        row = row + 1 if failed else 0
        if failed:
            assert breaker.failed() is (row >= most)
        else:
            breaker.answered()


def test_without_a_bound_no_row_is_too_long() -> None:
    breaker = Breaker(None)
    assert not any(breaker.failed() for _ in range(1000))
