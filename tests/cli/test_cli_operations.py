"""The table of operations: every one of them, for programs and for people."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from cli_runs import Ran

from lixasync.lix.operations import OPERATIONS

Cli = Callable[..., Ran]


def test_a_line_for_each(cli: Cli) -> None:
    ran = cli("operations")
    assert (ran.code, ran.err) == (0, "")
    assert [line["name"] for line in ran.items] == list(OPERATIONS)
    by_name = {line["name"]: line for line in ran.items}
    assert by_name["search.people"] == {
        "name": "search.people",
        "operation": "search_people",
        "method": "GET",
        "host": "api",
        "path": "/v1/li/linkedin/search/people",
        "pages": "page in URL",
        "page_size": 10,
        "cap": 1000,
        "credits": 1,
        "credit_kind": "standard",
        "safe": True,
        "newer": False,
    }
    assert by_name["messages.send"]["safe"] is False
    assert by_name["account.balances"]["pages"] is None


def test_a_table_on_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    rows = {line.split("│")[1].strip(): line for line in cli("operations").out.decode().splitlines() if "│" in line}
    assert list(rows) == list(OPERATIONS)
    for text in ("GET /v1/li/linkedin/search/people", "page in URL, 10 a page, 1,000 at most", "1 standard", "yes"):
        assert text in rows["search.people"]
    assert "(lookc)" in rows["lookc.request"]
    assert "newer" in rows["lookc.employees"]
    assert " no " in rows["messages.send"]
    assert " free " in rows["sales.facets"]
    assert cli("operations", "--json").items[0]["name"] == "connections"
