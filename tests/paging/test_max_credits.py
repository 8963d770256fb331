"""max_credits bounds what may have been charged, not only what was delivered."""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import attrs
import pytest
from tests.support.lists import Item, Server, items, source

from lixasync import ServerError, StopReason
from lixasync.limits import meter
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


class Costly:
    """Serves a list whose answers may get lost: each attempt is counted as it leaves, as the pipeline does."""

    def __init__(self, *, losses: int = 0, fails: bool = False, slow: bool = False) -> None:
        self.server = Server(content=items(50), size=5)
        self.losses, self.fails, self.slow = losses, fails, slow
        self.charged = 0

    async def fetch(self, request: Mapping[str, str]) -> Batch[Item]:
        for _ in range(1 + self.losses):
            if not meter.affords(1):
                raise ServerError("given up")
            meter.count(1)
            self.charged += 1
        if self.slow:
            await anyio.sleep(10)
        if self.fails:
            raise ServerError("lost")
        return await self.server.offset(request)

    def pager(self, max_credits: int) -> Pager[Item]:
        return Pager(attrs.evolve(source(self.server, "offset"), fetch=self.fetch), max_credits=max_credits)


async def test_lost_answers_count_and_the_bound_holds_between_attempts() -> None:
    costly = Costly(losses=2)
    pager = costly.pager(7)
    stream = aiter(pager)
    taken = [await anext(stream) for _ in range(10)]
    assert costly.charged == 6
    with pytest.raises(ServerError, match="given up") as caught:
        await anext(stream)
    assert costly.charged == 7
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert pager.stopped is StopReason.MAX_CREDITS
    assert costly.charged == 7
    assert caught.value.cursor is not None
    rest = Pager(source(Server(content=items(50), size=5), "offset"), resume=caught.value.cursor)
    assert taken + await rest.collect() == items(50)


async def test_an_error_has_cost_what_it_has_cost() -> None:
    costly = Costly(fails=True)
    stream = aiter(costly.pager(3))
    for _ in range(3):
        with pytest.raises(ServerError, match="lost"):
            await anext(stream)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert costly.charged == 3


async def test_what_was_cancelled_may_have_been_charged() -> None:
    costly = Costly(slow=True)
    stream = aiter(costly.pager(3))
    ended = 0
    for _ in range(8):
        with anyio.move_on_after(1):
            try:
                await anext(stream)
            except StopAsyncIteration:
                ended += 1
    assert costly.charged == 3
    assert ended == 5


async def test_a_page_that_cost_this_stream_nothing_counts_all_the_same() -> None:
    server = Server(content=items(50), size=5)
    pager = Pager(source(server, "offset"), max_credits=2)
    assert len(await pager.collect()) == 10


async def test_the_cursor_after_the_end_pays_for_nothing_again() -> None:
    server = Server(content=items(10), size=5, total=False)  # two empty pages show its end
    pager = Pager(source(server, "offset"))
    assert await pager.collect() == items(10)
    asked = len(server.asked)
    assert asked == 4
    rest = Pager(source(server, "offset"), resume=pager.cursor)
    assert await rest.collect() == []
    assert len(server.asked) == asked


async def test_meters_of_different_calls_know_nothing_of_each_other() -> None:
    assert meter.affords(10**9)
    assert not meter.bounded()
    first, second = Costly(losses=1), Costly()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first.pager(4).collect)
        tasks.start_soon(second.pager(3).collect)
    assert (first.charged, second.charged) == (4, 3)
