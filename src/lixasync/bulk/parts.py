"""Inputs of a job that are lent to other machines: each part goes out as a job file of its own, and comes back."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from lixasync.bulk.job import Job
from lixasync.bulk.leases import retire
from lixasync.bulk.ledger import about, count
from lixasync.bulk.owners import is_alive
from lixasync.bulk.schema import APPLICATION, PAGES, TABLES, VERSION, State
from lixasync.bulk.store import Store, translated

_AT_ONCE = 10_000  # inputs that are lent in one transaction, or one part
_FACTS = ("method", "params", "permission", "made")  # of a job, that its parts need
_FORM, _ROLLED_BACK = slice(18, 20), b"\1\1"  # where a database says how it is written, and that it is one file

# Inputs of a part are taken by nobody who works on this file: their owner is the part's number, below 0. So they are
# in no run's way, and no run takes them. A part that is over stays in its table: its number is never used again.
_TABLE = """CREATE TABLE IF NOT EXISTS parts (
    number INTEGER PRIMARY KEY, store TEXT NOT NULL, name TEXT NOT NULL, inputs INTEGER NOT NULL, version TEXT,
    recalled INTEGER NOT NULL DEFAULT 0
)"""
_LEND = """
    UPDATE inputs SET state = 1, owner = -:number
    WHERE id IN (SELECT id FROM inputs WHERE state = 0 ORDER BY due, id LIMIT :size)
    RETURNING id, key, requests
"""
_LENT = "state = 1 AND owner = -?"
_GIVEN = "id, key, value, due, requests, credits, asked, pages, items, cursor"
_ANSWERED = "SELECT place, operation, kept, body FROM answers"
_CHANGING = ("state", "due", "requests", "credits", "asked", "pages", "items", "cursor", "stopped", "kind", "error")
_COUNTED = ("requests", "credits", "items")


@attrs.frozen(kw_only=True)
class Part:
    """A part of a job.

    Attributes:
        number: Its number, from 1.
        name: Its name in the store; the same for the same inputs of the same job.
        inputs: How many inputs it was made of.
        version: What of it was taken in last; None when nothing was.
        recalled: Whether it is called back: nobody is to be told of it any more.
        lent: Whether inputs of it are still out.
    """

    number: int
    name: str
    inputs: int
    version: str | None
    recalled: bool
    lent: bool


@contextlib.asynccontextmanager
async def opened(job: Job[Any]) -> AsyncIterator[Store]:
    """Open a job's file."""
    async with await job._open() as store:  # noqa: SLF001 - of the same room
        yield store


def prefix(connection: sqlite3.Connection) -> str:
    """Return what the names of a job's parts begin with: it tells the method and its arguments, and no input."""
    facts = about(connection)
    return hashlib.blake2b(f"{facts['method']} {facts['params']}".encode(), digest_size=6).hexdigest()


