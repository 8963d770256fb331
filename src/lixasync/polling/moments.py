"""Moments as whole milliseconds since the epoch, as the wire and the state have them. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Moment = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
"""Milliseconds since the epoch, within the years that a datetime can hold."""


def floor_ms(moment: datetime) -> int:
    """Return the last whole millisecond that is not after a moment; the epoch for everything before it."""
    return max(0, (moment - _EPOCH) // _MILLISECOND)


def ceil_ms(moment: datetime) -> int:
    """Return the first whole millisecond that is not before a moment; the epoch for everything before it."""
    return max(0, -((_EPOCH - moment) // _MILLISECOND))


def span_ms(span: timedelta) -> int:
    """Return a span in milliseconds, rounded up."""
    return -(-span // _MILLISECOND)


def moment_at(ms: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + ms * _MILLISECOND
