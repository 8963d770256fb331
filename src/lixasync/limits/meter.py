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
        outer: The meter of what this call is part of, whose bound holds as well; None when it stands alone.
    """

    left: int | None
    spent: int = 0
    outer: Meter | None = None

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return self.left is not None or (self.outer is not None and self.outer.bounded)

    def affords(self, amount: int) -> bool:
        """Say whether so much more can be spent."""
        within = self.left is None or self.spent + amount <= self.left
        return within and (self.outer is None or self.outer.affords(amount))

    def count(self, amount: int) -> None:
        """Count what was spent."""
        self.spent += amount
        if self.outer is not None:
            self.outer.count(amount)


METER: ContextVar[Meter | None] = ContextVar("lixasync.limits.meter", default=None)
"""The meter of the call under way; a task started for it inherits it."""


def bounded() -> bool:
    """Say whether the call under way has a bound of its own."""
    meter = METER.get()
    return meter is not None and meter.bounded


def affords(amount: int) -> bool:
    """Say whether the call under way may spend so much more."""
    meter = METER.get()
    return meter is None or meter.affords(amount)


def count(amount: int) -> None:
    """Count what the call under way has spent."""
    meter = METER.get()
    if meter is not None:
        meter.count(amount)
