"""Runs asynchronous work that Ctrl-C and SIGTERM end cleanly."""

from __future__ import annotations

import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import anyio
from anyio.abc import TaskStatus

from lixasync.cli.exits import Exit


def run_guarded(work: Callable[[], Awaitable[int]]) -> int:
    """Run work to its end and return its exit code.

    SIGINT and SIGTERM cancel it; what it has to say about that, it says while it is cancelled. A second signal does
    not wait for that.
    """
    code: int = Exit.INTERRUPTED
    try:
        code = anyio.run(_guarded, work)
    except* KeyboardInterrupt:  # a group of it, when it came in the middle of ending tasks
        pass
    return code


async def _guarded(work: Callable[[], Awaitable[int]]) -> int:
    if sys.platform == "win32":  # pragma: no cover - there the event loop itself turns Ctrl-C into a cancellation
        return await work()
    code: int = Exit.INTERRUPTED

    async def remembered() -> None:
        nonlocal code
        code = await work()

    await accompanied(remembered, _until_signal)
    return code


async def _until_signal(scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            scope.cancel()
            return


async def accompanied(work: Callable[[], Awaitable[None]], company: Callable[..., Coroutine[Any, Any, None]]) -> None:
    """Run work and, until it ends, something beside it.

    Args:
        work: What matters; its exceptions are raised as they are, not in a group.
        company: Called with the scope of both, which it may cancel, and a ``task_status`` to start.
    """
    failure: Exception | None = None
    async with anyio.create_task_group() as group:
        await group.start(company, group.cancel_scope)
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - raised below, outside of the group that would wrap it
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure
