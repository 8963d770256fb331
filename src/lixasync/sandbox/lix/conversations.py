"""What the endpoints of conversations and messages answer."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from . import tokens
from .call import Call, Routes, text
from .profiles import headline, name_of, named, passer_by

MESSAGES_PAGE = 20

_SENT_MS = 1_784_478_668_446
_MOST_AT_ONCE = 100
_URN = re.compile(r"urn:li:msg_conversation:\((?:.*,)?([^(),]+)\)")


def conversation_id(call: Call, viewer: str, number: int) -> str:
    """Make the id of a viewer's conversation at a number, the newest first."""
    proof = digest(call.settings.seed, "conversation", viewer, number)[:16]
    return "2-" + base64.b64encode(f"{number}:{proof}".encode()).decode()


def _conversation_urn(viewer: str, conversation: str) -> str:
    return f"urn:li:msg_conversation:(urn:li:fsd_profile:{viewer},{conversation})"


def _partner(call: Call, viewer: str, number: int) -> dict[str, str]:
    return passer_by(call, int(digest(call.settings.seed, viewer)[:6], 16), number)


def _last_at(number: int) -> int:
    """Say when the last message of a conversation was delivered, in unix milliseconds."""
    return _SENT_MS - number * 7_412_345


def _delivered(number: int, message: int) -> int:
    return _last_at(number) - message * 311_000


def _participant(call: Call, who: dict[str, str], ident: str) -> dict[str, Any]:
    return {
        "hostIdentityUrn": f"urn:li:fsd_profile:{ident}",
        "firstName": who["firstName"],
        "lastName": who["lastName"],
        "headline": headline(call, who),
        "profileUrl": who["link"],
        "publicIdentifier": who["publicIdentifier"],
        "profilePictureUrl": people.picture(call.settings.seed, who["publicIdentifier"]),
    }


def _message(call: Call, viewer: str, number: int, message: int, *, brief: bool) -> dict[str, Any]:
    """Describe a message: how many came after it says which; every third is the viewer's own."""
    seed = call.settings.seed
    conversation = conversation_id(call, viewer, number)
    token = digest(seed, "message", viewer, number, message)
    who, ident = _partner(call, viewer, number), ""
    if message % 3 == 2:
        who, ident = people.identity(seed, "viewer", call.settings.viewer_ids.index(viewer)), viewer
    sender = _participant(call, who, ident or who["liId"])
    body: dict[str, Any] = {
        "backendUrn": f"urn:li:messagingMessage:2-{token[:24]}",
        "conversationUrn": _conversation_urn(viewer, conversation),
        "deliveredAt": str(_delivered(number, message)),
        "bodyText": people.prose(seed, 2, 40, "message", viewer, number, message),
        "originToken": f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:32]}",
        "senderHostIdentityUrn": sender["hostIdentityUrn"],
        "senderFirstName": sender["firstName"],
        "senderLastName": sender["lastName"],
    }
    if brief:
        return body
    return body | {
        "backendConversationUrn": f"urn:li:messagingThread:{conversation}",
        "senderHeadline": sender["headline"],
        "senderProfileUrl": sender["profileUrl"],
        "senderPublicIdentifier": sender["publicIdentifier"],
        "senderProfilePictureUrl": sender["profilePictureUrl"],
    }


def _conversation(call: Call, viewer: str, number: int) -> dict[str, Any]:
    who = _partner(call, viewer, number)
    ident = conversation_id(call, viewer, number)
    own = people.identity(call.settings.seed, "viewer", call.settings.viewer_ids.index(viewer))
    unread = number % 4 if number % 3 == 0 else 0
    body: dict[str, Any] = {
        "backendUrn": f"urn:li:messagingThread:{ident}",
        "conversationUrn": _conversation_urn(viewer, ident),
        "title": name_of(who),
        "createdAt": str(_delivered(number, call.settings.messages) - 1),
        "lastActivityAt": str(_last_at(number)),
        "unreadCount": unread,
        "read": unread == 0,
        "groupChat": False,
        "conversationUrl": f"https://www.linkedin.com/messaging/thread/{ident}/",
        "participants": [_participant(call, own, viewer), _participant(call, who, who["liId"])],
    }
    if call.settings.messages:
        body["lastMessage"] = _message(call, viewer, number, 0, brief=True)
    return body


