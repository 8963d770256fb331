"""What changes while the sandbox runs: the clock, who is connected since when, and how often was called."""

from __future__ import annotations

import bisect
import functools
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence

from .members import VIEWER, Member, member, member_id
from .settings import LinkedInSettings

_DAY = 86_400
_BETWEEN_CONNECTIONS = 5400
_BETWEEN_UPDATES = 1800
_UPDATED_EVERY = 3
_STRANGERS = (2, 2, 2, 3, 3, 100, -1, -1)


class Clock:
    """The server's clock.

    Args:
        start: What it shows, in unix seconds, standing still; None for the local clock's time, running.
        skew: Seconds it is ahead of that.
    """

    __slots__ = ("_ahead", "_lock", "_start")

    def __init__(self, start: float | None, skew: float) -> None:
        self._start = start
        self._ahead = skew
        self._lock = threading.Lock()

    def now(self) -> float:
        """Tell the time in unix seconds."""
        return (time.time() if self._start is None else self._start) + self._ahead

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        with self._lock:
            self._ahead += seconds


class World:
    """The members' connections, changes and calls in one run. Every method may be called from any thread.

    Members are numbers: the connections of the start from 0, behind them the strangers, behind those whoever
    was connected later.

    Args:
        settings: The run's settings.
        seed: Picks the invented people.
        now: What the clock shows; None for the real time.
    """

    def __init__(self, settings: LinkedInSettings, seed: int, now: float | None) -> None:
        self.settings = settings
        self.seed = seed
        self.clock = Clock(now, settings.linkedin_skew)
        self._lock = threading.RLock()
        self._start = self.millis()
        self._known = settings.linkedin_connections + settings.linkedin_strangers
        self._joined: dict[int, int] = {}
        self._left: dict[int, int] = {}
        self._updates: dict[int, list[int]] = {}
        self._calls: Counter[tuple[int, str, str]] = Counter()

    # --- changes -----------------------------------------------------------------------------------------

    def millis(self) -> int:
        """Tell the clock's time in whole milliseconds, as stamps have it."""
        return math.floor(self.clock.now() * 1000)

    def connect(self, at: float | None) -> int:
        """Connect the viewer with somebody new, and return who that is."""
        with self._lock:
            number = self._known + len(self._joined)
            self._joined[number] = self._stamp(at)
            return number

    def disconnect(self, number: int, at: float | None) -> None:
        """End a connection."""
        with self._lock:
            if not self.is_connection(number) or number in self._left:
                raise ValueError(f"member {number} is no connection")
            self._left[number] = self._stamp(at)

    def update(self, number: int, at: float | None) -> None:
        """Change a member's profile."""
        with self._lock:
            if not self._exists(number):
                raise ValueError(f"there is no member {number}")
            bisect.insort(self._updates.setdefault(number, []), self._stamp(at))

    def _stamp(self, at: float | None) -> int:
        return self.millis() if at is None else math.floor(at * 1000)

    # --- what can be seen --------------------------------------------------------------------------------

    def _horizon(self) -> int:
        """Up to when changes can be seen by now."""
        return self.millis() - math.floor(self.settings.linkedin_lag * 1000)

    def connections(self) -> Sequence[int]:
        """List who is connected, in the order of the answers: who came later stands at the end."""
        with self._lock:
            first = range(self.settings.linkedin_connections)
            if not self._joined and not self._left:
                return first
            horizon = self._horizon()
            later = [number for number, stamp in self._joined.items() if stamp <= horizon]
            return [number for number in (*first, *later) if self._left.get(number, horizon + 1) > horizon]

    def is_connection(self, number: int) -> bool:
        """Say whether a member is or was connected with the viewer."""
        return 0 <= number < self.settings.linkedin_connections or number in self._joined

    def connected_at(self, number: int) -> int:
        """Say when a connection was made, in milliseconds."""
        return self._joined.get(number, self._start - (_DAY + number * _BETWEEN_CONNECTIONS) * 1000)

    def updated_at(self, number: int) -> int | None:
        """Say when a profile was last changed, as far as can be seen; None for never."""
        horizon = self._horizon()
        seen = [stamp for stamp in self._updates.get(number, ()) if stamp <= horizon]
        if seen:
            return seen[-1]
        if number in self._joined or number % _UPDATED_EVERY:
            return None
        return self._start - (_DAY + number * _BETWEEN_UPDATES) * 1000

    def revision(self, number: int) -> int:
        """Count the changes of a profile that can be seen."""
        updates = self._updates.get(number)
        return bisect.bisect_right(updates, self._horizon()) if updates else 0

    def everybody(self) -> list[int]:
        """List everybody a search looks at, the viewer first."""
        with self._lock:
            horizon = self._horizon()
            later = (number for number, stamp in self._joined.items() if stamp <= horizon)
            return [VIEWER, *range(self._known), *later]

    def distances(self) -> dict[int, int]:
        """Say of everybody a search looks at how far away they are."""
        near = set(self.connections())
        return {number: self._distance(number, number in near) for number in self.everybody()}

    def distance(self, number: int) -> int:
        """Say how far away one member is."""
        return self._distance(number, number in self.connections())

    def _distance(self, number: int, connected: bool) -> int:  # noqa: FBT001 - the answer to one question
        if number == VIEWER:
            return 0
        if connected:
            return 1
        return 2 if self.is_connection(number) else _STRANGERS[number % len(_STRANGERS)]

    def hides(self, number: int) -> bool:
        """Say whether a member hides from applications."""
        every = self.settings.linkedin_private_every
        return every > 0 and number >= 0 and (number + 1) % every == 0

    def related(self, number: int) -> tuple[int, ...]:
        """List the connections that stand between the viewer and somebody in the second degree."""
        count = self.settings.linkedin_connections
        return tuple(sorted({(number * step) % count for step in (3, 7, 11)})) if count else ()

    # --- finding -----------------------------------------------------------------------------------------

    def by_id(self, text: str) -> int | None:
        """Find who has an id; None when nobody has, or when the member hides."""
        return self._who(_ids(self.seed, self._known).get(text), lambda number: member_id(self.seed, number) == text)

    def by_url(self, url: str) -> int | None:
        """Find whose public page has an address, with whichever scheme."""
        slug = url.partition("://")[2].removeprefix("www.linkedin.com/")
        return self._who(_slugs(self.seed, self._known).get(slug), lambda number: self.member(number).slug == slug)

    def member(self, number: int) -> Member:
        """Return who has a number."""
        return member(self.seed, number)

    def _who(self, found: int | None, fits: Callable[[int], bool]) -> int | None:
        if found is None:
            with self._lock:
                found = next((number for number in self._joined if fits(number)), None)
        return None if found is None or self.hides(found) else found

    def _exists(self, number: int) -> bool:
        return number == VIEWER or 0 <= number < self._known or number in self._joined

    # --- counting ----------------------------------------------------------------------------------------

    def spend(self, resource: str, who: str, ceiling: int | None) -> bool:
        """Count a call, unless the member's ceiling for this day (UTC) is reached.

        Returns:
            Whether there was room for it.
        """
        with self._lock:
            key = (math.floor(self.clock.now()) // _DAY, resource, who)
            if ceiling is not None and self._calls[key] >= ceiling:
                return False
            self._calls[key] += 1
            return True

    def calls(self, resource: str) -> int:
        """Say how many calls to a resource were counted on this day (UTC)."""
        with self._lock:
            today = math.floor(self.clock.now()) // _DAY
            return sum(n for (day, name, _), n in self._calls.items() if (day, name) == (today, resource))


@functools.lru_cache(maxsize=16)
def _ids(seed: int, known: int) -> dict[str, int]:
    return {member_id(seed, number): number for number in (VIEWER, *range(known))}


@functools.lru_cache(maxsize=16)
def _slugs(seed: int, known: int) -> dict[str, int]:
    return {member(seed, number).slug: number for number in (VIEWER, *range(known))}
