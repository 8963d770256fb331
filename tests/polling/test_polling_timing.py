"""When a watch asks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lixasync.errors import (
    AuthenticationError,
    DailyLimitError,
    InvalidArgumentError,
    LixasyncError,
    PermissionDeniedError,
    ServerError,
    StateError,
)
from lixasync.polling.timing import interval, next_poll_after, passes

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("every", "seconds"), [(timedelta(minutes=15), 900.0), (0.5, 0.5), (60, 60.0)])
def test_intervals_are_seconds_or_timedeltas(every: Any, seconds: float) -> None:
    assert interval(every) == seconds


@pytest.mark.parametrize("every", [0, -1, timedelta(0), float("nan"), float("inf"), True, "15", None])
def test_other_intervals_are_refused(every: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="every="):
        interval(every)


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (ServerError("x"), True),
        (DailyLimitError("x", retry_at=NOON), True),
        (PermissionDeniedError("x", retry_after=0.0), True),
        (DailyLimitError("x"), False),
        (AuthenticationError("x"), False),
        (StateError("x"), False),
    ],
)
def test_failures_pass_when_they_can_or_say_so(error: LixasyncError, passing: bool) -> None:
    assert passes(error) is passing


@pytest.mark.parametrize(
    ("error", "due"),
    [
        (ServerError("x"), 1000),
        (ServerError("x", retry_after=50), 1000),
        (ServerError("x", retry_after=990), 1100),
        (ServerError("x", retry_at=NOON + timedelta(hours=1)), 3710),
        (ServerError("x", retry_at=NOON - timedelta(hours=1)), 1000),
        (ServerError("x", retry_after=2000, retry_at=NOON), 2110),  # the local clock has no say when seconds are known
    ],
)
def test_the_later_of_the_next_turn_and_what_the_failure_says(error: LixasyncError, due: float) -> None:
    assert next_poll_after(error, began=100, every=900, now=110, clock=NOON) == due
