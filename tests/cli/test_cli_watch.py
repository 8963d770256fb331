"""Watches: one line a change, each change once over any number of runs, and nothing of anybody in the state."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from cli_runs import MORNING, QUICK, Ran, connections, members
from rich.console import Console

from lixasync import StateError
from lixasync.cli.follow import _Vigil
from lixasync.cli.hints import LINKEDIN
from lixasync.polling.store import FileState
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
NOBODY: list[dict[str, Any]] = []


@pytest.fixture
def own(tmp_path: Path) -> tuple[str, ...]:
    """One poll of LinkedIn's own API."""
    return ("linkedin", "watch", "--once", "--state", str(tmp_path / "watermark"), *QUICK)


@pytest.fixture
def lix(tmp_path: Path) -> tuple[str, ...]:
    """One poll of the Lix API."""
    return ("watch", "robin-marlowe", "--once", "--state", str(tmp_path / "hashes"), *QUICK)


def items(ran: Ran, change: str) -> list[dict[str, Any]]:
    assert {line["change"] for line in ran.items} <= {change}
    return [line["item"] for line in ran.items]


def timeless(ran: Ran) -> list[dict[str, Any]]:
    """What was printed, without the moments of the server's clock."""
    return [{name: line[name] for name in line if name not in ("since", "until")} for line in ran.items]


