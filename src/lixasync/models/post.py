"""Posts, comments and reactions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity, link_key, sales_key

__all__ = ["Actor", "Comment", "EmbeddedObject", "PersonReaction", "Post", "PostReaction", "ReactionCount"]


@attrs.frozen(kw_only=True, repr=False)
class Actor(Model):
    """Who posted, commented or reacted: a person or an organisation.

    Lix API, object Post and operations list_post_comments, list_post_reactions and list_person_reactions.

    Attributes:
        name: Name as displayed.
        link: Address of the LinkedIn page.
        id: LinkedIn's own id, where one is given.
        li_id: Last part of the address of the LinkedIn page.
        headline: Text under the name.
        profile_image_url: Address of the picture; may expire.
        sales_nav_link: Address in Sales Navigator.
    """

    name: str | None = wire()
    link: str | None = wire("link", "url")
    id: str | None = wire("id", "urn")
    li_id: str | None = wire("li_id")
    headline: str | None = wire()
    profile_image_url: str | None = wire("profile_image_url")
    sales_nav_link: str | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this actor is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "", link_key(self.link)
        yield "id", self.id
        yield "slug", self.li_id
        yield "sales", sales_key(self.sales_nav_link)


@attrs.frozen(kw_only=True, repr=False)
class ReactionCount(Model):
    """How often people reacted in one way.

    Lix API, object Post (``numReactions``) and operation list_post_comments (``reaction_breakdown``).

    Attributes:
        reaction_type: An open enum: LIKE, CELEBRATE, LOVE, SUPPORT, INSIGHTFUL, FUNNY; on posts also
            REACTION_TYPE_LIKE and the like.
        count: How often.
    """

    reaction_type: str | None = wire("reaction_type")
    count: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class EmbeddedObject(Model):
    """What a post shows besides its text.

    Lix API, object Post (``embeddedObject``).

    Attributes:
        title: Title as displayed.
    """

    title: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Post(Model):
    """A post, from a search, from a person's activity or from a look-up; each has other fields.

    Lix API, object Post. No source documents it whole: what the attributes have no name for stands in ``extra``.

    Attributes:
        urn: LinkedIn's own id.
        text: Text of the post; None when it only shares something.
        url: Address of the post.
        created_at: When it was posted, in UTC.
        actor: Who posted it.
        embedded_object: What it shares.
        reaction_counts: Reactions by kind, where they are told apart.
        num_reactions: Reactions of all kinds, where they are not.
        num_likes: Likes.
        num_comments: Comments.
    """

    urn: str | None = wire("id", "urn", "postUrn")
    text: str | None = wire("text", "content")
    url: str | None = wire()
    created_at: datetime | None = wire("createdAt", "timestamp")
    actor: Actor | None = wire()
    embedded_object: EmbeddedObject | None = wire()
    reaction_counts: tuple[ReactionCount, ...] = wire(default=())
    num_reactions: int | None = wire()
    num_likes: int | None = wire("likes", "numLikes")
    num_comments: int | None = wire("commentCount", "numComments", "comments")

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this post is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "post", self.urn
        yield "", self.url


@attrs.frozen(kw_only=True, repr=False)
class Comment(Model):
    """A comment, from those on a post or from those of a person.

    Lix API, operations list_post_comments and list_person_comments.

    Attributes:
        urn: LinkedIn's own id.
        text: Text of the comment.
        permalink: Address of the comment.
        created_at: When it was written, in UTC.
        post_urn: LinkedIn's own id of the post.
        num_reactions: Reactions of all kinds.
        num_replies: Replies.
        author: Who wrote it.
        reaction_breakdown: Reactions by kind.
        replies: The replies themselves; only one raw form of June 2025 had them.
    """

    urn: str | None = wire("comment_urn", "id", "urn")
    text: str | None = wire("text", "content")
    permalink: str | None = wire()
    created_at: datetime | None = wire("created_at", "timestamp")
    post_urn: str | None = wire("post_urn", "post_id")
    num_reactions: int | None = wire("num_reactions", "likes", "numLikes")
    num_replies: int | None = wire("num_replies")
    author: Actor | None = wire("author", "actor")
    reaction_breakdown: tuple[ReactionCount, ...] = wire("reaction_breakdown", default=())
    replies: tuple[Comment, ...] = wire(default=())

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this comment is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "comment", self.urn
        yield "", self.permalink


@attrs.frozen(kw_only=True, repr=False)
class PersonReaction(Model):
    """A post somebody reacted to.

    Lix API, operation list_person_reactions.

    Attributes:
        post_urn: LinkedIn's own id of the post.
        date_reacted: When, text as displayed and relative to the request, such as "1mo".
        post_commentary: Text of the post.
        num_reactions: Reactions the post has.
        num_comments: Comments the post has.
        num_shares: How often the post was shared.
        post_actor: Who posted it.
    """

    post_urn: str | None = wire("post_urn")
    date_reacted: str | None = wire("date_reacted")
    post_commentary: str | None = wire("post_commentary")
    num_reactions: int | None = wire("num_reactions")
    num_comments: int | None = wire("num_comments")
    num_shares: int | None = wire("num_shares")
    post_actor: Actor | None = wire("post_actor")

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this reaction is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "post", self.post_urn


@attrs.frozen(kw_only=True, repr=False)
class PostReaction(Model):
    """One person's reaction to a post.

    Lix API, operation list_post_reactions. Answers that group people by reaction are read as one of these for each.

    Attributes:
        reaction_type: An open enum: LIKE, CELEBRATE, LOVE, SUPPORT, INSIGHTFUL, FUNNY, others.
        actor: Who reacted.
        type_count: Reactions of this type the whole post has; only known from grouped answers.
    """

    reaction_type: str | None = wire(
        "reaction_type", known=("LIKE", "CELEBRATE", "LOVE", "SUPPORT", "INSIGHTFUL", "FUNNY")
    )
    actor: Actor | None = wire()
    type_count: int | None = wire("count")

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this reaction is met again; None when nothing identifies one."""
        return self.actor.identity if self.actor else None
