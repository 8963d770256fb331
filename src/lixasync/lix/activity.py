"""What a person posts, comments and reacts to (Lix API, section Activity API)."""

from __future__ import annotations

from typing import Any, TypeVar

from lixasync.codec.decoder import Decoder
from lixasync.codec.posts import person_comments, person_reactions, posts
from lixasync.lix.core import Core
from lixasync.lix.links import profile_link
from lixasync.lix.listing import batch, paged
from lixasync.models import Comment, PersonReaction, Post
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch, Identified
from lixasync.paging.token import TokenCursor
from lixasync.transport.operation import Operation, Pages

T = TypeVar("T", bound=Identified)

_PAGES = Pages(style="pagination token", size=25)


def _posts(decoder: Decoder, data: Any) -> Batch[Post]:
    return batch(posts(decoder, data))


def _comments(decoder: Decoder, data: Any) -> Batch[Comment]:
    return batch(person_comments(decoder, data))


def _reactions(decoder: Decoder, data: Any) -> Batch[PersonReaction]:
    return batch(person_reactions(decoder, data))


LIST_PERSON_POSTS = Operation(
    id="list_person_posts",
    method="GET",
    path="/v1/person/li/activity/posts",
    decode=_posts,
    pages=_PAGES,
    credits=1,
    credit_kind="standard",
)

LIST_PERSON_COMMENTS = Operation(
    id="list_person_comments",
    method="GET",
    path="/v1/person/li/activity/comments",
    decode=_comments,
    pages=_PAGES,
    credits=1,
    credit_kind="standard",
)

LIST_PERSON_REACTIONS = Operation(
    id="list_person_reactions",
    method="GET",
    path="/v1/person/li/activity/reactions",
    decode=_reactions,
    pages=_PAGES,
    credits=1,
    credit_kind="standard",
)


class Activity:
    """``lix.activity``: what a person does on LinkedIn, latest first as far as the server keeps to that."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def posts(
        self,
        profile_link: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Post]:
        """Stream the posts of a person (Lix API, operation list_person_posts). A page costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile.
            viewer_id: The connected account to look as; the client's by default.
            max_items: Stop after so many posts; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same person.

        Yields:
            Post: with what the server tells of a post here; the rest stands in ``extra``.

        Raises:
            InvalidArgumentError: the text is not the address of a profile.
            CursorError: the cursor is damaged or of another stream.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return self._stream(LIST_PERSON_POSTS, profile_link, viewer_id, max_items, max_credits, resume)

    def comments(
        self,
        profile_link: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Comment]:
        """Stream the comments a person wrote (Lix API, operation list_person_comments). A page costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile.
            viewer_id: The connected account to look as; the client's by default.
            max_items: Stop after so many comments; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same person.

        Yields:
            Comment: with ``post_urn`` of what was commented on, where the server tells it.

        Raises:
            InvalidArgumentError: the text is not the address of a profile.
            CursorError: the cursor is damaged or of another stream.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return self._stream(LIST_PERSON_COMMENTS, profile_link, viewer_id, max_items, max_credits, resume)

    def reactions(
        self,
        profile_link: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[PersonReaction]:
        """Stream what a person reacted to (Lix API, operation list_person_reactions). A page costs 1 Standard credit.

        Args:
            profile_link: Address of a LinkedIn profile.
            viewer_id: The connected account to look as; the client's by default.
            max_items: Stop after so many reactions; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same person.

        Yields:
            PersonReaction: the post and how much it was reacted to; when, only as a text such as "1mo".

        Raises:
            InvalidArgumentError: the text is not the address of a profile.
            CursorError: the cursor is damaged or of another stream.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return self._stream(LIST_PERSON_REACTIONS, profile_link, viewer_id, max_items, max_credits, resume)

    def _stream(
        self,
        operation: Operation[Batch[T]],
        link: str,
        viewer_id: str | None,
        max_items: int | None,
        max_credits: int | None,
        resume: str | None,
    ) -> Pager[T]:
        return paged(
            self._core,
            operation,
            lambda query: TokenCursor(query=query, name="pagination_token", counts=True),
            (("profile_link", profile_link(link)), ("viewer_id", self._core.any_viewer(viewer_id))),
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )
