"""Answers about posts, and about comments and reactions."""

from __future__ import annotations

from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import child, opened, unwrapped
from lixasync.codec.listing import Listing
from lixasync.codec.names import find, fold
from lixasync.codec.scalars import is_nothing
from lixasync.models import Comment, PersonReaction, Post, PostReaction

__all__ = ["person_comments", "person_reactions", "post", "post_comments", "post_reactions", "posts"]

_FOUND_BESIDE = ("source", "totalReactions")


def post(decoder: Decoder, data: Any) -> Post:
    """Read one post, within ``post`` or bare.

    Lix API, operation get_post.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    inner = _laid_bare(unwrapped(data, decoder.drift, "Post"))
    return attrs.evolve(decoder.model(inner, Post), raw=data)


def posts(decoder: Decoder, data: Any) -> Listing[Post]:
    """Read a page of posts, of a search or of a person's activity.

    Lix API, operations search_posts and list_person_posts.

    Raises:
        UnknownShapeError: no list of posts can be found.
    """

    def read(items: list[Any]) -> tuple[Post, ...]:
        return decoder.models([_laid_bare(item) for item in items], Post)

    return decoder.listing(data, Post, items_key="posts", alternatives=("elements",), read=read)


def post_comments(decoder: Decoder, data: Any) -> Listing[Comment]:
    """Read a page of the comments on a post, also in LinkedIn's own form of June 2025.

    Lix API, operation list_post_comments.

    Raises:
        UnknownShapeError: no list of comments can be found.
    """
    page = _page_of_linkedin(data)
    listing = decoder.listing(
        data if page is None else page,
        Comment,
        items_key="comments",
        alternatives=("elements",),
        beside=_FOUND_BESIDE,
    )
    return attrs.evolve(listing, raw=data)


def person_comments(decoder: Decoder, data: Any) -> Listing[Comment]:
    """Read a page of the comments a person wrote.

    Lix API, operation list_person_comments.

    Raises:
        UnknownShapeError: no list of comments can be found.
    """
    return decoder.listing(data, Comment, items_key="comments")


def person_reactions(decoder: Decoder, data: Any) -> Listing[PersonReaction]:
    """Read a page of the posts a person reacted to.

    Lix API, operation list_person_reactions.

    Raises:
        UnknownShapeError: no list of reactions can be found.
    """
    return decoder.listing(data, PersonReaction, items_key="reactions")


def post_reactions(decoder: Decoder, data: Any) -> Listing[PostReaction]:
    """Read a page of the reactions to a post, one for each person, whether people come grouped or not.

    ``count`` and ``start`` count people either way.

    Lix API, operation list_post_reactions.

    Raises:
        UnknownShapeError: no list of reactions can be found.
    """

    def read(items: list[Any]) -> tuple[PostReaction, ...]:
        return decoder.models([row for item in items for row in _rows(item)], PostReaction)

    listing = decoder.listing(data, PostReaction, items_key="reactions", beside=_FOUND_BESIDE, read=read)
    if listing.total is None:
        total = child(unwrapped(data), "totalReactions")
        total = decoder.value(total, int, model="Paging", name="totalReactions")
        listing = attrs.evolve(listing, total=total)
    return listing


def _laid_bare(item: Any) -> Any:
    """Return the post out of an object that only holds one, together with what stands beside it."""
    # a post of its own may well have another one within
    is_post = any(child(item, name) is not None for name in ("id", "urn", "text", "content"))
    return item if is_post else opened(item, "post")


def _rows(item: Any) -> list[Any]:
    """Return one row for each person of a group; an item that is no group is a row itself."""
    key = find(item, "reactors") if isinstance(item, dict) else None
    if key is None:
        return [item]
    group = {name: value for name, value in item.items() if name != key}
    if is_nothing(item[key]):
        return [group]
    return [{**group, "actor": reactor} for reactor in item[key]] if isinstance(item[key], list) else [item]


def _page_of_linkedin(data: Any) -> dict[str, Any] | None:
    """Return the paging and elements out of LinkedIn's own form; None when the body has another."""
    inner = child(child(unwrapped(data), "postCommentsResponse"), "data")
    for key, value in inner.items() if isinstance(inner, dict) else ():
        # the urn of the post is part of the key
        if fold(key).startswith("socialdashcommentsbyurn"):
            page = child(child(value, "socialDetail"), "comments")
            return page if isinstance(page, dict) else None
    return None
