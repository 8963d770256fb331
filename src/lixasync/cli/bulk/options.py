"""The options of commands that run jobs: what is asked about, how the run is bounded, how the API is reached."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import attrs
from cyclopts import Group, Parameter

from lixasync.cli.arguments import duration
from lixasync.cli.options import ABOUT_CLIENT, ABOUT_OUTPUT, LinkedInOptions, LookCOptions
from lixasync.limits.lanes import Lane
from lixasync.linkedin.generations import Format, GenerationName

if TYPE_CHECKING:
    from lixasync import LinkedInClient, RateLimiter

STANDARD = "-"
"""Stands for standard input, or standard output."""


def _no_option(_kind: object, value: str | None) -> None:
    if value is not None and value.startswith("-") and value != STANDARD:
        raise ValueError(f"It is no option of this command; a file of that name is written ./{value}")


FILE_OR_DASH = Parameter(allow_leading_hyphen=True, validator=_no_option)
"""Of a file's name that may be a dash, which is otherwise read as an option."""

_ABOUT_INPUTS = Group("Inputs", sort_key=1)
_ABOUT_RUN = Group("Run", sort_key=2)


@Parameter(name="*", group=_ABOUT_INPUTS)
@attrs.frozen(kw_only=True)
class InputOptions:
    """Where inputs are, beside the file; see the help of each."""

    column: Annotated[
        str | None,
        Parameter(
            help="The column of a CSV, Parquet or JSON Lines file that holds the inputs; not needed when there is one "
            "alone.",
            metavar="NAME",
        ),
    ] = None
    inputs: Annotated[
        tuple[str, ...],
        Parameter(
            name="--input",
            negative="",
            show_default=False,
            help="An input itself, instead of or besides a file; may be repeated.",
            metavar="TEXT",
        ),
    ] = ()
    argument: Annotated[
        str | None,
        Parameter(
            help="Which argument of the method the inputs are, such as email; by default its first one.", metavar="NAME"
        ),
    ] = None


@Parameter(name="*", group=_ABOUT_RUN)
@attrs.frozen(kw_only=True)
class JobRunOptions:
    """How far a run goes and what it says; see the help of each."""

    concurrency: Annotated[
        int, Parameter(help="Inputs under way at a time; the rate is kept whatever this is.", metavar="N")
    ] = 8
    max_credits: Annotated[
        int | None, Parameter(help="Stop before this run has spent more credits than this.", metavar="N")
    ] = None
    deadline: Annotated[
        str | None,
        Parameter(help="Stop the run after this time: 90, 90s, 15m, 2h or 1d.", metavar="DURATION"),
    ] = None
    max_failures: Annotated[
        int, Parameter(help="Stop after so many failures in a row that are none of the inputs' fault.", metavar="N")
    ] = 20
    on_limit: Annotated[
        Literal["wait", "stop"],
        Parameter(help="What to do when the day's requests are used up, or the account is warming up."),
    ] = "wait"
    warm_up: Annotated[
        bool, Parameter(help="Heed how much the viewer's account may do while it is warming up.", show_default=False)
    ] = True
    quiet: Annotated[
        bool,
        Parameter(alias="-q", negative="", show_default=False, help="Say nothing before the end."),
    ] = False
    plan: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Read the inputs into the job, say what is left to do and what that takes, and end: nothing is asked.",
        ),
    ] = False

    def arguments(self) -> dict[str, Any]:
        """Return the bounds as `Job.run` takes them.

        Raises:
            InvalidArgumentError: the deadline is no duration.
        """
        return {
            "concurrency": self.concurrency,
            "max_credits": self.max_credits,
            "deadline": None if self.deadline is None else duration("--deadline", self.deadline),
            "max_failures": self.max_failures,
            "on_limit": self.on_limit,
            "warm_up": self.warm_up,
        }


@Parameter(name="*", group=ABOUT_OUTPUT)
@attrs.frozen(kw_only=True)
class FinishedOptions:
    """Where the results of a finished job go; see the help of each."""

    out: Annotated[
        Path | None,
        Parameter(
            alias="-o",
            help="When the job is finished, export all results to this file: .jsonl, .csv, .parquet or .duckdb.",
            metavar="FILE",
        ),
    ] = None
    force: Annotated[bool, Parameter(negative="", show_default=False, help="Replace what the file holds.")] = False


@Parameter(name="*", group=ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class JobClientOptions(LookCOptions):
    """How to reach whichever API a job asks; see the help of each.

    A job's calls are all alike and a run is bounded as a whole, so lane and deadline of single calls are no options.
    """

    lane: Annotated[Lane, Parameter(parse=False)] = "bulk"
    deadline: Annotated[float | None, Parameter(parse=False)] = None
    base_url: Annotated[
        str | None,
        Parameter(help="Where the API is; by default LIX_BASE_URL, for LinkedIn's own API LINKEDIN_BASE_URL."),
    ] = None
    generation: Annotated[GenerationName, Parameter(help="Of LinkedIn's own API, where the job asks that.")] = "2010"
    format: Annotated[Format | None, Parameter(help="In which format LinkedIn's own API answers.")] = None

    def linkedin(self, limiter: RateLimiter | None = None) -> LinkedInClient:
        """Make the client of LinkedIn's own API, with the token from the environment.

        Args:
            limiter: What shares the rate limit with others; None for one of its own.

        Raises:
            UsageError: there is no token, or a setting cannot work.
        """
        return LinkedInOptions(
            rate=self.rate,
            lane=self.lane,
            attempts=self.attempts,
            verbose=self.verbose,
            generation=self.generation,
            format=self.format,
            base_url=self.base_url,
        ).client(limiter)


def written(*options: Any) -> str:
    """Return options as they are written on the command line: those that are not as they are by default.

    What is asked of a command besides running, such as a plan, is left out.
    """
    return "".join(f" {shlex.join(words)}" for each in options for words in _words(each))


def _words(options: Any) -> Iterator[list[str]]:
    for field in attrs.fields(type(options)):
        value = getattr(options, field.name)
        option = f"--{field.name.replace('_', '-')}"
        if value == field.default or field.name == "plan":
            continue
        if isinstance(value, bool):
            yield [option if value else option.replace("--", "--no-", 1)]
        elif isinstance(value, tuple):
            yield [word for text in value for word in ("--input", text)]
        else:
            yield [option, str(value)]
