"""Which exit code each failure has. Pure."""

from __future__ import annotations

from enum import IntEnum

from lixasync.errors import (
    AuthenticationError,
    CreditsError,
    DailyLimitError,
    DeadlineExceeded,
    InvalidParamsError,
    LimiterUnavailableError,
    LixasyncError,
    NotFoundError,
    PermissionDeniedError,
    QueuedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnknownShapeError,
    UsageError,
    ViewerError,
)


class Exit(IntEnum):
    """The exit codes; part of the command's public face."""

    OK = 0
    FAILED = 1
    USAGE = 2
    AUTHENTICATION = 3
    CREDITS = 4
    LATER = 5
    NOT_FOUND = 6
    VIEWER = 7
    NETWORK = 8
    UNFINISHED = 9
    INTERRUPTED = 130


MEANINGS: dict[Exit, str] = {
    Exit.OK: "all went well",
    Exit.FAILED: "any other failure",
    Exit.USAGE: "bad argument, URL, cursor or state file, or no key or token",
    Exit.AUTHENTICATION: "the key or token is wrong, expired or not allowed",
    Exit.CREDITS: "out of credits",
    Exit.LATER: "rate, daily or weekly limit, or deadline: try later",
    Exit.NOT_FOUND: "no such record",
    Exit.VIEWER: "viewer unknown or not connected",
    Exit.NETWORK: "the network or the server failed",
    Exit.UNFINISHED: "a job stopped at a bound that was set for it",
    Exit.INTERRUPTED: "interrupted",
}
"""What each code tells, as ``--help`` shows it."""

_CODES: dict[type[LixasyncError], Exit] = {
    LixasyncError: Exit.FAILED,
    LimiterUnavailableError: Exit.NETWORK,
    UsageError: Exit.USAGE,
    InvalidParamsError: Exit.USAGE,
    DeadlineExceeded: Exit.LATER,
    TransportError: Exit.NETWORK,
    UnknownShapeError: Exit.FAILED,  # trying again would not help, as 8 suggests
    AuthenticationError: Exit.AUTHENTICATION,
    PermissionDeniedError: Exit.AUTHENTICATION,
    CreditsError: Exit.CREDITS,
    NotFoundError: Exit.NOT_FOUND,
    ViewerError: Exit.VIEWER,
    RateLimitError: Exit.LATER,
    DailyLimitError: Exit.LATER,
    QueuedError: Exit.LATER,
    ServerError: Exit.NETWORK,
}


def exit_code(error: LixasyncError) -> Exit:
    """Return the exit code of a failure: that of the nearest class that has one."""
    return next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)
