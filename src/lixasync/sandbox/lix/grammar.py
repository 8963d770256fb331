"""The grammar in which the addresses of Sales Navigator hold a query: `(keywords:a,filters:List((type:REGION)))`."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import unquote

Node: TypeAlias = "str | list[Node] | dict[str, Node]"

_TEXT = re.compile(r"[^(),:]*")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_LIST = "List("
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DEEPEST = 20


class GrammarError(ValueError):
    """The text does not follow the grammar; the message says where."""


def parse(text: str) -> Node:
    """Read a value: a record `(name:value,...)`, a list `List(value,...)`, or text that is percent-encoded.

    A bare word in a record, without a colon and a value, says nothing and is passed over.

    Args:
        text: The value, decoded once, as far as the address encodes it.

    Raises:
        GrammarError: It cannot be read.
    """
    reader = _Reader(text)
    node = reader.value(0)
    if reader.place != len(text):
        raise reader.error()
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def error(self) -> GrammarError:
        """Say that what stands here cannot be read."""
        return GrammarError(f"cannot read the query at character {self.place}: {self.text[self.place :][:20]!r}")

    def takes(self, token: str) -> bool:
        """Step over a token, if it stands here."""
        if not self.text.startswith(token, self.place):
            return False
        self.place += len(token)
        return True

    def value(self, depth: int) -> Node:
        """Read what stands here."""
        if depth > _DEEPEST:
            raise self.error()
        if self.takes(_LIST):
            return self.list(depth)
        if self.takes("("):
            return self.record(depth)
        return self.atom()

    def list(self, depth: int) -> Node:
        """Read the rest of a list."""
        found: list[Node] = []
        if self.takes(")"):
            return found
        while True:
            found.append(self.value(depth + 1))
            if self.takes(")"):
                return found
            self.comma()

    def record(self, depth: int) -> Node:
        """Read the rest of a record."""
        found: dict[str, Node] = {}
        if self.takes(")"):
            return found
        while True:
            word = self.atom()
            if self.takes(":"):
                if not _WORD.fullmatch(word) or word in found:
                    raise self.error()
                found[word] = self.value(depth + 1)
            elif not word:
                raise self.error()
            if self.takes(")"):
                return found
            self.comma()

    def comma(self) -> None:
        """Step over a comma."""
        if not self.takes(","):
            raise self.error()

    def atom(self) -> str:
        """Read percent-encoded text."""
        match = _TEXT.match(self.text, self.place)
        raw = "" if match is None else match[0]
        if _STRAY.search(raw):
            raise self.error()
        try:
            text = unquote(raw, errors="strict")
        except UnicodeDecodeError:
            raise self.error() from None
        self.place += len(raw)
        return text
