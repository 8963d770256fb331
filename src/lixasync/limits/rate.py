"""Rate arithmetic: when a request may leave. Pure: the time is always an argument.

Two rules hold together, and the later of the two decides:

* pacing (GCRA): requests leave evenly, one per ``window / requests`` seconds, with up to ``burst`` at once after a
  pause;
* the window: request *k* never leaves earlier than ``window`` seconds after request *k - requests*, so no window of
  length ``per`` at the server can hold more than ``requests`` arrivals, even when requests travel with jitter.

``window`` is ``per + margin``. The margin widens after a 429 that pacing should have prevented and slowly narrows
again. A schedule that slipped because the process was late is made up for as far as the second rule allows.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from operator import attrgetter

import attrs

from lixasync.errors import ConfigurationError

LONGEST_FREEZE = 900.0
"""Seconds for which a 429 may hold back everybody; a longer Retry-After is one operation's own limit."""

_AT = attrgetter("at")
_NEVER = float("-inf")
_STEP = 2.0  # how much the margin widens after a 429
_LONE_STEP = 1.25  # the same after a 429 that follows so many accepted requests that the rate can hardly be wrong
_PROOF = 10  # accepted requests, at least, that make the next 429 such a lone one
_IN_USE = 0.8  # share of the permitted requests that must have left for a refusal to tell the server's own rate
_SAMPLE = 3  # requests that make a sample
_FIRST_STEP = 0.02  # the margin after a 429 is at least this share of `per`
_WIDEST = 10.0  # the margin never grows beyond this many times `per`
_LONGEST_PAUSE = 60.0  # seconds; unless `per` itself is longer
_NARROWING = 0.02  # share of the distance to its target that the margin gives back on each accepted request
_FORGETTING = 0.0003  # share by which the margin known to be too small is forgotten on each accepted request


def _seconds(value: float | timedelta) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if not isinstance(value, int | float):
        raise ConfigurationError(f"{value!r} is no number of seconds; give a number or a timedelta.")
    return float(value)


@attrs.frozen
class RateLimit:
    """At most ``requests`` in any ``per`` seconds.

    Write a plan's own numbers: ``RateLimit(50, per=1)``, not ``RateLimit(1, per=0.02)``, because the margin is paid
    once per window.

    Attributes:
        requests: How many requests the server allows in one window.
        per: Length of the window, in seconds or as a ``timedelta``.
        burst: How many may leave at once after a pause; 1 spaces them evenly. At most ``requests``.
        margin: Seconds (or a ``timedelta``) added to each window, because requests travel with jitter. At 1 per 3 s
            the default of 0.05 costs 1.6 % of the rate. It widens by itself after a 429, and narrows back to this.

    Raises:
        ConfigurationError: for numbers that cannot be a rate.
    """

    requests: int
    per: float = attrs.field(converter=_seconds)
    burst: int = 1
    margin: float = attrs.field(default=0.05, converter=_seconds)

    def __attrs_post_init__(self) -> None:
        numbers = (self.requests, self.burst)
        if any(isinstance(number, bool) or not isinstance(number, int) for number in numbers):
            raise ConfigurationError("RateLimit.requests and burst must be whole numbers.")
        if self.requests < 1:
            raise ConfigurationError(f"RateLimit.requests is {self.requests!r}; it must be a whole number from 1 up.")
        if not 0 < self.per < float("inf"):
            raise ConfigurationError(f"RateLimit.per is {self.per!r} s; it must be more than 0 seconds.")
        if not 1 <= self.burst <= self.requests:
            raise ConfigurationError(
                f"RateLimit.burst is {self.burst!r}; it must lie between 1 and requests ({self.requests})."
            )
        if not 0 <= self.margin < float("inf"):
            raise ConfigurationError(f"RateLimit.margin is {self.margin!r} s; it must be 0 seconds or more.")

    def __str__(self) -> str:
        return f"{self.requests} per {self.per:g} s"


@attrs.define(eq=False)
class Slot:
    """Permission for one request.

    Attributes:
        at: When it was taken; later when the bytes left much later.
        refused: Whether the server found it too fast.
        leaving: Its bytes are still to leave, so it is not known yet when the server sees it.
    """

    at: float
    refused: bool = False
    leaving: bool = False


