"""Reading headers that tell times."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(2003, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def seconds_to_wait(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After header: seconds, or an HTTP date. None when there is none that makes sense."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return min(float(text), 366 * 86400.0)
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(header: str | None) -> datetime | None:
    """Read an HTTP date, which is in UTC and of whole seconds. None when there is none that makes sense."""
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if is_plausible(moment) else None


def is_plausible(moment: datetime) -> bool:
    """Say whether a moment can be what a server's clock shows, and not what an unset one does."""
    return _EARLIEST <= moment < _LATEST
