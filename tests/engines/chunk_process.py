"""Works on a chunk in a process of its own, to be killed: its arguments are the chunk, a server and its key."""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

import anyio

from lixasync import LixClient, RateLimit
from lixasync.engines import run_chunk

CONCURRENCY = 4
UNHURRIED = RateLimit(100, per=0.001, burst=100, margin=0.0)


async def work(chunk: dict[str, Any], url: str, key: str) -> None:
    async with LixClient(key, base_url=url, rate_limit=UNHURRIED) as lix:
        await run_chunk(chunk, lix, concurrency=CONCURRENCY)


if __name__ == "__main__":
    tempfile.tempdir = sys.argv[4]
    anyio.run(work, json.loads(sys.argv[1]), sys.argv[2], sys.argv[3])
