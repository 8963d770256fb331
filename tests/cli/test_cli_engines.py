"""Jobs on engines, as far as no engine is needed: what is refused, and what is called back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import anyio
import pytest
from cli_runs import QUICK, Ran, people

from lixasync import LixClient
from lixasync.bulk import Job
from lixasync.engines import plan
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
ON = ("job", "run", "people.db", "--engine", "docket")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("LIXASYNC_ENGINE_URL", "LIXASYNC_STORE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def without_docket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docket", None)
    monkeypatch.delitem(sys.modules, "lixasync.engines.docket", raising=False)


@pytest.fixture
def job(cli: Cli, sandbox: Sandbox, folder: Path) -> Path:
    links = (str(sandbox.person(index)["link"]) for index in range(10))
    (folder / "people.txt").write_text("\n".join(links))
    assert cli("enrich", "people.txt", "--job", "people.db", "--plan").code == 0
    return folder / "people.db"


@pytest.mark.usefixtures("without_docket", "job")
@pytest.mark.parametrize("command", [(*ON, "--store", "chunks"), ("worker", "--url", "redis://localhost")])
def test_an_engine_that_is_not_installed(cli: Cli, command: Sequence[str]) -> None:
    ran = cli(*command)
    assert ran.code == 2
    assert "pip install 'lixasync[docket]'" in ran.err


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("bound", [["--deadline", "5m"], ["--max-credits", "3"], ["--no-warm-up"]])
def test_a_run_elsewhere_has_no_bounds(cli: Cli, bound: list[str]) -> None:
    ran = cli(*ON, "--store", "chunks", *bound)
    assert ran.code == 2
    assert "workers do what is there" in ran.err


@pytest.mark.usefixtures("job")
def test_chunks_need_a_place(cli: Cli) -> None:
    assert "LIXASYNC_STORE_URL" in cli("job", "recall", "people.db").err


async def lend(box: Sandbox, path: Path) -> None:
    async with LixClient(box.key, base_url=box.url) as lix:
        await plan(Job.open(path, lix), path.parent / "chunks", size=4)


def test_a_job_that_was_called_back_goes_on_here(cli: Cli, sandbox: Sandbox, job: Path) -> None:
    anyio.run(lend, sandbox, job)
    ran = cli("job", "recall", "people.db", "--store", "chunks")
    assert ran.code == 0
    assert ran.err.splitlines()[0].startswith("0 of 10 inputs done")
    assert "go on with: lixasync job run people.db" in ran.err
    assert cli("job", "run", "people.db", *QUICK).code == 0
    assert [line["value"] for line in cli("job", "export", "people.db", "-").items] == people(sandbox, 10)
    ran = cli("job", "recall", "people.db", "--store", "chunks")
    assert (ran.code, "go on" in ran.err) == (0, False)
