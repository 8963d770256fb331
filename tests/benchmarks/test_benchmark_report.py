"""How benchmarks are told: goals, charts, and the report made of what scripts print."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent.parent
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc"]), min_size=1)
FIGURES = st.floats(min_value=0, max_value=1e9)


@pytest.fixture(scope="module")
def scripts() -> Iterator[tuple[ModuleType, ModuleType]]:
    """The modules `measure` and `report`, which stand outside the package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield importlib.import_module("measure"), importlib.import_module("report")
        for name in ("measure", "report"):
            del sys.modules[name]


@pytest.fixture(scope="module")
def measure(scripts: tuple[ModuleType, ModuleType]) -> ModuleType:
    return scripts[0]


@pytest.fixture(scope="module")
def report(scripts: tuple[ModuleType, ModuleType]) -> ModuleType:
    return scripts[1]


class TestGoals:
    def test_a_goal_is_one_line(self, measure: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
        measure.goal("decode: today's shape", 2.1, "<=", 2.3, unit="× msgspec")
        measure.goal("resume", 3.25, "<", 2, unit="s")
        measure.goal("calls that succeed", 30, ">=", 30)
        measure.goal("inputs a second", 1_234_567.8, ">", 2000)
        assert capsys.readouterr().out.splitlines() == [
            "* Goal: decode: today's shape: 2.1 × msgspec; wanted: at most 2.3 × msgspec: **met**",
            "* Goal: resume: 3.25 s; wanted: under 2 s: **missed**",
            "* Goal: calls that succeed: 30; wanted: at least 30: **met**",
            "* Goal: inputs a second: 1,234,568; wanted: over 2,000: **met**",
        ]

    def test_what_is_compared_is_not_rounded(self, measure: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
        measure.goal("almost", 1.0300001, "<=", 1.03)
        assert capsys.readouterr().out.endswith(": 1.03; wanted: at most 1.03: **missed**\n")

    @given(what=WORDS, measured=FIGURES, holds=st.sampled_from(["<=", "<", ">=", ">"]), bound=FIGURES)
    def test_every_goal_is_found_again(
        self, measure: ModuleType, what: str, measured: float, holds: str, bound: float
    ) -> None:
        with pytest.MonkeyPatch.context() as patch:
            lines: list[str] = []
            patch.setattr("builtins.print", lines.append)
            measure.goal(what, measured, holds, bound, unit="ms")
        ((found, told, wanted, verdict),) = measure.goals("## A table\n\n" + "\n".join(lines) + "\n| no | goal |")
        assert found == what
        assert told.endswith(" ms")
        assert wanted.endswith(" ms")
        held = {"<=": measured <= bound, "<": measured < bound, ">=": measured >= bound, ">": measured > bound}
        assert verdict == ("met" if held[holds] else "missed")


def test_no_chart_is_drawn_unless_it_is_wanted(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LIXASYNC_CHARTS", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    measure.chart("name", "A title", {"lixasync": 1.0}, unit="ms")
    assert capsys.readouterr().out == ""


def test_rounds_are_the_scripts_own_or_the_environments(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIXASYNC_ROUNDS", raising=False)
    runs: list[str] = []
    assert len(measure.side_by_side({"one": lambda: runs.append("one")}, 3)["one"]) == 3
    monkeypatch.setenv("LIXASYNC_ROUNDS", "1")
    assert len(measure.side_by_side({"one": lambda: runs.append("one")}, 3)["one"]) == 1
    assert len(runs) == 4 + 2  # each begins with a run that is not counted


class TestReport:
    def test_every_script_has_its_place_and_says_what_it_measures(self, report: ModuleType) -> None:
        names = report.scripts()
        assert names[:3] == ["drain", "rate_used", "storm"]
        assert not {"report", "measure", "sandboxes", "answering_server"} & set(names)
        assert all(len(report.about(name)) > 40 for name in names)

    def test_sections_stand_below_the_report_and_goals_on_top(self, report: ModuleType) -> None:
        text = "## A table\n\n| a |\n|---|\n* Goal: fast: 1 ms; wanted: under 2 ms: **met**"
        section = report.Section(name="first_call", noise=(0.9, 1.0, 1.125), text=text)
        assert report.summary([section]).splitlines()[2] == (
            "| [fast](#first-call) | 1 ms | under 2 ms | met | 1.00 (0.90 to 1.12) |"
        )
        told = report.render(section)
        assert told.startswith(f"## First call\n\n{report.about('first_call')}\n\n")
        assert "\n### A table\n\n| a |\n|---|\n\n* Goal: fast" in told

    def test_the_noise_is_that_of_equal_things(self, report: ModuleType) -> None:
        low, middle, high = report.noise(rounds=5, length=50)
        assert 0 < low <= middle <= high

    def test_every_peer_is_told_with_its_version(self, report: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(report, "version", lambda name: f"of {name}")
        told = re.sub(r"\s+", " ", report.versions())
        assert "httpx-retries of httpx-retries" in told
        assert "lxml of lxml" in told

    def test_a_script_that_fails_ends_the_run(
        self, report: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "wrong.py").write_text("def main():\n    raise SystemExit(3)\n\n\nmain()\n", "utf-8")
        monkeypatch.setattr(report, "HERE", tmp_path)
        with pytest.raises(SystemExit, match="wrong failed with exit code 3"):
            report.run("wrong", {})

    def test_the_whole_report(
        self, report: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "benchmarks"
        folder.mkdir()
        script = """def main():\n    print("* Goal: speed: 3; wanted: over 2: **met**")\n\n\nmain()\n"""
        (folder / "fast.py").write_text(f'"""What is measured."""\n\n\n{script}', "utf-8")
        (tmp_path / "pyproject.toml").write_text('[dependency-groups]\nbench = ["pytest>=8"]\n', "utf-8")
        monkeypatch.setattr(report, "HERE", folder)
        monkeypatch.setattr(sys, "argv", ["report.py", "--out", str(tmp_path), "--rounds", "1"])
        report.main()
        written = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
        assert "| [speed](#fast) | 3 | over 2 | met |" in written
        assert "What is measured." in written
        monkeypatch.setattr(sys, "argv", ["report.py", "fast"])
        report.main()
        assert "| [speed](#fast)" in capsys.readouterr().out
        monkeypatch.setattr(sys, "argv", ["report.py", "slow"])
        with pytest.raises(SystemExit):
            report.main()
        assert "there is no slow; there are: fast" in capsys.readouterr().err
