"""The command as a process: signals, pipes, terminals, locales, and packages that are missing."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cli_runs import QUICK, SEARCH, Ran, connections, lines, people

from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.processes

Cli = Callable[..., Ran]
Spawn = Callable[..., "subprocess.Popen[bytes]"]
SLOW = ("connections", "robin-marlowe", "--page-size", "5", *QUICK)


def finished(process: subprocess.Popen[bytes], before: bytes = b"") -> Ran:
    """Read what is left and wait for the end."""
    assert process.stdout is not None
    assert process.stderr is not None
    out = before + process.stdout.read()
    err = process.stderr.read().decode()
    return Ran(process.wait(), out, err)


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Open a pseudo-terminal: the end to look at, and the end for the process."""
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)


def seen(ours: int, theirs: int) -> str:
    """Return everything that appears on a terminal until its process ends."""
    os.close(theirs)
    parts: list[bytes] = []
    while True:
        select.select([ours], [], [])
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux reports the end of a terminal as an error
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_an_interrupted_run_goes_on_where_it_ended(
    cli: Cli, spawn: Spawn, sandbox: Sandbox, number: signal.Signals
) -> None:
    sandbox.reset(latency=0.1)
    process = spawn(*SLOW)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(number)
    ran = finished(process, first)
    assert ran.code == 130
    assert ran.err == f"interrupted; go on with: --resume {ran.cursor}\n"
    assert 0 < len(ran.items) < 120
    sandbox.reset(latency=0)
    rest = cli(*SLOW, "--resume", ran.cursor)
    assert ran.items + rest.items == connections(sandbox)


def test_an_interrupted_file_holds_whole_lines(cli: Cli, spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.1)
    file = tmp_path / "connections.jsonl"
    process = spawn(*SLOW, "--out", str(file), "-v")
    assert process.stderr is not None
    for _ in range(3):
        assert b"GET http://127.0.0.1" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert "Traceback" not in ran.err
    assert 10 <= len(lines(file.read_bytes())) < 120
    sandbox.reset(latency=0)
    assert cli(*SLOW, "--out", str(file), "--resume", ran.cursor).code == 0
    assert lines(file.read_bytes()) == connections(sandbox)


def test_interrupted_look_ups_name_those_left(spawn: Spawn, sandbox: Sandbox) -> None:
    links = [sandbox.person(index)["link"] for index in range(3)]
    process = spawn("person", *links, "--rate", "1/60")
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    ran = finished(process, first)
    assert ran.code == 130
    assert ran.items == people(sandbox, 1)
    assert ran.err == f"interrupted\n  not looked up: {links[1]} {links[2]}\n"


def test_an_interrupted_survey(spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.05, leads=2600)
    process = spawn("sales", "leads", "--keywords", "x", "--partition-by", "functions", "--survey", "-v", *QUICK)
    assert process.stderr is not None
    for _ in range(3):
        assert b"GET http://127.0.0.1" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert (ran.code, ran.out) == (130, b"")
    assert ran.err.endswith("interrupted\n")


def test_a_reader_that_has_enough_is_no_failure(spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.1)
    process = spawn(*SLOW)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    assert sandbox.stats()["arrivals"] < 24


