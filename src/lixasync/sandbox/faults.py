"""Failures the sandbox can inject, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .replies import Reply, error

WEEKLY_MESSAGE = "weekly connection request limit reached"

HTML_502 = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><center><h1>502 Bad Gateway</h1></center><hr><center>gateway</center></body></html>\n"
)
HTML_CHECK = (
    b"<!DOCTYPE html>\n<html><head><title>One moment</title></head>\n"
    b"<body><h1>Checking your browser</h1></body></html>\n"
)


def _text(status: int, media: str, body: bytes) -> Callable[[str], Reply]:
    return lambda _trace: Reply(status=status, body=body, media=media)


def _error(status: int, kind: str, message: str, *headers: tuple[str, str]) -> Callable[[str], Reply]:
    return lambda trace: error(status, kind, message, trace, headers)


INSTEAD: dict[str, Callable[[str], Reply]] = {
    "429": _error(429, "rate_limit", "rate limit exceeded"),
    "429-after": _error(429, "rate_limit", "rate limit exceeded", ("Retry-After", "1")),
    "429-weekly": _error(429, "rate_limit", WEEKLY_MESSAGE, ("Retry-After", "259200")),
    "500": _error(500, "api_error", "internal error"),
    "503": _text(503, "text/plain; charset=utf-8", b"upstream connect error: no healthy upstream"),
    "502-html": _text(502, "text/html; charset=utf-8", HTML_502),
    "200-html": _text(200, "text/html; charset=utf-8", HTML_CHECK),
    "queued": _error(503, "queued", "Lookup queued"),
    "queued-200": _error(200, "queued", "Lookup queued"),
    "daily_limit": _error(429, "daily_limit", "daily limit reached"),
    "viewer": _error(407, "viewer_invalid", "viewer_id is not connected"),
}
"""Faults that answer in place of Lix's service: nothing is done, nothing is charged."""

DELIVERY: frozenset[str] = frozenset({"reset", "cut", "slow", "drip", "empty"})
"""Faults on the way back: the work is done and charged, the answer suffers."""

LOSING: frozenset[str] = frozenset({"reset", "cut", "empty"})
"""The faults on the way back after which the caller does not have the answer."""

PAGES: frozenset[str] = frozenset({"repeat", "shift"})
"""Faults of pages: other items than those asked for. Without effect on anything but later pages."""

LINKEDIN: frozenset[str] = frozenset({"error-200", "999", "throttle"})
"""Faults of LinkedIn's own API alone: an error under status 200, the page against robots, a used-up day."""

SHIFT = 3
"""How many items the fault "shift" moves a page towards the start."""

FAULTS: tuple[str, ...] = (
    "429", "429-after", "429-weekly", "500", "503", "502-html", "200-html", "queued", "queued-200",
    "reset", "cut", "slow", "drip", "empty", "repeat", "shift", "daily_limit", "viewer", "error-200", "999",
    "throttle",
)  # fmt: skip
"""The name of every fault."""


def parse_faults(value: str | Iterable[str]) -> tuple[str, ...]:
    """Read fault names from text with commas or from a series of names.

    Raises:
        ValueError: A name is not one of `FAULTS`.
    """
    parts = value.split(",") if isinstance(value, str) else value
    names = tuple(name for name in (part.strip() for part in parts) if name)
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise ValueError(f"unknown fault {', '.join(unknown)}; the faults are {', '.join(FAULTS)}")
    return names


class FaultTurns:
    """Decides which arrivals fail, and how.

    Args:
        names: The faults to inject in turn.
        every: Every how many authorised arrivals the next one strikes; 0 for never.
    """

    __slots__ = ("_every", "_names", "_seen", "_used")

    def __init__(self, names: tuple[str, ...], every: int) -> None:
        self._names = names
        self._every = every if names else 0
        self._seen = 0
        self._used = 0

    def due(self) -> bool:
        """Count an authorised arrival and say whether it is one that fails."""
        self._seen += 1
        return self._every > 0 and self._seen % self._every == 0

    def take(self) -> str:
        """Take the next fault in turn."""
        name = self._names[self._used % len(self._names)]
        self._used += 1
        return name
