"""XML text to plain Python data, of the shape the same answer has in JSON.

A document is untrusted input. What could make reading it dangerous or expensive is refused when it is met: document
types (which is where entities are declared), deep nesting, huge tags, and more of anything than an answer can hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn
from xml.parsers import expat

from lixasync.codec.veil import safe_excerpt
from lixasync.errors import DecodeError, UnknownShapeError

__all__ = ["LARGEST", "XmlReader", "parse_xml"]

LARGEST = 32 * 2**20
"""Bytes of a document at most. A page of 500 people takes about one MiB."""
_DEEPEST = 64
_MOST_TAGS = 500_000
_MOST_ATTRIBUTES = 16
_LARGEST_TAG = 256 * 2**10
_SLICE = 64 * 2**10
_HEAD = 800
_TOO_DEEP = "The answer is nested too deeply."
_HINT = "LinkedIn's answers have nothing of the kind: is base_url right?"
_ENCODINGS = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1"})
_CUT_OFF = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)
_COLLECTIONS = frozenset(
    {
        "buckets", "connections", "educations", "facets", "headers", "member-url-resources", "people", "positions",
        "related-connections", "three-current-positions", "three-past-positions",
    }
)  # fmt: skip
"""Elements that hold a list even when they have no attribute ``total``."""


class XmlReader:
    """Reads a document as it comes in, chunk by chunk.

    The tree has the shape of LinkedIn's JSON form: names in camelCase; an element with elements in it is a dict, one
    without is its text, so "" when empty; one that occurs several times is a list; attributes are keys with an
    underscore before them. A collection, which is an element with an attribute ``total`` or one known to be one, is
    ``{"_total": ..., "values": [...]}``, without ``values`` when there is nothing in it. Numbers stay text. The text
    of an element with attributes alone is its ``_text``; text between elements is dropped.

    LinkedIn v1, section Responses, JSON form.
    """

    def __init__(self) -> None:
        self._head = b""
        self._received = 0
        self._given = 0
        self._read = 0
        self._tags = 0
        self._waiting = bytearray()
        self._parser, self._unfinished, self._result = _make_parser()

    def feed(self, chunk: bytes) -> None:
        """Read on.

        Raises:
            DecodeError: The document cannot be read; ``body`` has its beginning.
        """
        if len(self._head) < _HEAD:
            self._head += chunk[:_HEAD]
        self._received += len(chunk)
        if self._received > LARGEST:
            self._refuse(f"The answer is longer than {LARGEST} bytes.")
        self._tags += chunk.count(b"<")
        if self._tags > _MOST_TAGS:
            self._refuse(f"The answer has more than {_MOST_TAGS} tags.")
        # the parser starts a tag again with every chunk, so small chunks are put together first
        if self._waiting:
            self._waiting += chunk
            if len(self._waiting) < _SLICE:
                return
        data = memoryview(self._waiting or chunk)
        whole = len(data) // _SLICE * _SLICE
        self._waiting = bytearray(data[whole:])
        for begin in range(0, whole, _SLICE):
            self._parse(data[begin : begin + _SLICE], last=False)

    def close(self) -> tuple[str, Any]:
        """Return the name of the root element, in camelCase, and what it holds.

        Raises:
            DecodeError: The document is cut off or cannot be read; ``body`` has its beginning.
        """
        self._parse(memoryview(self._waiting), last=True)
        return self._result()

    def _parse(self, data: memoryview, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except _Refused as reason:
            self._refuse(str(reason))
        except expat.ExpatError as error:
            if error.code not in _CUT_OFF:
                # asked for again, it would be the same
                self._refuse(f"The answer is not well-formed XML: {error}.", hint="The JSON format may do better.")
            fault = f"The answer was cut off after {self._received} bytes." if self._head else "The answer is empty."
            raise DecodeError(fault, body=safe_excerpt(self._head)) from None
        # of an unfinished tag only the beginning has been read
        self._given += len(data)
        self._read = max(self._read, self._parser.CurrentByteIndex)
        if len(self._unfinished) > _DEEPEST:
            self._refuse(_TOO_DEEP)
        if self._given - self._read > _LARGEST_TAG:
            self._refuse(f"The answer has a tag or comment of more than {_LARGEST_TAG} bytes.")

    def _refuse(self, reason: str, hint: str = _HINT) -> NoReturn:
        raise UnknownShapeError(reason, body=safe_excerpt(self._head), hint=hint) from None


def parse_xml(body: bytes) -> tuple[str, Any]:
    """Return the name of a document's root element, in camelCase, and what it holds; see ``XmlReader``.

    Raises:
        DecodeError: The document is empty, cut off, hostile, or otherwise not to be read; ``body`` has its beginning.
    """
    reader = XmlReader()
    reader.feed(body)
    return reader.close()


class _Refused(Exception):  # noqa: N818 - a verdict on a document, which the reader turns into its error
    """The document has something in it that no answer has."""


class _Names(dict[str, str]):
    """Names of elements or attributes in the tree; each is worked out once per document."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__()
        self._prefix = prefix

    def __missing__(self, tag: str) -> str:
        first, *others = tag.split("-")
        name = self[tag] = self._prefix + first + "".join(word[:1].upper() + word[1:] for word in others)
        return name


