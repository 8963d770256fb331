"""Help: every command has an example, the exit codes are told, and the defaults are the sandbox's own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version

import pytest
from cli_runs import OAUTH1, Ran

from lixasync import Limiter, LimitsSnapshot, RateLimit
from lixasync.cli import serving
from lixasync.cli.display import fill
from lixasync.cli.exits import MEANINGS
from lixasync.cli.progress import clock, plural, share, spent
from lixasync.cli.table import COMMANDS, GROUPS
from lixasync.limits.quota import Quota
from lixasync.sandbox import Settings

Cli = Callable[..., Ran]
OWN = ("linkedin connections", "linkedin search", "linkedin watch")
ALL = {" ".join(path): entry for path, entry in COMMANDS.items()}
ASKING = [command for command in ALL if command not in ("demo", "sandbox", "operations")]
SAME = {"enrichment person": "person"}


def test_version(cli: Cli) -> None:
    assert cli("--version").out.decode() == f"lixasync {version('lixasync')}\n"


def test_help_lists_commands_and_exit_codes(cli: Cli) -> None:
    text = cli("--help").out.decode()
    for word in (*(command.split()[0] for command in ALL), *MEANINGS.values()):
        assert word in text


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_lists_its_commands(cli: Cli, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ran = cli(group, "--help")
    assert (ran.code, ran.err) == (0, "")
    text = ran.out.decode()
    for path, entry in COMMANDS.items():
        if path[0] == group and len(path) == 2:
            assert f" {path[1]} " in text
            assert entry.about.replace("`", "") in text


@pytest.mark.parametrize("command", ALL)
def test_what_a_list_says_is_what_the_command_says(command: str) -> None:
    module, _, name = ALL[command].target.partition(":")
    own = inspect.getdoc(getattr(import_module(f"lixasync.cli.{module}"), name)) or ""
    assert own.splitlines()[0] == ALL[command].about


def test_what_is_the_same_as_what(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "lixasync search URL is the same as lixasync search people URL" in cli("search", "--help").out.decode()
    assert "lixasync person and lixasync enrichment person are the same" in cli("person", "--help").out.decode()
    assert "The same as lixasync account balances" in cli("balance", "--help").out.decode()
    assert "The same as lixasync balance" in cli("account", "balances", "--help").out.decode()


@pytest.mark.parametrize("kind", ["sales leads", "sales accounts", "search people"])
def test_how_values_of_filters_are_written(cli: Cli, kind: str) -> None:
    text = " ".join(cli(*kind.split(), "--help").out.decode().replace("│", " ").split())
    assert "id:1441, an id as lixasync sales facets shows it; or text:engineer" in text
    for option in (
        ("--company VALUE", "--partition-by FILTER", "--survey", "--plan") if kind != "sales accounts" else ()
    ):
        assert option in text


def test_help_of_linkedin_tells_its_commands_the_tokens_and_the_terms(cli: Cli) -> None:
    ran = cli("linkedin")
    assert (ran.code, ran.err) == (0, "")
    text = " ".join(ran.out.decode().split())
    for word in (*(command.split()[1] for command in OWN), *MEANINGS.values(), *OAUTH1, "LINKEDIN_ACCESS_TOKEN"):
        assert word in text
    assert "LinkedIn's terms forbid storing connections and search results" in text
    assert "--i-may-store" in text
    assert cli("linkedin", "--help").out == ran.out


@pytest.mark.parametrize("command", ALL)
def test_each_command_has_an_example(cli: Cli, command: str) -> None:
    ran = cli(*command.split(), "--help")
    assert ran.code == 0
    assert f"Example: lixasync {SAME.get(command, command)}" in ran.out.decode()


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


@pytest.mark.anyio
async def test_what_was_spent_is_told_by_kind() -> None:
    quota = Quota()
    assert spent(shot(quota)) == "nothing"
    for kind, amount in (("standard", 1200), ("org", 1), ("unstated", 2)):
        quota.spend(kind, amount)
    assert spent(shot(quota)) == "1,200 standard credits, 1 org credit, 2 credits"
    assert spent(shot(Quota({"search": 5}))) == "0 calls"


def shot(quota: Quota) -> LimitsSnapshot:
    return LimitsSnapshot(rate=Limiter(RateLimit(1, per=3.0)).snapshot(), quota=quota.snapshot())


def test_facts_are_never_broken() -> None:
    lines = fill([("rate used", "97 %"), ("next slot", "2.1 s"), ("waiting", "1")], 34)
    assert [line.plain for line in lines] == ["rate used 97 %   next slot 2.1 s", "waiting 1"]
