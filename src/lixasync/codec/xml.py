"""XML text to plain Python data, of the shape the same answer has in JSON.

A document is untrusted input. What could make reading it dangerous or expensive is refused when it is met: document
types (which is where entities are declared), deep nesting, huge tags, and more of anything than an answer can hold.

Expat checks the document, slice by slice, and the tree is made of the text that it found good: two calls from C into
Python for each element, thousands for a page, would cost more than all the rest. Only documents with comments, CDATA or
in other encodings than UTF-8 are written anew in such calls first, as plainly as pages are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from lixasync.codec.veil import safe_excerpt
from lixasync.errors import DecodeError, UnknownShapeError

__all__ = ["LARGEST", "parse_xml"]

LARGEST = 32 * 2**20
"""Bytes of a document at most. A page of 500 people takes about one MiB."""
_DEEPEST = 64
_MOST_TAGS = 500_000
_MOST_ATTRIBUTES = 16
_LARGEST_TAG = 256 * 2**10
_SLICE = 64 * 2**10
_HEAD = 800
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
        "buckets", "connections", "educations", "facets", "headers", "memberUrlResources", "people", "positions",
        "relatedConnections", "threeCurrentPositions", "threePastPositions",
    }
)  # fmt: skip
"""Elements that hold a list even when they have no attribute ``total``."""
_DECLARATION = re.compile(
    rb"""(<\?xml version=["']1\.0["']( encoding=["']utf-8["'])?( standalone=["']\w+["'])? ?\?>)?\s*""", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?:#(x?)([0-9A-Fa-f]+)|\w+);")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_ESCAPES = str.maketrans(
    {letter: name for name, letter in _ENTITIES.items()} | {letter: f"&#{ord(letter)};" for letter in "\r\n\t"}
)


def parse_xml(body: bytes) -> tuple[str, Any]:
    """Return the name of a document's root element, in camelCase, and what it holds.

    The tree has the shape of LinkedIn's JSON form: names in camelCase; an element with elements in it is a dict, one
    without is its text, so "" when empty; one that occurs several times is a list; attributes are keys with an
    underscore before them. A collection, which is an element with an attribute ``total`` or one known to be one, is
    ``{"_total": ..., "values": [...]}``, without ``values`` when there is nothing in it. Numbers stay text. The text
    of an element with attributes alone is its ``_text``; text between elements is dropped.

    LinkedIn v1, section Responses, JSON form.

    Raises:
        DecodeError: The document is empty, cut off, hostile, or otherwise not to be read; ``body`` has its beginning.
    """
    try:
        _check_size(body)
        try:
            return _tree(_plain(body))
        except _NotPlain:
            return _tree(_made_plain(body))
    except _Refused as reason:
        raise UnknownShapeError(str(reason), body=safe_excerpt(body[:_HEAD]), hint=_HINT) from None
    except expat.ExpatError as error:
        if error.code in _CUT_OFF:
            fault = f"The answer was cut off after {len(body)} bytes." if body else "The answer is empty."
            raise DecodeError(fault, body=safe_excerpt(body[:_HEAD])) from None
        # asked for again, it would be the same
        fault, hint = f"The answer is not well-formed XML: {error}.", "The JSON format may do better."
        raise UnknownShapeError(fault, body=safe_excerpt(body[:_HEAD]), hint=hint) from None


def _check_size(body: bytes) -> None:
    if len(body) > LARGEST:
        raise _Refused(f"The answer is longer than {LARGEST} bytes.")
    if body.count(b"<") > _MOST_TAGS:
        raise _Refused(f"The answer has more than {_MOST_TAGS} tags.")


class _Refused(Exception):  # noqa: N818 - a verdict on a document, which becomes the project's error
    """The document has something in it that no answer has."""


class _NotPlain(Exception):  # noqa: N818 - nothing is wrong with the document
    """The document has more in it than tags and text, or is in another encoding."""


def _plain(body: bytes) -> Iterator[str]:
    """Yield a plain document's text as it is found good; each part begins with a tag and ends before one."""
    declaration = _DECLARATION.match(body)
    cut = before = declaration.end() if declaration else 0
    if not body.startswith(b"<", cut) or body.startswith(b"<?", cut) or b"\0" in body:  # as UTF-16 has it
        raise _NotPlain
    parser = _make_parser()
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = _not_plain
    for read in _checked(body, parser):
        end = read if read == len(body) else body.rfind(b"<", before, read)
        before = max(before, read)
        if end > cut:
            text = body[cut:end].decode()
            yield text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
            cut = end


def _made_plain(body: bytes) -> Iterator[str]:
    """Yield any document as a plain one."""
    written: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        own = "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in attributes.items())
        written.append(f"<{tag}{own}>")

    parser = _make_parser()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda tag: written.append(f"</{tag}>")
    parser.CharacterDataHandler = lambda text: written.append(text.translate(_ESCAPES))
    for _ in _checked(body, parser):
        whole = next((place for place in range(len(written) - 1, 0, -1) if written[place][0] == "<"), 0)
        yield "".join(written[:whole])
        del written[:whole]
    yield "".join(written)


