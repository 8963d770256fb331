"""Settings: what is accepted, what is refused."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from lixasync.sandbox import FAULTS, VARIANTS, Changes, Settings
from lixasync.sandbox.faults import DELIVERY, INSTEAD, LINKEDIN, LOSING, PAGES, FaultTurns, parse_faults
from lixasync.sandbox.linkedin.settings import LinkedInSettings


def test_the_keyword_arguments_are_the_settings() -> None:
    assert set(Changes.__annotations__) == {field.name for field in dataclasses.fields(Settings)}


def test_every_setting_is_documented() -> None:
    lines = [line.strip() for text in (Settings, LinkedInSettings) for line in (text.__doc__ or "").splitlines()]
    for field in dataclasses.fields(Settings):
        assert any(line.startswith(f"{field.name}: ") for line in lines), field.name


def test_faults_come_as_text_or_as_a_series() -> None:
    assert Settings(faults=" 503, reset,,").faults == ("503", "reset")
    assert Settings(faults=["503", "reset"]).faults == ("503", "reset")
    assert Settings(faults=("503",)).fault_names == ("503",)
    assert Settings().faults == ()


def test_viewers_come_as_text_or_as_a_series() -> None:
    assert Settings(viewers="one").viewers == ("one",)
    assert Settings(viewers=["one", "two"]).viewer_ids == ("one", "two")


def test_every_fault_has_one_kind() -> None:
    assert sorted([*INSTEAD, *DELIVERY, *PAGES, *LINKEDIN]) == sorted(FAULTS)
    assert LOSING < DELIVERY


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault 418, teapot; the faults are 429"):
        parse_faults("503,418,teapot")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requests": 0}, "requests must be at least 1"),
        ({"per": 0}, "per must be more than 0"),
        ({"key": ""}, "key must not be empty"),
        ({"lookc_key": ""}, "lookc_key must not be empty"),
        ({"lookc_requests": 0}, "lookc_requests must be at least 1"),
        ({"lookc_per": 0.0}, "lookc_per must be more than 0"),
        ({"activity_page": 0}, "activity_page must be at least 1"),
        ({"lookc_pending": -1}, "lookc_pending must not be negative"),
        ({"max_page": 0}, "max_page must be at least 1"),
        ({"latency": -1.0}, "latency must not be negative"),
        ({"variant": "odd"}, "variant must be one of head"),
        ({"limit_scope": "odd"}, "limit_scope must be one of key"),
        ({"faults": "odd"}, "unknown fault odd"),
        ({"linkedin_connections": -1}, "linkedin_connections must not be negative"),
        ({"linkedin_search_calls": -1}, "linkedin_search_calls must not be negative"),
        ({"linkedin_token": ""}, "linkedin_token must not be empty"),
        ({"linkedin_max_page": 0}, "linkedin_max_page must be at least 1"),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(**changes)


def test_settings_are_keywords_and_frozen() -> None:
    with pytest.raises(TypeError):
        Settings(7)  # type: ignore[call-arg]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().seed = 8  # type: ignore[misc]
    assert all(Settings(variant=variant).variant == variant for variant in VARIANTS)


def test_turns_strike_every_nth_arrival_in_order() -> None:
    turns = FaultTurns(("a", "b"), 2)
    assert [turns.take() if turns.due() else "-" for _ in range(8)] == [
        "-",
        "a",
        "-",
        "b",
        "-",
        "a",
        "-",
        "b",
    ]
    assert not any(FaultTurns((), 1).due() for _ in range(3))
    assert not any(FaultTurns(("a",), 0).due() for _ in range(3))
