"""The Profile API: who is meant, what is shown, and whose profile needs a token."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from xml_bodies import element

from lixasync.sandbox import Sandbox

JSON = {"x-li-format": "json"}
FIRST_STRANGER = 1234


def stranger(sandbox: Sandbox, distance: int) -> dict[str, Any]:
    """Someone at a distance who does not hide."""
    fields = ":(id,first-name,distance,public-profile-url,api-standard-profile-request)"
    people = (sandbox.linkedin.member(number, fields) for number in range(FIRST_STRANGER, FIRST_STRANGER + 50))
    return next(who for who in people if who["distance"] == distance and who["id"] != "private")


def get(linkedin: httpx.Client, path: str, **headers: str) -> httpx.Response:
    return linkedin.get(f"/v1/people{path}", headers={**JSON, **headers})


def test_a_member_can_be_named_in_four_ways(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    who = sandbox.linkedin.member(4, ":(id,first-name,last-name,public-profile-url)")
    url = who["publicProfileUrl"]
    bare_colon = "http:" + quote(url.removeprefix("http:"), safe="")
    secure = quote(url.replace("http:", "https:"), safe="")
    names = (who["id"], f"id={who['id']}", f"url={quote(url, safe='')}", f"url={bare_colon}", f"url={secure}")
    for name in names:
        assert get(linkedin, f"/{name}:(id,first-name,last-name,public-profile-url)").json() == who, name
    assert get(linkedin, "/~:(id)").json() == sandbox.linkedin.member(sandbox.linkedin.ME, ":(id)")


def test_addresses_with_encoded_letters(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    people = (sandbox.linkedin.member(number, ":(id,public-profile-url)") for number in range(1234))
    who = next(person for person in people if "%C3%A9" in person.get("publicProfileUrl", ""))
    assert get(linkedin, f"/url={quote(who['publicProfileUrl'], safe='')}:(id)").json() == {"id": who["id"]}


def test_what_a_profile_shows(linkedin: httpx.Client) -> None:
    usual = get(linkedin, "/~").json()
    assert set(usual) == {"id", "firstName", "lastName", "headline", "siteStandardProfileRequest"}
    full, public = get(linkedin, "/~:full").json(), get(linkedin, "/~:public").json()
    assert {"positions", "educations", "distance", "numConnections", "apiStandardProfileRequest"} <= set(full)
    assert "publicProfileUrl" in public
    assert "apiStandardProfileRequest" not in public
    root = element(linkedin.get("/v1/people/~:(id,positions)").text)
    assert (root.tag, [child.tag for child in root]) == ("person", ["id", "positions"])


def test_of_others_only_present_positions_are_shown(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    mine = [sandbox.linkedin.member(number, ":(positions)") for number in range(100)]
    theirs = [sandbox.linkedin.member(number, ":(positions)") for number in range(FIRST_STRANGER, FIRST_STRANGER + 100)]
    current = [
        {job["isCurrent"] for person in people for job in person.get("positions", {}).get("values", [])}
        for people in (mine, theirs)
    ]
    assert current == [{True, False}, {True}]


def test_links_of_a_member(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    people = (sandbox.linkedin.member(number, ":(id)") for number in range(FIRST_STRANGER, FIRST_STRANGER + 50))
    shown = [get(linkedin, f"/{who['id']}:(id,member-url-resources)") for who in people]
    links = [answer.json().get("memberUrlResources", {"_total": 0}) for answer in shown]
    assert {link["_total"] for link in links} == {0, 1}
    (link,) = next(link["values"] for link in links if link["_total"])
    assert set(link) == {"url", "name"}


def test_relations(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    second = stranger(sandbox, 2)
    relation = get(linkedin, f"/{second['id']}:(relation-to-viewer)").json()["relationToViewer"]
    assert relation["distance"] == 2
    near = relation["relatedConnections"]
    assert near["_total"] == relation["numRelatedConnections"] > near["_count"] == len(near["values"])
    known = {person["id"] for person in sandbox.linkedin.connections(":(id)")}
    assert {person["id"] for person in near["values"]} <= known | {"private"}


def test_strangers_need_their_token(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    for distance in (-1, 100):
        who = stranger(sandbox, distance)
        header = who["apiStandardProfileRequest"]["headers"]["values"][0]
        assert header["value"].startswith("OUT_OF_NETWORK:")
        token = header["value"].partition(":")[2]
        for given in ("", "OUT_OF_NETWORK:wrong", f"OPENLINK:{token}", token):
            refused = get(linkedin, f"/{who['id']}:(id)", **{"x-li-auth-token": given})
            assert refused.status_code == 404, given
            assert refused.json()["message"] == f"Could not find person based on: {who['id']}"
        for kind in ("name", "OUT_OF_NETWORK", "NAME_SEARCH"):
            shown = get(linkedin, f"/{who['id']}:(id)", **{"x-li-auth-token": f"{kind}:{token}"})
            assert (shown.status_code, shown.json()) == (200, {"id": who["id"]})


def test_a_token_does_others_no_harm(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    for who in (stranger(sandbox, 2), sandbox.linkedin.member(0)):
        assert get(linkedin, f"/{who['id']}", **{"x-li-auth-token": "name:wrong"}).status_code == 200


def test_nobody_is_found_who_hides(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_private_every=0)
    who = sandbox.linkedin.member(2)
    assert get(linkedin, f"/{who['id']}").status_code == 200
    sandbox.reset(linkedin_private_every=3)
    assert get(linkedin, f"/{who['id']}").status_code == 404
    assert get(linkedin, "/private").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/id=20433218", 404, "Invalid member id {20433218}"),
        ("/nobody", 404, "Could not find person based on: nobody"),
        ("/url=http%3A%2F%2Fexample.com%2Fin%2Fx", 404, "Could not find person based on: url=http://example.com/in/x"),
        ("/~/network", 404, "Could not find person based on: ~/network"),
        ("/email=a%40example.com", 403, "Access to member by email address denied"),
        ("/email=a%40example.com/connections", 403, "Access to member by email address denied"),
        ("::(~,email=a@example.com):(id)", 403, "Access to member by email address denied"),
    ],
)
def test_who_is_not_found(linkedin: httpx.Client, path: str, status: int, message: str) -> None:
    answer = get(linkedin, path)
    assert (answer.status_code, answer.json()["message"], answer.json()["status"]) == (status, message, status)


def test_several_at_once(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    who = sandbox.linkedin.member(4, ":(id,public-profile-url)")
    url = quote(who["publicProfileUrl"], safe="")
    body = get(linkedin, f"::(~,id={who['id']},id=nobody,url={url}):(id)").json()
    assert body["_total"] == 3
    assert [person["_key"] for person in body["values"]] == ["~", f"id={who['id']}", f"url={who['publicProfileUrl']}"]
    assert [person["id"] for person in body["values"][1:]] == [who["id"]] * 2
    root = element(linkedin.get(f"/v1/people::(~,id={who['id']})").text)
    assert (root.tag, root.get("total"), root[1].get("key")) == ("people", "2", f"id={who['id']}")
