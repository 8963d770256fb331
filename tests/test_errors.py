"""The error tree: every class, its way through a pickle, and what it says."""

from __future__ import annotations

import pickle
import re
from datetime import UTC, datetime

import pytest

from lixasync import errors
from lixasync.errors import LixasyncError, RateLimitError, ServerError, UsageError

CLASSES = [getattr(errors, name) for name in errors.__all__]
FACTS = {
    "operation": "search_people",
    "status": 429,
    "type": "rate_limit",
    "trace_id": "t-1",
    "retry_after": 3.0,
    "retry_at": datetime(2026, 11, 23, tzinfo=UTC),
    "attempts": 4,
    "cursor": "lixasync1-abc",
    "body": "<html>",
}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_survives_a_pickle_with_all_it_knows(kind: type[LixasyncError]) -> None:
    error = kind("it broke", hint="mend it", **FACTS)  # type: ignore[arg-type]
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - of our own making
    assert type(back) is kind
    assert back.__dict__ == error.__dict__
    assert str(back) == str(error)
    assert back.args == error.args


@pytest.mark.parametrize("kind", CLASSES)
def test_a_copy_is_equal_and_another(kind: type[LixasyncError]) -> None:
    error = kind("it broke", **FACTS)  # type: ignore[arg-type]
    assert error.copy() is not error
    assert error.copy().__dict__ == error.__dict__


def test_the_message_says_what_was_wrong_with_which_facts_and_what_to_do() -> None:
    error = RateLimitError("Too fast.", hint="Slow down.", **FACTS)  # type: ignore[arg-type]
    assert str(error) == (
        "Too fast. [operation search_people, HTTP 429, type rate_limit, trace t-1, retry at 2026-11-23 00:00:00 UTC, "
        "attempts 4] Slow down."
    )
    assert repr(error) == "RateLimitError('Too fast.')"
    assert str(ServerError("Broken.")) == "Broken."


def test_the_tree_drawn_in_the_module_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    branch: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│ ├└─]*)([A-Z]\w+(?:Error|Exceeded))\b", line)
        if found:
            depth = len(found[1]) // 4
            branch[depth] = found[2]
            if depth:
                drawn[found[2]] = branch[depth - 1]
    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES if kind is not LixasyncError}


def test_the_list_of_names_is_complete() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert set(errors.__all__) == defined


@pytest.mark.parametrize("kind", CLASSES)
def test_standard_classes_catch_ours(kind: type[LixasyncError]) -> None:
    assert issubclass(kind, ValueError) is issubclass(kind, UsageError)
    assert issubclass(kind, TimeoutError) is (kind.__name__ in {"DeadlineExceeded", "AttemptTimeoutError"})
