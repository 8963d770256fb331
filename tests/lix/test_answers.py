"""What an answer means: type first, then status; any body at all gives an error of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fake import answer, refusal

from lixasync import errors
from lixasync.errors import LixasyncError
from lixasync.lix.answers import judge, next_monday
from lixasync.transport.base import Response
from lixasync.transport.headers import seconds_to_wait


def error_of(response: Response) -> LixasyncError:
    with pytest.raises(LixasyncError) as caught:
        judge(response)
    return caught.value


@pytest.mark.parametrize("status", [200, 400, 404, 429, 500, 503])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("params_invalid", errors.InvalidParamsError),
        ("unknown_route", errors.NotFoundError),
        ("unknown_record", errors.NotFoundError),
        ("not_found", errors.NotFoundError),
        ("viewer_invalid", errors.ViewerError),
        ("rate_limit", errors.RateLimitError),
        ("daily_limit", errors.DailyLimitError),
        ("queued", errors.QueuedError),
        ("api_error", errors.ServerError),
    ],
)
def test_the_type_decides_whatever_the_status(kind: str, status: int, expected: type[LixasyncError]) -> None:
    error = error_of(refusal(status, kind, "because"))
    assert type(error) is expected
    assert (error.message, error.status, error.type, error.trace_id) == ("because", status, kind, "trace-1")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, errors.APIError),
        (400, errors.InvalidParamsError),
        (401, errors.AuthenticationError),
        (402, errors.CreditsError),
        (403, errors.AuthenticationError),
        (404, errors.NotFoundError),
        (407, errors.ViewerError),
        (418, errors.APIError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServerError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>gateway</html>", b'{"error": {"type": "brand_new"}}', b"[]", b"null"])
def test_without_a_known_type_the_status_decides(status: int, body: bytes, expected: type[LixasyncError]) -> None:
    error = error_of(Response(status=status, headers={}, body=body))
    assert type(error) is expected
    assert error.message


@given(status=st.integers(100, 599), body=st.binary(max_size=40))
def test_no_answer_at_all_escapes_the_tree(status: int, body: bytes) -> None:
    response = Response(status=status, headers={}, body=body)
    try:
        judge(response)
        refused = False
    except LixasyncError:
        refused = True
    assert refused or 200 <= status < 300


def test_a_good_answer_is_its_body() -> None:
    assert judge(answer({"a": 1})) == {"a": 1}


def test_a_remark_beside_data_is_no_refusal() -> None:
    body = {"error": "no website", "profile": {"name": "Acme"}}
    assert judge(answer(body)) == body
    assert type(error_of(answer({"error": "gone", "traceId": "t"}))) is errors.APIError


@pytest.mark.parametrize(
    "body",
    [
        {"Error": "not found"},
        {"error": "not found", "code": 404},
        {"error": "x", "message": "y"},
        {"error": {"message": "bad"}, "ok": False},
        {"error": {"message": "bad"}, "profile": {"name": "Acme"}},
    ],
)
def test_a_refusal_under_200_is_not_taken_for_data(body: object) -> None:
    assert type(error_of(answer(body))) is errors.APIError


@pytest.mark.parametrize("status", [204, 205])
def test_an_answer_without_a_body_by_its_status_is_none(status: int) -> None:
    assert judge(Response(status=status, headers={}, body=b"")) is None


class TestWeeklyLimit:
    """The retry_at is a Monday 00:00 UTC, whatever Retry-After says: that is reckoned by another clock."""

    @staticmethod
    def refused(**headers: str) -> LixasyncError:
        error = error_of(refusal(429, "rate_limit", "weekly connection request limit reached", **headers))
        assert type(error) is errors.WeeklyLimitError
        assert error.retry_at is not None
        assert error.retry_after == pytest.approx((error.retry_at - datetime.now(UTC)).total_seconds(), abs=5)
        return error

    @pytest.mark.parametrize("skew", [-1800, -1, 0, 1, 1800])
    @pytest.mark.parametrize("weeks", [0, 1, 3])
    def test_retry_after_says_which_monday(self, weeks: int, skew: int) -> None:
        now = datetime.now(UTC)
        monday = next_monday(now) + timedelta(weeks=weeks)
        wait = max(0, round((monday - now).total_seconds()) + skew)
        assert self.refused(retry_after=str(wait)).retry_at == monday

    def test_a_wait_that_ends_in_the_middle_of_a_week_is_until_the_monday_after(self) -> None:
        now = datetime.now(UTC)
        wait = round((next_monday(now) - now).total_seconds()) + 3 * 86_400
        assert self.refused(retry_after=str(wait)).retry_at == next_monday(now) + timedelta(weeks=1)

    @pytest.mark.parametrize("headers", [{}, {"retry_after": "soon"}, {"retry_after": "0"}])
    def test_without_one_it_is_next_monday(self, headers: dict[str, str]) -> None:
        assert self.refused(**headers).retry_at == next_monday(datetime.now(UTC))

    def test_the_ordinary_limit_is_none(self) -> None:
        error = error_of(refusal(429, "rate_limit", "slow down", retry_after="3"))
        assert type(error) is errors.RateLimitError
        assert error.retry_after == 3


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_monday_is_one_and_comes(now: datetime) -> None:
    monday = next_monday(now)
    assert monday.weekday() == 0
    assert (monday.hour, monday.minute, monday.second, monday.microsecond) == (0, 0, 0, 0)
    assert timedelta(0) < monday - now <= timedelta(days=7)


class TestRetryAfter:
    NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, None),
            ("3", 3),
            (" 3 ", 3),
            ("2.5", 2.5),
            ("0", 0),
            ("Sun, 22 Nov 2026 12:01:00 GMT", 60),
            ("Sun, 22 Nov 2026 12:01:00", 60),
            ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
            ("soon", None),
            ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
            ("-1", None),
            ("", None),
            ("9" * 50, 366 * 86400),
        ],
    )
    def test_forms(self, header: str | None, seconds: float | None) -> None:
        assert seconds_to_wait(header, self.NOW) == seconds

    @given(st.text(max_size=40))
    def test_nonsense_is_none_or_a_wait(self, header: str) -> None:
        wait = seconds_to_wait(header, self.NOW)
        assert wait is None or wait >= 0
