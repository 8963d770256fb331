"""The CPU that calls cost, guarded by what can be counted: Python functions called, not seconds.

Times differ from machine to machine and from minute to minute; the number of functions that are called for the same
work does not. It misses what is slow inside one function or in C, which `benchmarks/` measures, but what was linear and
becomes quadratic, is done for each call again, or does not take its fast path any more, multiplies it.
The bounds are one and a half times what was counted on Python 3.11, room enough for other versions.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable
from types import FrameType

import pytest
from tests.support.fake import SEARCH, FakeTransport, answer, client
from tests.support.virtual import VirtualLoop

from lixasync import Limiter, LixClient, RateLimit
from lixasync.limits.lanes import Turn

Work = Callable[[], Awaitable[object]]

PERSON = {
    "name": "Robin Marlowe",
    "description": "Head of Growth at Lambert & Bizzle",
    "location": "Greater Bilbao Area, Spain",
    "link": "https://www.linkedin.com/in/robin-marlowe-{}",
    "img": "https://media.licdn.com/dms/image/v2/robin/photo.jpg",
    "skills": [{"name": "Growth", "numOfEndorsement": "12"}, {"name": "Data", "numOfEndorsement": "3"}],
    "experience": [
        {"title": "Head of Growth", "organisation": {"name": "Globex"}, "timePeriod": {"startedOn": {"year": 2019}}},
        {"title": "Consultant", "organisation": {"name": "Initech"}, "timePeriod": {"startedOn": {"year": 2009}}},
    ],
}


async def functions_called(work: Work) -> int:
    """Return how many Python functions are called, by whichever task, while something is done."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    gc.disable()  # finalisers of what others left behind would be counted
    sys.setprofile(note)
    try:
        await work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def run(main: Callable[[], Awaitable[float]]) -> float:
    """Run something on asyncio, in virtual time: there nothing that the loop does depends on the machine."""

    async def body() -> float:
        return await main()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(body())


def unhurried(transport: FakeTransport) -> LixClient:
    """Make a client that never waits for a slot."""
    return client(transport, rate_limit=RateLimit(10**6, per=1.0, burst=10**6))


def per_call(calls: int = 50) -> float:
    async def main() -> float:
        async with unhurried(FakeTransport([answer({"emailBalance": 1, "linkedInBalance": 2})])) as lix:

            async def work() -> None:
                for _ in range(calls):
                    await lix.account.balances()

            await work()
            return await functions_called(work) / calls

    return run(main)


def per_person(few: int = 10, many: int = 60) -> float:
    async def main() -> float:
        async def calls_for(people: int) -> int:
            found = [{**PERSON, "link": PERSON["link"].format(number)} for number in range(people)]
            page = answer({"people": found, "paging": {"total": people, "count": people, "start": 0}})

            async def work() -> None:
                async with unhurried(FakeTransport([page])) as lix:
                    assert len(await lix.search.people(SEARCH).collect()) == people

            await work()
            return await functions_called(work)

        return (await calls_for(many) - await calls_for(few)) / (many - few)

    return run(main)


def per_slot(waiters: int, slots: int = 300) -> float:
    async def main() -> float:
        limiter = Limiter(RateLimit(50, per=1.0))
        given, enough = 0, 0
        done = asyncio.Event()

        async def go_on() -> None:
            nonlocal given
            while True:
                await limiter.acquire(Turn("bulk"))
                given += 1
                if given == enough:
                    done.set()

        tasks = [asyncio.create_task(go_on()) for _ in range(waiters)]
        await asyncio.sleep(2.0)  # until all of them wait
        enough = given + slots
        count = await functions_called(done.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return count / slots

    return run(main)


@pytest.mark.parametrize(
    ("measure", "bound"),
    [(per_call, 414), (per_person, 18), (lambda: per_slot(1), 155)],
    ids=["per call", "per decoded person", "per slot"],
)
def test_how_many_functions_are_called(measure: Callable[[], float], bound: float) -> None:
    assert measure() <= bound


def test_a_slot_costs_no_more_when_ten_thousand_wait() -> None:
    assert per_slot(10_000) <= 1.5 * per_slot(100)
