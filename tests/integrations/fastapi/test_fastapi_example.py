"""The application of the examples: it searches, runs jobs, stops them, goes on, and hands out results."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import pytest_asyncio
from examples.fastapi_app.app import create_app
from fastapi_apps import Serving

from lixasync import LixClient, RateLimit
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parents[3]


@pytest_asyncio.fixture
async def http(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application, asked over real HTTP."""
    client = partial(LixClient, sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(100, per=1.0))
    with Serving(create_app(client, tmp_path)) as served:
        async with httpx.AsyncClient(base_url=served.url, timeout=30, trust_env=False) as asking:
            yield asking


async def events(http: httpx.AsyncClient, path: str) -> AsyncIterator[dict[str, Any]]:
    """Yield what server-sent events say."""
    async with http.stream("GET", path) as found:
        async for line in found.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def links(sandbox: Sandbox, number: int) -> list[str]:
    return [sandbox.person(each)["link"] for each in range(number)]


def suffixes(folder: Path) -> set[str]:
    return {path.suffix for path in folder.iterdir()} - {".db-wal", ".db-shm"}


async def test_the_page(http: httpx.AsyncClient) -> None:
    for path in ("/", "/page.css", "/page.js"):
        found = await http.get(path)
        assert found.status_code == 200
        assert "//cdn" not in found.text


@pytest.mark.parametrize("text", ["engineer", "https://www.linkedin.com/search/results/people/?keywords=engineer"])
async def test_a_search(http: httpx.AsyncClient, text: str) -> None:
    found = await http.get("/api/people", params={"text": text, "most": 15})
    assert len([json.loads(line)["name"] for line in found.text.splitlines()]) == 15


async def test_a_search_that_cannot_be(http: httpx.AsyncClient) -> None:
    found = await http.get("/api/people", params={"text": "https://example.org/"})
    assert found.status_code == 400
    assert found.json()["type"] == "urn:lixasync:problem:search-url"


async def test_a_job_from_start_to_end(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    wanted = links(sandbox, 12)
    job = (await http.post("/api/jobs", json={"links": wanted})).json()
    seen = [each async for each in events(http, f"/api/jobs/{job['id']}/events")]
    last = seen[-1]
    assert (last["running"], last["done"], last["failed"], last["stopped"]) == (False, 12, 0, "finished")
    assert len(last["latest"]) == 6
    rows = list(csv.DictReader((await http.get(f"/api/jobs/{job['id']}/results.csv")).text.splitlines()))
    assert [row["input"] for row in rows] == wanted
    lines = (await http.get(f"/api/jobs/{job['id']}/results.jsonl")).text.splitlines()
    assert [json.loads(line)["input"] for line in lines] == wanted
    assert [each["id"] for each in (await http.get("/api/jobs")).json()] == [job["id"]]


async def test_cancel_and_go_on(http: httpx.AsyncClient, sandbox: Sandbox, tmp_path: Path) -> None:
    wanted = links(sandbox, 200)
    job = (await http.post("/api/jobs", json={"links": wanted})).json()
    async for each in events(http, f"/api/jobs/{job['id']}/events"):
        if each["done"]:
            break
    stopped = (await http.post(f"/api/jobs/{job['id']}/cancel")).json()
    assert not stopped["running"]
    assert stopped["stopped"] == "interrupted"
    assert 0 < stopped["done"] < 200
    assert (await http.get("/api/jobs")).json()[0]["done"] == stopped["done"]
    assert not (await http.post(f"/api/jobs/{job['id']}/cancel")).json()["running"]
    assert (await http.post(f"/api/jobs/{job['id']}/go-on")).json()["running"]
    await http.post(f"/api/jobs/{job['id']}/go-on")  # it goes on once
    last = [each async for each in events(http, f"/api/jobs/{job['id']}/events")][-1]
    assert last["done"] == 200
    assert sandbox.stats()["arrivals"] <= 200 + 4  # those under way were given up at most
    await http.get(f"/api/jobs/{job['id']}/results.csv")
    with anyio.fail_after(30):
        while suffixes(tmp_path) != {".db"}:  # what was sent is not kept: it goes once the answer is out
            await http.get("/api/jobs")


async def test_a_job_that_is_refused(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.reset(key="another-key")
    job = (await http.post("/api/jobs", json={"links": ["https://www.linkedin.com/in/robin-marlowe"]})).json()
    last = [each async for each in events(http, f"/api/jobs/{job['id']}/events")][-1]
    assert last["problem"]["type"] == "urn:lixasync:problem:authentication"
    assert last["done"] == 0


async def test_a_failure_of_one_link(http: httpx.AsyncClient) -> None:
    job = (await http.post("/api/jobs", json={"links": ["https://www.linkedin.com/in/nobody-at-all"]})).json()
    last = [each async for each in events(http, f"/api/jobs/{job['id']}/events")][-1]
    assert last["latest"] == [{"link": "https://www.linkedin.com/in/nobody-at-all", "error": "NotFoundError"}]


async def test_no_such_job(http: httpx.AsyncClient) -> None:
    for method, path in (("GET", "results.csv"), ("GET", "events"), ("POST", "cancel"), ("POST", "go-on")):
        assert (await http.request(method, f"/api/jobs/0123abcd/{path}")).status_code == 404
    assert (await http.post("/api/jobs", json={"links": []})).status_code == 422


async def test_how_the_rate_is_used(http: httpx.AsyncClient) -> None:
    await http.get("/api/people", params={"text": "engineer", "most": 5})
    now = await anext(aiter(events(http, "/api/limits")))
    assert (now["requests"], now["per"], now["sent"]) == (100, 1.0, 1)
    assert now["waiting"] == {"interactive": 0, "bulk": 0}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_the_command(tmp_path: Path, how: signal.Signals) -> None:
    """While somebody follows how the rate is used it is told to end: it does, says nothing, and leaves nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "examples.fastapi_app", "--port", str(port)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    async with await anyio.open_process(command, cwd=ROOT, env=environment) as process:
        async with asking(port) as http:
            async for _ in events(http, "/api/limits"):
                process.send_signal(how)
        assert process.stderr is not None
        said = b"".join([text async for text in process.stderr]).decode().splitlines()
    assert len(said) == 2
    assert f"http://127.0.0.1:{port}/" in said[1]
    assert process.returncode == 0
    assert suffixes(tmp_path) == set()


@asynccontextmanager
async def asking(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """Ask a server that is only starting."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as http:
        async with asyncio.timeout(30):
            while not await answers(http):
                pass
        yield http


async def answers(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/")).is_success
    except httpx.ConnectError:
        return False
