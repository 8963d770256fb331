"""What a job hands out: a result for each input, and why a run stopped."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from lixasync.errors import LixasyncError
from lixasync.paging.cursor import StopReason

V = TypeVar("V")

Input: TypeAlias = str | int | Mapping[str, Any]
"""What one call is made with: its first argument, or several arguments by name; values as JSON has them."""


class Stop(StrEnum):
    """Why a run stopped. All but ``FINISHED`` leave work behind: run the job again to go on."""

    FINISHED = "finished"
    """Every input has its result, or its failure."""
    CREDITS = "credits"
    """``max_credits`` would be passed, or the account is out of credits."""
    DAILY_LIMIT = "daily_limit"
    """The day's requests are used up."""
    WARM_UP = "warm_up"
    """The viewer's account is warming up, and may do no more this hour or day."""
    DEADLINE = "deadline"
    """The run's own deadline passed."""
    FAILURES = "failures"
    """Too many failures in a row: something is wrong that is none of the inputs' fault."""
    REFUSED = "refused"
    """The server refuses every call like this one: the key, or the job's viewer, is not accepted."""
    ERROR = "error"
    """An error that the loop raises: bad input, or a file that cannot be written."""
    INTERRUPTED = "interrupted"
    """Ctrl-C, or the task was cancelled."""
    LEFT = "left"
    """The block of the run was left before its end."""


@attrs.frozen(kw_only=True)
class Result(Generic[V]):
    """What came of one input.

    Attributes:
        input: The input as it was given.
        position: Its place among all inputs of the job, from 0.
        value: What the method returns. Of methods with pages, a tuple of all items; beside an error, those that came
            before it. None for a single answer that failed.
        error: Why it failed for good; None when it did not.
        attempts: Requests that were sent for it.
        stopped: Why its pages ended, for methods with pages; ``StopReason.EXHAUSTED`` alone means that these are all.
    """

    input: Input
    position: int
    value: V | None = attrs.field(repr=False)
    error: LixasyncError | None = None
    attempts: int = 0
    stopped: StopReason | None = None
