"""How LinkedIn is shown which member asks (LinkedIn v1, section Authentication)."""

from __future__ import annotations

import secrets
import time
from typing import Literal
from urllib.parse import parse_qsl, quote, urlsplit

import attrs

from lixasync.errors import ConfigurationError
from lixasync.models.secret import Secret, as_secret
from lixasync.transport.base import Request


def _check(name: str, secret: Secret) -> None:
    value: object = secret.reveal()
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigurationError(
            f"{name} is empty, no text, or holds spaces, line breaks or letters outside ASCII.",
            hint="Copy it again, without quotes or spaces around it.",
        )


@attrs.frozen
class AccessToken:
    """An OAuth 2 access token of a member, and the form in which it is sent.

    Attributes:
        secret: The token.
        form: ``"header"``: ``Authorization: Bearer <token>``, the default; ``"query"``:
            ``?oauth2_access_token=<token>``, which ends up in the logs of proxies and servers, so avoid it.
    """

    secret: Secret = attrs.field(converter=as_secret)
    form: Literal["header", "query"] = "header"

    def __attrs_post_init__(self) -> None:
        _check("The access token", self.secret)
        if self.form not in ("header", "query"):
            raise ConfigurationError(f"There is no form {self.form!r}; choose 'header' or 'query'.")

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the header that carries the token."""
        return (("authorization", f"Bearer {self.secret.reveal()}"),) if self.form == "header" else ()

    def query(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameter that carries the token."""
        return (("oauth2_access_token", self.secret.reveal()),) if self.form == "query" else ()

    def sign(self, request: Request) -> Request:
        """Return the request as it is: the token alone is enough."""
        return request

    def hide_in(self, text: str) -> str:
        """Return ``text`` with the token masked."""
        return self.secret.hide_in(text)


@attrs.frozen(kw_only=True)
class OAuth1:
    """OAuth 1.0a with HMAC-SHA1 (RFC 5849); needs ``pip install 'lixasync[oauth1]'``.

    Each attempt is signed anew, with its own nonce and time. Clocks may differ by five minutes.

    Attributes:
        consumer_key: The application's key.
        consumer_secret: The application's secret.
        token: The member's access token.
        token_secret: The secret of that token.
    """

    consumer_key: str
    consumer_secret: Secret = attrs.field(converter=as_secret)
    token: Secret = attrs.field(converter=as_secret)
    token_secret: Secret = attrs.field(converter=as_secret)

    def __attrs_post_init__(self) -> None:
        _check("consumer_key", Secret(self.consumer_key))
        _check("consumer_secret", self.consumer_secret)
        _check("token", self.token)
        _check("token_secret", self.token_secret)
        try:
            import authlib.oauth1.rfc5849.signature  # noqa: F401 - asked for here, so that it is not missed at night
        except ImportError:
            raise ConfigurationError(
                "OAuth 1.0a needs Authlib, which is not installed.", hint="pip install 'lixasync[oauth1]'"
            ) from None

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: each request is signed on its own."""
        return ()

    def query(self) -> tuple[tuple[str, str], ...]:
        """Return nothing: the signature goes into a header."""
        return ()

    def sign(self, request: Request) -> Request:
        """Return the request with its signature."""
        header = self.authorization(
            request.method, request.url, nonce=secrets.token_hex(16), timestamp=int(time.time())
        )
        return attrs.evolve(request, headers=(*request.headers, ("authorization", header)))

    def authorization(self, method: str, url: str, *, nonce: str, timestamp: int) -> str:
        """Return the value of the header ``Authorization`` for one request.

        Args:
            method: HTTP method.
            url: The whole URL, encoded; its query takes part in the signature.
            nonce: A text that was never used before.
            timestamp: Unix time in seconds.
        """
        from authlib.oauth1.rfc5849.signature import construct_base_string, hmac_sha1_signature

        own = [
            ("oauth_consumer_key", self.consumer_key),
            ("oauth_token", self.token.reveal()),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", str(timestamp)),
            ("oauth_nonce", nonce),
        ]
        # The library takes the values of oauth_ parameters as escaped, all others as they are.
        escaped = [(name, _escape(value)) for name, value in own]
        base = construct_base_string(method, url, [*parse_qsl(urlsplit(url).query, keep_blank_values=True), *escaped])
        signature = hmac_sha1_signature(base, self.consumer_secret.reveal(), self.token_secret.reveal())
        parts = [*escaped, ("oauth_signature", _escape(signature))]
        return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in parts)

    def hide_in(self, text: str) -> str:
        """Return ``text`` with all secrets masked."""
        for secret in (self.consumer_secret, self.token, self.token_secret):
            text = secret.hide_in(text)
        return text


def _escape(text: str) -> str:
    return quote(text, safe="~")
