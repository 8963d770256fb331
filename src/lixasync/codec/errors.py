"""The body of a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from lixasync.codec.names import fold

__all__ = ["ErrorBody", "error_body"]


@attrs.frozen(kw_only=True)
class ErrorBody:
    """What the server says went wrong.

    Lix API, section Errors.

    Attributes:
        type: Kind of error, such as ``params_invalid``; None when the server named none.
        message: Text for people; None when there is none.
        trace_id: The server's id for this answer.
    """

    type: str | None = None
    message: str | None = None
    trace_id: str | None = None


def error_body(data: object) -> ErrorBody | None:
    """Read a parsed body as a refusal; None when it holds no ``error``.

    Both ``{"error": {"type": ..., "message": ...}}`` and ``{"error": "text"}`` are understood, whatever the
    case of the keys. The trace id stands beside ``error``, or inside it.
    """
    if not isinstance(data, Mapping):
        return None
    root = _folded(data)
    error = root.get("error")
    if isinstance(error, Mapping) and error:
        inner = _folded(error)
        return ErrorBody(
            type=_text(inner.get("type")),
            message=_text(inner.get("message")),
            trace_id=_text(root.get("traceid")) or _text(inner.get("traceid")),
        )
    if isinstance(error, str) and error:
        return ErrorBody(message=error, trace_id=_text(root.get("traceid")))
    return None


def _folded(data: Mapping[str, Any]) -> dict[str, Any]:
    return {fold(key): value for key, value in data.items()}


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
