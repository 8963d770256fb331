"""Answers of LookC: where the next page begins, requests answered later, webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from bodies import body

from lixasync.codec import Decoder, ErrorBody
from lixasync.codec.lookc import AsyncStatus, async_status, employees, person_by_email, request_id, webhook
from lixasync.errors import UnknownShapeError
from lixasync.models import Duration, Employee, EmployeeOrg, PersonByEmail, PersonMatch

PERSON = {"hits": [{"name": "Robin Marlowe", "liProfileUrl": "robin-marlowe"}]}
ROBIN = PersonByEmail(hits=(PersonMatch(name="Robin Marlowe", li_profile_url="robin-marlowe"),))


@pytest.mark.parametrize(
    ("beside", "token"),
    [
        ({"paging": {"_links": {"next": "/org/7/employees?after=b3Blbg%3D%3D&page_size=2"}}}, "b3Blbg=="),
        ({"paging": {"_links": {"next": "https://api.lookc.io/org/7/employees?page_size=2&after=a%2Bb"}}}, "a+b"),
        ({"paging": {"_links": {"next": "?after=x"}}}, "x"),
        ({"paging": {"_links": {"next": None}}}, None),
        ({"paging": {"_links": {}}}, None),
        ({"paging": {}}, None),
        ({}, None),
        ({"pagination": {"has_more": True, "after": "x"}}, "x"),
        ({"pagination": {"hasMore": "true", "AFTER": "x"}}, "x"),
        ({"pagination": {"after": "x"}}, "x"),
        ({"pagination": {"has_more": False, "after": "x"}}, None),
        ({"pagination": {"has_more": True, "after": ""}}, None),
    ],
    ids=str,
)
def test_where_the_next_page_begins(beside: dict[str, Any], token: str | None) -> None:
    decoder = Decoder()
    assert employees(decoder, {"employees": [], **beside}).next_token == token
    assert not decoder.drift.report()
    assert employees(Decoder(), {"response": {"employees": [], **beside}}).next_token == token


@pytest.mark.parametrize("link", ["/org/7/employees?page=2", "/org/7/employees?after=", {"href": "?after=x"}], ids=str)
def test_link_that_does_not_say_where(link: Any) -> None:
    decoder = Decoder()
    assert employees(decoder, {"employees": [], "paging": {"_links": {"next": link}}}).next_token is None
    assert decoder.drift.report().mismatches["Paging._links.next"] == 1


def test_both_shapes_of_an_employee() -> None:
    script = body("list_organisation_employees.script-last.json")
    n8n = body("list_organisation_employees.n8n.json")
    wanted = employees(Decoder(), script).items[0]
    assert wanted.current_org == EmployeeOrg(org_id="11111111-2222-3333-4444-555555555555", name="Acme Corporation")
    found = employees(Decoder(), n8n).items[0]
    assert found.tenure_in_role == Duration(years=1, months=0)
    n8n["data"][0]["tenure_in_role"] = {"years": 1}
    del n8n["data"][0]["tenure_in_role_months"]
    assert employees(Decoder(), n8n).items[0] == wanted


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"tenureInRoleMonths": "7"}, Employee(tenure_in_role=Duration(years=0, months=7))),
        ({"tenureAtOrgMonths": 0}, Employee(tenure_at_org=Duration(years=0, months=0))),
        ({"tenureAtOrgMonths": 24, "tenureAtOrg": {}}, Employee(tenure_at_org=Duration(years=2, months=0))),
        ({"tenureAtOrgMonths": ""}, Employee()),
        ({"tenureAtOrgMonths": "long"}, Employee(extra={"tenureAtOrgMonths": "long"})),
        (
            {"tenureAtOrgMonths": 7, "tenureAtOrg": {"months": 8}},
            Employee(tenure_at_org=Duration(months=8), extra={"tenureAtOrgMonths": 7}),
        ),
    ],
    ids=str,
)
def test_tenure_in_months(data: dict[str, Any], wanted: Employee) -> None:
    assert employees(Decoder(), {"employees": [data]}).items == (wanted,)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"request_id": "r"}, "r"),
        ({"requestId": "r", **PERSON}, "r"),
        ({"REQUEST_ID": 7}, "7"),
        ({"requestId": ""}, None),
        ({"requestId": ["r"]}, None),
        (PERSON, None),
        ([], None),
        (None, None),
    ],
    ids=str,
)
def test_request_id(data: Any, wanted: str | None) -> None:
    assert request_id(data) == wanted


@pytest.mark.parametrize(
    ("data", "pending"),
    [
        ({"status": "complete", "data": PERSON}, False),
        ({"status": "complete"}, False),
        ({"Status": "COMPLETE", "data": {}}, False),
        ({"status": "running"}, True),
        ({"status": "queued", "data": None}, True),
        ({"status": "queued", "data": {}}, True),
        ({"status": "done", "data": PERSON}, False),
        ({"data": PERSON}, False),
        ({"status": "failed", "error": {"type": "not_found"}}, False),
        ({"status": "failed", "error": "no such request"}, False),
        ({}, True),
        ([], True),
    ],
    ids=str,
)
def test_pending(data: Any, pending: bool) -> None:
    assert async_status(data).pending is pending


def test_async_status() -> None:
    status = async_status({"response": {"status": "done", "data": PERSON}})
    assert status == AsyncStatus(status="done", data=PERSON)
    assert "Robin" not in repr(status)
    assert person_by_email(Decoder(), status.data) == ROBIN
    assert async_status({"status": "failed", "error": {"type": "not_found"}}).error == ErrorBody(type="not_found")


def test_webhook() -> None:
    call = webhook(Decoder(), {"type": "search.person.by-email", "data": PERSON})
    assert (call.type, call.data, call.person_by_email) == ("search.person.by-email", PERSON, ROBIN)
    assert call.data is PERSON
    other = webhook(Decoder(), {"type": "search.org.by-domain", "data": [1]})
    assert (other.type, other.data, other.person_by_email) == ("search.org.by-domain", [1], None)
    with pytest.raises(UnknownShapeError):
        webhook(Decoder(), {"type": "search.person.by-email", "data": [1]})
    assert webhook(Decoder(), "text") == webhook(Decoder(), {})
