"""What the benchmarks share: CPU time of alternating runs, and a table."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

Run = Callable[[], object]


def cpu_of(run: Run) -> float:
    """Return the CPU seconds of one run in this process."""
    begin = time.process_time()
    run()
    return time.process_time() - begin


def side_by_side(runs: Mapping[str, Run], rounds: int) -> dict[str, list[float]]:
    """Run all of them in turn, round by round, so that a slow moment of the machine hits each alike."""
    for run in runs.values():
        run()
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
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
