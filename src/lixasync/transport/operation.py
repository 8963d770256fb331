"""What an API offers, as values: one operation each, with everything the pipeline has to know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.errors import InvalidArgumentError
from lixasync.transport.base import Response

T = TypeVar("T")

_OK = 200

CreditKind = Literal["standard", "org", "email", "free", "unstated"]
"""What an operation is paid with."""

Params = Iterable[tuple[str, str]]

Style = Literal[
    "offset",
    "page in URL",
    "start in URL",
    "page number",
    "pagination token",
    "continuation sequence",
    "timestamp cursor",
    "after cursor",
    "one page",
]
"""How an operation's pages follow each other."""


@attrs.frozen(kw_only=True)
class Pages:
    """That an operation has pages, and which.

    Attributes:
        style: How they follow each other.
        size: Items a full page holds, or may hold where the caller chooses; None where that is not stated.
        cap: Items listed at most, as documented; None where no cap is stated.
    """

    style: Style
    size: int | None = None
    cap: int | None = None


@attrs.frozen(kw_only=True)
class Operation(Generic[T]):
    """One operation of a remote API.

    Attributes:
        id: Its name in the API's reference, such as ``search_people``.
        method: HTTP method.
        path: Path below the host's base URL.
        decode: Makes the result from the parsed body. If it has a method ``at_once``, that makes it from a body that is
            of today's shape, and returns None for others; it must not take a refusal for a result.
        host: Which of the API's hosts serves it.
        pages: Which pages it has; None when it has none.
        credits: What one good answer costs at most, in credits of ``credit_kind``; each page is an answer.
        credit_kind: ``"standard"``, ``"org"``, ``"email"`` or ``"free"``; ``"unstated"`` where no text says.
        charge: Returns what an answer did cost, where that depends on the answer; None where all cost the same.
        newer: Whether it stands only in texts newer than the documentation this SDK follows, or beside it; such
            operations may change.
        safe: Whether sending it twice does no harm. False for anything that sends or changes something.
        quota: The resource whose daily quota it draws on; by default one of its own, named like the operation.
    """

    id: str
    method: str
    path: str
    decode: Callable[[Decoder, Any], T] = attrs.field(repr=False, eq=False)
    host: str = "api"
    pages: Pages | None = None
    credits: int = 0
    credit_kind: CreditKind = "unstated"
    charge: Callable[[T], int] | None = attrs.field(default=None, repr=False, eq=False)
    newer: bool = False
    safe: bool = True
    quota: str = attrs.field(default=attrs.Factory(lambda self: self.id, takes_self=True))

    def read(self, decoder: Decoder, response: Response, judge: Callable[[Response], Any]) -> T:
        """Return what an answer means.

        Args:
            decoder: Reads it.
            response: The answer.
            judge: Returns the parsed body of a good answer; raises the error that any other answer means.

        Raises:
            APIError: The server refused.
            DecodeError: The answer is a good one, but cannot be read.
        """
        at_once: Callable[[Decoder, bytes], T | None] | None = getattr(self.decode, "at_once", None)
        if at_once is not None and response.status == _OK:
            result = at_once(decoder, response.body)
            if result is not None:
                return result
        return self.decode(decoder, judge(response))

    @property
    def resource(self) -> str:
        """The resource's name where others may read it; empty for calls to any path, which may name somebody."""
        return "" if "/" in self.quota else self.quota

    def at(self, **parts: str) -> Operation[T]:
        """Return the operation with the parts of its path filled in, each percent-encoded.

        Raises:
            InvalidArgumentError: a part that would lead to another path.
        """
        for name, part in parts.items():
            if part in (".", ".."):
                raise InvalidArgumentError(f"{name} is {part!r}, which is no id.", operation=self.id)
        return attrs.evolve(
            self, path=self.path.format_map({name: quote(part, safe="") for name, part in parts.items()})
        )


def encode_query(params: Params, *, space: str = "%20") -> str:
    """Return a query string: every name and value percent-encoded in UTF-8, once.

    Args:
        params: Names and values, in order.
        space: How a space is written.
    """
    encoded = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params)
    return encoded if space == "%20" else encoded.replace("%20", space)
