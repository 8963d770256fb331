"""LookC: who has an email address, who works where; its own key, limit and pace."""

from __future__ import annotations

import httpx
import pytest
from tests.sandbox.asking import COMPANY, fails, got

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix.lookc import owns
from lixasync.sandbox.run import Run
from lixasync.sandbox.settings import Settings

BY_EMAIL, REQUEST, EMPLOYEES = "/v1/search/person/by-email", "/v1/request", "/org/1007/employees"


def address(sandbox: Sandbox, number: int = 0) -> str:
    return sandbox.person(number)["link"].rpartition("/")[2] + "@example.com"


def test_who_has_an_address(sandbox: Sandbox, client: httpx.Client) -> None:
    body = got(client, BY_EMAIL, email=address(sandbox, 5))
    person = sandbox.person(5)
    assert body["domainInfo"] == {"isFreeEmailDomain": False}
    assert "org" not in body
    (hit,) = body["hits"]
    assert (hit["name"], hit["liProfileUrl"]) == (person["name"], person["link"].rpartition("/")[2])


def test_a_domain_can_be_a_companys(client: httpx.Client) -> None:
    body = got(client, BY_EMAIL, email="nobody@acme-corporation-1007.example.com")
    assert body["hits"] == []
    assert (body["org"]["name"], body["org"]["liProfileUrl"]) == ("Acme Corporation", COMPANY)
    assert got(client, BY_EMAIL, email="me@freemail.example")["domainInfo"] == {"isFreeEmailDomain": True}
    assert got(client, BY_EMAIL, email="nobody@example.com")["hits"] == []


@pytest.mark.parametrize("email", ["", "nobody", "@example.com", "nobody@", "nobody@example"])
def test_an_address_must_be_one(client: httpx.Client, email: str) -> None:
    fails(client.get(BY_EMAIL, params={"email": email}), 400, "params_invalid", "email")


def test_an_answer_can_take_its_time(sandbox: Sandbox, client: httpx.Client) -> None:
    at_once = got(client, BY_EMAIL, email=address(sandbox))
    sandbox.reset(lookc_pending=2)
    accepted = got(client, BY_EMAIL, email=address(sandbox))
    assert accepted == {"request_id": accepted["request_id"], "status": "pending"}
    other = got(client, BY_EMAIL, email=address(sandbox, 1))["request_id"]
    assert sandbox.stats()["org_credits_left"] == 998
    polls = [got(client, REQUEST, request_id=accepted["request_id"]) for _ in range(4)]
    complete = {"status": "complete", "data": at_once}
    assert polls == [{"status": "pending"}, {"status": "pending"}, complete, complete]
    assert got(client, REQUEST, request_id=other) == {"status": "pending"}
    assert sandbox.stats()["org_credits_left"] == 998
    sandbox.reset()
    fails(client.get(REQUEST, params={"request_id": other}), 404, "not_found", "request not found")


def test_employees(client: httpx.Client) -> None:
    body = got(client, EMPLOYEES, page_size=60)
    assert body["paging"] == {"_links": {}}
    people = body["employees"]
    assert set(people[0]) == {
        "personId", "name", "title", "dateStarted", "dateEnded", "location", "image", "links", "currentOrg",
        "tenureAtOrg", "tenureInRole",
    }  # fmt: skip
    assert "title" not in people[4]
    assert [person["currentOrg"] is None for person in people[:7]] == [False] * 5 + [True, False]
    assert all((person["dateEnded"] is None) != (person["currentOrg"] is None) for person in people)
    ident = people[0]["currentOrg"]["orgId"]
    assert got(client, f"/org/{ident}/employees", page_size=60) == body
    assert got(client, f"/org/{ident}/employees")["paging"]["_links"]["next"].startswith(f"/org/{ident}/employees?")
    fails(client.get("/org/11111111-2222-3333-4444-555555555555/employees"), 404, "not_found")


def test_it_can_have_a_key_of_its_own(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(lookc_key="other-key")
    fails(client.get(BY_EMAIL, params={"email": "a@b.example"}), 401, "unauthorized")
    other = {"Authorization": "other-key"}
    assert client.get(BY_EMAIL, params={"email": "a@b.example"}, headers=other).status_code == 200
    fails(client.get("/v1/account/balances", headers=other), 401, "unauthorized")
    client.get(BY_EMAIL, params={"email": "a@b.example", "also": "other-key"}, headers=other)
    assert "other-key" not in str(sandbox.events())


def test_it_has_a_limit_of_its_own() -> None:
    key = {"authorization": "sandbox-key"}
    run = Run(Settings(requests=1, per=60.0, lookc_requests=2, lookc_per=10.0, retry_after=True))

    def status(path: str, at: float) -> int:
        visit = run.arrive(at=at, time=0.0, method="GET", path=path, query="email=a@b.example", headers=key)
        return run.answer(visit, b"").status

    assert [status(path, 0.0) for path in (BY_EMAIL, REQUEST, EMPLOYEES, "/v1/account/balances")] == [
        200,
        400,
        429,
        200,
    ]
    assert [status(path, 1.0) for path in (BY_EMAIL, "/v1/account/balances")] == [429, 429]
    assert [status(path, 10.5) for path in (BY_EMAIL, "/v1/account/balances")] == [200, 429]
    stats = run.ledger.stats()
    assert (stats["arrivals"], stats["over_limit"], stats["max_in_window"]) == (8, 4, 3)
    assert stats["utilisation"] == pytest.approx(1 / (10.5 / 60 + 1))
    assert [event["lookc"] for event in run.ledger.events()] == [True, True, True, False, True, False, True, False]


def test_each_of_its_paths_can_have_a_window() -> None:
    run = Run(Settings(limit_scope="path", lookc_requests=1))
    paths = (BY_EMAIL, EMPLOYEES, BY_EMAIL)
    visits = [
        run.arrive(at=0.0, time=0.0, method="GET", path=path, query="", headers={"authorization": "sandbox-key"})
        for path in paths
    ]
    assert [visit.early is None for visit in visits] == [True, True, False]


def test_which_paths_are_its_own() -> None:
    assert all(map(owns, (BY_EMAIL, REQUEST, EMPLOYEES, "/org/1/other")))
    assert not any(map(owns, ("/v1/requests", "/v1/organisations/by-website", "/v1/person")))
