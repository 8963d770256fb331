"""Streams: what arrives on standard output and in files, and how a run goes on from another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_runs import QUICK, SEARCH, Ran, connections, lines, people

from lixasync import InvalidArgumentError
from lixasync.cli.output import Output
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]


def test_connections_are_lines_of_json_and_nothing_else(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("connections", "robin-marlowe", "--page-size", "50", *QUICK)
    assert (ran.code, ran.err) == (0, "")
    assert ran.items == connections(sandbox)


def test_a_people_search(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("search", SEARCH, *QUICK)
    assert (ran.code, ran.err) == (0, "")
    assert ran.items == people(sandbox, 45)
    assert set(sandbox.stats()["by_path"]) == {"/v1/li/linkedin/search/people"}


def test_a_search_of_sales_navigator(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("search", "https://www.linkedin.com/sales/search/people#query=(x)", *QUICK, "--max-items", "30")
    assert ran.code == 0
    assert ran.items == people(sandbox, 30)
    assert set(sandbox.stats()["by_path"]) == {"/v1/li/sales/search/people"}


def test_a_result_that_the_server_caps_is_said_to_be_cut_off(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.reset(search_results=1000, search_page_size=500)
    ran = cli("search", SEARCH, *QUICK)
    assert ran.code == 0
    assert len(ran.items) == 1000
    assert ran.err.startswith("CUT OFF (SERVER_CAP): 1,000 people; the server lists no further")
    assert "--resume" not in ran.err


def test_max_credits_stops_and_says_where_to_go_on(cli: Cli, sandbox: Sandbox) -> None:
    first = cli("connections", "robin-marlowe", "--page-size", "50", "--max-credits", "1", *QUICK)
    assert first.err.startswith("CUT OFF (MAX_CREDITS): 50 connections; ")
    rest = cli("connections", "robin-marlowe", "--resume", first.cursor, *QUICK)
    assert first.items + rest.items == connections(sandbox)


def test_a_repeated_page_leaves_a_cursor_to_try_again_with(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.reset(faults="repeat", fault_every=1)
    first = cli("connections", "robin-marlowe", "--page-size", "50", *QUICK)
    assert "CUT OFF (REPEATED_PAGE): 50 connections; " in first.err
    sandbox.reset(faults="")
    rest = cli("connections", "robin-marlowe", "--resume", first.cursor, *QUICK)
    assert first.items + rest.items == connections(sandbox)


def test_out_and_resume_append_exactly_the_rest(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "connections.jsonl"
    arguments = ("connections", "robin-marlowe", "--page-size", "50", "--out", str(file), *QUICK)
    first = cli(*arguments, "--max-items", "70")
    assert (first.code, first.out) == (0, b"")
    assert lines(file.read_bytes()) == connections(sandbox, 0, 70)
    second = cli(*arguments, "--resume", first.cursor)
    assert (second.code, second.out, second.err) == (0, b"", "")
    assert lines(file.read_bytes()) == connections(sandbox)


def test_a_file_that_holds_something_is_not_overwritten(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "connections.jsonl"
    file.write_bytes(b'{"mine": 1}\n')
    ran = cli("connections", "robin-marlowe", "--out", str(file), *QUICK)
    assert ran.code == 2
    assert "holds something already" in ran.err
    assert "--force" in ran.err
    assert file.read_bytes() == b'{"mine": 1}\n'
    assert sandbox.stats()["arrivals"] == 0


def test_force_overwrites(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "connections.jsonl"
    file.write_bytes(b"x" * 200_000)
    assert cli("connections", "robin-marlowe", "-o", str(file), "--force", *QUICK).code == 0
    assert lines(file.read_bytes()) == connections(sandbox)


def test_a_wrong_argument_harms_no_file(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "connections.jsonl"
    file.write_bytes(b"precious\n")
    assert cli("connections", "x", "--page-size", "1001", "-o", str(file), "--force").code == 2
    assert file.read_bytes() == b"precious\n"


@pytest.mark.parametrize("where", ["missing/file.jsonl", "."])
def test_a_file_that_cannot_be_opened(cli: Cli, sandbox: Sandbox, tmp_path: Path, where: str) -> None:
    ran = cli("connections", "robin-marlowe", "--out", str(tmp_path / where))
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_nothing_is_appended_behind_half_a_line(tmp_path: Path) -> None:
    file = tmp_path / "half.jsonl"
    file.write_bytes(b'{"a": 1}\n{"b"')
    with pytest.raises(InvalidArgumentError, match="middle of a line"):
        Output(file, append=True)


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    class Row:
        def to_dict(self) -> dict[str, int]:
            return {"a": 1}

    class Full:
        def __init__(self, file: object) -> None:
            self._file = file

        def write(self, data: memoryview) -> int:
            if len(data) < 9:
                raise OSError(28, "No space left on device")
            return self._file.write(data[:5])  # type: ignore[attr-defined, no-any-return] # any file

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

    file = tmp_path / "rows.jsonl"
    with Output(file) as output:
        output.write([Row()])
        output._file = Full(output._file)  # type: ignore[assignment] # writes like one
        with pytest.raises(OSError, match="No space"):
            output.write([Row(), Row()])
    assert file.read_bytes() == b'{"a":1}\n'


def test_a_full_device_is_reported_with_a_cursor(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("connections", "robin-marlowe", "--out", "/dev/full", *QUICK)
    assert ran.code == 1
    assert "The output cannot be written: No space left on device." in ran.err
    assert cli("connections", "robin-marlowe", "--resume", ran.cursor, *QUICK).items == connections(sandbox)


def test_persons_are_looked_up_one_after_another(cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
    links = [sandbox.person(index)["link"] for index in range(3)]
    assert cli("person", *links, *QUICK).items == people(sandbox, 3)


def test_a_person_who_is_not_there_does_not_hide_the_others(cli: Cli, sandbox: Sandbox) -> None:
    nobody = "https://www.linkedin.com/in/nobody"
    ran = cli("person", nobody, sandbox.person(0)["link"], *QUICK)
    assert ran.code == 6
    assert ran.items == people(sandbox, 1)
    assert nobody in ran.err


def test_balance(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("balance", "--daily", *QUICK)
    assert ran.code == 0
    balances, allowance = ran.items
    assert balances == {"email": 1000, "standard": 10000}
    assert allowance["requests_remaining"] == 10000
    assert len(cli("balance", *QUICK).items) == 1


@pytest.mark.usefixtures("quiet_logging")
def test_verbose_shows_requests_and_never_the_key(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.reset(faults="reset,503", fault_every=1)
    ran = cli("connections", "robin-marlowe", "-v", "--attempts", "2", *QUICK)
    assert ran.code == 8
    assert f"GET {sandbox.url}/v1/connections?viewer_id=robin-marlowe&start=0&count=1000: " in ran.err
    assert ": 503, " in ran.err
    assert "broke" in ran.err
    assert "again after" in ran.err
    assert sandbox.key not in ran.err + ran.out.decode()


@pytest.mark.usefixtures("quiet_logging")
def test_log_lines_of_others_are_masked_too(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from lixasync.cli import run

    original = run.deliver

    async def indiscreet(*arguments: object, **named: object) -> object:
        logging.getLogger("lixasync").info("the key is %s", sandbox.key)
        return await original(*arguments, **named)  # type: ignore[arg-type] # it takes what it was given

    monkeypatch.setattr(run, "deliver", indiscreet)
    ran = cli("connections", "robin-marlowe", "-v", *QUICK)
    assert "the key is ***" in ran.err
    assert sandbox.key not in ran.err
