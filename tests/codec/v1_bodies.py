"""The saved bodies of LinkedIn's v1 API, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lixasync.codec import Decoder
from lixasync.codec.document import Document, read_document
from lixasync.codec.members import MemberListing, Refusal, members, refusal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "linkedin"
BODIES = sorted(path.name for path in FIXTURES.iterdir() if path.suffix in {".xml", ".json"})
ERRORS = [name for name in BODIES if name.startswith("error")]
PAGES = [name for name in BODIES if name.startswith(("connections", "search"))]


def body(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def document(name: str) -> Document:
    return read_document(body(name))


def page(name: str, decoder: Decoder | None = None, asked: frozenset[str] | None = None) -> MemberListing:
    return members(decoder or Decoder(), document(name), asked)


def refused(name: str) -> Refusal:
    found = refusal(document(name))
    assert found is not None
    return found


def read(text: str | bytes, decoder: Decoder | None = None, **options: Any) -> MemberListing:
    data = text.encode() if isinstance(text, str) else text
    return members(decoder or Decoder(), read_document(data), **options)
