"""Pages chained by tokens: which comes next, when a token leads nowhere, and lists of one page."""

from __future__ import annotations

import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import CursorError, StopReason
from lixasync.paging.cursor import PageFacts
from lixasync.paging.token import OnePageCursor, TokenCursor

PLAIN = TokenCursor(query="q", name="pagination_token")
COUNTING = TokenCursor(query="q", name="pagination_token", counts=True)
FALLING = TokenCursor(query="q", name="page_starts_at", falls=True)

EXHAUSTED, SERVER_CAP, REPEATED = StopReason.EXHAUSTED, StopReason.SERVER_CAP, StopReason.REPEATED_PAGE


def facts(numbers: range | list[int], token: str | None = None, total: int | None = None) -> PageFacts:
    return PageFacts(identities=[str(number) for number in numbers], next_token=token, total=total)


class TestRequest:
    def test_the_first_page_needs_no_token(self) -> None:
        assert PLAIN.request() == COUNTING.request() == FALLING.request() == {}

    def test_the_token_of_a_page_asks_for_the_next(self) -> None:
        second, old = PLAIN.after(facts(range(3), "a"))
        assert (second.request(), second.delivered, old) == ({"pagination_token": "a"}, 3, 0)
        third, _ = second.after(facts(range(3, 6), "b"))
        assert third.request() == {"pagination_token": "b"}

    def test_the_number_of_items_before_goes_with_it_where_the_api_wants_both(self) -> None:
        second, _ = COUNTING.after(facts(range(3), "a"))
        assert second.request() == {"start": "3", "pagination_token": "a"}
        assert second.within(["3", "4"]).request() == second.request()

    def test_it_goes_through_a_string(self) -> None:
        second, _ = COUNTING.after(facts(range(3), "a/b=%20ü"))
        second = second.within(["3"])
        assert COUNTING.resumed(str(second)) == second

    @pytest.mark.parametrize("state", [{"token": 7}, {"start": "x"}, {"name": "other"}, {"falls": True}])
    def test_states_of_another_version_are_refused(self, state: dict[str, object]) -> None:
        with pytest.raises(CursorError):
            PLAIN.restored(state)


class TestEnd:
    @pytest.mark.parametrize("begin", [PLAIN, COUNTING, FALLING])
    @pytest.mark.parametrize(
        ("token", "total", "reason"),
        [
            (None, None, EXHAUSTED),
            (None, 3, EXHAUSTED),
            (None, 2, EXHAUSTED),  # a total that cannot be true
            ("7", None, None),
            ("7", 9, None),
            ("7", 3, None),  # a token leads on, whatever the total says
        ],
    )
    def test_a_page_without_token_is_the_last(
        self, begin: TokenCursor, token: str | None, total: int | None, reason: StopReason | None
    ) -> None:
        assert begin.after(facts(range(3), token, total))[0].stopped is reason

    def test_a_total_that_is_not_reached_shows_that_the_list_was_cut(self) -> None:
        assert PLAIN.after(facts(range(3), None, 9))[0].stopped is SERVER_CAP
        second, _ = COUNTING.after(facts(range(3), "a", 9))
        assert second.after(facts(range(3, 6), None, 9))[0].stopped is SERVER_CAP

    @pytest.mark.parametrize(("total", "reason"), [(None, EXHAUSTED), (6, EXHAUSTED), (9, SERVER_CAP)])
    def test_a_token_that_does_not_change_leads_nowhere(self, total: int | None, reason: StopReason) -> None:
        second, _ = PLAIN.after(facts(range(3), "a", total))
        last, old = second.after(facts(range(3, 6), "a", total))
        assert (last.stopped, last.delivered, old) == (reason, 6, 0)

    @pytest.mark.parametrize(
        ("token", "reason"),
        [("999", None), ("1000", EXHAUSTED), ("1001", EXHAUSTED), ("9990", EXHAUSTED), ("soon", EXHAUSTED)],
    )
    def test_a_moment_that_gets_no_older_leads_nowhere(self, token: str, reason: StopReason | None) -> None:
        second, _ = FALLING.after(facts(range(3), "1000"))
        assert second.after(facts(range(3, 6), token))[0].stopped is reason

    def test_a_first_moment_that_is_none_leads_nowhere(self) -> None:
        assert FALLING.after(facts(range(3), "soon"))[0].stopped is EXHAUSTED

    @pytest.mark.parametrize(
        ("total", "once", "twice"),
        [(None, None, EXHAUSTED), (9, None, SERVER_CAP), (3, EXHAUSTED, EXHAUSTED), (2, EXHAUSTED, EXHAUSTED)],
    )
    @pytest.mark.parametrize("token", [None, "a", "b"])
    def test_an_empty_page(
        self, token: str | None, total: int | None, once: StopReason | None, twice: StopReason
    ) -> None:
        second, _ = PLAIN.after(facts(range(3), "a", 9))
        again, _ = second.after(facts([], token, total))
        assert again.stopped is once
        if once is None:
            assert again.request() == second.request()
            assert again.after(facts([], token, total))[0].stopped is twice

    def test_an_empty_list(self) -> None:
        assert PLAIN.after(facts([]))[0].stopped is EXHAUSTED
        assert PLAIN.after(facts([], "a"))[0].stopped is None


