"""The People Search API over real HTTP, in both generations."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from searches import EVERYBODY, LATER, OLD, everybody, old, people, search, total
from xml_bodies import element

from lixasync.sandbox import Sandbox

# --- the envelopes --------------------------------------------------------------------------------------


def test_the_root_of_2009(linkedin: httpx.Client) -> None:
    root = element(linkedin.get(f"{OLD}?keywords=kelp&count=3").text)
    assert (root.tag, root.get("start"), root.get("count"), len(root)) == ("people", "0", "3", 3)
    assert int(root.get("total", "0")) > 110
    person = root[0]
    assert [child.tag for child in person][:3] == ["id", "first-name", "last-name"]
    assert int(person.find("connections").get("total")) > 0  # type: ignore[union-attr, arg-type]  # both are there
    request = person.find("api-standard-profile-request")
    assert request is not None
    assert str(request.findtext("url")).endswith(":full")
    assert str(request.findtext("headers/http-header/value")).startswith("OUT_OF_NETWORK:")


def test_the_root_of_later(linkedin: httpx.Client) -> None:
    root = element(linkedin.get(f"{LATER}?keywords=kelp&count=3").text)
    assert (root.tag, [child.tag for child in root]) == ("people-search", ["people", "num-results"])
    assert root[0].attrib == {"total": "110", "start": "0", "count": "3"}
    assert [child.tag for child in root[0][0]] == ["id", "first-name", "last-name"]
    body = search(linkedin, "keywords=kelp&count=3")
    assert set(body) == {"numResults", "people"}
    assert str(body["numResults"]) == root.findtext("num-results")
    assert [person["id"] for person in body["people"]["values"]] == [child.findtext("id") for child in root[0]]


def test_only_what_is_asked_for_is_sent(linkedin: httpx.Client) -> None:
    assert set(search(linkedin, "keywords=kelp", ":(people:(id))")) == {"people"}
    assert search(linkedin, "", ":(num-results)") == {"numResults": EVERYBODY}
    body = search(linkedin, "keywords=kelp&count=1", ":(num-results,people:(headline,id))")
    assert list(body) == ["numResults", "people"]
    xml = linkedin.get(f"{LATER}:(num-results,people:(headline,id))?count=1").text
    assert xml.index("<num-results>") < xml.index("<people ") < xml.index("<headline>") < xml.index("<id>")


def test_nothing_found(linkedin: httpx.Client) -> None:
    assert search(linkedin, "keywords=nobodyhasthis") == {"numResults": 0, "people": {"_total": 0}}
    assert element(linkedin.get(f"{OLD}?keywords=nobodyhasthis").text).attrib == {
        "total": "0",
        "start": "0",
        "count": "0",
    }


# --- pages ----------------------------------------------------------------------------------------------


def test_pages_end_at_the_cap(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    got: list[Any] = []
    for start in range(0, 125, 25):
        body = search(linkedin, f"keywords=kelp&count=25&start={start}")
        assert body["people"]["_total"] == 110
        assert body["people"]["_count"] == (10 if start == 100 else 25)
        got += body["people"]["values"]
    assert got == sandbox.linkedin.search("keywords=kelp")[:110]
    assert search(linkedin, "keywords=kelp&start=110")["people"] == {"_total": 110, "_start": 110, "_count": 0}
    assert search(linkedin, "keywords=kelp")["numResults"] == len(sandbox.linkedin.search("keywords=kelp")) > 110


def test_pages_of_2009_end_at_the_cap(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_search_cap=15)
    counts = [old(linkedin, f"keywords=kelp&start={start}")["_count"] for start in (0, 10, 20)]
    assert counts == [10, 5, 0]
    found = sandbox.linkedin.search_2009("keywords=kelp")
    assert old(linkedin, "keywords=kelp")["values"] == found[:10]
    assert old(linkedin, "keywords=kelp")["_total"] == len(found) > 15


@pytest.mark.parametrize(("asked", "got"), [("", 10), ("count=25", 25), ("count=26", 25), ("count=1000", 25)])
def test_the_size_of_pages(linkedin: httpx.Client, asked: str, got: int) -> None:
    assert search(linkedin, asked)["people"]["_count"] == got
    assert old(linkedin, asked)["_count"] == 10


def test_one_page_has_no_start(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_connections=3, linkedin_strangers=2)
    assert set(search(linkedin, "")["people"]) == {"_total", "values"}
    assert search(linkedin, "start=5&count=5")["people"] == {
        "_total": 6, "_start": 5, "_count": 1, "values": sandbox.linkedin.search("")[5:],
    }  # fmt: skip


def test_a_closed_product(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_search_open=False)
    for path in (OLD, LATER):
        answer = linkedin.get(path, headers={"x-li-format": "json"})
        assert (answer.status_code, answer.json()["message"]) == (403, "Access to people search denied.")
    assert linkedin.get("/v1/people/~/connections:(id)?count=1").status_code == 200


# --- order and people -----------------------------------------------------------------------------------


def test_orders(sandbox: Sandbox) -> None:
    fields = ":(id,distance,num-connections,num-recommenders)"

    def found(query: str) -> list[dict[str, Any]]:
        return sandbox.linkedin.search(query, fields)

    counts = [person["numConnections"] for person in found("")]
    assert counts == sorted(counts, reverse=True)
    assert found("sort=connections") == found("") == found("sort=odd")
    praised = [person["numRecommenders"] for person in found("sort=recommenders")]
    assert praised == sorted(praised, reverse=True)
    near = [{1: 1, 2: 2}.get(person["distance"], 3) for person in found("sort=distance")]
    assert near == sorted(near)
    assert found("sort=relevance") != found("")
    assert sorted(person["id"] for person in found("sort=relevance")) == sorted(person["id"] for person in found(""))


def test_orders_of_2009(sandbox: Sandbox) -> None:
    usual = sandbox.linkedin.search_2009("keywords=kelp")
    assert usual == sandbox.linkedin.search_2009("keywords=kelp&sort-criteria=ctx")
    praised = [p["numRecommenders"] for p in sandbox.linkedin.search_2009("keywords=kelp&sort-criteria=endorsers")]
    assert praised == sorted(praised, reverse=True)
    assert usual != sandbox.linkedin.search_2009("keywords=kelp&sort-criteria=distance")


def test_members_who_hide_are_found_without_their_names(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_private_every=2)
    hidden = [person for person in people(linkedin, "keywords=kelp") if person["id"] == "private"]
    assert len(hidden) > 1
    assert all(person["firstName"] == person["lastName"] == "private" for person in hidden)
    assert any("headline" in person for person in hidden)
    requests = ":(people:(id,api-standard-profile-request,public-profile-url))"
    shown = search(linkedin, "keywords=kelp&count=25", requests)["people"]["values"]
    assert {frozenset(person) for person in shown if person["id"] == "private"} == {frozenset({"id"})}
    assert all(person["id"] != "private" for person in everybody(sandbox, "last-name=Umberwick"))


def test_found_strangers_can_be_opened_with_what_comes_along(linkedin: httpx.Client) -> None:
    fields = ":(people:(id,distance,api-standard-profile-request:(url,headers:(name,value))))"
    found = search(linkedin, "facet=network,A,O&sort=relevance&count=25", fields)["people"]["values"]
    strangers = [person for person in found if person["distance"] < 0 and person["id"] != "private"]
    assert strangers
    for person in strangers:
        request = person["apiStandardProfileRequest"]
        headers = {header["name"]: header["value"] for header in request["headers"]["values"]}
        assert headers["x-li-auth-token"].startswith("OUT_OF_NETWORK:")
        answer = linkedin.get(request["url"], headers={**headers, "x-li-format": "json"})
        assert answer.json()["id"] == person["id"]
    named = search(linkedin, "first-name=Zofimir&facet=network,O&count=25", fields)["people"]["values"]
    kinds = {
        person["apiStandardProfileRequest"]["headers"]["values"][0]["value"].partition(":")[0]
        for person in named
        if person["distance"] == -1
    }
    assert kinds == {"NAME_SEARCH"}


def test_whoever_is_connected_later_is_found(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    before = total(linkedin, "facet=network,F")
    number = sandbox.linkedin.connect()
    assert total(linkedin, "facet=network,F") == before + 1
    assert sandbox.linkedin.member(number, ":(distance)") == {"distance": 1}
    sandbox.linkedin.disconnect(number)
    assert total(linkedin, "facet=network,F") == before
    assert total(linkedin, "") == EVERYBODY + 1
