"""Runs the application: ``python -m examples.fastapi_app``.

Without ``LIX_API_KEY`` it talks to a sandbox of its own, where everybody is invented and nothing costs anything.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from examples.fastapi_app.app import create_app

from lixasync import LixClient, RateLimit
from lixasync.sandbox import Sandbox


def main() -> None:
    """Serve the application until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m examples.fastapi_app", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="the port to listen on (8080)")
    parser.add_argument("--rate", default="1/3", help="requests per seconds that your plan allows (1/3)")
    parser.add_argument("--jobs", type=Path, help="the folder for jobs; by default one that is removed at the end")
    given = parser.parse_args()
    requests, _, seconds = given.rate.partition("/")
    client = partial(LixClient, rate_limit=RateLimit(int(requests), per=float(seconds or 1)))
    with ExitStack() as stack:
        if not os.environ.get("LIX_API_KEY"):
            sandbox = stack.enter_context(Sandbox(requests=4, per=1.0, latency=0.12, jitter=0.1))
            client = partial(LixClient, sandbox.key, base_url=sandbox.url, rate_limit=RateLimit(4, per=1.0))
            sys.stderr.write(f"LIX_API_KEY is not set: using a sandbox, {sandbox.url}/\n")
        folder = given.jobs or Path(stack.enter_context(TemporaryDirectory(prefix="lixasync-jobs-")))
        sys.stderr.write(f"http://127.0.0.1:{given.port}/   (Ctrl-C stops it)\n")
        # The server hands the signal on when it has ended, and folders want to be removed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        app = create_app(client, folder, closing=lambda: server.should_exit)
        server = uvicorn.Server(uvicorn.Config(app, port=given.port, log_level="warning", timeout_graceful_shutdown=15))
        with suppress(KeyboardInterrupt):
            server.run()


if __name__ == "__main__":
    main()
