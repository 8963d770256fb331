"""Help: every command has an example, the exit codes are told, and the defaults are the sandbox's own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib.metadata import version

import pytest
from cli_runs import OAUTH1, Ran

from lixasync.cli import serving
from lixasync.cli.display import fill
from lixasync.cli.exits import MEANINGS
from lixasync.cli.progress import clock, plural, share
from lixasync.sandbox import Settings

Cli = Callable[..., Ran]
OWN = ("linkedin connections", "linkedin search", "linkedin watch")
ASKING = ("connections", "search", "watch", "person", "balance", *OWN)
COMMANDS = ("demo", "sandbox", *ASKING)


def test_version(cli: Cli) -> None:
    assert cli("--version").out.decode() == f"lixasync {version('lixasync')}\n"


def test_help_lists_commands_and_exit_codes(cli: Cli) -> None:
    text = cli("--help").out.decode()
    for word in (*(command.split()[0] for command in COMMANDS), *MEANINGS.values()):
        assert word in text


def test_help_of_linkedin_tells_its_commands_the_tokens_and_the_terms(cli: Cli) -> None:
    ran = cli("linkedin")
    assert (ran.code, ran.err) == (0, "")
    text = " ".join(ran.out.decode().split())
    for word in (*(command.split()[1] for command in OWN), *MEANINGS.values(), *OAUTH1, "LINKEDIN_ACCESS_TOKEN"):
        assert word in text
    assert "LinkedIn's terms forbid storing connections and search results" in text
    assert "--i-may-store" in text
    assert cli("linkedin", "--help").out == ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_an_example(cli: Cli, command: str) -> None:
    ran = cli(*command.split(), "--help")
    assert ran.code == 0
    assert f"Example: lixasync {command}" in ran.out.decode()


@pytest.mark.parametrize("command", ASKING)
def test_no_option_takes_the_key_or_a_token(cli: Cli, command: str) -> None:
    text = cli(*command.split(), "--help").out.decode()
    assert not re.search(r"-(key|token|secret)\b", text)


@pytest.mark.parametrize("command", OWN)
def test_each_command_of_linkedin_says_where_its_token_comes_from(cli: Cli, command: str) -> None:
    assert "LINKEDIN_ACCESS_TOKEN" in cli(*command.split(), "--help").out.decode()


@pytest.mark.parametrize("command", ["watch", "linkedin watch"])
def test_the_lines_of_a_watch_are_shown(cli: Cli, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    text = cli(*command.split(), "--help").out.decode()
    for word in ('{"change": "added", ', '{"change": "changed", ', "--every", "--state", "--once", "cron", "Ctrl-C"):
        assert word in text


def test_the_sandbox_commands_defaults_are_the_sandboxs(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Settings()
    names = {"start_credits": "credits", "fault": "faults", "viewer": "viewers"}
    for name, parameter in inspect.signature(serving.sandbox).parameters.items():
        if name not in ("host", "port", "fault_every", "linkedin_news"):
            assert parameter.default == getattr(usual, names.get(name, name)), name


def test_durations_and_shares() -> None:
    assert [clock(seconds) for seconds in (0.9, 61, 3725)] == ["0:00", "1:01", "1:02:05"]
    assert [share(value) for value in (None, 0.974, 1.004)] == ["-", "97 %", "100 %"]
    assert [plural(number, "page") for number in (0, 1, 1200)] == ["0 pages", "1 page", "1,200 pages"]


def test_facts_are_never_broken() -> None:
    lines = fill([("rate used", "97 %"), ("next slot", "2.1 s"), ("waiting", "1")], 34)
    assert [line.plain for line in lines] == ["rate used 97 %   next slot 2.1 s", "waiting 1"]
