"""What the benchmarks share: CPU time of alternating runs, and how it is told: tables, charts, goals.

Two variables of the environment change them: ``LIXASYNC_ROUNDS``, how many rounds to run in place of each script's own
number, and ``LIXASYNC_CHARTS``, the folder to draw charts into.
"""

from __future__ import annotations

import operator
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

Run = Callable[[], object]
Bound = Literal["<=", "<", ">=", ">"]

_HOLDS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt}
_WORDS = {"<=": "at most", "<": "under", ">=": "at least", ">": "over"}
_GOAL = re.compile(
    r"^\* Goal: (?P<what>.*): (?P<measured>[^:]*); wanted: (?P<wanted>[^:]*): \*\*(?P<verdict>met|missed)\*\*$"
)
_INK, _PALE, _GROUND = "#1f2933", "#7b8794", "#fbfcfe"
_OURS, _OTHERS, _LINE = "#1d6fd1", "#b6c2cf", "#c0392b"


def cpu_of(run: Run) -> float:
    """Return the CPU seconds of one run in this process."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def rounds_of(usual: int) -> int:
    """Return how many rounds to run: a script's own number, unless the environment names another."""
    return int(os.environ.get("LIXASYNC_ROUNDS") or usual)


def side_by_side(runs: Mapping[str, Run], rounds: int) -> dict[str, list[float]]:
    """Run all of them in turn, round by round, so that a slow moment of the machine hits each alike."""
    for run in runs.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds_of(rounds)):
        for name, run in runs.items():
            taken[name].append(cpu_of(run))
    return taken


def python_cpu(code: str) -> float:
    """Return the CPU seconds of a new interpreter that runs some code."""
    script = f"import time\n{code}\nprint(time.process_time())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return float(done.stdout)


def table(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a Markdown table."""
    print(f"\n## {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def spread(values: list[float], unit: float) -> str:
    """Return the median, with the lowest and highest beside it."""
    low, middle, high = min(values) / unit, statistics.median(values) / unit, max(values) / unit
    return f"{middle:.1f} ({low:.1f} to {high:.1f})"


def goal(what: str, measured: float, holds: Bound, bound: float, *, unit: str = "") -> None:
    """Print a line that compares what was measured with a goal; the report gathers these lines.

    ``goal("decode of 500 people, today's shape", 2.1, "<=", 2.3, unit="× msgspec")`` prints
    ``* Goal: decode of 500 people, today's shape: 2.1 × msgspec; wanted: at most 2.3 × msgspec: **met**``.

    Args:
        what: What was measured, on one line.
        measured: The figure, as it was measured: it is compared before it is rounded.
        holds: How it has to compare with the bound.
        bound: The goal.
        unit: What follows both figures.
    """
    verdict = "met" if _HOLDS[holds](measured, bound) else "missed"
    wanted = f"{_WORDS[holds]} {_figure(bound)} {unit}".rstrip()
    print(f"* Goal: {what}: {_figure(measured)} {unit}".rstrip() + f"; wanted: {wanted}: **{verdict}**")


def goals(text: str) -> list[tuple[str, str, str, str]]:
    """Return what, measured, wanted and verdict of each goal that a script printed."""
    found = (_GOAL.match(line) for line in text.splitlines())
    return [(one["what"], one["measured"], one["wanted"], one["verdict"]) for one in found if one]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def chart(name: str, title: str, bars: Mapping[str, float], *, unit: str, goal: float | None = None) -> None:
    """Draw horizontal bars into the folder that ``LIXASYNC_CHARTS`` names, and print the Markdown that shows them.

    Without that variable nothing is drawn or printed, and matplotlib is not needed. Bars whose label names lixasync
    stand out.

    Args:
        name: The file's name, without its ending.
        title: What is shown; also the text for those who do not see it.
        bars: Value by label, from top to bottom.
        unit: What the values are.
        goal: Where to draw the line that marks the goal.
    """
    if "LIXASYNC_CHARTS" not in os.environ:
        return
    import matplotlib as mpl
    from matplotlib.figure import Figure

    folder = Path(os.environ["LIXASYNC_CHARTS"])
    settings = {"svg.hashsalt": "lixasync", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(7.4, 1.0 + 0.3 * len(bars)), facecolor=_GROUND, layout="constrained")
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
        axes = figure.add_subplot(facecolor=_GROUND)
        colours = [_OURS if "lix" in label.lower() else _OTHERS for label in bars]
        drawn = axes.barh(list(bars), list(bars.values()), color=colours, height=0.66)
        behind = {"facecolor": _GROUND, "edgecolor": "none", "pad": 0.8}  # the goal's line does not cross a figure
        axes.bar_label(drawn, [_figure(value) for value in bars.values()], padding=5, color=_INK, bbox=behind)
        axes.set_xlim(0, 1.12 * max(*bars.values(), goal or 0.0, 1e-9))
        axes.invert_yaxis()
        figure.suptitle(title, x=0.02, ha="left", color=_INK, fontsize=11, fontweight="bold")
        axes.set_xlabel(unit if goal is None else f"{unit}; dashed: goal, {_figure(goal)}", color=_PALE)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0, labelcolor=_INK)
        axes.tick_params(axis="x", labelcolor=_PALE)
        axes.grid(axis="x", color="#e3e8ee")
        axes.set_axisbelow(True)
        if goal is not None:
            axes.axvline(goal, color=_LINE, linestyle="--", linewidth=1.2)
        folder.mkdir(parents=True, exist_ok=True)
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None}, facecolor=_GROUND)
    print(f"\n![{title}]({folder.name}/{name}.svg)\n")
