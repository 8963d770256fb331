"""A fast way to make models, for the thousands of small objects of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs

from lixasync.models.base import Model

__all__ = ["thawed_maker"]

M = TypeVar("M", bound=Model)

_GIVEN = ("extra", "raw")


def thawed_maker(cls: type[M]) -> Callable[[Mapping[str, Any], Mapping[str, Any]], M]:
    """Return a function of ``extra`` and ``raw`` that makes an object whose attributes can still be set.

    The ``__init__`` of a frozen class goes around its own ``__setattr__`` with one call per field, which would
    be most of the time spent on a page. Here the defaults are set by plain assignments, on a subclass without
    that guard. Once the object is filled, assigning ``cls`` to its ``__class__`` freezes it for good; the
    layout is the same, so Python allows that.
    """
    thawed = type(
        cls.__name__,
        (cls,),
        # both names must be restored for assignments to take Python's plain path again
        {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__},
    )
    fields = attrs.fields_dict(cls)
    lines = [
        "def make(extra, raw):",
        "    model = new(thawed)",
        "    model.extra = extra",
        "    model.raw = raw",
        *(f"    model.{name} = {field.default!r}" for name, field in fields.items() if name not in _GIVEN),
        "    return model",
    ]
    scope: dict[str, Any] = {"new": object.__new__, "thawed": thawed}
    exec("\n".join(lines), scope)  # noqa: S102 - the text is made of attribute names and their defaults, None or ()
    make: Callable[[Mapping[str, Any], Mapping[str, Any]], M] = scope["make"]
    return make
