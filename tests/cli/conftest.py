"""A sandbox for each module, and the command run beside it: in this process, or in one of its own."""

from __future__ import annotations

import dataclasses
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cli_runs import OAUTH1, USUAL, Ran

from lixasync.cli import main
from lixasync.sandbox import Sandbox


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(requests=None) as running:
        yield running


@pytest.fixture
def sandbox(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    server.reset(**dataclasses.asdict(USUAL))
    monkeypatch.setenv("LIX_BASE_URL", server.url)
    monkeypatch.setenv("LIX_API_KEY", server.key)
    monkeypatch.setenv("LINKEDIN_BASE_URL", server.url)
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", server.settings.linkedin_token)
    for name in ("LIX_VIEWER_ID", "LIX_LOOKC_KEY", *OAUTH1):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return server


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out.encode(), captured.err)

    return run


@pytest.fixture
def quiet_logging() -> Iterator[None]:
    """Put the logger back as it was."""
    logger = logging.getLogger("lixasync")
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Run the command, or other Python, in a process of its own; it is gone when the test ends."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, code: str | None = None, **options: Any) -> subprocess.Popen[bytes]:
        how = ["-m", "lixasync.cli"] if code is None else ["-c", code]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        process = subprocess.Popen([sys.executable, *how, *arguments], env={**os.environ}, **streams)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
