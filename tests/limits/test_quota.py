"""What was spent, and what is closed for the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lixasync.errors import DailyLimitError
from lixasync.limits.quota import Quota


def test_credits_are_counted_by_kind() -> None:
    quota = Quota()
    for kind, amount in (("standard", 1), ("standard", 1), ("org", 2), ("email", 0)):
        quota.spend(kind, amount)
    assert quota.snapshot().credits == {"standard": 2, "org": 2}


def test_an_operation_closed_for_the_day_is_refused_early_until_then() -> None:
    quota = Quota()
    until = datetime.now(UTC) + timedelta(hours=3)
    quota.daily_limit(DailyLimitError("enough", retry_at=until), "search_people")
    with pytest.raises(DailyLimitError, match="no request was sent") as caught:
        quota.check("search_people")
    assert caught.value.retry_at == until
    assert caught.value.retry_after == pytest.approx(3 * 3600, abs=60)
    quota.check("get_person")
    assert quota.snapshot().closed == {"search_people": until}


def test_the_known_refresh_tells_when() -> None:
    quota = Quota()
    until = datetime.now(UTC) + timedelta(hours=1)
    quota.allowance(0, until)
    assert quota.daily_limit(DailyLimitError("enough"), "search_people").retry_at == until
    assert quota.snapshot().refreshes_at == until
    assert quota.snapshot().requests_remaining == 0


def test_without_a_known_refresh_nothing_is_closed() -> None:
    quota = Quota()
    assert quota.daily_limit(DailyLimitError("enough"), "search_people").retry_at is None
    quota.check("search_people")


def test_a_refresh_in_the_past_closes_nothing() -> None:
    quota = Quota()
    quota.allowance(0, datetime.now(UTC) - timedelta(hours=1))
    assert quota.daily_limit(DailyLimitError("enough"), "search_people").retry_at is None


def test_it_opens_again_when_the_moment_has_passed() -> None:
    quota = Quota()
    quota._closed["search_people"] = datetime.now(UTC) - timedelta(seconds=1)
    quota.check("search_people")
    assert quota.snapshot().closed == {}
