"""Law 7 for visibility tokens: they show in no repr, no text, no plain output, no pickle and no error."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import pytest
from v1_bodies import BODIES, PAGES, body, document, page, read

from lixasync.codec import Decoder
from lixasync.codec.document import Document, read_document
from lixasync.codec.members import member, members
from lixasync.codec.veil import safe_excerpt, veil
from lixasync.errors import DecodeError, UnknownShapeError
from lixasync.models import Member, VisibilityToken
from lixasync.models.base import Model, wire_names
from lixasync.models.secret import TokenLink

TOKENS = re.compile(rb"authToken=([^&\"<]+)|name:([\w-]{3,})|OUT_OF_NETWORK:([\w-]{3,})")
TOKEN = "xYz1"
HEADERS = (
    f'<headers total="1"><http-header><name>x-li-auth-token</name><value>name:{TOKEN}</value></http-header></headers>'
)
XML = (
    f"<person><id>a</id><api-standard-profile-request><url>https://api.example/a</url>{HEADERS}"
    "</api-standard-profile-request><site-standard-profile-request>"
    f"<url>https://www.example/profile?key=1&amp;authToken={TOKEN}&amp;authType=name</url>"
    "</site-standard-profile-request></person>"
)


def tokens(name: str) -> set[bytes]:
    return {next(filter(None, found)) for found in TOKENS.findall(body(name))}


def one(text: str = XML) -> Member:
    return member(Decoder(), read_document(text.encode()))


def leaves(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [leaf for each in data.values() for leaf in leaves(each)]
    return [leaf for each in data for leaf in leaves(each)] if isinstance(data, list) else [data]


def parts(model: Model) -> list[Model]:
    found = [model]
    for name in wire_names(type(model)):
        value = getattr(model, name)
        for each in value if isinstance(value, tuple) else (value,):
            found += parts(each) if isinstance(each, Model) else []
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_token_of_a_page_shows(name: str) -> None:
    listing = page(name)
    shown = [repr(listing), str(listing)]
    for item in listing.items:
        for part in parts(item):
            shown += [repr(part), str(part), f"{part}", repr(part.raw), repr(part.extra)]
        shown.append(json.dumps(item.to_dict()))
    texts = "\n".join(shown).encode()
    pickled = b"".join(pickle.dumps(listing, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))
    for token in tokens(name):
        # tokens of four letters may occur by chance within an id, so they are looked for with what is before them
        for before in (b"name:", b"authToken=", b"OUT_OF_NETWORK:", b"NAME_SEARCH:"):
            assert before + token not in texts
            assert before + token not in pickled


def test_pages_with_tokens_are_among_them() -> None:
    assert sum(bool(tokens(name)) for name in PAGES) >= 15


@pytest.mark.parametrize("name", PAGES)
def test_no_plain_token_stays_in_the_data(name: str) -> None:
    found = document(name)
    members(Decoder(), found)
    for leaf in leaves(found.data):
        if isinstance(leaf, str) and not isinstance(leaf, TokenLink):
            assert "authToken=" not in leaf
            assert not leaf.startswith(("name:", "OUT_OF_NETWORK:"))


def test_the_token_itself_can_be_had() -> None:
    api, site = one().api_standard_profile_request, one().site_standard_profile_request
    assert api is not None
    assert site is not None
    assert api.url == "https://api.example/a"
    (header,) = api.headers
    assert header.value == VisibilityToken(f"name:{TOKEN}")
    assert site.url == f"https://www.example/profile?key=1&authToken={TOKEN}&authType=name"


def test_raw_holds_the_secret() -> None:
    found = one()
    request = found.raw["apiStandardProfileRequest"]
    assert request["headers"]["values"][0]["value"] == VisibilityToken(f"name:{TOKEN}")
    assert request["headers"]["values"][0]["name"] == "x-li-auth-token"
    assert isinstance(found.raw["siteStandardProfileRequest"]["url"], TokenLink)


def test_plain_output() -> None:
    plain = one().to_dict()
    assert plain["api_standard_profile_request"]["headers"] == [{"name": "x-li-auth-token", "value": "***"}]
    assert (
        plain["site_standard_profile_request"]["url"] == "https://www.example/profile?key=1&authToken=***&authType=name"
    )
    assert type(plain["site_standard_profile_request"]["url"]) is str


def test_through_a_pickle() -> None:
    found = one()
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own bytes
    assert again.id == found.id
    assert again.api_standard_profile_request.url == "https://api.example/a"
    (header,) = again.api_standard_profile_request.headers
    assert header.value.lost
    with pytest.raises(LookupError, match="fetch the person again"):
        header.value.reveal()
    assert again.site_standard_profile_request.url.endswith("authToken=***&authType=name")
    assert again != found
    assert pickle.loads(pickle.dumps(again)) == again  # noqa: S301 - our own bytes


def test_copies_keep_it() -> None:
    found = one()
    for again in (copy.copy(found), copy.deepcopy(found)):
        assert again == found
        assert again.api_standard_profile_request.headers[0].value.reveal() == f"name:{TOKEN}"
        assert TOKEN in again.site_standard_profile_request.url
        assert again.raw == found.raw


ODD = {
    "two values": f"<headers><http-header><value>name:{TOKEN}</value><value>{TOKEN}</value></http-header></headers>",
    "attributes": f"<headers><http-header name='x-li-auth-token' key='k'>name:{TOKEN}</http-header></headers>",
    "another name": f"<headers><http-header><token>{TOKEN}</token></http-header></headers>",
    "nested": f"<headers><http-header><value><inner>{TOKEN}</inner></value></http-header></headers>",
    "text": f"<headers total='1'><http-header>{TOKEN}</http-header></headers>",
}


@pytest.mark.parametrize("form", ODD)
def test_headers_of_another_shape(form: str) -> None:
    found = one(f"<person><id>a</id><api-standard-profile-request>{ODD[form]}</api-standard-profile-request></person>")
    shown = repr(found.raw) + repr(found) + json.dumps(found.to_dict()) + repr([part.extra for part in parts(found)])
    assert TOKEN not in shown
    assert TOKEN.encode() not in pickle.dumps(found)


@pytest.mark.parametrize(
    "data",
    [
        {"headers": [{"name": "x-li-auth-token", "value": TOKEN}]},
        {"HEADERS": {"values": [{"Name": "x-li-auth-token", "VALUE": TOKEN}]}},
        {"headers": {"values": [{"name": "x-li-auth-token", "value": [TOKEN, {"a": TOKEN}]}]}},
        {"headers": {"_total": 1, "values": [TOKEN]}},
        {"someRequest": {"headers": {"values": [{"value": TOKEN}]}}},
        {"someLinks": [f"https://www.example/?authToken={TOKEN}"]},
        {"id": f"authToken={TOKEN}"},
        [[f"https://www.example/?next=%2Fx%3FauthToken%3D{TOKEN}"], {"url": f"x?authToken={TOKEN}"}],
    ],
    ids=str,
)
def test_veil(data: Any) -> None:
    veil(data)
    assert TOKEN not in repr(data)
    assert TOKEN.encode() not in pickle.dumps(data)
    before = copy.deepcopy(data)
    veil(data)
    assert data == before


def test_names_and_numbers_stay() -> None:
    data = {
        "headers": {"_total": 1, "_count": "1", "values": [{"name": "a", "value": 7, "more": True}, {"value": None}]}
    }
    veil(data)
    assert data["headers"] == {
        "_total": 1,
        "_count": "1",
        "values": [{"name": "a", "value": VisibilityToken("7"), "more": True}, {"value": None}],
    }


def test_unknown_fields_in_plain_output() -> None:
    text = f"<person><id>a</id><group-request><url>x?authToken={TOKEN}</url>{HEADERS}</group-request></person>"
    found = one(text)
    plain = found.to_dict()
    assert plain["extra"]["groupRequest"]["url"] == "x?authToken=***"
    assert plain["extra"]["groupRequest"]["headers"]["values"] == [{"name": "x-li-auth-token", "value": "***"}]
    assert TOKEN not in json.dumps(plain)
    assert found.extra["groupRequest"]["url"].endswith(TOKEN)


def test_nested_too_deeply() -> None:
    data: Any = {"id": "a"}
    for _ in range(70):
        data = {"inner": [data]}
    with pytest.raises(UnknownShapeError, match="nested too deeply"):
        members(Decoder(), Document(data={"values": [data]}))


@pytest.mark.parametrize(
    "text",
    [
        XML,
        XML[XML.index("<headers") :],
        XML[XML.index("<value") :],
        XML.replace(f"name:{TOKEN}", f"<![CDATA[name:{TOKEN}]]>")[XML.index("<value") :],
        XML[XML.index("<url>https://www") :],
        '{"headers": {"values": [{"name": "x-li-auth-token", "value": "name:xYz1"}]}}',
        '{"value":"name:xYz1","name":"x"}',
        '{"value" :\n "name:xYz1',
        '{"value": "a\\"xYz1"}',
        '{"VALUE": "xYz1"}',
        '{"url": "https://www.example/profile?authToken=xYz1\\u0026authType=name"}',
        '{"url": "https://www.example/profile?authToken=xYz1',
        '{"value": xYz1}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_excerpts(text: str, encoding: str) -> None:
    shown = safe_excerpt(text.encode(encoding))
    assert TOKEN not in shown
    assert "***" in shown or len(text) > 200


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("length", [60, 200, 390, 800, 1500])
def test_no_token_in_an_error_about_a_cut_body(name: str, length: int) -> None:
    whole = body(name)
    start = max(0, whole.find(b"oken") - length // 2)
    for data in (whole[:length], b"{" + whole[start : start + length], b"<" + whole[start : start + length]):
        try:
            read_document(data)
        except DecodeError as error:
            shown = f"{error} {error!r} {error.body}".encode() + pickle.dumps(error)
            assert not re.search(rb"authToken=(?!\*\*\*)\w", shown)
            for token in tokens(name):
                assert b"name:" + token not in shown


def test_no_token_in_an_error_about_an_unknown_shape() -> None:
    text = '{"request": {"headers": {"values": [{"name": "x", "value": "name:xYz1"}]}, "url": "x?authToken=xYz1"}}'
    for reader in (member, members):
        with pytest.raises(UnknownShapeError) as caught:
            reader(Decoder(), read_document(text.encode()))
        assert caught.value.body is not None
        assert TOKEN not in caught.value.body
        assert caught.value.body.count("***") == 2


def test_no_token_in_what_drift_reports() -> None:
    decoder = Decoder()
    read(
        f"<connections total='1'>{XML.replace('<id>a</id>', f'<id>a</id><new>{HEADERS}</new>')}</connections>", decoder
    )
    assert decoder.drift.report().unknown_fields == {"Member.new": 1}
    assert TOKEN not in str(decoder.drift.report()) + repr(decoder.drift.report())
