"""OAuth 2 tokens, and OAuth 1.0a as the examples of its RFC have it."""

from __future__ import annotations

import re
import sys
from urllib.parse import unquote

import pytest
from tests.support.fake import TOKEN, FakeTransport, answer, linkedin

from lixasync import AccessToken, ConfigurationError, OAuth1, Request
from lixasync.linkedin import auth

PHOTOS = OAuth1(
    consumer_key="dpf43f3p2l4k3l03",
    consumer_secret="kd94hf93k423kf44",
    token="nnch734d00sl2jdk",
    token_secret="pfkkdhi9sl3r4s00",
)


def parts(header: str) -> dict[str, str]:
    scheme, rest = header.split(" ", 1)
    assert scheme == "OAuth"
    return {name: unquote(value) for name, value in re.findall(r'([a-z_]+)="([^"]*)"', rest)}


def test_the_photo_of_the_rfc() -> None:
    """RFC 5849, section 1.2."""
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    header = PHOTOS.authorization("GET", url, nonce="chapoH", timestamp=137131202)
    assert parts(header) == {
        "oauth_consumer_key": "dpf43f3p2l4k3l03",
        "oauth_token": "nnch734d00sl2jdk",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "137131202",
        "oauth_nonce": "chapoH",
        "oauth_signature": "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    }
    assert "MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D" in header


def test_repeated_parameters_and_spaces_of_the_rfc(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 5849, section 3.4.1.1: the base string of a request with both."""
    from authlib.oauth1.rfc5849 import signature

    bases: list[str] = []
    monkeypatch.setattr(
        signature, "hmac_sha1_signature", lambda base, *_: bases.append(base) or "bYT5CMsGcbgUdFHObYMEfcx6bsw="
    )
    signer = OAuth1(consumer_key="9djdj82h48djs9d2", consumer_secret="a", token="kkk9d7dh3k39sjv7", token_secret="b")
    url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q"
    signer.authorization("POST", url, nonce="7d8f3e4a", timestamp=137131201)
    assert bases == [
        (
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
            "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1"
            "%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        )
    ]


def test_secrets_with_percent_signs_are_signed_as_they_are() -> None:
    signer = OAuth1(consumer_key="k", consumer_secret="s%2Bt", token="t%2Bu", token_secret="p&q")
    assert parts(signer.authorization("GET", "https://h.example/", nonce="n", timestamp=1))["oauth_token"] == "t%2Bu"


def test_every_attempt_has_a_nonce_of_its_own() -> None:
    request = Request(method="GET", url="https://api.linkedin.com/v1/people/~", headers=(("accept", "text/xml"),))
    headers = [dict(PHOTOS.sign(request).headers) for _ in range(3)]
    assert len({parts(each["authorization"])["oauth_nonce"] for each in headers}) == 3
    assert all(each["accept"] == "text/xml" for each in headers)


@pytest.mark.anyio
async def test_each_attempt_is_signed_anew_and_spaces_leave_as_percent_20() -> None:
    transport = FakeTransport([answer({}, 500), answer({"_total": 0})])
    async with linkedin(transport, None, auth=PHOTOS, generation="2009") as client:
        await client.search.people(keywords="ruby rails", industry=[4, 6]).collect()
    first, second = (parts(dict(request.headers)["authorization"]) for request in transport.requests)
    assert first["oauth_nonce"] != second["oauth_nonce"]
    assert "keywords=ruby%20rails&industry-code=4&industry-code=6" in transport.requests[0].url


@pytest.mark.anyio
async def test_the_token_goes_into_the_header_unless_told_otherwise() -> None:
    header, query = FakeTransport([answer({"_total": 0})]), FakeTransport([answer({"_total": 0})])
    async with linkedin(header) as client:
        await client.connections().collect()
    async with linkedin(query, AccessToken(TOKEN, form="query")) as client:
        await client.connections().collect()
    assert dict(header.requests[0].headers)["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in header.requests[0].url
    assert f"oauth2_access_token={TOKEN}" in query.requests[0].url
    assert "authorization" not in dict(query.requests[0].headers)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_token_is_refused(token: str) -> None:
    with pytest.raises(ConfigurationError, match="access token"):
        AccessToken(token)
    with pytest.raises(ConfigurationError, match="token_secret"):
        OAuth1(consumer_key="k", consumer_secret="s", token="t", token_secret=token)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'header' or 'query'"):
        AccessToken("t", form="body")  # type: ignore[arg-type]


def test_a_missing_library_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib.oauth1.rfc5849.signature", None)
    with pytest.raises(ConfigurationError, match=r"lixasync\[oauth1\]"):
        OAuth1(consumer_key="k", consumer_secret="s", token="t", token_secret="u")


def test_no_secret_shows() -> None:
    shown = f"{PHOTOS!r}{AccessToken(TOKEN)!r}{PHOTOS}{vars(auth).keys()}"
    for secret in ("kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", TOKEN):
        assert secret not in shown
        assert secret not in PHOTOS.hide_in(AccessToken(TOKEN).hide_in(f"echo {secret}"))
