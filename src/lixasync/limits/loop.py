"""From a thread into the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import anyio.lowlevel


def loop_caller() -> Callable[[Callable[[], None]], None]:
    """Return a function that has something called in this event loop, soon, from any thread."""
    token: Any = anyio.lowlevel.current_token().native_token
    soon = token.call_soon_threadsafe if isinstance(token, asyncio.AbstractEventLoop) else token.run_sync_soon

    def call(something: Callable[[], None]) -> None:
        with contextlib.suppress(Exception):  # the loop has ended: nobody waits in it
            soon(something)

    return call
