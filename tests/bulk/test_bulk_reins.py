"""Calls that are cancelled one by one, on both event loops."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from lixasync.bulk.reins import Reins

pytestmark = pytest.mark.anyio


async def seven() -> int:
    await anyio.lowlevel.checkpoint()
    return 7


async def shielded() -> int:
    """Go on in spite of a cancellation."""
    with anyio.CancelScope(shield=True):
        await anyio.sleep(0.01)
    return 8


async def failing() -> int:
    try:
        return await anyio.sleep_forever()
    finally:
        raise ValueError("went wrong while it was cancelled")


async def cancel(reins: Reins) -> None:
    reins.cancel()


async def test_a_cancelled_call_is_none_and_the_next_is_not() -> None:
    async with anyio.create_task_group() as group:
        with Reins() as reins:
            for _ in range(3):
                group.start_soon(cancel, reins)
                assert await reins.call(anyio.sleep_forever) is None
                assert await reins.call(seven) == 7


async def test_what_came_in_spite_of_it_is_handed_on() -> None:
    async with anyio.create_task_group() as group:
        with Reins() as reins:
            group.start_soon(cancel, reins)
            assert await reins.call(shielded) == 8
            assert await reins.call(seven) == 7


async def test_what_went_wrong_in_spite_of_it_is_raised() -> None:
    async with anyio.create_task_group() as group:
        with Reins() as reins:
            group.start_soon(cancel, reins)
            with pytest.raises(ValueError, match="while it was cancelled"):
                await reins.call(failing)
            assert await reins.call(seven) == 7


async def test_an_error_is_raised_and_the_next_call_is_made() -> None:
    async def wrong() -> int:
        raise LookupError

    with Reins() as reins:
        with pytest.raises(LookupError):
            await reins.call(wrong)
        assert await reins.call(seven) == 7


async def test_between_calls_there_is_nothing_to_cancel() -> None:
    made = []
    with Reins() as reins:
        reins.cancel()
        made.append(await reins.call(seven))
        reins.cancel()
        await anyio.lowlevel.checkpoint()
        made.append(await reins.call(seven))
    assert made == [7, 7]


async def test_nothing_else_cancels_a_call() -> None:
    made = []
    with anyio.CancelScope() as outer:
        with Reins() as reins:
            outer.cancel()
            made.append(await reins.call(seven))
            made.append(await reins.call(shielded))
        await anyio.lowlevel.checkpoint()
        made.append(0)
    assert made == [7, 8]
    assert outer.cancelled_caught
