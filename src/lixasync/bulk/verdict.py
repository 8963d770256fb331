"""What a failure of one input means for the job. Pure."""

from __future__ import annotations

from enum import Enum

import attrs

from lixasync.errors import (
    AuthenticationError,
    ClientClosedError,
    ConfigurationError,
    CreditsError,
    DailyLimitError,
    EventLoopError,
    JobFileError,
    LimiterUnavailableError,
    LixasyncError,
    NotFoundError,
    QueuedError,
    RateLimitError,
    UsageError,
    ViewerError,
)

_OF_THE_INPUT = ("unknown_record", "not_found", "viewer_invalid")  # types of refusals that no outage gives


class Verdict(Enum):
    """What becomes of the input, and of the run."""

    FAIL = "the input failed, as it would again"
    DOUBT = "the input failed, perhaps through no fault of its own"
    PARK = "the input is asked for again later"
    PAUSE = "nothing can be asked for until a moment"
    CREDITS = "there are no credits"
    REFUSE = "no call like this is accepted"
    BREAK = "the run cannot go on"


def verdict(error: LixasyncError, *, patience: float, own_viewer: bool) -> Verdict:
    """Say what a failure means.

    Args:
        error: The failure, after all attempts.
        patience: The longest pause in seconds that an attempt of a call waits out.
        own_viewer: Whether the viewer is the input's own, not the job's.
    """
    if isinstance(
        error, ClientClosedError | EventLoopError | ConfigurationError | JobFileError | LimiterUnavailableError
    ):
        return Verdict.BREAK
    if isinstance(error, AuthenticationError) or (isinstance(error, ViewerError) and not own_viewer):
        return Verdict.REFUSE
    if isinstance(error, QueuedError):
        return Verdict.PARK
    if isinstance(error, CreditsError):
        return Verdict.CREDITS
    late = isinstance(error, RateLimitError) and (error.retry_after or 0) > patience
    if isinstance(error, DailyLimitError) or late:
        return Verdict.PAUSE
    answered = isinstance(error, NotFoundError | ViewerError) and error.type in _OF_THE_INPUT
    return Verdict.FAIL if answered or isinstance(error, UsageError) else Verdict.DOUBT


@attrs.define
class Breaker:
    """Notices when failures in a row show that something else than the inputs is wrong.

    Attributes:
        most: So many failures in a row are too many; None for any number.
        row: How many there are in a row now.
    """

    most: int | None
    row: int = 0

    def failed(self) -> bool:
        """Count a failure in doubt, and say whether the row is too long now."""
        self.row += 1
        return self.most is not None and self.row >= self.most

    def answered(self) -> None:
        """End the row: the server did answer somebody."""
        self.row = 0