class TestWithoutTokens:
    """Some generations of the API gave a total but no tokens."""

    def test_the_list_is_read_by_start_alone(self) -> None:
        cursor, asked = COUNTING, []
        while cursor.stopped is None:
            asked.append(dict(cursor.request()))
            start = int(asked[-1].get("start", 0))
            cursor, _ = cursor.after(facts(range(start, min(start + 3, 8)), None, 8))
        assert asked == [{}, {"start": "3"}, {"start": "6"}]
        assert (cursor.stopped, cursor.delivered) == (EXHAUSTED, 8)

    def test_a_list_that_ends_early_was_cut(self) -> None:
        second, _ = COUNTING.after(facts(range(3), None, 8))
        for _ in range(2):
            assert second.stopped is None
            second, _ = second.after(facts([], None, 8))
        assert second.stopped is SERVER_CAP

    def test_a_chain_that_breaks_is_not_gone_on_with_by_start(self) -> None:
        second, _ = COUNTING.after(facts(range(3), "a", 9))
        assert second.after(facts(range(3, 6), None, 9))[0].stopped is SERVER_CAP


class TestRepeats:
    def test_a_page_that_comes_again_is_asked_for_anew(self) -> None:
        second, _ = PLAIN.after(facts(range(3), "a"))
        again, old = second.after(facts(range(3), "a"))
        assert (again.request(), again.delivered, again.stopped, old) == ({"pagination_token": "a"}, 3, None, 3)
        assert again.after(facts(range(3, 6), "b"))[0].delivered == 6

    @pytest.mark.parametrize(("token", "reason"), [("b", REPEATED), ("a", EXHAUSTED), (None, EXHAUSTED)])
    def test_one_that_comes_for_ever_ends_the_stream(self, token: str | None, reason: StopReason) -> None:
        cursor, _ = PLAIN.after(facts(range(3), "a"))
        for _ in range(3):
            assert cursor.stopped is None
            cursor, _ = cursor.after(facts(range(3), token))
        assert (cursor.stopped, cursor.delivered) == (reason, 3)

    def test_a_page_that_overlaps_is_asked_for_once_more(self) -> None:
        second, _ = PLAIN.after(facts(range(10), "a"))
        again, old = second.after(facts(range(7, 17), "b"))
        assert (again.request(), old, again.delivered) == ({"pagination_token": "a"}, 3, 17)
        third, old = again.after(facts(range(10, 20), "c"))
        assert (third.request(), old, third.delivered) == ({"pagination_token": "c"}, 7, 20)

    @pytest.mark.parametrize("begin", [PLAIN, COUNTING, FALLING])
    @pytest.mark.parametrize(
        ("token", "total", "reason"), [(None, None, EXHAUSTED), (None, 47, EXHAUSTED), (None, 60, SERVER_CAP)]
    )
    def test_a_last_page_that_overlaps_does_not_begin_the_list_again(
        self, begin: TokenCursor, token: str | None, total: int | None, reason: StopReason
    ) -> None:
        cursor, _ = begin.after(facts(range(40), "10"))
        for _ in range(2):
            assert cursor.stopped is None
            cursor, _ = cursor.after(facts(range(37, 47), token, total))
        assert (cursor.stopped, cursor.delivered) == (reason, 47)

    def test_a_chain_that_comes_back_to_an_earlier_token_ends(self) -> None:
        """However long the circle, and whether or not its items can be told apart."""
        for known in (True, False):
            cursor, requests = PLAIN, 0
            while cursor.stopped is None:
                at = int(cursor.request().get("pagination_token", 0))
                page = facts(range(at * 10, at * 10 + 10), str((at + 1) % 12))
                cursor, _ = cursor.after(page if known else attrs.evolve(page, identities=[None] * 10))
                requests += 1
                assert requests < 30
            assert cursor.stopped is REPEATED
            assert cursor.delivered == 120


