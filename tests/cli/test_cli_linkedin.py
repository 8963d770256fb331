"""LinkedIn's own API: what is printed, how a run goes on from another, what is refused, and what is never shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_runs import MORNING, OAUTH1, QUICK, Ran, lines, members
from test_cli_processes import Spawn, finished

from lixasync.sandbox import Sandbox

Cli = Callable[..., Ran]
LIST = ("linkedin", "connections", *QUICK)
FIND = ("linkedin", "search", *QUICK)


def everybody(box: Sandbox, fields: str | None = None) -> list[dict[str, Any]]:
    return members(box.linkedin.connections(fields))


class TestConnections:
    def test_they_are_lines_of_json_and_nothing_else(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*LIST, "--page-size", "25")
        assert (ran.code, ran.err) == (0, "")
        assert ran.items == everybody(sandbox)
        assert sandbox.linkedin.calls("connections") == 3

    def test_formats_and_generations_print_the_same(self, cli: Cli, sandbox: Sandbox) -> None:
        usual = cli(*LIST).out
        assert cli(*LIST, "--format", "xml").out == usual
        assert cli(*LIST, "--generation", "2009").out == usual

    def test_fields(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*LIST, "--fields", "id,first-name,location:(name)", "--start", "50")
        assert ran.items == everybody(sandbox, ":(id,first-name,location:(name))")[50:]

    def test_those_who_are_new_or_updated(self, cli: Cli, sandbox: Sandbox) -> None:
        since = f"{int(sandbox.linkedin.now() * 1000)}"
        number = sandbox.linkedin.connect()
        sandbox.linkedin.update(3)
        new = cli(*LIST, "--modified", "new", "--modified-since", since)
        updated = cli(*LIST, "--modified", "updated", "--modified-since", since)
        assert new.items == members([sandbox.linkedin.member(number)])
        assert updated.items == members([sandbox.linkedin.member(3)])

    def test_addresses_with_https(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*LIST, "--secure-urls", "--member", "~")
        assert ran.items == members(sandbox.linkedin.connections(secure=True))

    def test_a_run_goes_on_from_another(self, cli: Cli, sandbox: Sandbox) -> None:
        first = cli(*LIST, "--page-size", "25", "--max-items", "30")
        assert first.err.startswith(
            "CUT OFF (MAX_ITEMS): 30 connections; --max-items is reached; spent 2 calls; go on with: "
        )
        rest = cli(*LIST, "--resume", first.cursor)
        assert (rest.code, rest.err) == (0, "")
        assert first.items + rest.items == everybody(sandbox)

    def test_a_failure_leaves_a_cursor(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(faults="503", fault_every=2)
        ran = cli(*LIST, "--page-size", "25", "--attempts", "1")
        assert ran.code == 8
        assert "operation connections, HTTP 503" in ran.err
        sandbox.reset(faults="", fault_every=0)
        assert ran.items + cli(*LIST, "--resume", ran.cursor).items == everybody(sandbox)


class TestSearch:
    def test_terms_become_parameters(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(
            *FIND, "--keywords", "engineer", "--no-current-company", "--company", "Ledgerloom", "--sort", "distance"
        )
        query = "keywords=engineer&current-company=false&company-name=Ledgerloom&sort=distance"
        assert ran.code == 0
        assert ran.items == members(sandbox.linkedin.search(query))
        assert ran.items != members(sandbox.linkedin.search(query.replace("current-company=false&", "")))

    def test_every_term_has_an_option(self, cli: Cli, sandbox: Sandbox) -> None:
        terms = {
            "keywords": "a b", "first-name": "Ada", "last-name": "van der Lüth", "company": "Acme", "title": "Owner",
            "school": "Kelp", "country": "US", "postal-code": "02101", "distance": "9", "sort": "relevance",
        }  # fmt: skip
        flags = ("--current-company", "--no-current-title", "--current-school")
        facets = ("--facet", "industry=4,6", "--facet", "language=en", "--network", "in", "--facets", "location")
        given = [part for name, value in terms.items() for part in (f"--{name}", value)]
        assert cli(*FIND, *given, *flags, *facets, "--page-size", "25", "--start", "5").code == 0
        assert sandbox.events()[-1]["query"] == (
            "keywords=a%20b&first-name=Ada&last-name=van%20der%20L%C3%BCth&company-name=Acme&current-company=true"
            "&title=Owner&current-title=false&school-name=Kelp&current-school=true&country-code=us&postal-code=02101"
            "&distance=9&facets=location&facet=industry%2C4%2C6&facet=language%2Cen&facet=network%2CF%2CS%2CA"
            "&sort=relevance&start=5&count=25"
        )

    def test_the_older_generation(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(
            *(*FIND, "--generation", "2009", "--keywords", "engineer", "--network", "in", "--country", "gb"),
            *("--search-location-type", "I", "--industry", "Computer Software", "--industry", "6"),
        )
        query = "keywords=engineer&industry-code=4&industry-code=6&search-location-type=I&country-code=gb&network=in"
        assert (ran.code, ran.err) == (0, "")
        assert ran.items == members(sandbox.linkedin.search_2009(query))
        assert "/v1/people" in sandbox.stats()["by_path"]

    def test_a_list_that_is_cut_off_tells_both_numbers(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*FIND, "--page-size", "25", "--fields", "id")
        everybody = len(sandbox.linkedin.search("", ":(id)"))
        assert ran.code == 0
        assert len(ran.items) == 100 < 110 < everybody
        assert ran.err.startswith(
            f"CUT OFF (SERVER_CAP): 100 people (total 110, num_results {everybody}); the server lists no further"
        )
        assert "--resume" not in ran.err

    def test_both_halves_of_the_network_tell_theirs(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*FIND, "--network", "both", "--page-size", "25", "--fields", "id")
        near, far = (len(sandbox.linkedin.search(f"facet=network%2C{codes}")) for codes in ("F%2CS%2CA", "O"))
        assert len(ran.items) == 200
        assert f"200 people (total 110, num_results {near}; total 110, num_results {far}); " in ran.err

    def test_counts_of_facets_are_told_once(self, cli: Cli, sandbox: Sandbox) -> None:
        ran = cli(*FIND, "--keywords", "engineer", "--facets", "network,industry", "--max-items", "30")
        told = [line for line in ran.err.splitlines() if line.startswith("facet ")]
        assert [line.split(":")[0] for line in told] == ["facet network", "facet industry"]
        assert "Computer Software (4) " in told[1]
        assert len(ran.items) == 30

    def test_a_run_goes_on_from_another(self, cli: Cli, sandbox: Sandbox) -> None:
        terms = ("--keywords", "engineer", "--network", "both")
        first = cli(*FIND, *terms, "--max-items", "17")
        rest = cli(*FIND, *terms, "--resume", first.cursor)
        assert first.items + rest.items == cli(*FIND, *terms).items
        assert cli(*FIND, "--keywords", "other", "--resume", first.cursor).code == 2


class TestStoring:
    @pytest.mark.parametrize("command", [LIST, FIND])
    def test_a_file_is_not_written_unasked(
        self, cli: Cli, sandbox: Sandbox, tmp_path: Path, command: tuple[str, ...]
    ) -> None:
        file = tmp_path / "people.jsonl"
        ran = cli(*command, "--out", str(file))
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("error: LinkedIn's terms forbid storing connections and search results")
        assert "standard output stores nothing" in ran.err
        assert "--i-may-store" in ran.err
        assert not file.exists()
        assert sandbox.stats()["arrivals"] == 0

    def test_who_may_can(self, cli: Cli, sandbox: Sandbox, tmp_path: Path) -> None:
        file = tmp_path / "connections.jsonl"
        allowed = (*LIST, "--out", str(file), "--i-may-store")
        first = cli(*allowed, "--max-items", "7")
        assert (first.code, first.out) == (0, b"")
        assert "holds something already" in cli(*allowed).err
        assert cli(*allowed, "--resume", first.cursor).code == 0
        assert lines(file.read_bytes()) == everybody(sandbox)

    def test_nothing_is_left_behind(
        self, cli: Cli, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert cli(*LIST).code == cli(*FIND, "--max-items", "5").code == 0
        assert list(tmp_path.iterdir()) == []


class TestRefusals:
    def test_the_days_calls_are_used_up(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(linkedin_connection_calls=1, now=MORNING)
        ran = cli(*LIST, "--page-size", "25")
        assert ran.code == 5
        assert ran.err.startswith("error: Throttle limit for calls to this resource is reached.")
        assert "HTTP 403" in ran.err
        assert "begins anew at midnight UTC" in ran.err
        assert "retry at 2026-11-02 00:00:00 UTC" in ran.err
        assert "balance" not in ran.err
        sandbox.reset(linkedin_connection_calls=None)
        assert ran.items + cli(*LIST, "--resume", ran.cursor).items == everybody(sandbox)

    @pytest.mark.parametrize(
        ("changes", "token", "text"),
        [
            ({}, "another-token", "Check LINKEDIN_ACCESS_TOKEN"),
            ({}, "expired-token", "Have the member authorise the application again"),
            ({"linkedin_connections_open": False}, None, "12 May 2015"),
        ],
    )
    def test_who_may_not(
        self,
        cli: Cli,
        sandbox: Sandbox,
        monkeypatch: pytest.MonkeyPatch,
        changes: dict[str, Any],
        token: str | None,
        text: str,
    ) -> None:
        sandbox.reset(**changes)
        if token is not None:
            monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", token)
        ran = cli(*LIST)
        assert (ran.code, ran.out) == (3, b"")
        assert text in ran.err
        assert "LIX_API_KEY" not in ran.err

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (
                (*LIST, "--page-size", "501"),
                "serves 1 to 500 items per page.\n  To stop after a number of items, use --max",
            ),
            (
                (*FIND, "--page-size", "26"),
                "serves 1 to 25 items per page.\n  To stop after a number of items, use --max",
            ),
            ((*FIND, "--generation", "2009", "--page-size", "11"), "serves 1 to 10 items per page"),
            ((*LIST, "--fields", "id,frist-name"), "Did you mean 'first-name'?\n  Write it like --fields"),
            ((*LIST, "--fields", "id,,"), "no field selector"),
            ((*LIST, "--modified", "new"), "belong together"),
            ((*LIST, "--modified", "gone"), "--modified"),
            ((*LIST, "--modified", "new", "--modified-since", "1793521800"), "not seconds"),
            ((*LIST, "--start", "-1"), "start is -1"),
            ((*LIST, "--member", "a b"), "must be an id"),
            ((*LIST, "--max-credits", "1"), "--max-credits"),
            ((*LIST, "--resume", "nonsense"), "behind --resume"),
            ((*LIST, "--format", "jsonp"), "--format"),
            ((*LIST, "--generation", "2009", "--format", "json"), "it must be one of xml"),
            ((*LIST, "--base-url", "http://example.com"), "plain http"),
            (("linkedin", "search", "--rate", "5"), "requests/seconds"),
            ((*FIND, "--current-company"), "current_company needs company"),
            ((*FIND, "--name", "Marlowe"), "It has first_name and last_name; --generation chooses"),
            ((*FIND, "--generation", "2009", "--fields", "id"), "--generation 2010 does"),
            ((*FIND, "--industry", "Softwares"), "--facets industry counts"),
            ((*FIND, "--facet", "industry"), "--facet NAME=VALUE"),
            ((*FIND, "--facet", "colour=red"), "There is no facet 'colour'"),
            ((*FIND, "--network", "near"), "--network"),
            ((*FIND, "--keywords", "a+b"), "looks encoded already"),
            (("linkedin", "conections"), "lixasync linkedin --help"),
        ],
    )
    def test_bad_arguments(self, cli: Cli, sandbox: Sandbox, arguments: tuple[str, ...], text: str) -> None:
        ran = cli(*arguments)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("error: ")
        assert text in ran.err
        assert sandbox.stats()["arrivals"] == 0

    def test_a_missing_token(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LINKEDIN_ACCESS_TOKEN")
        ran = cli(*LIST)
        assert (ran.code, ran.out) == (2, b"")
        for part in ("LINKEDIN_ACCESS_TOKEN is not set", "export LINKEDIN_ACCESS_TOKEN", "$env:", "lixasync sandbox"):
            assert part in ran.err

    def test_half_of_what_signatures_need(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("LINKEDIN_ACCESS_TOKEN")
        monkeypatch.setenv("LINKEDIN_CONSUMER_KEY", "consumer")
        monkeypatch.setenv("LINKEDIN_OAUTH_TOKEN", "mine")
        ran = cli(*LIST)
        assert ran.code == 2
        assert "there lacks LINKEDIN_CONSUMER_SECRET, LINKEDIN_OAUTH_TOKEN_SECRET." in ran.err


class TestSecrets:
    @pytest.mark.usefixtures("quiet_logging")
    def test_no_output_shows_the_token(self, cli: Cli, sandbox: Sandbox) -> None:
        sandbox.reset(faults="reset,503", fault_every=3)
        runs = [
            cli(*LIST, "-v", "--page-size", "20"),
            cli(*LIST, "-v", "--page-size", "20", "--attempts", "1"),
            cli(*FIND, "-v", "--attempts", "1"),
            cli(*FIND, "--page-size", "0"),
            cli("linkedin"),
            *(cli("linkedin", command, "--help") for command in ("connections", "search", "watch")),
        ]
        assert {ran.code for ran in runs} == {0, 8, 2}
        assert f"GET {sandbox.url}/v1/people/~/connections?start=0&count=20: 200, " in runs[0].err
        for ran in runs:
            assert sandbox.settings.linkedin_token not in ran.out.decode() + ran.err

    @pytest.mark.usefixtures("quiet_logging")
    def test_requests_are_signed_when_there_is_no_token(
        self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = sandbox.settings
        secrets = (settings.linkedin_consumer_secret, settings.linkedin_oauth_token, settings.linkedin_oauth_secret)
        for name, value in zip(OAUTH1, (settings.linkedin_consumer_key, *secrets), strict=True):
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("LINKEDIN_ACCESS_TOKEN")
        ran = cli(*FIND, "-v", "--keywords", "engineer é", "--facet", "industry=4,6", "--facet", "language=en")
        assert ran.code == 0
        logging.getLogger("lixasync").warning("the secrets are %s", secrets)
        assert not any(secret in ran.err for secret in secrets)

    @pytest.mark.usefixtures("quiet_logging")
    def test_log_lines_of_others_are_masked(self, cli: Cli, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        from lixasync.cli import linkedin

        original = linkedin.deliver

        async def indiscreet(*arguments: object, **named: object) -> object:
            logging.getLogger("lixasync").info("the token is %s", sandbox.settings.linkedin_token)
            return await original(*arguments, **named)  # type: ignore[arg-type] # it takes what it was given

        monkeypatch.setattr(linkedin, "deliver", indiscreet)
        ran = cli(*LIST, "-v")
        assert "the token is ***" in ran.err
        assert sandbox.settings.linkedin_token not in ran.err

    def test_a_traceback_does_not_show_it(self, spawn: Spawn, sandbox: Sandbox) -> None:
        code = """
import sys
from lixasync.cli import linkedin, main

async def broken(*arguments, **named):
    raise RuntimeError(repr((arguments, named, arguments[1]._source)))

linkedin.deliver = broken
sys.exit(main(sys.argv[1:]))
"""
        ran = finished(spawn(*LIST, code=code))
        assert ran.code == 1
        assert "RuntimeError: " in ran.err
        assert sandbox.settings.linkedin_token not in ran.err
