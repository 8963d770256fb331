"""``lixasync enrich`` and ``lixasync fetch``: make a job, or go on with it, and run it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from lixasync.cli.bulk.options import FILE_OR_DASH, FinishedOptions, InputOptions, JobClientOptions, JobRunOptions

INPUTS = InputOptions()
RUN = JobRunOptions()
FINISHED = FinishedOptions()
CLIENT = JobClientOptions()

InputFile = Annotated[
    str | None,
    FILE_OR_DASH,
    Parameter(
        help="A file of inputs: .csv, .tsv, .jsonl, .parquet, or text with one a line; - reads standard input. Not "
        "needed to go on with a job.",
        metavar="FILE",
    ),
]
JobPath = Annotated[
    Path,
    Parameter(help="The job's file: made when it is not there, else the job goes on. It holds all results."),
]
Params = Annotated[
    tuple[str, ...],
    Parameter(
        name="--param",
        negative="",
        show_default=False,
        help="An argument that is the same for all inputs, such as page_size=100; a value may be JSON. Repeat it for "
        "several.",
        metavar="NAME=VALUE",
    ),
]
Permission = Annotated[
    str | None,
    Parameter(
        help="Needed to make a job of LinkedIn's own API, whose terms forbid storing what it answers: who has "
        "permitted it, in which words. It is kept in the job's file.",
        metavar="TEXT",
    ),
]


async def enrich(
    file: InputFile = None,
    /,
    *,
    job: JobPath,
    what: Annotated[
        str | None,
        Parameter(
            name="--with",
            help="What to look up: person, employment, extended, organisation, website, job, hirers, post, email, "
            "by-email, ids, organisation-ids, or any method without pages that `lixasync operations` lists. By "
            "default what the job's file says, else person.",
            metavar="METHOD",
        ),
    ] = None,
    params: Params = (),
    inputs: InputOptions = INPUTS,
    run: JobRunOptions = RUN,
    finished: FinishedOptions = FINISHED,
    client: JobClientOptions = CLIENT,
) -> int:
    """Look up any number of links, as a job that goes on where it was, however it was ended.

    Every answer is on the disk before the next one counts; nothing is paid for twice. Inputs that fail for good are
    told with their number and kept; the exit code is 0 when all the others have their results. Ctrl-C ends the run,
    and `lixasync job run` goes on with it. `lixasync job export` writes the results to a table.

    Example: `lixasync enrich people.csv --column link --job people.db --out people.parquet`
    """
    from lixasync.cli.bulk.begin import Task, begin
    from lixasync.cli.bulk.methods import PERSON, answering

    called = None if what is None else answering(what)
    words = (
        "enrich",
        *([] if file is None else [file]),
        "--job",
        str(job),
        *([] if what is None else ["--with", what]),
    )
    task = Task(
        words=words, path=job, method=called, default=answering(PERSON), file=file, inputs=inputs, params=params
    )
    return await begin(task, run=run, finished=finished, client=client)


async def fetch(
    method: Annotated[
        str,
        Parameter(
            help="What to stream for each input: connections, search, search.jobs, leads, accounts, followers, "
            "linkedin.connections, or any method with pages that `lixasync operations` lists.",
        ),
    ],
    file: InputFile = None,
    /,
    *,
    job: JobPath,
    params: Params = (),
    permission: Permission = None,
    inputs: InputOptions = INPUTS,
    run: JobRunOptions = RUN,
    finished: FinishedOptions = FINISHED,
    client: JobClientOptions = CLIENT,
) -> int:
    """Stream all pages for any number of inputs, as a job that goes on where it was, however it was ended.

    Every page is on the disk before the next one is asked for; nothing is paid for twice. Inputs that fail for good are
    told with their number and kept; the exit code is 0 when all the others have their results. Ctrl-C ends the run,
    and `lixasync job run` goes on with it. `lixasync job export` writes the results to a table, an item a row.

    A file and an input are never mistaken for each other: what stands behind the method is a file, and inputs
    themselves are given by --input.

    Example: `lixasync fetch connections --input robin-marlowe --job connections.db --out connections.csv`
    """
    from lixasync.cli.bulk.begin import Task, begin
    from lixasync.cli.bulk.methods import paging

    words = ("fetch", method, *([] if file is None else [file]), "--job", str(job))
    task = Task(
        words=words,
        path=job,
        method=paging(method),
        file=file,
        inputs=inputs,
        params=params,
        permission=permission,
    )
    return await begin(task, run=run, finished=finished, client=client)