class TestOnce:
    def test_each_new_connection_is_printed_once(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        assert cli(*own) == Ran(0, b"", "")
        first = sandbox.linkedin.connect()
        ran = cli(*own)
        assert (ran.code, ran.err) == (0, "")
        assert items(ran, "added") == members([sandbox.linkedin.member(first)])
        assert cli(*own) == Ran(0, b"", "")
        second = sandbox.linkedin.connect()
        assert items(cli(*own), "added") == members([sandbox.linkedin.member(second)])

    def test_a_line_says_when_and_who(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        number = sandbox.linkedin.connect()
        (line,) = cli(*own, "--fields", "id,first-name").items
        assert list(line) == ["change", "since", "until", "key", "item"]
        since, until = (datetime.fromisoformat(line[name]) for name in ("since", "until"))
        assert since + timedelta(minutes=5) <= datetime.now(UTC)
        assert since < until
        assert line["since"].endswith("Z")
        person = sandbox.linkedin.member(number, ":(id,first-name)")
        assert line["item"] == {"id": person["id"], "first_name": person["firstName"]}
        assert person["id"] not in line["key"]

    def test_changes_of_profiles(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        updated = (*own, "--modified", "updated")
        assert cli(*updated).items == NOBODY
        keys = []
        for _ in range(2):
            sandbox.linkedin.update(3)
            ran = cli(*updated)
            assert items(ran, "changed") == members([sandbox.linkedin.member(3)])
            keys.append(ran.items[0]["key"])
        assert keys[0] == keys[1]

    def test_a_watch_can_begin_earlier(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        since = datetime.fromtimestamp(sandbox.linkedin.now(), UTC) - timedelta(days=4)
        ran = cli(*own, "--since", f"{since:%Y-%m-%dT%H:%M:%SZ}", "--overlap", "0")
        number = len(ran.items)
        assert 0 < number < 60
        assert items(ran, "added") == members(sandbox.linkedin.connections()[:number])

    def test_the_state_holds_nothing_of_anybody(
        self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...], tmp_path: Path
    ) -> None:
        number = sandbox.linkedin.connect()
        assert len(cli(*own).items) == 1
        text = (tmp_path / "watermark").read_text()
        person = sandbox.linkedin.member(number)
        for name in ("id", "firstName", "lastName", "headline"):
            assert person[name] not in text
        assert sandbox.settings.linkedin_token not in text
        assert list(tmp_path.iterdir()) == [tmp_path / "watermark"]

    def test_everybody_who_is_added_and_gone(self, cli: Cli, sandbox: Sandbox, lix: tuple[str, ...]) -> None:
        first = cli(*lix)
        assert (first.code, first.err) == (0, "")
        assert items(first, "added") == connections(sandbox)
        assert cli(*lix) == Ran(0, b"", "")
        sandbox.reset(connections=118)
        assert timeless(cli(*lix)) == [{"change": "gone", "key": line["key"]} for line in first.items[118:]]
        sandbox.reset(connections=119)
        assert timeless(cli(*lix)) == timeless(first)[118:119]

    def test_an_interval_may_be_given_as_well(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        assert cli(*own, "--every", "15m").code == 0
        assert sandbox.linkedin.calls("connections") == 1


class TestFailures:
    def test_the_days_calls_are_used_up(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        sandbox.reset(linkedin_connection_calls=0, now=MORNING)
        ran = cli(*own)
        assert (ran.code, ran.out) == (5, b"")
        assert ran.err.startswith("error: Throttle limit for calls to this resource is reached.\n")
        assert "begins anew at midnight UTC" in ran.err
        assert "operation connections, HTTP 403" in ran.err
        assert "retry at 2026-11-02 00:00:00 UTC" in ran.err
        assert "balance" not in ran.err
        assert "--resume" not in ran.err

    def test_nothing_is_lost_by_a_failure(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        assert cli(*own).code == 0
        number = sandbox.linkedin.connect()
        assert cli(*own, "--base-url", f"{sandbox.url}/nowhere").code != 0
        assert items(cli(*own), "added") == members([sandbox.linkedin.member(number)])

    def test_the_lix_api_has_its_own_words(self, cli: Cli, sandbox: Sandbox, lix: tuple[str, ...]) -> None:
        sandbox.reset(daily_allowance=0)
        ran = cli(*lix)
        assert ran.code == 5
        assert "`lixasync balance --daily`" in ran.err

    def test_a_listing_that_is_not_whole_is_told(self, cli: Cli, sandbox: Sandbox, lix: tuple[str, ...]) -> None:
        before = list(logging.getLogger("lixasync").handlers)
        assert cli(*lix).code == 0
        sandbox.reset(connections=100, faults="repeat", fault_every=1)
        ran = cli(*lix, "--page-size", "40")
        assert (ran.code, ran.items) == (0, NOBODY)
        assert "The listing is not whole, so it does not tell who is gone" in ran.err
        assert logging.getLogger("lixasync").handlers == before

    def test_another_watch_of_the_same_state(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...]) -> None:
        assert cli(*own).code == 0
        ran = cli(*own, "--modified", "updated")
        assert (ran.code, ran.out) == (2, b"")
        assert "belongs to another watch" in ran.err
        assert "Give each watch a state of its own." in ran.err

    def test_a_damaged_state(self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...], tmp_path: Path) -> None:
        (tmp_path / "watermark").write_text("{}")
        ran = cli(*own)
        assert ran.code == 2
        assert "The saved state is damaged." in ran.err
        assert sandbox.stats()["arrivals"] == 0

    def test_a_state_that_cannot_be_kept(
        self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sandbox.linkedin.connect()
        saved = FileState._save
        saves: list[bytes] = []

        def second_fails(self: FileState, data: bytes) -> None:
            saves.append(data)
            if len(saves) == 2:
                raise OSError(28, "No space left on device")
            saved(self, data)

        monkeypatch.setattr(FileState, "_save", second_fails)
        ran = cli(*own)
        assert ran.code == 1
        assert f"error: {own[4]} cannot be kept: No space left on device." in ran.err
        assert "the next run prints the last changes again" in ran.err
        assert timeless(cli(*own)) == timeless(ran) != NOBODY

    @pytest.mark.parametrize(
        ("error", "why"),
        [(OSError(28, "No space left on device"), "No space left on device"), (StateError("It is not ours."), "It is")],
    )
    def test_an_interruption_when_the_state_cannot_be_kept(self, tmp_path: Path, error: Exception, why: str) -> None:
        class Unlucky:
            polls = 1

            async def commit(self) -> None:
                raise error

        vigil: Any = _Vigil(Unlucky(), None, Console(), None, "connections", LINKEDIN)  # type: ignore[arg-type] # not asked for
        assert anyio.run(vigil.parting, tmp_path).startswith(
            f"interrupted; the next run prints the last changes again: {why}"
        )

    def test_an_interruption_before_the_first_poll(
        self, cli: Cli, sandbox: Sandbox, own: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load = FileState._load

        def load_and_interrupt(self: FileState) -> str | None:
            signal.raise_signal(signal.SIGINT)
            return load(self)

        monkeypatch.setattr(FileState, "_load", load_and_interrupt)
        assert cli(*own) == Ran(130, b"", "interrupted\n")
        assert sandbox.stats()["arrivals"] == 0

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (("watch", "robin-marlowe", "--every", "1d"), "--state"),
            (("watch", "--every", "1d", "--state", "x"), "lixasync watch --help"),
            (
                ("watch", "robin-marlowe", "--state", "x"),
                "--every 15m polls each quarter of an hour; --once polls once",
            ),
            (("watch", "robin-marlowe", "--state", "x", "--every", "0"), "not a duration for --every"),
            (("watch", "robin-marlowe", "--state", "x", "--once", "--page-size", "1001"), "serves 1 to 1000"),
            (("linkedin", "watch", "--state", "x"), "--every 15m"),
            (("linkedin", "watch", "--state", "x", "--every", "15x"), "'15x' is not a duration for --every"),
            (("linkedin", "watch", "--state", "x", "--once", "--overlap", "5y"), "not a duration for --overlap"),
            (("linkedin", "watch", "--state", "x", "--once", "--since", "1793521800"), "not seconds"),
            (("linkedin", "watch", "--state", "x", "--once", "--since", "2099-01-01"), "lies in the future"),
            (("linkedin", "watch", "--state", "x", "--once", "--fields", "headline"), "--fields 'id,headline'"),
            (("linkedin", "watch", "--state", "x", "--once", "--fields", "hedline"), "Did you mean 'headline'?"),
            (("linkedin", "watch", "--state", "missing/x", "--once"), "There is no directory"),
        ],
    )
    def test_bad_arguments(
        self,
        cli: Cli,
        sandbox: Sandbox,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        arguments: tuple[str, ...],
        text: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = cli(*arguments)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("error: ")
        assert text in ran.err
        assert sandbox.stats()["arrivals"] == 0
        assert list(tmp_path.iterdir()) == []
