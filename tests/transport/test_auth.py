"""The key: how it is sent, and how it is kept from showing."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lixasync import ApiKey, ConfigurationError, InsecureURLError
from lixasync.transport.auth import Secret, check_base_url

KEY = "sk-0123456789"


@pytest.mark.parametrize(
    ("form", "headers", "query"),
    [
        ("header", (("authorization", KEY),), ()),
        ("bearer", (("authorization", f"Bearer {KEY}"),), ()),
        ("x-api-key", (("x-api-key", KEY),), ()),
        ("query", (), (("api_key", KEY),)),
    ],
)
def test_the_four_forms(form: str, headers: object, query: object) -> None:
    key = ApiKey(KEY, form=form)  # type: ignore[arg-type]
    assert key.headers() == headers
    assert key.query() == query


def test_it_does_not_show() -> None:
    key = ApiKey(KEY)
    assert KEY not in f"{key} {key!r} {key.secret} {key.secret!r} {[key]}"


@pytest.mark.parametrize("act", [pickle.dumps, copy.deepcopy])
def test_it_is_not_pickled(act: object) -> None:
    with pytest.raises(TypeError, match="environment"):
        act(ApiKey(KEY))  # type: ignore[operator]


@given(st.text(), st.text())
def test_it_is_masked_in_any_text(before: str, after: str) -> None:
    secret = Secret("k y/€")
    masked = secret.hide_in(f"{before}k y/€{after}k%20y%2F%E2%82%AC")
    assert "k y/€" not in masked
    assert "k%20y%2F%E2%82%AC" not in masked


def test_equal_secrets_are_equal() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize("key", ["", " ", "two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ApiKey(key)
    assert not key.strip() or key not in str(caught.value)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no form"):
        ApiKey(KEY, form="cookie")  # type: ignore[arg-type]


class TestBaseUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "https://api.lix-it.com",
            "https://gateway.example/lix/",
            "http://localhost:8000",
            "http://127.0.0.1:8000/",
            "http://127.9.9.9",
            "http://[::1]:80",
        ],
    )
    def test_https_anywhere_and_http_to_loopback(self, url: str) -> None:
        assert check_base_url(url, "base_url") == url.rstrip("/")

    @pytest.mark.parametrize("url", ["http://api.lix-it.com", "http://10.0.0.1", "http://localhost.example.com"])
    def test_plain_http_elsewhere_is_refused(self, url: str) -> None:
        with pytest.raises(InsecureURLError, match="readable by all"):
            check_base_url(url, "base_url")

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "api.lix-it.com",
            "ftp://x",
            "https://",
            "https://x?a=1",
            "https://x#a",
            "https://u:p@x",
            "https://[",
            "https://x:port",
        ],
    )
    def test_what_is_no_base_url_is_refused(self, url: str) -> None:
        with pytest.raises(ConfigurationError, match="base_url"):
            check_base_url(url, "base_url")
