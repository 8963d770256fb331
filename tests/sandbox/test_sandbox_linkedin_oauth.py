"""OAuth 1.0a: the published examples of RFC 5849, and what a server refuses."""

from __future__ import annotations

import time
from urllib.parse import quote

import httpx
import pytest

from lixasync.sandbox import Sandbox
from lixasync.sandbox.linkedin.oauth import (
    OAuthProblem,
    Pairs,
    Verifier,
    base_string,
    base_uri,
    escape,
    form_pairs,
    header_pairs,
    normalise,
    sign,
)

CONSUMER_SECRET = "kd94hf93k423kf44"


def oauth(**values: str) -> Pairs:
    return [(f"oauth_{name}", value) for name, value in values.items()]


# --- RFC 5849 -------------------------------------------------------------------------------------------


def test_the_base_string_of_section_3_4_1_1() -> None:
    header = (
        'OAuth realm="Example",\n    oauth_consumer_key="9djdj82h48djs9d2",\n    oauth_token="kkk9d7dh3k39sjv7",\n'
        '    oauth_signature_method="HMAC-SHA1",\n    oauth_timestamp="137131201",\n    oauth_nonce="7d8f3e4a",\n'
        '    oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"'
    )
    query = form_pairs("b5=%3D%253D&a3=a&c%40=&a2=r%20b")
    pairs = [*query, *header_pairs(header), *form_pairs("c2&a3=2+q")]
    assert base_string("post", "http://EXAMPLE.COM:80/request", pairs) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D"
        "%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3D"
        "HMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
        ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
        ("HTTPS://example.com:443", "https://example.com/"),
        ("http://example.com:443/", "http://example.com:443/"),
    ],
)
def test_the_base_uris_of_section_3_4_1_2(url: str, expected: str) -> None:
    assert base_uri(url) == expected


def test_the_parameters_of_section_3_4_1_3_2() -> None:
    pairs = [
        *form_pairs("b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2=&a3=2+q"),
        *oauth(
            consumer_key="9djdj82h48djs9d2", token="kkk9d7dh3k39sjv7", signature_method="HMAC-SHA1",
            timestamp="137131201", nonce="7d8f3e4a",
        ),
    ]  # fmt: skip
    assert normalise(pairs) == (
        "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=9djdj82h48djs9d2&oauth_nonce=7d8f3e4a"
        "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131201&oauth_token=kkk9d7dh3k39sjv7"
    )


@pytest.mark.parametrize(
    ("method", "url", "values", "token_secret", "expected"),
    [
        (
            "POST", "https://photos.example.net/initiate",
            {"timestamp": "137131200", "nonce": "wIjqoS", "callback": "http://printer.example.com/ready"},
            "", "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
        ),
        (
            "POST", "https://photos.example.net/token",
            {"token": "hh5s93j4hdidpola", "timestamp": "137131201", "nonce": "walatlh", "verifier": "hfdp7dh39dks9884"},
            "hdhd0244k9j7ao03", "gKgrFCywp7rO0OXSjdot/IHF7IU=",
        ),
        (
            "GET", "http://photos.example.net/photos?file=vacation.jpg&size=original",
            {"token": "nnch734d00sl2jdk", "timestamp": "137131202", "nonce": "chapoH"},
            "pfkkdhi9sl3r4s00", "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        ),
    ],
)  # fmt: skip
def test_the_signatures_of_section_1_2(
    method: str, url: str, values: dict[str, str], token_secret: str, expected: str
) -> None:
    pairs = oauth(consumer_key="dpf43f3p2l4k3l03", signature_method="HMAC-SHA1", **values)
    pairs += form_pairs(url.partition("?")[2])
    assert sign(base_string(method, url, pairs), CONSUMER_SECRET, token_secret) == expected


def test_what_is_escaped() -> None:
    assert escape("aZ09-._~") == "aZ09-._~"
    assert escape("é +&=*!'()/:") == "%C3%A9%20%2B%26%3D%2A%21%27%28%29%2F%3A"


def test_values_are_sorted_after_encoding() -> None:
    assert normalise([("n", "é"), ("n", "z"), ("n", "~"), ("n-a", "1"), ("n", "10"), ("n", "9")]) == (
        "n=%C3%A9&n=10&n=9&n=z&n=~&n-a=1"
    )


# --- the verifier ---------------------------------------------------------------------------------------

NOW = 1_390_000_000
URL = "http://127.0.0.1:8000/v1/people/url=http:%2F%2Fwww.linkedin.com%2Fin%2Fsomeone"


TOKEN_SECRET = "s&cret"


def signed(
    url: str = URL, query: str = "", secret: str = TOKEN_SECRET, method: str = "GET", **changes: str | None
) -> str:
    values: dict[str, str | None] = {
        "consumer_key": "consumer", "token": "token", "signature_method": "HMAC-SHA1", "timestamp": str(NOW),
        "nonce": "once", "version": "1.0", **changes,
    }  # fmt: skip
    pairs = oauth(**{name: value for name, value in values.items() if value is not None})
    signature = sign(base_string(method, url, [*pairs, *form_pairs(query)]), "c+secret", secret)
    pairs += [] if "signature" in changes else oauth(signature=signature)
    return "OAuth " + ", ".join(f'{name}="{quote(value, safe="")}"' for name, value in pairs)


def verifier() -> Verifier:
    return Verifier(("consumer", "c+secret"), ("token", TOKEN_SECRET))


@pytest.mark.parametrize(
    "query", ["", "industry-code=4&industry-code=96&industry-code=10", "keywords=jos%C3%A9%20ruby", "keywords=a+b&x="]
)
def test_a_signed_request_is_accepted(query: str) -> None:
    verifier().verify("GET", URL, query, signed(query=query), NOW)
    with pytest.raises(OAuthProblem, match="signature_invalid"):
        verifier().verify("GET", URL, query + "&more=1", signed(query=query), NOW)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"consumer_key": "other"}, "consumer_key_unknown"),
        ({"token": "other"}, "token_rejected"),
        ({"nonce": None}, "parameter_absent"),
        ({"signature": "x", "token": None}, "parameter_absent"),
        ({"version": "2.0"}, "version_rejected"),
        ({"signature_method": "PLAINTEXT"}, "signature_method_rejected"),
        ({"timestamp": str(NOW - 301)}, "timestamp_refused"),
        ({"timestamp": str(NOW + 301)}, "timestamp_refused"),
        ({"timestamp": "soon"}, "timestamp_refused"),
        ({"secret": "other"}, "signature_invalid"),
        ({"method": "POST"}, "signature_invalid"),
        ({"url": URL.replace("%2F", "%2f")}, "signature_invalid"),
    ],
)
def test_what_is_refused(changes: dict[str, str | None], problem: str) -> None:
    with pytest.raises(OAuthProblem, match=problem):
        verifier().verify("GET", URL, "", signed(**changes), NOW)  # type: ignore[arg-type]  # mixed keywords


