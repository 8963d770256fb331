"""Conversations and messages, on LinkedIn and in Sales Navigator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity

__all__ = ["Conversation", "Message", "Participant", "SalesMessage", "SalesProfile", "SalesThread"]


@attrs.frozen(kw_only=True, repr=False)
class Participant(Model):
    """Somebody who takes part in a conversation.

    Lix API, operation list_conversations (``participants``).

    Attributes:
        host_identity_urn: LinkedIn's own id.
        first_name: First name.
        last_name: Last name.
        headline: Text under the name.
        profile_url: Address of the LinkedIn profile.
        public_identifier: Last part of that address.
        profile_picture_url: Address of the picture; may expire.
    """

    host_identity_urn: str | None = wire()
    first_name: str | None = wire()
    last_name: str | None = wire()
    headline: str | None = wire()
    profile_url: str | None = wire()
    public_identifier: str | None = wire()
    profile_picture_url: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Message(Model):
    """One message of a conversation.

    Lix API, operations list_messages and send_message; the answer to sending has no names of the sender.

    Attributes:
        backend_urn: LinkedIn's own id of the message.
        conversation_urn: Id of the conversation, as requests take it.
        backend_conversation_urn: LinkedIn's own id of the conversation.
        delivered_at: When it was delivered, in UTC.
        body_text: The text.
        origin_token: Id given by whatever sent it.
        sender_host_identity_urn: LinkedIn's own id of the sender.
        sender_first_name: First name of the sender.
        sender_last_name: Last name of the sender.
        sender_headline: Text under the sender's name.
        sender_profile_url: Address of the sender's LinkedIn profile.
        sender_public_identifier: Last part of that address.
        sender_profile_picture_url: Address of the sender's picture; may expire.
    """

    backend_urn: str | None = wire()
    conversation_urn: str | None = wire()
    backend_conversation_urn: str | None = wire()
    delivered_at: datetime | None = wire()
    body_text: str | None = wire()
    origin_token: str | None = wire()
    sender_host_identity_urn: str | None = wire()
    sender_first_name: str | None = wire()
    sender_last_name: str | None = wire()
    sender_headline: str | None = wire()
    sender_profile_url: str | None = wire()
    sender_public_identifier: str | None = wire()
    sender_profile_picture_url: str | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this message is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "urn", self.backend_urn


@attrs.frozen(kw_only=True, repr=False)
class Conversation(Model):
    """A conversation on LinkedIn.

    Lix API, operation list_conversations.

    Attributes:
        backend_urn: LinkedIn's own id of the conversation.
        conversation_urn: Id of the conversation, as requests take it.
        title: Title as displayed.
        created_at: When it began, in UTC.
        last_activity_at: When something happened last, in UTC.
        unread_count: Messages not read yet.
        read: Whether all is read.
        group_chat: Whether more than two take part.
        conversation_url: Address of the conversation.
        participants: Who takes part.
        last_message: The latest message, with the sender's names only.
    """

    backend_urn: str | None = wire()
    conversation_urn: str | None = wire()
    title: str | None = wire()
    created_at: datetime | None = wire()
    last_activity_at: datetime | None = wire()
    unread_count: int | None = wire()
    read: bool | None = wire()
    group_chat: bool | None = wire()
    conversation_url: str | None = wire()
    participants: tuple[Participant, ...] = wire(default=())
    last_message: Message | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this conversation is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "urn", self.conversation_urn
        yield "urn", self.backend_urn


@attrs.frozen(kw_only=True, repr=False)
class SalesMessage(Model):
    """One message of a thread in Sales Navigator.

    Lix API, operation list_sales_message_threads (``messages``).

    Attributes:
        id: Id of the message; opaque.
        type: Kind of message, such as INMAIL.
        body: The text.
        delivered_at: When it was delivered, in UTC.
    """

    id: str | None = wire()
    type: str | None = wire()
    body: str | None = wire()
    delivered_at: datetime | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class SalesProfile(Model):
    """A person named beside the threads of Sales Navigator.

    Lix API, operation list_sales_message_threads (``included``).

    Attributes:
        first_name: First name.
        last_name: Last name.
        full_name: Full name.
        object_urn: LinkedIn's own id; not the one that threads name their participants by.
    """

    first_name: str | None = wire()
    last_name: str | None = wire()
    full_name: str | None = wire()
    object_urn: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class SalesThread(Model):
    """A thread of messages in Sales Navigator.

    Lix API, operations list_sales_message_threads, get_sales_message_thread and send_sales_message.

    Attributes:
        id: Id of the thread, as requests take it; opaque.
        entity_urn: LinkedIn's own id; only bodies of July 2026 have it.
        next_page_starts_at: Where the page after this thread begins, in unix milliseconds, as requests take it.
        total_message_count: Messages in the whole thread.
        unread_message_count: Messages not read yet.
        archived: Whether the thread is archived.
        messages: The latest messages; how many depends on the request.
        participants: LinkedIn's ids of who takes part.
        people: The people named beside the thread or beside its page; nothing joins them to ``participants``.
    """

    id: str | None = wire()
    entity_urn: str | None = wire()
    next_page_starts_at: int | None = wire()
    total_message_count: int | None = wire()
    unread_message_count: int | None = wire()
    archived: bool | None = wire()
    messages: tuple[SalesMessage, ...] = wire(default=())
    participants: tuple[str, ...] = wire(default=())
    people: tuple[SalesProfile, ...] = wire("included", default=())

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this thread is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "thread", self.id
