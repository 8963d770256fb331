"""The number of a page in a search URL: put in where the query is, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.lix.queries.page_in_url import number_in, with_number

letters = st.text("abcXYZ019%()=:,._~-+", max_size=20).filter(lambda text: "page=" not in text)


class TestPageInUrl:
    @given(before=letters, query=letters, fragment=st.none() | letters, page=st.integers(1, 10**6))
    def test_nothing_else_is_touched(self, before: str, query: str, fragment: str | None, page: int) -> None:
        url = f"https://www.linkedin.com/sales/search/people?{before}&query={query}"
        if fragment is not None:
            url += f"#{fragment}"
        numbered = with_number(url, "page", page)
        assert number_in(numbered, "page", 1) == page
        assert any(numbered.replace(f"{joint}page={page}", "", 1) == url for joint in ("&", "?", ""))
        assert with_number(numbered, "page", 7).replace("page=7", f"page={page}") == numbered

    @pytest.mark.parametrize(
        ("url", "second"),
        [
            ("https://l/p", "https://l/p?page=2"),
            ("https://l/p?", "https://l/p?page=2"),
            ("https://l/p?a=1", "https://l/p?a=1&page=2"),
            ("https://l/p?a=1&page=9", "https://l/p?a=1&page=2"),
            ("https://l/p?page=9&a=1", "https://l/p?page=2&a=1"),
            ("https://l/p?homepage=9", "https://l/p?homepage=9&page=2"),
            ("https://l/p?a=1#top", "https://l/p?a=1&page=2#top"),
            ("https://l/p#query=(a%3A%2520b)", "https://l/p#query=(a%3A%2520b)&page=2"),
            ("https://l/p?s=1#query=(a)&page=9", "https://l/p?s=1#query=(a)&page=2"),
            ("https://l/p?page=5#query=(a)", "https://l/p?page=5#query=(a)&page=2"),
            ("https://l/p?page=5#:~:text=a", "https://l/p?page=2#:~:text=a"),
        ],
    )
    def test_where_the_number_goes(self, url: str, second: str) -> None:
        assert with_number(url, "page", 2) == second
