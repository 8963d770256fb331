"""The command line: reads it, runs what it asks for, and turns failures into messages and exit codes."""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from cyclopts import App, CycloptsError

from lixasync.cli.exits import MEANINGS, Exit, exit_code
from lixasync.cli.table import COMMANDS, GROUPS
from lixasync.cli.tell import clean, err, failed, say
from lixasync.errors import LixasyncError

_STDOUT = 1

_HELP = """\
LinkedIn data as JSON Lines: at the permitted rate and never over it, nothing lost, nothing twice.

Begin with `lixasync demo`: it needs no key and costs nothing. `lixasync linkedin` asks LinkedIn's own API and reads
LINKEDIN_ACCESS_TOKEN; everything else asks the Lix API and reads LIX_API_KEY. `lixasync operations` lists what that
API offers; nothing here sends or changes anything.

For thousands of links, searches or accounts: `lixasync enrich` and `lixasync fetch` make a job, a file that holds every
answer, and go on where they were, however they were ended. `lixasync job` does the rest.
"""

_EPILOGUE = "Exit codes:\n\n```text\n{}\n```"


def _build(arguments: Sequence[str]) -> App:
    """Return the command line; of all commands, the one that is asked for will be loaded, and no other."""
    codes = "\n".join(f"{code.value:>5}  {meaning}" for code, meaning in MEANINGS.items())
    app = App(
        name="lixasync",
        help=_HELP,
        help_epilogue=_EPILOGUE.format(codes),
        help_format="markdown",
        version=_version,
    )
    groups: dict[tuple[str, ...], App] = {(): app}
    for name, about in GROUPS.items():
        groups[name,] = App(name=name, help=about, help_format="markdown")
    asked = tuple(word for word in arguments if not word.startswith("-"))
    for path, entry in COMMANDS.items():
        target, is_asked = f"lixasync.cli.{entry.target}", asked[: len(path)] == path
        if path in groups:
            if is_asked:
                command = _load(target)
                groups[path].default(command)
                groups[path].help = command.__doc__
        else:
            # with a help of its own, a command is listed without being loaded; without, it tells its whole help
            groups[path[:-1]].command(target, name=path[-1], help=None if is_asked else entry.about)
    for name in GROUPS:
        app.command(groups[name,])
    return app


def _load(target: str) -> Callable[..., Any]:
    module, _, name = target.partition(":")
    command: Callable[..., Any] = getattr(import_module(module), name)
    return command


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
    app = _build(arguments)
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
        from lixasync.cli.guard import run_guarded

        return run_guarded(lambda: command(*bound.args, **bound.kwargs))
    command(*bound.args, **bound.kwargs)
    return Exit.OK
