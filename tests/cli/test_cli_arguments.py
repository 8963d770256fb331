"""What is written on the command line: durations, moments, fields, facets; and what to write instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lixasync import Fields, InvalidArgumentError
from lixasync.cli.arguments import duration, facet, fields, moment, names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", timedelta(seconds=90)),
        ("90s", timedelta(seconds=90)),
        ("0.5s", timedelta(milliseconds=500)),
        ("15m", timedelta(minutes=15)),
        (" 2h ", timedelta(hours=2)),
        ("1.5h", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert duration("--every", text) == expected


@pytest.mark.parametrize(
    "text", ["", "m", "15x", "15 m", "-5m", "1e3", "0", "0s", "15M", "1h30m", "٣m", "9" * 40, "1" * 400]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="is not a duration for --every") as caught:
        duration("--every", text)
    assert "--every 15m is a quarter of an hour" in caught.value.hint


def test_no_time_at_all_where_that_makes_sense() -> None:
    assert duration("--overlap", "0", zero=True) == timedelta(0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:30", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T08:30Z", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01T10:30+02:00", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("1793521800000", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    assert moment("--since", text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "1793521800", "2002-12-31", "2100-01-01", "9" * 30, "-5"])
def test_no_moments(text: str) -> None:
    with pytest.raises(InvalidArgumentError, match="no moment between 2003 and 2100 for --since") as caught:
        moment("--since", text)
    assert "not seconds" in caught.value.hint


def test_fields() -> None:
    assert fields(None) is None
    assert fields("basic") is Fields.BASIC
    assert fields("search") is Fields.SEARCH
    assert fields(":(id,location:(name))") == Fields("id", location=("name",))
    with pytest.raises(InvalidArgumentError, match="Did you mean 'first-name'") as caught:
        fields("id,frist-name")
    assert "--fields basic" in caught.value.hint


def test_facets() -> None:
    assert facet([]) is None
    assert facet(["industry=4,6", "location=us:84", "industry = 8"]) == {
        "industry": ["4", "6", "8"],
        "location": ["us:84"],
    }
    for text in ("industry", "=4"):
        with pytest.raises(InvalidArgumentError, match="no facet with values"):
            facet([text])


def test_names() -> None:
    assert names([]) is None
    assert names(["location, industry", "network"]) == ["location", "industry", "network"]
