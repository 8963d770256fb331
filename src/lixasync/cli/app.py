"""The command line: reads it, runs what it asks for, and turns failures into messages and exit codes."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from lixasync.cli import commands, linkedin, serving
from lixasync.cli.exits import MEANINGS, Exit, exit_code
from lixasync.cli.guard import run_guarded
from lixasync.cli.tell import clean, err, failed, say
from lixasync.errors import LixasyncError

_STDOUT = 1

_HELP = """\
LinkedIn data as JSON Lines: at the permitted rate and never over it, nothing lost, nothing twice.

Begin with `lixasync demo`: it needs no key and costs nothing. `lixasync linkedin` asks LinkedIn's own API and reads
LINKEDIN_ACCESS_TOKEN; everything else asks the Lix API and reads LIX_API_KEY.
"""

_LINKEDIN_HELP = """\
LinkedIn's own API, which since 12 May 2015 answers applications of approved partners only.

The member's token is read from LINKEDIN_ACCESS_TOKEN. Without one, requests are signed by OAuth 1.0a when all four are
set: LINKEDIN_CONSUMER_KEY, LINKEDIN_CONSUMER_SECRET, LINKEDIN_OAUTH_TOKEN and LINKEDIN_OAUTH_TOKEN_SECRET. No option
takes a token: it would show in the list of processes.

LinkedIn's terms forbid storing connections and search results. Nothing is stored: results go to standard output, and
to a file only when you say that you may (--i-may-store). A watch keeps times and hashes.
"""


def _build() -> App:
    codes = "\n".join(f"{code.value:>5}  {meaning}" for code, meaning in MEANINGS.items())
    app = App(
        name="lixasync",
        help=_HELP,
        help_epilogue=f"Exit codes:\n\n```text\n{codes}\n```",
        help_format="markdown",
        version=_version,
    )
    for command in (
        serving.demo,
        commands.connections,
        commands.search,
        commands.watch,
        commands.person,
        commands.balance,
        serving.sandbox,
    ):
        app.command(command)
    own = App(name="linkedin", help=_LINKEDIN_HELP, help_format="markdown")
    for own_command in (linkedin.connections, linkedin.search, linkedin.watch):
        own.command(own_command)
    app.command(own)
    return app


def _version() -> str:
    import lixasync

    version: str = lixasync.__version__
    return f"lixasync {version}"


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON Lines are UTF-8, whatever the locale
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader had enough, which is its right and no failure. What is left goes nowhere, or Python would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
        return Exit.OK
    except LixasyncError as error:
        failed(err(), error)
        return exit_code(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    return code


def _run(arguments: Sequence[str]) -> int:
    app = _build()
    try:
        command, bound, _ = app.parse_args(list(arguments), print_error=False, exit_on_error=False)
    except CycloptsError as error:
        name = " ".join(error.command_chain or ())
        say(err(), f"error: {clean(str(error))}")
        say(
            err(),
            f"  lixasync {name} --help shows what there is." if name else "  lixasync --help shows what there is.",
        )
        return Exit.USAGE
    if inspect.iscoroutinefunction(command):
        return run_guarded(lambda: command(*bound.args, **bound.kwargs))
    command(*bound.args, **bound.kwargs)
    return Exit.OK
