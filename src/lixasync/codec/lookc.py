"""Answers of LookC: matches for an e-mail address, employees, and requests that are answered later."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.envelope import child, unwrapped
from lixasync.codec.errors import ErrorBody, error_body
from lixasync.codec.listing import Listing
from lixasync.models import Employee, PersonByEmail

__all__ = ["AsyncStatus", "Webhook", "async_status", "employees", "person_by_email", "request_id", "webhook"]

_COMPLETE = "complete"
_PERSON_BY_EMAIL = "search.person.by-email"


@attrs.frozen(kw_only=True)
class AsyncStatus:
    """How far a request is that is answered later.

    Lix API, operation get_async_request.

    Attributes:
        status: What the server says; only "complete" is documented.
        data: The body the request would have been answered with at once; None while there is none.
        error: What went wrong; None when nothing did.
    """

    status: str | None = None
    data: Any = attrs.field(default=None, repr=False)
    error: ErrorBody | None = None

    @property
    def pending(self) -> bool:
        """Whether there is neither an answer yet nor a refusal."""
        return self.data is None and self.error is None and (self.status or "").casefold() != _COMPLETE


@attrs.frozen(kw_only=True)
class Webhook:
    """What LookC calls back with once a request is answered. Nothing in it proves that LookC sent it.

    Lix API, section LookC API.

    Attributes:
        type: Which operation was asked, such as ``search.person.by-email``.
        data: Its body, as received.
        person_by_email: Its body, read, when it is of that operation.
    """

    type: str | None = None
    data: Any = attrs.field(default=None, repr=False)
    person_by_email: PersonByEmail | None = None


def person_by_email(decoder: Decoder, data: Any) -> PersonByEmail:
    """Read who an e-mail address may belong to.

    Lix API, operation find_person_by_email.

    Raises:
        UnknownShapeError: ``data`` is not a JSON object.
    """
    return decoder.model(data, PersonByEmail)


def employees(decoder: Decoder, data: Any) -> Listing[Employee]:
    """Read a page of employees; ``next_token`` is the ``after`` value of the next page, None on the last.

    Lix API, operation list_organisation_employees.

    Raises:
        UnknownShapeError: no list of employees can be found.
    """
    listing = decoder.listing(data, Employee, items_key="employees", alternatives=("data",), beside=("pagination",))
    return attrs.evolve(listing, next_token=_after(decoder, unwrapped(data)))


def request_id(data: Any) -> str | None:
    """Return the id to ask for the answer with later; None when the body is the answer itself.

    Lix API, section LookC API: where the id stands is not documented.
    """
    return _text(data, "requestId")


def async_status(data: Any) -> AsyncStatus:
    """Read how far a request is.

    Lix API, operation get_async_request.
    """
    body = unwrapped(data)
    return AsyncStatus(
        status=_text(body, "status"),
        data=child(body, "data"),
        error=error_body(body),
    )


def webhook(decoder: Decoder, data: Any) -> Webhook:
    """Read what LookC calls back with.

    Lix API, section LookC API.

    Raises:
        UnknownShapeError: the answer within is not a JSON object, though it is one of find_person_by_email.
    """
    body = unwrapped(data)
    kind, inner = _text(body, "type"), child(body, "data")
    return Webhook(
        type=kind, data=inner, person_by_email=person_by_email(decoder, inner) if kind == _PERSON_BY_EMAIL else None
    )


def _text(body: Any, name: str) -> str | None:
    text: str | None = Decoder().value(child(body, name), str, model="AsyncStatus", name=name)
    return text


def _after(decoder: Decoder, body: Any) -> str | None:
    """Return where the next page begins, out of the link to it or out of the paging of one older form."""
    pagination = child(body, "pagination")
    if pagination is not None:
        more = decoder.value(child(pagination, "hasMore"), bool, model="Paging", name="hasMore")
        after: str | None = decoder.value(child(pagination, "after"), str, model="Paging", name="after")
        return None if more is False else after
    link = child(child(child(body, "paging"), "_links"), "next")
    if link is None:
        return None
    values = parse_qs(urlsplit(link).query).get("after") if isinstance(link, str) else None
    if not values:
        decoder.drift.mismatch("Paging", "_links.next")
        return None
    return values[0]
