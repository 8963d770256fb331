"""What a job's file says of the job: what it is, what it was given, and how much of that is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from lixasync.bulk.inputs import Kept
from lixasync.bulk.schema import LAST


class Connection(sqlite3.Connection):
    """A connection to a job's file, by which all that one transaction counts is written at once.

    Attributes:
        totals: How much there is of everything, as the transaction under way has counted; None when it has not.
    """

    totals: dict[str, int] | None = None


def about(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the job is."""
    return dict(connection.execute("SELECT name, value FROM about"))


def describe(connection: sqlite3.Connection, facts: Mapping[str, str]) -> dict[str, str]:
    """Say what the job is, unless that has been said; return what it is."""
    known = about(connection)
    if "method" not in known:
        connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", list(facts.items()))
    return known or dict(facts)


def note(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    """Remember something of the job; None forgets it."""
    if value is None:
        connection.execute("DELETE FROM about WHERE name = ?", (name,))
    else:
        connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))


_TALLY = ("given", "inputs", "done", "failed", "items", "requests", "credits")
_READ_TALLY = f"SELECT {', '.join(_TALLY)} FROM tally"  # noqa: S608 - own names
_WRITE_TALLY = f"UPDATE tally SET {', '.join(f'{name} = ?' for name in _TALLY)}"  # noqa: S608 - own names


def tally(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how much there is of everything."""
    totals = connection.totals if isinstance(connection, Connection) else None
    return dict(totals or zip(_TALLY, connection.execute(_READ_TALLY).fetchone(), strict=True))


def count(connection: sqlite3.Connection, **changes: int) -> dict[str, int]:
    """Add to what there is, by name, and return how much there is then; `settle` writes it."""
    assert isinstance(connection, Connection)  # noqa: S101 - a store makes no other
    totals = tally(connection)
    for name, change in changes.items():
        totals[name] += change
    connection.totals = totals
    return totals


def settle(connection: Connection) -> None:
    """Write what was counted; a transaction calls it once, at its end."""
    totals, connection.totals = connection.totals, None
    if totals is not None:
        connection.execute(_WRITE_TALLY, tuple(totals.values()))


def as_before(connection: sqlite3.Connection, begin: int, inputs: Sequence[Kept]) -> int:
    """Return how many inputs are those that were given at these places before.

    Args:
        connection: The file.
        begin: The first place.
        inputs: What is given now, from that place on.
    """
    rows = connection.execute(
        """SELECT id, key FROM inputs WHERE id >= :begin AND id < :end
           UNION ALL
           SELECT position, key FROM repeats JOIN inputs ON inputs.id = input
           WHERE position >= :begin AND position < :end""",
        {"begin": begin, "end": begin + len(inputs)},
    )
    before: dict[int, bytes] = dict(rows)
    for index, each in enumerate(inputs):
        if before.get(begin + index) != each.key:
            return index
    return len(inputs)


def add(connection: sqlite3.Connection, inputs: Sequence[Kept], *, repeats: bool) -> int:
    """Add inputs behind all others, and return how many of them are new.

    Args:
        connection: The file.
        inputs: The inputs.
        repeats: Whether those the job has already are answered at this place as well; otherwise they are left out.
    """
    given = tally(connection)["given"]
    if not repeats:
        inputs = _unknown(connection, inputs)
    rows = [(given + index, each.key, each.value) for index, each in enumerate(inputs)]
    new = connection.executemany("INSERT OR IGNORE INTO inputs (id, key, value) VALUES (?, ?, ?)", rows).rowcount
    new = max(new, 0)  # of no rows at all, it tells -1
    if new < len(rows):
        places = ((key, place) for place, key, _ in rows)
        found = [
            (place, *connection.execute("SELECT id FROM inputs WHERE key = ?", (key,)).fetchone())
            for key, place in places
        ]
        connection.executemany("INSERT INTO repeats VALUES (?, ?)", [pair for pair in found if pair[0] != pair[1]])
    count(connection, given=len(rows), inputs=new)
    return new


def _unknown(connection: sqlite3.Connection, inputs: Sequence[Kept]) -> list[Kept]:
    unique = {each.key: each for each in inputs}
    look = "SELECT 1 FROM inputs WHERE key = ?"
    return [each for key, each in unique.items() if connection.execute(look, (key,)).fetchone() is None]


def failures(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many inputs failed, by class of the error, the most frequent first."""
    rows = connection.execute("SELECT kind, count(*) FROM inputs WHERE state = 3 GROUP BY kind ORDER BY 2 DESC, 1")
    return dict(rows)


def in_work(connection: sqlite3.Connection) -> tuple[int, int, float | None]:
    """Return how many inputs are taken, how many wait for a moment, and the first such moment."""
    ((taken,),) = connection.execute("SELECT count(*) FROM inputs WHERE state = 1")
    waiting = "SELECT count(*), min(due) FROM inputs WHERE state = 0 AND due > 0 AND due < ?"
    ((queued, due),) = connection.execute(waiting, (LAST,))
    return taken, queued, due
