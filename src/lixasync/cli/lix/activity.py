"""``lixasync activity``: what a person posts, comments and reacts to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lixasync.cli.declare import streaming
from lixasync.cli.subjects import ProfileLink

if TYPE_CHECKING:
    from lixasync import LixClient, Pager
    from lixasync.cli.options import BoundOptions
    from lixasync.models import Comment, PersonReaction, Post


@streaming("posts")
def posts(lix: LixClient, bounds: BoundOptions, link: ProfileLink, /) -> Pager[Post]:
    """Stream the posts of a person. A page costs 1 credit.

    Example: `lixasync activity posts https://www.linkedin.com/in/robin-marlowe --max-items 50`
    """
    return lix.activity.posts(link, **bounds.arguments())


@streaming("comments")
def comments(lix: LixClient, bounds: BoundOptions, link: ProfileLink, /) -> Pager[Comment]:
    """Stream the comments a person wrote. A page costs 1 credit.

    Example: `lixasync activity comments https://www.linkedin.com/in/robin-marlowe --max-items 50`
    """
    return lix.activity.comments(link, **bounds.arguments())


@streaming("reactions")
def reactions(lix: LixClient, bounds: BoundOptions, link: ProfileLink, /) -> Pager[PersonReaction]:
    """Stream what a person reacted to. A page costs 1 credit.

    Example: `lixasync activity reactions https://www.linkedin.com/in/robin-marlowe --max-items 50`
    """
    return lix.activity.reactions(link, **bounds.arguments())
