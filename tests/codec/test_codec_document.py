"""What a body is, the body itself tells."""

from __future__ import annotations

import contextlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from v1_bodies import BODIES, body

from lixasync.codec.document import Document, read_document
from lixasync.errors import DecodeError


@pytest.mark.parametrize(
    ("data", "root", "read"),
    [
        (b"<a-b><c>1</c></a-b>", "aB", {"c": "1"}),
        (b' \n<?xml version="1.0"?><a/>', "a", ""),
        (b"\xef\xbb\xbf<a/>", "a", ""),
        (b"\xef\xbb\xbf \n<a/>", "a", ""),
        ("<a>é</a>".encode("utf-16"), "a", "é"),
        ("<a>é</a>".encode("utf-16-le"), "a", "é"),
        ("<a>é</a>".encode("utf-16-be"), "a", "é"),
        (b"<htmlish/>", "htmlish", ""),
        (b"<!-- html --><a/>", "a", ""),
        (b'{"_total": 0}', None, {"_total": 0}),
        (b'\xef\xbb\xbf {"a": "<html>"}', None, {"a": "<html>"}),
        (b"[1]", None, [1]),
        (b"null", None, None),
    ],
)
def test_what_it_is(data: bytes, root: str | None, read: object) -> None:
    assert read_document(data) == Document(root=root, data=read)


@pytest.mark.parametrize("name", BODIES)
def test_saved_bodies(name: str) -> None:
    assert (read_document(body(name)).root is not None) == name.endswith(".xml")


@pytest.mark.parametrize("data", [b"", b"   ", b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_empty(data: bytes) -> None:
    with pytest.raises(DecodeError, match="empty") as caught:
        read_document(data)
    assert caught.value.repeatable


@pytest.mark.parametrize(
    "text",
    [
        "<html><p>Not closed",
        "<!DOCTYPE html><p>x",
        "<!doctype HTML>",
        " \n<HTML lang='en'>",
        "<head>",
        "<title>999: Request denied</title>",
        "<!-- a --><!-- b -->\n<html>",
        "<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x.dtd'><html/>",
        "\ufeff<html>",
    ],
)
def test_html(text: str) -> None:
    with pytest.raises(DecodeError, match=r"HTML came; is the host right\?") as caught:
        read_document(text.encode())
    assert caught.value.body == text[:200]
    assert caught.value.repeatable


def test_many_comments_before_no_html() -> None:
    data = b"<!---->" * 200 + b"<!-- -- --> " * 200 + b"<nothtml"
    with pytest.raises(DecodeError):
        read_document(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Bad gateway", "not JSON"),
        (b'{"a": 1', "cut off after 7 bytes"),
        (b"<a><b>", "cut off after 6 bytes"),
        (b'callback({"a": 1})', "not JSON"),
        (b"\x89PNG\r\n", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe\x00", "cut off|well-formed"),
    ],
)
def test_unreadable(data: bytes, message: str) -> None:
    with pytest.raises(DecodeError, match=message) as caught:
        read_document(data)
    assert caught.value.body is not None
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert pickle.loads(pickle.dumps(caught.value)).body == caught.value.body  # noqa: S301 - our own bytes


def test_no_data_in_the_repr() -> None:
    assert repr(read_document(b"<a>name:xYz1</a>")) == "Document(root='a')"


@given(st.sampled_from(BODIES), st.floats(0, 1, exclude_max=True))
def test_any_cut_is_called_a_cut(name: str, where: float) -> None:
    whole = body(name).strip()
    cut = whole[: 1 + int(where * (len(whole) - 1))]
    with pytest.raises(DecodeError, match="cut off"):
        read_document(cut)


@given(
    st.binary(max_size=60)
    | st.sampled_from([b"<", b"{", b"\xff\xfe<\0"]).flatmap(lambda one: st.binary().map(one.__add__))
)
def test_any_bytes_give_a_document_or_a_decode_error(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        read_document(data)
