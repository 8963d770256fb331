"""An answer before it is XML or JSON: trees of names and values, and the two ways to write them."""

from __future__ import annotations

import dataclasses
import functools
import json
import random
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Format = Literal["xml", "json"]

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """A piece that is written already, in the format and at the depth where it is put."""

    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """A collection.

    Attributes:
        item: The element name of its members.
        items: Its members, or those of them that are in this answer.
        total: How many there are.
        start: The index of the first one here; None when this is everything.
        count: How many are here; None when this is everything.
        keys: What each member was asked for by, when that is to be said.
    """

    item: str
    items: Sequence[Mapping[str, object] | Written]
    total: int
    start: int | None = None
    count: int | None = None
    keys: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """How an answer is written.

    Attributes:
        format: XML or JSON.
        asked: Whether somebody asked for these fields in this order.
        shuffle: What the order is drawn from when nobody did; None for the usual order.
    """

    format: Format
    asked: bool = False
    shuffle: str | None = None

    def order(self, names: Sequence[str], *, attributes: bool = False) -> Sequence[str]:
        """Put names of equal standing in order."""
        if self.shuffle is not None and (attributes or not self.asked):
            return random.Random(self.shuffle + ",".join(names)).sample(names, len(names))
        return sorted(names) if self.format == "json" and not self.asked else names


def write(name: str, value: object, style: Style, depth: int = 0) -> str:
    """Write one element with its name, or one JSON value without, as it stands at a depth."""
    return _json(value, style) if style.format == "json" else _element(name, value, style, depth)


def document(name: str, value: object, style: Style) -> bytes:
    """Write a whole answer."""
    text = write(name, value, style)
    return (text if style.format == "json" else f"{DECLARATION}{text}\n").encode()


def plain(value: Any) -> Any:
    """Build what a client must see when it has read the JSON form."""
    if isinstance(value, Listing):
        part = {"_count": value.count, "_start": value.start, "_total": value.total}
        found: dict[str, Any] = {name: number for name, number in part.items() if number is not None}
        return {**found, "values": [plain(item) for item in value.items]} if value.items else found
    if isinstance(value, Mapping):
        return {camel(name): plain(inner) for name, inner in value.items()}
    return value


@functools.cache
def camel(name: str) -> str:
    """Turn an element's name into the JSON key: first-name into firstName."""
    head, *rest = name.split("-")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def text_of(text: str) -> str:
    """Escape the text of an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _attribute(text: str) -> str:
    return text_of(text).replace('"', "&quot;").replace("\n", "&#10;")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return text_of(str(value))


def _element(name: str, value: object, style: Style, depth: int, key: str | None = None) -> str:
    margin = "  " * depth
    mark = "" if key is None else f' key="{_attribute(key)}"'
    if isinstance(value, Written):
        return value.text
    if isinstance(value, Listing):
        return _collection(name, value, style, depth)
    if isinstance(value, Mapping):
        inner = "\n".join(_element(field, value[field], style, depth + 1) for field in style.order(list(value)))
        return f"{margin}<{name}{mark}>\n{inner}\n{margin}</{name}>" if inner else f"{margin}<{name}{mark}/>"
    return f"{margin}<{name}>{_plain(value)}</{name}>"


def _collection(name: str, value: Listing, style: Style, depth: int) -> str:
    given = {"total": value.total, "count": value.count, "start": value.start}
    names = [attribute for attribute in given if given[attribute] is not None]
    marks = "".join(f' {field}="{given[field]}"' for field in style.order(names, attributes=True))
    margin = "  " * depth
    if not value.items:
        return f"{margin}<{name}{marks} />"
    keys = value.keys or (None,) * len(value.items)
    inner = "\n".join(
        _element(value.item, item, style, depth + 1, key) for item, key in zip(value.items, keys, strict=True)
    )
    return f"{margin}<{name}{marks}>\n{inner}\n{margin}</{name}>"


def _json(value: object, style: Style) -> str:
    if isinstance(value, Written):
        return value.text
    if isinstance(value, Listing):
        return _values(value, style)
    if isinstance(value, Mapping):
        fields = {camel(name): name for name in value}
        inner = ",".join(f'"{key}":{_json(value[fields[key]], style)}' for key in style.order(list(fields)))
        return f"{{{inner}}}"
    return json.dumps(value, ensure_ascii=False)


def _values(value: Listing, style: Style) -> str:
    parts: dict[str, str] = {}
    if value.count is not None:
        parts["_count"] = str(value.count)
    if value.start is not None:
        parts["_start"] = str(value.start)
    parts["_total"] = str(value.total)
    if value.items:
        parts["values"] = f"[{','.join(_members(value, style))}]"
    inner = ",".join(f'"{key}":{parts[key]}' for key in style.order(list(parts), attributes=True))
    return f"{{{inner}}}"


def _members(value: Listing, style: Style) -> list[str]:
    texts = [_json(item, style) for item in value.items]
    if not value.keys:
        return texts
    marks = [f'{{"_key":{json.dumps(key, ensure_ascii=False)}' for key in value.keys]
    return [f"{mark}{',' if len(text) > 2 else ''}{text[1:]}" for mark, text in zip(marks, texts, strict=True)]
