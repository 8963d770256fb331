"""Which connection a request is sent over, and which are closed."""

from __future__ import annotations

import anyio
import pytest

from lixasync.transport.connections import LASTING, Connections

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

HERE, THERE = "https://here", "https://there"


class Connection:
    def __init__(self, origin: str) -> None:
        self.origin, self.closed = origin, 0

    async def aclose(self) -> None:
        await anyio.lowlevel.checkpoint()
        self.closed += 1


async def test_each_is_lent_to_one_at_a_time_the_latest_first() -> None:
    connections = Connections(Connection, shared=False)
    one, other = connections.lend(HERE), connections.lend(HERE)
    assert one is not other
    await connections.give_back(HERE, one)
    await connections.give_back(HERE, other)
    assert connections.lend(HERE) is other
    assert connections.lend(THERE).origin == THERE
    assert connections.lend(HERE) is one


async def test_what_was_not_needed_for_long_is_closed() -> None:
    connections = Connections(Connection, shared=False)
    first, second, busy = (connections.lend(HERE) for _ in range(3))
    for each in (first, second):
        await connections.give_back(HERE, each)
    await anyio.sleep(LASTING + 1)
    await connections.give_back(HERE, busy)
    assert (first.closed, second.closed, busy.closed) == (1, 0, 0)
    await connections.give_back(HERE, connections.lend(HERE))
    assert second.closed == 1
    assert connections.lend(HERE) is busy


async def test_what_failed_is_closed_also_by_who_is_cancelled() -> None:
    connections = Connections(Connection, shared=False)
    failed = connections.lend(HERE)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await connections.give_up(failed)
    assert failed.closed == 1
    assert connections.lend(HERE) is not failed


async def test_closing_closes_all_once() -> None:
    connections = Connections(Connection, shared=False)
    idle, lent, failing = (connections.lend(HERE) for _ in range(3))
    await connections.give_back(HERE, idle)
    await connections.aclose()
    await connections.give_back(HERE, lent)
    await connections.give_up(failing)
    await connections.aclose()
    assert [idle.closed, lent.closed, failing.closed] == [1, 1, 1]
    assert connections.lend(HERE) not in (idle, lent)


async def test_one_for_all() -> None:
    connections = Connections(Connection, shared=True)
    one = connections.lend(HERE)
    assert connections.lend(HERE) is one
    assert connections.lend(THERE) is not one
    await connections.give_back(HERE, one)
    await connections.give_up(one)
    assert connections.lend(HERE) is one
    assert not one.closed
    await connections.aclose()
    assert one.closed == 1
