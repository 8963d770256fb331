"""The tables of a job's file, and what tells such a file from others."""

from __future__ import annotations

from enum import IntEnum

APPLICATION = 0x4C495841
"""Stands in the file's header and says whose it is."""

VERSION = 1
"""Number of this form of the file; a file of another one is not touched."""

PAGES = 24
"""Bits of an answer's place that number the answers of one input; the others say which input."""


LAST = 1e18
"""When inputs in doubt are due: after all others."""


class State(IntEnum):
    """How far an input is."""

    WAITING = 0
    TAKEN = 1
    DONE = 2
    FAILED = 3


TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # How much there is of everything, so that nobody has to count a million rows.
    """CREATE TABLE tally (
        given INTEGER NOT NULL,
        inputs INTEGER NOT NULL,
        done INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        items INTEGER NOT NULL,
        requests INTEGER NOT NULL,
        credits INTEGER NOT NULL
    )""",
    "INSERT INTO tally VALUES (0, 0, 0, 0, 0, 0, 0)",
    # An input's id is its place among all that were given, from 0.
    """CREATE TABLE inputs (
        id INTEGER PRIMARY KEY,
        key BLOB NOT NULL,
        value BLOB NOT NULL,
        state INTEGER NOT NULL DEFAULT 0,
        due REAL NOT NULL DEFAULT 0,
        owner INTEGER,
        requests INTEGER NOT NULL DEFAULT 0,
        credits INTEGER NOT NULL DEFAULT 0,
        asked INTEGER NOT NULL DEFAULT 0,
        pages INTEGER NOT NULL DEFAULT 0,
        items INTEGER NOT NULL DEFAULT 0,
        cursor TEXT,
        stopped TEXT,
        kind TEXT,
        error BLOB
    )""",
    "CREATE UNIQUE INDEX input_by_key ON inputs (key)",
    "CREATE INDEX waiting ON inputs (due, id) WHERE state = 0",
    "CREATE INDEX taken ON inputs (owner) WHERE state = 1",
    "CREATE INDEX failed ON inputs (kind) WHERE state = 3",
    # Places at which an input was given again.
    "CREATE TABLE repeats (position INTEGER PRIMARY KEY, input INTEGER NOT NULL)",
    "CREATE INDEX repeat_by_input ON repeats (input)",
    # Answers as they came, compressed; `kept` lists the items of a page that were new, where not all were.
    "CREATE TABLE answers (place INTEGER PRIMARY KEY, operation TEXT NOT NULL, kept TEXT, body BLOB NOT NULL)",
    "CREATE TABLE workers (id INTEGER PRIMARY KEY AUTOINCREMENT, process TEXT NOT NULL, seen REAL NOT NULL)",
    # Calls made as viewers whose accounts are warming up.
    """CREATE TABLE calls (
        viewer TEXT NOT NULL, hour INTEGER NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (viewer, hour)
    ) WITHOUT ROWID""",
)
