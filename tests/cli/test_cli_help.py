"""Help: every command has an example, the exit codes are told, and the defaults are the sandbox's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.metadata import version

import pytest
from cli_runs import Ran

from lixasync.cli import serving
from lixasync.cli.exits import MEANINGS
from lixasync.cli.progress import clock, fill, plural, share
from lixasync.sandbox import Settings

Cli = Callable[..., Ran]
COMMANDS = ("demo", "sandbox", "connections", "search", "person", "balance")


def test_version(cli: Cli) -> None:
    assert cli("--version").out.decode() == f"lixasync {version('lixasync')}\n"


def test_help_lists_commands_and_exit_codes(cli: Cli) -> None:
    text = cli("--help").out.decode()
    for word in (*COMMANDS, *MEANINGS.values()):
        assert word in text


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_an_example(cli: Cli, command: str) -> None:
    ran = cli(command, "--help")
    assert ran.code == 0
    assert f"Example: lixasync {command}" in ran.out.decode()


@pytest.mark.parametrize("command", ["connections", "search", "person", "balance"])
def test_no_option_takes_the_key(cli: Cli, command: str) -> None:
    assert "-key" not in cli(command, "--help").out.decode()


def test_the_sandbox_commands_defaults_are_the_sandboxs(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    names = {"start_credits": "credits", "fault": "faults", "viewer": "viewers"}
    for name, parameter in inspect.signature(serving.sandbox).parameters.items():
        if name not in ("host", "port", "fault_every"):
            assert parameter.default == getattr(usual, names.get(name, name)), name


def test_durations_and_shares() -> None:
    assert [clock(seconds) for seconds in (0.9, 61, 3725)] == ["0:00", "1:01", "1:02:05"]
    assert [share(value) for value in (None, 0.974, 1.004)] == ["-", "97 %", "100 %"]
    assert [plural(number, "page") for number in (0, 1, 1200)] == ["0 pages", "1 page", "1,200 pages"]


def test_facts_are_never_broken() -> None:
    lines = fill([("rate used", "97 %"), ("next slot", "2.1 s"), ("waiting", "1")], 34)
    assert [line.plain for line in lines] == ["rate used 97 %   next slot 2.1 s", "waiting 1"]
