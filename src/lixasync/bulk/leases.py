"""Work on a job's inputs: each is taken, worked on and given back by one process, and written as a whole."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import attrs

from lixasync.bulk.ledger import count
from lixasync.bulk.owners import is_alive
from lixasync.bulk.schema import LAST, PAGES, State

_LEVEL = 3  # of compression: the highest of the fast ones, a few percent larger than the best
_LEAST_WINDOW = 9  # as a power of 2; zlib has none that is smaller


@attrs.frozen(kw_only=True)
class Taken:
    """An input that was taken to be worked on.

    Attributes:
        id: Its place among all inputs.
        value: The input as JSON.
        requests: Requests that were sent for it in earlier runs.
        credits: Credits they cost.
        asked: How often the server said that its answer is not ready yet.
        pages: Answers that are stored.
        items: Items in them.
        cursor: Where its pages go on; None at their beginning.
        doubtful: Whether it failed in an earlier run, perhaps through no fault of its own.
    """

    id: int
    value: bytes
    requests: int
    credits: int
    asked: int
    pages: int
    items: int
    cursor: str | None
    doubtful: bool = False


_COLUMNS = tuple(attrs.fields_dict(Taken))


@attrs.frozen(kw_only=True)
class Stored:
    """An answer as it is stored.

    Attributes:
        operation: The operation's id.
        body: The answer's bytes.
        kept: Which of its items, by index, belong to the result; None for all.
    """

    operation: str
    body: bytes
    kept: Sequence[int] | None = None


@attrs.frozen(kw_only=True)
class Spent:
    """What was spent on an input since it was last written.

    Attributes:
        requests: Requests that were sent.
        credits: Credits they cost.
    """

    requests: int = 0
    credits: int = 0


NOTHING = Spent()


class LostLeaseError(Exception):
    """Somebody else took this input over, for this process was taken for dead."""


_TAKE = """
    UPDATE inputs SET state = 1, owner = ? WHERE id IN (SELECT id FROM inputs WHERE state = 0 AND {} LIMIT ?)
    RETURNING id, value, requests, credits, asked, pages, items, cursor, due = {}
