"""The rate limit's arithmetic, with times passed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.sandbox.limiter import SlidingWindow, utilisation

# Quarters of a second are exact in binary, so that "exactly `per` later" can be tested without rounding.
quarters = st.integers(min_value=0, max_value=40).map(lambda n: n / 4)
gaps = st.lists(quarters, max_size=60)


def times(steps: list[float]) -> list[float]:
    now, found = 100.0, []
    for step in steps:
        now += step
        found.append(now)
    return found


@given(steps=gaps, requests=st.integers(1, 5), per=st.integers(1, 20).map(lambda n: n / 4))
def test_no_window_holds_more_than_the_limit_and_no_refusal_is_wrong(
    steps: list[float], requests: int, per: float
) -> None:
    window = SlidingWindow(requests, per)
    admitted: list[float] = []
    for now in times(steps):
        held = sum(now - per < at <= now for at in admitted)
        assert (window.wait(now) == 0.0) == (held < requests)
        if window.admit(now):
            admitted.append(now)
            assert held + 1 <= requests
        else:
            assert held >= requests
    for end in admitted:
        assert sum(end - per < at <= end for at in admitted) <= requests


@given(steps=gaps, per=st.integers(1, 20).map(lambda n: n / 4))
def test_the_peak_counts_every_arrival_of_the_fullest_window(steps: list[float], per: float) -> None:
    window = SlidingWindow(1, per)
    arrivals = times(steps)
    loads = [window.see(at) for at in arrivals]
    expected = [sum(end - per < at <= end for at in arrivals[: i + 1]) for i, end in enumerate(arrivals)]
    assert loads == expected
    assert window.peak == max(expected, default=0)


@given(steps=gaps, requests=st.integers(1, 5), per=st.integers(1, 20).map(lambda n: n / 4))
def test_waiting_as_told_is_always_enough(steps: list[float], requests: int, per: float) -> None:
    window = SlidingWindow(requests, per)
    now = 0.0
    for step in steps:
        now += step
        if not window.admit(now):
            now += window.wait(now)
            assert window.admit(now)


def test_an_arrival_exactly_one_window_later_is_admitted() -> None:
    window = SlidingWindow(1, 3.0)
    assert window.admit(10.0)
    assert not window.admit(12.75)
    assert window.wait(12.75) == 0.25
    assert window.admit(13.0)


def test_no_limit_admits_everything() -> None:
    window = SlidingWindow(None, 3.0)
    assert all(window.admit(1.0) for _ in range(50))
    assert window.wait(1.0) == 0.0


@pytest.mark.parametrize(
    ("admitted", "seconds", "requests", "expected"),
    [
        (10, 27.0, 1, 1.0),
        (5, 27.0, 1, 0.5),
        (0, 0.0, 1, 0.0),
        (6, 3.0, 3, 1.0),
        (99, 3.0, 1, 1.0),
        (7, 1.0, None, None),
    ],
)
def test_utilisation(admitted: int, seconds: float, requests: int | None, expected: float | None) -> None:
    assert utilisation(admitted, seconds, requests, 3.0) == expected
