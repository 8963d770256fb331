"""Conversations and messages (Lix API, sections LinkedIn Conversations API and LinkedIn Messages API)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.threads import conversations, message, messages
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.links import at_most, exactly_one
from lixasync.lix.listing import batch, paged
from lixasync.models import Conversation, Message
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.source import Batch
from lixasync.paging.token import TokenCursor
from lixasync.transport.body import json_body
from lixasync.transport.caller import whole_number
from lixasync.transport.operation import Operation, Pages

_CONVERSATIONS_PAGE = 20
_LONGEST_MESSAGE = 8000  # characters, as documented


def _conversations(decoder: Decoder, data: Any) -> Batch[Conversation]:
    return batch(conversations(decoder, data))


def _messages(decoder: Decoder, data: Any) -> Batch[Message]:
    return batch(messages(decoder, data))


LIST_CONVERSATIONS = Operation(
    id="list_conversations",
    method="GET",
    path="/v1/li/conversations",
    decode=_conversations,
    pages=Pages(style="continuation sequence", size=_CONVERSATIONS_PAGE),
    credits=1,
    credit_kind="standard",
)

LIST_MESSAGES = Operation(
    id="list_messages",
    method="GET",
    path="/v1/li/messages",
    decode=_messages,
    pages=Pages(style="continuation sequence"),
    credits=1,
    credit_kind="standard",
)

SEND_MESSAGE = Operation(
    id="send_message",
    method="POST",
    path="/v1/li/messages",
    decode=message,
    credits=1,
    credit_kind="standard",
    safe=False,
)


class Messages:
    """``lix.messages``: the conversations of a connected account."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def conversations(
        self,
        *,
        viewer_id: str | None = None,
        page_size: int = _CONVERSATIONS_PAGE,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Conversation]:
        """Stream the conversations of a viewer (Lix API, operation list_conversations).

        A page costs 1 Standard credit.

        Args:
            viewer_id: The connected account; the client's by default.
            page_size: Conversations to ask for per page, from 1 up; no cap is documented.
            max_items: Stop after so many conversations; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same viewer.

        Yields:
            Conversation: in the server's order.

        Raises:
            InvalidArgumentError: no viewer is named here, on the client or in ``LIX_VIEWER_ID``.
            CursorError: the cursor is damaged or of another viewer.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        count = check_page_size(page_size, None)
        return paged(
            self._core,
            LIST_CONVERSATIONS,
            lambda query: TokenCursor(query=query, name="sequence_id"),
            (("viewer_id", self._core.viewer(viewer_id)),),
            choices=(("count", str(count)),),
            page_size=count,
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    def list(
        self,
        *,
        conversation_id: str | None = None,
        conversation_urn: str | None = None,
        viewer_id: str | None = None,
        max_items: int | None = None,
        max_credits: int | None = None,
        resume: str | None = None,
    ) -> Pager[Message]:
        """Stream the messages of a conversation (Lix API, operation list_messages). A page costs 1 Standard credit.

        Args:
            conversation_id: Id of the conversation; give exactly one of both.
            conversation_urn: URN of the conversation, see ``Conversation.conversation_urn``.
            viewer_id: The connected account; the client's by default.
            max_items: Stop after so many messages; None for all.
            max_credits: Stop before the page that would cost more than so many credits in all.
            resume: A cursor of an earlier stream of the same conversation.

        Yields:
            Message: in the server's order.

        Raises:
            InvalidArgumentError: not exactly one of both is given, or no viewer is named.
            CursorError: the cursor is damaged or of another conversation.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        which = exactly_one({"conversation_id": conversation_id, "conversation_urn": conversation_urn})
        return paged(
            self._core,
            LIST_MESSAGES,
            lambda query: TokenCursor(query=query, name="sequence_id"),
            (which, ("viewer_id", self._core.viewer(viewer_id))),
            max_items=max_items,
            max_credits=max_credits,
            resume=resume,
        )

    async def around(
        self,
        delivered_at: datetime,
        *,
        before: int = 0,
        after: int = 0,
        conversation_id: str | None = None,
        conversation_urn: str | None = None,
        viewer_id: str | None = None,
    ) -> tuple[Message, ...]:
        """Return the messages around a moment (Lix API, operation list_messages). Costs 1 Standard credit.

        Args:
            delivered_at: The moment, with a time zone.
            before: Messages to return from before it.
            after: Messages to return from after it.
            conversation_id: Id of the conversation; give exactly one of both.
            conversation_urn: URN of the conversation.
            viewer_id: The connected account; the client's by default.

        Raises:
            InvalidArgumentError: a moment without time zone, no messages asked for, not exactly one of both ids, or no
                viewer.
            APIError: see `lixasync.errors`.
        """
        which = exactly_one({"conversation_id": conversation_id, "conversation_urn": conversation_urn})
        found = await self._core.send(
            LIST_MESSAGES,
            (
                which,
                ("viewer_id", self._core.viewer(viewer_id)),
                ("delivered_at", str(_milliseconds(delivered_at))),
                *_window(before, after),
            ),
        )
        return found.items

    async def send(
        self,
        body: str,
        *,
        conversation_id: str | None = None,
        conversation_urn: str | None = None,
        viewer_id: str | None = None,
    ) -> Message:
        """Send a message into a conversation (Lix API, operation send_message). Costs 1 Standard credit.

        It is sent once. It is repeated only after a refusal that proves that nothing was done; after any other failure
        the message may have been sent, so look before sending it again.

        Args:
            body: The text, 8,000 characters at most.
            conversation_id: Id of the conversation; give exactly one of both.
            conversation_urn: URN of the conversation.
            viewer_id: The connected account that sends; the client's by default.

        Returns:
            Message: as sent, without the sender's names.

        Raises:
            InvalidArgumentError: the text is empty or too long, not exactly one of both ids is given, or no viewer.
            APIError: see `lixasync.errors`.
        """
        name, value = exactly_one({"conversation_id": conversation_id, "conversation_urn": conversation_urn})
        text = at_most("body", body, _LONGEST_MESSAGE)
        viewer = self._core.viewer(viewer_id)
        return await self._core.send(
            SEND_MESSAGE, (("viewer_id", viewer),), body=json_body({name: value, "body": text})
        )


def _milliseconds(moment: object) -> int:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise InvalidArgumentError(
            f"delivered_at is {moment!r}; it must be a datetime with a time zone.",
            hint="For UTC: datetime(2026, 11, 1, tzinfo=UTC).",
        )
    return round(moment.timestamp() * 1000)


def _window(before: int, after: int) -> tuple[tuple[str, str], tuple[str, str]]:
    if not whole_number("before", before, least=0) + whole_number("after", after, least=0):
        raise InvalidArgumentError("No messages are asked for: before and after are both 0.", hint="Set one of them.")
    return ("count_before", str(before)), ("count_after", str(after))