def test_a_nonce_is_good_once() -> None:
    checks = verifier()
    checks.verify("GET", URL, "", signed(), NOW)
    checks.verify("GET", URL, "", signed(nonce="twice"), NOW)
    checks.verify("GET", URL, "", signed(timestamp=str(NOW + 300)), NOW)
    with pytest.raises(OAuthProblem, match="nonce_used"):
        checks.verify("GET", URL, "", signed(), NOW)


@pytest.mark.parametrize("header", ["OAuth", "OAuth nonsense", 'OAuth a="b', 'Basic oauth_token="x"'])
def test_headers_that_cannot_be_read(header: str) -> None:
    with pytest.raises(OAuthProblem, match="parameter_rejected"):
        header_pairs(header)


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(OAuthProblem, match="parameter_rejected"):
        verifier().verify("GET", URL, "", signed() + ', oauth_nonce="again"', NOW)


# --- over HTTP ------------------------------------------------------------------------------------------


def call(sandbox: Sandbox, target: str, *, skew: float = 0.0, secret: str | None = None) -> httpx.Response:
    settings = sandbox.settings
    url, _, query = f"{sandbox.url}{target}".partition("?")
    pairs = oauth(
        consumer_key=settings.linkedin_consumer_key, token=settings.linkedin_oauth_token,
        signature_method="HMAC-SHA1", timestamp=str(int(time.time() + skew)), nonce=f"n{time.monotonic_ns()}",
    )  # fmt: skip
    text = base_string("GET", url, [*pairs, *form_pairs(query)])
    pairs += oauth(signature=sign(text, settings.linkedin_consumer_secret, secret or settings.linkedin_oauth_secret))
    header = "OAuth " + ",".join(f'{name}="{escape(value)}"' for name, value in pairs)
    return httpx.get(f"{sandbox.url}{target}", headers={"Authorization": header}, trust_env=False)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/people/~/connections:(id,first-name,location:(name))?count=3",
        "/v1/people?industry-code=96&industry-code=4&keywords=kelp+pebble",
        "/v1/people-search:(people:(id),num-results)?keywords=na%C3%AFve%20cr%C3%A8me",
    ],
)
def test_signed_calls_are_answered(sandbox: Sandbox, target: str) -> None:
    assert call(sandbox, target).status_code == 200
    assert sandbox.events()[0]["headers"] == {"authorization": "OAuth [key]"}
    assert sandbox.events()[0]["target"] == target


def test_refusals_say_why(sandbox: Sandbox) -> None:
    answer = call(sandbox, "/v1/people/~", secret="wrong")
    assert (answer.status_code, answer.headers["oauth_problem"]) == (401, "signature_invalid")
    assert 'oauth_problem="signature_invalid"' in answer.headers["WWW-Authenticate"]
    assert "<message>Unable to verify access token</message>" in answer.text
    late = call(sandbox, "/v1/people/~", skew=-400)
    assert late.headers["oauth_problem"] == "timestamp_refused"


def test_a_wrong_clock_is_the_servers_to_judge(sandbox: Sandbox) -> None:
    sandbox.linkedin.advance(3600)
    assert call(sandbox, "/v1/people/~").headers["oauth_problem"] == "timestamp_refused"
    assert call(sandbox, "/v1/people/~", skew=3600).status_code == 200
