"""Cursors are pure: what they ask for, when they stop, and their way through a string."""

from __future__ import annotations

import hashlib
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import CursorError, StopReason
from lixasync.paging.cursor import PageFacts, fingerprint, repeated, short_hash
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page_number import PageNumberCursor

URL = "https://www.linkedin.com/search/results/people/?keywords=a%20b"

offsets = st.builds(
    OffsetCursor,
    query=st.just("q"),
    count=st.just(10),
    delivered=st.integers(0, 10**9),
    start=st.integers(0, 10**9),
    tail=st.lists(st.text("0123456789abcdef", max_size=12), max_size=5).map(tuple),
    stalls=st.integers(0, 3),
    stopped=st.none() | st.sampled_from(StopReason),
)
page_numbers = st.builds(
    PageNumberCursor,
    query=st.just("q"),
    cap=st.just(1000),
    page=st.integers(1, 10**6),
    skip=st.integers(0, 100),
    sequence_id=st.none() | st.text(),
    checked=st.booleans(),
)


def facts(*numbers: int, **more: object) -> PageFacts:
    return PageFacts(identities=[str(number) for number in numbers], **more)  # type: ignore[arg-type]


class TestString:
    @given(st.one_of(offsets, page_numbers))
    def test_there_and_back(self, cursor: OffsetCursor | PageNumberCursor) -> None:
        text = str(cursor)
        assert text.startswith("lixasync1-")
        assert text.replace("-", "").replace("_", "").isalnum()
        begin: OffsetCursor | PageNumberCursor
        if isinstance(cursor, OffsetCursor):
            begin = OffsetCursor(query="q", count=10)
        else:
            begin = PageNumberCursor(query="q", cap=1000)
        assert begin.resumed(text) == cursor

    def test_it_holds_neither_the_search_nor_a_person(self) -> None:
        begin = PageNumberCursor(query=fingerprint("search_people", URL), cap=1000)
        cursor, _ = begin.after(PageFacts(identities=["https://www.linkedin.com/in/robin-marlowe"] * 3))
        content = zlib.decompress(urlsafe_b64decode(str(cursor).removeprefix("lixasync1-") + "===")[3:])
        assert b"delivered" in content
        assert b"linkedin" not in content
        assert b"robin" not in content

    def test_one_that_unpacks_to_more_than_any_cursor_is_refused(self) -> None:
        own = urlsafe_b64decode(str(OffsetCursor(query="q", count=10)).removeprefix("lixasync1-") + "===")[3:]
        body = zlib.compress(b" " * 2**26 + zlib.decompress(own))
        text = urlsafe_b64encode(hashlib.blake2b(body, digest_size=3).digest() + body).decode()
        with pytest.raises(CursorError, match="damaged"):
            OffsetCursor(query="q", count=10).resumed(f"lixasync1-{text}")

    def test_what_only_looks_packed_is_refused(self) -> None:
        body = b"not packed"
        text = urlsafe_b64encode(hashlib.blake2b(body, digest_size=3).digest() + body).decode()
        with pytest.raises(CursorError, match="damaged"):
            OffsetCursor(query="q", count=10).resumed(f"lixasync1-{text}")

    def test_it_grows_with_neither_the_pages_nor_the_people_read(self) -> None:
        cursor = OffsetCursor(query=fingerprint("list_connections"), count=1000, exact_total=True)
        while cursor.start < 100_000:
            cursor, _ = cursor.after(facts(*range(cursor.start, cursor.start + 1000), total=10**9))
        assert len(str(cursor)) < 600

    @given(st.text())
    def test_other_texts_are_refused(self, text: str) -> None:
        with pytest.raises(CursorError):
            OffsetCursor(query="q", count=10).resumed(text)

    @given(st.integers(10, 60), st.sampled_from("abcXYZ019_"))
    def test_a_damaged_one_is_refused(self, place: int, letter: str) -> None:
        text = str(OffsetCursor(query="q", count=10, start=123_456, delivered=123_456))
        place %= len(text)
        damaged = text[:place] + letter + text[place + 1 :]
        if damaged != text and place < len(text) - 1:
            with pytest.raises(CursorError):
                OffsetCursor(query="q", count=10).resumed(damaged)

    @pytest.mark.parametrize("text", ["lixasync1-", "lixasync1-AAAA", "lixasync1-!!!!", None, 7])
    def test_nonsense_is_refused(self, text: object) -> None:
        with pytest.raises(CursorError):
            OffsetCursor(query="q", count=10).resumed(text)  # type: ignore[arg-type]

    def test_one_of_another_query_is_refused(self) -> None:
        text = str(OffsetCursor(query="other", count=10))
        with pytest.raises(CursorError, match="another query"):
            OffsetCursor(query="q", count=10).resumed(text)

    def test_one_of_another_kind_is_refused(self) -> None:
        text = str(PageNumberCursor(query="q", cap=1))
        with pytest.raises(CursorError, match="another query"):
            OffsetCursor(query="q", count=10).resumed(text)

    def test_one_of_another_version_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = str(OffsetCursor(query="q", count=10, start="later"))  # type: ignore[arg-type]
        with pytest.raises(CursorError, match="another version"):
            OffsetCursor(query="q", count=10).resumed(text)

    def test_another_page_size_may_be_used(self) -> None:
        text = str(OffsetCursor(query="q", count=100).after(facts(*range(100)))[0])
        resumed = OffsetCursor(query="q", count=10).resumed(text)
        assert resumed.request() == {"start": "100", "count": "10"}
        assert resumed.after(facts(*range(100, 110)))[0].stopped is None


