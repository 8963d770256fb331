"""What every model shares: wire names, fields the model does not know, and plain output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import attrs

from lixasync.models.secret import TokenLink, veiled

__all__ = [
    "Later",
    "Model",
    "known_values",
    "later",
    "quoted_at_length",
    "slots_of",
    "wire",
    "wire_names",
]

_NAMES = "lixasync.names"
_KNOWN = "lixasync.known"
_QUOTED = "lixasync.quoted"
_TEXT_IN_REPR = 60
_REPR = 400


def wire(*names: str, default: Any = None, known: tuple[str, ...] = (), quoted: bool = False) -> Any:
    """Declare a field of a model together with its names in the answers.

    Args:
        names: The wire name, then older or later names of the same thing, best first. Without any, the wire
            name is the attribute's name in camelCase. Case and underscores never matter.
        default: Value when the answer has none: None, or an empty tuple for lists.
        known: Documented values of an open enum; others are kept as well, but counted as drift.
        quoted: Whether today's answers hold a number that may be large as text. Any number may come as text; this
            only makes it no surprise.
    """
    return attrs.field(default=default, metadata={_NAMES: names, _KNOWN: frozenset(known), _QUOTED: quoted})


def wire_names(cls: type[Model]) -> Mapping[str, tuple[str, ...]]:
    """Return the wire names of each attribute of a model, best first."""
    return cls._wire


def known_values(cls: type[Model], attribute: str) -> frozenset[str]:
    """Return the documented values of an open enum; empty for every other attribute."""
    values: frozenset[str] = attrs.fields_dict(cls)[attribute].metadata.get(_KNOWN, frozenset())
    return values


def quoted_at_length(cls: type[Model], attribute: str) -> bool:
    """Tell whether today's answers hold this number as text, and it may be large."""
    return bool(attrs.fields_dict(cls)[attribute].metadata.get(_QUOTED))


@attrs.frozen(eq=False)
class Later:
    """How an attribute is made that is made only when it is first read.

    Until then its slot holds what it is made of, which is told by its class.

    Attributes:
        slot: What Python made for the attribute.
        makers: What makes the value, by the class of what it is made of.
    """

    slot: Any
    makers: dict[type, Callable[[Any], Any]] = attrs.field(factory=dict)


_LATER: dict[Any, Later] = {}


def later(cls: type, attribute: str) -> Later:
    """Let an attribute of a class with slots be made when it is first read, and return how.

    Threads that read it at the same moment get equal values.
    """
    home = next(base for base in cls.__mro__ if attribute in base.__dict__)
    found = home.__dict__[attribute]
    if found in _LATER:
        return _LATER[found]
    how = Later(found)
    get, put, makers = found.__get__, found.__set__, how.makers

    def read(owner: Any) -> Any:
        value = get(owner)
        if type(value) in makers:
            value = makers[type(value)](value)
            put(owner, value)
        return value

    mediator = property(read, put)
    _LATER[mediator] = how
    type.__setattr__(home, attribute, mediator)
    return how


def slots_of(cls: type, attributes: Iterable[str]) -> dict[str, Any]:
    """Return the slots of those attributes that are made later, by name."""
    return {name: _LATER[each].slot for name in attributes if (each := getattr(cls, name)) in _LATER}


@attrs.frozen(kw_only=True, repr=False)
class Model:
    """Base of all models: immutable, comparable, hashable, picklable.

    Nothing of an answer is lost: what a model has no attribute for stands in ``extra``, and the whole object
    as received in ``raw``. Treat both as read-only.

    Attributes:
        extra: Fields the model does not know, and values of an unexpected kind, under their wire names.
        raw: The JSON object as received, though perhaps with its keys in another order; not compared.
    """

    extra: Mapping[str, Any] = attrs.field(factory=dict, hash=False)
    raw: Mapping[str, Any] = attrs.field(factory=dict, eq=False, hash=False)
    keeps_empty_text: ClassVar[bool] = False
    """Whether an empty text is a value of its own, and not the same as none."""
    _wire: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        cls._wire = {
            field.name: field.metadata[_NAMES] or (_camel(field.name),)
            for field in attrs.fields(cls)
            if _NAMES in field.metadata
        }

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this is met again; None when nothing identifies it."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON.

        Keys are the attribute names; what is None or empty is left out, and so is ``raw``. Moments become
        ISO 8601 text in UTC, ending in Z. Secrets, and tokens within links, become ``***``.
        """
        plain: dict[str, Any] = {}
        for name in self._wire:
            value = getattr(self, name)
            # False and 0 say something
            if not value and (value is None or value == () or (value == "" and not self.keeps_empty_text)):
                continue
            kind = value.__class__
            if kind is not str and kind is not int and kind is not bool:
                value = _plain(value)
                # an empty list or object says nothing
                if value in ([], {}):
                    continue
            plain[name] = value
        if self.extra:
            plain["extra"] = dict(self.extra)
        return plain

    def __repr__(self) -> str:
        text = f"{type(self).__name__}({', '.join(self._shown())})"
        return text if len(text) <= _REPR else f"{text[: _REPR - 2]}…)"

    def _shown(self) -> Iterator[str]:
        for name in self._wire:
            value = getattr(self, name)
            if isinstance(value, tuple):
                if value:
                    yield f"{name}=<{len(value)}>"
            elif isinstance(value, str) and len(value) > _TEXT_IN_REPR:
                text = value.masked if isinstance(value, TokenLink) else value
                yield f"{name}={text[: _TEXT_IN_REPR - 1] + '…'!r}"
            elif value is not None:
                yield f"{name}={value!r}"
        if self.extra:
            yield f"extra=<{len(self.extra)}>"


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.isoformat().replace("+00:00", "Z")
    return veiled(value)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
