"""``lixasync messages``: the conversations of a connected account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import streaming
from lixasync.cli.subjects import page_size

if TYPE_CHECKING:
    from lixasync import LixClient, Pager
    from lixasync.cli.options import BoundOptions
    from lixasync.models import Conversation, Message


@streaming("conversations")
def conversations(
    lix: LixClient, bounds: BoundOptions, /, *, page_size: Annotated[int, page_size("Conversations")] = 20
) -> Pager[Conversation]:
    """Stream the viewer's conversations. A page costs 1 credit.

    Example: `lixasync messages conversations --viewer-id robin-marlowe --max-items 20`
    """
    return lix.messages.conversations(page_size=page_size, **bounds.arguments())


@streaming("messages")
def list_messages(
    lix: LixClient,
    bounds: BoundOptions,
    conversation: Annotated[
        str, Parameter(help="Id or URN of a conversation, as `lixasync messages conversations` shows it.")
    ],
    /,
) -> Pager[Message]:
    """Stream the messages of one of the viewer's conversations. A page costs 1 credit.

    Example: `lixasync messages list 2-MTY4 --viewer-id robin-marlowe`
    """
    if conversation.strip().startswith("urn:"):
        return lix.messages.list(conversation_urn=conversation, **bounds.arguments())
    return lix.messages.list(conversation_id=conversation, **bounds.arguments())
