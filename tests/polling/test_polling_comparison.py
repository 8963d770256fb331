"""Comparing listings: who is new, who says something else, and who is gone for certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync.polling.comparison import Comparison, Difference, Known

listings = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("12")), max_size=12)


@given(before=st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("12")), listing=listings, whole=st.booleans())
def test_what_is_known_after_a_listing_follows_from_the_differences(
    before: dict[str, str], listing: list[tuple[str, str]], whole: bool
) -> None:
    comparison = Comparison(Known(items=before))
    known = dict(before)
    met = set()
    for key, said in listing:
        difference = comparison.meet(key, said)
        if key not in met:
            assert (difference is Difference.ADDED) == (key not in known)
            assert (difference is Difference.CHANGED) == (key in known and known[key] != said)
            known[key] = said
        else:
            assert difference is Difference.NONE
        met.add(key)
    after, gone = comparison.end(consistent=whole, at=7)
    assert sorted(gone) == (sorted(set(before) - met) if whole else [])
    assert after == Known(items={key: said for key, said in known.items() if key not in gone}, at=7)


@pytest.mark.parametrize(
    ("met", "complete", "total", "consistent"),
    [
        ("ab", True, 2, True),
        ("abc", True, 2, True),  # the server's count lags
        ("ab", True, None, True),
        ("aab", True, 3, False),  # somebody was met twice, so somebody was missed
        ("ab", True, 3, False),
        ("ab", False, 2, False),
        ("", True, 0, True),
        ("", True, None, False),
        ("", True, 4, False),
    ],
)
def test_only_a_whole_listing_tells_who_is_gone(met: str, complete: bool, total: int | None, consistent: bool) -> None:
    comparison = Comparison(Known(items={"a": "1", "z": "1"}))
    for key in met:
        comparison.meet(key, "1")
    assert comparison.consistent(complete=complete, total=total) is consistent


def test_an_empty_list_that_was_empty_before_is_whole() -> None:
    assert Comparison(Known()).consistent(complete=True, total=None)
