"""What a request carries besides its address."""

from __future__ import annotations

from typing import Any

import attrs

from lixasync.codec.json import dump
from lixasync.errors import InvalidArgumentError
from lixasync.transport.operation import Params, encode_query


@attrs.frozen(kw_only=True, repr=False)
class Body:
    """The body of a request.

    Attributes:
        data: Its bytes.
        media: Its media type.
        secrets: Texts in it that must show nowhere else, should the server repeat them.
    """

    data: bytes
    media: str
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Body(media={self.media!r}, data=<{len(self.data)} bytes>)"


def json_body(value: Any, *, secrets: tuple[str, ...] = ()) -> Body:
    """Return a value as a JSON body.

    Raises:
        InvalidArgumentError: it cannot be written as JSON.
    """
    try:
        return Body(data=dump(value), media="application/json", secrets=secrets)
    except (TypeError, ValueError, RecursionError) as error:
        # The cause could hold the whole body.
        raise InvalidArgumentError(f"json cannot be written as JSON: {error}") from None


def form_body(params: Params) -> Body:
    """Return names and values as the body of a form, each percent-encoded once.

    Raises:
        InvalidArgumentError: a text holds half a character, which cannot be sent.
    """
    try:
        data = encode_query(params).encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError("The arguments hold half a character, which cannot be sent.") from None
    return Body(data=data, media="application/x-www-form-urlencoded")
