"""What the activity endpoints answer: what a person wrote and what they reacted to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from lixasync.sandbox import people
from lixasync.sandbox.replies import Reply, digest, encode

from . import tokens
from .account import iso
from .call import Call, Routes
from .profiles import name_of, passer_by, whose

NEWEST = 1_780_000_000
"""When the newest of everything dated was written, in unix seconds."""

_ID_SPAN = 10**18

Item: TypeAlias = Callable[[Call, str, int], dict[str, Any]]


def post_urn(seed: int, *what: object) -> str:
    """Make the URN of a post, by which the post can be asked for."""
    return f"urn:li:activity:{7 * _ID_SPAN + int(digest(seed, 'post', *what)[:16], 16) % _ID_SPAN}"


def written(number: int) -> int:
    """Say when the item at a number of a list was written, in unix seconds; the newest come first."""
    return NEWEST - number * 93_784


def _post(call: Call, slug: str, number: int) -> dict[str, Any]:
    seed = call.settings.seed
    return {
        "id": post_urn(seed, slug, number),
        "content": people.prose(seed, 4, 60, slug, "post", number),
        "timestamp": written(number),
        "likes": number * 7 % 113,
        "comments": number * 3 % 17,
    }


def _comment(call: Call, slug: str, number: int) -> dict[str, Any]:
    seed = call.settings.seed
    post = post_urn(seed, slug, "commented", number)
    return {
        "id": f"urn:li:comment:({post.removeprefix('urn:li:')},{written(number)})",
        "content": people.prose(seed, 2, 30, slug, "comment", number),
        "timestamp": written(number),
        "likes": number * 5 % 19,
        "post_id": post,
    }


def _reaction(call: Call, slug: str, number: int) -> dict[str, Any]:
    seed = call.settings.seed
    author = passer_by(call, int(digest(seed, slug)[:6], 16), number)
    return {
        "post_urn": post_urn(seed, slug, "liked", number),
        "date_reacted": f"{1 + number // 4}w" if number < 16 else f"{number // 16}mo",
        "post_commentary": people.prose(seed, 4, 40, slug, "reaction", number),
        "num_reactions": number * 11 % 257,
        "num_comments": number * 3 % 31,
        "num_shares": number % 12,
        "post_actor": {"name": name_of(author), "link": author["link"]},
    }


def _page(call: Call, key: str, item: Item) -> Reply:
    """Answer one page; the token says where it begins, or else start does."""
    settings = call.settings
    link = call.require("profile_link")
    start = call.number("start", 0, 0)
    call.viewer(call.query.get("viewer_id"), required=False)
    kind, index = whose(call, link)
    slug = people.identity(settings.seed, kind, index)["publicIdentifier"]
    scope = (key, slug)
    position = tokens.read(call, "pagination_token", *scope)
    call.afford()
    size, total = settings.activity_page, settings.activity
    asked = start if position is None else position
    first, claimed = call.rows(asked, size)
    numbers = range(total)[first : first + size]
    body: dict[str, Any] = {
        key: [item(call, slug, number) for number in numbers],
        "paging": {"count": size, "start": claimed, "total": total},
    }
    if call.variant("head", "later") == "later":
        body["dateObserved"] = iso(NEWEST)
    token = tokens.after(call, asked, size, total, scope)
    if token is not None:
        body["pagination_token"] = token
    return Reply(status=200, body=encode(body), credits=1, page=True)


def list_person_posts(call: Call) -> Reply:
    """GET /v1/person/li/activity/posts."""
    return _page(call, "posts", _post)


def list_person_comments(call: Call) -> Reply:
    """GET /v1/person/li/activity/comments."""
    return _page(call, "comments", _comment)


def list_person_reactions(call: Call) -> Reply:
    """GET /v1/person/li/activity/reactions."""
    return _page(call, "reactions", _reaction)


ROUTES: Routes = {
    ("GET", "/v1/person/li/activity/posts"): list_person_posts,
    ("GET", "/v1/person/li/activity/comments"): list_person_comments,
    ("GET", "/v1/person/li/activity/reactions"): list_person_reactions,
}
