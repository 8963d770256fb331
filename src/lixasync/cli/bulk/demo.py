"""A job that is killed again and again, on an embedded sandbox: what came of it, counted by the sandbox."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs

import anyio
import attrs
from cyclopts import Parameter
from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from lixasync import InvalidArgumentError
from lixasync.bulk import Job
from lixasync.cli.exits import Exit
from lixasync.cli.progress import plural
from lixasync.cli.serving import make_sandbox
from lixasync.cli.tell import err, say

if TYPE_CHECKING:
    from lixasync.sandbox import Sandbox

_CONCURRENCY = 8
_REQUESTS, _PER = 60, 1.0
_FAULTS = "503,reset,cut,500"
_PROFILE = "/v1/person"
_LOOK = 0.005  # seconds from one look at the sandbox to the next
_WIDEST = 92


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of the job.

    Attributes:
        inputs: How many links it was given.
        kills: After how many requests each process was killed.
        results: How many links have a result.
        wrong: How many of these are not what the sandbox holds.
        requests: Requests that arrived for profiles.
        answered: How many of them were answered well.
        repeated: How many good answers were asked for again.
        written: The files.
    """

    inputs: int
    kills: tuple[int, ...]
    results: int
    wrong: int
    requests: int
    answered: int
    repeated: int
    written: tuple[Path, ...]

    @property
    def problems(self) -> Iterator[str]:
        """What is not as it should be."""
        if self.results != self.inputs:
            yield f"{self.results:,} links have a result, of {self.inputs:,}"
        if self.wrong:
            yield f"{self.wrong:,} results are not what the sandbox holds"
        if self.repeated > len(self.kills) * _CONCURRENCY:
            yield f"{self.repeated:,} answers were asked for again, more than were under way at the kills"


async def demo(
    *,
    inputs: Annotated[int, Parameter(help="How many profiles to look up.")] = 300,
    kills: Annotated[int, Parameter(help="How often to kill the process.")] = 5,
    seed: Annotated[int, Parameter(help="Picks the moments.")] = 7,
    out: Annotated[Path, Parameter(alias="-o", help="Folder for the results.", metavar="FOLDER")] = Path(
        "job-demo-results"
    ),
) -> int:
    """Kill a job again and again, and see that it loses nothing: on a sandbox, no key, no cost, a few seconds.

    Runs `lixasync enrich` in a process of its own, kills that process (SIGKILL) in the middle of its work, starts the
    same command again, and at last compares what the job holds with what the sandbox was asked.

    Example: `lixasync job demo --kills 20`
    """
    if inputs < 1 or kills < 0:
        raise InvalidArgumentError("--inputs is at least 1, and --kills at least 0.")
    console, results = err(), Console(highlight=False)
    links, db, table = _prepare(out)
    sandbox = make_sandbox(
        connections=inputs,
        requests=_REQUESTS,
        per=_PER,
        latency=0.05,
        jitter=0.05,
        faults=_FAULTS,
        fault_every=23,
        seed=seed,
    )
    with sandbox:
        links.write_text("".join(f"{sandbox.connection(number)['link']}\n" for number in range(inputs)), "utf-8")
        say(console, f"A sandbox on this machine stands in for the API: {_REQUESTS} requests per {_PER:g} s.")
        killed = await _run(sandbox, links, db, _moments(inputs, kills, seed), console)
        job = Job.open(db)
        outcome = await _judge(job, sandbox, inputs, killed, (db, table))
        await job.export(table)
    results.print(_summary(outcome, results))
    say(results, f"Results:  {db} and {table}")
    say(results, f"Next:     lixasync job status {db}")
    return Exit.FAILED if any(outcome.problems) else Exit.OK


def _prepare(folder: Path) -> tuple[Path, Path, Path]:
    """Return the files of a new demo, in place of an earlier one's."""
    links, db, table = folder / "links.txt", folder / "people.db", folder / "people.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (db, db.with_name("people.db-wal"), db.with_name("people.db-shm")):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidArgumentError(f"{folder} cannot be used: {error.strerror}.") from error
    return links, db, table


def _moments(inputs: int, kills: int, seed: int) -> list[int]:
    """Return after how many requests to kill, each time."""
    chance = random.Random(seed)  # noqa: S311 - picks moments, protects nothing
    return sorted(chance.randrange(1, inputs) for _ in range(min(kills, inputs - 1)))


async def _run(sandbox: Sandbox, links: Path, db: Path, moments: list[int], console: Console) -> tuple[int, ...]:
    """Run the job until it ends by itself, and return after how many requests it was killed."""
    command = [sys.executable, "-m", "lixasync.cli", "enrich", str(links), "--job", str(db), "--quiet"]
    command += ["--rate", f"{_REQUESTS}/{_PER:g}", "--concurrency", str(_CONCURRENCY)]
    environment = {**os.environ, "LIX_API_KEY": sandbox.key, "LIX_BASE_URL": sandbox.url}
    killed: list[int] = []
    for moment in [*moments, None]:
        process = await anyio.open_process(command, env=environment, stdin=None, stdout=None, stderr=None)
        async with process:
            while process.returncode is None and (moment is None or _asked(sandbox) < moment):  # noqa: ASYNC110 - no event tells
                await anyio.sleep(_LOOK)
            if process.returncode is None:
                process.kill()
                await process.wait()
                killed.append(_asked(sandbox))
                say(console, f"killed after {plural(_asked(sandbox), 'request')}; starting the same command again")
    return tuple(killed)


def _asked(sandbox: Sandbox) -> int:
    return int(sandbox.stats()["arrivals"])


async def _judge(
    job: Job[object], sandbox: Sandbox, inputs: int, kills: tuple[int, ...], written: tuple[Path, ...]
) -> Outcome:
    """Compare what the job holds with what the sandbox was asked."""
    asked = [event for event in sandbox.events() if event["path"] == _PROFILE]
    good = Counter(parse_qs(event["query"])["profile_link"][0] for event in asked if event["outcome"] in ("ok", "gone"))
    results = wrong = 0
    async for result in job.results():
        results += result.error is None
        wrong += getattr(result.value, "link", None) != result.input
    return Outcome(
        inputs=inputs,
        kills=kills,
        results=results,
        wrong=wrong,
        requests=len(asked),
        answered=sum(good.values()),
        repeated=sum(good.values()) - len(good),
        written=written,
    )


def _summary(outcome: Outcome, console: Console) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    bound = len(outcome.kills) * _CONCURRENCY
    for name, text in (
        ("links", f"{outcome.inputs:,}"),
        ("kills", f"{len(outcome.kills)}, after {', '.join(map(str, outcome.kills)) or 'no'} requests"),
        ("results", f"{outcome.results:,}, one for each link"),
        ("requests", f"{outcome.requests:,}: more than links, for faults and for answers that a kill cut off"),
        ("paid twice", f"{outcome.repeated}; at most {bound} were under way at the kills"),
    ):
        grid.add_row(name, text)
    problems = list(outcome.problems)
    verdict = (
        Text("\n".join(f"FAILED: {problem}" for problem in problems), "bold red")
        if problems
        else Text("Complete: nothing lost, and nothing that was stored fetched again.", "bold green")
    )
    return Panel(
        Group(verdict, Text(), grid),
        title="lixasync job demo",
        border_style="red" if problems else "green",
        padding=(0, 2),
        width=min(console.width, _WIDEST),
        box=box.ROUNDED,
    )