"""
_TAKE_DUE = _TAKE.format("due > 0 AND due <= ? ORDER BY due, id", LAST)
_TAKE_NEXT = _TAKE.format("due = ? ORDER BY id", LAST)


def take(connection: sqlite3.Connection, owner: int, number: int, now: float) -> list[Taken]:
    """Take inputs to work on: first those whose moment has come, then those that were never tried, then those in doubt.

    Args:
        connection: The file.
        owner: Who takes them.
        number: How many at most.
        now: The present moment, in seconds since 1970.
    """
    rows = connection.execute(_TAKE_DUE, (owner, now, number)).fetchall()
    for due in (0.0, LAST):
        if len(rows) < number:
            rows += sorted(connection.execute(_TAKE_NEXT, (owner, due, number - len(rows))).fetchall())
    return [Taken(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def next_due(connection: sqlite3.Connection) -> float | None:
    """Return the moment at which the first of the waiting inputs may be taken; None when nothing waits."""
    row: tuple[float] | None = connection.execute(
        "SELECT due FROM inputs WHERE state = 0 ORDER BY due LIMIT 1"
    ).fetchone()
    return None if row is None else row[0]


def taken(connection: sqlite3.Connection, owner: int) -> tuple[int, int, int]:
    """Return how many inputs this process has taken, how many the others have, and how many are lent to no process."""
    ((own, lent, all_),) = connection.execute(
        "SELECT count(*) FILTER (WHERE owner = ?), count(*) FILTER (WHERE owner < 0), count(*) "
        "FROM inputs WHERE state = 1",
        (owner,),
    )
    return own, all_ - own - lent, lent


@cache
def _update(*columns: str) -> str:
    changes = ", ".join(f"{name} = ?" for name in columns)
    return (
        f"UPDATE inputs SET requests = requests + ?, credits = credits + ?, {changes} "  # noqa: S608 - own names
        "WHERE id = ? AND owner = ? AND state = 1 AND pages = ?"
    )


def _write(
    connection: sqlite3.Connection,
    owner: int,
    taken: Taken,
    spent: Spent,
    changes: Mapping[str, object],
    **counts: int,
) -> dict[str, int]:
    """Change an input that this owner has taken, and stored so many answers of, and count what that adds.

    Returns:
        dict[str, int]: how much there is of everything then; so do all functions that write.

    Raises:
        LostLeaseError: it has it no longer, or again, after somebody else.
    """
    values = (spent.requests, spent.credits, *changes.values(), taken.id, owner, taken.pages)
    done = connection.execute(_update(*changes), values)
    if done.rowcount != 1:
        raise LostLeaseError
    return count(connection, requests=spent.requests, credits=spent.credits, **counts)


def _keep(connection: sqlite3.Connection, taken: Taken, answers: Iterable[Stored]) -> None:
    for place, answer in enumerate(answers, (taken.id << PAGES) + taken.pages):
        kept = None if answer.kept is None else ",".join(map(str, answer.kept))
        row = (place, answer.operation, kept, _compressed(answer.body))
        connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", row)  # of one row, twice as fast as executemany


def _compressed(body: bytes) -> bytes:
    """Compress an answer in a window of its own size: to clear the usual one takes longer than a short answer does."""
    window = min(zlib.MAX_WBITS, max(_LEAST_WINDOW, len(body).bit_length()))
    compressing = zlib.compressobj(_LEVEL, zlib.DEFLATED, window, window - 7)
    return compressing.compress(body) + compressing.flush()


def keep_page(
    connection: sqlite3.Connection,
    owner: int,
    taken: Taken,
    answers: Sequence[Stored],
    cursor: str,
    items: int,
    spent: Spent,
) -> dict[str, int]:
    """Store a page and where the stream goes on behind it.

    Raises:
        LostLeaseError: this owner has the input no longer.
    """
    changes = {"pages": taken.pages + len(answers), "items": taken.items + items, "cursor": cursor}
    numbers = _write(connection, owner, taken, spent, changes, items=items)
    _keep(connection, taken, answers)
    return numbers


def finish(
    connection: sqlite3.Connection,
    owner: int,
    taken: Taken,
    spent: Spent,
    *,
    answers: Sequence[Stored] = (),
    items: int = 0,
    stopped: str | None = None,
) -> dict[str, int]:
    """Store that an input has its result, with the answers that are not stored yet.

    Raises:
        LostLeaseError: this owner has the input no longer.
    """
    changes = {
        "state": State.DONE,
        "owner": None,
        "pages": taken.pages + len(answers),
        "items": taken.items + items,
        "stopped": stopped,
    }
    numbers = _write(connection, owner, taken, spent, changes, done=1, items=items)
    _keep(connection, taken, answers)
    return numbers


def fail(
    connection: sqlite3.Connection,
    owner: int,
    taken: Taken,
    spent: Spent,
    kind: str,
    error: bytes,
    *,
    answers: Sequence[Stored] = (),
    anew: bool = False,
) -> dict[str, int]:
    """Store that an input failed for good.

    Args:
        connection: The file.
        owner: Who has it.
        taken: The input.
        spent: What was spent on it.
        kind: The class of the error.
        error: The error, packed.
        answers: Answers that could not be read, but may be later.
        anew: Whether it begins anew if it is tried again; otherwise it goes on where it was.

    Raises:
        LostLeaseError: this owner has the input no longer.
    """
    changes: dict[str, object] = {
        "state": State.FAILED,
        "owner": None,
        "kind": kind,
        "error": error,
        "pages": taken.pages + len(answers),
    }
    numbers = _write(connection, owner, taken, spent, {**changes, "cursor": None} if anew else changes, failed=1)
    _keep(connection, taken, answers)
    return numbers


def put_back(
    connection: sqlite3.Connection,
    owner: int,
    taken: Taken,
    spent: Spent,
    *,
    due: float = 0.0,
    asked: int = 0,
    cursor: str | None = None,
) -> dict[str, int]:
    """Let an input wait until a moment, for whoever takes it then.

    Args:
        connection: The file.
        owner: Who has it.
        taken: The input.
        spent: What was spent on it.
        due: The moment, in seconds since 1970; 0 for at once.
        asked: How often the server said by now that its answer is not ready.
        cursor: Where it goes on; None for where it was.

    Raises:
        LostLeaseError: this owner has the input no longer.
    """
    changes: dict[str, object] = {"state": State.WAITING, "owner": None, "due": due, "asked": asked}
    return _write(connection, owner, taken, spent, changes if cursor is None else {**changes, "cursor": cursor})


_AGAIN = "state = 0, due = 0, asked = 0, kind = NULL, error = NULL"


def retry_failed(connection: sqlite3.Connection, kinds: Sequence[str] | None) -> int:
    """Let failed inputs be tried again where they stopped, and return how many.

    Args:
        connection: The file.
        kinds: Names of the errors; None for all.
    """
    which = "" if kinds is None else f" AND kind IN ({', '.join('?' * len(kinds))})"
    again = f"UPDATE inputs SET {_AGAIN} WHERE state = 3{which}"  # noqa: S608 - places for values, and own names
    number = connection.execute(again, tuple(kinds or ())).rowcount
    count(connection, failed=-number)
    return number


def register(connection: sqlite3.Connection, process: str, now: float) -> int:
    """Enter a process that begins to work, and return its number."""
    row = connection.execute(
        "INSERT INTO workers (process, seen) VALUES (?, ?) RETURNING id", (process, now)
    ).fetchone()
    number: int = row[0]
    return number


def workers(connection: sqlite3.Connection) -> int:
    """Return how many processes work."""
    ((number,),) = connection.execute("SELECT count(*) FROM workers")
    return int(number)


def beat(connection: sqlite3.Connection, owner: int, process: str, now: float) -> int:
    """Give a sign of life, and give back what dead processes had taken; return how many inputs that were."""
    connection.execute(
        "INSERT INTO workers (id, process, seen) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
        (owner, process, now),
    )
    others = connection.execute("SELECT id, process, seen FROM workers WHERE id <> ?", (owner,)).fetchall()
    return sum(retire(connection, other) for other, where, seen in others if not is_alive(where, seen, now))


def retire(connection: sqlite3.Connection, owner: int) -> int:
    """Strike a process out and give back what it had taken; return how many inputs that were."""
    back = connection.execute(
        "UPDATE inputs SET state = 0, owner = NULL WHERE state = 1 AND owner = ?", (owner,)
    ).rowcount
    connection.execute("DELETE FROM workers WHERE id = ?", (owner,))
    return back
