"""Errors in the forms LinkedIn's v1 API gave them."""

from __future__ import annotations

import dataclasses

from lixasync.sandbox.replies import Reply

from .tree import Format, Style, document

MEDIA: dict[Format, str] = {"xml": "text/xml;charset=UTF-8", "json": "application/json;charset=UTF-8"}

THROTTLED = "Throttle limit for calls to this resource is reached."
BROKEN = "Internal API server error"
UNREADABLE = "Did not understand query"


class LinkedInError(Exception):
    """Carries a refusal out of the checks.

    Args:
        status: The HTTP status.
        message: The error's message.
        headers: Headers to add.
    """

    def __init__(self, status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What an error looks like, beside its status and message.

    Attributes:
        format: XML or JSON.
        old: Whether in the form of 2009, with four zeros and without a request id.
        request: The request's id.
        time: When, in unix milliseconds.
    """

    format: Format
    old: bool
    request: str
    time: int

    def headers(self) -> tuple[tuple[str, str], ...]:
        """List the headers that every answer has."""
        return (("x-li-request-id", self.request), ("x-li-format", self.format))

    def error(
        self, status: int, message: str, headers: tuple[tuple[str, str], ...] = (), *, http_status: int | None = None
    ) -> Reply:
        """Build an error answer.

        Args:
            status: The status the body tells.
            message: The message.
            headers: Headers to add.
            http_status: The HTTP status, when it is another.
        """
        fields: dict[str, object] = {"status": status, "timestamp": self.time}
        if not self.old:
            fields["request-id"] = self.request
        code: object = "0000" if self.old else 0
        fields |= {"error-code": code, "message": message}
        return Reply(
            status=http_status or status,
            body=document("error", fields, Style(self.format)),
            headers=(*self.headers(), *headers),
            media=MEDIA[self.format],
        )
