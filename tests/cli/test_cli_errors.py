"""Failures: one clear message on standard error, a cursor to go on from, and an exit code for scripts."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cli_runs import QUICK, SEARCH, Ran, connections
from rich.console import Console

from lixasync import APIError, CreditsError, ServerError
from lixasync.cli import app
from lixasync.cli.guard import run_guarded
from lixasync.cli.tell import failed
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
LIST = ("connections", "robin-marlowe", "--page-size", "50", "--attempts", "1", *QUICK)


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"key": "another"}, 3, "Check LIX_API_KEY"),
        ({"credits": 1}, 4, "`lixasync balance` shows what is left."),
        ({"faults": "429", "fault_every": 2}, 5, "rate limit exceeded"),
        ({"daily_allowance": 1}, 5, "`lixasync balance --daily`"),
        ({"faults": "queued", "fault_every": 2}, 5, "Lookup queued"),
        ({"viewers": "somebody-else"}, 7, "viewer_id is not connected"),
        ({"faults": "503", "fault_every": 2}, 8, "The server failed."),
        ({"faults": "reset", "fault_every": 2}, 8, "broke"),
        ({"faults": "200-html", "fault_every": 2}, 8, "HTML, not JSON"),
    ],
)
def test_each_refusal_has_its_code_and_a_cursor(
    cli: Cli, sandbox: Sandbox, changes: dict[str, Any], code: int, text: str
) -> None:
    usual = sandbox.settings
    sandbox.reset(**changes)
    ran = cli(*LIST)
    assert ran.code == code
    assert ran.err.startswith("error: ")
    assert "operation list_connections" in ran.err
    assert text in ran.err
    assert "Traceback" not in ran.err
    sandbox.reset(key=usual.key, credits=100, faults="", daily_allowance=100, viewers=usual.viewers, fault_every=0)
    rest = cli("connections", "robin-marlowe", "--resume", ran.cursor, *QUICK)
    assert ran.items + rest.items == connections(sandbox)


def test_a_person_who_cannot_be_had_now(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.reset(credits=1)
    links = [sandbox.person(index)["link"] for index in range(3)]
    ran = cli("person", *links, *QUICK)
    assert ran.code == 4
    assert len(ran.items) == 1
    assert f"not looked up: {links[1]} {links[2]}" in ran.err


def test_the_last_person_needs_no_list_of_those_left(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.reset(credits=0)
    ran = cli("person", sandbox.person(0)["link"], *QUICK)
    assert ran.code == 4
    assert "not looked up" not in ran.err


def test_no_network(cli: Cli, sandbox: Sandbox) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        ran = cli("balance", "--base-url", address, "--attempts", "1")
    assert ran.code == 8
    assert "Check the network" in ran.err


def test_a_deadline_that_cannot_be_met(cli: Cli, sandbox: Sandbox) -> None:
    ran = cli("balance", "--daily", "--rate", "1/60", "--deadline", "5")
    assert ran.code == 5
    assert len(ran.items) == 1
    assert "retry at" in ran.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["connexions"], "lixasync --help"),
        (["connections"], "lixasync connections --help"),
        (["connections", "x", "--max-items", "many"], "--max-items"),
        (["connections", "x", "--max-items", "-1"], "max_items"),
        (["connections", "x", "--page-size", "0"], "--max-items"),
        (["connections", "x", "--resume", "nonsense"], "behind --resume"),
        (["connections", "x", "--rate", "5"], "requests/seconds"),
        (["connections", "x", "--rate", "0/1"], "requests/seconds"),
        (["connections", "x", "--deadline", "-1"], "deadline"),
        (["connections", "x", "--lane", "fast"], "--lane"),
        (["connections", "x", "--base-url", "http://example.com"], "plain http"),
        (["person", "robin-marlowe"], "address of a LinkedIn profile"),
        (["search", "https://example.com/"], "sales/search/people"),
        (["search", "https://www.linkedin.com/feed/"], "search/results/people"),
        (["search", "https://[broken/"], "not the URL of such a search"),
        (["sandbox", "--fault", "fire"], "unknown fault fire"),
    ],
)
def test_bad_arguments(cli: Cli, sandbox: Sandbox, arguments: list[str], text: str) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.startswith("error: ")
    assert text in ran.err
    assert sandbox.stats()["arrivals"] == 0


def test_a_cursor_of_another_query(cli: Cli, sandbox: Sandbox) -> None:
    cursor = cli("search", SEARCH, "--max-items", "10", *QUICK).cursor
    ran = cli("connections", "robin-marlowe", "--resume", cursor)
    assert ran.code == 2
    assert "repeat the other arguments" in ran.err


def test_a_missing_key(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIX_API_KEY")
    ran = cli("balance")
    assert (ran.code, ran.out) == (2, b"")
    for part in ("LIX_API_KEY is not set", "dashboard", "export LIX_API_KEY", "$env:LIX_API_KEY", "lixasync sandbox"):
        assert part in ran.err


def test_closed_standard_output(cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert app.run(["balance", *QUICK]) == 2
    assert app.run(["connections", "robin-marlowe", "--out", str(tmp_path / "file"), *QUICK]) == 0


def said(error: APIError, cursor: str | None = None) -> str:
    console = Console(width=40, no_color=True)
    with console.capture() as capture:
        failed(console, error, cursor)
    return capture.get()


def test_a_message_says_everything_that_is_known() -> None:
    error = ServerError(
        "It failed.",
        operation="search_people",
        status=500,
        type="api_error",
        trace_id="f00d",
        retry_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        attempts=8,
    )
    assert said(error, "lixasync1-" + "x" * 90).splitlines() == [
        "error: It failed.",
        "  operation search_people, HTTP 500, type api_error, trace id f00d, attempts 8",
        "  retry at 2026-01-02 03:04:05 UTC",
        "  go on with: --resume lixasync1-" + "x" * 90,
    ]


def test_the_servers_words_cannot_steer_the_terminal() -> None:
    text = said(CreditsError("\x1b]0;owned\x07\nSend [bold]money[/]", trace_id="\x1b[2J"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "Send [bold]money[/]" in text


def test_a_hint_made_for_the_case_is_kept() -> None:
    assert "Ask again on Monday." in said(CreditsError("No.", hint="Ask again on Monday."))


def test_ctrl_c_outside_of_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "_run", interrupted)
    assert app.run([]) == 130


def test_a_second_ctrl_c() -> None:
    async def work() -> int:
        raise KeyboardInterrupt

    assert run_guarded(work) == 130