class TestRepeated:
    @given(st.lists(st.integers(0, 10**6), unique=True, min_size=1), st.data())
    def test_an_overlap_is_found_to_the_item(self, numbers: list[int], data: st.DataObject) -> None:
        hashes = [short_hash(str(number)) for number in numbers]
        delivered = data.draw(st.integers(0, len(hashes)))
        begin = data.draw(st.integers(0, delivered))
        assert repeated(hashes[:delivered][-5:], hashes[begin:]) == delivered - begin

    def test_people_who_cannot_be_told_apart_are_not_taken_for_repeats(self) -> None:
        assert repeated(["", ""], ["", "", "a"]) == 0
        assert repeated(["a", ""], ["", "b"]) == 0

    def test_they_are_found_beside_one_who_can(self) -> None:
        assert repeated(["a", ""], ["a", "", "b"]) == 2

    def test_a_new_page_is_new(self) -> None:
        assert repeated(["a", "b"], ["c", "d"]) == 0
        assert repeated([], ["c"]) == 0


class TestLandmarks:
    """A server that goes round in circles is noticed, however large the circle."""

    def test_whole_pages_are_kept_ever_further_apart(self) -> None:
        cursor = PageNumberCursor(query="q", cap=10**9)
        kept = []
        for page in range(200):
            cursor, _ = cursor.after(facts(*range(page * 10, page * 10 + 10)))
            if len(cursor.landmarks) > len(kept):
                kept.append(page + 1)
        assert kept[:7] == [1, 2, 3, 4, 5, 6, 7]
        assert kept[7:] == [13, 26, 52, 103]

    def test_one_that_comes_again_is_old_altogether(self) -> None:
        cursor = PageNumberCursor(query="q", cap=10**9)
        for page in range(50):
            cursor, _ = cursor.after(facts(*range(page * 10, page * 10 + 10)))
        again, old = cursor.after(facts(*range(10)))
        assert (old, again.stalls, again.page) == (10, 1, cursor.page)

    def test_people_who_cannot_be_told_apart_are_no_landmark(self) -> None:
        page = PageFacts(identities=[None] * 3)
        cursor, _ = PageNumberCursor(query="q", cap=1000).after(page)
        assert cursor.landmarks == ()
        cursor, old = cursor.after(page)
        assert (old, cursor.delivered) == (0, 6)


class TestOffset:
    BEGIN = OffsetCursor(query="q", count=3)

    def test_it_goes_on_where_the_page_ended(self) -> None:
        cursor, old = self.BEGIN.after(facts(0, 1, 2, total=9))
        assert (cursor.request(), cursor.delivered, old, cursor.stopped) == ({"start": "3", "count": "3"}, 3, 0, None)

    @pytest.mark.parametrize(
        ("page", "reason"),
        [
            (facts(0, 1, total=2), StopReason.EXHAUSTED),
            (facts(0, 1, 2, total=3), None),  # as many as were asked for: perhaps the total is that of the page
            (facts(0, 1, 2), None),
            (facts(0, 1, 2, total=4), None),
            (facts(0, 1, total=9), None),  # short, but there is more
            (facts(0, 1), None),  # short, but perhaps the server serves no more than two
            (facts(0, 1, size=2), None),  # it says so
            (facts(0, 1, size=3), StopReason.EXHAUSTED),  # it says that three would fit
            (facts(0, 1, 2, total=1), None),  # a total that cannot be true
            (facts(total=0), StopReason.EXHAUSTED),
            (facts(), None),  # an odd empty page, perhaps: asked for again
            (facts(total=5), None),
        ],
    )
    def test_when_a_first_page_is_the_last(self, page: PageFacts, reason: StopReason | None) -> None:
        assert self.BEGIN.after(page)[0].stopped is reason

    def test_an_end_that_nothing_proves_is_asked_for_once_more(self) -> None:
        full, _ = self.BEGIN.after(facts(0, 1, 2, total=3))
        assert full.request() == {"start": "3", "count": "3"}
        assert full.after(facts(total=3))[0].stopped is StopReason.EXHAUSTED
        empty, _ = self.BEGIN.after(facts())
        assert empty.after(facts())[0].stopped is StopReason.EXHAUSTED

    def test_a_page_that_comes_again_proves_no_end(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=6))
        for _ in range(2):
            cursor, _ = cursor.after(facts(0, 1, 2, total=6))
        assert cursor.stopped is None
        assert cursor.after(facts(3, 4, 5, total=6))[0].delivered == 6

    def test_a_page_shorter_than_the_largest_is_the_last(self) -> None:
        first, _ = self.BEGIN.after(facts(0, 1))
        assert first.after(facts(2, 3))[0].stopped is None
        assert first.after(facts(2))[0].stopped is StopReason.EXHAUSTED

    def test_empty_too_early_twice_is_the_servers_cap(self) -> None:
        first, _ = self.BEGIN.after(facts(0, 1, 2, total=9))
        again, _ = first.after(facts(total=9))
        assert again.stopped is None
        assert again.request() == first.request()
        assert again.after(facts(total=9))[0].stopped is StopReason.SERVER_CAP

    def test_the_same_page_for_ever_ends(self) -> None:
        cursor, _ = self.BEGIN.after(facts(0, 1, 2, total=9))
        for _ in range(3):
            assert cursor.stopped is None
            cursor, old = cursor.after(facts(0, 1, 2, total=9))
            assert old == 3
        assert cursor.stopped is StopReason.REPEATED_PAGE


