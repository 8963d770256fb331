"""Documents of LinkedIn's v1 API to people, facets and refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.document import Document
from lixasync.codec.names import find
from lixasync.codec.scalars import is_nothing
from lixasync.codec.veil import safe_excerpt, veil
from lixasync.errors import UnknownShapeError
from lixasync.models import Facet, Member
from lixasync.models.base import wire_names
from lixasync.models.presence import asked_below

__all__ = ["MemberListing", "Refusal", "member", "members", "refusal"]

_ROOTS_OF_LISTS = frozenset({"connections", "people"})
_ROOT_OF_SEARCHES = "peopleSearch"
_SEARCH = ("people", "numResults", "facets")
_LIST = ("values", "_total")
_HINT = "`await linkedin.request(...)` gives the answer as it came."


@attrs.frozen(kw_only=True)
class MemberListing:
    """One page of people.

    LinkedIn v1, section Responses.

    Attributes:
        items: The people on the page, in the server's order. Their number is what to go by.
        total: Size of the whole list; of a search, how many can be fetched. None when not sent, like all below.
        count: How many are on the page, as the server says; it has been wrong.
        start: Index of the first, from 0. Absent, with ``count``, when the page is everything.
        num_results: How many a search found; may be far above ``total``.
        facets: The same counted by place, industry and the like, when asked for.
    """

    items: tuple[Member, ...] = ()
    total: int | None = None
    count: int | None = None
    start: int | None = None
    num_results: int | None = None
    facets: tuple[Facet, ...] = ()


@attrs.frozen(kw_only=True)
class Refusal:
    """What the server says went wrong.

    LinkedIn v1, section Errors.

    Attributes:
        status: Status in the body; the one of HTTP may be another.
        code: The server's error code as it was sent: "0000" and "0" tell nothing.
        message: Text for people; what cases can be told apart by.
        request_id: The server's id for the answer; bodies of 2009 have none.
        timestamp: The server's time, in UTC.
    """

    status: int | None = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    timestamp: datetime | None = None


def member(decoder: Decoder, document: Document, asked: frozenset[str] | None = None) -> Member:
    """Read one person.

    LinkedIn v1, section Responses. The visibility tokens in the document's data become secrets, in place.

    Args:
        decoder: Reads the parts, and counts what it did not expect.
        document: The answer.
        asked: Paths of the fields the request asked for, such as "location.country.code"; None when not known.

    Raises:
        UnknownShapeError: The document is no person.
    """
    data = {} if document.root == "person" and is_nothing(document.data) else document.data
    is_person = document.root == "person" if document.root else isinstance(data, dict) and _has_fields(data)
    if not is_person or not isinstance(data, dict):
        raise _unknown("person", document)
    veil(data)
    person = decoder.model(data, Member)
    _note_asked(person, asked)
    return person


def members(decoder: Decoder, document: Document, asked: frozenset[str] | None = None) -> MemberListing:
    """Read one page of people: connections, a search of either generation, or several asked for at once.

    LinkedIn v1, section Responses. The visibility tokens in the document's data become secrets, in place.

    Args:
        decoder: Reads the parts, and counts what it did not expect.
        document: The answer.
        asked: Paths of the fields the request asked for of each person; None when not known.

    Raises:
        UnknownShapeError: The document is no page of people.
    """
    data = document.data
    if document.root is None:
        is_search, is_list = _has_any(data, _SEARCH), _has_any(data, _LIST)
    else:
        is_search, is_list = document.root == _ROOT_OF_SEARCHES, document.root in _ROOTS_OF_LISTS
    if not is_search and not is_list:
        raise _unknown("page of people", document)
    veil(data)
    search = _object(data, document) if is_search else {}
    _note_unknown(decoder, "MemberSearch", search, _SEARCH)
    people = _object(_get(data, "people") if is_search else data, document)
    _note_unknown(decoder, "MemberListing", people, (*_LIST, "_count", "_start"))
    items: tuple[Member, ...] = decoder.value(
        _values(people, document), tuple[Member, ...], model="MemberListing", name="values"
    )
    for person in items:
        _note_asked(person, asked)

    def whole(name: str, place: dict[str, Any] = people) -> Any:
        return decoder.value(_get(place, name), int, model="MemberListing", name=name)

    facets = decoder.value(_get(search, "facets"), tuple[Facet, ...], model="MemberSearch", name="facets")
    return MemberListing(
        items=items,
        total=whole("_total"),
        count=whole("_count"),
        start=whole("_start"),
        num_results=whole("numResults", search),
        facets=facets or (),
    )


def refusal(document: Document) -> Refusal | None:
    """Read a document as a refusal, whatever the status it came with; None when it is none.

    LinkedIn v1, section Errors.
    """
    data = document.data
    if document.root is None:
        if not isinstance(data, dict) or not (_has_any(data, ("errorCode",)) or _is_error(data)):
            return None
    elif document.root != "error":
        return None
    decoder = Decoder()

    def read(name: str, kind: Any) -> Any:
        return decoder.value(_get(data, name), kind, model="Refusal", name=name)

    return Refusal(
        status=read("status", int),
        code=read("errorCode", str),
        message=read("message", str),
        request_id=read("requestId", str),
        timestamp=read("timestamp", datetime),
    )


def _is_error(data: dict[str, Any]) -> bool:
    """Tell whether an object without an error code is an error: it has a message, and a status that says so."""
    status = _get(data, "status")
    return (
        _get(data, "message") is not None and str(status).isdecimal() and len(str(status)) == 3 and int(status) >= 400
    )


def _has_any(data: Any, names: tuple[str, ...]) -> bool:
    return isinstance(data, dict) and any(find(data, name) is not None for name in names)


def _has_fields(data: dict[str, Any]) -> bool:
    """Tell whether an object has any field of a person."""
    return any(_has_any(data, names) for names in wire_names(Member).values())


def _get(data: Any, name: str) -> Any:
    """Return what stands under a name, in any case; None when nothing does."""
    key = find(data, name) if isinstance(data, dict) else None
    return None if key is None else data[key]


def _object(data: Any, document: Document) -> dict[str, Any]:
    """Return what should be an object; an empty one stands for nothing, and a list for the values of one."""
    if is_nothing(data):
        return {}
    if isinstance(data, list):
        return {"values": data}
    if not isinstance(data, dict):
        raise _unknown("page of people", document)
    return data


def _values(people: dict[str, Any], document: Document) -> list[Any]:
    values = _get(people, "values")
    if is_nothing(values):
        return []
    if not isinstance(values, list):
        raise _unknown("page of people", document)
    return values


def _note_unknown(decoder: Decoder, model: str, data: dict[str, Any], names: tuple[str, ...]) -> None:
    known = {find(data, name) for name in names}
    for key in data:
        if key not in known:
            decoder.drift.unknown_field(model, key)


def _note_asked(person: Member, asked: frozenset[str] | None) -> None:
    """Tell a person, and the people within, which of their fields the request asked for."""
    if asked is None:
        return
    # a member is immutable for those it is handed to; here it is still being made
    object.__setattr__(person, "asked", asked)
    relation = person.relation_to_viewer
    for path, group in (
        ("relation-to-viewer.related-connections", relation.related_connections if relation else None),
        ("connections", person.connections),
    ):
        for inner in group.people if group else ():
            _note_asked(inner, asked_below(path, asked))


def _unknown(wanted: str, document: Document) -> UnknownShapeError:
    data = document.data
    keys = ", ".join(map(repr, data))[:200] if isinstance(data, dict) else type(data).__name__
    found = f"an element {document.root!r}" if document.root else f"an object with {keys or 'nothing in it'}"
    return UnknownShapeError(f"The answer is no {wanted}, but {found}.", body=safe_excerpt(data), hint=_HINT)
