"""Whether a field was sent, sent empty, left out, or never asked for."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Any

from lixasync.models.base import Model, wire_names

__all__ = ["Presence", "asked_below", "presence_of"]


class Presence(Enum):
    """What an answer says about a field.

    LinkedIn v1, section Responses.
    """

    SENT = "sent"
    """It came with something in it."""
    EMPTY = "empty"
    """It came with nothing in it: an empty text, an empty list, an empty element."""
    ABSENT = "absent"
    """It did not come, although it was asked for, or it is not known what was asked for."""
    NOT_ASKED = "not asked"
    """It did not come because the request did not ask for it."""


_MEMBERS = "values"
_WORTH = (Presence.SENT, Presence.EMPTY, Presence.ABSENT)
"""What tells more first: it is what counts for a list whose elements differ."""


def presence_of(model: Model, path: str, asked: frozenset[str] | None) -> Presence:
    """Return what an answer says about a field of a model, or of what the model holds.

    Args:
        model: The model that was read.
        path: Name of a field, in any spelling, or several with dots between them. In a list, the elements are looked
            at, and what tells most of them counts.
        asked: Paths of the fields the request asked for; None when that is not known.

    Raises:
        ValueError: The model has no such field.
    """
    cls: Any = type(model)
    attributes, wire_path = _resolve(cls, path)
    found = min(_followed(model, attributes), key=_WORTH.index)
    if found is Presence.ABSENT and asked is not None and not _is_asked(wire_path, asked):
        return Presence.NOT_ASKED
    return found


def _is_asked(path: str, asked: frozenset[str]) -> bool:
    """Tell whether a path is among those asked for, within one of them, or around one of them."""
    wanted = path.split(".")
    for each in asked:
        steps = [_bare(step) for step in each.split(".")]
        if all(one == other for one, other in zip(steps, wanted, strict=False)):
            return True
    return False


def asked_below(path: str, asked: frozenset[str]) -> frozenset[str] | None:
    """Return what was asked for of the parts of a field; None when it was the field as a whole."""
    wanted = [_bare(step) for step in path.split(".")]
    below: set[str] = set()
    for each in asked:
        steps = each.split(".")
        if all(_bare(step) == other for step, other in zip(steps, wanted, strict=False)):
            if len(steps) <= len(wanted):
                return None
            below.add(".".join(steps[len(wanted) :]))
    return frozenset(below)


def _followed(model: Model, attributes: tuple[str, ...]) -> Iterator[Presence]:
    name, *rest = attributes
    value = getattr(model, name)
    if not rest:
        yield _own(model, name, value)
        return
    yield Presence.ABSENT
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, Model):
            yield from _followed(each, tuple(rest))


def _own(model: Model, name: str, value: Any) -> Presence:
    if value is not None and value not in ("", ()):
        return Presence.SENT
    spellings = {_bare(spelling) for spelling in wire_names(type(model))[name]}
    sent = [received for key, received in model.raw.items() if _bare(key) in spellings]
    # a value the model could not take was sent all the same
    if any(received and not _is_empty_list(received) for received in sent):
        return Presence.SENT
    return Presence.EMPTY if sent or value == "" else Presence.ABSENT


def _is_empty_list(received: Any) -> bool:
    return isinstance(received, dict) and not received.get("values") and all(key.startswith("_") for key in received)


@lru_cache(maxsize=512)
def _resolve(cls: type[Model], path: str) -> tuple[tuple[str, ...], str]:
    """Return the attributes a path leads through, and the path in wire names without hyphens and case."""
    attributes: list[str] = []
    asked_as: list[str] = []
    kind: type[Model] | None = cls
    for step in path.split("."):
        found = _named(kind, step)
        if found is None and kind is not None and (members := _named(kind, _MEMBERS)):
            # requests select from the members of a collection without naming them
            attributes.append(members)
            kind = _model_in(kind, members)
            found = _named(kind, step)
        if kind is None or found is None:
            place = f"{kind.__name__} has" if kind else f"{'.'.join(attributes)} is a single value, and has"
            known = f"; its fields are {', '.join(wire_names(kind))}" if kind else ""
            raise ValueError(f"{place} no field {step!r} (in {path!r}){known}.")
        attributes.append(found)
        name = wire_names(kind)[found][0]
        asked_as += [] if name == _MEMBERS else [_bare(name)]
        kind = _model_in(kind, found)
    return tuple(attributes), ".".join(asked_as)


def _named(kind: type[Model] | None, step: str) -> str | None:
    """Return the attribute of a model that a name means."""
    names = wire_names(kind) if kind else {}
    return next((name for name, wires in names.items() if _bare(step) in map(_bare, (name, *wires))), None)


def _model_in(cls: type[Model], attribute: str) -> type[Model] | None:
    """Return the model in an attribute of type ``M | None`` or ``tuple[M, ...]``."""
    kind = typing.get_args(typing.get_type_hints(cls)[attribute])[0]
    return kind if issubclass(kind, Model) else None


def _bare(name: str) -> str:
    return name.replace("-", "").replace("_", "").casefold()
