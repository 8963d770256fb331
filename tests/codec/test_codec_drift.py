"""Counts of the unexpected: right, bounded, and without anybody's data."""

from __future__ import annotations

import pickle

from lixasync.codec import Decoder, Drift, DriftReport
from lixasync.models import Person


def test_counts() -> None:
    decoder = Decoder()
    for _ in range(2):
        decoder.model(
            {
                "nick_name": "Rob",
                "numOfConnections": "many",
                "experience": [{"titel": "x"}, {"titel": "y", "isCurrent": "maybe"}],
                "languages": [{"name": "Welsh", "proficiency": "SINGS"}, {"proficiency": "LIMITED_WORKING"}],
            },
            Person,
        )
    assert decoder.drift.report() == DriftReport(
        unknown_fields={"Person.nick_name": 2, "Experience.titel": 4},
        unknown_values={"Language.proficiency=SINGS": 2},
        mismatches={"Person.numOfConnections": 2, "Experience.isCurrent": 2},
    )


def test_nothing_is_counted_for_what_is_documented() -> None:
    decoder = Decoder()
    decoder.model({"NAME": "a", "summary": "b", "numOfConnections": "1", "skills": None}, Person)
    assert not decoder.drift.report()
    assert str(decoder.drift.report()) == "no drift"


def test_each_decoder_counts_for_itself() -> None:
    shared = Drift()
    first, second, third = Decoder(shared), Decoder(shared), Decoder()
    for decoder in (first, second, third):
        decoder.model({"x": 1}, Person)
    assert shared.report().unknown_fields == {"Person.x": 2}
    assert third.drift.report().unknown_fields == {"Person.x": 1}


def test_an_empty_drift_is_not_replaced() -> None:
    drift = Drift()
    assert Decoder(drift).drift is drift


def test_report_is_a_snapshot() -> None:
    drift = Drift()
    drift.unknown_field("A", "b")
    before = drift.report()
    drift.unknown_field("A", "b")
    assert before.unknown_fields == {"A.b": 1}
    drift.clear()
    assert not drift.report()
    assert pickle.loads(pickle.dumps(before)) == before  # noqa: S301 - our own bytes


def test_memory_is_bounded() -> None:
    drift = Drift(limit=3)
    drift.unknown_field("A", "first")
    for number in range(100):
        drift.mismatch("A", f"field{number}")
        drift.unknown_field("A", "first")
    report = drift.report()
    assert report.unknown_fields == {"A.first": 101}
    assert report.mismatches == {"A.field0": 1, "A.field1": 1}
    assert report.uncounted == 98
    drift.clear()
    assert not drift.report()
    drift.unknown_field("A", "again")
    assert drift.report() == DriftReport(unknown_fields={"A.again": 1})


def test_default_limit() -> None:
    drift = Drift()
    for number in range(1_500):
        drift.unknown_field("A", f"field{number}")
    assert len(drift.report().unknown_fields) == 1_000
    assert drift.report().uncounted == 500


def test_long_names_are_cut() -> None:
    drift = Drift()
    drift.unknown_field("A", "f" * 1_000)
    drift.mismatch("A", "m" * 1_000)
    drift.unknown_value("A", "b", "v" * 1_000)
    drift.envelope("A", "e" * 1_000)
    drift.items_key("A", "i" * 1_000)
    report = drift.report()
    assert report.unknown_fields == {"A." + "f" * 80: 1}
    assert report.mismatches == {"A." + "m" * 80: 1}
    assert report.unknown_values == {"A.b=" + "v" * 40: 1}
    assert report.envelopes == {"A: " + "e" * 80: 1}
    assert report.items_keys == {"A: " + "i" * 80: 1}


def test_values_of_fields_are_never_held() -> None:
    decoder = Decoder()
    secret = "robin@example.com"
    decoder.model({"x": secret, "numOfConnections": secret, "experience": [secret], "birthDate": secret}, Person)
    decoder.listing({"people": [secret], "cost": secret, "meta": secret}, Person, items_key="people")
    assert secret not in str(decoder.drift.report())
    assert secret not in repr(decoder.drift.report())


def test_text() -> None:
    drift = Drift()
    for count in range(1, 13):
        for _ in range(count):
            drift.unknown_field("A", f"f{count}")
    drift.unknown_value("A", "b", "NEW")
    drift.mismatch("A", "c")
    drift.envelope("A", "response")
    drift.items_key("A", "results")
    assert str(drift.report()) == (
        "unknown fields: A.f12 (12), A.f11 (11), A.f10 (10), A.f9 (9), A.f8 (8), A.f7 (7), A.f6 (6), A.f5 (5), "
        "A.f4 (4), A.f3 (3), and 2 more\n"
        "unknown values: A.b=NEW (1)\n"
        "unexpected kinds: A.c (1)\n"
        "envelopes: A: response (1)\n"
        "item keys: A: results (1)"
    )
    full = Drift(limit=0)
    full.mismatch("A", "b")
    assert str(full.report()) == "beyond the limit of names: 1"
    assert full.report()
