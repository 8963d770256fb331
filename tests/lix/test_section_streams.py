"""Every method with pages against the sandbox: all items, once, in order, whatever goes wrong on the way."""

from __future__ import annotations

import random
from typing import Any

import attrs
import pytest
from lix_runs import STREAMS, Known, Stream, client, known

from lixasync import StopReason
from lixasync.lix.operations import OPERATIONS
from lixasync.models import SalesThread
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

FAULTS = ("500", "cut", "repeat", "reset", "shift", "429", "empty", "queued", "drip", "queued-200", "502-html", "503")
ONE_OF_EACH_STYLE = tuple({OPERATIONS[stream.key].pages.style: stream for stream in STREAMS}.values())


def plain(item: Any) -> Any:
    """Return an item without what depends on the others of its page: who is named beside a page of threads."""
    return attrs.evolve(item, people=()) if isinstance(item, SalesThread) else item


async def whole(sandbox: Sandbox, stream: Stream, ids: Known) -> tuple[list[Any], StopReason | None]:
    async with client(sandbox) as lix:
        pager = stream.open(lix, ids)
        return [plain(item) async for item in pager], pager.stopped


async def prefetched(sandbox: Sandbox, stream: Stream, ids: Known) -> tuple[list[Any], StopReason | None]:
    async with client(sandbox) as lix:
        pager = stream.open(lix, ids)
        async with pager.prefetch(2) as items:
            return [plain(item) async for item in items], pager.stopped


async def interrupted(sandbox: Sandbox, stream: Stream, ids: Known) -> tuple[list[Any], StopReason | None]:
    """Read in pieces of random length, each with a client of its own."""
    chance = random.Random(stream.key)
    got: list[Any] = []
    cursor, stopped = None, None
    while stopped is None:
        async with client(sandbox) as lix:
            pager = stream.open(lix, ids, resume=cursor)
            left = chance.randrange(1, 50)
            async for item in pager:
                got.append(plain(item))
                left -= 1
                if not left:
                    break
            cursor, stopped = pager.cursor, pager.stopped
    return got, stopped


def every_first_attempt(by: int) -> dict[str, Any]:
    """Return settings under which the first attempt at each page fails, with one fault after another from `by` on."""
    faults = [*FAULTS[by:], *FAULTS[:by]]
    return {"faults": [name for fault in faults for name in (fault, "slow")], "fault_every": 1, "slow_seconds": 0}


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.key)
async def test_whole_and_in_pieces_and_with_faults_it_is_the_same(sandbox: Sandbox, stream: Stream) -> None:
    ids = known(sandbox, **stream.settings)
    items, stopped = await whole(sandbox, stream, ids)
    pages = sandbox.stats()["arrivals"]
    assert (len(items), stopped) == (stream.items, stream.stopped)
    assert len({item.identity for item in items} - {None}) == len(items)
    assert sandbox.stats()["duplicates"] <= stream.again
    struck: set[str] = set()
    for by, read in ((0, whole), (4, interrupted), (8, prefetched)):
        sandbox.reset(**every_first_attempt(by))
        assert await read(sandbox, stream, ids) == (items, stopped)
        struck |= sandbox.stats()["by_fault"].keys() - {"slow"}
    assert len(struck) >= min(8, pages)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # which page comes next does not depend on the loop
@pytest.mark.parametrize("fault", FAULTS[:9])
@pytest.mark.parametrize("stream", ONE_OF_EACH_STYLE, ids=lambda stream: stream.key)
async def test_no_single_fault_loses_or_repeats_anything(sandbox: Sandbox, stream: Stream, fault: str) -> None:
    ids = known(sandbox, **stream.settings)
    expected = await whole(sandbox, stream, ids)
    sandbox.reset(faults=fault, fault_every=2)
    assert await whole(sandbox, stream, ids) == expected


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.key)
async def test_max_items_stops_it_to_the_item(sandbox: Sandbox, stream: Stream) -> None:
    ids = known(sandbox, **stream.settings)
    most = stream.items // 2
    async with client(sandbox) as lix:
        pager = stream.open(lix, ids, max_items=most)
        assert len(await pager.collect()) == most
    assert pager.stopped is StopReason.MAX_ITEMS


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("fault", FAULTS[:9])
async def test_grouped_pages_that_do_not_keep_the_order_lose_and_repeat_nobody(sandbox: Sandbox, fault: str) -> None:
    (reactions,) = (stream for stream in STREAMS if stream.key == "enrichment.post_reactions")
    grouped = attrs.evolve(reactions, settings={})
    ids = known(sandbox)
    expected, stopped = await whole(sandbox, grouped, ids)
    for read in (whole, interrupted):
        sandbox.reset(faults=fault, fault_every=2)
        got, ended = await read(sandbox, grouped, ids)
        assert len(got) == len(expected) == 34
        assert {item.identity for item in got} == {item.identity for item in expected}
        assert ended is stopped
