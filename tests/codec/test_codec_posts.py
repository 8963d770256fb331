"""Posts, comments, reactions and messages: one object each, whatever shape they came in; and the next page's token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from bodies import DECODE, body, decode, expected

from lixasync.codec import Decoder
from lixasync.codec.posts import person_comments, post, post_comments, post_reactions, posts
from lixasync.codec.threads import conversations, message, messages, sales_thread, sales_threads
from lixasync.errors import UnknownShapeError
from lixasync.models import Actor, Comment, Message, Post, PostReaction, ReactionCount, SalesProfile, SalesThread


def test_reactions_of_a_post_are_a_list_or_a_number() -> None:
    counted = expected(post, {"urn": "u", "numReactions": [{"reactionType": "LIKE", "count": "2"}]})
    assert counted == Post(urn="u", reaction_counts=(ReactionCount(reaction_type="LIKE", count=2),))
    assert expected(post, {"urn": "u", "NUM_REACTIONS": [{"count": 2}]}).reaction_counts == (ReactionCount(count=2),)
    assert expected(post, {"urn": "u", "numReactions": "3"}) == Post(urn="u", num_reactions=3)
    both = {"urn": "u", "numReactions": [{"count": 1}], "reactionCounts": [{"count": 2}]}
    assert post(Decoder(), both).extra == {"numReactions": [{"count": 1}]}


def test_three_views_of_a_post() -> None:
    moment = datetime(2023, 10, 5, 13, 28, 14, tzinfo=UTC)
    activity = {"id": "7", "content": "x", "timestamp": 1696512494, "likes": 1, "comments": 2}
    enriched = {"urn": "7", "text": "x", "createdAt": "2023-10-05T13:28:14Z", "numLikes": "1", "numComments": 2}
    wanted = Post(urn="7", text="x", created_at=moment, num_likes=1, num_comments=2)
    assert expected(post, activity) == expected(post, enriched) == expected(post, {"post": enriched}) == wanted


def test_posts_within_objects() -> None:
    decoder = Decoder()
    listing = posts(decoder, {"data": {"elements": [{"post": {"id": "1", "text": "a"}, "rank": 5}]}})
    assert listing.items == (Post(urn="1", text="a", extra={"rank": 5}),)
    assert decoder.drift.report().envelopes == {"Post: data": 1}


def test_a_post_within_a_post_stays_there() -> None:
    inner = {"id": "2", "text": "b"}
    assert post(Decoder(), {"id": "1", "post": inner}) == Post(urn="1", extra={"post": inner})


def test_comments_of_linkedin() -> None:
    listing = decode("list_post_comments.2025-06-25-raw.json", body("list_post_comments.2025-06-25-raw.json"))
    reply = Comment(
        urn="urn:li:comment:(activity:7123456789012345678,7111222333444555666)",
        text="Absolutely agree with your point!",
        created_at=datetime(2022, 1, 1, 1, tzinfo=UTC),
        author=Actor(name="Mike Johnson", id="urn:li:person:MnOpQrStU2", headline="Senior Developer at Code Solutions"),
    )
    assert listing.items == (
        Comment(
            urn="urn:li:comment:(activity:7123456789012345678,7987654321098765432)",
            text="Great insights! Looking forward to seeing how this develops.",
            created_at=datetime(2022, 1, 1, tzinfo=UTC),
            num_reactions=8,
            num_replies=2,
            author=Actor(
                name="Jane Smith", id="urn:li:person:XyZaBcDeF1", headline="Product Manager at Tech Innovations"
            ),
            replies=(reply,),
        ),
    )
    assert (listing.total, listing.start, listing.count) == (42, 0, 10)
    assert "postCommentsResponse" in listing.raw


@pytest.mark.parametrize(
    "inner",
    [
        {},
        {"socialDashCommentsByUrn*urn:li:activity:7": {}},
        {"socialDashCommentsByUrn*urn:li:activity:7": {"socialDetail": {"comments": "many"}}},
        {"other": {"socialDetail": {"comments": {"elements": []}}}},
    ],
    ids=str,
)
def test_other_comments_of_linkedin_are_refused_cleanly(inner: Any) -> None:
    with pytest.raises(UnknownShapeError, match="no list 'comments'"):
        post_comments(Decoder(), {"postCommentsResponse": {"data": inner}})


def test_comment_of_linkedin_with_little_in_it() -> None:
    assert expected(person_comments, {"comments": [{"socialDetail": {"urn": "u"}}]}).items == (Comment(urn="u"),)
    assert expected(person_comments, {"comments": [{"socialDetail": None, "text": "y"}]}).items == (Comment(text="y"),)
    kept = person_comments(Decoder(), {"comments": [{"socialDetail": "x", "text": "y"}]}).items
    assert kept == (Comment(text="y", extra={"socialDetail": "x"}),)


def test_reactions_become_one_row_for_each_person() -> None:
    data = {
        "reactions": [
            {"reaction_type": "LIKE", "count": "45", "reactors": [{"name": "a"}, {"name": "b"}], "x_new": 1},
            {"reaction_type": "LOVE", "count": 2, "reactors": []},
            {"reactionType": "FUNNY", "actor": {"name": "c"}},
            {"reaction_type": "SUPPORT", "count": 1, "reactors": None},
            {"reaction_type": "CELEBRATE", "reactors": "many"},
        ],
        "total_reactions": "48",
    }
    listing = post_reactions(Decoder(), data)
    assert listing.items == (
        PostReaction(reaction_type="LIKE", actor=Actor(name="a"), type_count=45, extra={"x_new": 1}),
        PostReaction(reaction_type="LIKE", actor=Actor(name="b"), type_count=45, extra={"x_new": 1}),
        PostReaction(reaction_type="FUNNY", actor=Actor(name="c")),
        PostReaction(reaction_type="SUPPORT", type_count=1),
        PostReaction(reaction_type="CELEBRATE", extra={"reactors": "many"}),
    )
    assert listing.total == 48
    assert post_reactions(Decoder(), {"response": data}).total == 48
    assert post_reactions(Decoder(), {**data, "paging": {"total": 50}}).total == 50


@pytest.mark.parametrize(
    ("beside", "token"),
    [
        ({"sequenceId": "s"}, "s"),
        ({"sequence_id": "s"}, "s"),
        ({"syncToken": "t"}, "t"),
        ({"sync_token": "t", "sequenceId": "s"}, "t"),
        ({"paginationToken": "p"}, "p"),
        ({"sequenceId": ""}, None),
        ({}, None),
    ],
    ids=str,
)
def test_token_of_the_next_messages(beside: dict[str, Any], token: str | None) -> None:
    for function, key in ((messages, "messages"), (conversations, "conversations")):
        assert expected(function, {key: [], **beside}).next_token == token


def test_sequence_id_of_a_search_is_no_token() -> None:
    listing = expected(DECODE["search_people"], {"people": [], "meta": {"sequenceId": "s"}})
    assert (listing.sequence_id, listing.next_token) == ("s", None)


@pytest.mark.parametrize("name", ["paginationToken", "pagination_token", "PAGINATIONTOKEN"])
def test_token_inside_the_envelope_or_beside_it(name: str) -> None:
    page = {"comments": [], name: "t"}
    assert person_comments(Decoder(), page).next_token == "t"
    assert person_comments(Decoder(), {"response": page}).next_token == "t"
    assert person_comments(Decoder(), {"response": {"comments": []}, name: "t"}).next_token == "t"


def test_when_a_page_was_observed() -> None:
    moment = datetime(2026, 2, 3, 12, 34, 56, tzinfo=UTC)
    assert expected(person_comments, {"comments": [], "dateObserved": "2026-02-03T12:34:56Z"}).observed_at == moment
    assert expected(person_comments, {"comments": [], "lastUpdated": 1770122096}).observed_at == moment
    assert person_comments(Decoder(), {"comments": [], "dateObserved": "lately"}).observed_at is None


def test_sent_message() -> None:
    wanted = Message(body_text="Hello", delivered_at=datetime(2026, 7, 19, 16, 31, 8, 446000, tzinfo=UTC))
    sent = {"bodyText": "Hello", "deliveredAt": "1784478668446"}
    assert expected(message, {"message": sent}) == expected(message, sent) == wanted


def test_people_beside_threads_are_with_each_thread() -> None:
    data = {"data": {"elements": [{"id": "1"}, {"id": "2"}]}, "included": [{"fullName": "Jane Doe"}]}
    people = (SalesProfile(full_name="Jane Doe"),)
    wanted = (SalesThread(id="1", people=people), SalesThread(id="2", people=people))
    assert expected(sales_threads, data).items == wanted
    assert sales_threads(Decoder(), {"response": data}).items == wanted
    assert expected(sales_thread, {"data": {"id": "1"}, "included": data["included"]}) == wanted[0]
    assert expected(sales_threads, {"data": {"elements": [{"id": "1"}]}, "included": {}}).items == (
        SalesThread(id="1"),
    )


def test_people_of_another_kind_are_counted() -> None:
    decoder = Decoder()
    listing = sales_threads(decoder, {"data": {"elements": [{"id": "1"}]}, "included": "none"})
    assert listing.items == (SalesThread(id="1"),)
    assert decoder.drift.report().mismatches == {"Listing[SalesThread].included": 1}


def test_id_of_a_thread_out_of_its_urn() -> None:
    urn = "urn:li:fs_salesMessagingThread:2-abc=="
    assert expected(sales_thread, {"entityUrn": urn}) == SalesThread(id="2-abc==", entity_urn=urn)
    assert expected(sales_thread, {"entityUrn": urn, "id": "own"}).id == "own"
    assert sales_thread(Decoder(), {"entityUrn": ["x"]}).id is None
