"""The recipes of the documents for other engines, run as they stand there: Ray, Dask and Celery."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest
from tests.limits.shared.valkey import Server

from lixasync import LixClient
from lixasync.bulk import Job
from lixasync.engines import collect, plan
from lixasync.sandbox import Sandbox

DOCUMENT = Path(__file__).parents[3] / "docs" / "engines.md"
SERVER = "redis://localhost:6379"
INPUTS = 40
PATIENCE = 300.0  # seconds after which something that was to end surely hangs
DRIVER = """\
import json
from lixasync.engines import Chunk
chunks = [Chunk.from_json(value) for value in json.load(open("chunks.json"))]
"""
SENDER = """
from tasks import lixasync_chunk
for chunk in chunks:
    lixasync_chunk.delay(chunk.as_json())
"""


@attrs.frozen
class Place:
    """A folder with a job in chunks, and the module that works on them.

    Attributes:
        box: The sandbox.
        folder: Where it is.
        url: A server for whatever needs one.
    """

    box: Sandbox
    folder: Path
    url: str

    def write(self, name: str, section: str, before: str = "") -> None:
        """Write the code of a section of the document into a file."""
        text = DOCUMENT.read_text(encoding="utf-8")
        code = re.search(rf"^##+ {section}\n.*?^```py\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        assert code is not None, section
        (self.folder / name).write_text(before + code[1].replace(SERVER, self.url), encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start Python in the folder, with what the clients need."""
        environment = {
            **os.environ,
            "LIX_API_KEY": self.box.key,
            "LIX_BASE_URL": self.box.url,
            "PYTHONPATH": str(self.folder),
            "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
        }
        return subprocess.Popen([sys.executable, *words], cwd=self.folder, env=environment)

    def run(self, *words: str) -> None:
        """Run Python in the folder to its end."""
        assert self.start(*words).wait(PATIENCE) == 0

    async def plan(self) -> None:
        """Cut a job into chunks, of which ``chunks.json`` tells."""
        async with self._client() as lix:
            people = [self.box.person(index)["link"] for index in range(INPUTS)]
            job = Job(self.folder / "people.db", lix.enrichment.person, inputs=people)
            chunks = await plan(job, self.folder / "chunks", size=10)
        await anyio.Path(self.folder / "chunks.json").write_text(json.dumps([chunk.as_json() for chunk in chunks]))

    async def names(self) -> list[Any]:
        """Wait until the job is done, and return the names of all people."""
        job = Job.open(self.folder / "people.db")
        with anyio.fail_after(PATIENCE):
            while (await collect(job, self.folder / "chunks")).to_do:  # noqa: ASYNC110 - the engine is elsewhere
                await anyio.sleep(0.2)
        return [result.value.name async for result in job.results()]

    def _client(self) -> LixClient:
        return LixClient(self.box.key, base_url=self.box.url)


@pytest.fixture
def place(sandbox: Sandbox, tmp_path: Path) -> Iterator[Place]:
    with Server() as server:
        made = Place(sandbox, tmp_path, server.url)
        anyio.run(made.plan)
        made.write("work.py", "Other engines")
        sandbox.reset(requests=40, per=6.0)  # the clients' usual rate would take two minutes
        (tmp_path / "work.py").write_text(
            (tmp_path / "work.py").read_text("utf-8").replace("LixClient(", "LixClient(rate_limit=FAST, ")
            + "\n\nfrom lixasync import RateLimit\nFAST = RateLimit(40, per=6.0)\n",
            "utf-8",
        )
        yield made


def check(place: Place) -> None:
    """All people are there, each was asked for once, and never faster than all are allowed together."""
    assert anyio.run(place.names) == [place.box.person(index)["name"] for index in range(INPUTS)]
    assert place.box.stats()["by_status"] == {200: INPUTS}


@pytest.mark.parametrize("engine", ["Ray", "Dask"])
def test_engines_with_a_driver(place: Place, engine: str) -> None:
    place.write("driver.py", engine, DRIVER)
    place.run("driver.py")
    check(place)


def test_celery(place: Place) -> None:
    place.write("tasks.py", "Celery")
    worker = place.start("-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "WARNING")
    try:
        (place.folder / "sender.py").write_text(DRIVER + SENDER)
        place.run("sender.py")
        check(place)
    finally:
        worker.terminate()
        worker.wait(PATIENCE)
