"""What a command loads: what it needs, and no more."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from lixasync.cli.table import COMMANDS, GROUPS
from lixasync.sandbox import Sandbox

Spawn = Callable[..., "subprocess.Popen[bytes]"]
CODE = """\
import sys
from lixasync.cli import main
code = main(sys.argv[1:])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded(spawn: Spawn, *arguments: str) -> set[str]:
    process = spawn(*arguments, code=CODE)
    _, err = process.communicate()
    assert process.returncode == 0, err
    return set(err.decode().splitlines()[-1].split())


def commands(modules: set[str]) -> set[str]:
    """Which of the modules that hold commands are there."""
    return {f"lixasync.cli.{entry.target.partition(':')[0]}" for entry in COMMANDS.values()} & modules


@pytest.mark.parametrize("arguments", [["--help"], ["sales", "--help"], ["linkedin", "--help"], ["--version"]])
def test_help_of_groups_loads_no_command(spawn: Spawn, arguments: list[str]) -> None:
    modules = loaded(spawn, *arguments)
    assert commands(modules) == set()
    assert not modules & {"anyio", "asyncio", "httpx", "msgspec", "cattrs", "starlette", "lixasync.lix.client"}


def test_help_of_a_command_loads_no_client(spawn: Spawn) -> None:
    modules = loaded(spawn, "sales", "leads", "--help")
    assert commands(modules) == {"lixasync.cli.lix.sales"}
    assert not modules & {"httpx", "lixasync.lix.client", "lixasync.lix.sales", "lixasync.linkedin.client"}


def test_a_command_loads_its_own_section(spawn: Spawn, sandbox: Sandbox) -> None:
    modules = loaded(spawn, "account", "balances", "--rate", "1000/1")
    assert commands(modules) == {"lixasync.cli.lix.account"}
    assert "lixasync.lix.account" in modules
    foreign = {"lixasync.lix.sales", "lixasync.lix.search", "lixasync.lix.queries.filters", "lixasync.linkedin.client"}
    assert not modules & (foreign | {"starlette", "uvicorn", "lixasync.sandbox", "lixasync.cli.demo"})


def test_every_group_has_commands() -> None:
    assert {path[0] for path in COMMANDS if len(path) == 2} == set(GROUPS)
