"""Opening the profile behind a result: its own header, https, and no host but the configured one."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import anyio
import attrs
import pytest
from tests.support.fake import TOKEN, FakeTransport, answer, linkedin

from lixasync import (
    Fields,
    InvalidArgumentError,
    LixasyncError,
    Member,
    NotFoundError,
    Person,
    Presence,
)
from lixasync.models.secret import VisibilityToken

pytestmark = pytest.mark.anyio

VISIBILITY = "OUT_OF_NETWORK:-V-_"
URL = "http://api.linkedin.com/v1/people/Abc_123-xy:full"


async def found(transport: FakeTransport, url: str = URL, headers: Any = None, **settings: Any) -> tuple[Any, Member]:
    """Return an open client and a member it has found."""
    given = headers or [{"name": "x-li-auth-token", "value": VISIBILITY}]
    person = {
        "id": "Abc_123-xy",
        "apiStandardProfileRequest": {"url": url, "headers": {"_total": len(given), "values": given}},
    }
    transport.steps.insert(0, answer({"_total": 1, "values": [person]}))
    client = linkedin(transport, **settings)
    member = await client.connections().first()
    assert member is not None
    return client, member


PROFILE = answer({"id": "Abc_123-xy", "headline": "Tester"})


async def test_the_returned_address_with_its_header_over_https() -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport)
    async with client:
        profile = await client.profile_of(member)
    assert profile.headline == "Tester"
    request = transport.requests[1]
    assert request.url == "https://api.linkedin.com/v1/people/Abc_123-xy:full"
    assert dict(request.headers)["x-li-auth-token"] == VISIBILITY
    assert dict(request.headers)["authorization"] == f"Bearer {TOKEN}"


async def test_other_fields_take_the_place_of_the_suffix() -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport)
    async with client:
        profile = await client.profile_of(member, fields=Fields("id", "headline"))
    assert transport.requests[1].url == "https://api.linkedin.com/v1/people/Abc_123-xy:(id,headline)"
    assert profile.presence("summary") is Presence.NOT_ASKED


async def test_a_gateway_gets_the_path_that_linkedin_named() -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport, base_url="https://gateway.example/linkedin")
    async with client:
        await client.profile_of(member)
    assert transport.requests[1].url == "https://gateway.example/linkedin/v1/people/Abc_123-xy:full"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/people/Abc:full",
        "https://api.linkedin.com.evil.example/v1/people/Abc",
        "https://api.linkedin.com@evil.example/v1/people/Abc",
        "https://user:pass@api.linkedin.com/v1/people/Abc",
        "//api.linkedin.com/v1/people/Abc",
        "ftp://api.linkedin.com/v1/people/Abc",
        "https://api.linkedin.com/v1/people/../../uas/oauth/token",
        "https://api.linkedin.com/uas/oauth/accessToken",
        "https://api.linkedin.com/v1/people/",
        "https://api.linkedin.com/v1/people/%2e%2e/%2E%2e/uas/oauth/x",
        "https://api.linkedin.com/v1/people/%2e%2e",
        "https://api.linkedin.com/v1/people/~/connections",
    ],
)
async def test_no_other_host_and_nothing_but_a_profile(url: str) -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport, url)
    async with client:
        with pytest.raises(InvalidArgumentError):
            await client.profile_of(member)
    assert len(transport.requests) == 1


async def test_a_body_can_set_no_other_header() -> None:
    transport = FakeTransport([PROFILE])
    headers = [
        {"name": "Authorization", "value": "Bearer other"},
        {"name": "Host", "value": "evil.example"},
        {"name": "Content-Type", "value": "text/plain"},
        {"name": "x-li-auth\r\nhost: evil", "value": "x"},
        {"name": "x-li-auth-token: y", "value": "x"},
        {"name": "x-li-auth-tök", "value": "x"},
        {"name": "x-li-auth-empty", "value": ""},
        {"name": "X-Li-Auth-Token", "value": f" {VISIBILITY} "},
    ]
    client, member = await found(transport, headers=headers)
    async with client:
        await client.profile_of(member)
    sent = transport.requests[1].headers
    assert [name for name, _ in sent] == ["accept", "x-li-format", "user-agent", "authorization", "x-li-auth-token"]
    assert ("authorization", f"Bearer {TOKEN}") in sent


async def test_a_header_that_would_break_the_request_is_refused() -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport, headers=[{"name": "x-li-auth-token", "value": "a\r\nx: y"}])
    async with client:
        with pytest.raises(InvalidArgumentError, match="cannot be sent"):
            await client.profile_of(member)


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (Member(id="private"), "hides from applications"),
        (Member(id="Abc"), "fields=Fields.SEARCH"),
        (Person(name="Robin"), "must be a Member"),
    ],
)
async def test_who_has_no_profile_to_open(person: Any, words: str) -> None:
    async with linkedin(FakeTransport()) as client:
        with pytest.raises(InvalidArgumentError, match=words):
            await client.profile_of(person)


async def test_the_visibility_token_never_shows() -> None:
    echo = answer({"errorCode": 0, "message": f"no profile for {VISIBILITY}", "status": 404}, 404)
    transport = FakeTransport([echo])
    client, member = await found(transport)
    async with client:
        with pytest.raises(NotFoundError) as caught:
            await client.profile_of(member)
    error: LixasyncError = caught.value
    shown = f"{member!r} {member.to_dict()} {member.raw!r} {pickle.dumps(member)!r} {error} {error.__dict__}"
    assert VISIBILITY not in shown


async def test_a_pickled_token_is_lost_and_says_so() -> None:
    transport = FakeTransport([PROFILE])
    client, member = await found(transport)
    async with client:
        await client.profile_of(copy.deepcopy(member))
        with pytest.raises(InvalidArgumentError, match="lost when it was pickled"):
            await client.profile_of(pickle.loads(pickle.dumps(member)))  # noqa: S301 - our own


async def test_the_same_address_with_another_header_is_another_request() -> None:
    transport = FakeTransport([PROFILE], latency=0.01)
    client, member = await found(transport)
    other = with_token(member, "name:other")
    async with client, anyio.create_task_group() as group:
        for each in (member, member, other):
            group.start_soon(client.profile_of, each)
    sent = [dict(request.headers)["x-li-auth-token"] for request in transport.requests[1:]]
    assert sorted(sent) == [VISIBILITY, "name:other"]


def with_token(member: Member, value: str) -> Member:
    """Return the same member with another visibility token."""
    request = member.api_standard_profile_request
    assert request is not None
    header = attrs.evolve(request.headers[0], value=VisibilityToken(value))
    return attrs.evolve(member, api_standard_profile_request=attrs.evolve(request, headers=(header,)))
