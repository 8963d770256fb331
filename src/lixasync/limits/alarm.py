"""A moment to wake somebody, as cheaply as the event loop can: a rate limiter waits for every request."""

from __future__ import annotations

from asyncio import (
    TimerHandle,
)
from asyncio import (
    _get_running_loop as running_asyncio_loop,  # the documented way raises outside asyncio, and is slower
)
from collections.abc import Callable

import anyio


def current_time() -> float:
    """Return the present moment on the event loop's clock."""
    loop = running_asyncio_loop()
    return anyio.current_time() if loop is None else loop.time()


async def wait_until(event: anyio.Event, moment: float) -> None:
    """Wait for an event, until a moment at the latest; infinity for as long as it takes.

    The event may be set afterwards though nobody else set it: asyncio's timer that sets it costs a fraction of a
    cancel scope, which has to throw into the task.
    """
    loop = running_asyncio_loop()
    if moment == float("inf"):
        await event.wait()
    elif loop is None:
        with anyio.move_on_after(moment - anyio.current_time()):
            await event.wait()
    else:
        timer = loop.call_at(moment, event.set)
        try:
            await event.wait()
        finally:
            timer.cancel()


class Alarm:
    """Calls a function at a moment, where the event loop has timers of its own, as asyncio's has.

    Args:
        ring: What to call. It has to see for itself whether it is time.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: TimerHandle | None = None

    def set(self, moment: Callable[[], float]) -> bool:
        """Call at this moment, and at none that was set before; return False where there are no such timers."""
        loop = running_asyncio_loop()
        if loop is None:
            return False
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(moment(), self._ring)
        return True
