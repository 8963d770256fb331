"""Errors as they are stored: every class survives, whatever a server said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import errors
from lixasync.bulk.failures import names, packed, unpacked
from lixasync.errors import (
    AmbiguousNameError,
    APIError,
    AuthenticationError,
    InvalidArgumentError,
    LixasyncError,
    NotFoundError,
    RateLimitError,
    ServerError,
    TokenExpiredError,
    WeeklyLimitError,
)

NOON = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)
KEPT = ("message", "hint", "operation", "status", "type", "trace_id", "retry_after", "retry_at", "attempts", "body")


def kinds() -> list[type[LixasyncError]]:
    return [getattr(errors, name) for name in errors.__all__]


def said(error: LixasyncError) -> dict[str, Any]:
    return {name: getattr(error, name) for name in (*KEPT, "details")}


@pytest.mark.parametrize("kind", kinds())
def test_every_error_survives_with_all_it_says(kind: type[LixasyncError]) -> None:
    error = kind(
        "no",
        hint="try later",
        operation="get_person",
        status=429,
        type="rate_limit",
        trace_id="trace-1",
        retry_after=12.5,
        retry_at=NOON,
        attempts=3,
        body="<html>",
        details={"request_id": "r-1", "status": 403, "part": 0.5, "sure": True},
    )
    back = unpacked(packed(error))
    assert type(back) is kind
    assert said(back) == said(error)
    assert (str(back), back.args) == (str(error), error.args)


@pytest.mark.parametrize("kind", kinds())
def test_an_error_that_says_little_survives_as_well(kind: type[LixasyncError]) -> None:
    back = unpacked(packed(kind("no")))
    assert type(back) is kind
    assert said(back) == said(kind("no"))


@given(
    message=st.text(),
    body=st.none() | st.text(),
    type_=st.none() | st.text(),
    details=st.dictionaries(st.text(), st.text()),
)
def test_whatever_a_server_said_can_be_stored(
    message: str, body: str | None, type_: str | None, details: dict[str, str]
) -> None:
    back = unpacked(packed(ServerError(message, body=body, type=type_, details=details)))
    for before, after in ((message, back.message), (body, back.body), (type_, back.type)):
        assert after == before


def test_half_characters_are_shown_as_what_they_are() -> None:
    back = unpacked(packed(ServerError("a \ud83d", body="\udc00", details={"\ud83d": "\ud83d"})))
    assert (back.message, back.body, back.details) == ("a \\ud83d", "\\udc00", {"\\ud83d": "\\ud83d"})


def test_tokens_in_links_are_masked() -> None:
    link = "https://www.example/profile?id=1&authToken=geheim&authType=name"
    error = ServerError(f"no {link}", hint=link, body=link, type=link, details={link: link, "number": 1})
    assert b"geheim" not in packed(error)
    masked = link.replace("geheim", "***")
    back = unpacked(packed(error))
    assert (back.message, back.hint, back.body, back.type) == (f"no {masked}", masked, masked, masked)
    assert back.details == {masked: masked, "number": 1}


def test_details_that_json_does_not_have_are_left_out() -> None:
    details = {"when": NOON, "none": None, "list": [1], "nan": float("nan"), "inf": float("inf"), "big": 10**40, "a": 1}
    assert unpacked(packed(ServerError("no", details=details))).details == {"big": 10**40, "a": 1}


def test_where_a_stream_stood_is_not_kept_for_the_file_has_it() -> None:
    assert unpacked(packed(ServerError("no", cursor="secret"))).cursor is None
    assert b"secret" not in packed(ServerError("no", cursor="secret"))


def test_what_a_name_may_stand_for_is_not_kept() -> None:
    back = unpacked(packed(AmbiguousNameError("which?", candidates=[object()])))
    assert isinstance(back, AmbiguousNameError)
    assert back.candidates == ()


def test_a_class_of_somebody_else_is_stored_as_the_nearest_one_that_is_known() -> None:
    class OwnError(NotFoundError):
        pass

    assert type(unpacked(packed(OwnError("no")))) is NotFoundError


@pytest.mark.parametrize("name", ["GoneError", "Mapping", "datetime", "__all__"])
def test_a_class_that_is_gone_is_any_error(name: str) -> None:
    stored = json.dumps({**json.loads(packed(ServerError("no", status=500))), "class": name}).encode()
    back = unpacked(stored)
    assert type(back) is LixasyncError
    assert (back.message, back.status) == ("no", 500)


class TestNames:
    def test_without_a_choice_all_are_meant(self) -> None:
        assert names(None) is None
        assert sorted(names(LixasyncError) or []) == sorted(errors.__all__)

    @pytest.mark.parametrize("only", [RateLimitError, "RateLimitError", [RateLimitError], ("RateLimitError",)])
    def test_a_class_means_those_under_it_too(self, only: object) -> None:
        assert sorted(names(only) or []) == ["RateLimitError", "WeeklyLimitError"]

    @pytest.mark.parametrize("form", [list, tuple, set, frozenset])
    def test_several_may_be_meant(self, form: Any) -> None:
        chosen = names(form(["NotFoundError", AuthenticationError]))
        assert set(chosen or ()) == {"NotFoundError", "AuthenticationError", "TokenExpiredError"}
        assert names(form([])) == []

    @pytest.mark.parametrize("kind", kinds())
    def test_every_class_can_be_named(self, kind: type[LixasyncError]) -> None:
        assert set(names(kind.__name__) or ()) == {each.__name__ for each in kinds() if issubclass(each, kind)}

    def test_a_branch_holds_its_leaves(self) -> None:
        assert {WeeklyLimitError.__name__, TokenExpiredError.__name__, "QueuedError"} <= set(names(APIError) or ())

    @pytest.mark.parametrize(
        "only", ["NoError", "Mapping", "", ValueError, 5, ["NotFoundError", "NoError"], ServerError("no")]
    )
    def test_what_is_no_error_is_refused(self, only: object) -> None:
        with pytest.raises(InvalidArgumentError, match="which is no error of lixasync"):
            names(only)
