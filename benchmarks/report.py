"""Runs every benchmark, alone and in a process of its own, and writes docs/benchmarks.md: `python -m nox -s bench`.

With names of scripts it runs those and prints what they say; so it does with ``--rounds``, which is for trying the
scripts out: few rounds tell little. ``--out`` names another folder to write to.
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import re
import statistics
import subprocess
import sys
import textwrap
import time
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import attrs

from measure import goals, side_by_side

HERE = Path(__file__).parent
FIRST = ("drain", "rate_used", "storm")
"""What the package is for comes first; the rest follows by name."""
_RUNS = re.compile(r"^def main\(", re.MULTILINE)

HEAD = """\
# Benchmarks

Written by `python -m nox -s bench` on {day}, within {minutes:.0f} minutes, on {cores} cores ({machine}): one script
after the other, all of it on loopback.

{versions}

**How to read it.** A machine's speed changes from minute to minute, so what counts is the ratio of things that were
measured in turn, within one run. Beside a median stand the lowest and the highest round. *Noise* is a loop raced
against itself just before the script: the median ratio, and between what eight of ten rounds lay. What differs by no
more than that is equal. `python -m nox -s bench -- drain storm` runs some of the scripts and prints what they find.

## Goals

"""


@attrs.frozen(kw_only=True)
class Section:
    """What one script said.

    Attributes:
        name: The script's name.
        noise: The lowest, middle and highest ratio of a loop to itself, just before.
        text: Its output: Markdown.
    """

    name: str
    noise: tuple[float, float, float]
    text: str


def scripts() -> list[str]:
    """Return the names of all scripts that measure something, in the order of the report."""
    found = sorted(path.stem for path in HERE.glob("*.py") if _RUNS.search(path.read_text(encoding="utf-8")))
    others = [name for name in found if name not in (*FIRST, Path(__file__).stem)]
    return [*(name for name in FIRST if name in found), *others]


def noise(rounds: int = 40, length: int = 20_000) -> tuple[float, float, float]:
    """Race a loop against itself: return the 10th, 50th and 90th percentile of the ratios of CPU time."""

    def loop() -> int:
        return sum(number * number for number in range(length))

    taken = side_by_side({"one": loop, "the same": loop}, rounds)
    ratios = sorted(one / other for one, other in zip(taken["one"], taken["the same"], strict=True))
    return ratios[len(ratios) // 10], statistics.median(ratios), ratios[len(ratios) * 9 // 10]


def run(name: str, environment: dict[str, str]) -> Section:
    """Run a script, alone and in a process of its own; the whole run ends where one fails."""
    before = noise()
    begin = time.monotonic()
    print(f"{name} ...", file=sys.stderr, end=" ", flush=True)
    done = subprocess.run(
        [sys.executable, HERE / f"{name}.py"], stdout=subprocess.PIPE, text=True, env=environment, check=False
    )
    print(f"{time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    if done.returncode:
        sys.exit(f"{name} failed with exit code {done.returncode}; nothing was written.")
    return Section(name=name, noise=before, text=done.stdout.strip())


def about(name: str) -> str:
    """Return a script's docstring: what it measures, and how."""
    tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


def told(ratios: tuple[float, float, float]) -> str:
    """Return the noise as text."""
    low, middle, high = ratios
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def render(section: Section) -> str:
    """Return a script's section: its heading and noise, what it measures, and what it found, one level down."""
    heading = section.name.replace("_", " ").capitalize()
    found = re.sub(r"^(#+ )", r"#\1", section.text, flags=re.MULTILINE)
    found = re.sub(r"(?<=\|)\n(?=\* )", "\n\n", found)  # a table ends with an empty line
    return (
        f"## {heading}\n\n{about(section.name)}\n\nScript: `benchmarks/{section.name}.py`."
        f" Noise: {told(section.noise)}.\n\n{found}\n"
    )


def summary(sections: Iterable[Section]) -> str:
    """Return the table of all goals."""
    rows = [
        f"| [{what}](#{section.name.replace('_', '-')}) | {measured} | {wanted} | {verdict} | {told(section.noise)} |"
        for section in sections
        for what, measured, wanted, verdict in goals(section.text)
    ]
    return "\n".join(["| what | measured | goal | | noise |", "|---|---|---|---|---|", *rows]) + "\n"


def versions() -> str:
    """Return the versions of Python and of everything that is measured."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    names = [re.split(r"[\[<>=]", each)[0] for each in project["dependency-groups"]["bench"]]
    peers = ", ".join(f"{name} {version(name)}" for name in sorted(["httpx", *names], key=str.lower))
    return textwrap.fill(f"Python {platform.python_version()}; {peers}.", 120, break_on_hyphens=False)


def main() -> None:
    """Run what is asked for, and write or print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="script", help="scripts to run; all when none is named")
    parser.add_argument("--rounds", type=int, help="rounds in place of each script's own number")
    parser.add_argument("--out", type=Path, help="folder for benchmarks.md and its charts")
    wanted = parser.parse_args()
    known = scripts()
    if unknown := set(wanted.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    partly = bool(wanted.names or wanted.rounds)
    out = wanted.out or (None if partly else HERE.parent / "docs")
    environment = dict(os.environ)
    if wanted.rounds:
        environment["LIXASYNC_ROUNDS"] = str(wanted.rounds)
    if out:
        environment["LIXASYNC_CHARTS"] = str(out.resolve() / "benchmarks")
    begin = time.monotonic()
    sections = [run(name, environment) for name in wanted.names or known]
    head = HEAD.format(
        day=datetime.now(UTC).date(),
        minutes=(time.monotonic() - begin) / 60,
        cores=os.cpu_count(),
        machine=platform.machine(),
        versions=versions(),
    )
    report = "\n".join([head + summary(sections), *map(render, sections)])
    if out:
        (out / "benchmarks.md").write_text(report, encoding="utf-8")
    else:
        print(report)


if __name__ == "__main__":
    main()
