"""What the recorded refusals mean, and what is made of answers that nobody could want."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.fake import TOKEN, FakeTransport, answer, linkedin

from lixasync import (
    APIError,
    AuthenticationError,
    DailyLimitError,
    DecodeError,
    InvalidParamsError,
    LixasyncError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    Response,
    RetryPolicy,
    ServerError,
    TokenExpiredError,
    UnknownShapeError,
)
from lixasync.limits.daily import next_midnight
from lixasync.linkedin.answers import judge

FIXTURES = Path(__file__).parents[1] / "fixtures/linkedin"


def body(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def refused(status: int, content: bytes, **headers: str) -> LixasyncError:
    named = {name if name == "oauth_problem" else name.replace("_", "-"): text for name, text in headers.items()}
    with pytest.raises(LixasyncError) as caught:
        judge(Response(status=status, headers=named, body=content))
    return caught.value


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("error_400_2009.xml", 400, InvalidParamsError),
        ("error_404_2009.xml", 404, NotFoundError),
        ("error_403_email_2009.xml", 403, PermissionDeniedError),
        ("error_403_throttle_2011.xml", 403, DailyLimitError),
        ("error_403_throttle.json", 403, DailyLimitError),
        ("error_401_empty_token.json", 401, AuthenticationError),
        ("error_401_expired.json", 401, TokenExpiredError),
        ("error_401_invalid_token.json", 401, AuthenticationError),
        ("error_401_request_id.xml", 401, AuthenticationError),
        ("error_404_member_id.json", 404, NotFoundError),
        ("error_http401_body403.json", 401, AuthenticationError),
        ("error_403_people_search.json", 403, PermissionDeniedError),
        ("error_403_people_search.json", 401, PermissionDeniedError),
        ("error_403_connections.json", 403, PermissionDeniedError),
        ("error_500.json", 500, ServerError),
    ],
)
def test_recorded_refusals(name: str, status: int, kind: type[LixasyncError]) -> None:
    error = refused(status, body(name))
    assert type(error) is kind
    assert error.status == status
    assert error.message
    assert pickle.loads(pickle.dumps(error)).details == error.details  # noqa: S301 - our own


def test_what_the_server_said_besides() -> None:
    old = refused(400, body("error_400_2009.xml"))
    assert old.details["error_code"] == "0000"
    assert old.details["timestamp"] == datetime(2009, 10, 27, 5, 26, 18, 299000, tzinfo=UTC)
    assert old.trace_id is None
    assert refused(401, body("error_401_empty_token.json")).trace_id == "OS8BHJVUV3"
    assert refused(403, body("error_403_throttle.json")).trace_id
    assert "{" in refused(404, body("error_404_member_id.json")).message
    assert refused(404, body("error_404_2009.xml")).message.endswith("~~")


def test_both_statuses_are_kept_and_http_chooses_the_class() -> None:
    error = refused(401, body("error_http401_body403.json"))
    assert (error.status, error.details["status"]) == (401, 403)


@pytest.mark.parametrize("name", ["error_403_people_search.json", "error_403_connections.json"])
def test_the_closed_programme_is_named(name: str) -> None:
    assert "12 May 2015" in refused(403, body(name)).hint


class TestThrottled:
    @pytest.mark.parametrize("name", ["error_403_throttle_2011.xml", "error_403_throttle.json"])
    def test_it_is_over_at_the_next_midnight_of_the_server(self, name: str) -> None:
        error = refused(403, body(name), date="Fri, 18 Mar 2011 21:30:00 GMT")
        assert error.retry_at == datetime(2011, 3, 19, tzinfo=UTC)
        assert error.retry_after == 2.5 * 3600

    def test_without_a_date_the_body_tells_the_time(self) -> None:
        error = refused(403, body("error_403_throttle.json"))
        assert error.retry_at == next_midnight(error.details["timestamp"])

    def test_without_either_it_is_this_machines_midnight(self) -> None:
        before = next_midnight(datetime.now(UTC))
        error = refused(403, b'{"status": 403, "message": "Throttle limit for calls to this resource is reached."}')
        assert error.retry_at in (before, before + timedelta(days=1))

    def test_a_429_is_the_quotas_unless_it_names_a_time(self) -> None:
        assert type(refused(429, b"")) is DailyLimitError
        soon = refused(429, b"", retry_after="7")
        assert type(soon) is RateLimitError
        assert soon.retry_after == 7

    @pytest.mark.anyio
    async def test_it_is_never_asked_again_before_midnight(self) -> None:
        throttled = Response(status=403, headers={}, body=body("error_403_throttle.json"))
        fine = answer({"_total": 0})
        transport = FakeTransport([throttled, fine])
        async with linkedin(transport) as client:
            for _ in range(3):
                with pytest.raises(DailyLimitError) as caught:
                    await client.connections().collect()
                assert caught.value.retry_at is not None
                assert caught.value.cursor
            assert len(transport.requests) == 1
            await client.search.people(keywords="x").collect()  # another resource, another quota
            assert len(transport.requests) == 2
            assert list(client.limits.snapshot().quota.closed) == ["connections"]


@pytest.mark.parametrize(
    ("status", "content", "kind", "words"),
    [
        (200, b"", DecodeError, ""),
        (200, b"<html><body>Sign in</body></html>", DecodeError, "HTML"),
        (200, b"<!DOCTYPE html><html></html>", DecodeError, "HTML"),
        (200, b"{", DecodeError, ""),
        (200, b"<connections total='1'><person>", DecodeError, ""),
        (200, b"\xff\xfe\x00", DecodeError, ""),
        (200, b"<error><status>500</status><message>Internal service error</message></error>", ServerError, "Internal"),
        (200, b"<error><status>404</status><message>gone</message></error>", NotFoundError, "gone"),
        (200, b"<error><message>what</message></error>", APIError, "what"),
        (200, b'{"errorCode": 0, "message": "no", "status": 401}', AuthenticationError, "no"),
        (502, b"<html><body>Bad gateway</body></html>", ServerError, "failed"),
        (503, b"", ServerError, "failed"),
        (403, b"", PermissionDeniedError, "may not"),
        (401, b"<html>", AuthenticationError, "access token"),
        (405, b"", APIError, "405"),
        (302, b"", APIError, "Redirects are not followed"),
        (999, b"<html>no robots</html>", APIError, "public website"),
    ],
)
def test_answers_nobody_wants_are_errors_of_ours(
    status: int, content: bytes, kind: type[LixasyncError], words: str
) -> None:
    error = refused(status, content)
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["empty_element.xml", "error_500.json"])
async def test_a_200_without_members_is_no_empty_list(name: str) -> None:
    async with linkedin(
        FakeTransport([Response(status=200, headers={}, body=body(name))]), retry=RetryPolicy(attempts=1)
    ) as client:
        with pytest.raises((UnknownShapeError, ServerError)):
            await client.connections().collect()


class TestSignatures:
    @pytest.mark.parametrize(
        "header",
        ["timestamp_refused", 'OAuth realm="x", oauth_problem="timestamp_refused"', "oauth_problem=timestamp_refused"],
    )
    def test_a_clock_that_is_off_is_told(self, header: str) -> None:
        ago = datetime.now(UTC) - timedelta(minutes=7)
        error = refused(401, b"", oauth_problem=header, date=ago.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        assert error.type == "timestamp_refused"
        assert "+42" in error.hint

    def test_what_stands_beside_the_problem_stays_out(self) -> None:
        error = refused(401, b"", www_authenticate='OAuth oauth_problem="signature_invalid", base="secret stuff"')
        assert error.type == "signature_invalid"
        assert "secret" not in f"{error} {error.__dict__}"


@pytest.mark.anyio
async def test_a_token_that_the_server_repeats_is_masked() -> None:
    message = f"Invalid access token {TOKEN}"
    body: Any = {"errorCode": 0, "message": message, "status": 401, "requestId": TOKEN, "timestamp": 1}
    async with linkedin(FakeTransport([answer(body, 401)])) as client:
        with pytest.raises(AuthenticationError) as caught:
            await client.connections().collect()
    assert TOKEN not in f"{caught.value} {caught.value.__dict__}"


def test_a_throttle_is_told_by_its_message_under_any_refusal() -> None:
    for status in (400, 401, 403):
        content = b"<error><message>Throttle limit for calls to this resource is reached.</message></error>"
        assert type(refused(status, content)) is DailyLimitError


def test_a_401_that_speaks_of_people_search_without_denying_it_is_about_the_token() -> None:
    content = b'{"status": 401, "errorCode": 0, "message": "Unable to verify access token for people search"}'
    assert type(refused(401, content)) is AuthenticationError


@pytest.mark.anyio
async def test_secrets_are_masked_in_all_that_an_error_carries() -> None:
    body: Any = {"errorCode": TOKEN, "message": "no", "status": 403, "timestamp": 1}
    response = answer(body, 403, www_authenticate=f'OAuth oauth_problem="{TOKEN.lower().replace("-", "_")}"')
    async with linkedin(FakeTransport([response]), TOKEN.lower().replace("-", "_")) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await client.connections().collect()
    assert caught.value.type is None or "token" not in caught.value.type
    async with linkedin(FakeTransport([answer(body, 403)])) as client:
        with pytest.raises(PermissionDeniedError) as caught:
            await client.connections().collect()
    assert caught.value.details["error_code"] == "***"
