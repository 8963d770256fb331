"""What one stream has spent and may still spend, on whichever task its calls are made."""

from __future__ import annotations

from contextvars import ContextVar

import attrs


@attrs.define(kw_only=True)
class Meter:
    """Counts the credits of one call, with all its attempts.

    Attributes:
        left: Credits that may be spent; None for no bound.
        spent: Credits that were spent, or may have been: answers that were lost on the way count, too.
    """

    left: int | None
    spent: int = 0

    def affords(self, amount: int) -> bool:
        """Say whether so much more can be spent."""
        return self.left is None or self.spent + amount <= self.left


METER: ContextVar[Meter | None] = ContextVar("lixasync.limits.meter", default=None)
"""The meter of the call under way; a task started for it inherits it."""


def bounded() -> bool:
    """Say whether the call under way has a bound of its own."""
    meter = METER.get()
    return meter is not None and meter.left is not None


def affords(amount: int) -> bool:
    """Say whether the call under way may spend so much more."""
    meter = METER.get()
    return meter is None or meter.affords(amount)


def count(amount: int) -> None:
    """Count what the call under way has spent."""
    meter = METER.get()
    if meter is not None:
        meter.spent += amount