class TestSequenceId:
    """Where the server gives one, it goes with every later request."""

    @pytest.mark.parametrize("count", [3, None])
    def test_it_is_kept_from_the_first_answer_on(self, count: int | None) -> None:
        begin = OffsetCursor(query="q", count=count)
        assert "sequence_id" not in begin.request()
        second, _ = begin.after(facts(0, 1, 2, total=9, sequence_id="s1"))
        third, _ = second.after(facts(3, 4, 5, total=9))
        assert third.request() == {"start": "6", "sequence_id": "s1"} | ({} if count is None else {"count": "3"})
        assert begin.resumed(str(third)).request() == third.request()
        fourth, _ = third.after(facts(6, 7, total=9, sequence_id="s2"))
        assert fourth.request()["sequence_id"] == "s2"

    def test_a_first_page_left_to_the_server_can_carry_it_alone(self) -> None:
        begin = OffsetCursor(query="q", count=None, sequence_id="mine")
        assert begin.request() == {"sequence_id": "mine"}


class TestOffsetWithACap:
    BEGIN = OffsetCursor(query="q", count=3, cap=7, exact_total=True)

    def test_the_last_page_asks_for_no_more_than_the_cap(self) -> None:
        cursor = self.BEGIN
        asked = []
        while cursor.stopped is None:
            request = cursor.request()
            asked.append((request["start"], request["count"]))
            start = int(request["start"])
            cursor, _ = cursor.after(facts(*range(start, start + int(request["count"])), total=50))
        assert asked == [("0", "3"), ("3", "3"), ("6", "1")]
        assert cursor.stopped is StopReason.SERVER_CAP

    @pytest.mark.parametrize(
        ("total", "num_results", "reason"),
        [
            (7, 7, StopReason.EXHAUSTED),
            (7, 8, StopReason.SERVER_CAP),
            (7, None, StopReason.SERVER_CAP),
            (None, None, StopReason.SERVER_CAP),
            (6, None, StopReason.EXHAUSTED),
        ],
    )
    def test_at_the_cap_only_the_number_of_matches_proves_an_end(
        self, total: int | None, num_results: int | None, reason: StopReason
    ) -> None:
        cursor = attrs.evolve(self.BEGIN, count=7)
        page = attrs.evolve(facts(*range(7), total=total), num_results=num_results)
        assert cursor.after(page)[0].stopped is reason

    def test_a_total_below_the_matches_is_a_cap(self) -> None:
        page = attrs.evolve(facts(0, 1, 2, total=3), num_results=300)
        assert self.BEGIN.after(page)[0].stopped is StopReason.SERVER_CAP

    def test_a_total_known_to_be_exact_needs_no_second_look(self) -> None:
        assert self.BEGIN.after(facts(0, 1, 2, total=3))[0].stopped is StopReason.EXHAUSTED

    def test_pages_left_to_the_server_name_no_count(self) -> None:
        cursor = OffsetCursor(query="q", count=None, exact_total=True)
        assert cursor.request() == {}
        cursor, _ = cursor.after(facts(0, 1, total=5))
        assert cursor.request() == {"start": "2"}


@pytest.mark.parametrize("state", [{"start": -7}, {"delivered": -1}, {"count": 100000}, {"cap": 5}, {"query": "x"}])
def test_no_cursor_changes_what_follows_from_the_query(state: dict[str, int]) -> None:
    with pytest.raises(CursorError):
        OffsetCursor(query="q", count=10).restored(state)
