"""Single values: every form that means something, and none that does not."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lixasync.codec import Decoder
from lixasync.models import Model, MonthYear
from lixasync.models.base import wire


@attrs.frozen(kw_only=True, repr=False)
class Sample(Model):
    text: str | None = wire()
    whole: int | None = wire()
    truth: bool | None = wire()
    moment: datetime | None = wire()
    part: MonthYear | None = wire()
    texts: tuple[str, ...] = wire(default=())
    numbers: tuple[int, ...] = wire(default=())
    parts: tuple[MonthYear, ...] = wire(default=())


MOMENT = datetime(2023, 10, 5, 13, 28, 14, tzinfo=UTC)

GOOD: list[tuple[str, Any, Any]] = [
    ("text", "a", "a"),
    ("text", " ", " "),
    ("text", 7, "7"),
    ("text", 1.5, "1.5"),
    ("whole", 0, 0),
    ("whole", -3, -3),
    ("whole", "57", 57),
    ("whole", "0", 0),
    ("whole", "-57", -57),
    ("whole", 2**63, 2**63),
    ("whole", str(2**63), 2**63),
    ("whole", 3.0, 3),
    ("truth", True, True),
    ("truth", False, False),
    ("truth", "true", True),
    ("truth", "False", False),
    ("truth", 1, True),
    ("truth", 0, False),
    ("truth", "0", False),
    ("moment", 1696512494, MOMENT),
    ("moment", "1696512494", MOMENT),
    ("moment", 1696512494000, MOMENT),
    ("moment", "1696512494000", MOMENT),
    ("moment", 1696512494.0, MOMENT),
    ("moment", "2023-10-05T13:28:14Z", MOMENT),
    ("moment", "2023-10-05T15:28:14+02:00", MOMENT),
    ("moment", "2023-10-05T13:28:14", MOMENT),
    ("moment", "2023-10-05T13:28:14.840Z", MOMENT + timedelta(milliseconds=840)),
    ("moment", 1696512494840, MOMENT + timedelta(milliseconds=840)),
    ("moment", 10**11 - 1, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
    ("moment", 10**11, datetime(1973, 3, 3, 9, 46, 40, tzinfo=UTC)),
    ("moment", 0, datetime(1970, 1, 1, tzinfo=UTC)),
    ("part", {"year": "2023"}, MonthYear(year=2023)),
    ("texts", [], ()),
    ("texts", ["a", "", None, "b"], ("a", "b")),
    ("numbers", ["1", 2], (1, 2)),
    ("parts", [{"year": 1}, {}], (MonthYear(year=1), MonthYear())),
]

BAD: list[tuple[str, Any]] = [
    ("text", True),
    ("text", ["a"]),
    ("text", {"a": 1}),
    ("whole", "1,234"),
    ("whole", "1_000"),
    ("whole", " 5"),
    ("whole", "٣"),
    ("whole", "²"),
    ("whole", "--5"),
    ("whole", "-"),
    ("whole", "5.0"),
    ("whole", "9" * 5000),
    ("whole", 1.5),
    ("whole", True),
    ("whole", [1]),
    ("truth", 2),
    ("truth", "yes"),
    ("truth", 1.0),
    ("truth", [True]),
    ("moment", "yesterday"),
    ("moment", True),
    ("moment", 10**30),
    ("moment", "9" * 30),
    ("moment", 1e300),
    ("moment", [1]),
    ("moment", "0001-01-01T00:00:00+14:00"),
    ("part", "April 2023"),
    ("part", 5),
    ("part", []),
    ("texts", "a"),
    ("texts", {"a": 1}),
    ("texts", [["a"]]),
    ("numbers", ["1", "x"]),
    ("parts", {"year": 1}),
]


@pytest.mark.parametrize(("field", "value", "wanted"), GOOD, ids=str)
def test_read(field: str, value: Any, wanted: Any) -> None:
    decoder = Decoder()
    sample = decoder.model({field: value}, Sample)
    read = getattr(sample, field)
    assert read == wanted
    assert type(read) is type(wanted)
    assert sample.extra == {}
    assert not decoder.drift.report()


def test_time_without_offset_is_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert Decoder().model({"moment": "2023-10-05T13:28:14"}, Sample).moment == MOMENT
        plain = Sample(moment=MOMENT.replace(tzinfo=None)).to_dict()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert plain == {"moment": "2023-10-05T13:28:14Z"}


@pytest.mark.parametrize(("field", "value"), BAD, ids=lambda value: str(value)[:30])
def test_kept_as_a_misfit(field: str, value: Any) -> None:
    decoder = Decoder()
    sample = decoder.model({field: value}, Sample)
    assert getattr(sample, field) == getattr(Sample(), field)
    assert sample.extra == {field: value}
    assert decoder.drift.report().mismatches == {f"Sample.{field}": 1}


@pytest.mark.parametrize("field", [name for name in attrs.fields_dict(Sample) if name not in {"extra", "raw"}])
@pytest.mark.parametrize("nothing", [None, "", {}], ids=repr)
def test_nothing(field: str, nothing: Any) -> None:
    decoder = Decoder()
    assert decoder.model({field: nothing}, Sample) == Sample()
    assert not decoder.drift.report()


def test_elements_that_are_no_objects_keep_their_place() -> None:
    decoder = Decoder()
    sample = decoder.model({"parts": [{"year": 1}, "x", None, ["y"]]}, Sample)
    assert [part.year for part in sample.parts] == [1, None, None, None]
    assert [part.extra for part in sample.parts] == [{}, {"value": "x"}, {"value": None}, {"value": ["y"]}]
    assert decoder.drift.report().mismatches == {"MonthYear.(element)": 3}


@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(315532800000, 4102444800000), st.integers(-720, 720), st.data())
def test_every_form_of_a_moment(milliseconds: int, offset: int, choices: st.DataObject) -> None:
    """Between the years 1980 and 2100."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    local = moment.astimezone(timezone(timedelta(minutes=offset)))
    value = choices.draw(st.sampled_from([milliseconds, str(milliseconds), local.isoformat()]))
    read = Decoder().model({"moment": value}, Sample).moment
    assert read == moment
    assert read.tzinfo is UTC
