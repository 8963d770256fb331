"""Bodies of today's shape to pages, without the way through plain data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_type_hints

import msgspec

from lixasync.codec.twins import SPELLINGS, Spelling, model_in, twin_of
from lixasync.models import Model
from lixasync.models.base import wire_names

__all__ = ["read_page"]

_Read = Callable[[bytes], tuple[Any, tuple[Any, ...]] | None]

_BESIDE = (
    *("paging", "meta", "sequenceId", "traceId"),
    *("paginationToken", "syncToken", "dateObserved", "lastUpdated"),
)
"""What may stand beside the items of a page, as it is documented. No ``error``: a refusal is no page."""
_ITEMS = "items"
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")
"""How msgspec tells of a name that it does not know."""


def read_page(
    body: bytes, cls: Any, items_key: str, envelope: str | None, beside: tuple[str, ...]
) -> tuple[Any, tuple[Any, ...]] | None:
    """Return a page without its items, as plain data, and the items; None when the body is not of today's shape.

    Args:
        body: The answer.
        cls: Model of the items, a type.
        items_key: Key of the items, as documented.
        envelope: Object the page is in, as documented; None when it is in none.
        beside: Keys that this kind of page has besides the usual ones.
    """
    shape = (cls, items_key, envelope, beside)
    usual, *others = SPELLINGS
    try:
        return _reader(*shape, usual)(body)
    except msgspec.ValidationError as error:
        field = _UNKNOWN_FIELD.search(str(error))
    except (ValueError, RecursionError):
        return None
    if field is not None:
        for spelling in others:
            if field[1] in _telling(*shape, spelling):
                try:
                    return _reader(*shape, spelling)(body)
                except (ValueError, RecursionError):
                    return None
    return None


@cache
def _telling(
    cls: Any, items_key: str, envelope: str | None, beside: tuple[str, ...], spelling: Spelling
) -> frozenset[str]:
    """Return the names that tell one spelling from the usual one."""
    names = {items_key, *_BESIDE, *beside, *_names(cls, set())}
    if envelope is not None:
        names.add(envelope)
    return frozenset(map(spelling, names)) - names


def _names(cls: type[Model], seen: set[type[Model]]) -> Iterator[str]:
    """Return the documented names of a model's fields, and of those of all models in it."""
    seen.add(cls)
    hints = get_type_hints(cls)
    for attribute, (name, *_) in wire_names(cls).items():
        yield name
        inner = model_in(hints[attribute])
        if inner is not None and inner not in seen:
            yield from _names(inner, seen)


@cache
def _reader(cls: Any, items_key: str, envelope: str | None, beside: tuple[str, ...], spelling: Spelling) -> _Read:
    """Return what reads the bodies of one kind of page that are spelled in one way."""
    twin = twin_of(cls, spelling)
    if twin is None:
        return _nothing
    names = {_ITEMS: spelling(items_key), **{name: spelling(name) for name in (*_BESIDE, *beside)}}
    page = _struct({_ITEMS: list[twin.struct]}, names)  # type: ignore[name-defined] # made at run time
    outer = page
    if envelope is not None:
        outer = _struct({envelope: page}, {name: spelling(name) for name in (envelope, *_BESIDE)})
    decode, make = msgspec.json.Decoder(outer).decode, twin.make

    def read(body: bytes) -> tuple[Any, tuple[Any, ...]]:
        whole = decode(body)
        inner = whole if envelope is None else getattr(whole, envelope)
        items = tuple([make(struct) for struct in getattr(inner, _ITEMS)])
        setattr(inner, _ITEMS, [])
        return msgspec.to_builtins(whole), items

    return read


def _nothing(_: bytes) -> None:
    """Read nothing: the models have no twins."""


def _struct(required: dict[str, Any], names: dict[str, str]) -> Any:
    """Return a type with some fields of a kind, and others that may have anything or be left out."""
    others = [(name, Any, msgspec.UNSET) for name in names if name not in required]
    return msgspec.defstruct("Page", [*required.items(), *others], rename=names, forbid_unknown_fields=True)