def _make_parser() -> tuple[expat.XMLParserType, list[Any], Callable[[], tuple[str, Any]]]:  # noqa: C901 - several functions that share their state
    """Return a parser, its unfinished elements, and what tells the root's name and content once it has parsed all.

    Its handlers are closures, and do little: there are two calls per element, thousands per page.
    """
    names, attribute_names = _Names(), _Names("_")
    outer: list[Any] = []  # the unfinished elements around the current one
    collections: list[dict[str, Any]] = []  # those among them that are collections
    pieces: list[str] = []  # text since the last start of an element
    # of the current element: its text is all there is (None), its members (a list), its other elements (a dict)
    node: Any = None
    attributed: Any = None  # the current element, when it has attributes and nothing else so far
    push, pop, forget = outer.append, outer.pop, pieces.clear

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal node, attributed
        push(node)
        forget()
        node = attributed = begin(attributes) if attributes else None

    def begin(attributes: dict[str, str]) -> dict[str, Any] | list[Any]:
        if len(attributes) > _MOST_ATTRIBUTES:
            raise _Refused(f"The answer has an element with more than {_MOST_ATTRIBUTES} attributes.")
        check_depth()
        own = {attribute_names[name]: value for name, value in attributes.items()}
        if "total" not in attributes:
            return own
        collections.append(own)
        return []

    def end(tag: str) -> None:
        nonlocal node
        value: Any
        if node is None:
            value = "".join(pieces)
        elif node.__class__ is list:
            value = collections.pop()
            if node:
                value["values"] = node
        else:
            value = _as_collection(node) if tag in _COLLECTIONS else node
            if node is attributed and (text := "".join(pieces).strip()):
                value["_text"] = text
        node = pop()
        if node is None:
            # the first element within another: it is here, once per level, that depth counts
            check_depth()
            node = {names[tag]: value}
        elif node.__class__ is list:
            node.append(value)
        else:
            name = names[tag]
            if name not in node:
                node[name] = value
            elif (present := node[name]).__class__ is list:
                present.append(value)
            else:
                node[name] = [present, value]

    def check_depth() -> None:
        if len(outer) > _DEEPEST:
            raise _Refused(_TOO_DEEP)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    parser.XmlDeclHandler = _check_encoding
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser, outer, lambda: next(iter(node.items()))


def _as_collection(element: dict[str, Any]) -> dict[str, Any]:
    """Return the elements within a collection that came without its ``total``."""
    own = {name: value for name, value in element.items() if name.startswith("_")}
    values: list[Any] = []
    for name, value in element.items():
        if name not in own:
            values.extend(value if isinstance(value, list) else [value])
    return {**own, "values": values} if values else own


def _check_encoding(_: str, encoding: str | None, __: int) -> None:
    if encoding is not None and encoding.casefold() not in _ENCODINGS:
        raise _Refused(f"The answer is in an encoding that is not read: {encoding[:40]!r}.")


def _refuse_doctype(name: str, *_: Any) -> NoReturn:
    if name.casefold() == "html":
        raise _Refused("The answer is HTML.")
    raise _Refused("The answer has a document type, where entities could be declared; it is not read.")
