"""Exit codes: every class of error has one, and the documentation lists them all."""

from __future__ import annotations

import pytest

import lixasync.cli
from lixasync import errors
from lixasync.cli.exits import MEANINGS, Exit, exit_code

EXPECTED = {
    "LixasyncError": 1,
    "UsageError": 2,
    "ConfigurationError": 2,
    "MissingKeyError": 2,
    "InsecureURLError": 2,
    "InvalidArgumentError": 2,
    "PageSizeError": 2,
    "SearchURLError": 2,
    "AmbiguousNameError": 2,
    "CursorError": 2,
    "StateError": 2,
    "ClientClosedError": 2,
    "EventLoopError": 2,
    "DeadlineExceeded": 5,
    "TransportError": 8,
    "ConnectError": 8,
    "AttemptTimeoutError": 8,
    "ConnectionLostError": 8,
    "DecodeError": 8,
    "UnknownShapeError": 1,
    "APIError": 1,
    "InvalidParamsError": 2,
    "JobFileError": 1,
    "ChunkTakenError": 1,
    "LimiterUnavailableError": 8,
    "AuthenticationError": 3,
    "TokenExpiredError": 3,
    "PermissionDeniedError": 3,
    "CreditsError": 4,
    "NotFoundError": 6,
    "ViewerError": 7,
    "RateLimitError": 5,
    "WeeklyLimitError": 5,
    "DailyLimitError": 5,
    "QueuedError": 5,
    "ServerError": 8,
}


def tree(top: type[errors.LixasyncError]) -> list[type[errors.LixasyncError]]:
    return [top, *(kind for child in top.__subclasses__() for kind in tree(child))]


@pytest.mark.parametrize("kind", dict.fromkeys(tree(errors.LixasyncError)), ids=lambda kind: kind.__name__)
def test_every_error_has_its_code(kind: type[errors.LixasyncError]) -> None:
    if kind.__module__.startswith("lixasync"):
        assert exit_code(kind("It failed.")) == EXPECTED[kind.__name__]


def test_no_error_is_expected_that_is_not_there() -> None:
    assert set(EXPECTED) <= {kind.__name__ for kind in tree(errors.LixasyncError)}


def test_every_code_is_documented() -> None:
    assert set(MEANINGS) == set(Exit)
    table = lixasync.cli.__doc__ or ""
    for code in Exit:
        assert f"\n{code.value:<3} " in table
