"""Answers before they are sent: the documented error form, and pages around prepared items."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

_ITEMS = "@@items@@"
_SLOT = json.dumps(_ITEMS).encode()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer.

    Attributes:
        status: The HTTP status.
        body: The body's bytes.
        headers: Headers beside Content-Type and Content-Length.
        media: The Content-Type.
        credits: Standard credits it costs.
        org_credits: Org credits it costs.
        email_credits: Email credits it costs.
        page: Whether it is a page of a list, which is wasteful to ask for twice.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    media: str = "application/json"
    credits: int = 0
    org_credits: int = 0
    email_credits: int = 0
    page: bool = False


class RefusedError(Exception):
    """Carries an error answer out of the checks of an endpoint.

    Args:
        status: The HTTP status.
        kind: The documented `error.type`.
        message: The documented `error.message`.
        headers: Headers to add.
    """

    def __init__(self, status: int, kind: str, message: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.headers = headers

    def reply(self, trace: str) -> Reply:
        """Build the answer.

        Args:
            trace: The `traceId` of the answer.
        """
        return error(self.status, self.kind, self.message, trace, self.headers)


def digest(*parts: object) -> str:
    """Derive 64 hexadecimal digits from the parts, the same ones on every machine."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def encode(value: Any) -> bytes:
    """Encode JSON as the service does: compact, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def error(status: int, kind: str, message: str, trace: str, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Build an error answer in the documented form."""
    body = encode({"error": {"type": kind, "message": message}, "traceId": trace})
    return Reply(status=status, body=body, headers=headers)


def page_bytes(
    items_key: str,
    items: Sequence[bytes],
    *,
    paging: Mapping[str, int],
    wrap: Sequence[str] = (),
    meta: Mapping[str, str] | None = None,
) -> bytes:
    """Build the body of a page around items that are bytes already.

    Args:
        items_key: The name of the list of items.
        items: The items, each of them JSON.
        paging: The `paging` object.
        wrap: Names of the envelopes, from the outermost inwards.
        meta: The `meta` object, which always stands beside the envelopes; None for none.
    """
    body: dict[str, Any] = {items_key: _ITEMS, "paging": dict(paging)}
    for name in reversed(wrap):
        body = {name: body}
    if meta is not None:
        body["meta"] = dict(meta)
    return encode(body).replace(_SLOT, b"[" + b",".join(items) + b"]", 1)
