"""Twins of the models: msgspec's types, which take an object only if it has today's shape, at the speed of C.

A twin knows the documented names alone, each with the kinds of values it has today. So whatever makes a difference to
the rules of decoding (an unknown or older name, an unexpected kind, a shape that asks for a change) makes it refuse the
object, which then is read by those rules. What a twin takes, they would read to an equal model, and count no drift.
"""

from __future__ import annotations

import re
import threading
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Annotated, Any, Literal, NewType, Union

import attrs
import msgspec

from lixasync.codec.construct import of_struct_and_raw_maker, of_struct_maker
from lixasync.codec.names import fold
from lixasync.codec.reshape import RESHAPES
from lixasync.codec.scalars import HOOKS, without_none
from lixasync.models.base import Model, known_values, later, quoted_at_length, wire_names

__all__ = ["SPELLINGS", "Spelling", "Twin", "model_in", "twin_of"]

Spelling = Callable[[str], str]

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def documented(name: str) -> str:
    """Return a wire name as it is documented."""
    return name


def snake(name: str) -> str:
    """Return a wire name in snake_case."""
    return _WORD.sub("_", name).lower()


def camel(name: str) -> str:
    """Return a wire name in camelCase."""
    first, *others = snake(name).split("_")
    return first + "".join(word.capitalize() for word in others)


SPELLINGS: tuple[Spelling, ...] = (documented, snake, camel)
"""How all names of an answer may be spelled, the usual way first. Names that mix them are read one by one."""

_NUMBERS = {str(number): number for number in (*range(1000), *range(1900, 2100))}
"""Counts and years, which are often quoted. They are looked up: a pattern takes many times as long."""

_Digits = Annotated[str, msgspec.Meta(pattern=r"\A(?:-?[0-9]{1,39})?\Z")]
_Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=253402300799999)]
# all of this is read without fail; a leap day is left to the rules
_Iso = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A(?:[0-9]{1,14}|(?:19|2[0-9])[0-9]{2}"
        r"-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
        r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|[+-][01][0-9]:[0-5][0-9])?)?\Z"
    ),
]


@cache
def _kinds() -> dict[Any, tuple[Any, str]]:
    """Return what a struct takes for a type of field, besides null, and what that is called."""
    # the name keeps Python from walking through all the numbers again for each field
    quoted = NewType("quoted", Literal[("", *_NUMBERS)])  # type: ignore[misc,valid-type] # made at run time
    return {
        str: (str, "text"),
        int: (Union[int, quoted], "whole"),  # noqa: UP007 - made at run time
        bool: (bool, "truth"),
        datetime: (Union[_Milliseconds, _Iso], "moment"),  # noqa: UP007 - made at run time
        tuple[str, ...]: (list[str], "texts"),
    }


@attrs.frozen
class Twin:
    """How objects of today's shape become models of one class.

    Attributes:
        struct: The type that takes them.
        names: Names of the fields it knows.
        make: Makes the model of a struct; its ``raw`` has the keys in the order of the model's attributes.
        make_with_raw: Makes the model of a struct and of the object as received.
    """

    struct: Any
    names: frozenset[str]
    make: Callable[[Any], Model]
    make_with_raw: Callable[[Any, Mapping[str, Any]], Model]


_TWINS: dict[tuple[type[Model], Spelling], Twin | None] = {}
_MAKERS: dict[type, Callable[[Any], Model]] = {}
_BUILDING = threading.RLock()
_RAW = later(Model, "raw").makers


def twin_of(cls: type[Model], spelling: Spelling = documented) -> Twin | None:
    """Return the twin of a model, made once per process; None when it has none. Safe to call from several threads.

    Fields in which a model holds others of its own class are left out, so the models bound how deep a twin goes.
    """
    with _BUILDING:
        key = (cls, spelling)
        if key not in _TWINS:
            _TWINS[key] = None  # as long as it is being made
            if not cls.keeps_empty_text:
                twin = _TWINS[key] = _made(cls, spelling)
                _MAKERS[twin.struct] = twin.make
        return _TWINS[key]


def _made(cls: type[Model], spelling: Spelling) -> Twin:
    hints = typing.get_type_hints(cls)
    fields: list[tuple[str, Any, Any]] = []
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    scope: dict[str, Any] = {"numbers": _NUMBERS, "partial": partial}
    reshape = RESHAPES.get(cls.__name__)
    for attribute, (name, *_) in wire_names(cls).items():
        if reshape is not None and fold(name) in reshape.signs:
            continue
        kind = without_none(hints[attribute])
        item = model_in(kind)
        inner = None if item is None else twin_of(item, spelling)
        if inner is not None:
            taken = _nested(cls, attribute, inner, scope, many=item is not kind)
            kinds[attribute] = "model" if item is kind else "models"
        elif kind in _kinds():
            taken, kinds[attribute] = _kinds()[kind]
            if known := known_values(cls, attribute):
                taken = Literal[("", *sorted(known))]
            elif quoted_at_length(cls, attribute):
                taken = Union[int, _Digits]  # noqa: UP007 - made at run time
            elif kind is datetime:
                later(cls, attribute).makers.update({int: _moment, str: _moment})
        else:
            continue
        fields.append((attribute, Union[taken, None, msgspec.UnsetType], msgspec.UNSET))  # noqa: UP007 - made at run time
        names[attribute] = spelling(name)
    # structs hold each other as a tree, and nothing else that could lead back to them: they need no garbage collection
    struct = msgspec.defstruct(cls.__name__, fields, rename=names, forbid_unknown_fields=True, gc=False)
    _RAW[struct] = msgspec.to_builtins
    return Twin(
        struct,
        frozenset(names.values()),
        of_struct_maker(cls, kinds, scope),
        of_struct_and_raw_maker(cls, kinds, names, scope),
    )


def model_in(kind: Any) -> type[Model] | None:
    """Return the model that a field of this type holds one or several of; None for other fields."""
    kind = without_none(kind)
    item = typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else kind
    return item if issubclass(item, Model) else None


def _nested(cls: type[Model], attribute: str, inner: Twin, scope: dict[str, Any], *, many: bool) -> Any:
    """Return what a struct takes for models that are nested in another, and see to it that they are made later."""
    makers = later(cls, attribute).makers
    makers[partial] = partial.__call__
    if many:
        makers[list] = _all
        scope[f"make_{attribute}"] = partial(_all_with_raw, inner.make_with_raw)
        return list[inner.struct]  # type: ignore[name-defined] # made at run time
    makers[inner.struct] = inner.make
    scope[f"make_{attribute}"] = inner.make_with_raw
    scope[f"empty_{attribute}"] = inner.struct()
    return inner.struct


def _all(structs: list[Any]) -> tuple[Model, ...]:
    make = _MAKERS[structs[0].__class__]
    return tuple([make(struct) for struct in structs])


def _all_with_raw(
    make: Callable[[Any, Any], Model], structs: list[Any], raws: list[Mapping[str, Any]]
) -> tuple[Model, ...]:
    return tuple(map(make, structs, raws))


def _moment(sent: int | str) -> datetime:
    moment: datetime = HOOKS[datetime](sent, datetime)
    return moment