def test_progress_is_on_the_terminal_and_json_in_the_file(spawn: Spawn, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(latency=0.05, search_results=120)
    file = tmp_path / "people.jsonl"
    with terminal() as (ours, theirs), file.open("wb") as out:
        process = spawn("search", SEARCH, *QUICK, stdout=out, stderr=theirs)
        screen = seen(ours, theirs)
        assert process.wait() == 0
    assert lines(file.read_bytes()) == people(sandbox, 120)
    for word in ("pages", "requests", "rate used", "next slot", "waiting", "credits", "elapsed", "of 120"):
        assert word in screen
    assert "complete: " in screen
    assert "120 people (12 pages, 12 standard credits, 0:0" in screen


def test_progress_of_lookc_is_that_of_its_own_rate(spawn: Spawn, sandbox: Sandbox) -> None:
    company = httpx.get(
        f"{sandbox.url}/v1/organisation/ids?sales_nav_id=1013", headers={"authorization": sandbox.key}, trust_env=False
    ).json()["organisationIds"]["uuid"]
    sandbox.reset(latency=0.3, search_results=300)
    with terminal() as (ours, theirs):
        process = spawn(
            *("lookc", "employees", company, "--lookc-url", sandbox.url), stdout=subprocess.DEVNULL, stderr=theirs
        )
        screen = seen(ours, theirs)
        assert process.wait() == 0
    assert {int(number) for number in re.findall(r"requests \x1b\[0m(\d+)", screen)} >= {1, 2}
    assert "60 employees (" in screen


def test_lines_and_progress_share_a_terminal(spawn: Spawn, sandbox: Sandbox) -> None:
    sandbox.reset(latency=0.02, variant="bare", faults="429-after", fault_every=5)
    with terminal() as (ours, theirs):
        process = spawn(*SLOW, "--max-items", "30", stdout=theirs, stderr=theirs)
        screen = seen(ours, theirs)
        assert process.wait() == 0
    for item in connections(sandbox, 0, 30):
        assert f'"link":"{item["link"]}"' in screen
    assert "held back by a 429" in screen
    assert "CUT OFF (MAX_ITEMS): " in screen


def test_no_colour_where_none_is_wanted(spawn: Spawn, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = finished(spawn("connections", "robin-marlowe", "--page-size", "30", *QUICK))
    assert (ran.code, ran.err) == (0, "")
    assert ran.items == connections(sandbox)


def test_output_is_utf_8_whatever_the_locale(spawn: Spawn, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    ran = finished(spawn("search", SEARCH, *QUICK))
    assert ran.code == 0
    assert ran.items == people(sandbox, 45)
    assert not ran.out.isascii()
    help_text = finished(spawn("--help"))
    assert help_text.code == 0
    assert "\N{BOX DRAWINGS LIGHT HORIZONTAL}" in help_text.out.decode()


@pytest.mark.parametrize("missing", ["cyclopts", "rich"])
def test_the_extra_that_is_missing_is_named(spawn: Spawn, missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None\nfrom lixasync.cli import main; sys.exit(main(['--help']))"
    ran = finished(spawn(code=code))
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err == f"lixasync: the command needs {missing}: pip install 'lixasync[cli]'\n"


def test_another_missing_module_is_not_blamed_on_the_extra(spawn: Spawn) -> None:
    code = "import sys; sys.modules['lixasync.cli.app'] = None\nfrom lixasync.cli import main; main([])"
    assert "ModuleNotFoundError: import of lixasync.cli.app halted" in finished(spawn(code=code)).err


@pytest.mark.parametrize("command", ["demo", "sandbox"])
def test_the_sandboxs_extra_that_is_missing_is_named(spawn: Spawn, command: str, tmp_path: Path) -> None:
    code = "import sys; sys.modules['starlette'] = None\nfrom lixasync.cli import main; sys.exit(main(sys.argv[1:]))"
    ran = finished(spawn(command, code=code, cwd=tmp_path))
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err == "error: The sandbox needs starlette and uvicorn.\n  pip install 'lixasync[sandbox]'\n"


def test_the_sandbox_says_where_it_is_and_serves(spawn: Spawn) -> None:
    process = spawn("sandbox", "--port", "0", "--connections", "3", "--requests", "0", "--fault", "503,500")
    assert process.stderr is not None
    said = [process.stderr.readline().decode() for _ in range(16)]
    url = said[1].split()[-1]
    assert said[2] == "  key    sandbox-key, for the Lix API\n"
    assert said[3] == "  token  sandbox-token, for LinkedIn's own\n"
    assert said[4] == f"  page   {url}/ shows what arrives\n"
    assert said[5] == f"  spec   {url}/openapi.json describes the Lix API, for other programs\n"
    assert f"export LIX_BASE_URL={url} LIX_API_KEY=sandbox-key\n" in said[8]
    assert f"$env:LIX_BASE_URL = '{url}'; $env:LIX_API_KEY = 'sandbox-key'\n" in said[9]
    assert said[10] == "  lixasync connections robin-marlowe --max-items 5\n"
    assert said[11] == f"  lixasync lookc person-by-email robin@example.com --lookc-url {url}\n"
    assert f"export LINKEDIN_BASE_URL={url} LINKEDIN_ACCESS_TOKEN=sandbox-token\n" in said[14]
    assert f"$env:LINKEDIN_BASE_URL = '{url}'; $env:LINKEDIN_ACCESS_TOKEN = 'sandbox-token'\n" in said[15]
    assert process.stderr.readline() == b"  lixasync linkedin connections --max-items 5\n"
    with httpx.Client(base_url=url, headers={"Authorization": "sandbox-key"}, trust_env=False) as client:
        statuses = [client.get("/v1/account/balances").status_code for _ in range(8)]
        assert statuses == [200, 200, 200, 503, 200, 200, 200, 500]
    process.send_signal(signal.SIGINT)
    assert process.stderr.read() == b""
    assert process.wait() == 130


def test_the_sandboxs_other_side_has_settings_and_makes_news(spawn: Spawn) -> None:
    process = spawn(
        *("sandbox", "--port", "0", "--requests", "0", "--linkedin-token", "my-token", "--linkedin-news", "0.01"),
        *("--linkedin-connections", "3", "--linkedin-strangers", "0", "--linkedin-search-calls", "1"),
    )
    assert process.stderr is not None
    said = [process.stderr.readline().decode() for _ in range(4)]
    headers = {"Authorization": "Bearer my-token", "x-li-format": "json"}
    with httpx.Client(base_url=said[1].split()[-1], headers=headers, trust_env=False) as client:
        totals = {3}
        while max(totals) < 5:
            totals.add(client.get("/v1/people/~/connections?count=1").json()["_total"])
        headline = client.get("/v1/people/~/connections?count=1").json()["values"][0]["headline"]
        searches = [client.get("/v1/people-search").status_code for _ in range(2)]
    assert headline.startswith("Promoted ")
    assert searches == [200, 403]
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130


def test_the_sandboxs_settings_of_the_newer_sections(spawn: Spawn) -> None:
    process = spawn(
        *("sandbox", "--port", "0", "--requests", "0", "--leads", "30", "--org-credits", "2", "--email-credits", "7"),
        *("--email-valid-after", "1", "--lookc-pending", "1"),
    )
    assert process.stderr is not None
    said = [process.stderr.readline().decode() for _ in range(2)]
    with httpx.Client(
        base_url=said[1].split()[-1], headers={"Authorization": "sandbox-key"}, trust_env=False
    ) as client:
        leads = client.get("/v1/li/sales/search/people?url=https://www.linkedin.com/sales/search/people").json()
        assert leads["paging"]["total"] == 30
        assert client.get("/v1/account/balances").json()["emailBalance"] == 7
        assert client.get("/v1/search/person/by-email?email=robin@example.com").json()["status"] == "pending"
        links = [person["link"] for person in leads["people"][:3]]  # one of three has a probable address
        asked = [
            [client.get("/v1/contact/email/by-linkedin", params={"url": link}).json()["status"] for link in links]
            for _ in range(2)
        ]
        assert "PROBABLE" in asked[0]
        assert "PROBABLE" not in asked[1]
        ids = [client.get("/v1/organisation/ids?sales_nav_id=1013").status_code for _ in range(2)]
        assert ids == [200, 402], "the look-up by e-mail address cost the other one"
        assert client.get("/openapi.json").json()["openapi"].startswith("3.")
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130


def test_a_port_that_is_taken(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("sandbox", "--port", sandbox.url.rpartition(":")[2])
    assert ran.code == 1
    assert "cannot listen on 127.0.0.1" in ran.err
