"""Posts, and who comments on them and reacts to them (Lix API, section Enrichment API)."""

from __future__ import annotations

from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.posts import post, post_comments, post_reactions
from lixasync.lix.core import Core
from lixasync.lix.links import post_urn as checked
from lixasync.lix.listing import batch, paged
from lixasync.models import Comment, Post, PostReaction
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.paging.token import TokenCursor
from lixasync.transport.operation import Operation, Pages

_PAGES = Pages(style="pagination token", size=10)


def _comments(decoder: Decoder, data: Any) -> Batch[Comment]:
    return batch(post_comments(decoder, data))


def _reactions(decoder: Decoder, data: Any) -> Batch[PostReaction]:
    return batch(post_reactions(decoder, data))


GET_POST = Operation(
    id="get_post", method="GET", path="/v1/enrich/post", decode=post, credits=1, credit_kind="standard"
)

LIST_POST_COMMENTS = Operation(
    id="list_post_comments",
    method="GET",
    path="/v1/enrich/post/comments",
    decode=_comments,
    pages=_PAGES,
    credits=1,
    credit_kind="standard",
)

LIST_POST_REACTIONS = Operation(
    id="list_post_reactions",
    method="GET",
    path="/v1/enrich/post/reactions",
    decode=_reactions,
    pages=_PAGES,
    credits=1,
    credit_kind="standard",
)


class Posts:
    """The part of ``lix.enrichment`` that is about posts."""

    _core: Core

    async def post(self, post_urn: str, *, viewer_id: str | None = None) -> Post:
        """Return a post (Lix API, operation get_post). Costs 1 Standard credit.

        What it holds is not documented: what the attributes do not show stands in ``extra``.

        Args:
            post_urn: URN of the post, such as ``urn:li:activity:7019605025920286720``.
            viewer_id: The connected account to look as; the client's by default.

        Raises:
            InvalidArgumentError: the text is not a URN.
            NotFoundError: there is no such post.
            APIError: see `lixasync.errors`.
        """
        params = (("post_urn", checked(post_urn)), ("viewer_id", self._core.any_viewer(viewer_id)))
        return await self._core.send(GET_POST, params)

    def post_comments(
        self,
        post_urn: str,
        *,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Comment]:
        """Stream the comments on a post (Lix API, operation list_post_comments).

        A page holds some ten comments and is counted as 1 Standard credit, which not every text states.

        Args:
            post_urn: URN of the post, such as ``urn:li:activity:7019605025920286720``.
            viewer_id: The connected account to look as; the client's by default.
            max_items: Stop after so many comments; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same post.

        Yields:
            Comment: in the server's order.

        Raises:
            InvalidArgumentError: the text is not a URN.
            CursorError: the cursor is damaged or of another post.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return paged(
            self._core,
            LIST_POST_COMMENTS,
            lambda query: TokenCursor(query=query, name="pagination_token", counts=True),
            (("post_urn", checked(post_urn)), ("viewer_id", self._core.any_viewer(viewer_id))),
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    def post_reactions(
        self, post_urn: str, *, max_items: int | None = None, max_credits: int | None = None, resume: str | None = None
    ) -> Pager[PostReaction]:
        """Stream who reacted to a post, and how (Lix API, operation list_post_reactions).

        One item is one person's reaction, also where the server groups them by kind. A page costs 1 Standard credit.

        Args:
            post_urn: URN of the post, such as ``urn:li:activity:7019605025920286720``.
            max_items: Stop after so many reactions; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same post.

        Yields:
            PostReaction: in the server's order.

        Raises:
            InvalidArgumentError: the text is not a URN.
            CursorError: the cursor is damaged or of another post.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        return paged(
            self._core,
            LIST_POST_REACTIONS,
            # Where the server groups people by reaction, a page does not keep the order of the list.
            lambda query: TokenCursor(query=query, name="pagination_token", counts=True, scattered=True),
            (("post_urn", checked(post_urn)),),
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )
