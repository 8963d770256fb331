"""How a model becomes columns: from its class alone, so that they are the same whatever the data. Pure."""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Literal, TypeAlias

import attrs

from lixasync.codec.json import dump
from lixasync.models.base import Model, wire_names
from lixasync.models.secret import Secret, veiled

ColumnKind: TypeAlias = Literal["text", "integer", "number", "boolean", "moment", "json"]
Cell: TypeAlias = str | int | float | bool | None

_KINDS: tuple[tuple[type, ColumnKind], ...] = (
    (bool, "boolean"),  # a bool is an int as well
    (int, "integer"),
    (float, "number"),
    (datetime, "moment"),
    (str, "text"),
)
_DEEPEST = 4  # steps of a path at most; what lies deeper stays together as JSON


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        name: Its name; attributes of nested objects are joined by underscores, as in ``location_country_code``.
        kind: What its cells hold: a moment is ISO 8601 text, and JSON is text too.
        path: The attributes that lead to the value; empty for the value as a whole.
    """

    name: str
    kind: ColumnKind
    path: tuple[str, ...]


def columns(kind: Any, *, taken: Collection[str] = ()) -> tuple[Column, ...]:
    """Return the columns of a type of values.

    Objects within objects become columns of their own; lists, mappings, and objects of a class that contains itself
    become one column of JSON text. Fields the model does not know stand in ``extra``, a column of JSON as well. Secrets
    have no column. Of what is no model, the column ``value`` holds all as JSON.

    Args:
        kind: A model, or what else a method returns; ``M | None`` is the same as ``M``.
        taken: Names that stand for something else in the same table: a column of that name is called ``value_...``.
    """
    model = _bare(kind)
    if not _is_model(model):
        return (Column(name="value", kind="json", path=()),)
    return tuple(_named(list(_paths(model, (), (model,))), frozenset(taken)))


def row(columns: Sequence[Column], value: Any) -> tuple[Cell, ...]:
    """Return the cells of a value, None where it has nothing.

    Args:
        columns: The columns of its class.
        value: The value; None for a row of empty cells.
    """
    whole = None if value is None else plain(value)
    return tuple(_cell(whole, column) for column in columns)


def plain(value: Any) -> Any:
    """Return what a method returns as plain data ready for JSON, every secret masked.

    Args:
        value: A model, a tuple of models, another object with attributes, or plain data.
    """
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return veiled(value)


def json_text(value: Any) -> str:
    """Return plain data as JSON text that every UTF-8 file can hold: half characters become U+FFFD.

    Args:
        value: The data.
    """
    try:
        return dump(value).decode()
    except UnicodeEncodeError:
        return dump(_mended(value)).decode()


def whole_text(text: str) -> str:
    """Return a text with U+FFFD in the place of each half of a character, which no UTF-8 file can hold.

    Args:
        text: The text.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, dict):
        return {_mended(name): _mended(each) for name, each in value.items()}
    return [_mended(each) for each in value] if isinstance(value, list) else value


def _bare(kind: Any) -> Any:
    """Return ``M`` for ``M | None``, and everything else as it is."""
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        others = [each for each in typing.get_args(kind) if each is not types.NoneType]
        return others[0] if len(others) == 1 else kind
    return kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


def _paths(
    model: type[Model], above: tuple[str, ...], chain: tuple[type[Model], ...]
) -> Iterator[tuple[tuple[str, ...], ColumnKind]]:
    hints = typing.get_type_hints(model)
    for name in wire_names(model):
        kind, path = _bare(hints[name]), (*above, name)
        if _shows_nothing(kind):
            continue
        if _is_model(kind) and kind not in chain and len(path) < _DEEPEST:
            yield from _paths(kind, path, (*chain, kind))
        else:
            yield path, _column_kind(kind)
    yield (*above, "extra"), "json"


def _shows_nothing(kind: Any) -> bool:
    """Tell whether a field holds a secret, or a list of what is pointless without its secret."""
    item = next(iter(typing.get_args(kind)), None)
    return _is_secret(kind) or (
        _is_model(item) and any(_is_secret(_bare(hint)) for hint in typing.get_type_hints(item).values())
    )


def _is_secret(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Secret)


def _column_kind(kind: Any) -> ColumnKind:
    for base, name in _KINDS:
        if isinstance(kind, type) and issubclass(kind, base):
            return name
    return "json"


def _named(found: list[tuple[tuple[str, ...], ColumnKind]], taken: frozenset[str]) -> Iterator[Column]:
    """Give each path a name of its own; where two would have the same, the one of fewer steps has it."""
    names: dict[tuple[str, ...], str] = {}
    used = set(taken)
    for path, _ in sorted(found, key=lambda each: ("_".join(each[0]) in taken, len(each[0]))):
        name = "_".join(path)
        name = next(each for each in _spellings(f"value_{name}" if name in taken else name) if each not in used)
        used.add(name)
        names[path] = name
    for path, kind in found:
        yield Column(name=names[path], kind=kind, path=path)


def _spellings(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _cell(whole: Any, column: Column) -> Cell:
    place = whole
    for step in column.path:
        place = place.get(step) if place else None
    if place is None or column.kind != "json":
        cell: Cell = place
        return cell
    return json_text(place)
