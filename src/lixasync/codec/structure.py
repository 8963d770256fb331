"""Parsed JSON to models: one cattrs converter, with hooks that never refuse an answer.

A model is read in one pass over the object's keys. Keys spelled as documented go straight to their attribute;
the others wait until the end. Each of those is another spelling, an older name, or unknown and kept in ``extra``.
"""

from __future__ import annotations

import threading
import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import attrs
import cattrs
import msgspec

from lixasync.codec.construct import thawed_maker
from lixasync.codec.drift import Drift
from lixasync.codec.names import fold
from lixasync.codec.reshape import RESHAPES
from lixasync.codec.scalars import BLANK, HOOKS, Mismatch, is_nothing, without_none
from lixasync.codec.twins import Twin, twin_of
from lixasync.models.base import Model, known_values, wire_names

__all__ = ["SINK", "hook_for"]

Hook = Callable[[Any, Any], Any]

_DOUBTS = 16
"""Objects of a class that are read without its twin after one that the twin refused, as others will be like it; and at
first, as many programs meet only a few, and a twin takes time to make."""

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
        self.signs = RESHAPES[cls.__name__].signs if cls.__name__ in RESHAPES else frozenset[str]()
        self.hook = self._make_hook()

    def build(self, hook_of: Callable[[Any], Hook]) -> None:
        hints = typing.get_type_hints(self.cls)
        for attribute, names in wire_names(self.cls).items():
            kind = without_none(hints[attribute])
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
        cls, by_rules, doubts = self.cls, self._make_rules(), _DOUBTS
        twin: Twin | None = None

        def structure(data: Any, kind: Any) -> Any:
            nonlocal doubts, twin
            if doubts or data.__class__ is not dict:
                doubts = max(0, doubts - 1)
                return by_rules(data, kind)
            if twin is None:
                twin = twin_of(cls)
                if twin is None:
                    doubts = _DOUBTS
                    return by_rules(data, kind)
            names = twin.names
            strange = [] if names.issuperset(data) else [key for key in data if key not in names]
            if not strange or self._is_unknown(strange):
                model = _of_today(data, strange, twin)
                if model is not None:
                    if strange:
                        self._keep(strange, data, model.extra)
                    return model
                doubts = _DOUBTS
            return by_rules(data, kind)

        return structure

    def _make_rules(self) -> Hook:
        """Return the function that reads objects of any shape."""
        cls, documented, make, signs = self.cls, self.documented, thawed_maker(self.cls), self.signs
        reshape = RESHAPES.get(cls.__name__)

        def structure(data: Any, _: Any) -> Model:
            if not isinstance(data, dict):
                raise Mismatch
            extra: dict[str, Any] = {}
            model = make(extra, data)
            waiting: list[str] = []
            source: Mapping[str, Any] = data
            # most objects have nothing to change, and skip the reshaping
            if reshape is not None and not signs.isdisjoint(map(fold, data)):
                source = reshape.change(data)
            for key, value in source.items():
                field = documented.get(key)
                if field is None:
                    waiting.append(key)
                elif type(value) is field.straight and (value or field.keeps_empty):
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

    def _is_unknown(self, keys: list[str]) -> bool:
        """Tell whether all of these keys mean nothing: they are no names of attributes, and ask for no reshape."""
        for key in keys:
            name = fold(key)
            if name in self.spellings or name in self.signs:
                return False
        return True

    def _keep(self, keys: list[str], data: Mapping[str, Any], extra: Any) -> None:
        for key in keys:
            extra[key] = data[key]
            SINK.get().unknown_field(self.cls.__name__, key)

    def _place(self, keys: list[str], data: Mapping[str, Any], model: Model, extra: dict[str, Any]) -> None:
        """Read the keys that are not spelled as documented; the best name for an attribute wins."""
        found: list[tuple[int, str, _Field]] = []
        for key in keys:
            rank, field = self.spellings.get(fold(key), (0, None))
            if field is None:
                self._keep([key], data, extra)
            elif not is_nothing(data[key]) or (field.keeps_empty and data[key] == ""):
                found.append((rank, key, field))
        found.sort(key=lambda entry: entry[0])
        for _, key, field in found:
            value = data[key]
            try:
                read = value if type(value) is field.straight else field.hook(value, field.kind)
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


def _of_today(data: dict[str, Any], strange: list[str], twin: Twin) -> Model | None:
    """Return the model of an object, save for its unknown fields; None when the rest is not of today's shape."""
    known = data.copy() if strange else data
    for key in strange:
        del known[key]
    try:
        struct = msgspec.convert(known, twin.struct)
    except (msgspec.ValidationError, RecursionError):
        return None
    return twin.make_with_raw(struct, data)


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
_HOOKS: dict[Any, Hook] = {}


def hook_for(kind: Any) -> Hook:
    """Return how a value of this type is read; safe to call from several threads."""
    hook = _HOOKS.get(kind)
    if hook is None:
        with _BUILDING:
            hook = _HOOKS[kind] = _CONVERTER.get_structure_hook(kind)
    return hook
