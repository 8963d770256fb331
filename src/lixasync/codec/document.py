"""Any body of LinkedIn's v1 API to plain data, whichever of its formats it is in."""

from __future__ import annotations

import re
from typing import Any

import attrs

from lixasync.codec.json import parse
from lixasync.codec.veil import safe_excerpt
from lixasync.codec.xml import LARGEST, parse_xml
from lixasync.errors import DecodeError, UnknownShapeError

__all__ = ["Document", "read_document"]

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xfe\xff", b"\xff\xfe", b"\0<", b"<\0")
_HTML = re.compile(
    rb"(?:<!--.*?-->\s*|<\?xml.*?>\s*)*+<(?:!doctype\s+)?(?:html|head|body|title)\b", re.IGNORECASE | re.DOTALL
)
_SNIFFED = 2000
"""Bytes at the beginning that tell HTML from XML."""


@attrs.frozen(kw_only=True)
class Document:
    """An answer as plain data, the same for both formats.

    Attributes:
        root: Name of the XML root element in camelCase, such as ``peopleSearch``; None for JSON.
        data: Dicts, lists and texts, and for JSON numbers, booleans and None. Not in the repr: tokens are in it.
    """

    root: str | None = None
    data: Any = attrs.field(repr=False)


def read_document(body: bytes) -> Document:
    """Read XML or JSON. What it is, the body itself tells: media types are not reliable.

    LinkedIn v1, sections Responses and Errors.

    Raises:
        DecodeError: The body is empty, cut off, HTML, or otherwise neither XML nor JSON. Its ``body`` has the first
            characters, without visibility tokens.
    """
    text = body.removeprefix(_BOM).lstrip()
    if not text:
        raise DecodeError("The answer is empty.", body=safe_excerpt(body))
    if _HTML.match(text[:_SNIFFED]):
        # a gateway in between may answer so for a while, so it is worth another attempt
        raise DecodeError("The answer is HTML.", body=safe_excerpt(body), hint="HTML came; is the host right?")
    if text.startswith((b"<", *_UTF_16)):
        root, data = parse_xml(text if text[:1] == b"<" else body)
        return Document(root=root, data=data)
    if len(body) > LARGEST:
        raise UnknownShapeError(f"The answer is longer than {LARGEST} bytes.", body=safe_excerpt(body))
    try:
        return Document(data=parse(text))
    except DecodeError as error:
        # the excerpt that a parser makes may end within a token
        raise DecodeError(error.message, body=safe_excerpt(body)) from None
