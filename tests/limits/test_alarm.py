"""The limiter's timers, in virtual time on both event loops."""

from __future__ import annotations

import anyio
import pytest

from lixasync.limits.alarm import Alarm, current_time, wait_until

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


async def test_the_time_is_the_event_loops() -> None:
    await anyio.sleep(7)
    assert current_time() == anyio.current_time() >= 7


@pytest.mark.parametrize(("moment", "ends"), [(2.0, 2.0), (9.0, 5.0), (float("inf"), 5.0), (-1.0, 0.0)])
async def test_waiting_ends_with_the_event_or_at_the_moment(moment: float, ends: float) -> None:
    begin, event = current_time(), anyio.Event()

    async def set_later() -> None:
        await anyio.sleep(5)
        event.set()

    async with anyio.create_task_group() as group:
        group.start_soon(set_later)
        await wait_until(event, begin + moment)
        assert current_time() - begin == pytest.approx(ends)


async def test_no_timer_is_left_behind_when_waiting_is_cancelled() -> None:
    event = anyio.Event()
    with anyio.move_on_after(1):
        await wait_until(event, current_time() + 2)
    await anyio.sleep(5)
    assert not event.is_set()


async def test_an_alarm_rings_at_the_moment_that_was_set_last(anyio_backend_name: str) -> None:
    begin, rung = current_time(), []
    alarm = Alarm(lambda: rung.append(current_time() - begin))
    set_ = [alarm.set(lambda moment=moment: begin + moment) for moment in (1.0, 3.0, 2.0)]
    await anyio.sleep(5)
    if anyio_backend_name == "asyncio":
        assert set_ == [True, True, True]
        assert rung == pytest.approx([2.0])
    else:
        assert set_ == [False, False, False]
        assert rung == []
