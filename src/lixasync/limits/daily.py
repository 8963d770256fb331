"""Calls counted by day: quotas that no header tells of. Pure: the time is an argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import attrs


def next_midnight(now: datetime) -> datetime:
    """Return the next midnight UTC after ``now``, when daily quotas are refreshed."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


@attrs.frozen
class Ticket:
    """A call that was counted.

    Attributes:
        resource: What it draws on.
        day: The day (UTC) it was counted for.
    """

    resource: str
    day: date


class DailyCount:
    """Counts the calls of each resource until midnight UTC.

    Args:
        ceilings: Calls a day by resource; None counts without a ceiling. Other resources are not counted.
    """

    def __init__(self, ceilings: Mapping[str, int | None]) -> None:
        self.ceilings = dict(ceilings)
        self._day = date.min
        self._calls: Counter[str] = Counter()

    def calls(self, now: datetime) -> dict[str, int]:
        """Return the calls of this day by resource."""
        self._turn_page(now)
        return {resource: self._calls[resource] for resource in self.ceilings}

    def is_full(self, resource: str, now: datetime) -> bool:
        """Say whether the ceiling of a resource is reached for this day."""
        self._turn_page(now)
        ceiling = self.ceilings.get(resource)
        return ceiling is not None and self._calls[resource] >= ceiling

    def take(self, resource: str, now: datetime) -> Ticket | None:
        """Count a call that is about to be made; None when its resource is not counted."""
        if resource not in self.ceilings:
            return None
        self._turn_page(now)
        self._calls[resource] += 1
        return Ticket(resource, self._day)

    def give_back(self, ticket: Ticket) -> None:
        """Take back the count of a call that was not made after all."""
        if ticket.day == self._day:
            self._calls[ticket.resource] -= 1

    def sent(self, ticket: Ticket, now: datetime) -> None:
        """Tell that the call is made now: a call that waited past midnight draws on the new day."""
        self._turn_page(now)
        if ticket.day != self._day:
            self._calls[ticket.resource] += 1

    def _turn_page(self, now: datetime) -> None:
        day = now.astimezone(UTC).date()
        if day != self._day:
            self._day = day
            self._calls.clear()
