"""What is written on the command line for jobs, and what is said of them: names, inputs, counts, progress."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import attrs
import pytest
from cli_runs import lines
from hypothesis import given
from hypothesis import strategies as some
from rich.console import Console

from lixasync import CreditsError, DailyLimitError, InvalidArgumentError, LixasyncError, LixClient, ServerError
from lixasync.bulk.methods import method
from lixasync.bulk.progress import JobPlan, JobStatus, Progress
from lixasync.bulk.result import Stop
from lixasync.cli.bulk.asked import asked_about, parameters
from lixasync.cli.bulk.counts import counted, show_plan, show_status
from lixasync.cli.bulk.display import JobDisplay
from lixasync.cli.bulk.methods import SHORT, answering, paging
from lixasync.cli.bulk.options import FinishedOptions, InputOptions, JobClientOptions, JobRunOptions, written
from lixasync.cli.bulk.working import exit_code_of

Captured = pytest.CaptureFixture[str]
STATUS = JobStatus(
    method="enrichment.person",
    given=520,
    inputs=500,
    done=480,
    failed=15,
    failures={"NotFoundError": 12, "ServerError": 3},
    queued=2,
    taken=3,
    items=480,
    requests=1499,
    credits={"standard": 1480},
    stopped="credits",
    reading=False,
    next_due=datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
)
FRESH = attrs.evolve(
    STATUS, given=1, inputs=1, done=0, failed=0, failures={}, queued=0, taken=0, items=0, requests=0, credits={},
    stopped=None, next_due=None,
)  # fmt: skip
NOW = Progress(
    inputs=2000,
    reading=False,
    done=1200,
    failed=34,
    queued=5,
    taken=8,
    requests=1300,
    credits=1250,
    rate_used=0.974,
    elapsed=3725,
    time_left=5400,
    waits_for="the daily limit, until 00:00 UTC",
)


class TestNames:
    @pytest.mark.parametrize("name", SHORT)
    def test_every_short_name_is_that_of_a_method(self, name: str) -> None:
        found = method(SHORT[name])
        assert (paging if found.many else answering)(name) == found

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("enrichment.person", "enrichment.person"),
            (" enrichment.organisations-by-website ", "enrichment.organisations_by_website"),
            ("linkedin.connections", "linkedin.connections"),
            ("sales.lead-list", "sales.lead_list"),
        ],
    )
    def test_other_names_are_those_of_python(self, name: str, key: str) -> None:
        found = method(key)
        assert (paging if found.many else answering)(name).key == key

    def test_each_command_tells_what_the_other_is_for(self) -> None:
        with pytest.raises(InvalidArgumentError) as paged:
            answering("search")
        assert paged.value.hint == "Use `lixasync fetch search.people`."
        with pytest.raises(InvalidArgumentError) as once:
            paging("email")
        assert once.value.hint == "Use `lixasync enrich --with contact.email`."

    @pytest.mark.parametrize("name", ["persons", "messages.send", "invitations.send", "sales.leads (long URLs)", ""])
    def test_nothing_else_is_called(self, name: str) -> None:
        with pytest.raises(InvalidArgumentError):
            answering(name)


class TestParameters:
    def test_values_are_json_where_they_parse(self) -> None:
        texts = ["page-size=100", 'titles=["Founder"]', "keywords=a=b", "viewer_id=robin-marlowe", "x=NaN", "y=null"]
        assert parameters(texts) == {
            "page_size": 100,
            "titles": ["Founder"],
            "keywords": "a=b",
            "viewer_id": "robin-marlowe",
            "x": "NaN",
            "y": None,
        }
        assert parameters([]) is None

    @pytest.mark.parametrize("text", ["page_size", "=5", "a b=5", ""])
    def test_a_text_of_another_form(self, text: str) -> None:
        with pytest.raises(InvalidArgumentError, match="no argument with its value"):
            parameters([text])

    def test_a_name_that_comes_twice(self) -> None:
        with pytest.raises(InvalidArgumentError, match="--param page_size is given twice"):
            parameters(["page-size=1", "page_size=2"])

    @given(some.recursive(some.none() | some.booleans() | some.integers() | some.text(), some.lists))
    def test_whatever_json_holds(self, value: Any) -> None:
        import json

        assert parameters([f"a={json.dumps(value)}"]) == {"a": value}


class TestInputs:
    @pytest.fixture
    def lix(self) -> LixClient:
        return LixClient("key-of-nobody")

    def test_none_are_given(self, lix: LixClient) -> None:
        assert asked_about(None, InputOptions(), lix.enrichment.person) is None

    def test_those_on_the_command_line_come_first(self, lix: LixClient, tmp_path: Path) -> None:
        file = tmp_path / "people.txt"
        file.write_text("b\nc\n")
        found = asked_about(str(file), InputOptions(inputs=("a",)), lix.enrichment.person)
        assert list(found or ()) == ["a", "b", "c"]

    def test_an_argument_is_named(self, lix: LixClient, tmp_path: Path) -> None:
        file = tmp_path / "people.jsonl"
        file.write_text('"a@example.com"\n{"profile_link": "b"}\n7\n')
        found = asked_about(str(file), InputOptions(argument="email"), lix.enrichment.person)
        assert list(found or ()) == [{"email": "a@example.com"}, {"profile_link": "b"}, {"email": 7}]

    def test_an_argument_that_has_to_be_named(self, lix: LixClient) -> None:
        found = asked_about(None, InputOptions(inputs=("robin-marlowe",)), lix.ids.person)
        with pytest.raises(InvalidArgumentError) as caught:
            list(found or ())
        assert caught.value.hint == "Name it by --argument: one of sales_nav_id, li_flagship_id, lix_id."
        options = InputOptions(inputs=("robin-marlowe",), argument="li-flagship-id")
        assert list(asked_about(None, options, lix.ids.person) or ()) == [{"li_flagship_id": "robin-marlowe"}]

    def test_a_file_that_is_not_there_may_be_meant_as_an_input(self, lix: LixClient) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            asked_about("robin marlowe", InputOptions(), lix.connections)
        assert caught.value.message == "There is no file 'robin marlowe'."
        assert caught.value.hint == "If it is an input itself, write --input 'robin marlowe'."

    def test_a_column_of_nothing(self, lix: LixClient) -> None:
        with pytest.raises(InvalidArgumentError, match="--column is for a file"):
            asked_about(None, InputOptions(column="link", inputs=("a",)), lix.enrichment.person)


def test_options_are_written_as_they_were_given() -> None:
    assert written(InputOptions(), JobRunOptions(), FinishedOptions(), JobClientOptions()) == ""
    run = JobRunOptions(concurrency=3, max_credits=500, deadline="8h", on_limit="stop", warm_up=False, plan=True)
    client = JobClientOptions(rate="50/1", viewer_id="robin-marlowe", generation="2009")
    finished = FinishedOptions(out=Path("my people.csv"), force=True)
    assert written(InputOptions(column="the link", inputs=("a", "b")), run, finished, client) == (
        " --column 'the link' --input a --input b"
        " --concurrency 3 --max-credits 500 --deadline 8h --on-limit stop --no-warm-up"
        " --out 'my people.csv' --force --rate 50/1 --viewer-id robin-marlowe --generation 2009"
    )


@pytest.mark.parametrize(
    ("stopped", "error", "code"),
    [
        (Stop.FINISHED, None, 0),
        (Stop.CREDITS, None, 9),
        (Stop.CREDITS, CreditsError("Out."), 4),
        (Stop.DAILY_LIMIT, DailyLimitError("Over."), 5),
        (Stop.DAILY_LIMIT, None, 5),
        (Stop.WARM_UP, None, 5),
        (Stop.DEADLINE, None, 9),
        (Stop.FAILURES, ServerError("Down."), 8),
    ],
)
def test_why_a_run_stopped_is_its_code(stopped: Stop, error: LixasyncError | None, code: int) -> None:
    run: Any = SimpleNamespace(stopped=stopped, error=error)
    assert exit_code_of(run) == code


class TestCounts:
    def test_on_one_line(self) -> None:
        assert counted(STATUS) == (
            "480 of 500 inputs done, 15 failed (NotFoundError 12, ServerError 3), 2 queued, 1,499 requests, "
            "1,480 standard credits"
        )
        assert counted(attrs.evolve(STATUS, reading=True)).endswith(", inputs not read to their end: give them again")
        assert counted(FRESH) == "0 of 1 input done, 0 failed, 0 requests, no credits"
        assert counted(attrs.evolve(FRESH, credits={"free": 0, "unstated": 1})).endswith(", 0 credits, 1 credit")

    def test_as_json(self, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        show_status(STATUS, json=False)
        (line,) = lines(capfdbinary.readouterr().out)
        assert line == {
            "method": "enrichment.person",
            "given": 520,
            "inputs": 500,
            "done": 480,
            "failed": 15,
            "failures": {"NotFoundError": 12, "ServerError": 3},
            "queued": 2,
            "taken": 3,
            "items": 480,
            "requests": 1499,
            "credits": {"standard": 1480},
            "reading": False,
            "stopped": "credits",
            "next_due": "2026-11-01T08:30:00+00:00",
            "to_do": 5,
        }

    def test_as_a_table(self, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        show_status(STATUS, json=False)
        text = capsys.readouterr().out
        rows = [[cell.strip() for cell in line.split("│")[1:3]] for line in text.splitlines() if "│" in line]
        assert rows == [
            ["inputs", "500 (20 more are repeats)"],
            ["done", "480"],
            ["failed", "15"],
            ["NotFoundError", "12"],
            ["ServerError", "3"],
            ["to do", "5"],
            ["queued", "2"],
            ["under way", "3"],
            ["items", "480"],
            ["requests", "1,499"],
            ["spent", "1,480 standard credits"],
            ["next of the queued", "2026-11-01 08:30:00 UTC"],
            ["the last run", "credits"],
        ]
        assert "enrichment.person" in text
        show_status(FRESH, json=False)
        fresh = capsys.readouterr().out
        assert not any(word in fresh for word in ("repeats", "next of the queued", "the last run"))

    def test_json_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        show_status(STATUS, json=True)
        show_plan(
            JobPlan(status=STATUS, requests=5, credits=5, credit_kind="org", seconds=None, exact=False), json=True
        )
        assert [line["to_do"] for line in map(_status_in, lines(capsys.readouterr().out.encode()))] == [5, 5]

    def test_a_plan(self, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        plan = JobPlan(status=STATUS, requests=5, credits=5, credit_kind="standard", seconds=15.0004, exact=True)
        show_plan(plan, json=False)
        assert capsys.readouterr().out == f"{plan}\n"

    def test_a_plan_for_programs(self, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        plan = JobPlan(status=FRESH, requests=5, credits=5, credit_kind="standard", seconds=15.0004, exact=True)
        show_plan(plan, json=False)
        (line,) = lines(capfdbinary.readouterr().out)
        assert line.pop("status")["inputs"] == 1
        assert line == {"requests": 5, "credits": 5, "credit_kind": "standard", "seconds": 15.0, "exact": True}


def _status_in(line: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = line.get("status", line)
    return found


@pytest.mark.anyio
class TestProgress:
    @pytest.mark.virtual_time
    async def test_a_line_a_minute_where_nobody_watches(self) -> None:
        console = Console(file=io.StringIO(), width=40)
        moments = iter(range(100))
        display = JobDisplay(
            console, "enrichment.person", lambda: attrs.evolve(NOW, done=next(moments), waits_for=None)
        )
        await self.shown(display, 150)
        said = console.file.getvalue().splitlines()  # type: ignore[attr-defined] # it is a StringIO
        assert len(said) == 3
        for number, line in enumerate(said):
            assert line.startswith(f"enrichment.person: {number} of 2,000 done, 34 failed, ")

    @pytest.mark.virtual_time
    async def test_nothing_when_quiet(self) -> None:
        console = Console(file=io.StringIO())
        await self.shown(JobDisplay(console, "enrichment.person", lambda: NOW, quiet=True), 150)
        assert console.file.getvalue() == ""  # type: ignore[attr-defined] # it is a StringIO

    async def shown(self, display: JobDisplay, seconds: float) -> None:
        async with anyio.create_task_group() as group:
            await group.start(display.run, group.cancel_scope)
            await anyio.sleep(seconds)
            group.cancel_scope.cancel()

    @pytest.mark.parametrize(
        ("now", "words"),
        [
            (
                NOW,
                (
                    "1,234 of 2,000",
                    "done 1,200",
                    "failed 34",
                    "queued 5",
                    "under way 8",
                    "requests 1,300",
                    "rate used 97 %",
                    "credits 1,250",
                    "elapsed 1:02:05",
                    "time left 1 h 30 min",
                    "waits for the daily limit, until 00:00 UTC",
                ),
            ),
            (
                attrs.evolve(NOW, reading=True, rate_used=None, waits_for=None),
                ("1,234 of 2,000 so far, reading inputs", "rate used -"),
            ),
            (attrs.evolve(NOW, inputs=0, done=0, failed=0), ("0 of 0",)),
        ],
    )
    async def test_a_display(self, now: Progress, words: tuple[str, ...]) -> None:
        console = Console(file=io.StringIO(), width=100)
        console.print(JobDisplay(console, "enrichment.person", lambda: now).render())
        text = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
        for word in ("enrichment.person", *words):
            assert word in text
        assert ("waits for" in text) == (now.waits_for is not None)
