"""Pages by their number: which is next, and when it was the last."""

from __future__ import annotations

import pytest

from lixasync import StopReason
from lixasync.paging.cursor import PageFacts
from lixasync.paging.page_number import PageNumberCursor


def facts(*numbers: int, **more: object) -> PageFacts:
    return PageFacts(identities=[str(number) for number in numbers], **more)  # type: ignore[arg-type]


def anonymous(count: int, total: int | None = None) -> PageFacts:
    return PageFacts(identities=[None] * count, total=total)


class TestPageNumber:
    BEGIN = PageNumberCursor(query="q", cap=1000)

    def test_the_first_request_asks_for_the_first_page(self) -> None:
        assert self.BEGIN.request() == {"page": "1"}

    def test_the_sequence_id_is_kept_from_the_first_answer_on(self) -> None:
        second, _ = self.BEGIN.after(facts(0, 1, total=9, sequence_id="s1"))
        assert second.request() == {"page": "2", "sequence_id": "s1"}
        third, _ = second.after(facts(2, 3, total=9))
        assert third.request()["sequence_id"] == "s1"
        assert third.after(facts(4, 5, total=9, sequence_id="s2"))[0].request()["sequence_id"] == "s2"

    @pytest.mark.parametrize(
        ("cap", "total", "reason"),
        [
            (4, 9, StopReason.SERVER_CAP),
            (4, 4, StopReason.SERVER_CAP),
            (4, None, StopReason.SERVER_CAP),
            (5, 4, StopReason.EXHAUSTED),
            (5, 9, None),
            (4, 3, None),  # a total that cannot be true
        ],
    )
    def test_the_cap_is_told_from_the_end(self, cap: int, total: int | None, reason: StopReason | None) -> None:
        begin = PageNumberCursor(query="q", cap=cap)
        second, _ = begin.after(facts(0, 1, total=total))
        assert second.after(facts(2, 3, total=total))[0].stopped is reason

    @pytest.mark.parametrize(
        ("total", "once", "twice"),
        [
            (None, None, StopReason.EXHAUSTED),
            (2, StopReason.EXHAUSTED, StopReason.EXHAUSTED),
            (1, StopReason.EXHAUSTED, StopReason.EXHAUSTED),
            (9, None, StopReason.SERVER_CAP),
        ],
    )
    def test_an_empty_page(self, total: int | None, once: StopReason | None, twice: StopReason) -> None:
        second, _ = self.BEGIN.after(facts(0, 1, total=3))
        third, _ = second.after(facts(total=total))
        assert third.stopped is once
        if once is None:
            assert third.after(facts(total=total))[0].stopped is twice

    def test_empty_too_early_twice_is_the_servers_cap(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, total=9))
        cursor, _ = cursor.after(facts(total=9))
        assert cursor.request()["page"] == "2"
        assert cursor.after(facts(total=9))[0].stopped is StopReason.SERVER_CAP

    def test_people_the_server_counts_but_does_not_show_are_no_end(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=6))
        cursor, _ = cursor.after(facts(3, 4, total=6))
        cursor, _ = cursor.after(facts(total=6))
        assert cursor.stopped is None
        assert cursor.after(facts(total=6))[0].stopped is StopReason.SERVER_CAP

    def test_a_list_that_moved_costs_one_page_more_and_goes_on(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=7))
        cursor, old = cursor.after(facts(2, 3, 4, total=7))
        assert (old, cursor.page) == (1, 2)
        cursor, old = cursor.after(facts(2, 3, 4, total=7))
        assert (old, cursor.page) == (3, 3)

    def test_what_an_odd_empty_page_says_is_kept(self) -> None:
        cursor, _ = self.BEGIN.after(facts(sequence_id="s1"))
        assert cursor.request() == {"page": "1", "sequence_id": "s1"}

    def test_a_page_that_overlaps_after_it_was_asked_for_again_has_all_patience_anew(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2))
        cursor, _ = cursor.after(facts(0, 1, 2))
        cursor, _ = cursor.after(facts(1, 2, 3))
        for _ in range(2):
            cursor, _ = cursor.after(facts(0, 1, 2))
            assert cursor.page == 2
        assert cursor.after(facts(3, 4, 5))[1] == 1

    def test_the_last_page_left_half_way_is_the_last_when_it_comes_again(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2))
        cursor, old = cursor.within(["3"]).after(facts(3, 4))
        assert (old, cursor.stopped) == (1, StopReason.EXHAUSTED)

    def test_a_short_page_that_overlaps_is_no_end(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2))
        for _ in range(2):
            cursor, _ = cursor.after(facts(2, 3))
        assert (cursor.page, cursor.stopped) == (3, None)

    def test_a_short_page_without_total_is_the_last(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1))
        assert cursor.after(facts(2))[0].stopped is StopReason.EXHAUSTED

    def test_the_same_page_for_ever_ends(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1))
        for _ in range(3):
            assert cursor.stopped is None
            cursor, old = cursor.after(facts(0, 1))
            assert old == 2
        assert cursor.stopped is StopReason.REPEATED_PAGE

    def test_a_stream_that_begins_on_a_later_page(self) -> None:
        begin = PageNumberCursor(query="q", first=3, page=3, cap=1000)
        assert begin.request() == {"page": "3"}
        fourth, _ = begin.after(facts(4, 5, total=8))
        assert fourth.stopped is None
        assert fourth.request() == {"page": "4"}
        assert fourth.after(facts(6, 7, total=8))[0].stopped is StopReason.EXHAUSTED

    def test_the_size_that_is_documented_shows_a_short_first_page(self) -> None:
        begin = PageNumberCursor(query="q", size=5)
        assert begin.after(facts(0, 1, 2, 3))[0].stopped is StopReason.EXHAUSTED
        assert begin.after(facts(0, 1, 2, 3, 4))[0].stopped is None
        assert self.BEGIN.after(facts(0, 1, 2, 3))[0].stopped is None

    @pytest.mark.parametrize(("total", "reason"), [(9, None), (3, StopReason.EXHAUSTED)])
    def test_a_short_page_ends_the_stream_when_the_total_is_passed(self, total: int, reason: StopReason | None) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=9))
        assert cursor.after(facts(3, 4, total=total))[0].stopped is reason

    def test_a_list_that_grew_while_the_stream_was_interrupted_goes_on_with_the_next_page(self) -> None:
        cursor = self.BEGIN.within(["0", "1", "2", "3"])
        assert cursor.request() == {"page": "1"}
        for _ in range(2):
            cursor, old = cursor.after(facts(-1, 0, 1, 2, 3))
            assert old == 5
        assert (cursor.page, cursor.stopped) == (2, None)
        assert cursor.after(facts(4, 5))[1] == 0

    def test_an_earlier_page_in_its_place_is_not_taken_for_a_list_that_grew(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2))
        cursor = cursor.within(["3", "4"])
        for _ in range(2):
            cursor, _ = cursor.after(facts(0, 1, 2))
        assert cursor.page == 2
        assert cursor.after(facts(3, 4, 5))[1] == 2
        assert cursor.after(facts(0, 1, 2))[0].stopped is StopReason.REPEATED_PAGE

    def test_a_page_that_overlapped_may_hold_new_people_alone_when_it_comes_again(self) -> None:
        cursor, _ = self.BEGIN.within(["0"]).after(facts(-1, 0, 1))
        assert cursor.after(facts(2, 3, 4))[1] == 0

    def test_a_smaller_page_of_others_in_place_of_one_left_half_way_is_gone_by(self) -> None:
        cursor = self.BEGIN.within(["0", "1", "2", "3"])
        for _ in range(3):
            cursor, old = cursor.after(facts(10, 11, total=9))
            assert (old, cursor.delivered) == (2, 4)


