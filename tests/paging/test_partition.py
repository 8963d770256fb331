"""A query divided into parts: how it is divided, what is left out, and its cursor's way through a string."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from tests.support.population import Population, people

from lixasync import CursorError, StopReason
from lixasync.paging.cursor import PART, PageFacts
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.partition import Coverage, Part, PartitionCursor, path_of

BEGIN = PartitionCursor(query="q", begin=PageNumberCursor(query="q", cap=10), cap=10)


def facts(numbers: range, total: int | None, divisions: str = "") -> PageFacts:
    return PageFacts(identities=[str(number) for number in numbers], total=total, divisions=tuple(divisions))


def coverage(cursor: PartitionCursor) -> Coverage:
    return cursor.coverage(page_size=2, credits=3, seconds=1.5)


class TestDividing:
    @pytest.mark.parametrize(
        ("total", "divisions", "asking"),
        [
            (11, "ab", (("a",), ("b",))),
            (11, "aba", (("a",), ("b",))),
            (10, "ab", (("a",), ("b",))),  # the server may tell no total beyond its cap
            (9, "ab", ()),
            (11, "", ()),
            (None, "ab", ()),
        ],
    )
    def test_what_does_not_fit_is_divided(
        self, total: int | None, divisions: str, asking: tuple[tuple[str], ...]
    ) -> None:
        cursor, old = BEGIN.after(facts(range(2), total, divisions))
        assert (cursor.asking, old, cursor.delivered) == (asking, 0, 2)
        assert cursor.parts[0].divided is bool(asking)

    def test_a_part_of_just_the_cap_fits_where_totals_go_beyond_it(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 11, "a"))
        cursor, _ = cursor.after(facts(range(2), 10, "xy"))
        assert not cursor.parts[1].divided

    def test_parts_are_asked_for_level_by_level(self) -> None:
        cursor, asked = BEGIN, []
        while cursor.asking:
            request = cursor.request()
            asked.append(request[PART])
            deep = len(path_of(request))
            cursor, _ = cursor.after(facts(range(2), 11, ["ab", "xy", ""][deep]))
        assert asked == ["", "a", "b", "a/x", "a/y", "b/x", "b/y"]

    @pytest.mark.parametrize("value", ["a/b", "a%2Fb", "ü", "a b", "urn:li:geo:1"])
    def test_any_text_may_be_a_value(self, value: str) -> None:
        cursor, _ = BEGIN.after(attrs.evolve(facts(range(2), 11), divisions=(value, "z")))
        assert path_of(cursor.request()) == (value,)
        cursor, _ = cursor.after(attrs.evolve(facts(range(2), 11), divisions=("x",)))
        cursor, _ = cursor.after(facts(range(2), 11))
        assert path_of(cursor.request()) == (value, "x")

    def test_an_empty_value_is_none(self) -> None:
        cursor, _ = BEGIN.after(attrs.evolve(facts(range(2), 11), divisions=("", "z")))
        assert cursor.asking == (("z",),)

    def test_the_sequence_id_of_a_part_stays_with_it(self) -> None:
        cursor, _ = BEGIN.after(attrs.evolve(facts(range(2), 11, "ab"), sequence_id="s"))
        for name in "ab":
            assert cursor.request() == {PART: name, "page": "1"}
            cursor, _ = cursor.after(attrs.evolve(facts(range(2), 5), sequence_id=f"s-{name}"))
        assert cursor.request() == {PART: "a", "page": "2", "sequence_id": "s-a"}
        while cursor.request()[PART] == "a":
            cursor, _ = cursor.after(facts(range(10 * int(cursor.request()["page"]), 99), 5))
        assert cursor.request()["sequence_id"] == "s-b"

    def test_an_odd_empty_first_page_is_asked_for_again(self) -> None:
        cursor, _ = BEGIN.after(facts(range(0), 11, "ab"))
        assert (cursor.asking, cursor.parts) == (((),), ())
        cursor, _ = cursor.after(facts(range(2), 11, "ab"))
        assert cursor.asking == (("a",), ("b",))

    def test_a_query_that_fits_is_read_as_it_is(self) -> None:
        cursor, asked = BEGIN, []
        while cursor.stopped is None:
            asked.append(dict(cursor.request()))
            start = 2 * (int(asked[-1]["page"]) - 1)
            cursor, _ = cursor.after(facts(range(start, min(5, start + 2)), 5, "ab"))
        assert asked == [{PART: "", "page": "1"}, {PART: "", "page": "2"}, {PART: "", "page": "3"}]
        assert cursor.stopped is StopReason.EXHAUSTED
        assert cursor.parts == (Part(values=(), total=5, read=5, done=True),)


class TestWhyItStopped:
    def test_a_list_of_just_the_cap_may_go_on(self) -> None:
        cursor, _ = BEGIN.after(facts(range(10), 10))
        assert cursor.stopped is StopReason.SERVER_CAP
        assert cursor.unreachable == 0

    def test_so_may_a_part_of_one(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 10, "ab"))
        for _ in "ab":
            cursor, _ = cursor.after(facts(range(10), 10))
        assert cursor.stopped is StopReason.SERVER_CAP

    def test_but_not_one_of_a_query_whose_total_goes_beyond_the_cap_and_was_reached(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 12, "ab"))
        cursor, _ = cursor.after(facts(range(10), 10))
        cursor, _ = cursor.after(facts(range(10, 12), 2))
        assert (cursor.stopped, cursor.unreachable) == (StopReason.EXHAUSTED, 0)

    def test_a_server_that_tells_no_totals_is_told_from_one_that_has_listed_everybody(self) -> None:
        for last, reason in ((3, StopReason.EXHAUSTED), (10, StopReason.SERVER_CAP)):
            cursor = BEGIN
            while cursor.stopped is None:
                start = 2 * (int(cursor.request()["page"]) - 1)
                cursor, _ = cursor.after(facts(range(start, min(start + 2, last)), None))
            assert (cursor.stopped, cursor.delivered) == (reason, last)

    def test_a_part_that_repeats_itself_is_told(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 11, "a"))
        while cursor.stopped is None:
            cursor, _ = cursor.after(facts(range(2), 9))
        assert (cursor.stopped, cursor.unreachable) == (StopReason.REPEATED_PAGE, 9)

    def test_people_who_left_meanwhile_are_not_missed(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 5))
        cursor, _ = cursor.after(facts(range(2, 4), 4))
        assert (cursor.stopped, cursor.unreachable) == (StopReason.EXHAUSTED, 0)

    def test_a_last_answer_without_total_does_not_hide_who_is_missed(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 5))
        for _ in range(2):
            assert cursor.stopped is None
            cursor, _ = cursor.after(facts(range(0), None))
        assert (cursor.stopped, cursor.unreachable) == (StopReason.SERVER_CAP, 3)


class TestCoverage:
    def test_before_the_first_answer_only_one_request_is_sure(self) -> None:
        assert coverage(BEGIN) == Coverage(
            total=None,
            reachable=0,
            unreachable=0,
            uncertain=False,
            parts=(),
            complete=False,
            requests=1,
            credits=3,
            seconds=0.0,
        )

    def test_during_the_survey_it_is_a_lower_bound(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 30, "ab"))
        assert (coverage(cursor).requests, coverage(cursor).unreachable) == (2, 0)
        cursor, _ = cursor.after(facts(range(2, 4), 9))
        now = coverage(cursor)
        assert (now.total, now.reachable, now.unreachable, now.complete) == (30, 9, 0, False)
        assert (now.requests, now.credits, now.seconds) == (1 + 4, 15, 6.0)

    def test_after_it_the_figures_are_those_of_the_whole(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 30, "ab"))
        cursor, _ = cursor.after(facts(range(2, 4), 9))
        cursor, _ = cursor.after(facts(range(4, 6), 14))
        now = coverage(cursor)
        # 7 have neither value, and 4 of those with the second lie beyond the cap.
        assert (now.total, now.reachable, now.unreachable, now.complete) == (30, 19, 7 + 4, True)
        assert (now.requests, now.credits, now.seconds) == (4 + 4, 24, 10.5)
        assert [(part.values, part.total, part.divided, part.read, part.done) for part in now.parts] == [
            ((), 30, True, 2, True),
            (("a",), 9, False, 2, False),
            (("b",), 14, False, 2, False),
        ]

    def test_a_part_that_ended_early_counts_at_once(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 12, "ab"))
        for _ in range(2):
            cursor, _ = cursor.after(facts(range(0), 6))
        cursor, _ = cursor.after(facts(range(2, 4), 6))
        assert cursor.parts[1] == Part(values=("a",), total=6, read=0, done=True)
        assert (cursor.unreachable, coverage(cursor).requests) == (6, 2)

    def test_no_more_is_missing_than_was_not_delivered(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 11, "a"))
        cursor, _ = cursor.after(facts(range(1, 11), 10))
        # By the totals one person has no value; but that one stood on the first page.
        assert (cursor.unreachable, cursor.stopped) == (0, StopReason.EXHAUSTED)

    def test_a_page_left_half_way_counts_as_a_whole_one(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 5))
        assert coverage(cursor).requests == 2
        cursor = cursor.within(["2"])
        assert coverage(cursor).requests == 2
        assert coverage(BEGIN.resumed(str(cursor))).requests == 2
        cursor, _ = cursor.after(facts(range(2, 4), 5))
        assert coverage(cursor).requests == 1

    def test_pages_that_turn_out_larger_cost_fewer_requests(self) -> None:
        cursor, _ = BEGIN.after(facts(range(5), 10))
        assert coverage(cursor).requests == 1

    def test_a_part_that_is_not_at_its_end_costs_one_more_at_least(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 3))
        cursor, _ = cursor.after(facts(range(0), 3))
        assert coverage(cursor).requests == 1
        cursor, _ = BEGIN.after(facts(range(1), 2))
        assert (cursor.stopped, coverage(cursor).requests) == (None, 1)


class TestString:
    def test_it_holds_what_is_known_of_the_parts(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 30, "ab"))
        cursor, _ = cursor.after(facts(range(2, 4), 9))
        assert str(BEGIN.resumed(str(cursor))) == str(cursor)
        assert str(BEGIN.resumed(str(cursor.within(["4"])))) == str(cursor.within(["4"]))
        cursor, _ = cursor.after(facts(range(4, 6), 14))
        assert str(BEGIN.resumed(str(cursor))) == str(cursor)

    def test_its_state_is_plain_data(self) -> None:
        cursor, _ = BEGIN.after(facts(range(2), 30, "ab"))
        cursor, _ = cursor.after(facts(range(2, 4), 9))
        assert str(BEGIN.restored(json.loads(json.dumps(cursor.state())))) == str(cursor)

    @pytest.mark.parametrize(
        "change",
        [
            {"asking": [], "reading": []},
            {"asking": [["a", 1]]},
            {"reading": [[["a"], {"page": "x"}]]},
            {"reading": [[["a"], {"what": 1}]]},
            {"parts": [{"values": ["a"]}]},
            {"inner": {"page": "x"}},
            {"inner": None},
            {"seen": ["a"]},
            {"seen": None},
            {"cut": "tired"},
            {"new": 1},
        ],
    )
    def test_states_of_another_version_are_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(CursorError, match="another version"):
            BEGIN.restored({**BEGIN.state(), **change})

    def test_a_state_that_lacks_what_is_always_there_is_refused(self) -> None:
        for name in ("seen", "inner"):
            with pytest.raises(CursorError, match="another version"):
                BEGIN.restored({key: value for key, value in BEGIN.state().items() if key != name})

    @pytest.mark.parametrize(("size", "cap", "values"), [(10, 1000, 30), (25, 2500, 20)])
    def test_it_takes_less_than_20_bytes_per_person(self, size: int, cap: int, values: int) -> None:
        crowd = Population(
            people=[(frozenset({str(103_644_278 + number % values)}),) for number in range(8 * cap)], size=size, cap=cap
        )
        begin = cursor = crowd.source().begin
        by_part = {path: crowd.matching(path) for path, _ in crowd.parts()}
        requests = 0
        while cursor.stopped is None:
            request = cursor.request()
            path, start = path_of(request), (int(request["page"]) - 1) * size
            listed = by_part[path][:cap][start : start + size]
            page = PageFacts(
                identities=[item.identity for item in listed],
                total=len(by_part[path]),
                sequence_id=f"sequence-{'-'.join(path)}",
                divisions=() if path else crowd.values(path),
            )
            cursor, _ = cursor.after(page)
            requests += 1
            if requests % 40 == 1:
                text = str(cursor)
                assert len(text) < 600 + 20 * cursor.delivered
                assert str(begin.resumed(text)) == text
        assert cursor.delivered == 8 * cap


def test_a_population_is_what_its_groups_say() -> None:
    crowd = Population(people=people((2, "a/x"), (1, "ab/"), (1, "/")), size=1, cap=1)
    assert [item.number for item in crowd.matching(("a",))] == [0, 1, 2]
    assert [item.number for item in crowd.matching(("a", "x"))] == [0, 1]
    assert [item.number for item in crowd.matching(("b",))] == [2]
    assert crowd.values(()) == ("a", "b")
    assert crowd.values(("a",)) == ("x",)
