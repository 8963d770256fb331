"""What people wrote, and what others said to it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.sandbox.asking import PROFILE, fails, got

from lixasync.sandbox import Sandbox
from lixasync.sandbox.lix.posts import camel

POST = "urn:li:activity:7019605025920286720"
COMMENTS, REACTIONS = "/v1/enrich/post/comments", "/v1/enrich/post/reactions"
ACTIVITY = "/v1/person/li/activity"


def test_a_post_that_was_found_can_be_asked_for(client: httpx.Client) -> None:
    for key, name in (("posts", "id"), ("comments", "post_id"), ("reactions", "post_urn")):
        item = got(client, f"{ACTIVITY}/{key}", profile_link=PROFILE)[key][3]
        assert got(client, "/v1/enrich/post", post_urn=item[name])["urn"] == item[name]
    body = got(client, "/v1/enrich/post", post_urn=POST)
    assert set(body) == {"urn", "text", "createdAt", "numLikes", "numComments"}
    assert body["numComments"] == got(client, COMMENTS, post_urn=POST)["paging"]["total"]


@pytest.mark.parametrize(
    ("urn", "status", "kind"),
    [
        ("", 400, "params_invalid"),
        ("7019605025920286720", 400, "params_invalid"),
        ("urn:li:person:7019605025920286720", 400, "params_invalid"),
        ("urn:li:activity:701960502592028672", 404, "not_found"),
        ("urn:li:activity:0019605025920286720", 404, "not_found"),
    ],
)
def test_other_posts_are_not_found(client: httpx.Client, urn: str, status: int, kind: str) -> None:
    for path in ("/v1/enrich/post", COMMENTS, REACTIONS):
        fails(client.get(path, params={"post_urn": urn}), status, kind)


def test_comments(client: httpx.Client) -> None:
    comment = got(client, COMMENTS, post_urn=POST)["comments"][7]
    assert set(comment) == {
        "comment_urn", "text", "permalink", "created_at", "post_urn", "num_reactions", "num_replies", "author",
        "reaction_breakdown",
    }  # fmt: skip
    assert comment["num_reactions"] == sum(row["count"] for row in comment["reaction_breakdown"]) == 7
    assert [row["reaction_type"] for row in comment["reaction_breakdown"]] == [
        "LIKE", "CELEBRATE", "LOVE", "SUPPORT", "INSIGHTFUL", "FUNNY",
    ]  # fmt: skip
    assert got(client, "/v1/person", profile_link=comment["author"]["link"])["name"] == comment["author"]["name"]


def test_comments_of_the_later_shape(sandbox: Sandbox, client: httpx.Client) -> None:
    before = got(client, COMMENTS, post_urn=POST)
    sandbox.reset(variant="later")
    after = got(client, COMMENTS, post_urn=POST)
    assert after == camel(before) | {"dateObserved": after["dateObserved"]}
    assert after["paginationToken"] == before["pagination_token"]
    assert {"commentUrn", "reactionBreakdown", "numReplies"} < set(after["comments"][0])
    assert "dateObserved" in got(client, f"{ACTIVITY}/posts", profile_link=PROFILE)


def test_reactions_are_grouped(client: httpx.Client) -> None:
    body = got(client, REACTIONS, post_urn=POST)
    assert body["total_reactions"] == body["paging"]["total"] == 34
    assert len(body["reactions"]) < sum(len(group["reactors"]) for group in body["reactions"]) == 10
    kinds = [group["reaction_type"] for group in body["reactions"]]
    assert len(set(kinds)) == len(kinds)
    assert all(group["count"] >= len(group["reactors"]) for group in body["reactions"])


def test_reactions_of_the_later_shape_are_one_to_a_row(sandbox: Sandbox, client: httpx.Client) -> None:
    groups = got(client, REACTIONS, post_urn=POST)["reactions"]
    sandbox.reset(variant="later")
    body = got(client, REACTIONS, post_urn=POST)
    assert "totalReactions" not in body
    assert len(body["reactions"]) == 10
    rows = {(row["reactionType"], row["actor"]["liId"]) for row in body["reactions"]}
    assert rows == {(group["reaction_type"], actor["li_id"]) for group in groups for actor in group["reactors"]}


def test_nobody_appears_twice_before_everybody_has(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(search_results=8, engagement=10, engagement_page=50, variant="later")
    rows = [row["actor"]["liId"] for row in got(client, REACTIONS, post_urn=POST)["reactions"]]
    assert len(set(rows[:8])) == 8
    assert rows[8:] == rows[:2]


def test_names_are_written_in_the_other_way() -> None:
    value: Any = {"a_bc_d": [{"e_f": "g_h"}, 1], "paging": None}
    assert camel(value) == {"aBcD": [{"eF": "g_h"}, 1], "paging": None}
