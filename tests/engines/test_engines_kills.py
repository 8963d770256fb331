"""Workers that are killed at any moment, over real HTTP: others go on, and only what was in flight is asked again."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.bulk.bulk_process import all_results, asked, links
from tests.engines import chunk_process
from tests.engines.chunk_process import CONCURRENCY, UNHURRIED

from lixasync import LixClient
from lixasync.bulk import Job, Stop
from lixasync.engines import Chunk, collect, plan, run_chunk
from lixasync.paging.cursor import StopReason
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

VIEWERS = [f"viewer-{number}" for number in range(6)]


class Workers:
    """Workers on one sandbox, and a job whose chunks they work on."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.folder = folder
        self.store = folder / "chunks"

    async def planned(self, method: str, inputs: list[str], size: int, **params: Any) -> list[Chunk]:
        async with LixClient(self.box.key, base_url=self.box.url) as lix:
            bound: Any = lix
            for name in method.split("."):
                bound = getattr(bound, name)
            return await plan(Job(self.folder / "job.db", bound, inputs=inputs, params=params), self.store, size=size)

    def killed(self, chunk: Chunk, after: int) -> bool:
        """Have a process work on a chunk and kill it after so many more requests; say whether it was still at work."""
        wanted = self.box.stats()["arrivals"] + after
        given = (json.dumps(chunk.as_json()), self.box.url, self.box.key, str(self.folder))
        with subprocess.Popen([sys.executable, chunk_process.__file__, *given]) as process:
            while self.box.stats()["arrivals"] < wanted and process.poll() is None:
                pass
            process.send_signal(signal.SIGKILL)
            return process.wait() != 0

    async def finished(self, chunks: list[Chunk]) -> None:
        async with LixClient(self.box.key, base_url=self.box.url, rate_limit=UNHURRIED) as lix:
            for chunk in chunks:
                assert (await run_chunk(chunk, lix, concurrency=CONCURRENCY)).stopped is Stop.FINISHED
            await collect(Job.open(self.folder / "job.db"), self.store)


@pytest.fixture
def workers(sandbox: Sandbox, tmp_path: Path) -> Workers:
    return Workers(sandbox, tmp_path)


def test_single_answers(sandbox: Sandbox, workers: Workers, tmp_path: Path) -> None:
    sandbox.reset(latency=0.01, jitter=0.01)
    people = links(sandbox, 60)
    chunks = anyio.run(workers.planned, "enrichment.person", people, 40)
    chance = random.Random(7)
    met = sum(workers.killed(chunks[0], chance.randint(1, 15)) for _ in range(3))
    assert met >= 2
    anyio.run(workers.finished, chunks)
    assert [result.value.raw for result in all_results(tmp_path / "job.db")] == [sandbox.person(n) for n in range(60)]
    counts = asked(sandbox)
    assert len(counts) == 60
    assert sum(counts.values()) <= 60 + met * CONCURRENCY


def test_pages(sandbox: Sandbox, workers: Workers, tmp_path: Path) -> None:
    sandbox.reset(latency=0.01, jitter=0.01, viewers=VIEWERS, connections=75)

    async def planned() -> list[Chunk]:
        return await workers.planned("connections", VIEWERS, 100, page_size=10)

    (chunk,) = anyio.run(planned)
    chance = random.Random(11)
    met = sum(workers.killed(chunk, chance.randint(8, 18)) for _ in range(3))
    assert met >= 2
    anyio.run(workers.finished, [chunk])
    everybody = [sandbox.connection(index) for index in range(75)]
    found = all_results(tmp_path / "job.db")
    assert [result.input for result in found] == VIEWERS
    for result in found:
        assert [item.raw for item in result.value] == everybody
        assert result.stopped is StopReason.EXHAUSTED
    counts = {target: number for target, number in asked(sandbox).items() if "linkedin/account" not in target}
    assert len(counts) == 8 * len(VIEWERS)
    assert sum(counts.values()) <= 8 * len(VIEWERS) + met * CONCURRENCY
