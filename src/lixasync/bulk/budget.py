"""What a run may spend, shared by everything it does at the same time."""

from __future__ import annotations

import attrs

from lixasync.limits.meter import Meter


@attrs.define(kw_only=True)
class Budget:
    """Credits of one run.

    A call holds what it may cost from before it is made until what it did cost is known, so that calls made at the
    same time cannot pass the limit together.

    Attributes:
        limit: Credits that may be spent; None for no limit.
        spent: Credits that were spent, or may have been.
        held: Credits that calls under way may still cost.
    """

    limit: int | None
    spent: int = 0
    held: int = 0

    def has(self, amount: int) -> bool:
        """Say whether so much more can be held."""
        return self.limit is None or self.spent + self.held + amount <= self.limit


@attrs.define(kw_only=True)
class Share(Meter):
    """What one call of a run spends.

    Attributes:
        budget: The run's.
        held: Credits it holds.
        closed: Whether nothing more is to be spent: failed attempts are then not repeated.
    """

    left: int | None = None
    budget: Budget
    held: int = 0
    closed: bool = False

    @property
    def bounded(self) -> bool:
        """Whether there is a bound: there always is, for it may be closed at any time."""
        return True

    def affords(self, amount: int) -> bool:
        """Hold so much, if the budget has it, and say whether it is held."""
        more = max(0, amount - self.held)
        if self.closed or not self.budget.has(more):
            return False
        self.held += more
        self.budget.held += more
        return True

    def count(self, amount: int) -> None:
        """Count what was spent; as much is held no longer."""
        self.spent += amount
        self.budget.spent += amount
        self._let_go(min(self.held, amount))

    def release(self) -> None:
        """Let go of what is still held."""
        self._let_go(self.held)

    def _let_go(self, amount: int) -> None:
        self.held -= amount
        self.budget.held -= amount
