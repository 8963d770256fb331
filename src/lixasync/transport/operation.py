"""What an API offers, as values: one operation each, with everything the pipeline has to know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import attrs

from lixasync.codec.decoder import Decoder

T = TypeVar("T")

Params = Iterable[tuple[str, str]]


@attrs.frozen(kw_only=True)
class Operation(Generic[T]):
    """One operation of a remote API.

    Attributes:
        id: Its name in the API's reference, such as ``search_people``.
        method: HTTP method.
        path: Path below the host's base URL.
        decode: Makes the result from the parsed body.
        host: Which of the API's hosts serves it.
        credits: What one good answer costs, in credits of ``credit_kind``; a page each for operations with pages.
        credit_kind: ``"standard"``, ``"org"`` or ``"email"``; ``"unstated"`` where the reference names none.
        safe: Whether sending it twice does no harm. False for anything that sends or changes something.
        quota: The resource whose daily quota it draws on; by default one of its own, named like the operation.
    """

    id: str
    method: str
    path: str
    decode: Callable[[Decoder, Any], T] = attrs.field(repr=False, eq=False)
    host: str = "api"
    credits: int = 0
    credit_kind: str = "standard"
    safe: bool = True
    quota: str = attrs.field(default=attrs.Factory(lambda self: self.id, takes_self=True))


def encode_query(params: Params, *, space: str = "%20") -> str:
    """Return a query string: every name and value percent-encoded in UTF-8, once.

    Args:
        params: Names and values, in order.
        space: How a space is written.
    """
    encoded = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params)
    return encoded if space == "%20" else encoded.replace("%20", space)
