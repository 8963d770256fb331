"""Whatever a server answers: every stream ends, and one whose list grows meanwhile still delivers each item once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import anyio
import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.paging.test_pager import STYLES, read_through_errors
from tests.support.lists import Item, Server, items, source

from lixasync import Pager
from lixasync.paging.cursor import Cursor, PageFacts
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.partition import PartitionCursor, path_of
from lixasync.paging.parts import PartsCursor
from lixasync.paging.token import OnePageCursor, TokenCursor

NUMBERS = PageNumberCursor(query="q", cap=None)
CURSORS: dict[str, Cursor] = {
    "offset": OffsetCursor(query="q", count=3),
    "offset, whole lists": OffsetCursor(query="q", count=3, exact_total=True),
    "offset, sizes of the server's": OffsetCursor(query="q", count=None, exact_total=True),
    "offset with a cap": OffsetCursor(query="q", count=3, cap=50),
    "page number": NUMBERS,
    "page number with a cap": PageNumberCursor(query="q", cap=50, size=3),
    "page number from the third": PageNumberCursor(query="q", cap=50, first=3, page=3),
    "token": TokenCursor(query="q", name="t"),
    "token and start": TokenCursor(query="q", name="t", counts=True),
    "falling moments": TokenCursor(query="q", name="t", falls=True),
    "one page": OnePageCursor(query="q", size=3),
    "two queries": PartsCursor(query="q", parts=(NUMBERS, OffsetCursor(query="r", count=3, exact_total=True))),
    "parts": PartitionCursor(query="q", begin=PageNumberCursor(query="q", cap=5), cap=5),
}
every = pytest.mark.parametrize("cursor", CURSORS.values(), ids=CURSORS)

pages = st.builds(
    PageFacts,
    identities=st.lists(st.none() | st.sampled_from([*"abcdefghij"]), max_size=5),
    total=st.none() | st.integers(0, 12),
    num_results=st.none() | st.integers(0, 12),
    size=st.none() | st.integers(0, 5),
    sequence_id=st.none() | st.sampled_from("xy"),
    next_token=st.none() | st.sampled_from(["1", "2", "3", "z"]),
    divisions=st.lists(st.sampled_from("uvw"), max_size=3),
)


def requests_until_the_end(
    cursor: Cursor, answer: Callable[[int, Mapping[str, str]], PageFacts], most: int, leave: st.DataObject | None = None
) -> int:
    """Read to the end; with ``leave``, some pages are left half-way and gone on with from a string."""
    begin = cursor
    for number in range(most):
        if cursor.stopped is not None:
            return number
        request = cursor.request()
        page = answer(number, request)
        if len(path_of(request)) >= 2:
            page = attrs.evolve(page, divisions=())  # a query is divided by so many facets, not by ever more
        after, old = cursor.after(page)
        behind = page.identities[old:]
        if leave is not None and behind and number < 10 and leave.draw(st.booleans()):
            taken = leave.draw(st.integers(1, len(behind)))
            cursor = begin.resumed(str(cursor.within(behind[:taken])))
        else:
            cursor = begin.resumed(str(after))
    raise AssertionError(f"no end after {most} requests: {cursor}")


def exact(cursor: Cursor) -> bool:
    """Say whether a cursor takes totals for those of the whole list; others may be those of a page."""
    queries = cursor.parts if isinstance(cursor, PartsCursor) else [cursor]
    return all(not isinstance(query, OffsetCursor) or query.exact_total for query in queries)


class TestEveryStreamEnds:
    @every
    @given(answers=st.lists(pages, min_size=1, max_size=12), data=st.data())
    def test_with_any_answers_of_which_the_last_comes_for_ever(
        self, cursor: Cursor, answers: list[PageFacts], data: st.DataObject
    ) -> None:
        last = answers[-1]
        # Pages of people who cannot be told apart could come without end: nothing but a total shows where it is.
        assume(any(last.identities) or not last.identities or (exact(cursor) and last.total is not None))
        parts = 1 + 3 + 9 if isinstance(cursor, PartitionCursor) else 2
        requests_until_the_end(
            cursor, lambda number, _: answers[min(number, len(answers) - 1)], len(answers) + 10 * parts + 20, data
        )

    @every
    @pytest.mark.parametrize("known", [True, False])
    @pytest.mark.parametrize("round_", [1, 2, 3, 5, 13, 40])
    @pytest.mark.parametrize("total", [None, 7])
    def test_when_the_list_goes_round_in_circles(
        self, cursor: Cursor, round_: int, total: int | None, known: bool
    ) -> None:
        def answer(number: int, request: Mapping[str, str]) -> PageFacts:
            first = int(request.get("t", request.get("start", 0))) // 3 + int(request.get("page", 1)) - 1
            names = [f"{first % round_}-{index}" if known else None for index in range(3)]
            token = 3 * ((first + 1) % round_)
            return PageFacts(identities=names, total=total, next_token=str(token))

        if known or (exact(cursor) and total is not None):
            requests_until_the_end(cursor, answer, 2 * (round_ + 10))


class TestAListThatGrowsMeanwhile:
    @settings(max_examples=max(300, settings.default.max_examples))
    @given(
        style=st.sampled_from(STYLES),
        count=st.integers(0, 60),
        size=st.integers(7, 12),
        total=st.booleans(),
        grow=st.dictionaries(st.integers(2, 12), st.integers(1, 3), max_size=2),
        fault=st.none() | st.tuples(st.integers(1, 12), st.sampled_from(["error", "repeat", "shift"])),
        stops=st.lists(st.integers(0, 30), max_size=3),
    )
    def test_each_who_was_there_comes_once(
        self,
        style: str,
        count: int,
        size: int,
        total: bool,
        grow: dict[int, int],
        fault: tuple[int, str] | None,
        stops: list[int],
    ) -> None:
        async def run() -> None:
            content = items(count)
            server = Server(
                content=list(content), size=size, total=total, grow=grow, faults=dict([fault] if fault else [])
            )
            got: list[Item] = []
            cursor = None
            for stop in [*stops, None]:
                pager = Pager(source(server, style), max_items=stop, resume=cursor)
                got += await read_through_errors(pager)
                cursor = pager.cursor
            assert [item for item in got if item in content] == content
            assert len(set(got)) == len(got)

        anyio.run(run)