class Pacer:
    """The state of one rate limit. It knows no clock and never waits.

    Attributes:
        limit: The rate limit in force.
        margin: The margin in force, in seconds; never below ``limit.margin``.
        frozen_until: No request leaves before this moment.
    """

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit
        self.margin = limit.margin
        self.frozen_until = _NEVER
        self._tat = _NEVER  # GCRA's theoretical arrival time: when an evenly paced request is due
        self._window: deque[Slot] = deque()  # the last `requests` slots, oldest first
        self._recent: deque[Slot] = deque(maxlen=4 * limit.requests)  # as far back as answers may still be due
        self._refused_margin = 0.0  # the widest margin known to have been too small
        self._last_refusal = _NEVER
        self._refusals_in_a_row = 0
        self._accepted_since = 0  # requests accepted since the last refusal

    @property
    def window(self) -> float:
        """Seconds over which at most ``limit.requests`` leave."""
        return self.limit.per + self.margin

    @property
    def interval(self) -> float:
        """Seconds between two evenly paced requests."""
        return self.window / self.limit.requests

    @property
    def _slack(self) -> float:
        """Seconds of the margin that are spent on the process's own lateness: a fifth, less in longer windows."""
        return self.margin / 5 / max(1.0, self.limit.per)

    def due(self) -> float:
        """Return the moment from which the next request may leave."""
        limit = self.limit
        due = self._tat if limit.burst == 1 else self._tat - (limit.burst - 1) * self.interval
        if len(self._window) >= limit.requests:
            due = max(due, self._window[0].at + self.window)
        return max(due, self.frozen_until)

    @property
    def blocked(self) -> bool:
        """Whether the window's oldest request has not left yet: until it has, nobody knows when the next may."""
        return len(self._window) >= self.limit.requests and self._window[0].leaving

    def estimate(self, now: float, ahead: int) -> float:
        """Return when a request may leave, at the earliest, that has ``ahead`` others before it."""
        paced = max(self._tat, now) + (ahead - self.limit.burst + 1) * self.interval
        due = max(now, self.frozen_until, paced)
        if ahead < len(self._window) >= self.limit.requests:
            due = max(due, self._window[ahead].at + self.window)
        return due

    def take(self, now: float, since: float) -> Slot:
        """Take the slot that is due.

        Args:
            now: The present moment; not before ``due()``.
            since: Since when the request has been waiting. Time between its turn and ``now`` is the process's own
                lateness and is made up for, by one interval at most; idle time is not.
        """
        scheduled = max(self.due(), since)
        interval = self.interval
        self._tat = max(self._tat, scheduled, now - interval) + interval
        # Lateness within the slack does not push the window back, or each window would be late by some more.
        slot = Slot(max(scheduled, now - self._slack))
        self._window.append(slot)
        self._recent.append(slot)
        if len(self._window) > self.limit.requests:
            self._window.popleft()
        return slot

    def sent(self, slot: Slot, now: float) -> None:
        """Correct a slot: its bytes left at ``now``, after a connection had been opened, say.

        The slack is there for such delays; only what goes beyond it moves the slot.
        """
        moved = now - self._slack
        if moved > slot.at:
            slot.at = moved
            if slot is not self._window[-1]:  # the newest stays where it is
                self._window = deque(sorted(self._window, key=_AT))

    def freeze(self, until: float) -> None:
        """Let nothing leave before ``until``, and then no burst; an earlier moment than the one in force is no news."""
        self.frozen_until = max(self.frozen_until, until)
        self._tat = max(self._tat, self.frozen_until + (self.limit.burst - 1) * self.interval)

    def accepted(self) -> None:
        """Note an answer that was not a refusal: the margin narrows a little."""
        self._refusals_in_a_row = 0
        self._accepted_since += 1
        self._refused_margin *= 1 - _FORGETTING
        target = max(self.limit.margin, self._refused_margin * 1.05)
        if self.margin > target:
            self.margin = max(target, self.margin - (self.margin - target) * _NARROWING)

    def refused(self, slot: Slot, now: float, retry_after: float | None) -> None:
        """Note a 429: freeze for ``retry_after`` seconds, or for a growing pause when the server named none.

        Requests that were already travelling when the gate was frozen tell nothing new: they neither widen the
        margin nor lengthen the pause again.
        """
        slot.refused = True
        news = slot.at > self._last_refusal
        if news:
            self._last_refusal = now
            self._widen(slot)
            self._refusals_in_a_row += 1
            self._accepted_since = 0
        if retry_after is not None:
            self.freeze(now + retry_after)
        elif news:
            pause = self.limit.per * 2.0 ** (self._refusals_in_a_row - 1)
            self.freeze(now + min(pause, max(_LONGEST_PAUSE, self.limit.per)))

    def _widen(self, refused: Slot) -> None:
        per = self.limit.per
        lone = self._accepted_since >= max(_PROOF, self.limit.requests)
        enough = 0.0 if lone else self._enough_for_what_passed(refused)
        step = _LONE_STEP if lone or enough else _STEP
        wider = max(self.margin * step, _FIRST_STEP * per, enough and enough + self.limit.margin)
        self._refused_margin = max(self._refused_margin, self.margin, enough)
        self.margin = min(wider, _WIDEST * per)

    def _enough_for_what_passed(self, refused: Slot) -> float:
        """Return the margin at which as many leave as were not refused before this one; 0 when that tells nothing.

        It tells something when the rate was in use: a refusal while few requests left has another cause. One refusal
        halves the rate at most.
        """
        per = self.limit.per
        before = [slot for slot in self._recent if refused.at - per < slot.at < refused.at]
        passed = sum(not slot.refused for slot in before)
        if passed < _SAMPLE or len(before) * self.interval < _IN_USE * (refused.at - before[0].at):
            return 0.0
        return min(per, max(0.0, per * (self.limit.requests / passed - 1)))

    def change(self, limit: RateLimit, now: float) -> None:
        """Put another rate limit in force; requests already sent keep counting."""
        if self._window and len(self._window) == self.limit.requests:
            # Older requests were forgotten: count them as late as they can have been.
            oldest = self._window[0].at
            self._window.extendleft(Slot(oldest) for _ in range(limit.requests - self.limit.requests))
        self.limit = limit
        self._recent = deque(maxlen=4 * limit.requests)
        self.margin = limit.margin
        self._refused_margin = 0.0
        self._refusals_in_a_row = 0
        while len(self._window) > limit.requests:
            self._window.popleft()
        self._tat = min(self._tat, now + self.interval)