def list_conversations(call: Call) -> Reply:
    """GET /v1/li/conversations."""
    count = min(call.number("count", 20, 1), _MOST_AT_ONCE)
    viewer = str(call.viewer(call.query.get("viewer_id"), required=True))
    scope = ("conversations", viewer)
    asked = tokens.read(call, "sequence_id", *scope) or 0
    call.afford()
    first, _ = call.rows(asked, count)
    total = call.settings.conversations
    body: dict[str, Any] = {
        "conversations": [_conversation(call, viewer, number) for number in range(total)[first : first + count]]
    }
    token = tokens.after(call, asked, count, total, scope)
    if token is not None:
        body["sequenceId"] = token
    return Reply(status=200, body=encode(body), credits=1, page=True)


def _which(call: Call, viewer: str) -> tuple[str, int]:
    """Find the conversation that is asked about.

    Returns:
        Its id and its number.
    """
    if named(call, "conversation_id", "conversation_urn") == "conversation_id":
        ident = call.require("conversation_id")
    else:
        found = _URN.fullmatch(call.require("conversation_urn"))
        if found is None:
            raise RefusedError(400, "params_invalid", "conversation_urn must be the URN of a conversation")
        ident = found[1]
    try:
        number = int(base64.b64decode(ident.removeprefix("2-").encode()).decode().partition(":")[0])
    except (ValueError, binascii.Error):
        number = -1
    if not (0 <= number < call.settings.conversations) or ident != conversation_id(call, viewer, number):
        raise RefusedError(404, "not_found", "conversation not found")
    return ident, number


def _window(call: Call, number: int) -> range:
    """Choose the messages around a moment: so many older ones, so many newer ones, and those of the moment itself."""
    anchor = call.number("delivered_at", 0, 0, digits=13)
    before, behind = call.number("count_before", 0, 0), call.number("count_after", 0, 0)
    moments = [_delivered(number, message) for message in range(call.settings.messages)]  # the newest come first
    newer = sum(moment > anchor for moment in moments)
    reached = sum(moment >= anchor for moment in moments)
    return range(len(moments))[max(0, newer - behind) : reached + before]


def list_messages(call: Call) -> Reply:
    """GET /v1/li/messages: pages by sequence_id, or the messages around delivered_at; the newest come first."""
    viewer = str(call.viewer(call.query.get("viewer_id"), required=True))
    ident, number = _which(call, viewer)
    scope = ("messages", viewer, ident)
    asked = tokens.read(call, "sequence_id", *scope) or 0
    total = call.settings.messages
    window = _window(call, number) if call.query.get("delivered_at") else None
    call.afford()
    first, _ = call.rows(asked, MESSAGES_PAGE)
    rows = range(total)[first : first + MESSAGES_PAGE] if window is None else window
    body: dict[str, Any] = {"messages": [_message(call, viewer, number, message, brief=False) for message in rows]}
    token = None if window is not None else tokens.after(call, asked, MESSAGES_PAGE, total, scope)
    if token is not None:
        body["sequenceId"] = token
    return Reply(status=200, body=encode(body), credits=1, page=True)


def send_message(call: Call) -> Reply:
    """POST /v1/li/messages."""
    data = call.json()
    body = text(data.get("body"), "body", call.settings.max_message)
    if not body:
        raise RefusedError(400, "params_invalid", "body is required")
    if bool(data.get("conversation_id")) == bool(data.get("conversation_urn")):
        raise RefusedError(400, "params_invalid", "exactly one of conversation_id and conversation_urn is required")
    conversation = text(data.get("conversation_id") or data.get("conversation_urn"), "conversation_id", 1000)
    viewer = call.viewer(call.query.get("viewer_id"), required=True)
    call.afford()
    call.ledger.sends.append(body)
    number = len(call.ledger.sends)
    token = digest(call.settings.seed, "message", number)
    message = {
        "backendUrn": f"urn:li:messagingMessage:2-{token[:24]}",
        "conversationUrn": f"urn:li:msg_conversation:({conversation})",
        "backendConversationUrn": f"urn:li:messagingThread:{conversation}",
        "deliveredAt": str(_SENT_MS + number * 1000),
        "bodyText": body,
        "originToken": f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:32]}",
        "senderHostIdentityUrn": f"urn:li:fsd_profile:{viewer}",
    }
    return Reply(status=200, body=encode({"message": message}), credits=1)


ROUTES: Routes = {
    ("GET", "/v1/li/conversations"): list_conversations,
    ("GET", "/v1/li/messages"): list_messages,
    ("POST", "/v1/li/messages"): send_message,
}
