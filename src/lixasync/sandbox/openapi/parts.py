"""The parts an OpenAPI description is put together from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
NULL: Json = {"type": "null"}
WHOLE: Json = {
    "type": ["integer", "string"],
    "pattern": "^-?[0-9]*$",
    "description": "A whole number, as a number or as decimal text.",
}
COUNT: Json = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
START: Json = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
MOMENT: Json = {"type": "integer", "minimum": 0, "maximum": 9_999_999_999_999, "description": "Unix milliseconds."}


def ref(name: str) -> Json:
    """Point at a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Json) -> Json:
    """Describe a list."""
    return {"type": "array", "items": items}


def maybe(schema: Json) -> Json:
    """Let a value be null as well."""
    kind = schema.get("type")
    if kind is None:
        return {"anyOf": [schema, NULL]}
    return schema | {"type": [*([kind] if isinstance(kind, str) else kind), "null"]}


def record(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """Describe an object: what it always has, and what may be absent or null. It may have more than that."""
    others = {name: maybe(schema) for name, schema in (optional or {}).items()}
    return {
        "type": "object",
        "properties": {**required, **others},
        "required": list(required),
        "additionalProperties": True,
    }


def either(*schemas: Json) -> Json:
    """Describe a value that has one of several forms."""
    return {"anyOf": list(schemas)}


def page(key: str, item: Json, *older: str, variants: Sequence[str] = ("response", "searchResponse")) -> Json:
    """Describe one page of a search: at the root, or in one of the envelopes it has had.

    Args:
        key: The name of the list of items.
        item: Describes the items.
        *older: Other names the list has had.
        variants: The envelopes.
    """
    forms = [record({name: array(item), "paging": ref("Paging")}) for name in (key, *older)]
    inner = forms[0] if len(forms) == 1 else either(*forms)
    wrapped = [record({name: inner, "meta": ref("Meta")}) for name in variants]
    return either(record({"meta": ref("Meta")}) | {"allOf": [inner]}, *wrapped)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of the address.

    Attributes:
        name: Its name.
        says: What it is.
        schema: What it can be.
        required: Whether it must be there.
        place: Where it stands: query or path.
        sample: Whether the description has a value for it that the sandbox knows; one of several alternatives has.
    """

    name: str
    says: str
    schema: Json = dataclasses.field(default_factory=lambda: TEXT)
    required: bool = False
    place: str = "query"
    sample: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        id: Its id.
        method: The HTTP method, in small letters.
        path: The template of its path.
        says: What it does.
        answer: The schema of a good answer.
        parameters: Its parameters, the viewer's aside.
        viewer: Whether the address takes a viewer, "required" or "optional"; None for no.
        body: The schema of the body it takes.
        body_media: How that body is written.
        kind: The kind of credit it costs, or "free".
        cost: How many of them.
        paging: How pages follow each other.
        page_size: The usual number of items in a page.
    """

    id: str
    method: str = "get"
    path: str
    says: str
    answer: Json
    parameters: Sequence[Parameter] = ()
    viewer: str | None = None
    body: Json | None = None
    body_media: str = "application/json"
    kind: str = "standard"
    cost: int = 1
    paging: str = "none"
    page_size: int | None = None