class TestWithin:
    @given(taken=st.integers(1, 9), total=st.none() | st.just(17))
    def test_the_rest_of_a_page_comes_when_it_is_asked_for_again(self, taken: int, total: int | None) -> None:
        second, _ = COUNTING.after(facts(range(7), "a", total))
        left = second.within([str(number) for number in range(7, 7 + taken)])
        end, old = COUNTING.resumed(str(left)).after(facts(range(7, 17), None, total))
        assert (old, end.delivered, end.stopped) == (taken, 17, EXHAUSTED)

    def test_a_page_of_others_in_its_place_is_asked_for_again_and_then_believed(self) -> None:
        second, _ = PLAIN.after(facts(range(7), "a"))
        cursor = second.within(["7", "8"])
        for _ in range(2):
            cursor, old = cursor.after(facts(range(100, 110), "b"))
            assert (old, cursor.request()) == (10, {"pagination_token": "a"})
        cursor, old = cursor.after(facts(range(100, 110), "b"))
        assert (old, cursor.delivered, cursor.request()) == (2, 17, {"pagination_token": "b"})


class TestOnePage:
    BEGIN = OnePageCursor(query="q", size=25)

    @pytest.mark.parametrize(
        ("count", "total", "reason"),
        [
            (0, None, EXHAUSTED),
            (24, None, EXHAUSTED),
            (25, None, SERVER_CAP),  # as many as fit: perhaps there are more
            (26, None, SERVER_CAP),
            (24, 24, EXHAUSTED),
            (25, 25, EXHAUSTED),
            (24, 25, SERVER_CAP),
            (0, 1, SERVER_CAP),
            (25, 3, EXHAUSTED),
        ],
    )
    def test_it_ends_after_one_request(self, count: int, total: int | None, reason: StopReason) -> None:
        assert self.BEGIN.request() == {}
        end, old = self.BEGIN.after(facts(range(count), "a", total))
        assert (end.stopped, end.delivered, old) == (reason, count, 0)

    def test_the_rest_of_it_comes_when_it_is_asked_for_again(self) -> None:
        left = self.BEGIN.resumed(str(self.BEGIN.within(["0", "1"])))
        assert left.request() == {}
        end, old = left.after(facts(range(5)))
        assert (end.stopped, end.delivered, old) == (EXHAUSTED, 5, 2)


class TestScattered:
    """Pages that group their items, so that they do not stand in the order of the list."""

    BEGIN = TokenCursor(query="q", name="token", counts=True, scattered=True)

    @given(
        count=st.integers(0, 45),
        size=st.integers(1, 9),
        faults=st.dictionaries(st.integers(1, 25), st.sampled_from(["repeat", "shift", "empty"]), max_size=4),
        leave=st.lists(st.integers(1, 20), max_size=4),
        seed=st.integers(0, 99),
    )
    def test_each_comes_once(self, count: int, size: int, faults: dict[int, str], leave: list[int], seed: int) -> None:
        faults = {answer: fault for answer, fault in faults.items() if answer - 1 not in faults}
        cursor, got, stops, answers = self.BEGIN, list[str](), list(leave), 0
        while cursor.stopped is None:
            answers += 1
            assert answers < 200
            start = int(cursor.request().get("token", "0"))
            fault = faults.get(answers) if start else None
            at = max(0, start - {"repeat": size, "shift": 3}.get(fault or "", 0))
            numbers = [] if fault == "empty" else list(range(count))[at : at + size]
            random.Random(seed + at).shuffle(numbers)
            end = at + size
            page = PageFacts(
                identities=[str(number) for number in numbers],
                next_token=str(end) if end < count and fault != "empty" else None,
                total=count,
            )
            after, old = cursor.after(page)
            behind = page.identities[old:]
            fresh = list(cursor.fresh(behind))
            if stops and len(fresh) > stops[0]:
                fresh = fresh[: stops.pop(0)]
                after = self.BEGIN.resumed(str(cursor.within(behind[: fresh[-1] + 1])))
            got += [str(behind[index]) for index in fresh]
            cursor = after
        assert sorted(got) == sorted(map(str, range(count)))
        assert cursor.stopped is EXHAUSTED
        assert cursor.delivered == count
