"""The way to paths the SDK has no method for, with the same budget, retries and errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.json import dump
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.transport.operation import Operation

Value = str | int | float | bool | None

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _as_it_came(_decoder: Decoder, data: Any) -> Any:
    return data


async def request(
    core: Core,
    method: str,
    path: str,
    *,
    params: Mapping[str, Value | Iterable[Value]] | None,
    json: Any,
    host: str,
    safe: bool | None,
) -> Any:
    """Do the work of `LixClient.request`."""
    method = method.upper()
    if method not in _METHODS:
        raise InvalidArgumentError(f"There is no method {method!r}; use one of: {', '.join(_METHODS)}.")
    if not path.startswith("/") or path.startswith("//") or any(mark in path for mark in "?#"):
        raise InvalidArgumentError(
            f"The path {path!r} must begin with one slash and hold no ? or #.",
            hint="Parameters go into params=; another host is not reached with this key.",
        )
    if host not in ("api", "lookc"):
        raise InvalidArgumentError(f"There is no host {host!r}; choose 'api' or 'lookc'.")
    operation = Operation(
        id=f"{method} {path}",
        method=method,
        path=path,
        decode=_as_it_came,
        host=host,
        safe=method == "GET" if safe is None else safe,
    )
    body = None if json is None else dump(json)
    return await core.send(operation, list(_flat(params or {})), body=body)


def _flat(params: Mapping[str, Value | Iterable[Value]]) -> Iterable[tuple[str, str | None]]:
    for name, value in params.items():
        if isinstance(value, str | int | float | bool | None):
            yield name, _text(value)
        else:
            for item in value:
                yield name, _text(item)


def _text(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
