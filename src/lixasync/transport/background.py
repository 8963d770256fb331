"""Tasks that outlive the caller who started them, on either event loop."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

import anyio.lowlevel

_running: set[asyncio.Task[None]] = set()  # asyncio keeps only weak references to tasks


def spawn(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Start ``run`` in a task of its own; it must end by itself and handle its own exceptions.

    A task group cannot serve here: it would tie the work to the caller's scope, and a client that held one open
    could not be opened and closed in different tasks, as test fixtures and dependency containers do.
    """
    loop = anyio.lowlevel.current_token().native_token
    if isinstance(loop, asyncio.AbstractEventLoop):
        task = loop.create_task(run())
        _running.add(task)
        task.add_done_callback(_running.discard)
    else:
        from trio.lowlevel import spawn_system_task

        spawn_system_task(run, context=contextvars.copy_context())
