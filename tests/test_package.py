"""The package's face: lazy, complete, cheap, and typed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest

import lixasync

SOURCE = Path(lixasync.__file__)
PARENT = SOURCE.parent


def test_names_for_type_checkers_and_names_for_python_are_the_same() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    declared = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert declared == {name: f"lixasync.{home}" for name, home in lixasync._HOMES.items()}


@pytest.mark.parametrize("name", lixasync.__all__)
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(lixasync, name)
    assert value.__name__ == name
    assert value.__doc__
    assert name in dir(lixasync)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        lixasync.nonsense  # noqa: B018


def test_the_version() -> None:
    assert lixasync.__version__ == version("lixasync")


def test_importing_it_loads_next_to_nothing() -> None:
    """Law 13: what is not used is not loaded."""
    script = "import sys; import lixasync; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "lixasync" in loaded
    heavy = {"httpx", "anyio", "asyncio", "attrs", "attr", "cattrs", "msgspec", "rich", "cyclopts", "starlette"}
    assert not heavy & set(loaded)
    assert [name for name in loaded if name.startswith("lixasync.")] == []


def test_a_rate_limit_needs_no_http_library() -> None:
    script = "import sys; from lixasync import RateLimit; RateLimit(1, per=3.0); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"httpx", "cattrs"} & set(loaded)


def test_what_is_needed_without_extras() -> None:
    needed = [each for each in requires("lixasync") or () if "extra ==" not in each]
    assert {re.match(r"[\w-]+", each)[0] for each in needed} == {"anyio", "attrs", "cattrs", "httpx", "msgspec"}  # type: ignore[index] # they have names


def test_a_client_loads_nothing_of_any_extra() -> None:
    script = """
import sys, lixasync
from lixasync import LinkedInClient, LixClient
from lixasync.bulk import Job
client, other = LixClient("key"), LinkedInClient("token")
Job("nowhere.db", client.enrichment.person)
print(*sorted(sys.modules))
"""
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "lixasync.lix.client" in loaded
    extras = {"httpx2", "redis", "docket", "taskiq", "obstore", "asyncpg", "fastapi", "dlt", "opentelemetry", "duckdb"}
    assert not extras & set(loaded)
    rooms = ("lixasync.engines", "lixasync.limits.shared", "lixasync.fastapi", "lixasync.dlt", "lixasync.otel")
    assert not [name for name in loaded if name.startswith(rooms)]


def test_no_file_holds_two_subjects() -> None:
    long = {
        str(path): lines
        for path in PARENT.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


@pytest.mark.parametrize("adapter", ["httpx.py", "httpx2.py"])
def test_adapters_stay_small(adapter: str) -> None:
    assert len((PARENT / "transport" / adapter).read_text(encoding="utf-8").splitlines()) < 60


def test_no_generator_holds_a_scope() -> None:
    """Law 8: an async generator that is left early would end its scopes in another task; so there is none.

    What makes a context manager is none that anybody could leave early.
    """
    rooms = [path for path in PARENT.rglob("*.py") if path.relative_to(PARENT).parts[0] not in ("sandbox", "cli")]
    generators = [
        f"{path.name}:{node.lineno}"
        for path in rooms
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
        and "asynccontextmanager" not in {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
        and any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
    ]
    assert not generators


def test_it_is_typed() -> None:
    assert (PARENT / "py.typed").exists()
