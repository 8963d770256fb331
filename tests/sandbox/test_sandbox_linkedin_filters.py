"""Whom a people search finds, in both generations: every parameter, over real HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from searches import EVERYBODY, LATER, everybody, jobs, old, people, search, total
from xml_bodies import element

from lixasync.sandbox import Sandbox

# --- words ----------------------------------------------------------------------------------------------


def test_all_words_must_match(linkedin: httpx.Client) -> None:
    both = total(linkedin, "keywords=kelp%20timber")
    assert 0 < both < min(total(linkedin, "keywords=kelp"), total(linkedin, "keywords=timber"))
    assert total(linkedin, "keywords=kelp+timber") == both
    assert total(linkedin, "keywords=KELP%20Timber") == both
    assert total(linkedin, "keywords=kelp%2Btimber") == 0  # a literal plus


def test_a_literal_plus_belongs_to_its_word(linkedin: httpx.Client) -> None:
    found = people(linkedin, "title=c%2B%2B%20engineer")
    assert found
    assert all(any(job.get("title") == "C++ Engineer" for job in jobs(p)) or p["distance"] > 1 for p in found)
    assert total(linkedin, "title=c++%20engineer") == 0  # a c and two spaces


def test_words_beyond_ascii(linkedin: httpx.Client) -> None:
    assert {person["firstName"] for person in people(linkedin, f"first-name={quote('ÉMERIL')}-Jo")} == {"Émeril-Jo"}
    assert {person["firstName"] for person in people(linkedin, f"first-name={quote('星砂')}")} == {"星砂"}
    assert people(linkedin, "first-name=Emeril-Jo") == []


def test_names(linkedin: httpx.Client) -> None:
    found = people(linkedin, "last-name=Umberwick")
    assert {person["lastName"] for person in found} > {"Umberwick"}
    assert all("Umberwick" in person["lastName"] for person in found)
    assert people(linkedin, "last-name=Umber") == []
    both = people(linkedin, "first-name=Zofimir&last-name=Umberwick")
    assert all(person["firstName"] == "Zofimir" for person in both)
    assert total(linkedin, "first-name=Umberwick") == 0


def test_names_in_2009(linkedin: httpx.Client) -> None:
    last = old(linkedin, "name=Umberwick")
    assert all("Umberwick" in person["lastName"] for person in last["values"])
    assert old(linkedin, "name=Zofimir")["_total"] == 0
    both = old(linkedin, "name=Zofimir+Umberwick")
    assert 0 < both["_total"] < last["_total"]
    assert all(person["firstName"] == "Zofimir" for person in both["values"])
    assert old(linkedin, "name=Zofimir%2BUmberwick")["_total"] == 0


def test_terms_are_joined(linkedin: httpx.Client) -> None:
    both = total(linkedin, "first-name=Zofimir&company-name=Ledgerloom")
    assert 0 < both < min(total(linkedin, "first-name=Zofimir"), total(linkedin, "company-name=Ledgerloom"))


# --- work and school ------------------------------------------------------------------------------------


def works(person: dict[str, Any], name: str, *, current: bool | None = None) -> bool:
    return any(job["company"]["name"] == name for job in jobs(person, current=current))


def test_present_and_past_companies(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    sandbox.reset(linkedin_strangers=0, linkedin_search_cap=5000)  # of connections all positions are shown
    query = "company-name=Ledgerloom"
    now, past, both = (
        everybody(sandbox, query + more) for more in ("&current-company=true", "&current-company=false", "")
    )
    assert all(works(person, "Ledgerloom", current=True) for person in now)
    assert all(works(person, "Ledgerloom") and not works(person, "Ledgerloom", current=True) for person in past)
    assert len(both) == len(now) + len(past)
    assert min(len(now), len(past)) > 0
    assert total(linkedin, query) == len(both)


def test_in_2009_false_means_ever(linkedin: httpx.Client) -> None:
    ever = old(linkedin, "company=Ledgerloom&current-company=false")["_total"]
    assert ever == old(linkedin, "company=Ledgerloom")["_total"]
    assert 0 < old(linkedin, "company=Ledgerloom&current-company=true")["_total"] < ever
    assert old(linkedin, "title=Apprentice&current-title=true")["_total"] < old(linkedin, "title=Apprentice")["_total"]


def test_in_2009_companies_match_loosely(linkedin: httpx.Client) -> None:
    assert old(linkedin, "company=edgerloo")["_total"] == old(linkedin, "company=ledgerloom")["_total"] > 0
    assert total(linkedin, "company-name=edgerloo") == 0


def test_titles_and_schools(linkedin: httpx.Client) -> None:
    assert total(linkedin, "title=apprentice&current-title=true") + total(
        linkedin, "title=apprentice&current-title=false"
    ) == total(linkedin, "title=apprentice")
    here = total(linkedin, "school-name=yarrow")
    attending = people(linkedin, "school-name=yarrow&current-school=true")
    for person in attending:
        studies = person["educations"]["values"]
        assert any(s["schoolName"] == "University of Yarrow" and "endDate" not in s for s in studies)
    assert 0 < total(linkedin, "school-name=yarrow&current-school=true") < here
    assert 0 < total(linkedin, "school-name=yarrow&current-school=false") < here


# --- what is ignored ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "current-company=true", "current-title=false", "current-school=true", "postal-code=94105", "distance=10",
        "distance=10&country-code=", "facet=nonsense,1", "facet=industry", "sort=odd", "nonsense=1",
        "company=Ledgerloom", "industry-code=4", "name=Umberwick", "network=out", "current-company=perhaps",
    ],
)  # fmt: skip
def test_what_means_nothing_is_ignored(linkedin: httpx.Client, query: str) -> None:
    assert total(linkedin, query) == EVERYBODY


@pytest.mark.parametrize(
    "query",
    [
        "current-company=true", "country-code=us", "country-code=us&search-location-type=Y", "postal-code=94105",
        "search-location-type=I", "postal-code=94105&search-location-type=I", "industry-code=9999", "industry-code=x",
        "company-name=Ledgerloom", "first-name=Zofimir", "facet=network,F", "network=odd",
    ],
)  # fmt: skip
def test_what_meant_nothing_in_2009_was_ignored(linkedin: httpx.Client, query: str) -> None:
    assert old(linkedin, query)["_total"] == old(linkedin, "")["_total"]


# --- industries, networks, places -----------------------------------------------------------------------


def test_industry_codes_of_2009(linkedin: httpx.Client) -> None:
    four, ninety_six = (old(linkedin, f"industry-code={code}")["_total"] for code in (4, 96))
    both = old(linkedin, "industry-code=4&industry-code=96&industry-code=9999")
    assert both["_total"] == four + ninety_six
    assert {p["industry"] for p in both["values"]} == {"Computer Software", "Information Technology and Services"}


def test_networks_of_2009(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    inside, outside = old(linkedin, "network=in"), old(linkedin, "network=out")
    assert inside["_total"] + outside["_total"] == EVERYBODY
    assert old(linkedin, "")["_total"] == inside["_total"]
    assert {person["distance"] for person in sandbox.linkedin.search_2009("network=out")} == {-1, 100}
    assert {person["distance"] for person in sandbox.linkedin.search_2009("network=in")} == {0, 1, 2, 3}


def test_facets_filter(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    for code, distances in (("F", {1}), ("S", {2}), ("A", {100}), ("O", {0, 3, -1}), ("F,S", {1, 2})):
        assert {person["distance"] for person in everybody(sandbox, f"facet=network,{code}")} == distances
    named = {person["industry"] for person in everybody(sandbox, "facet=industry,4,6")}
    assert named == {"Computer Software", "Internet"}
    assert total(linkedin, "facet=industry,4&facet=network,F") == sum(
        person["distance"] == 1 for person in everybody(sandbox, "facet=industry,4")
    )
    assert total(linkedin, "facet=industry,9999") == 0
    places = {person["location"]["name"] for person in everybody(sandbox, "facet=location,us:84")}
    assert places == {"Greater Umber Area", "Umber Heights"}
    for query in ("facet=language,fr", "facet=current-company,1007", "facet=past-company,1007", "facet=school,504"):
        assert 0 < total(linkedin, query) < EVERYBODY / 2


def test_countries(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    found = everybody(sandbox, "country-code=us")
    assert {person["location"]["country"]["code"] for person in found} == {"us"}
    assert total(linkedin, "country-code=US") == 0
    capitals = old(linkedin, "country-code=US&search-location-type=I")
    assert capitals == old(linkedin, "country-code=us&search-location-type=I")
    assert 0 < capitals["_total"] < old(linkedin, "")["_total"]


def test_postal_codes_and_distances(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    def names(query: str) -> set[str]:
        return {person["location"]["name"] for person in everybody(sandbox, query)}

    area = "country-code=us&postal-code=94105"
    assert names(area) == {"Greater Umber Area"}
    assert names(f"{area}&distance=5") == {"Greater Umber Area", "Umber Heights"}
    assert names(f"{area}&distance=100") == {"Greater Umber Area", "Umber Heights", "Kelpford, Delta Area"}
    assert names("country-code=gb&postal-code=ec1a1bb&distance=50") == {
        "London, United Kingdom",
        "Reading, United Kingdom",
    }
    assert names("country-code=us&postal-code=00000") == set()
    assert names("country-code=dk&postal-code=94105") == set()
    query = "country-code=us&postal-code=94105&search-location-type=I"
    assert {person["location"]["name"] for person in old(linkedin, query)["values"]} == {"Greater Umber Area"}
    answer = linkedin.get(f"{LATER}?{area}&distance=near")
    assert answer.status_code == 400


def test_facets_are_counted(sandbox: Sandbox, linkedin: httpx.Client) -> None:
    fields = ":(facets:(code,name,buckets:(code,name,count,selected)),num-results)"
    body = search(linkedin, "facets=network,industry,odd&facet=network,F,S", fields)
    network, industry = body["facets"]["values"]
    assert body["facets"]["_total"] == 2
    assert (network["code"], network["name"], industry["code"], industry["name"]) == (
        "network", "Relationship", "industry", "Industry",
    )  # fmt: skip
    buckets = {bucket["code"]: bucket for bucket in network["buckets"]["values"]}
    assert {code: bucket["selected"] for code, bucket in buckets.items()} == {"F": True, "S": True}
    assert sum(bucket["count"] for bucket in buckets.values()) == body["numResults"]
    top = industry["buckets"]["values"]
    assert (industry["buckets"]["_total"], len(top)) == (10, 10)
    assert [bucket["count"] for bucket in top] == sorted((bucket["count"] for bucket in top), reverse=True)
    counted = total(linkedin, f"facet=network,F,S&facet=industry,{top[0]['code']}")
    assert top[0]["count"] == counted
    assert isinstance(top[0]["code"], str)
    part = search(linkedin, "facets=network", ":(facets:(buckets:(count)))")["facets"]["values"]
    assert set(part[0]) == {"buckets"}
    root = element(linkedin.get(f"{LATER}{fields}?facets=language").text)
    assert [bucket.findtext("selected") for bucket in root.iter("bucket")].count("false") == 7


def test_facets_come_only_when_asked_for_in_both_places(linkedin: httpx.Client) -> None:
    assert "facets" not in search(linkedin, "facets=network")
    assert search(linkedin, "", ":(facets)") == {"facets": {"_total": 0}}
