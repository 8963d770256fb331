"""``lixasync job``: what goes on with a job's file, and what reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from lixasync.cli.bulk.engine import LOCAL, EngineOptions, StoreUrl
from lixasync.cli.bulk.options import FILE_OR_DASH, FinishedOptions, InputOptions, JobClientOptions, JobRunOptions
from lixasync.cli.bulk.start import CLIENT, FINISHED, INPUTS, RUN, InputFile

JobFile = Annotated[Path, Parameter(help="The job's file.", metavar="FILE.db")]
Json = Annotated[bool, Parameter(negative="", show_default=False, help="Print JSON on a terminal too.")]


async def status(job: JobFile, /, *, json: Json = False) -> int:
    """Show how far a job is: a table on a terminal, JSON elsewhere. No key is needed.

    The job may be running: in another process, or in Python.

    Example: `lixasync job status people.db`
    """
    from lixasync.cli.bulk.results import say_status

    return await say_status(job, json=json)


async def plan(job: JobFile, /, *, json: Json = False, client: JobClientOptions = CLIENT) -> int:
    """Say what is left of a job, and what that takes in requests, credits and time. Nothing is asked.

    Example: `lixasync job plan people.db`
    """
    from lixasync.cli.bulk.begin import Task, say_plan

    return await say_plan(Task(words=("job", "plan", str(job)), path=job), client=client, json=json)


async def run(
    job: JobFile,
    file: InputFile = None,
    /,
    *,
    inputs: InputOptions = INPUTS,
    run: JobRunOptions = RUN,
    finished: FinishedOptions = FINISHED,
    client: JobClientOptions = CLIENT,
    engine: EngineOptions = LOCAL,
) -> int:
    """Go on with a job where it was; what it asks stands in its file.

    More inputs can be added: those that it has already are not asked for again.

    With --engine docket, workers do it that `lixasync worker` starts, on this machine or others; this shows how they
    get on. Ctrl-C leaves them at work, and the same command follows them again.

    Example: `lixasync job run people.db --max-credits 5000 --deadline 8h`
    """
    from lixasync.cli.bulk.begin import Task, begin

    words = ("job", "run", str(job), *([] if file is None else [file]))
    task = Task(words=words, path=job, file=file, inputs=inputs)
    return await begin(task, run=run, finished=finished, client=client, engine=engine)


async def recall(
    job: JobFile,
    /,
    *,
    store: StoreUrl = None,
    abandon: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Do without the store, which is gone or damaged: what its chunks hold is paid for again.",
        ),
    ] = False,
) -> int:
    """Take back what is left of a job that is on an engine, with all that was answered. No key is needed.

    Then `lixasync job run` goes on with it here, or enqueues it anew. Workers that have a part of it stop.

    Example: `lixasync job recall people.db --store ./chunks`
    """
    from lixasync.cli.bulk.following import call_back

    return await call_back(job, store, abandon=abandon)


async def retry(
    job: JobFile,
    /,
    *,
    only: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="Only inputs that failed with this error, such as NotFoundError, or with one below it; may be "
            "repeated.",
            metavar="ERROR",
        ),
    ] = (),
) -> int:
    """Mark inputs that failed for good to be tried again by the next run. No key is needed.

    Example: `lixasync job retry people.db --only ServerError`
    """
    from lixasync.cli.bulk.results import mark_failed

    return await mark_failed(job, only)


async def export(
    job: JobFile,
    out: Annotated[
        str,
        FILE_OR_DASH,
        Parameter(
            help="The file to write: .jsonl, .csv, .parquet or .duckdb; - writes JSON Lines to standard output.",
            metavar="OUT",
        ),
    ],
    /,
    *,
    force: Annotated[bool, Parameter(negative="", show_default=False, help="Replace what the file holds.")] = False,
) -> int:
    """Write the results of a job to a table: a row for each input that has ended, or for each item. No key is needed.

    In the order in which the inputs were given; an input that failed has a row that says why. The job may be running.
    Parquet and DuckDB need `pip install 'lixasync[export]'`.

    Example: `lixasync job export people.db people.parquet`
    """
    from lixasync.cli.bulk.results import write_results

    return await write_results(job, out, force=force)
