"""The way to paths the SDK has no method for, with the same budget, retries and errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lixasync.codec.decoder import Decoder
from lixasync.errors import InvalidArgumentError
from lixasync.transport.body import Body, json_body
from lixasync.transport.operation import Operation

Value = str | int | float | bool | None

_PATH = re.compile(r"/(?!/)[^?#\s\\\x00-\x1f\x7f]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def as_it_came(_decoder: Decoder, data: Any) -> Any:
    """Decode nothing."""
    return data


def operation(method: str, path: str, *, host: str = "api", safe: bool | None = None) -> Operation[Any]:
    """Return the operation of a call to any path, whose answer is left as it came.

    Args:
        method: HTTP method, in any case.
        path: Path that begins with a slash; it is sent as it is.
        host: Which of the API's hosts serves it.
        safe: Whether it may be sent twice without harm; None for yes with GET and no with all others.

    Raises:
        InvalidArgumentError: method or path cannot be used.
    """
    method = method.upper()
    if method not in _METHODS:
        raise InvalidArgumentError(f"There is no method {method!r}; use one of: {', '.join(_METHODS)}.")
    if not _PATH.fullmatch(path) or "/.." in path:
        raise InvalidArgumentError(
            f"The path {path!r} must begin with one slash and hold no ?, #, space, backslash or step upwards.",
            hint="Parameters go into params=; another host is not reached with this key.",
        )
    return Operation(
        id=f"{method} {path}",
        method=method,
        path=path,
        decode=as_it_came,
        host=host,
        safe=method == "GET" if safe is None else safe,
    )


def body(json: Any) -> Body | None:
    """Return a JSON body, or None for None; see `json_body`."""
    return None if json is None else json_body(json)


def flat(params: Mapping[str, Value | Sequence[Value]] | None) -> list[tuple[str, str | None]]:
    """Return parameters as pairs; a list becomes repeated parameters.

    Raises:
        InvalidArgumentError: a value that is neither a text, a number, a bool, None, nor a list of these.
    """
    return list(_flat(params or {}))


def _flat(params: Mapping[str, Value | Sequence[Value]]) -> Iterable[tuple[str, str | None]]:
    for name, value in params.items():
        if not isinstance(name, str):
            raise InvalidArgumentError(f"params names {name!r}; the name of a parameter is a text.")
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
