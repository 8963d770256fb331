"""Asks both generations of the People Search API."""

from __future__ import annotations

from typing import Any

import httpx

from lixasync.sandbox import Sandbox

OLD, LATER = "/v1/people", "/v1/people-search"
EVERYTHING = ":(people:(id,first-name,last-name,headline,distance,location,industry,positions,educations),num-results)"
FIELDS = EVERYTHING.removesuffix(",num-results)").removeprefix(":(people")
EVERYBODY = 1 + 1234 + 2000


def search(linkedin: httpx.Client, query: str, fields: str = "") -> Any:
    answer = linkedin.get(httpx.URL(f"{linkedin.base_url}{LATER}{fields}?{query}"), headers={"x-li-format": "json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def people(linkedin: httpx.Client, query: str) -> list[dict[str, Any]]:
    """The first people found, with the fields that tests look at."""
    return search(linkedin, f"{query}&count=25", EVERYTHING)["people"].get("values", [])


def total(linkedin: httpx.Client, query: str) -> int:
    return int(search(linkedin, query, ":(num-results)")["numResults"])


def old(linkedin: httpx.Client, query: str) -> dict[str, Any]:
    answer = linkedin.get(httpx.URL(f"{linkedin.base_url}{OLD}?{query}&format=json"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def jobs(person: dict[str, Any], *, current: bool | None = None) -> list[Any]:
    found = person.get("positions", {}).get("values", [])
    return [job for job in found if current is None or job["isCurrent"] is current]


def everybody(sandbox: Sandbox, query: str) -> list[dict[str, Any]]:
    return sandbox.linkedin.search(query, FIELDS)
