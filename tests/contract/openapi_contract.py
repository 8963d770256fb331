"""Schemathesis asks the sandbox whatever its OpenAPI description allows, and judges the answers: `nox -s openapi`.

It also asks what the description forbids. The packages are installed by the session alone, so this file is named such
that other sessions do not collect it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openapi_spec_validator
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lixasync.sandbox import VARIANTS, Sandbox, Settings
from lixasync.sandbox.openapi import document

ENDLESS: dict[str, Any] = {"requests": None, "lookc_requests": None, "variant": "mixed"} | dict.fromkeys(
    ("credits", "org_credits", "email_credits", "daily_allowance", "weekly_invitations"), 10**9
)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

description = schemathesis.openapi.from_dict(
    document(Settings()), config=SchemathesisConfig.from_dict({"seed": 7, "generation": {"deterministic": True}})
)
OPERATIONS: dict[str, Any] = {
    operation.definition.raw["operationId"]: operation
    for operation in (found.ok() for found in description.get_all_operations())
}


@pytest.fixture(scope="module")
def endless() -> Iterator[Sandbox]:
    """A sandbox without limits."""
    with Sandbox(**ENDLESS) as running:
        yield running


@pytest.fixture(params=VARIANTS)
def variant(request: pytest.FixtureRequest, endless: Sandbox) -> Iterator[None]:
    endless.reset(variant=request.param)
    yield
    endless.reset(variant="mixed")


def test_the_description_is_valid() -> None:
    openapi_spec_validator.validate(document(Settings()))


def ask(sandbox: Sandbox, case: Any) -> Any:
    return case.call_and_validate(base_url=sandbox.url, headers={"Authorization": sandbox.key}, checks=CHECKS)


@description.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck))  # their time and fixtures are no matter here
def test_answers_are_as_described(case: schemathesis.Case, endless: Sandbox) -> None:
    ask(endless, case)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_examples_are_answered_as_described_in_every_shape(name: str, endless: Sandbox, variant: None) -> None:
    described = OPERATIONS[name].definition.raw
    given: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
    for parameter in described["parameters"]:
        if "example" in parameter:
            given[parameter["in"]][parameter["name"]] = parameter["example"]
    body = {}
    for media, content in described.get("requestBody", {"content": {}})["content"].items():
        body = {"body": content["example"], "media_type": media}
    answer = ask(endless, OPERATIONS[name].Case(path_parameters=given["path"], query=given["query"], **body))
    assert answer.status_code == (404 if name == "get_async_request" else 200)


def test_a_request_that_takes_its_time_is_answered_as_described(endless: Sandbox) -> None:
    endless.reset(lookc_pending=1)
    query = {"email": f"{endless.person(0)['link'].rpartition('/')[2]}@example.com"}
    accepted = ask(endless, OPERATIONS["find_person_by_email"].Case(query=query)).json()
    poll = OPERATIONS["get_async_request"].Case(query={"request_id": accepted["request_id"]})
    assert [ask(endless, poll).json()["status"] for _ in range(2)] == ["pending", "complete"]
    endless.reset(lookc_pending=0)
