"""Jobs on the command line: made, gone on with, stopped, tried again and exported, over real HTTP."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shlex
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest
from cli_runs import QUICK, SEARCH, Ran, connections, lines, members, people

from lixasync.cli.bulk.results import write_results
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
GONE = "https://www.linkedin.com/in/nobody-at-all"
TEN = "10 of 10 inputs done, 0 failed, 10 requests, 10 standard credits"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, so that commands are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def links(sandbox: Sandbox, folder: Path) -> list[str]:
    """Ten profiles, in ``people.csv`` with the column ``link``."""
    found = [str(sandbox.person(index)["link"]) for index in range(10)]
    rows = "".join(f"{number},{link}\n" for number, link in enumerate(found))
    (folder / "people.csv").write_text(f"number,link\n{rows}")
    return found


def enrich(*more: str) -> tuple[str, ...]:
    return ("enrich", "people.csv", "--column", "link", "--job", "people.db", *QUICK, *more)


def again(ran: Ran) -> list[str]:
    """The command that goes on, as it was told."""
    command = next(line for line in ran.err.splitlines() if line.startswith("  go on with: lixasync "))
    return shlex.split(command.removeprefix("  go on with: lixasync "))


def values(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line["value"] for line in found if line["value"] is not None]


def asked(box: Sandbox, path: str) -> int:
    """How many requests for a path arrived."""
    return sum(event["path"] == path for event in box.events())


class TestEnrich:
    def test_a_job_from_beginning_to_end(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli(*enrich("--out", "people.jsonl"))
        assert (ran.code, ran.out) == (0, b"")
        first, last, stored = ran.err.splitlines()
        assert first.startswith("enrichment.person: 0 of ")
        assert last == f"complete: {TEN}"
        assert stored == "10 rows in people.jsonl"
        found = lines(Path("people.jsonl").read_bytes())
        assert [line["input"] for line in found] == links
        assert values(found) == people(sandbox, 10)

    def test_nothing_is_asked_twice(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        cli(*enrich())
        sandbox.reset()
        for command in (enrich(), ("enrich", "--job", "people.db"), ("job", "run", "people.db")):
            assert cli(*command, "--quiet") == Ran(0, b"", f"complete: {TEN}\n")
        assert sandbox.stats()["arrivals"] == 0

    def test_inputs_that_are_added(self, cli: Cli, sandbox: Sandbox, links: list[str], folder: Path) -> None:
        cli(*enrich())
        more = [str(sandbox.person(index)["link"]) for index in (9, 10, 11)]
        (folder / "more.txt").write_text("\n".join(more))
        ran = cli("job", "run", "people.db", "more.txt", "--quiet", *QUICK)
        assert ran == Ran(0, b"", "complete: 12 of 12 inputs done, 0 failed, 12 requests, 12 standard credits\n")
        assert values(cli("job", "export", "people.db", "-").items) == people(sandbox, 12)

    def test_from_standard_input(
        self, cli: Cli, sandbox: Sandbox, links: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given = io.TextIOWrapper(io.BytesIO("\n".join(links[:2]).encode()))
        monkeypatch.setattr(sys, "stdin", given)
        ran = cli("enrich", "-", "--input", links[2], "--job", "people.db", "--quiet", *QUICK)
        assert ran.code == 0
        assert [line["input"] for line in cli("job", "export", "people.db", "-").items] == [links[2], *links[:2]]

    def test_another_method_and_its_argument(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        slugs = [link.rpartition("/")[2] for link in links[:3]]
        given = [word for slug in slugs for word in ("--input", slug)]
        options = ("--with", "ids", "--argument", "li-flagship-id", "--job", "ids.db", "--quiet", *QUICK)
        ran = cli("enrich", *given, *options)
        assert ran == Ran(0, b"", "complete: 3 of 3 inputs done, 0 failed, 3 requests, 3 org credits\n")
        found = cli("job", "export", "ids.db", "-").items
        assert [line["input"] for line in found] == [{"li_flagship_id": slug} for slug in slugs]

    def test_inputs_that_fail_are_results_too(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli("enrich", "--input", GONE, "--input", links[0], "--job", "people.db", "--quiet", *QUICK)
        assert ran.code == 0
        assert ran.err.startswith("complete: 1 of 2 inputs done, 1 failed (NotFoundError 1), 2 requests, ")
        gone, found = cli("job", "export", "people.db", "-").items
        assert (gone["input"], gone["value"], gone["error"]["class"]) == (GONE, None, "NotFoundError")
        assert values([found]) == people(sandbox, 1)

    def test_a_job_that_was_killed_at_its_beginning(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        Path("people.db").touch()
        assert cli(*enrich("--quiet")) == Ran(0, b"", f"complete: {TEN}\n")


class TestFetch:
    def test_all_pages(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(
            *("fetch", "connections", "--input", "robin-marlowe", "--param", "page-size=50", "--job", "c.db"),
            *("--out", "c.csv", "--no-warm-up", "--quiet", *QUICK),
        )
        assert ran.code == 0
        assert ran.err == "complete: 1 of 1 input done, 0 failed, 3 requests, 3 credits\n120 rows in c.csv\n"
        with Path("c.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["link"] for row in rows] == [each["link"] for each in connections(sandbox)]
        assert values(cli("job", "export", "c.db", "-").items) == connections(sandbox)

    def test_a_file_of_searches(self, cli: Cli, sandbox: Sandbox, folder: Path) -> None:
        (folder / "searches.jsonl").write_text(json.dumps({"id": 1, "url": SEARCH}) + "\n")
        command = ("fetch", "search", "searches.jsonl", "--column", "url", "--job", "s.db", "--quiet", *QUICK)
        assert cli(*command).code == 0
        assert values(cli("job", "export", "s.db", "-").items) == people(sandbox, 45)

    def test_arguments_alone(self, cli: Cli, sandbox: Sandbox) -> None:
        command = ("fetch", "search", "--param", "keywords=engineer", "--job", "s.db", "--quiet", *QUICK)
        assert cli(*command).code == 0
        assert cli(*command).err == cli("job", "run", "s.db", "--quiet").err
        assert values(cli("job", "export", "s.db", "-").items) == people(sandbox, 45)

    def test_arguments_alone_of_a_job_that_was_killed_at_its_beginning(self, cli: Cli, sandbox: Sandbox) -> None:
        command = ("fetch", "search", "--param", "keywords=engineer", "--job", "s.db", "--quiet", *QUICK)
        assert cli(*command, "--plan").items[0]["status"]["inputs"] == 1
        with contextlib.closing(sqlite3.connect("s.db")) as file, file:
            file.execute("DELETE FROM inputs")
            file.execute("UPDATE tally SET given = 0, inputs = 0")
        assert cli(*command).code == 0
        assert values(cli("job", "export", "s.db", "-").items) == people(sandbox, 45)

    def test_another_viewer(self, cli: Cli, sandbox: Sandbox) -> None:
        viewer = ("--viewer-id", "robin-marlowe")
        assert cli("fetch", "search", "--input", SEARCH, "--job", "s.db", *viewer, *QUICK).code == 0
        assert cli("job", "run", "s.db", *viewer).code == 0
        ran = cli("job", "run", "s.db", "--viewer-id", "somebody-else")
        assert ran.code == 2
        assert "This job was made to ask as robin-marlowe, not as somebody-else." in ran.err
        assert "viewer_id=robin-marlowe" in sandbox.events()[-1]["query"]
        more = f"{SEARCH}&page=2"
        assert cli("job", "run", "s.db", "--input", more, *QUICK).code == 0
        assert "viewer_id=robin-marlowe" in sandbox.events()[-1]["query"]

    @pytest.mark.parametrize("command", [("enrich",), ("fetch", "connections", "--param", "page_size=5")])
    def test_nothing_to_ask_about(self, cli: Cli, sandbox: Sandbox, command: tuple[str, ...]) -> None:
        ran = cli(*command, "--job", "new.db")
        assert ran.code == 2
        assert "new.db holds no inputs" in ran.err
        assert not Path("new.db").exists()

    def test_an_option_that_is_not_there(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("fetch", "connections", "--imput=robin-marlowe", "--job", "c.db")
        assert ran.code == 2
        assert "It is no option of this command; a file of that name is written ./--imput=robin-marlowe" in ran.err

    def test_a_directory_that_is_not_there(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("fetch", "connections", "--input", "robin-marlowe", "--job", "nowhere/c.db")
        assert ran.code == 1
        assert "There is no directory" in ran.err
        assert "go on with" not in ran.err

    @pytest.mark.usefixtures("quiet_logging")
    def test_each_request_is_told(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("fetch", "connections", "--input", "robin-marlowe", "--job", "c.db", "--verbose", *QUICK)
        assert "GET http://127.0.0.1" in ran.err
        assert sandbox.key not in ran.err

    def test_a_file_that_is_not_there(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("fetch", "connections", "robin-marlowe", "--job", "c.db")
        assert ran.code == 2
        assert "write --input robin-marlowe" in ran.err
        assert sandbox.stats()["arrivals"] == 0


class TestHints:
    """What to do is said in options, not in Python."""

    def test_a_column_that_is_not_said(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli("enrich", "people.csv", "--job", "people.db")
        assert ran.code == 2
        assert "\n  Give one by --column; there are: number, link.\n" in ran.err

    def test_an_argument_of_all_inputs(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli(*enrich("--param", "profile_link=x"))
        assert ran.code == 2
        assert "\n  Leave it out of --param, or give inputs as objects in JSON Lines.\n" in ran.err

    def test_no_job(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("job", "status", "nothing.db")
        assert "\n  Make one with `lixasync enrich` or `lixasync fetch`, or check the path.\n" in ran.err

    def test_no_permission(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*TestLinkedIn.OWN)
        assert "--permission 'LinkedIn permitted us ... on ...'" in ran.err
        assert "use `lixasync linkedin`." in ran.err

    def test_no_such_error(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        cli(*enrich("--plan"))
        ran = cli("job", "retry", "people.db", "--only", "NotFound")
        assert ran.code == 2
        assert "`lixasync job status` tells which there are." in ran.err


class TestLinkedIn:
    OWN = ("fetch", "linkedin.connections", "--job", "own.db", *QUICK)

    def test_without_permission_nothing_is_stored(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*self.OWN)
        assert ran.code == 2
        assert "permission" in ran.err
        assert sandbox.stats()["arrivals"] == 0

    def test_with_permission(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*self.OWN, "--permission", "Contract 12-7 with LinkedIn", "--quiet")
        assert ran.code == 0
        assert ran.err.startswith("complete: 1 of 1 input done, 0 failed, 1 request, ")
        assert cli("job", "run", "own.db", "--quiet").err == ran.err
        found = values(cli("job", "export", "own.db", "-").items)
        assert found == members(sandbox.linkedin.connections())


class TestBounds:
    def test_credits(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli(*enrich("--max-credits", "4", "--out", "people.jsonl"))
        assert ran.code == 9
        assert "STOPPED (CREDITS): the next request may cost more than --max-credits leaves\n" in ran.err
        assert "  4 of 10 inputs done, 0 failed, 4 requests, 4 standard credits\n" in ran.err
        assert not Path("people.jsonl").exists()
        command = again(ran)
        assert command[:3] == ["job", "run", "people.db"]
        assert cli(*command).code == 9
        ran = cli(*command)
        assert ran.code == 0
        assert f"complete: {TEN}\n10 rows in people.jsonl\n" in ran.err
        assert values(lines(Path("people.jsonl").read_bytes())) == people(sandbox, 10)

    def test_a_deadline(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli("enrich", "people.csv", "--column", "link", "--job", "people.db", "--deadline", "0.2s")
        assert ran.code == 9
        assert "STOPPED (DEADLINE): the time of --deadline is over\n" in ran.err
        assert again(ran) == ["job", "run", "people.db", "--deadline", "0.2s"]
        assert cli(*enrich("--quiet")).err == f"complete: {TEN}\n"

    @pytest.mark.parametrize(
        ("changes", "code", "words"),
        [
            ({"credits": 3}, 4, ("STOPPED (CREDITS): the account is out of credits", "`lixasync balance`")),
            ({"key": "another"}, 3, ("error: the key is not allowed here", "Check LIX_API_KEY")),
            ({"daily_allowance": 3}, 5, ("STOPPED (DAILY_LIMIT): ", "  from ")),
            ({"faults": "503", "fault_every": 1}, 8, ("STOPPED (FAILURES): ", "The server failed.")),
        ],
    )
    def test_what_the_api_refuses(
        self, cli: Cli, sandbox: Sandbox, links: list[str], changes: dict[str, Any], code: int, words: tuple[str, ...]
    ) -> None:
        usual = sandbox.settings
        sandbox.reset(**changes)
        more = ("--attempts", "1", "--max-failures", "2", "--on-limit", "stop", "--concurrency", "1")
        ran = cli(*enrich(*more))
        assert ran.code == code
        for word in words:
            assert word in ran.err
        assert "Traceback" not in ran.err
        sandbox.reset(key=usual.key, credits=100, faults="", daily_allowance=100, fault_every=0)
        cli("job", "retry", "people.db")
        assert cli(*again(ran)).code == 0
        assert values(cli("job", "export", "people.db", "-").items) == people(sandbox, 10)

    def test_a_viewer_who_is_not_connected(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(viewers="somebody-else")
        ran = cli("fetch", "connections", "--input", "robin-marlowe", "--job", "c.db", *QUICK)
        assert ran.code == 0
        assert "1 failed (ViewerError 1)" in ran.err

    @pytest.mark.parametrize(
        ("option", "value"), [("--concurrency", "0"), ("--deadline", "soon"), ("--max-credits", "-1"), ("--rate", "x")]
    )
    def test_what_cannot_be(self, cli: Cli, sandbox: Sandbox, links: list[str], option: str, value: str) -> None:
        assert cli(*enrich(f"{option}={value}")).code == 2
        assert sandbox.stats()["arrivals"] == 0


class TestPlan:
    def test_says_what_is_left_and_asks_nothing(self, cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
        ran = cli("enrich", "people.csv", "--column", "link", "--job", "people.db", "--plan")
        assert (ran.code, ran.err) == (0, "")
        (plan,) = ran.items
        assert (plan["requests"], plan["credits"], plan["credit_kind"], plan["exact"]) == (10, 10, "standard", True)
        assert plan["status"]["to_do"] == 10
        assert 20 <= plan["seconds"] <= 40
        assert cli("job", "plan", "people.db").items == [plan]
        assert sandbox.stats()["arrivals"] == 0
        assert cli("job", "run", "people.db", "--quiet", *QUICK).err == f"complete: {TEN}\n"
        assert cli("job", "plan", "people.db").items[0]["requests"] == 0


class TestFiles:
    @pytest.fixture(autouse=True)
    def keyless(self, cli: Cli, sandbox: Sandbox, links: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        """A job of two inputs, of which one failed; and no key."""
        cli("enrich", "--input", GONE, "--input", links[0], "--job", "people.db", "--quiet", *QUICK)
        monkeypatch.delenv("LIX_API_KEY")

    def test_status(self, cli: Cli) -> None:
        (status,) = cli("job", "status", "people.db").items
        assert (status["method"], status["done"], status["failures"]) == ("enrichment.person", 1, {"NotFoundError": 1})
        assert status["stopped"] == "finished"

    def test_status_on_a_terminal(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert "│ NotFoundError │" in " ".join(cli("job", "status", "people.db").out.decode().split())
        assert cli("job", "status", "people.db", "--json").items[0]["failed"] == 1

    def test_retry(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        ran = cli("job", "retry", "people.db", "--only", "ServerError", "--only", "TransportError")
        assert ran == Ran(0, b"", "no input has failed like that\n")
        ran = cli("job", "retry", "people.db", "--only", "APIError")
        assert ran == Ran(0, b"", "1 input will be tried again by: lixasync job run people.db\n")
        assert cli("job", "status", "people.db").items[0]["to_do"] == 1
        assert cli("job", "run", "people.db").code == 2
        monkeypatch.setenv("LIX_API_KEY", sandbox.key)
        assert "1 of 2 inputs done, 1 failed (NotFoundError 1), 3 requests, " in cli("job", "run", "people.db").err

    @pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet", "out.duckdb"])
    def test_export(self, cli: Cli, name: str) -> None:
        assert cli("job", "export", "people.db", name) == Ran(0, b"", f"2 rows in {name}\n")
        ran = cli("job", "export", "people.db", name)
        assert ran.code == 2
        assert ran.err == f"error: {name} holds something already.\n  Use --force to replace it.\n"
        assert cli("job", "export", "people.db", name, "--force").code == 0

    @pytest.mark.parametrize("name", ["out.xlsx", "nowhere/out.csv"])
    def test_an_export_that_cannot_be(self, cli: Cli, sandbox: Sandbox, name: str) -> None:
        assert cli("job", "export", "people.db", name).code == 2
        assert cli("enrich", "--input", "x", "--job", "new.db", "--out", name).code == 2
        assert not Path("new.db").exists()

    @pytest.mark.anyio
    async def test_an_interrupted_export_says_so(self, capsys: pytest.CaptureFixture[str]) -> None:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await write_results(Path("people.db"), "out.csv", force=False)
        assert capsys.readouterr().err.endswith("interrupted\n")

    def test_no_standard_output(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        assert cli("job", "export", "people.db", "-").code == 2

    @pytest.mark.parametrize("command", [("status",), ("plan",), ("run",), ("retry",), ("export", "-")])
    def test_a_job_that_is_not_there(self, cli: Cli, command: tuple[str, ...]) -> None:
        name, *more = command
        ran = cli("job", name, "nothing.db", *more)
        assert (ran.code, ran.out) == (1, b"")
        assert ran.err.startswith("error: ")
        assert "nothing.db" in ran.err
        assert not Path("nothing.db").exists()

    def test_a_file_that_is_no_job(self, cli: Cli) -> None:
        ran = cli("job", "status", "people.csv")
        assert (ran.code, ran.out) == (1, b"")

    def test_a_job_of_another_method(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIX_API_KEY", sandbox.key)
        ran = cli("enrich", "--with", "email", "--job", "people.db")
        assert ran.code == 1
        assert "enrichment.person" in ran.err


def test_moments_are_told_in_utc(cli: Cli, sandbox: Sandbox, links: list[str]) -> None:
    sandbox.reset(daily_allowance=1, now=datetime(2026, 11, 1, 8, 30, tzinfo=UTC).timestamp())
    ran = cli(*enrich("--on-limit", "stop"))
    assert ran.code == 5
    assert ran.err.splitlines()[-1].endswith(" UTC on")
