"""Lists that are paged by tokens: activity, comments, reactions, conversations, messages, employees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from tests.sandbox.asking import PROFILE, VIEWER, fails, got

from lixasync.sandbox import Sandbox

POST = "urn:li:activity:7019605025920286720"
LISTS: dict[str, tuple[dict[str, Any], str, str, int, int]] = {
    # path: parameters, key of the items, parameter of the token, size of a page, how many there are
    "/v1/person/li/activity/posts": ({"profile_link": PROFILE}, "posts", "pagination_token", 25, 60),
    "/v1/person/li/activity/comments": ({"profile_link": PROFILE}, "comments", "pagination_token", 25, 60),
    "/v1/person/li/activity/reactions": ({"profile_link": PROFILE}, "reactions", "pagination_token", 25, 60),
    "/v1/enrich/post/comments": ({"post_urn": POST}, "comments", "pagination_token", 10, 34),
    "/v1/enrich/post/reactions": ({"post_urn": POST}, "reactions", "pagination_token", 10, 34),
    "/v1/li/conversations": ({"viewer_id": VIEWER}, "conversations", "sequence_id", 20, 45),
    "/org/1007/employees": ({}, "employees", "after", 25, 60),
}


def token_of(body: dict[str, Any]) -> str | None:
    link = body.get("paging", {}).get("_links", {}).get("next", "")
    return dict(parse_qsl(urlsplit(link).query)).get("after") or body.get("pagination_token") or body.get("sequenceId")


def people_in(items: list[Any]) -> int:
    return sum(len(item["reactors"]) for item in items) if items and "reactors" in items[0] else len(items)


def pages(client: httpx.Client, path: str, **params: Any) -> Iterator[dict[str, Any]]:
    usual, _, name, _, _ = LISTS[path]
    token: str | None = None
    while True:
        body = got(client, path, **usual, **params, **({} if token is None else {name: token}))
        yield body
        if (token := token_of(body)) is None:
            return


@pytest.mark.parametrize("path", LISTS)
def test_tokens_lead_through_everything_once(client: httpx.Client, path: str) -> None:
    _, key, _, size, total = LISTS[path]
    found = list(pages(client, path))
    counts = [people_in(body[key]) for body in found]
    assert counts == [size] * (total // size) + ([total % size] if total % size else [])
    tokens = [token_of(body) for body in found]
    assert tokens[-1] is None
    assert len(set(tokens)) == len(tokens)
    texts = [str(item) for body in found for item in body[key]]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("path", LISTS)
def test_other_tokens_are_refused(sandbox: Sandbox, client: httpx.Client, path: str) -> None:
    params, _, name, _, _ = LISTS[path]
    other = "/v1/li/conversations" if name == "after" else "/org/1007/employees"
    foreign = token_of(got(client, other, **LISTS[other][0]))
    for token in ("invented", "MTp4", "é", "LTE6eA==", foreign):
        fails(client.get(path, params={**params, name: token}), 400, "params_invalid", f"{name} was not issued")
    assert sandbox.stats()["by_status"][400] == 5


@pytest.mark.parametrize("path", [path for path in LISTS if LISTS[path][2] == "pagination_token"])
def test_a_start_stands_in_for_a_token_which_wins(client: httpx.Client, path: str) -> None:
    params, _, _, size, total = LISTS[path]
    first, second, *_ = pages(client, path)
    assert second == got(client, path, **params, start=size)
    assert second == got(client, path, **params, start=3, pagination_token=token_of(first))
    assert (first["paging"], second["paging"]["start"]) == ({"count": size, "start": 0, "total": total}, size)
    assert token_of(got(client, path, **params, start=total)) is None
    fails(client.get(path, params={**params, "start": "x"}), 400, "params_invalid", "start must be")


@pytest.mark.parametrize("path", LISTS)
def test_pages_can_go_wrong(client: httpx.Client, path: str) -> None:
    params, key, name, _, _ = LISTS[path]
    first = got(client, path, **params)
    asked = {**params, name: token_of(first)}
    repeated = client.get(path, params=asked, headers={"x-sandbox-fault": "repeat"}).json()
    assert repeated[key] == first[key]
    assert token_of(repeated) == token_of(got(client, path, **asked))


def test_sizes_are_settings(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(activity=5, activity_page=2, engagement=3, engagement_page=1, conversations=4, employees=6)
    counts = {path: [people_in(body[LISTS[path][1]]) for body in pages(client, path)] for path in LISTS}
    assert list(counts.values()) == [[2, 2, 1]] * 3 + [[1, 1, 1]] * 2 + [[4], [6]]
    sandbox.reset(activity=0, engagement=0, conversations=0, employees=0)
    counts = {path: [people_in(body[LISTS[path][1]]) for body in pages(client, path)] for path in LISTS}
    assert list(counts.values()) == [[0]] * 7


def test_a_count_can_be_asked_for(client: httpx.Client) -> None:
    assert [len(body["conversations"]) for body in pages(client, "/v1/li/conversations", count=30)] == [30, 15]
    assert [len(body["employees"]) for body in pages(client, "/org/1007/employees", page_size=40)] == [40, 20]
