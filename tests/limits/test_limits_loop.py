"""From a thread into the event loop, as long as there is one."""

from __future__ import annotations

import threading

import anyio
import pytest

from lixasync.limits.loop import loop_caller


@pytest.mark.anyio
async def test_something_is_called_in_the_loop() -> None:
    call, came, where = loop_caller(), anyio.Event(), list[int]()

    def note() -> None:
        where.append(threading.get_ident())
        came.set()

    await anyio.to_thread.run_sync(call, note)
    await came.wait()
    assert where == [threading.get_ident()]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_nobody_waits_in_a_loop_that_has_ended(backend: str) -> None:
    async def main() -> object:
        return loop_caller()

    call, called = anyio.run(main, backend=backend), list[None]()
    call(lambda: called.append(None))  # type: ignore[operator] # it is the function
    assert called == []
