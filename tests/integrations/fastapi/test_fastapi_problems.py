"""Errors as problems: every class has a status, callers are told what helps them, and nothing else."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi_apps import application, running
from tests.support.fake import KEY, FakeTransport, refusal
from tests.support.fake import answer as lix_answer

from lixasync import RetryPolicy, errors
from lixasync.errors import LixasyncError
from lixasync.fastapi import PROBLEMS, problem
from lixasync.fastapi.problems import answer

STATUSES = {
    "APIError": 502,
    "AmbiguousNameError": 400,
    "AttemptTimeoutError": 504,
    "AuthenticationError": 502,
    "ClientClosedError": 503,
    "ConfigurationError": 500,
    "ConnectError": 502,
    "ConnectionLostError": 502,
    "CreditsError": 503,
    "CursorError": 400,
    "DailyLimitError": 503,
    "DeadlineExceeded": 504,
    "DecodeError": 502,
    "EventLoopError": 500,
    "InsecureURLError": 500,
    "InvalidArgumentError": 400,
    "InvalidParamsError": 400,
    "JobFileError": 500,
    "ChunkTakenError": 500,
    "LimiterUnavailableError": 503,
    "LixasyncError": 500,
    "MissingKeyError": 500,
    "NotFoundError": 404,
    "PageSizeError": 400,
    "PermissionDeniedError": 403,
    "QueuedError": 503,
    "RateLimitError": 503,
    "SearchURLError": 400,
    "ServerError": 502,
    "StateError": 500,
    "TokenExpiredError": 502,
    "TransportError": 502,
    "UnknownShapeError": 502,
    "UsageError": 500,
    "ViewerError": 409,
    "WeeklyLimitError": 503,
}

DOCUMENT = Path(__file__).parents[3] / "docs" / "fastapi.md"


def tree(kind: type[LixasyncError] = LixasyncError) -> Iterator[type[LixasyncError]]:
    """Return a class and all under it that this package has."""
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == "lixasync.errors":
            yield from tree(below)


async def asked(error: Exception) -> Any:
    return await answer(Request({"type": "http"}), error)


def test_every_class_has_a_status() -> None:
    assert {kind.__name__: problem(kind("so it was"))["status"] for kind in tree()} == STATUSES
    assert set(STATUSES) == set(errors.__all__)


def test_every_class_has_a_type_and_a_title_of_its_own() -> None:
    found = [problem(kind("so it was")) for kind in tree()]
    assert len({each["type"] for each in found}) == len({each["title"] for each in found}) == len(STATUSES)
    for each in found:
        assert re.fullmatch(r"urn:lixasync:problem:[a-z]+(-[a-z]+)*", each["type"])
        assert each["title"][0].isupper()


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        (errors.NotFoundError, "not-found", "Not found"),
        (errors.SearchURLError, "search-url", "Search URL"),
        (errors.APIError, "api", "API"),
        (errors.InsecureURLError, "insecure-url", "Insecure URL"),
        (errors.DeadlineExceeded, "deadline-exceeded", "Deadline exceeded"),
        (LixasyncError, "lixasync", "Lixasync"),
    ],
)
def test_types_do_not_change(kind: type[LixasyncError], name: str, title: str) -> None:
    found = problem(kind("so it was"))
    assert (found["type"], found["title"]) == (f"urn:lixasync:problem:{name}", title)


def test_the_document_has_the_same_table() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*?) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    told = [(name, int(status)) for status, names in rows for name in re.findall(r"`(\w+)`", names)]
    assert sorted(told) == sorted([*STATUSES.items(), ("DeadlineExceeded", 503)])


def test_the_description_has_every_status() -> None:
    assert set(PROBLEMS) == set(STATUSES.values())
    assert all("application/problem+json" in each["content"] for each in PROBLEMS.values())
    assert [status for status, each in PROBLEMS.items() if "headers" in each] == [503]


def test_members() -> None:
    error = errors.NotFoundError(
        "No such profile.",
        hint="Check the link.",
        operation="get_person",
        trace_id="trace-1",
        retry_at=datetime(2026, 11, 4, 13, 0, tzinfo=UTC),
        cursor="lixasync1-abc",
    )
    assert dict(problem(error)) == {
        "type": "urn:lixasync:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "No such profile.",
        "hint": "Check the link.",
        "retry_at": "2026-11-04T13:00:00Z",
        "operation": "get_person",
        "trace_id": "trace-1",
        "cursor": "lixasync1-abc",
    }


def test_what_an_ambiguous_name_may_stand_for() -> None:
    error = errors.AmbiguousNameError("Two places.", candidates=[{"id": "1", "name": "Umber"}])
    assert problem(error)["candidates"] == [{"id": "1", "name": "Umber"}]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("facts", "header"),
    [
        ({"retry_after": 2.1}, "3"),
        ({"retry_after": 0.0}, "0"),
        ({"retry_after": -1.0}, "0"),
        ({"retry_after": 5.0, "retry_at": datetime(2020, 1, 1, tzinfo=UTC)}, "0"),  # it was raised a while ago
        ({}, None),
    ],
)
async def test_when_to_try_again(facts: dict[str, Any], header: str | None) -> None:
    found = await asked(errors.RateLimitError("Too fast.", **facts))
    assert found.status_code == 503
    assert found.headers.get("Retry-After") == header


@pytest.mark.anyio
async def test_a_moment_becomes_seconds() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=100)
    found = await asked(errors.DailyLimitError("Enough.", retry_at=soon))
    assert 1 <= int(found.headers["Retry-After"]) <= 100


@pytest.mark.anyio
@pytest.mark.parametrize(("facts", "status"), [({"retry_after": 12.0}, 503), ({}, 504)])
async def test_a_queue_is_not_an_answer_that_never_came(facts: dict[str, Any], status: int) -> None:
    assert (await asked(errors.DeadlineExceeded("Too late.", **facts))).status_code == status


@pytest.mark.anyio
async def test_half_a_character_can_be_sent() -> None:
    found = await asked(errors.NotFoundError("\ud83c"))
    assert json.loads(found.body)["detail"] == "�"


@pytest.mark.anyio
async def test_our_own_faults_are_for_the_log(caplog: pytest.LogCaptureFixture) -> None:
    error = errors.JobFileError("'/srv/people.db' is locked.", hint="Look at /srv.")
    with caplog.at_level(logging.INFO, logger="lixasync"):
        found = await asked(error)
    assert found.status_code == 500
    assert b"/srv" not in found.body
    (record,) = caplog.records
    assert "/srv/people.db" in record.getMessage()
    assert record.exc_info is not None
    assert record.levelno == logging.ERROR


@pytest.mark.parametrize("kind", [kind for kind in tree() if STATUSES[kind.__name__] == 502])
def test_hints_to_whoever_runs_the_application_are_for_the_log(
    kind: type[LixasyncError], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="lixasync"):
        found = problem(kind("so it was", hint="Check LIX_API_KEY."))
    assert found["detail"] == "so it was"
    assert "hint" not in found
    (record,) = caplog.records
    assert "so it was" in record.getMessage()
    assert "Check LIX_API_KEY." in record.getMessage()
    assert vars(record)["event"] == "request_refused"


@pytest.mark.parametrize(
    ("kind", "lines"), [(errors.CreditsError, 1), (errors.NotFoundError, 0), (errors.InvalidArgumentError, 0)]
)
def test_what_callers_cannot_mend_is_in_the_log(
    kind: type[LixasyncError], lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="lixasync"):
        problem(kind("so it was"))
    assert len(caplog.records) == lines


@pytest.mark.anyio
async def test_a_failing_route(caplog: pytest.LogCaptureFixture) -> None:
    """The handlers of an application answer, with all that is known; a key that the server repeats is never told."""
    app = application(FakeTransport([refusal(401, "auth", f"no such key: {KEY}")]))
    async with running(app) as http:
        found = await http.get("/person")
    assert found.status == 502
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["type"] == "urn:lixasync:problem:authentication"
    assert found.json()["operation"] == "get_person"
    assert "no such key" in caplog.text
    assert KEY not in found.text + caplog.text


@pytest.mark.anyio
@pytest.mark.parametrize(("retry", "status"), [(RetryPolicy(attempts=1), 502), (RetryPolicy(base=60.0, cap=60.0), 503)])
async def test_an_outage_ends_at_the_deadline_or_with_the_last_attempt(retry: RetryPolicy, status: int) -> None:
    app = application(FakeTransport([errors.ConnectError("nobody is there")]), retry=retry)
    async with running(app) as http:
        assert (await http.get("/person")).status == status


@pytest.mark.anyio
async def test_a_route_that_works_and_its_description() -> None:
    app: FastAPI = application(FakeTransport([lix_answer({"name": "Robin Marlowe"})]))
    async with running(app) as http:
        assert (await http.get("/person")).json() == "Robin Marlowe"
        described = (await http.get("/openapi.json")).json()["paths"]["/lines"]["get"]["responses"]
    assert {str(status) for status in PROBLEMS} <= set(described)
    assert "HTTPValidationError" in str(described["422"])  # FastAPI's own checks are described as ever
