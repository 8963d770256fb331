"""The command ``lixasync``: all that reads from the APIs, into JSON Lines; durable jobs, a sandbox, and a demo.

Results go to standard output or to a file, one JSON object a line, and nothing else does. Everything said to people
goes to standard error. Exit codes, for scripts:

======  ==================================================================================
Code    Meaning
======  ==================================================================================
0       All went well; also when the reader of a pipe had enough. A job is finished, though inputs may have failed.
1       Any other failure: the API answered something unexpected, or the output could not be written.
2       Usage: a bad argument, URL or cursor, no key or token, or the state of a watch cannot be used.
3       Authentication: the key or token is wrong or has expired, or is not allowed to do this.
4       Out of credits.
5       A rate, daily or weekly limit, a look-up that is still queued, or the deadline: try later.
6       No such record.
7       The viewer is unknown or not connected.
8       The network or the server failed, and repeating did not help.
9       A job stopped at a bound that was set for it, such as ``--max-credits``: run it again to go on.
130     Interrupted (Ctrl-C or SIGTERM); standard error says where to go on. A watch ends so.
======  ==================================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

_NEEDED = ("cyclopts", "rich")
_MISSING_EXTRA = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; None for the real one.

    Returns:
        The exit code; see the table above.
    """
    try:
        from lixasync.cli.app import run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _NEEDED:
            raise
        sys.stderr.write(f"lixasync: the command needs {package}: pip install 'lixasync[cli]'\n")
        return _MISSING_EXTRA
    return run(sys.argv[1:] if arguments is None else arguments)
