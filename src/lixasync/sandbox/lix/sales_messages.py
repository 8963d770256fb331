"""What the endpoints of Sales Navigator's messages answer."""

from __future__ import annotations

import base64
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply, digest, encode

from .call import Call, Routes, text
from .profiles import name_of, passer_by

_NEWEST_MS = 1_783_442_049_094
_MOST_AT_ONCE = 100
_MAX_SUBJECT = 200
_MAX_RECIPIENTS = 50


def thread_id(call: Call, viewer: str, number: int) -> str:
    """Make the id of a viewer's thread at a number, the newest first."""
    proof = digest(call.settings.seed, "thread", viewer, number)[:32]
    return "2-" + base64.b64encode(f"{proof}_1".encode()).decode()


def _partner(call: Call, viewer: str, number: int) -> dict[str, str]:
    return passer_by(call, int(digest(call.settings.seed, "sales", viewer)[:6], 16), number)


def _last_at(number: int) -> int:
    """Say when the last message of a thread was delivered, in unix milliseconds; the newest threads come first."""
    return _NEWEST_MS - number * 9_876_543


def _message(ident: str, body: str, delivered: int) -> dict[str, Any]:
    return {"id": ident, "type": "INMAIL", "body": body, "deliveredAt": delivered}


def _message_id(*parts: object) -> str:
    return "2-" + base64.b64encode(digest(*parts)[:44].encode()).decode()


def _messages(call: Call, viewer: str, number: int, most: int) -> list[dict[str, Any]]:
    """Describe the newest messages of a thread, the newest first."""
    seed = call.settings.seed
    return [
        _message(
            _message_id(seed, "inmail", viewer, number, message),
            people.prose(seed, 2, 40, "inmail", viewer, number, message),
            _last_at(number) - message * 432_100,
        )
        for message in range(min(most, _length(number)))
    ]


def _length(number: int) -> int:
    return 1 + number % 14


def _thread(call: Call, viewer: str, number: int, most: int) -> dict[str, Any]:
    partner = _partner(call, viewer, number)
    return {
        "id": thread_id(call, viewer, number),
        "totalMessageCount": _length(number),
        "unreadMessageCount": int(number % 5 == 0),
        "archived": False,
        "messages": _messages(call, viewer, number, most),
        "participants": [f"urn:li:fs_salesProfile:({partner['liId']},NAME_SEARCH,{digest(partner['liId'])[:4]})"],
    }


def _included(call: Call, viewer: str, numbers: range) -> list[dict[str, Any]]:
    found = [_partner(call, viewer, number) for number in numbers]
    return [
        {
            "firstName": who["firstName"],
            "lastName": who["lastName"],
            "fullName": name_of(who),
            "objectUrn": f"urn:li:member:{int(digest(who['liId'])[:8], 16)}",
        }
        for who in found
    ]


def list_sales_message_threads(call: Call) -> Reply:
    """GET /v1/li/sales/messages/threads; every thread says where the threads behind it begin."""
    viewer = str(call.viewer(call.query.get("viewer_id"), required=True))
    if call.query.get("filter", "").strip() not in ("", "INBOX"):
        raise RefusedError(400, "params_invalid", "filter must be INBOX")
    count = min(call.number("count", 20, 1), _MOST_AT_ONCE)
    before = call.number("page_starts_at", _NEWEST_MS, 0, digits=13)
    call.afford()
    asked = sum(_last_at(number) > before for number in range(call.settings.sales_threads))
    first, _ = call.rows(asked, count)
    numbers = range(call.settings.sales_threads)[first : first + count]
    elements = [_thread(call, viewer, number, 1) | {"nextPageStartsAt": _last_at(number) - 1} for number in numbers]
    urn = f"urn:li:collectionResponse:{_message_id(viewer, first, count)[2:]}"
    body = {"data": {"entityUrn": urn, "elements": elements}, "included": _included(call, viewer, numbers)}
    return Reply(status=200, body=encode(body), credits=1, page=True)


def get_sales_message_thread(call: Call) -> Reply:
    """GET /v1/li/sales/messages/threads/{thread_id}."""
    viewer = str(call.viewer(call.query.get("viewer_id"), required=True))
    call.number("count", 1, 1)
    most = call.number("message_count", 10, 1)
    number = _number_of(call, viewer, call.path_params["thread_id"])
    if number is None:
        raise RefusedError(404, "not_found", "thread not found")
    call.afford()
    body = {
        "data": _thread(call, viewer, number, most),
        "included": _included(call, viewer, range(number, number + 1)),
    }
    return Reply(status=200, body=encode(body), credits=1)


def _number_of(call: Call, viewer: str, ident: str) -> int | None:
    threads = range(call.settings.sales_threads)
    return next((number for number in threads if thread_id(call, viewer, number) == ident), None)


def _to_whom(call: Call, data: dict[str, Any], viewer: str) -> tuple[str, int]:
    """Check whom a message is for.

    Returns:
        The id of its thread, a new one for new recipients, and how many messages that holds.
    """
    recipients = data.get("recipients")
    if bool(data.get("thread_id")) == bool(recipients):
        raise RefusedError(400, "params_invalid", "exactly one of thread_id and recipients is required")
    text(data.get("subject") or "", "subject", _MAX_SUBJECT)
    if not recipients:
        ident = text(data["thread_id"], "thread_id", 1000)
        number = _number_of(call, viewer, ident)
        return ident, 0 if number is None else _length(number)
    if not isinstance(recipients, list) or len(recipients) > _MAX_RECIPIENTS:
        raise RefusedError(400, "params_invalid", f"recipients must be a list of at most {_MAX_RECIPIENTS}")
    for recipient in recipients:
        text(recipient, "each of the recipients", 1000)
    if not data.get("subject"):
        raise RefusedError(400, "params_invalid", "subject is required for new recipients")
    return thread_id(call, viewer, -1 - len(call.ledger.sales_messages)), 0


def send_sales_message(call: Call) -> Reply:
    """POST /v1/li/sales/messages."""
    data = call.json()
    body = text(data.get("body"), "body", call.settings.max_message)
    if not body:
        raise RefusedError(400, "params_invalid", "body is required")
    if not isinstance(data.get("copy_to_crm", False), bool):
        raise RefusedError(400, "params_invalid", "copy_to_crm must be true or false")
    viewer = str(call.viewer(call.query.get("viewer_id"), required=True))
    ident, length = _to_whom(call, data, viewer)
    call.afford()
    call.ledger.sales_messages.append(body)
    number = len(call.ledger.sales_messages)
    sent = _message(_message_id(call.settings.seed, "sent", number), body, _NEWEST_MS + number * 1000)
    thread = {"id": ident, "totalMessageCount": length + 1, "unreadMessageCount": 0, "messages": [sent]}
    return Reply(status=200, body=encode({"data": thread, "included": []}), credits=1)


ROUTES: Routes = {
    ("GET", "/v1/li/sales/messages/threads"): list_sales_message_threads,
    ("GET", "/v1/li/sales/messages/threads/{thread_id}"): get_sales_message_thread,
    ("POST", "/v1/li/sales/messages"): send_sales_message,
}
