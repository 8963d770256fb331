"""Parsed JSON to models: one cattrs converter, with hooks that never refuse an answer.

A model is read in one pass over the object's keys. Keys spelled as documented go straight to their attribute;
the others wait until the end. Each of those is another spelling, an older name, or unknown and kept in ``extra``.
"""

from __future__ import annotations

import threading
import types
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import attrs
import cattrs

from lixasync.codec.construct import thawed_maker
from lixasync.codec.drift import Drift
from lixasync.codec.names import fold
from lixasync.codec.reshape import RESHAPES, STAND_INS
from lixasync.codec.scalars import BLANK, HOOKS, Mismatch, is_nothing
from lixasync.models.base import Model, known_values, wire_names

__all__ = ["SINK", "hook_for"]

Hook = Callable[[Any, Any], Any]

SINK: ContextVar[Drift] = ContextVar("lixasync.codec.drift")
"""Where the decoding under way counts its drift. Decoding is synchronous, so a value set around it reaches
every hook, and one converter serves all clients and threads."""


@attrs.frozen
class _Field:
    """How a value becomes an attribute."""

    attribute: str
    kind: Any
    hook: Hook
    straight: type | None
    """A value of exactly this type is taken as it is."""
    keeps_empty: bool
    """An empty text is a value, too."""


class _Plan:
    """How the keys of an object lead to the attributes of one model; built once per process."""

    def __init__(self, cls: type[Model]) -> None:
        self.cls = cls
        self.documented: dict[str, _Field] = {}
        self.spellings: dict[str, tuple[int, _Field]] = {}
        self.hook = self._make_hook()

    def build(self, hook_of: Callable[[Any], Hook]) -> None:
        hints = typing.get_type_hints(self.cls)
        for attribute, names in wire_names(self.cls).items():
            kind = _without_none(hints[attribute])
            hook = hook_of(kind)
            straight = kind if kind in {str, int, bool} else None
            known = known_values(self.cls, attribute)
            if known:
                hook, straight = _noting_unknown(hook, known, self.cls.__name__, names[0]), None
            field = _Field(attribute, kind, hook, straight, kind is str and self.cls.keeps_empty_text)
            self.documented[names[0]] = field
            for rank, name in enumerate(names):
                holder = self.spellings.setdefault(fold(name), (rank, field))[1]
                if holder is not field:
                    raise TypeError(f"{self.cls.__name__}: {name!r} is {holder.attribute} and {attribute}")

    def _make_hook(self) -> Hook:
        """Return the function that reads objects of this class; a closure, because it runs very often."""
        cls, documented, make = self.cls, self.documented, thawed_maker(self.cls)
        reshape = RESHAPES.get(cls.__name__)
        # most objects have today's keys only, and skip the reshaping
        todays = frozenset(names[0] for names in wire_names(cls).values()) - STAND_INS.get(cls.__name__, frozenset())

        def structure(data: Any, _: Any) -> Model:
            if not isinstance(data, dict):
                raise Mismatch
            extra: dict[str, Any] = {}
            model = make(extra, data)
            waiting: list[str] = []
            source: Mapping[str, Any] = data
            if reshape and not todays.issuperset(data):
                source = reshape(data)
            for key, value in source.items():
                try:
                    field = documented[key]
                except KeyError:
                    waiting.append(key)
                    continue
                if type(value) is field.straight and (value or field.keeps_empty):
                    setattr(model, field.attribute, value)
                elif value or type(value) not in BLANK:
                    try:
                        setattr(model, field.attribute, field.hook(value, field.kind))
                    except Mismatch:
                        self._misfit(key, value, extra)
            if waiting:
                self._place(waiting, source, model, extra)
            model.__class__ = cls  # from here on the object is immutable
            return model

        return structure

    def _place(self, keys: list[str], data: Mapping[str, Any], model: Model, extra: dict[str, Any]) -> None:
        """Read the keys that are not spelled as documented; the best name for an attribute wins."""
        found: list[tuple[int, str, _Field]] = []
        for key in keys:
            rank, field = self.spellings.get(fold(key), (0, None))
            if field is None:
                extra[key] = data[key]
                SINK.get().unknown_field(self.cls.__name__, key)
            elif not is_nothing(data[key]) or (field.keeps_empty and data[key] == ""):
                found.append((rank, key, field))
        found.sort(key=lambda entry: entry[0])
        for _, key, field in found:
            value = data[key]
            try:
                read = field.hook(value, field.kind)
            except Mismatch:
                self._misfit(key, value, extra)
                continue
            present = getattr(model, field.attribute)
            if present is None or present == ():
                setattr(model, field.attribute, read)
            elif present != read:
                # two names for one attribute: what the second adds must not get lost
                self._misfit(key, value, extra)

    def _misfit(self, key: str, value: Any, extra: dict[str, Any]) -> None:
        extra[key] = value
        SINK.get().mismatch(self.cls.__name__, key)


def _noting_unknown(hook: Hook, known: frozenset[str], model: str, name: str) -> Hook:
    def read(value: Any, kind: Any) -> Any:
        text = hook(value, kind)
        if text not in known:
            SINK.get().unknown_value(model, name, text)
        return text

    return read


def _tuple_hook(kind: Any, converter: cattrs.Converter) -> Hook:
    item = typing.get_args(kind)[0]
    hook = converter.get_structure_hook(item)

    def models(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            value = _collection(value)
        return tuple([hook(each, item) if each.__class__ is dict else _stray(item, each) for each in value])

    def scalars(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            value = _collection(value)
        return tuple([hook(each, item) for each in value if not is_nothing(each)])

    return models if _is_model(item) else scalars


def _collection(value: Any) -> list[Any]:
    """Return the list in the object LinkedIn puts around one; with nothing in it, the list is left out."""
    if not isinstance(value, dict):
        raise Mismatch
    rest = [key for key in value if key[:1] != "_"]
    items = value.get("values") if rest else []
    if rest not in ([], ["values"]) or not isinstance(items, list):
        raise Mismatch
    return items


def _stray(cls: type[Model], value: Any) -> Model:
    """Keep the place of a list's element that is no object."""
    SINK.get().mismatch(cls.__name__, "(element)")
    return cls(extra={"value": value}, raw={"value": value})


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


def _is_tuple(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple


def _without_none(kind: Any) -> Any:
    """Return X for ``X | None``: absent values are sorted out before a hook is asked."""
    if typing.get_origin(kind) not in {types.UnionType, typing.Union}:
        return kind
    (rest,) = (part for part in typing.get_args(kind) if part is not type(None))
    return rest


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=False)
    plans: dict[type[Model], _Plan] = {}

    def model_hook(cls: type[Model]) -> Hook:
        # a model that contains itself meets its own unfinished plan here, which is complete before it is used
        plan = plans.get(cls)
        if plan is None:
            plan = plans[cls] = _Plan(cls)
            try:
                plan.build(converter.get_structure_hook)
            except BaseException:
                del plans[cls]
                raise
        return plan.hook

    for kind, hook in HOOKS.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(_is_tuple, lambda kind: _tuple_hook(kind, converter))
    converter.register_structure_hook_factory(_is_model, model_hook)
    return converter


_CONVERTER = _make_converter()
_BUILDING = threading.RLock()


def hook_for(kind: Any) -> Hook:
    """Return how a value of this type is read; safe to call from several threads."""
    with _BUILDING:
        return _CONVERTER.get_structure_hook(kind)