class TestPeopleWhoCannotBeToldApart:
    BEGIN = PageNumberCursor(query="q", cap=1000)

    def test_a_full_page_beyond_the_total_is_the_last(self) -> None:
        cursor, _ = self.BEGIN.after(anonymous(3, 5))
        assert cursor.stopped is None
        assert cursor.after(anonymous(3, 5))[0].stopped is StopReason.EXHAUSTED

    def test_a_page_left_half_way_goes_on_by_position_at_once(self) -> None:
        cursor, old = self.BEGIN.within([None, None]).after(anonymous(3))
        assert (old, cursor.delivered, cursor.page) == (2, 3, 2)
        cursor, old = self.BEGIN.within([None]).within([None]).after(anonymous(3))
        assert (old, cursor.delivered, cursor.page) == (2, 3, 2)

    def test_others_go_on_beyond_a_total_that_is_too_small(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=5))
        assert cursor.after(facts(3, 4, 5, total=5))[0].stopped is None

    def test_without_a_total_full_pages_go_on_to_the_cap(self) -> None:
        cursor, pages = self.BEGIN, 0
        while cursor.stopped is None:
            cursor, _ = cursor.after(anonymous(10))
            pages += 1
        assert (pages, cursor.stopped) == (100, StopReason.SERVER_CAP)
