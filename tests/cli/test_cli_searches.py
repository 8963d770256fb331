"""Searches by filters: names, ids, texts, unclear names, plans, and searches that are divided."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from cli_runs import QUICK, Ran, lines

from lixasync import AmbiguousNameError, Exclude, LixClient, RateLimit, Suggestion, Text
from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
DIVIDED = ("sales", "leads", "--keywords", "x", "--partition-by", "functions", *QUICK)
MANY = {"leads": 2600}  # 2,500 are listed


def given(ask: Callable[[LixClient], Awaitable[list[Any]]]) -> list[dict[str, Any]]:
    """What the client gives, as plain data."""

    async def collect() -> list[dict[str, Any]]:
        async with LixClient(rate_limit=RateLimit(1000, per=1.0)) as lix:
            return [each.to_dict() for each in await ask(lix)]

    return anyio.run(collect)


@contextmanager
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let standard output, where it goes for this test, be a terminal."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    yield


class TestFilters:
    def test_leads(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=300)
        ran = cli(
            *("sales", "leads", "--title", "Software Engineer", "--title", "text:chief", "--exclude-title", "id:153"),
            *("--exclude-location", "Berlin", "--relationship", "1", "--relationship", "2", "--posted-recently"),
            *QUICK,
        )
        assert (ran.code, ran.err) == (0, "")
        assert ran.items
        assert ran.items == given(
            lambda lix: lix.sales.leads(
                titles=["Software Engineer", Text("chief"), Exclude(Suggestion(id="153"))],
                locations=Exclude("Berlin"),
                relationship=[1, 2],
                posted_recently=True,
            ).collect()
        )

    def test_accounts(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=300)
        ran = cli("sales", "accounts", "--industry", "Retail", "--annual-revenue", "..50", *QUICK)
        assert ran.code == 0
        assert ran.items
        assert ran.items == given(
            lambda lix: lix.sales.accounts(industries="Retail", annual_revenue=(None, 50)).collect()
        )

    def test_people(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(search_results=300)
        ran = cli("search", "people", "--company", "text:acme", "--title", "engineer", *QUICK)
        assert ran.code == 0
        assert ran.items
        assert ran.items == given(lambda lix: lix.search.people(company="acme", title="engineer").collect())

    def test_a_run_goes_on_from_another(self, cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
        sandbox.reset(search_results=300)
        file = tmp_path / "leads.jsonl"
        search = ("sales", "leads", "--function", "Engineering", "--function", "Sales", "--out", str(file), *QUICK)
        first = cli(*search, "--max-items", "7")
        assert "spent 1 standard credit; go on with: --resume " in first.err
        assert cli(*search, "--resume", first.cursor) == Ran(0, b"", "")
        whole = given(lambda lix: lix.sales.leads(functions=["Engineering", "Sales"]).collect())
        assert lines(file.read_bytes()) == whole
        assert len(whole) > 7

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (["sales", "leads"], "--help lists the filters"),
            (
                ["sales", "leads", "https://www.linkedin.com/sales/search/people#query=(x)", "--title", "x"],
                "Both a URL",
            ),
            (
                ["sales", "leads", "https://www.linkedin.com/sales/search/people#query=(x)", "--partition-by", "x"],
                "to use --partition-by",
            ),
            (["sales", "leads", "--relationship", "4"], "one of: 1, 2, 3"),
            (["sales", "leads", "--relationship", "near"], "--relationship"),
            (["sales", "leads", "--seniority", "text:x"], "Give the name itself, or id: and its id."),
            (["sales", "leads", "--title", "id:"], "says nothing"),
            (["sales", "leads", "--keywords", "x", "--partition-by", "colour"], "has no filter 'colour'"),
            (["sales", "leads", "--keywords", "x", "--survey"], "Say by what"),
            (["sales", "leads", "--exclude-headcount", "B"], "--exclude-headcount"),
            (["sales", "accounts", "--annual-revenue", "5"], "--annual-revenue 10..50"),
            (["search", "people", "--exclude-company", "x"], "--exclude-company"),
        ],
    )
    def test_bad_arguments(self, cli: Cli, sandbox: Sandbox, arguments: list[str], text: str) -> None:
        ran = cli(*arguments, *QUICK)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("error: ")
        assert text in ran.err
        assert sandbox.stats()["arrivals"] == 0


class TestUnclearNames:
    def test_each_is_told_with_what_to_write_instead(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(
            *("sales", "leads", "--company", "Halcyon Partners", "--title", "Founder", "--exclude-title", "Enginer"),
            *("--function", "Eng", *QUICK),
        )
        assert (ran.code, ran.out) == (2, b"")
        told = ran.err.splitlines()
        assert told[0] == "error: --exclude-title 'Enginer' is the name of nothing that is known."
        assert told[1] == "error: --company 'Halcyon Partners' is not clear; it may be one of these:"
        ids = [line.split()[1] for line in told[2:4]]
        assert [line.split()[0] for line in told[2:4]] == ["--company", "--company"]
        assert "Financial Services" in told[3]
        assert told[4:] == [
            "error: --function 'Eng' is not clear; it may be one of these:",
            "  --function id:8  Engineering",
            "  Where any text will do, write text: before it, such as --title text:engineer.",
        ]
        once = sandbox.stats()["by_path"]
        assert set(once) == {"/v1/search/sales/facet"}
        sandbox.reset()
        with pytest.raises(AmbiguousNameError):
            given(
                lambda lix: lix.sales.leads(
                    companies="Halcyon Partners", titles=["Founder", Exclude("Enginer")], functions="Eng"
                ).collect()
            )
        assert sandbox.stats()["by_path"] == once
        assert cli("sales", "leads", "--company", ids[0], "--max-items", "1", *QUICK).code == 0

    def test_free_text_is_not_advised_where_there_is_none(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("search", "people", "--location", "Berl", *QUICK)
        assert ran.code == 2
        assert ran.err.splitlines()[0] == "error: --location 'Berl' is not clear; it may be one of these:"
        assert "text:" not in ran.err

    def test_accounts_have_names_too(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("sales", "accounts", "--industry", "Ret", *QUICK)
        assert ran.code == 2
        assert "  --industry id:27  Retail\n" in ran.err

    def test_a_skill(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("recruiter", "candidates", "JavaScript", "--exclude", "json x", *QUICK)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err == "error: 'json x' is the name of nothing that is known.\n"
        ran = cli("recruiter", "candidates", "JavaScript L", *QUICK)
        assert ran.err.splitlines()[1] == "  id:urn:li:ts_skill:12383  JavaScript Libraries"

    def test_a_long_list_is_shortened(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        from lixasync.cli import unclear

        monkeypatch.setattr(unclear, "_MOST", 2)
        ran = cli("recruiter", "candidates", "jav", *QUICK)
        assert len(ran.err.splitlines()) == 4
        assert ran.err.endswith(" more\n")

    def test_before_a_survey(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*DIVIDED, "--survey", "--company", "Halcyon Partners")
        assert (ran.code, ran.out) == (2, b"")
        assert "--company id:urn:li:organization:" in ran.err


class TestPlans:
    def test_a_plan_asks_nothing(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli("sales", "leads", "--title", "Founder", "--max-items", "60", "--plan", "--rate", "1/3")
        assert (ran.code, ran.err) == (0, "")
        assert ran.items == [{"items": 60, "requests": 3, "credits": 3, "seconds": 6.1}]
        (quick,) = cli("sales", "leads", "--title", "Founder", "--max-items", "60", "--plan", *QUICK).items
        assert quick["seconds"] == 0.002
        assert sandbox.stats()["arrivals"] == 0

    def test_of_connections_nothing_is_known(self, cli: Cli, sandbox: Sandbox) -> None:
        (plan,) = cli("connections", "robin-marlowe", "--plan", *QUICK).items
        assert plan == {"items": None, "requests": None, "credits": None, "seconds": None}
        (plan,) = cli("connections", "robin-marlowe", "--plan", "--max-credits", "4", *QUICK).items
        assert (plan["requests"], plan["credits"]) == (4, 4)

    def test_in_words_on_a_terminal(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        with a_terminal(monkeypatch):
            known = cli("search", "people", "--keywords", "x", "--plan", "--rate", "1/3").out.decode()
            unknown = cli("connections", "robin-marlowe", "--plan").out.decode()
        assert known == "at most: items 1,000, requests 100, credits 100, time 5:01\n"
        assert unknown.count("not known beforehand") == 4

    def test_a_divided_search_is_not_surveyed_unasked(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*DIVIDED, "--plan")
        assert ran.items == [{"items": None, "requests": None, "credits": None, "seconds": None}]
        assert "at a credit a part: add --survey" in ran.err
        assert sandbox.stats()["arrivals"] == 0


class TestDivision:
    def test_all_parts_are_streamed(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(**MANY)
        ran = cli(*DIVIDED)
        assert ran.code == 0
        links = [item["link"] for item in ran.items]
        assert len(set(links)) == len(links) > 2000
        assert ran.err.startswith(f"CUT OFF (SERVER_CAP): {len(links):,} leads; the server lists no further")
        assert f"(at least {2600 - len(links):,} of 2,600); spent " in ran.err

    def test_a_cut_stream_goes_on(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(**MANY)
        whole = cli(*DIVIDED).items
        first = cli(*DIVIDED, "--max-items", "40")
        rest = cli(*DIVIDED, "--resume", first.cursor)
        assert first.items + rest.items == whole

    def test_the_plan_after_a_survey(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(**MANY)
        ran = cli(*DIVIDED, "--survey", "--plan")
        assert (ran.code, ran.err) == (0, "")
        (plan,) = ran.items
        assert (plan["total"], plan["complete"]) == (2600, True)
        assert plan["reachable"] == 2600 - plan["unreachable"]
        whole, first = plan["parts"][:2]
        assert (whole["values"], whole["total"], whole["divided"]) == ([], 2600, True)
        assert first["names"] == ["Accounting"]
        assert len(plan["parts"]) == 27
        assert plan["requests"] == plan["credits"]
        assert sandbox.stats()["by_path"]["/v1/li/sales/search/people"] == 27

    def test_a_survey_is_told_and_not_paid_for_twice(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(**MANY)
        plain = cli(*DIVIDED)
        spent = sandbox.stats()["credits_spent"]
        sandbox.reset()
        ran = cli(*DIVIDED, "--survey")
        assert ran.items == plain.items
        assert sandbox.stats()["credits_spent"] == spent
        told = ran.err.split("CUT OFF")[0]
        for text in ("Accounting", "divided", "match 2,600, reachable ", "unreachable ", "at most: items "):
            assert text in told

    def test_the_table_on_a_terminal(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        sandbox.reset(**MANY)
        with a_terminal(monkeypatch):
            ran = cli(*DIVIDED, "--survey", "--plan", "--max-credits", "3")
        assert (ran.code, ran.err) == (0, "")
        table = ran.out.decode()
        for text in ("2,600", "divided", "The survey is not complete: --max-credits ended it."):
            assert text in table

    def test_a_survey_that_fails(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(**MANY, credits=2)
        ran = cli(*DIVIDED, "--survey")
        assert (ran.code, ran.out) == (4, b"")
        assert "`lixasync balance`" in ran.err
