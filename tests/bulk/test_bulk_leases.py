"""Inputs are taken by one, ended once, and never lost: against a model in plain Python, in any order."""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lixasync.bulk import leases, ledger
from lixasync.bulk.inputs import kept
from lixasync.bulk.leases import LostLeaseError, Spent, Stored, Taken
from lixasync.bulk.owners import LEASE
from lixasync.bulk.schema import LAST, PAGES, TABLES

NOW = 1_000_000.0
ONE = Spent(requests=1, credits=2)
ANSWER = Stored(operation="get_person", body=b"{}")


def new_file(*names: str) -> ledger.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=ledger.Connection)
    for statement in TABLES:
        connection.execute(statement)
    ledger.add(connection, [kept(name, 0) for name in names], repeats=True)
    return connection


@pytest.fixture
def db() -> Iterator[ledger.Connection]:
    connection = new_file("a", "b", "c", "d")
    yield connection
    connection.close()


def answers(db: sqlite3.Connection) -> list[tuple[int, int, str | None, bytes]]:
    """Return what is stored: of which input, as its how-manieth answer, which items, and the body."""
    rows = db.execute("SELECT place, kept, body FROM answers ORDER BY place").fetchall()
    return [(place >> PAGES, place % (1 << PAGES), some, zlib.decompress(body)) for place, some, body in rows]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 511, 512, 4_096, 32_767, 32_768, 65_536, 2_000_000])
