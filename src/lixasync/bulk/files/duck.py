"""The library behind Parquet and DuckDB files: an extra, with its memory bounded."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from lixasync.errors import ConfigurationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = 512 * 2**20
"""Bytes of memory that rows of the usual size need at most."""
_THREADS = 1  # more would hold more in memory, and wait for the rows all the same


def check_installed(path: Path) -> None:
    """Make sure that the library is there.

    Args:
        path: The file it is needed for.

    Raises:
        ConfigurationError: it is not.
    """
    if importlib.util.find_spec("duckdb") is None:
        raise ConfigurationError(
            f"{path.suffix} files need DuckDB, which is not installed.", hint="pip install 'lixasync[export]'"
        )


def connect(database: Path | None = None, *, scratch: Path | None = None, memory: int = MEMORY) -> DuckDBPyConnection:
    """Open a database.

    Args:
        database: Its file; None for one in memory.
        scratch: A folder for what does not fit into memory; None when nothing may be put aside.
        memory: Bytes of memory it may use.
    """
    import duckdb

    connection = duckdb.connect(
        ":memory:" if database is None else str(database),
        config={
            "memory_limit": f"{memory}B",
            "temp_directory": "" if scratch is None else str(scratch),
            "threads": str(_THREADS),
            "autoinstall_known_extensions": "false",  # nothing is fetched from the network
        },
    )
    connection.execute("SET enable_progress_bar = false")
    return connection


def literal(text: str) -> str:
    """Return a text as SQL writes it.

    Args:
        text: The text.
    """
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return the name of a column as SQL writes it.

    Args:
        name: The name.
    """
    return '"' + name.replace('"', '""') + '"'


def exactly(path: Path) -> str:
    """Return the pattern that matches one file only: names are patterns where files are read.

    Args:
        path: The file.
    """
    return "".join(f"[{each}]" if each in "*?[" else each for each in str(path))
