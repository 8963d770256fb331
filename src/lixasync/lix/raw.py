"""The way to paths the SDK has no method for, with the same budget, retries and errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.codec.json import dump
from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.transport.operation import Operation

Value = str | int | float | bool | None

_PATH = re.compile(r"/(?!/)[^?#\s\\\x00-\x1f]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _as_it_came(_decoder: Decoder, data: Any) -> Any:
    return data


async def request(
    core: Core,
    method: str,
    path: str,
    *,
    params: Mapping[str, Value | Sequence[Value]] | None,
    json: Any,
    host: str,
    safe: bool | None,
) -> Any:
    """Do the work of `LixClient.request`."""
    method = method.upper()
    if method not in _METHODS:
        raise InvalidArgumentError(f"There is no method {method!r}; use one of: {', '.join(_METHODS)}.")
    if not _PATH.fullmatch(path) or "/.." in path:
        raise InvalidArgumentError(
            f"The path {path!r} must begin with one slash and hold no ?, #, space, backslash or step upwards.",
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
    return await core.send(operation, list(_flat(params or {})), body=None if json is None else _body(json))


def _body(json: Any) -> bytes:
    try:
        return dump(json)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError(f"json cannot be written as JSON: {error}") from error


def _flat(params: Mapping[str, Value | Sequence[Value]]) -> Iterable[tuple[str, str | None]]:
    for name, value in params.items():
        for item in value if isinstance(value, list | tuple) else (value,):
            yield name, _text(name, item)


def _text(name: str, value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, int | float):
        raise InvalidArgumentError(
            f"params[{name!r}] is {value!r}; it must be a text, a number, a bool, None, or a list of these."
        )
    return str(value).lower() if isinstance(value, bool) else str(value)
