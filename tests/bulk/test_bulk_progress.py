"""What a job says of itself: estimates and words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk.progress import JobPlan, JobStatus, Progress, duration, time_left


def status(**changes: Any) -> JobStatus:
    facts: dict[str, Any] = {
        "method": "enrichment.person",
        "given": 1300,
        "inputs": 1250,
        "done": 50,
        "failed": 3,
        "failures": {"NotFoundError": 3},
        "queued": 2,
        "taken": 8,
        "items": 50,
        "requests": 60,
        "credits": {"standard": 50},
        "stopped": None,
        "reading": False,
        "next_due": None,
    }
    return JobStatus(**{**facts, **changes})


def plan(**changes: Any) -> JobPlan:
    facts: dict[str, Any] = {
        "status": status(),
        "requests": 1197,
        "credits": 1197,
        "credit_kind": "standard",
        "seconds": 3591.0,
        "exact": True,
    }
    return JobPlan(**{**facts, **changes})


def progress(**changes: Any) -> Progress:
    facts: dict[str, Any] = {
        "inputs": 1250,
        "reading": False,
        "done": 50,
        "failed": 3,
        "queued": 0,
        "taken": 8,
        "requests": 60,
        "credits": 50,
        "rate_used": None,
        "elapsed": 180.0,
        "time_left": 3700.0,
        "waits_for": None,
    }
    return Progress(**{**facts, **changes})


def test_what_is_to_do_is_neither_done_nor_failed() -> None:
    assert status().to_do == 1197
    assert status(inputs=0, done=0, failed=0).to_do == 0


class TestPlan:
    def test_it_reads_as_a_sentence(self) -> None:
        assert str(plan()) == (
            "1,197 to do, 50 done, 3 failed; 1,197 requests, 1,197 standard credits, 59 min 51 s at the permitted rate"
        )

    def test_an_estimate_says_so(self) -> None:
        assert "; about 1,197 requests" in str(plan(exact=False))

    def test_of_pages_that_nobody_has_seen_yet_it_is_the_least(self) -> None:
        assert "; at least 1,197 requests" in str(plan(exact=False, status=status(done=0)))

    def test_without_a_client_it_knows_no_rate(self) -> None:
        assert str(plan(seconds=None)).endswith("1,197 standard credits")

    @pytest.mark.parametrize(
        ("kind", "words"),
        [("org", "5 org credits"), ("email", "5 email credits"), ("unstated", "5 credits"), ("calls", "5 credits")],
    )
    def test_credits_have_a_name_where_the_api_gives_them_one(self, kind: str, words: str) -> None:
        assert f", {words}," in str(plan(credits=5, credit_kind=kind))


class TestProgress:
    def test_it_reads_as_a_line(self) -> None:
        assert str(progress()) == "50 of 1,250 done, 3 failed, 60 requests, 50 credits, 1 h 1 min left"

    def test_what_is_not_always_there_is_said_when_it_is(self) -> None:
        line = str(progress(queued=1234, rate_used=0.987, reading=True, waits_for="the daily limit, until 00:00 UTC"))
        assert line == (
            "50 of 1,250+ done, 3 failed, 1,234 queued, 60 requests, 50 credits, 99% of the rate, 1 h 1 min left, "
            "waits for the daily limit, until 00:00 UTC"
        )

    def test_no_more_than_the_whole_rate_is_used(self) -> None:
        assert "100% of the rate" in str(progress(rate_used=1.04))
        assert "0% of the rate" in str(progress(rate_used=0.0))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (0.6, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (120, "2 min"),
        (3599.6, "1 h"),
        (3659, "1 h"),
        (3660, "1 h 1 min"),
        (7199, "1 h 59 min"),
        (86_399.6, "1 d"),
        (90_000, "1 d 1 h"),
        (86_400 * 7, "7 d"),
        (86_400 * 1000 + 3_600 * 23, "1000 d 23 h"),
    ],
)
def test_a_duration_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@given(st.floats(0, 1e9))
def test_a_duration_is_close_to_what_it_says(seconds: float) -> None:
    units = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    words = duration(seconds).split()
    told = sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert abs(told - seconds) <= max(0.5, seconds / 24)
    assert len(words) in (2, 4)


class TestTimeLeft:
    def test_at_first_it_goes_by_the_permitted_rate(self) -> None:
        assert time_left(to_do=100, requests_each=2.0, pace=3.0, elapsed=500.0, ended=9) == 600

    def test_then_by_how_slow_it_was(self) -> None:
        assert time_left(to_do=100, requests_each=2.0, pace=3.0, elapsed=500.0, ended=10) == 5000

    def test_never_faster_than_permitted(self) -> None:
        assert time_left(to_do=100, requests_each=2.0, pace=3.0, elapsed=1.0, ended=50) == 600

    @given(st.integers(0, 10**6), st.floats(1, 100), st.floats(0, 100), st.floats(0, 10**6), st.integers(0, 10**6))
    def test_it_is_a_span_and_nothing_when_nothing_is_left(
        self, to_do: int, each: float, pace: float, elapsed: float, ended: int
    ) -> None:
        left = time_left(to_do=to_do, requests_each=each, pace=pace, elapsed=elapsed, ended=ended)
        assert left >= to_do * each * pace >= 0
        assert time_left(to_do=0, requests_each=each, pace=pace, elapsed=elapsed, ended=ended) == 0
