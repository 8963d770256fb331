"""Chunks on taskiq by real workers, on its broker that is the least patient one: a Redis stream."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest
from engine_processes import PATIENCE, Scene, scene
from engine_runs import repeated

from lixasync import LixClient
from lixasync.bulk import Job
from lixasync.engines import plan
from lixasync.engines.dispatch import follow
from lixasync.sandbox import Sandbox

APP = """\
import os

from taskiq_redis import RedisStreamBroker

from lixasync import LixClient, RateLimit, RedisLimiter
from lixasync.engines.taskiq import register

URL = os.environ["LIXASYNC_ENGINE_URL"]
broker = RedisStreamBroker(
    URL, idle_timeout=3_000, xread_count=1, xread_block=200, unacknowledged_lock_timeout=5
)
register(
    broker,
    client=lambda chunk: LixClient(rate_limit=RateLimit(1000, per=1.0, burst=1000), limiter=RedisLimiter(URL)),
    turn=1.0,
)


@broker.task
async def nothing() -> None:
    '''Lets the broker hand out what a killed worker had.'''
"""
WORKER = ("-m", "taskiq", "worker", "app:broker", "--workers", "1", "--max-async-tasks", "2")

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def stage(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with scene(sandbox, tmp_path) as made:
        (tmp_path / "app.py").write_text(APP)
        monkeypatch.setenv("LIXASYNC_ENGINE_URL", made.url)
        monkeypatch.setenv("LIX_API_KEY", sandbox.key)
        monkeypatch.setenv("LIX_BASE_URL", sandbox.url)
        yield made


@pytest.fixture
def start(stage: Scene) -> Iterator[Start]:
    """Start a worker, which is a group of processes."""
    running: list[subprocess.Popen[bytes]] = []

    def starting() -> subprocess.Popen[bytes]:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [sys.executable, *WORKER]
        running.append(subprocess.Popen(command, cwd=stage.folder, start_new_session=True, **streams))
        return running[-1]

    yield starting
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def enqueued(stage: Scene, number: int, size: int) -> None:
    """Enqueue a job's chunks, and follow them, with a message now and then as the broker wants it."""
    from taskiq_redis import RedisStreamBroker

    from lixasync.engines.taskiq import enqueue

    broker = RedisStreamBroker(stage.url)
    await broker.startup()
    async with LixClient() as lix:
        given = [stage.box.person(index)["link"] for index in range(number)]
        job = Job(stage.folder / "people.db", lix.enrichment.person, inputs=given)
        store = str(stage.folder / "chunks")
        await enqueue(broker, await plan(job, store, size=size))
        nothing = broker.register_task(anyio.lowlevel.checkpoint, "app:nothing")
        with anyio.fail_after(PATIENCE):
            async for _ in follow(job, store, every=0.5):
                await nothing.kiq()
    await broker.shutdown()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_worker_that_goes_loses_nothing(stage: Scene, start: Start, how: signal.Signals) -> None:
    stage.box.reset(latency=0.02)
    first, _ = start(), start()

    async def run() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(enqueued, stage, 500, 50)
            await anyio.to_thread.run_sync(stage.arrivals, 150)
            os.killpg(first.pid, how)

    anyio.run(run)
    assert repeated(stage.box) <= (8 if how is signal.SIGKILL else 0)
    answers = stage.box.stats()["by_status"]
    unheard = answers.pop(0, 0)  # who asked was killed before it was answered
    assert answers == {200: 500 + repeated(stage.box) - unheard}
