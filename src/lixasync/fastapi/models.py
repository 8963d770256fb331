"""Models as answers of FastAPI: how pydantic checks, writes and describes them."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi.encoders import encoders_by_class_tuples
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import SchemaSerializer, core_schema

from lixasync.models.base import Model, wire_names
from lixasync.models.secret import Secret

_WRITTEN = core_schema.plain_serializer_function_ser_schema(Model.to_dict)
_KINDS: tuple[tuple[type, Mapping[str, Any]], ...] = (
    (bool, {"type": "boolean"}),  # a bool is an int as well
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (datetime, {"type": "string", "format": "date-time"}),
    (str, {"type": "string"}),
    (Secret, {"type": "string"}),  # three asterisks
    (Mapping, {"type": "object"}),
)


def teach_pydantic() -> None:
    """Tell pydantic and FastAPI what models are, which know nothing of either.

    Path operations may then name models as what they return: ``-> Person``, ``-> list[Connection]``.
    """
    Model.__get_pydantic_core_schema__ = classmethod(_core)  # type: ignore[attr-defined] # pydantic's protocol
    Model.__get_pydantic_json_schema__ = classmethod(_described)  # type: ignore[attr-defined] # as above
    # where a path operation does not say what it returns, or says Any
    encoders_by_class_tuples[Model.to_dict] = (Model,)
    Model.__pydantic_serializer__ = SchemaSerializer(core_schema.any_schema(serialization=_WRITTEN))  # type: ignore[attr-defined] # as above


def schema(kind: Any, within: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return the JSON schema of a type of a model's attribute, as `Model.to_dict` writes its values.

    Args:
        kind: The type.
        within: The models that it stands in; where one contains itself, it is an object and no more.
    """
    arguments = [each for each in typing.get_args(kind) if each is not types.NoneType]
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return schema(arguments[0], within) if len(arguments) == 1 else {}
    if origin is tuple:
        return {"type": "array", "items": schema(arguments[0], within)}
    kind = origin or kind
    if isinstance(kind, type) and issubclass(kind, Model):
        return {"type": "object", "title": kind.__name__, **_members(kind, within)}
    return dict(next((each for base, each in _KINDS if isinstance(kind, type) and issubclass(kind, base)), {}))


def _members(model: type[Model], within: tuple[Any, ...]) -> dict[str, Any]:
    if model in within:
        return {}
    hints = typing.get_type_hints(model)
    members = {name: schema(hints[name], (*within, model)) for name in wire_names(model)}
    return {"properties": {**members, "extra": {"type": "object"}}}


def _core(cls: type[Model], _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
    return core_schema.is_instance_schema(cls, serialization=_WRITTEN, ref=f"{cls.__module__}.{cls.__qualname__}")


def _described(cls: type[Model], _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
    return schema(cls)
