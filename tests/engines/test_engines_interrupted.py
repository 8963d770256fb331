"""A chunk that is interrupted at any moment, between pages and within: it goes on where it was."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bulk.bulk_runs import LINKS, People
from tests.engines.engine_chunks import (
    NAMES,
    SIZE,
    STARTS,
    Connections,
    MemoryChunks,
    done_in,
    found,
    listed,
    names,
    planned,
    run,
)
from tests.support.fake import client

from lixasync import Request, Response
from lixasync.bulk import Stop
from lixasync.engines import collect, plan

pytestmark = pytest.mark.anyio

TWELVE = len(LINKS)


class TestPages:
    async def test_interrupted_between_pages_no_page_is_asked_for_twice(self, tmp_path: Path) -> None:
        transport, store = Connections(), MemoryChunks()
        job = listed(lix := client(transport), tmp_path / "job.db")
        (chunk,) = await plan(job, store)
        for page in range(1, len(STARTS)):
            end = await run(chunk, lix, store, max_credits=1)
            assert (end.stopped, end.waiting, transport.starts) == (Stop.CREDITS, 1, STARTS[:page])
            status = await collect(job, store)
            assert (status.requests, status.items, status.taken) == (page, page * SIZE, 1)
        assert (await run(chunk, lix, store)).stopped is Stop.FINISHED
        await collect(job, store)
        assert await names(job) == NAMES
        assert transport.starts == STARTS

    async def test_begun_here_and_finished_elsewhere(self, tmp_path: Path) -> None:
        transport, store = Connections(), MemoryChunks()
        job = listed(lix := client(transport), tmp_path / "job.db")
        assert await job.run(warm_up=False, max_credits=2) is Stop.CREDITS
        (chunk,) = await plan(job, store)
        assert (await run(chunk, lix, store)).requests == len(STARTS)
        status = await collect(job, store)
        assert (status.requests, status.items) == (len(STARTS), len(NAMES))
        assert await names(job) == NAMES
        assert transport.starts == STARTS


class Stopper(People):
    """Cancels a scope at one of the moments that it is told of."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self.scope = anyio.CancelScope()
        self._left = moment

    def pass_by(self, _: object = None) -> None:
        self._left -= 1
        if self._left == 0:
            self.scope.cancel()

    def _answer(self, request: Request) -> Response:
        self.pass_by()
        return super()._answer(request)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(max_examples=30)  # each is several runs
@given(moments=st.lists(st.integers(1, 30), max_size=5))
def test_cancelled_at_any_moment_it_goes_on(
    moments: list[int], backend: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def main() -> None:
        store, asked = MemoryChunks(), list[str]()
        job, chunk = await planned(client(People()), tmp_path_factory.mktemp("job"), store)
        for moment in moments:
            server = Stopper(moment)
            store.before = store.after = server.pass_by
            with server.scope:
                await run(chunk, client(server), store)
            asked += server.links
            if server.scope.cancelled_caught:
                assert done_in(store.held[chunk.name]) >= len(set(asked)) - 4
        store.before = store.after = lambda _: None
        last = People()
        assert (await run(chunk, client(last), store)).done == TWELVE
        asked += last.links
        await collect(job, store)
        assert await found(job) == list(LINKS)
        assert sorted(asked) == list(LINKS)  # what was under way is stored, too

    anyio.run(main, backend=backend)
