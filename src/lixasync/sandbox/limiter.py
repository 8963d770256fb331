"""The rate limit: a strict sliding window, and what it saw."""

from __future__ import annotations

from collections import deque


class SlidingWindow:
    """Admits at most `requests` arrivals in any window of `per` seconds.

    An arrival at time t is refused when `requests` admitted arrivals lie in (t - per, t]. Times are
    passed in, so the arithmetic can be tested without a clock. They must not go backwards.

    Args:
        requests: Arrivals to admit in one window; None admits all.
        per: Length of the window in seconds.
    """

    __slots__ = ("_admitted", "_all", "peak", "per", "requests")

    def __init__(self, requests: int | None, per: float) -> None:
        self.requests = requests
        self.per = per
        self.peak = 0
        """The most arrivals, refused ones included, seen in one window."""
        self._admitted: deque[float] = deque()
        self._all: deque[float] = deque()

    def see(self, now: float) -> int:
        """Count an arrival, whatever becomes of it.

        Returns:
            How many arrivals the window that ends now holds, this one included.
        """
        self._all.append(now)
        self._forget(self._all, now)
        load = len(self._all)
        self.peak = max(self.peak, load)
        return load

    def admit(self, now: float) -> bool:
        """Decide about an arrival; an admitted one uses up a place in the window."""
        if self.requests is None:
            return True
        self._forget(self._admitted, now)
        if len(self._admitted) >= self.requests:
            return False
        self._admitted.append(now)
        return True

    def wait(self, now: float) -> float:
        """Say in how many seconds the next place becomes free; 0.0 when one is free."""
        self._forget(self._admitted, now)
        if self.requests is None or len(self._admitted) < self.requests:
            return 0.0
        return max(0.0, self._admitted[0] + self.per - now)

    def _forget(self, times: deque[float], now: float) -> None:
        horizon = now - self.per
        while times and times[0] <= horizon:
            times.popleft()


def utilisation(admitted: int, seconds: float, requests: int | None, per: float) -> float | None:
    """Say what share of the permitted rate was used between the first and the last arrival.

    Args:
        admitted: How many arrivals were admitted.
        seconds: Time between the first and the last arrival.
        requests: The limit's requests in one window; None for no limit.
        per: The limit's window in seconds.

    Returns:
        A number from 0.0 to 1.0, or None when there is no limit to compare with.
    """
    if requests is None:
        return None
    permitted = requests * (seconds / per + 1)
    return min(1.0, admitted / permitted)