def test_answers_of_all_sizes_are_stored_as_they_came(db: ledger.Connection, size: int) -> None:
    body = (bytes(range(256)) * (size // 256 + 1) + b"tail")[:size]
    (taken,) = leases.take(db, 1, 1, NOW)
    leases.finish(db, 1, taken, ONE, answers=[Stored(operation="get_person", body=body)])
    assert answers(db) == [(0, 0, None, body)]


class TestTaking:
    def test_in_order_and_by_one(self, db: sqlite3.Connection) -> None:
        assert [each.id for each in leases.take(db, 1, 3, NOW)] == [0, 1, 2]
        assert [each.id for each in leases.take(db, 2, 3, NOW)] == [3]
        assert leases.take(db, 1, 3, NOW) == []
        assert leases.taken(db, 1) == (3, 1, 0)
        assert leases.taken(db, 7) == (0, 4, 0)
        db.execute("UPDATE inputs SET owner = -5 WHERE id = 3")
        assert leases.taken(db, 1) == (3, 0, 1)

    def test_those_whose_moment_has_come_are_first(self, db: sqlite3.Connection) -> None:
        for each, due in zip(leases.take(db, 1, 3, NOW), (NOW + 20, NOW + 10, 0.0), strict=True):
            leases.put_back(db, 1, each, ONE, due=due)
        assert leases.next_due(db) == 0.0
        assert [each.id for each in leases.take(db, 1, 2, NOW + 10)] == [1, 2]
        assert [each.id for each in leases.take(db, 1, 9, NOW + 10)] == [3]
        assert leases.next_due(db) == NOW + 20
        assert [each.id for each in leases.take(db, 1, 9, NOW + 20)] == [0]
        assert leases.next_due(db) is None

    def test_those_in_doubt_are_last_and_told_from_others(self, db: sqlite3.Connection) -> None:
        for each, due in zip(leases.take(db, 1, 3, NOW), (LAST, LAST, NOW + 10), strict=True):
            leases.put_back(db, 1, each, ONE, due=due)
        assert leases.next_due(db) == 0.0
        found = leases.take(db, 1, 3, NOW + 10)
        assert [(each.id, each.doubtful) for each in found] == [(2, False), (3, False), (0, True)]
        assert leases.next_due(db) == LAST
        assert [(each.id, each.doubtful) for each in leases.take(db, 1, 3, NOW)] == [(1, True)]

    def test_one_in_doubt_is_not_so_any_more_when_it_is_tried_again(self, db: sqlite3.Connection) -> None:
        leases.put_back(db, 1, leases.take(db, 1, 1, NOW)[0], ONE, due=LAST)
        assert [each.id for each in leases.take(db, 1, 3, NOW)] == [1, 2, 3]
        (again,) = leases.take(db, 1, 1, NOW)
        leases.fail(db, 1, again, ONE, "A", b"error")
        leases.retry_failed(db, None)
        assert [(each.id, each.doubtful) for each in leases.take(db, 1, 1, NOW)] == [(0, False)]

    def test_what_is_known_of_it(self, db: sqlite3.Connection) -> None:
        first = leases.take(db, 1, 1, NOW)[0]
        assert first == Taken(id=0, value=b'"a"', requests=0, credits=0, asked=0, pages=0, items=0, cursor=None)
        leases.keep_page(db, 1, first, [ANSWER, ANSWER], "cursor", 7, ONE)
        leases.put_back(db, 1, attrs.evolve(first, pages=2), ONE, asked=3)
        assert leases.take(db, 2, 1, NOW) == [
            Taken(id=0, value=b'"a"', requests=2, credits=4, asked=3, pages=2, items=7, cursor="cursor")
        ]


class TestStoring:
    def test_pages_and_the_end(self, db: sqlite3.Connection) -> None:
        _, taken = leases.take(db, 1, 2, NOW)
        leases.keep_page(db, 1, taken, [Stored(operation="x", body=b"1", kept=[0, 2])], "cursor", 2, ONE)
        taken = attrs.evolve(taken, pages=1, items=2)
        leases.finish(db, 1, taken, ONE, answers=[Stored(operation="x", body=b"2")], items=3, stopped="exhausted")
        assert answers(db) == [(1, 0, "0,2", b"1"), (1, 1, None, b"2")]
        assert ledger.tally(db) == {
            "given": 4, "inputs": 4, "done": 1, "failed": 0, "items": 5, "requests": 2, "credits": 4
        }  # fmt: skip

    def test_a_failure_with_an_answer_that_nobody_can_read(self, db: sqlite3.Connection) -> None:
        taken = leases.take(db, 1, 1, NOW)[0]
        leases.fail(db, 1, taken, ONE, "A", b"error", answers=[Stored(operation="x", body=b"odd")])
        leases.retry_failed(db, None)
        again = leases.take(db, 2, 1, NOW)[0]
        assert again.pages == 1
        leases.finish(db, 2, again, ONE, answers=[ANSWER])
        assert answers(db) == [(0, 0, None, b"odd"), (0, 1, None, b"{}")]

    def test_a_failure_is_tried_again_where_it_stopped(self, db: sqlite3.Connection) -> None:
        taken = leases.take(db, 1, 3, NOW)
        leases.keep_page(db, 1, taken[0], [ANSWER], "cursor", 2, ONE)
        for each, kind in zip((attrs.evolve(taken[0], pages=1), *taken[1:]), ("A", "B", "C"), strict=True):
            leases.fail(db, 1, each, ONE, kind, b"error")
        assert ledger.failures(db) == {"A": 1, "B": 1, "C": 1}
        assert leases.retry_failed(db, ["A", "B"]) == 2
        assert leases.retry_failed(db, []) == 0
        assert ledger.tally(db)["failed"] == 1
        again = leases.take(db, 2, 1, NOW)[0]
        assert (again.id, again.pages, again.cursor, again.requests) == (0, 1, "cursor", 2)
        leases.finish(db, 2, again, ONE, answers=[ANSWER])
        assert db.execute("SELECT kind, error FROM inputs WHERE id = 0").fetchone() == (None, None)
        assert leases.retry_failed(db, None) == 1

    def test_a_failure_of_one_that_waited_is_tried_again_at_once(self, db: sqlite3.Connection) -> None:
        leases.put_back(db, 1, leases.take(db, 1, 1, NOW)[0], ONE, due=NOW + 10, asked=3)
        leases.fail(db, 1, leases.take(db, 1, 1, NOW + 10)[0], ONE, "A", b"error")
        leases.retry_failed(db, None)
        assert ledger.in_work(db) == (0, 0, None)
        again = leases.take(db, 1, 1, NOW)[0]
        assert (again.id, again.asked) == (0, 0)

    def test_one_that_was_given_up_stores_nothing(self, db: sqlite3.Connection) -> None:
        taken = leases.take(db, 1, 1, NOW)[0]
        leases.retire(db, 1)
        before = db.total_changes
        for late in (
            lambda: leases.keep_page(db, 1, taken, [ANSWER], "cursor", 1, ONE),
            lambda: leases.finish(db, 1, taken, ONE, answers=[ANSWER]),
            lambda: leases.fail(db, 1, taken, ONE, "A", b""),
            lambda: leases.put_back(db, 1, taken, ONE),
        ):
            for other in ((), leases.take(db, 2, 1, NOW)):
                with pytest.raises(LostLeaseError):
                    late()
                for each in other:
                    leases.put_back(db, 2, each, Spent())
        assert db.total_changes > before
        assert answers(db) == []
        assert ledger.tally(db)["requests"] == 0

    def test_one_that_was_given_up_and_took_it_again_stores_it_once(self, db: sqlite3.Connection) -> None:
        first = leases.take(db, 1, 1, NOW)[0]
        leases.retire(db, 1)
        again = leases.take(db, 1, 1, NOW)[0]
        assert first == again
        leases.keep_page(db, 1, again, [ANSWER], "cursor", 1, ONE)
        with pytest.raises(LostLeaseError):
            leases.keep_page(db, 1, first, [ANSWER], "cursor", 1, ONE)
        assert len(answers(db)) == 1


class TestProcesses:
    def test_numbers_are_never_given_again(self, db: sqlite3.Connection) -> None:
        assert leases.register(db, "x/1/2", NOW) == 1
        leases.retire(db, 1)
        assert leases.register(db, "x/1/2", NOW) == 2

    def test_what_a_dead_one_had_is_given_back(self, db: sqlite3.Connection) -> None:
        dead, live = (leases.register(db, f"{name}/1/2", NOW) for name in ("x", "y"))
        assert len(leases.take(db, dead, 3, NOW)) == 3
        assert leases.beat(db, live, "y/1/2", NOW + LEASE - 1) == 0
        assert leases.beat(db, live, "y/1/2", NOW + LEASE) == 3
        assert leases.beat(db, live, "y/1/2", NOW + 2 * LEASE) == 0
        assert [each.id for each in leases.take(db, live, 9, NOW)] == [0, 1, 2, 3]

    def test_one_that_was_struck_out_enters_itself_again(self, db: sqlite3.Connection) -> None:
        number = leases.register(db, "x/1/2", NOW)
        leases.retire(db, number)
        leases.beat(db, number, "x/1/2", NOW + 5)
        assert db.execute("SELECT * FROM workers").fetchall() == [(number, "x/1/2", NOW + 5)]


@attrs.define
class Model:
    """One input, as it should be."""

    state: str = "waiting"
    owner: int | None = None
    due: float = 0.0
    pages: int = 0
    items: int = 0
    requests: int = 0
    ends: int = 0
    kind: str | None = None


class Jobs(RuleBasedStateMachine):
    """Three processes at one job; each remembers what it took, also when it was taken for dead meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.db = new_file()
        self.now = NOW
        self.model: dict[int, Model] = {}
        self.given: list[str] = []
        self.held: list[tuple[int, Taken]] = []

    def teardown(self) -> None:
        self.db.close()

    @rule(names=st.lists(st.sampled_from("abcdefghij"), max_size=5), repeats=st.booleans())
    def add(self, names: list[str], repeats: bool) -> None:
        ledger.add(self.db, [kept(name, 0) for name in names], repeats=repeats)
        for name in names if repeats else [each for each in dict.fromkeys(names) if each not in self.given]:
            if name not in self.given:
                self.model[len(self.given)] = Model()
            self.given.append(name)

    @rule(owner=st.integers(1, 3), number=st.integers(1, 4))
    def take(self, owner: int, number: int) -> None:
        found = leases.take(self.db, owner, number, self.now)
        free = [id_ for id_, each in self.model.items() if each.state == "waiting" and each.due <= self.now]
        assert len(found) == min(number, len(free))
        for each in found:
            model = self.model[each.id]
            assert model.state == "waiting"
            assert (each.pages, each.items, each.requests) == (model.pages, model.items, model.requests)
            model.state, model.owner = "taken", owner
            self.held.append((owner, each))

    @precondition(lambda self: self.held)
    @rule(data=st.data(), what=st.sampled_from(("keep", "finish", "fail", "back", "later")), number=st.integers(0, 2))
    def end(self, data: st.DataObject, what: str, number: int) -> None:
        owner, taken = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        model = self.model[taken.id]
        lost = (model.state, model.owner, model.pages) != ("taken", owner, taken.pages)
        try:
            self.write(owner, taken, what, number)
        except LostLeaseError:
            assert lost
            return
        assert not lost
        model.requests += 1
        if what == "keep":
            model.pages, model.items = model.pages + number, model.items + 3
            self.held.append((owner, attrs.evolve(taken, pages=model.pages, items=model.items, requests=0)))
            return
        model.owner = None
        model.state = {"finish": "done", "fail": "failed"}.get(what, "waiting")
        model.due = self.now + 10 if what == "later" else 0.0 if what == "back" else model.due
        model.kind = "AB"[number % 2] if what == "fail" else None
        model.ends += what == "finish"
        if what == "finish":
            model.pages, model.items = model.pages + number, model.items + 2

    def write(self, owner: int, taken: Taken, what: str, number: int) -> None:
        found = [ANSWER] * number
        if what == "keep":
            leases.keep_page(self.db, owner, taken, found, "cursor", 3, ONE)
        elif what == "finish":
            leases.finish(self.db, owner, taken, ONE, answers=found, items=2)
        elif what == "fail":
            leases.fail(self.db, owner, taken, ONE, "AB"[number % 2], b"")
        else:
            leases.put_back(self.db, owner, taken, ONE, due=self.now + 10 if what == "later" else 0.0)

    @rule(kinds=st.sampled_from((None, ["A"], ["B", "C"])))
    def retry(self, kinds: list[str] | None) -> None:
        wanted = [each for each in self.model.values() if each.state == "failed" and (not kinds or each.kind in kinds)]
        assert leases.retry_failed(self.db, kinds) == len(wanted)
        for each in wanted:
            each.state, each.due = "waiting", 0.0

    @rule(owner=st.integers(1, 3))
    def retire(self, owner: int) -> None:
        theirs = [each for each in self.model.values() if each.state == "taken" and each.owner == owner]
        assert leases.retire(self.db, owner) == len(theirs)
        for each in theirs:
            each.state, each.owner = "waiting", None

    @rule()
    def later(self) -> None:
        self.now += 7

    @rule()
    def settle(self) -> None:
        """Write what was counted, as at the end of a transaction."""
        ledger.settle(self.db)

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        names = ("waiting", "taken", "done", "failed")
        rows: list[tuple[Any, ...]] = self.db.execute(
            "SELECT id, state, owner, pages, items, requests, credits FROM inputs"
        ).fetchall()
        found = {row[0]: (names[row[1]], *row[2:6]) for row in rows}
        assert found == {
            id_: (each.state, each.owner, each.pages, each.items, each.requests) for id_, each in self.model.items()
        }
        states = Counter(each.state for each in self.model.values())
        assert ledger.tally(self.db) == {
            "given": len(self.given),
            "inputs": len(set(self.given)),
            "done": states["done"],
            "failed": states["failed"],
            "items": sum(row[4] for row in rows),
            "requests": sum(row[5] for row in rows),
            "credits": sum(row[6] for row in rows),
        }
        assert all(each.ends == (each.state == "done") for each in self.model.values())
        stored = Counter(place for place, *_ in answers(self.db))
        assert stored == Counter({id_: each.pages for id_, each in self.model.items() if each.pages})
        queued = [each.due for each in self.model.values() if each.state == "waiting" and each.due]
        assert ledger.in_work(self.db) == (states["taken"], len(queued), min(queued, default=None))


TestJobs = Jobs.TestCase
