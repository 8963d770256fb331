"""Answers about conversations and messages, of LinkedIn and of Sales Navigator."""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import OLD_ENVELOPES, child, opened, unwrapped
from lixasync.codec.listing import Listing
from lixasync.models import Conversation, Message, Model, SalesProfile, SalesThread

__all__ = ["conversations", "message", "messages", "sales_thread", "sales_threads"]

M = TypeVar("M", bound=Model)


def conversations(decoder: Decoder, data: Any) -> Listing[Conversation]:
    """Read a page of conversations; the sequence id beside them is what the next page is asked for with.

    Lix API, operation list_conversations.

    Raises:
        UnknownShapeError: no list of conversations can be found.
    """
    return _continued(decoder, data, decoder.listing(data, Conversation, items_key="conversations"))


def messages(decoder: Decoder, data: Any) -> Listing[Message]:
    """Read a page of messages; the sequence id beside them is what the next page is asked for with.

    Lix API, operation list_messages.

    Raises:
        UnknownShapeError: no list of messages can be found.
    """
    return _continued(decoder, data, decoder.listing(data, Message, items_key="messages"))


def message(decoder: Decoder, data: Any) -> Message:
    """Read the message that was sent, within ``message`` or bare.

    Lix API, operation send_message.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    return attrs.evolve(decoder.model(opened(data, "message", decoder.drift, "Message"), Message), raw=data)


def sales_threads(decoder: Decoder, data: Any) -> Listing[SalesThread]:
    """Read a page of threads; each gets the people named beside them.

    Lix API, operation list_sales_message_threads.

    Raises:
        UnknownShapeError: no list of threads can be found.
    """
    listing = decoder.listing(
        data,
        SalesThread,
        items_key="elements",
        envelopes=("data", *OLD_ENVELOPES),
        beside=("included", "entityUrn"),
    )
    included = child(unwrapped(data), "included")
    people = decoder.value(included, tuple[SalesProfile, ...], model="Listing[SalesThread]", name="included")
    if not people:
        return listing
    return attrs.evolve(
        listing, items=tuple(attrs.evolve(thread, people=thread.people or people) for thread in listing.items)
    )


def sales_thread(decoder: Decoder, data: Any) -> SalesThread:
    """Read one thread, within ``data`` or bare, with the people named beside it.

    Lix API, operations get_sales_message_thread and send_sales_message.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    return attrs.evolve(decoder.model(opened(data, "data", decoder.drift, "SalesThread"), SalesThread), raw=data)


def _continued(decoder: Decoder, data: Any, listing: Listing[M]) -> Listing[M]:
    """Return a page with its continuation: the sequence id at the root; one under ``meta`` has another purpose."""
    token = decoder.value(child(unwrapped(data), "sequenceId"), str, model="Listing", name="sequenceId")
    return attrs.evolve(listing, next_token=listing.next_token or token)
