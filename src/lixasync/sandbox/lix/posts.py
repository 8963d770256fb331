"""What the endpoints about one post answer: the post, its comments, its reactions."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from . import tokens
from .account import iso
from .activity import NEWEST, written
from .call import Call, Routes
from .profiles import card, passer_by

_URN = re.compile(r"urn:li:(?:activity|share|ugcPost):([0-9]{1,19})")
_LIVING = 19  # digits of the number of a post that exists
_TYPES = ("LIKE", "CELEBRATE", "LOVE", "SUPPORT", "INSIGHTFUL", "FUNNY")
_FREQUENT = (0, 0, 1, 0, 4, 2, 0, 3, 0, 1, 5)  # how often people choose each of them


def camel(value: Any) -> Any:
    """Rename the keys of nested objects from the one way of writing them to the other."""
    if isinstance(value, dict):
        return {re.sub(r"_(.)", lambda found: found[1].upper(), key): camel(inner) for key, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list) else value


def _post(call: Call) -> tuple[str, int]:
    """Find the post that is asked about.

    Returns:
        Its URN, and a number that differs between posts.
    """
    urn = call.require("post_urn")
    found = _URN.fullmatch(urn)
    if found is None:
        raise RefusedError(400, "params_invalid", "post_urn must be the URN of a post")
    if len(found[1]) != _LIVING or found[1].startswith("0"):
        raise RefusedError(404, "not_found", "post not found")
    return urn, int(digest(call.settings.seed, found[1])[:6], 16)


def get_post(call: Call) -> Reply:
    """GET /v1/enrich/post."""
    urn, number = _post(call)
    call.viewer(call.query.get("viewer_id"), required=False)
    call.afford()
    body = {
        "urn": urn,
        "text": people.prose(call.settings.seed, 4, 60, urn),
        "createdAt": iso(NEWEST - number),
        "numLikes": call.settings.engagement,
        "numComments": call.settings.engagement,
    }
    return Reply(status=200, body=encode(body), credits=1)


def _comment(call: Call, urn: str, offset: int, number: int) -> dict[str, Any]:
    ident = f"{urn.rpartition(':')[2][:9]}{number:06}"
    given = [0] * len(_TYPES)
    for reaction in range(number % 9):
        given[_FREQUENT[reaction % len(_FREQUENT)]] += 1
    return {
        "comment_urn": f"urn:li:comment:{ident}",
        "text": people.prose(call.settings.seed, 2, 30, urn, number),
        "permalink": f"https://www.linkedin.com/feed/update/{urn}?commentUrn=urn:li:comment:{ident}",
        "created_at": iso(written(number)),
        "post_urn": urn,
        "num_reactions": sum(given),
        "num_replies": number % 4,
        "author": card(call, passer_by(call, offset, number)),
        "reaction_breakdown": [
            {"reaction_type": name, "count": count} for name, count in zip(_TYPES, given, strict=True)
        ],
    }


def _page(call: Call, key: str) -> tuple[list[dict[str, Any]], dict[str, Any], str | None]:
    """Find one page of comments or reactions; the token says where it begins, or else start does.

    Returns:
        The items, `paging`, and the next token.
    """
    urn, offset = _post(call)
    start = call.number("start", 0, 0)
    call.viewer(call.query.get("viewer_id"), required=False)
    position = tokens.read(call, "pagination_token", key, urn)
    call.afford()
    size, total = call.settings.engagement_page, call.settings.engagement
    asked = start if position is None else position
    first, claimed = call.rows(asked, size)
    numbers = range(total)[first : first + size]
    items = [
        _comment(call, urn, offset, number)
        if key == "comments"
        else {"reaction_type": _reacted(number), "actor": card(call, passer_by(call, offset, number))}
        for number in numbers
    ]
    paging = {"total": total, "start": claimed, "count": size}
    return items, paging, tokens.after(call, asked, size, total, (key, urn))


def _reacted(number: int) -> str:
    """Say how the person at a number of the list has reacted."""
    return _TYPES[_FREQUENT[number % len(_FREQUENT)]]


def _grouped(items: list[dict[str, Any]], total: int) -> list[dict[str, Any]]:
    """Put people together by how they have reacted; the counts are those of the whole post."""
    counts = Counter(map(_reacted, range(total)))
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        groups.setdefault(item["reaction_type"], []).append(item["actor"])
    return [{"reaction_type": kind, "count": counts[kind], "reactors": people} for kind, people in groups.items()]


def list_post_comments(call: Call) -> Reply:
    """GET /v1/enrich/post/comments."""
    items, paging, token = _page(call, "comments")
    later = call.variant("head", "later") == "later"
    body = {"comments": items, "paging": paging} | ({} if token is None else {"pagination_token": token})
    if later:
        body = camel(body) | {"dateObserved": iso(NEWEST)}
    return Reply(status=200, body=encode(body), credits=1, page=True)


def list_post_reactions(call: Call) -> Reply:
    """GET /v1/enrich/post/reactions; people are grouped by what they chose, or one to a row in the later variant."""
    items, paging, token = _page(call, "reactions")
    later = call.variant("head", "later") == "later"
    body: dict[str, Any] = {"reactions": items, "paging": paging}
    if not later:
        total = call.settings.engagement
        body = {"reactions": _grouped(items, total), "total_reactions": total, "paging": paging}
    if token is not None:
        body["pagination_token"] = token
    if later:
        body = camel(body) | {"dateObserved": iso(NEWEST)}
    return Reply(status=200, body=encode(body), credits=1, page=True)


ROUTES: Routes = {
    ("GET", "/v1/enrich/post"): get_post,
    ("GET", "/v1/enrich/post/comments"): list_post_comments,
    ("GET", "/v1/enrich/post/reactions"): list_post_reactions,
}
