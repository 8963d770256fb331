"""Clients that nobody here wrote talk to the sandbox over real HTTP: `nox -s clients`.

* python3-linkedin, a client of LinkedIn's v1 API, with OAuth 2 and with OAuth 1.0a (by requests-oauthlib). Nothing of
  it is replaced but its addresses, which are attributes of a class.
* Authlib, another implementation of OAuth 1.0a.

What they send and understand is a second opinion on what the sandbox expects and answers. The packages are installed by
the session alone, so this file is named such that other sessions do not collect it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from authlib.integrations.requests_client import OAuth1Session
from linkedin.exceptions import LinkedInBadRequestError, LinkedInForbiddenError, LinkedInUnauthorizedError

from linkedin import linkedin as client
from lixasync.sandbox import Sandbox


@pytest.fixture(autouse=True)
def addresses(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.ENDPOINTS, "PEOPLE", f"{sandbox.url}/v1/people")
    monkeypatch.setattr(client.ENDPOINTS, "PEOPLE_SEARCH", f"{sandbox.url}/v1/people-search")


def by_token(sandbox: Sandbox) -> Any:
    return client.LinkedInApplication(token=sandbox.settings.linkedin_token)


def by_signature(sandbox: Sandbox) -> Any:
    settings = sandbox.settings
    four = (settings.linkedin_consumer_key, settings.linkedin_consumer_secret)
    four += (settings.linkedin_oauth_token, settings.linkedin_oauth_secret)
    return client.LinkedInApplication(client.LinkedInDeveloperAuthentication(*four, redirect_uri=""))


@pytest.fixture(params=[by_token, by_signature])
def application(request: pytest.FixtureRequest, sandbox: Sandbox) -> Any:
    return request.param(sandbox)


def test_connections(sandbox: Sandbox, application: Any) -> None:
    got: list[Any] = []
    while True:
        page = application.get_connections(params={"start": len(got), "count": 500})
        if not page.get("values"):
            break
        got += page["values"]
    assert got == sandbox.linkedin.connections()
    assert len(got) == page["_total"] == 1234


def test_connections_with_selectors(sandbox: Sandbox, application: Any) -> None:
    selectors = ["id", "first-name", {"location": ["name", {"country": ["code"]}]}]
    page = application.get_connections(selectors=selectors, params={"count": 20})
    assert page["values"] == sandbox.linkedin.connections(":(id,first-name,location:(name,country:(code)))")[:20]


def test_new_connections(sandbox: Sandbox, application: Any) -> None:
    since = {"modified": "new", "modified-since": int(sandbox.linkedin.now() * 1000)}
    assert application.get_connections(params=dict(since)) == {"_total": 0}
    number = sandbox.linkedin.connect()
    assert application.get_connections(params=dict(since))["values"] == [sandbox.linkedin.member(number)]


def test_search(sandbox: Sandbox, application: Any) -> None:
    selectors = [{"people": ["id", "first-name", "headline"]}, "num-results"]
    params = {"keywords": "naïve crème", "count": 25}
    found = application.search_profile(selectors=selectors, params=params)
    expected = sandbox.linkedin.search(urlencode(params), ":(id,first-name,headline)")
    assert found["people"]["values"] == expected[:25]
    assert found["numResults"] == len(expected)


def test_repeated_parameters(sandbox: Sandbox, application: Any) -> None:
    params = {"facet": ["network,F,S", "industry,96,4"], "facets": "network,industry"}
    selectors = ["num-results", {"facets": ["code", {"buckets": ["code", "count", "selected"]}]}]
    found = application.search_profile(selectors=selectors, params=params)
    assert found["numResults"] == len(sandbox.linkedin.search(urlencode(params, doseq=True)))
    network = found["facets"]["values"][0]
    assert [bucket["code"] for bucket in network["buckets"]["values"] if bucket["selected"]] == ["F", "S"]


def test_profiles(sandbox: Sandbox, application: Any) -> None:
    who = sandbox.linkedin.member(4, ":(id,last-name,public-profile-url)")
    selectors = ["id", "last-name", "public-profile-url"]
    assert application.get_profile(member_id=who["id"], selectors=selectors) == who
    assert application.get_profile(member_url=who["publicProfileUrl"], selectors=selectors) == who
    both = application.get_profile(member_id=["~", f"id={who['id']}"], selectors=["id"])
    assert [person["_key"] for person in both["values"]] == ["~", f"id={who['id']}"]


def test_a_found_stranger_is_opened_with_the_header_that_came_along(sandbox: Sandbox, application: Any) -> None:
    selectors = [{"people": ["id", "distance", "api-standard-profile-request"]}]
    found = application.search_profile(selectors=selectors, params={"facet": "network,O", "count": 25})
    who = next(person for person in found["people"]["values"] if person["distance"] == -1 and person["id"] != "private")
    headers = {h["name"]: h["value"] for h in who["apiStandardProfileRequest"]["headers"]["values"]}
    assert application.get_profile(member_id=who["id"], headers=headers)["id"] == who["id"]


def test_errors(sandbox: Sandbox, application: Any) -> None:
    with pytest.raises(LinkedInBadRequestError, match="Unknown field"):
        application.get_connections(selectors=["nonsense"])
    with pytest.raises(LinkedInForbiddenError, match="Access to connections denied"):
        application.get_connections(member_id=sandbox.linkedin.member(4)["id"])
    sandbox.reset(linkedin_search_calls=1)
    application.search_profile()
    with pytest.raises(LinkedInForbiddenError, match="Throttle limit for calls to this resource is reached"):
        application.search_profile()


def test_tokens_that_are_no_good(sandbox: Sandbox) -> None:
    with pytest.raises(LinkedInUnauthorizedError, match="Expired access token"):
        client.LinkedInApplication(token=sandbox.settings.linkedin_expired_token).get_profile()
    known = by_signature(sandbox)
    sandbox.reset(linkedin_oauth_secret="another")
    with pytest.raises(LinkedInUnauthorizedError, match="Unable to verify access token"):
        known.get_profile()


@pytest.fixture
def signed(sandbox: Sandbox) -> Iterator[requests.Session]:
    settings = sandbox.settings
    with OAuth1Session(
        settings.linkedin_consumer_key,
        settings.linkedin_consumer_secret,
        settings.linkedin_oauth_token,
        settings.linkedin_oauth_secret,
    ) as session:
        yield session


@pytest.mark.parametrize(
    "target",
    [
        "/v1/people?industry-code=96&industry-code=4&keywords=kelp&count=10",
        "/v1/people?name=Zofimir%20Umberwick",
        "/v1/people-search:(people:(id,first-name),num-results)?last-name=Esslinger&keywords=c%2B%2B",
        "/v1/people/~/connections:(id,location:(name))?modified=new&modified-since=1391317200000",
    ],
)
def test_another_implementation_of_oauth(sandbox: Sandbox, signed: requests.Session, target: str) -> None:
    answer = signed.get(sandbox.url + target, headers={"x-li-format": "json"})
    assert answer.status_code == 200, answer.text
    assert sandbox.events()[-1]["target"] == target