def lend(connection: sqlite3.Connection, store: str, size: int, now: float) -> bool:
    """Put inputs that nobody works on into new parts, and say whether there may be more.

    Args:
        connection: The job's file.
        store: Where the parts will be.
        size: Inputs in each part.
        now: The present moment, in seconds since 1970: what dead processes had taken is lent, too.
    """
    connection.execute(_TABLE)
    for owner, process, seen in connection.execute("SELECT id, process, seen FROM workers").fetchall():
        if not is_alive(process, seen, now):
            retire(connection, owner)
    begin = prefix(connection)
    for _ in range(max(1, _AT_ONCE // size)):
        ((number,),) = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM parts")
        rows = sorted(connection.execute(_LEND, {"number": number, "size": size}).fetchall())
        if not rows:
            return False
        name = f"{begin}-{number:06}-{_digest(rows)}.db"
        connection.execute("INSERT INTO parts VALUES (?, ?, ?, ?, NULL, 0)", (number, store, name, len(rows)))
    return True


def _digest(rows: Sequence[tuple[int, bytes, int]]) -> str:
    """Return what tells these inputs from others, and from themselves when they are tried again."""
    told = hashlib.blake2b(digest_size=8)
    for place, key, requests in rows:
        told.update(b"%d %s %d " % (place, key, requests))
    return told.hexdigest()


def parts(connection: sqlite3.Connection, store: str) -> list[Part]:
    """Return all parts that were ever made for a store, in their order, but for those that are removed from it."""
    connection.execute(_TABLE)
    rows = connection.execute(
        "SELECT number, name, inputs, version, recalled, "
        "EXISTS (SELECT 1 FROM inputs WHERE state = 1 AND owner = -number) FROM parts WHERE store = ? ORDER BY number",
        (store,),
    )
    return [
        Part(number=number, name=name, inputs=inputs, version=version, recalled=bool(recalled), lent=bool(lent))
        for number, name, inputs, version, recalled, lent in rows
    ]


def file_of(connection: sqlite3.Connection, number: int) -> bytes:
    """Return a part as a job file of its own: its inputs that are still out, and what is known of them."""
    facts = [(name, value) for name, value in about(connection).items() if name in _FACTS]
    rows = connection.execute(f"SELECT {_GIVEN} FROM inputs WHERE {_LENT}", (number,)).fetchall()  # noqa: S608 - own names
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        for statement in TABLES:
            made.execute(statement)
        made.execute(f"PRAGMA application_id = {APPLICATION}")
        made.execute(f"PRAGMA user_version = {VERSION}")
        made.executemany("INSERT INTO about VALUES (?, ?)", facts)
        made.executemany(f"INSERT INTO inputs ({_GIVEN}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - own names
        for row in rows:
            _copy_answers(connection, made, row[0])
        made.execute(
            "UPDATE tally SET (given, inputs, items, requests, credits) = "
            "(SELECT count(*), count(*), total(items), total(requests), total(credits) FROM inputs)"
        )
        return made.serialize()


def is_whole(body: bytes) -> bool:
    """Say whether bytes are those of a part, and undamaged."""
    try:
        with contextlib.closing(_opened(body)) as lent:
            for look in (f"SELECT id, key, {', '.join(_CHANGING)} FROM inputs", _ANSWERED):  # noqa: S608 - own names
                lent.execute(f"{look} LIMIT 1")
            ((found,),) = lent.execute("PRAGMA quick_check(1)")
            return bool(found == "ok")
    except sqlite3.Error:
        return False


def take_in(connection: sqlite3.Connection, part: Part, body: bytes, version: str) -> str | None:
    """Take in what a part has by now; what was taken in before stays as it is.

    Args:
        connection: The job's file.
        part: The part. When another process has taken in something since it was read, nothing is done, as this may
            be the older.
        body: The part as a job file, undamaged.
        version: Which one that is.

    Returns:
        str | None: the version that was taken in last, by now.
    """
    row: tuple[str | None] = connection.execute("SELECT version FROM parts WHERE number = ?", (part.number,)).fetchone()
    if row[0] != part.version:
        return row[0]
    columns = ", ".join(_CHANGING)
    look = f"SELECT id, key, {columns} FROM inputs"  # noqa: S608 - own names
    known = {row[:2]: row[2:] for row in connection.execute(f"{look} WHERE {_LENT}", (part.number,))}
    write = f"UPDATE inputs SET owner = ?, {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE id = ?"  # noqa: S608 - own names
    totals = dict.fromkeys(("done", "failed", *_COUNTED), 0)
    with contextlib.closing(_opened(body)) as lent:
        for place, key, state, *rest in lent.execute(look).fetchall():
            before = known.get((place, key))
            ended = state in (State.DONE, State.FAILED)
            now = (state if ended else int(State.TAKEN), *rest)
            if before is None or before == now:
                continue
            connection.execute(write, (None if ended else -part.number, *now, place))
            connection.execute("DELETE FROM answers WHERE place >= ? AND place < ?", _places(place))
            _copy_answers(lent, connection, place)
            totals["done"] += state == State.DONE
            totals["failed"] += state == State.FAILED
            for name in _COUNTED:
                index = _CHANGING.index(name)
                totals[name] += now[index] - before[index]
    connection.execute("UPDATE parts SET version = ? WHERE number = ?", (version, part.number))
    count(connection, **totals)
    return version


def call_back(connection: sqlite3.Connection, number: int) -> None:
    """Write down that a part is called back, before anything is done in the store."""
    connection.execute("UPDATE parts SET recalled = 1 WHERE number = ?", (number,))


def give_back(connection: sqlite3.Connection, number: int) -> None:
    """Call a part back: its inputs that are still out can be worked on here, or lent again in another part."""
    call_back(connection, number)
    connection.execute(f"UPDATE inputs SET state = 0, owner = NULL WHERE {_LENT}", (number,))  # noqa: S608 - own names


def forget(connection: sqlite3.Connection, number: int) -> None:
    """Forget in which store a part was."""
    connection.execute("UPDATE parts SET store = '' WHERE number = ?", (number,))


def begin(path: Path, body: bytes) -> None:
    """Make a file of a part, so that a run can work on it: whoever had taken inputs before works on them no more."""
    path.write_bytes(body)
    with translated(path), contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE inputs SET state = 0, owner = NULL WHERE state = 1")
        connection.execute("DELETE FROM workers")


def mark(path: Path, worker: str) -> bytes:
    """Write into the file of a part who works on it, and return the file's bytes."""
    with translated(path), contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT OR REPLACE INTO about VALUES ('worker', ?)", (worker,))
    return whole(path.read_bytes())


def bytes_of(connection: sqlite3.Connection) -> bytes:
    """Return the bytes of an open file, as of this moment."""
    return whole(connection.serialize())


def whole(body: bytes) -> bytes:
    """Return the bytes of a database in the form that needs no other file beside it."""
    return body[: _FORM.start] + _ROLLED_BACK + body[_FORM.stop :]


def _opened(body: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(body)
    return connection


def _places(place: int) -> tuple[int, int]:
    """Return between which places the answers of an input are."""
    return place << PAGES, (place + 1) << PAGES


def _copy_answers(source: sqlite3.Connection, target: sqlite3.Connection, place: int) -> None:
    rows = source.execute(f"{_ANSWERED} WHERE place >= ? AND place < ?", _places(place))
    target.executemany("INSERT INTO answers VALUES (?, ?, ?, ?)", rows)
