"""What to do about failures of jobs, in the words of the command."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

import attrs

from lixasync.cli import hints
from lixasync.cli.exits import exit_code
from lixasync.cli.hints import Hints
from lixasync.cli.tell import err, failed
from lixasync.errors import LixasyncError

P = ParamSpec("P")

_OPTIONS = tuple(
    (re.compile(python), option)
    for python, option in (
        (r"Make one with Job\([^)]*\)", "Make one with `lixasync enrich` or `lixasync fetch`"),
        (r"permission='[^']*'", "--permission 'LinkedIn permitted us ... on ...'"),
        (r"iterate over the method itself", "use `lixasync linkedin`"),
        (r"as column=; there", "by --column; there"),
        (r"out of params, or give inputs as dicts", "out of --param, or give inputs as objects in JSON Lines"),
        (r"status\(\) tells", "`lixasync job status` tells"),
    )
)
"""What hints say in Python, and how it is said on the command line."""


@attrs.frozen(kw_only=True)
class _JobHints(Hints):
    def of(self, error: LixasyncError) -> str:
        hint = super().of(error)
        for python, option in _OPTIONS:
            hint = python.sub(option, hint)
        return hint


LIX = _JobHints(always=hints.LIX.always, usual=hints.LIX.usual)
LINKEDIN = _JobHints(always=hints.LINKEDIN.always, usual=hints.LINKEDIN.usual)


def told(work: Callable[P, Awaitable[int]]) -> Callable[P, Awaitable[int]]:
    """Have what is done with a job's file say what went wrong, in these words, and return the exit code."""

    @wraps(work)
    async def telling(*given: P.args, **named: P.kwargs) -> int:
        try:
            return await work(*given, **named)
        except LixasyncError as error:
            failed(err(), error, hints=LIX)
            return exit_code(error)

    return telling
