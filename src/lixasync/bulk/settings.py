"""How a job is run."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Literal, TypeAlias, TypeGuard

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.transport.caller import whole_number

OnLimit: TypeAlias = Literal["wait", "stop"]
"""What to do when the day, or a viewer's hour, has no more requests."""


@attrs.frozen(kw_only=True)
class RunSettings:
    """How a job is run; see `Job.run`."""

    concurrency: int
    max_credits: int | None
    deadline: float | None
    max_failures: int | None
    on_limit: OnLimit
    warm_up: bool


def _is_span(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max


def run_settings(
    *,
    concurrency: int,
    max_credits: int | None,
    deadline: float | timedelta | None,
    max_failures: int | None,
    on_limit: OnLimit,
    warm_up: bool,
) -> RunSettings:
    """Return checked settings.

    Raises:
        InvalidArgumentError: one that cannot work.
    """
    seconds: object = deadline.total_seconds() if isinstance(deadline, timedelta) else deadline
    if seconds is not None and not _is_span(seconds):
        raise InvalidArgumentError(f"deadline is {deadline!r}; it must be 0 seconds or more, or None for no bound.")
    if on_limit not in ("wait", "stop"):
        raise InvalidArgumentError(f"on_limit is {on_limit!r}; choose 'wait' or 'stop'.")
    return RunSettings(
        concurrency=whole_number("concurrency", concurrency, least=1),
        max_credits=None if max_credits is None else whole_number("max_credits", max_credits, least=0),
        deadline=None if seconds is None else float(seconds),
        max_failures=None if max_failures is None else whole_number("max_failures", max_failures, least=1),
        on_limit=on_limit,
        warm_up=bool(warm_up),
    )
