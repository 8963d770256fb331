"""Suggestions of facets: what they find, and that they are free."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix import vocabulary
from lixasync.sandbox.lix.facets import FACETS

SALES = "/v1/search/sales/facet"
RECRUITER = "/v1/li/recruiter/search/facet"


def suggest(client: httpx.Client, facet: str, query: str = "", **params: Any) -> list[dict[str, Any]]:
    answer = client.get(SALES, params={"type": facet, "query": query, **params})
    assert answer.status_code == 200, answer.text
    elements: list[dict[str, Any]] = answer.json()["data"]["elements"]
    return elements


def texts(elements: list[dict[str, Any]]) -> list[str]:
    return [element["displayValue"] for element in elements]


@pytest.mark.parametrize("facet", sorted(set(FACETS) - {"COMPANY_WITH_LIST"}))
def test_an_empty_query_suggests_every_value(client: httpx.Client, facet: str) -> None:
    assert suggest(client, facet) == [{"id": value.id, "displayValue": value.text} for value in FACETS[facet]]


@pytest.mark.parametrize(
    ("facet", "query", "expected"),
    [
        ("TITLE", "software engineer", ["Software Engineer", "Senior Software Engineer"]),
        ("TITLE", "ENG soft", ["Software Engineer", "Senior Software Engineer"]),
        ("TITLE", "ngineer", []),
        ("TITLE", "Buyer, T", ["Buyer, Timber & Slate"]),
        ("BING_GEO", "berlin", ["Berlin", "Berlin, Connecticut, United States"]),
        ("BING_GEO", "ŁÓDŹ", ["Łódź, Poland"]),
        ("BING_GEO_POSTAL_CODE", "10115", ["10115, Berlin"]),
        ("SENIORITY_V2", "owner", ["Owner / Partner"]),
        ("COMPANY_SIZE", "51", ["51-200"]),
        ("SCHOOL", "ecole", []),
    ],
)
def test_words_match_from_their_beginning(client: httpx.Client, facet: str, query: str, expected: list[str]) -> None:
    assert texts(suggest(client, facet, query)) == expected


def test_companies_stand_below_the_one_element(client: httpx.Client) -> None:
    (every,) = suggest(client, "COMPANY_WITH_LIST")
    assert (every["id"], every["displayValue"]) == ("COMPANIES", "Companies")
    assert len(every["children"]) == len(vocabulary.COMPANIES) > 30
    (twins,) = suggest(client, "COMPANY_WITH_LIST", "blue heron")
    assert texts(twins["children"]) == ["Blue Heron", "Blue Heron"]
    assert [child["id"] for child in twins["children"]] == ["urn:li:organization:1277", "urn:li:organization:1289"]
    assert twins["children"][0]["headline"] != twins["children"][1]["headline"]
    (cedars,) = suggest(client, "COMPANY_WITH_LIST", "cedar")
    assert texts(cedars["children"]) == ["Cedar Cloud", "Larch, Birch & Cedar"]  # who begins with it comes first
    (none,) = suggest(client, "COMPANY_WITH_LIST", "nobody has this")
    assert none["children"] == []


def test_suggestions_come_in_pages(client: httpx.Client) -> None:
    every = suggest(client, "FUNCTION")
    pages = [suggest(client, "FUNCTION", start=start, count=10) for start in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 6, 0]
    assert [element for page in pages for element in page] == every
    answer = client.get(SALES, params={"type": "FUNCTION", "query": "", "count": 500})
    assert answer.json()["data"]["paging"] == {"count": 100}
    children = [suggest(client, "COMPANY_WITH_LIST", start=start, count=20)[0]["children"] for start in (0, 20)]
    assert [child for page in children for child in page] == suggest(client, "COMPANY_WITH_LIST")[0]["children"]


@pytest.mark.parametrize("path", [SALES, RECRUITER])
def test_suggestions_are_free_of_credits_and_allowance(sandbox: Sandbox, client: httpx.Client, path: str) -> None:
    params = {"type": "TITLE" if path == SALES else "skill", "query": ""}
    sandbox.reset(credits=1, daily_allowance=1)
    for _ in range(3):
        assert client.get(path, params=params).status_code == 200
    stats = sandbox.stats()
    assert (stats["credits_spent"], stats["allowance_left"]) == (0, 1)
    sandbox.reset(credits=0)
    refused = client.get(path, params=params)
    assert refused.status_code == 402
    assert refused.json()["error"]["type"] == "over_quota"


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        (SALES, {"query": "a"}, "type is required"),
        (SALES, {"query": "a", "type": "SHOE_SIZE"}, "there is no facet SHOE_SIZE"),
        (SALES, {"type": "TITLE"}, "query is required; it may be empty"),
        (SALES, {"type": "TITLE", "query": "", "count": "0"}, "count must be"),
        (SALES, {"type": "TITLE", "query": "", "start": "-1"}, "start must be"),
        (RECRUITER, {"query": "a"}, "type is required"),
        (RECRUITER, {"query": "a", "type": "TITLE"}, "type must be skill"),
        (RECRUITER, {"type": "skill"}, "query is required; it may be empty"),
    ],
)
def test_suggestions_check_what_is_asked(client: httpx.Client, path: str, params: dict[str, str], message: str) -> None:
    answer = client.get(path, params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "params_invalid"
    assert message in answer.json()["error"]["message"]
    wrong = client.get(path, params={"type": "TITLE" if path == SALES else "skill", "query": "", "viewer_id": "x"})
    assert wrong.status_code == 407


def test_skills_are_suggested_with_a_start_that_is_the_next(client: httpx.Client) -> None:
    params = {"type": "skill", "query": ""}
    first = client.get(RECRUITER, params={**params, "count": 10}).json()
    assert first["paging"] == {"count": 10, "start": 10, "total": len(vocabulary.SKILLS)}
    assert first["meta"]["sequenceId"]
    second = client.get(RECRUITER, params={**params, "count": 10, "start": 10}).json()
    assert second["paging"]["start"] == 20
    every = client.get(RECRUITER, params=params).json()["results"]
    assert every[:20] == first["results"] + second["results"]
    assert every[0] == {"entity": "urn:li:ts_skill:218", "text": "JavaScript"}
    java = client.get(RECRUITER, params={**params, "query": "javascript"}).json()["results"]
    assert {"Mocha (JavaScript Framework)", "JavaScriptMVC"} < {skill["text"] for skill in java}
    assert "Java" not in {skill["text"] for skill in java}
