"""Documents made to harm are refused when that is met, with little memory, and with the project's own error."""

from __future__ import annotations

import socket
import tracemalloc
from pathlib import Path

import pytest

from lixasync.codec.document import read_document
from lixasync.codec.xml import LARGEST, parse_xml
from lixasync.errors import DecodeError, UnknownShapeError

MANY = "".join(f'<!ENTITY a{step} "{f"&a{step - 1};" * 10}">' for step in range(1, 12))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "haha">{MANY}]><r>&a11;</r>'
QUADRATIC = f'<!DOCTYPE r [<!ENTITY a "{"A" * 100_000}">]><r>{"&a;" * 20_000}</r>'
PARAMETER = '<!DOCTYPE r [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]><r/>'
DOCTYPES = {
    "billion laughs": LAUGHS,
    "quadratic": QUADRATIC,
    "external entity": '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
    "parameter entity": PARAMETER,
    "external subset": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
    "public subset": '<!DOCTYPE r PUBLIC "-//x//EN" "http://127.0.0.1:9/x.dtd"><r/>',
    "attribute defaults": '<!DOCTYPE r [<!ATTLIST r total CDATA "1">]><r/>',
    "nothing": "<!DOCTYPE r><r/>",
    "after a comment": "<!-- x --><?y z?><!DOCTYPE r><r/>",
    "of HTML": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://127.0.0.1:9/x.dtd"><html/>',
}
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 with a mark": lambda text: text.encode("utf-16"),
    "utf-16, little end first": lambda text: text.encode("utf-16-le"),
    "utf-16, big end first": lambda text: text.encode("utf-16-be"),
    "utf-16, big end first, with a mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "ebcdic": lambda text: text.encode("cp500"),
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a connection was tried")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture(autouse=True)
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a file was opened")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr(Path, "open", refuse)


def refused(data: bytes, *, of: type[DecodeError] = DecodeError, peak: int = 2_000_000) -> DecodeError:
    """Check that a document is refused, and return the error."""
    tracemalloc.start()
    try:
        with pytest.raises(of) as caught:
            parse_xml(data)
        assert tracemalloc.get_traced_memory()[1] < peak
    finally:
        tracemalloc.stop()
    with pytest.raises(of):
        read_document(data)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return caught.value


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", DOCTYPES)
def test_document_types(kind: str, encoding: str) -> None:
    error = refused(ENCODINGS[encoding](DOCTYPES[kind]))
    if "32" not in encoding and encoding != "ebcdic":
        assert "document type" in error.message or "HTML" in error.message
        assert not error.repeatable


@pytest.mark.parametrize("declared", ["UTF-7", "utf-32", "cp500", "nonsense", "idna", "rot13", "utf_8", "../x", "hex"])
def test_declared_encodings_that_are_not_read(declared: str) -> None:
    error = refused(f'<?xml version="1.0" encoding="{declared}"?><r>+ADw-</r>'.encode())
    assert isinstance(error, UnknownShapeError) or "well-formed" in error.message


@pytest.mark.parametrize("declared", ["UTF-16", "utf-16le"])
def test_a_declared_encoding_that_is_not_there(declared: str) -> None:
    refused(f'<?xml version="1.0" encoding="{declared}"?><r/>'.encode())


@pytest.mark.parametrize(
    "data", [b"<r>\0</r>", b"\0<r/>", b"<r/>\0", b"<r a='\0'/>", b"\0" * 1000, b"<r>\xff</r>", b"<r>\x01</r>"]
)
def test_bytes_that_are_no_letters(data: bytes) -> None:
    refused(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 200_000 + b"</a>" * 200_000,
        b"<a>" * 66 + b"</a>" * 66,
        b"<a>" * 65 + b"<b/>" + b"</a>" * 65,
        b"<a total='1'>" * 70 + b"</a>" * 70,
        b"<a k='1'>" * 70 + b"</a>" * 70,
        b"<a><b/>" * 70 + b"</a>" * 70,
        b"<!-- x -->" + b"<a>" * 66 + b"</a>" * 66,
    ],
    ids=lambda data: str(data[:12]),
)
def test_nesting(data: bytes) -> None:
    assert "nested too deeply" in refused(data, of=UnknownShapeError, peak=6_000_000).message


@pytest.mark.parametrize("begin", [b"", b"<!-- x -->"])
def test_nesting_without_an_end(begin: bytes) -> None:
    error = refused(begin + b"<a>" * 400_000, peak=6_000_000, of=UnknownShapeError)
    assert "nested too deeply" in error.message


def test_nesting_that_is_allowed() -> None:
    data = parse_xml(b"<a>" * 64 + b"x" + b"</a>" * 64)[1]
    for _ in range(63):
        data = data["a"]
    assert data == "x"


@pytest.mark.parametrize(
    "data",
    [
        b"<r a='" + b"A" * 8_000_000 + b"'/>",
        b"<r " + b"A" * 8_000_000 + b"/>",
        b"<!-- " + b"A" * 8_000_000 + b"--><r/>",
        b"<?x " + b"A" * 8_000_000 + b"?><r/>",
    ],
    ids=lambda data: str(data[:12]),
)
def test_huge_tags(data: bytes) -> None:
    error = refused(data, of=UnknownShapeError, peak=12_000_000)
    assert "more than 262144 bytes" in error.message
    assert error.body == data[:200].decode()


def test_a_huge_name_takes_linear_time() -> None:
    name = b"A" * 200_000
    assert parse_xml(b"<%b>x</%b>" % (name, name))[1] == "x"


def test_many_attributes() -> None:
    names = b" ".join(b"a%d=''" % number for number in range(20))
    assert "attributes" in refused(b"<r " + names + b"/>", of=UnknownShapeError).message


def test_many_tags() -> None:
    assert "tags" in refused(b"<r>" + b"<a/>" * 500_000 + b"</r>", of=UnknownShapeError, peak=100_000_000).message


def test_many_elements_of_one_name_take_linear_time() -> None:
    assert len(parse_xml(b"<r>" + b"<a/>" * 100_000 + b"</r>")[1]["a"]) == 100_000


@pytest.mark.parametrize("begin", [b"<r>", b'{"a": "', b" "])
def test_longer_than_any_answer(begin: bytes) -> None:
    data = begin + b"A" * LARGEST
    tracemalloc.start()
    try:
        with pytest.raises(UnknownShapeError, match=f"longer than {LARGEST} bytes"):
            read_document(data)
        # the blank before it is stripped from a copy
        assert tracemalloc.get_traced_memory()[1] < (1_000_000 if begin != b" " else LARGEST + 1_000_000)
    finally:
        tracemalloc.stop()
