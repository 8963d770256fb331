"""The settings of a run: what cannot work is refused before anything is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lixasync.bulk.settings import RunSettings, run_settings
from lixasync.errors import InvalidArgumentError


def settings(**changes: Any) -> RunSettings:
    given: dict[str, Any] = {
        "concurrency": 8,
        "max_credits": None,
        "deadline": None,
        "max_failures": 20,
        "on_limit": "wait",
        "warm_up": True,
    }
    return run_settings(**{**given, **changes})


def test_settings_are_taken_as_they_are() -> None:
    assert settings() == RunSettings(
        concurrency=8, max_credits=None, deadline=None, max_failures=20, on_limit="wait", warm_up=True
    )
    assert settings(max_credits=0, max_failures=None, on_limit="stop", warm_up=False) == RunSettings(
        concurrency=8, max_credits=0, deadline=None, max_failures=None, on_limit="stop", warm_up=False
    )


@pytest.mark.parametrize(
    ("deadline", "seconds"),
    [(0, 0.0), (90, 90.0), (0.5, 0.5), (timedelta(hours=1, microseconds=1), 3600.000001), (timedelta(0), 0.0)],
)
def test_a_deadline_is_seconds_or_a_span(deadline: Any, seconds: float) -> None:
    found = settings(deadline=deadline).deadline
    assert found == seconds
    assert type(found) is float


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("concurrency", 0, "a whole number from 1 up"),
        ("concurrency", True, "a whole number from 1 up"),
        ("concurrency", 2.0, "a whole number from 1 up"),
        ("concurrency", None, "a whole number from 1 up"),
        ("max_credits", -1, "a whole number from 0 up"),
        ("max_credits", "5", "a whole number from 0 up"),
        ("max_credits", False, "a whole number from 0 up"),
        ("max_failures", 0, "a whole number from 1 up"),
        ("max_failures", 1.5, "a whole number from 1 up"),
        ("deadline", -1, "0 seconds or more"),
        ("deadline", timedelta(seconds=-1), "0 seconds or more"),
        ("deadline", float("nan"), "0 seconds or more"),
        ("deadline", float("inf"), "0 seconds or more"),
        ("deadline", 10**400, "0 seconds or more"),
        ("deadline", True, "0 seconds or more"),
        ("deadline", "5", "0 seconds or more"),
        ("on_limit", "Wait", "choose 'wait' or 'stop'"),
        ("on_limit", None, "choose 'wait' or 'stop'"),
        ("on_limit", ["wait"], "choose 'wait' or 'stop'"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_work_is_refused_by_name(name: str, value: Any, rule: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{name} is .*{rule}"):
        settings(**{name: value})