def _not_plain(*_: str) -> NoReturn:
    raise _NotPlain


def _make_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = _check_encoding
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _checked(body: bytes, parser: expat.XMLParserType) -> Iterator[int]:
    """Parse a document slice by slice, and yield how many of its bytes are good."""
    whole, read = memoryview(body), 0
    for begin in range(0, max(1, len(body)), _SLICE):
        end = min(begin + _SLICE, len(body))
        parser.Parse(whole[begin:end], end == len(body))
        read = max(read, parser.CurrentByteIndex)  # of an unfinished tag only the beginning has been read
        if end - read > _LARGEST_TAG:
            raise _Refused(f"The answer has a tag or comment of more than {_LARGEST_TAG} bytes.")
        yield read if end < len(body) else end


class _Tags(dict[str, str | None]):
    """Names in the tree by what stands in tags, each read once per document.

    Attributes:
        special: Name, attributes if any, and whether the tag is the element's only one, by what stands in those tags
            that have a None instead of a name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.special: dict[str, tuple[str, dict[str, Any] | None, bool]] = {}

    def __missing__(self, tag: str) -> str | None:
        found: list[tuple[str, dict[str, str]]] = []
        parser, empty = expat.ParserCreate(), tag.endswith("/")
        parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
        try:
            parser.Parse(f"<{tag}>" if empty else f"<{tag}/>", True)
        except expat.ExpatError:
            raise _NotPlain from None  # an attribute has a ">" in it, where the tag seemed to end
        ((name, attributes),) = found
        if len(attributes) > _MOST_ATTRIBUTES:
            raise _Refused(f"The answer has an element with more than {_MOST_ATTRIBUTES} attributes.")
        own = {f"_{_camel(each)}": value for each, value in attributes.items()}
        self[tag] = None if own or empty else _camel(name)
        self.special[tag] = _camel(name), own or None, empty
        return self[tag]


def _camel(tag: str) -> str:
    first, *others = tag.split("-")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _tree(parts: Iterable[str]) -> tuple[str, Any]:  # noqa: C901 - thousands of calls per page, if it were several functions
    """Return the root's name and content; the parts are good XML, and nothing but tags and text."""
    tags = _Tags()
    outer: list[tuple[Any, str, dict[str, Any] | None]] = []  # what is around the current element, its name, its own
    node: Any = None  # what the elements of the innermost unfinished one are put into
    name: str | None = None  # of the current element, as long as nothing but text was met in it
    own: dict[str, Any] | None = None
    text = ""
    for part in parts:
        for piece in part.split("<")[1:]:
            if piece[0] != "/":
                if name is not None:
                    if len(outer) >= _DEEPEST:
                        raise _Refused("The answer is nested too deeply.")
                    outer.append((node, name, own))
                    node = _begun(own) if own else {}
                    own = None
                tag, _, text = piece.partition(">")
                name = tags[tag]
                if name is not None:
                    continue
                name, own, empty = tags.special[tag]
                if not empty:
                    continue
                text = ""
            value: Any
            if name is None:
                value = node
                node, name, own = outer.pop()
                if own or name in _COLLECTIONS:
                    value = _finished(name, own, value)
            elif own:
                value = _attributed(own, text)
            else:
                value = _unescaped(text) if "&" in text else text
            own = None
            if node.__class__ is dict:
                if name not in node:
                    node[name] = value
                elif (present := node[name]).__class__ is list:
                    present.append(value)
                else:
                    node[name] = [present, value]
            elif node is None:
                node = {name: value}
            else:
                node.append(value)
            name = None
    ((root, content),) = node.items()
    return root, content


def _begun(own: dict[str, Any]) -> Any:
    """Return what the elements go into of an element with attributes."""
    return [] if "_total" in own else own.copy()


def _finished(name: str, own: dict[str, Any] | None, inner: Any) -> Any:
    """Return an element with others in it."""
    if inner.__class__ is list:
        return {**(own or {}), "values": inner}
    return _as_collection(inner) if name in _COLLECTIONS else inner


def _attributed(own: dict[str, Any], text: str) -> dict[str, Any]:
    """Return an element with attributes and no others in it."""
    text = "" if "_total" in own else _unescaped(text).strip()
    return {**own, "_text": text} if text else own.copy()


def _unescaped(text: str) -> str:
    if "&#" in text:
        return _REFERENCE.sub(_referred, text)
    # "&amp;" comes last, or "&amp;lt;" would become "<"
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    return text.replace("&amp;", "&")


def _referred(reference: re.Match[str]) -> str:
    hexadecimal, number = reference.groups()
    return chr(int(number, 16 if hexadecimal else 10)) if number else _ENTITIES[reference[0]]


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
