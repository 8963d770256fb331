"""A fast way to make models, for the thousands of small objects of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from lixasync.models.base import Model, slots_of

__all__ = ["of_struct_and_raw_maker", "of_struct_maker", "thawed_maker"]

M = TypeVar("M", bound=Model)

_GIVEN = ("extra", "raw")
_FROM_STRUCT = {
    "text": "model.{name} = struct.{name} or None",
    "whole": "model.{name} = value if type(value := struct.{name}) is int else "
    "(numbers[value] if value in numbers else int(value)) if value else None",
    "truth": "model.{name} = value if type(value := struct.{name}) is bool else None",
    "texts": "model.{name} = tuple([each for each in value if each]) if (value := struct.{name}) else ()",
    # the rest is left as it is until somebody asks for it; an object with nothing in it is none
    "moment": "model.{name} = value if (value := struct.{name}) or type(value) is int else None",
    "model": "model.{name} = {nested} if (value := struct.{name}) and value != empty_{name} else None",
    "models": "model.{name} = {nested} if (value := struct.{name}) else ()",
}


def _thawed(cls: Any) -> Any:
    """Return a subclass whose attributes can still be set.

    The ``__init__`` of a frozen class goes around its own ``__setattr__`` with one call per field, which would
    be most of the time spent on a page. On this subclass, without that guard, attributes are set by plain assignments.
    Once the object is filled, assigning ``cls`` to its ``__class__`` freezes it for good; the layout is the same, so
    Python allows that.
    """
    return type(
        cls.__name__,
        (cls,),
        {
            "__slots__": (),
            # both names must be restored for assignments to take Python's plain path again
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
            "__init__": object.__init__,
            **slots_of(cls, attrs.fields_dict(cls)),
        },
    )


def thawed_maker(cls: type[M]) -> Callable[[Mapping[str, Any], Mapping[str, Any]], M]:
    """Return a function of ``extra`` and ``raw`` that makes an object with defaults, whose attributes can be set.

    Assigning ``cls`` to its ``__class__`` ends that.
    """
    lines = ["def make(extra, raw):", "model = thawed()", "model.extra = extra", "model.raw = raw"]
    defaults = (_default(cls, name) for name in attrs.fields_dict(cls) if name not in _GIVEN)
    make: Callable[[Mapping[str, Any], Mapping[str, Any]], M] = _defined(cls, [*lines, *defaults, "return model"], {})
    return make


def of_struct_maker(cls: type[M], kinds: Mapping[str, str], scope: Mapping[str, Any]) -> Callable[[Any], M]:
    """Return a function that makes a model of a struct with the same attributes, whose ``raw`` the struct becomes.

    Args:
        cls: The model.
        kinds: What the struct has for each attribute, by the names above. Other attributes get their defaults.
        scope: ``numbers``, some numbers by their digits; and for attributes with others nested in them, their name
            after ``make_`` for what makes those, and after ``empty_`` for a struct with nothing in it.
    """
    lines = ["def make(struct):", "model = thawed()", "model.extra = {}", "model.raw = struct"]
    make: Callable[[Any], M] = _defined(cls, [*lines, *_from_struct(cls, kinds)], scope)
    return make


def of_struct_and_raw_maker(
    cls: type[M], kinds: Mapping[str, str], keys: Mapping[str, str], scope: Mapping[str, Any]
) -> Callable[[Any, Mapping[str, Any]], M]:
    """Return a function that makes a model of a struct with the same attributes, and of the object as received.

    Args:
        cls: The model.
        kinds: As above.
        keys: Key of each attribute in the object as received.
        scope: As above; but what makes nested ones takes two arguments, too.
    """
    lines = ["def make(struct, raw):", "model = thawed()", "model.extra = {}", "model.raw = raw"]
    make: Callable[[Any, Mapping[str, Any]], M] = _defined(cls, [*lines, *_from_struct(cls, kinds, keys)], scope)
    return make


def _from_struct(cls: type[Model], kinds: Mapping[str, str], keys: Mapping[str, str] | None = None) -> Iterator[str]:
    for name in attrs.fields_dict(cls):
        if name in kinds:
            nested = "value" if keys is None else f"partial(make_{name}, value, raw[{keys[name]!r}])"
            yield _FROM_STRUCT[kinds[name]].format(name=name, nested=nested)
        elif name not in _GIVEN:
            yield _default(cls, name)
    yield "model.__class__ = cls  # from here on the object is immutable"
    yield "return model"


def _default(cls: type[Model], name: str) -> str:
    return f"model.{name} = {attrs.fields_dict(cls)[name].default!r}"


def _defined(cls: Any, lines: list[str], scope: Mapping[str, Any]) -> Any:
    names: dict[str, Any] = {"cls": cls, "thawed": _thawed(cls), **scope}
    exec("\n    ".join(lines), names)  # noqa: S102 - the text is made of attribute names and their defaults, None or ()
    return names["make"]
