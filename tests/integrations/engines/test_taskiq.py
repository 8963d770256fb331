"""Chunks on taskiq, on its broker in memory."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from engine_runs import arrivals, clients, names, planned
from taskiq import BrokerMessage, InMemoryBroker

from lixasync import ConfigurationError
from lixasync.engines import collect
from lixasync.engines.dispatch import follow
from lixasync.engines.taskiq import enqueue, register
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.asyncio


class Counting(InMemoryBroker):
    """Counts its messages."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = 0

    async def kick(self, message: BrokerMessage) -> None:
        self.messages += 1
        await super().kick(message)

    async def all_done(self) -> None:
        while self._running_tasks:
            await self.wait_all()


@pytest_asyncio.fixture
async def broker() -> AsyncIterator[Counting]:
    made = Counting()
    await made.startup()
    yield made
    await made.shutdown()


async def test_a_job(broker: Counting, sandbox: Sandbox, tmp_path: Path) -> None:
    job, store, chunks = await planned(sandbox, tmp_path, 30, 10)
    register(broker, client=clients(sandbox))
    await enqueue(broker, chunks)
    seen = [status.done async for status in follow(job, store, every=0.05)]
    await broker.all_done()
    assert seen[-1] == 30
    assert await names(job) == [sandbox.person(index)["name"] for index in range(30)]
    assert (broker.messages, sandbox.stats()["arrivals"]) == (3, 30)


async def test_long_chunks_are_worked_on_in_turns(broker: Counting, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.02)
    job, store, chunks = await planned(sandbox, tmp_path, 60, 60)
    register(broker, client=clients(sandbox), concurrency=2, turn=0.1)
    await enqueue(broker, chunks)
    await broker.all_done()
    assert (await collect(job, store)).done == sandbox.stats()["arrivals"] == 60
    assert broker.messages > 2


async def test_a_worker_that_is_stopped_gives_its_chunks_back(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.05)
    broker = Counting()
    await broker.startup()
    job, store, chunks = await planned(sandbox, tmp_path, 60, 60)
    register(broker, client=clients(sandbox))
    await enqueue(broker, chunks)
    await arrivals(sandbox, 5)
    given_back: list[BrokerMessage] = []

    async def keep(message: BrokerMessage) -> None:
        given_back.append(message)

    broker.kick = keep  # type: ignore[method-assign] # a broker in memory would begin it at once
    await broker.shutdown()
    before = sandbox.stats()["arrivals"]
    assert (await collect(job, store)).done == before < 60

    other = Counting()
    await other.startup()
    register(other, client=clients(sandbox))
    (message,) = given_back
    await other.kick(message)
    await other.all_done()
    await other.shutdown()
    assert (await collect(job, store)).done == sandbox.stats()["arrivals"] == 60


async def test_what_is_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "taskiq", None)
    monkeypatch.delitem(sys.modules, "lixasync.engines.taskiq")
    with pytest.raises(ConfigurationError) as caught:
        importlib.import_module("lixasync.engines.taskiq")
    assert caught.value.hint == "pip install 'lixasync[taskiq]'"
