"""What a job was given: in order, once each, and recognised when it is given again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.bulk import ledger
from lixasync.bulk.inputs import Kept, kept
from lixasync.bulk.schema import LAST, TABLES


def new_file() -> ledger.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=ledger.Connection)
    for statement in TABLES:
        connection.execute(statement)
    return connection


@pytest.fixture
def db() -> Iterator[ledger.Connection]:
    connection = new_file()
    yield connection
    connection.close()


def inputs(*names: str) -> list[Kept]:
    return [kept(name, 0) for name in names]


def places(db: ledger.Connection) -> list[bytes]:
    """Return what was given, in order."""
    rows = db.execute(
        "SELECT id, key FROM inputs UNION ALL SELECT position, key FROM repeats JOIN inputs ON inputs.id = input"
    ).fetchall()
    assert sorted(place for place, _ in rows) == list(range(len(rows)))
    return [key for _, key in sorted(rows)]


class TestAbout:
    def test_it_is_said_once(self, db: ledger.Connection) -> None:
        assert ledger.describe(db, {"method": "a", "params": "{}"}) == {"method": "a", "params": "{}"}
        assert ledger.describe(db, {"method": "b", "params": "{}"}) == {"method": "a", "params": "{}"}
        assert ledger.about(db) == {"method": "a", "params": "{}"}

    def test_notes(self, db: ledger.Connection) -> None:
        ledger.note(db, "stopped", "credits")
        ledger.note(db, "stopped", "finished")
        assert ledger.about(db) == {"stopped": "finished"}
        ledger.note(db, "stopped", None)
        assert ledger.about(db) == {}


class TestCounts:
    def test_they_are_added_by_name(self, db: ledger.Connection) -> None:
        ledger.count(db, done=2, items=5, failed=0)
        ledger.count(db, done=-1)
        ledger.count(db)
        found = ledger.tally(db)
        assert (found.pop("done"), found.pop("items")) == (1, 5)
        assert set(found.values()) == {0}

    def test_they_are_told_at_once_and_written_once(self, db: ledger.Connection) -> None:
        statements: list[str] = []
        db.set_trace_callback(statements.append)
        told = [ledger.count(db, done=1, items=number)["items"] for number in (2, 3, 0)]
        assert told == [2, 5, 5]
        ledger.settle(db)
        ledger.settle(db)
        assert sum(statement.startswith("UPDATE tally") for statement in statements) == 1
        assert (db.totals, ledger.tally(db)["items"], ledger.tally(db)["done"]) == (None, 5, 3)

    def test_what_was_told_is_nobody_elses(self, db: ledger.Connection) -> None:
        first = ledger.count(db, done=1)
        ledger.tally(db).clear()
        assert ledger.count(db, done=1)["done"] == 2
        assert first["done"] == 1

    def test_failures_by_kind(self, db: ledger.Connection) -> None:
        ledger.add(db, inputs("a", "b", "c", "d"), repeats=True)
        for place, kind in enumerate(("NotFoundError", "ServerError", "NotFoundError")):
            db.execute("UPDATE inputs SET state = 3, kind = ? WHERE id = ?", (kind, place))
        assert list(ledger.failures(db).items()) == [("NotFoundError", 2), ("ServerError", 1)]

    def test_in_work(self, db: ledger.Connection) -> None:
        ledger.add(db, inputs("a", "b", "c", "d"), repeats=True)
        assert ledger.in_work(db) == (0, 0, None)
        db.execute("UPDATE inputs SET state = 1 WHERE id = 0")
        db.execute("UPDATE inputs SET due = 10.0 - id WHERE id > 1")
        assert ledger.in_work(db) == (1, 2, 7.0)

    def test_those_in_doubt_are_not_queued(self, db: ledger.Connection) -> None:
        ledger.add(db, inputs("a", "b", "c"), repeats=True)
        db.execute("UPDATE inputs SET due = ? WHERE id > 0", (LAST,))
        assert ledger.in_work(db) == (0, 0, None)
        db.execute("UPDATE inputs SET due = 7.0 WHERE id = 2")
        assert ledger.in_work(db) == (0, 1, 7.0)


class TestInputs:
    def test_repeats_have_a_place_of_their_own(self, db: ledger.Connection) -> None:
        assert ledger.add(db, inputs("a", "b", "a"), repeats=True) == 2
        assert ledger.add(db, inputs("b", "c", "c"), repeats=True) == 1
        assert places(db) == [each.key for each in inputs("a", "b", "a", "b", "c", "c")]
        assert ledger.tally(db)["given"] == 6
        assert ledger.tally(db)["inputs"] == 3

    def test_of_another_list_only_what_is_new_is_added(self, db: ledger.Connection) -> None:
        ledger.add(db, inputs("a", "b"), repeats=True)
        assert ledger.add(db, inputs("c", "b", "c", "d"), repeats=False) == 2
        assert places(db) == [each.key for each in inputs("a", "b", "c", "d")]
        assert ledger.add(db, inputs("a", "d"), repeats=False) == 0
        assert ledger.add(db, [], repeats=True) == 0
        assert ledger.tally(db)["given"] == 4

    def test_the_beginning_is_recognised(self, db: ledger.Connection) -> None:
        ledger.add(db, inputs("a", "b", "a", "c"), repeats=True)
        assert ledger.as_before(db, 0, inputs("a", "b", "a", "c")) == 4
        assert ledger.as_before(db, 1, inputs("b", "a")) == 2
        assert ledger.as_before(db, 2, inputs("a", "b")) == 1
        assert ledger.as_before(db, 3, inputs("c", "d")) == 1
        assert ledger.as_before(db, 0, inputs("b")) == 0
        assert ledger.as_before(db, 0, inputs("b", "a")) == 0
        assert ledger.as_before(db, 4, inputs("a")) == 0


@given(batches=st.lists(st.tuples(st.lists(st.sampled_from("abcdefgh"), max_size=6), st.booleans()), max_size=8))
def test_all_that_was_given_is_there_in_order(batches: Sequence[tuple[list[str], bool]]) -> None:
    db, expected = new_file(), list[bytes]()
    try:
        for names, repeats in batches:
            known = set(expected)
            keys = [each.key for each in inputs(*names)]
            expected += keys if repeats else [key for key in dict.fromkeys(keys) if key not in known]
            assert ledger.add(db, inputs(*names), repeats=repeats) == len(set(keys) - known)
            assert places(db) == expected
            assert ledger.tally(db)["given"] == len(expected)
            assert ledger.tally(db)["inputs"] == len(set(expected))
    finally:
        db.close()
