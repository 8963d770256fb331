"""One stream out of several queries: nothing lost, nothing twice, wherever it is interrupted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.errors import CursorError
from lixasync.paging.cursor import PART, PageFacts, StopReason
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.parts import PartsCursor


def parts(count: int = 3, number: int = 2, cap: int | None = None) -> PartsCursor:
    inner = tuple(
        OffsetCursor(query=f"part {index}", count=count, cap=cap, exact_total=True) for index in range(number)
    )
    return PartsCursor(query="whole", parts=inner)


def read(
    cursor: PartsCursor, lists: list[list[str | None]], leave_after: int | None = None
) -> tuple[list[str | None], PartsCursor]:
    """Read to the end, or leave after so many items as a stream does."""
    got: list[str | None] = []
    while cursor.stopped is None:
        request = dict(cursor.request())
        items = lists[int(request.pop(PART))]
        start = int(request["start"])
        page = items[start : start + int(request["count"])]
        after, old = cursor.after(PageFacts(identities=page, total=len(items)))
        behind = page[old:]
        fresh = list(cursor.fresh(behind))
        if leave_after is not None and len(got) + len(fresh) > leave_after:
            fresh = fresh[: leave_after - len(got)]
            got += [behind[index] for index in fresh]
            return got, cursor.within(behind[: fresh[-1] + 1]) if fresh else cursor
        got += [behind[index] for index in fresh]
        cursor = after
    return got, cursor


LISTS = st.lists(st.lists(st.sampled_from([*"abcdefghijkl"]), max_size=9, unique=True), min_size=1, max_size=3)


def without_repeats(lists: list[list[str]]) -> list[str]:
    return list(dict.fromkeys(item for items in lists for item in items))


@given(lists=LISTS, count=st.integers(1, 4))
def test_each_item_once_in_order(lists: list[list[str]], count: int) -> None:
    got, end = read(parts(count, len(lists)), lists)  # type: ignore[arg-type]
    assert got == without_repeats(lists)
    assert end.stopped is StopReason.EXHAUSTED
    assert end.delivered == len(got)


@given(lists=LISTS, count=st.integers(1, 4), data=st.data())
def test_a_stream_left_anywhere_goes_on_where_it_was(lists: list[list[str]], count: int, data: st.DataObject) -> None:
    whole = without_repeats(lists)
    begin = parts(count, len(lists))
    first, cursor = read(begin, lists, data.draw(st.integers(0, len(whole))))  # type: ignore[arg-type]
    again = begin.resumed(str(cursor))
    assert (again.delivered, again.request(), again.seen) == (cursor.delivered, cursor.request(), cursor.seen)
    rest, _ = read(again, lists)  # type: ignore[arg-type]
    assert first + rest == whole


def test_what_nothing_identifies_is_never_a_repeat() -> None:
    got, _ = read(parts(), [[None, "a", None], ["a", None, None]])
    assert got == [None, "a", None, None, None]


def test_an_item_may_come_twice_on_one_page() -> None:
    got, end = read(parts(), [["a", "b", "a"], ["b", "b"]])
    assert got == ["a", "b"]
    assert end.seen == tuple(dict.fromkeys(end.seen))


def test_a_cap_in_any_part_is_told_at_the_end() -> None:
    for lists in ([["a", "b", "c", "d"], ["x"]], [["x"], ["a", "b", "c", "d"]]):
        _, end = read(parts(cap=3), lists)  # type: ignore[arg-type]
        assert end.stopped is StopReason.SERVER_CAP


@pytest.mark.parametrize(
    "state",
    [
        {"part": 9, "inner": {}},
        {"part": -1, "inner": {}},
        {"inner": []},
        {"inner": None},
        {"inner": {"start": "x"}},
        {"seen": None},
        {"seen": ["a"]},
        {"cut": "tired"},
        {"new": 1},
    ],
)
def test_states_of_another_version_are_refused(state: dict[str, object]) -> None:
    with pytest.raises(CursorError, match="another version"):
        parts().restored({**parts().state(), **state})


@pytest.mark.parametrize("name", ["inner", "seen"])
def test_a_state_that_lacks_what_is_always_there_is_refused(name: str) -> None:
    with pytest.raises(CursorError, match="another version"):
        parts().restored({key: value for key, value in parts().state().items() if key != name})
