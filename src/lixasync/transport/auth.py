"""How a request shows who sends it, without the secret ever showing anywhere else."""

from __future__ import annotations

from typing import Literal, Protocol

import attrs

from lixasync.errors import ConfigurationError, InsecureURLError
from lixasync.models.secret import Secret, as_secret
from lixasync.transport.base import Request
from lixasync.transport.urls import is_loopback, split_url

Form = Literal["header", "bearer", "x-api-key", "query"]


class Auth(Protocol):
    """Shows a remote API who asks."""

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers that every request carries."""
        ...

    def query(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameters that every request carries."""
        ...

    def sign(self, request: Request) -> Request:
        """Return a request ready to leave; asked for each attempt, so that each can have a signature of its own."""
        ...

    def hide_in(self, text: str) -> str:
        """Return a text of the server's with every secret masked: servers may repeat what they were sent."""
        ...


@attrs.frozen
class ApiKey:
    """A Lix API key and the form in which it is sent (Lix API, section Authentication).

    Attributes:
        secret: The key.
        form: ``"header"``: ``Authorization: <key>``, the documented default; ``"bearer"``:
            ``Authorization: Bearer <key>``; ``"x-api-key"``: ``X-Api-Key: <key>``; ``"query"``: ``?api_key=<key>``,
            which ends up in the logs of proxies and servers, so avoid it.
    """

    secret: Secret = attrs.field(converter=as_secret)
    form: Form = "header"

    def __attrs_post_init__(self) -> None:
        value = self.secret.reveal()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ConfigurationError(
                "The API key is empty or holds spaces, line breaks or letters outside ASCII.",
                hint="Copy it again from the dashboard, without quotes or spaces around it.",
            )
        if self.form not in ("header", "bearer", "x-api-key", "query"):
            raise ConfigurationError(f"There is no form {self.form!r}; choose header, bearer, x-api-key or query.")

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the headers that carry the key."""
        value = self.secret.reveal()
        if self.form == "header":
            return (("authorization", value),)
        if self.form == "bearer":
            return (("authorization", f"Bearer {value}"),)
        return (("x-api-key", value),) if self.form == "x-api-key" else ()

    def query(self) -> tuple[tuple[str, str], ...]:
        """Return the query parameters that carry the key."""
        return (("api_key", self.secret.reveal()),) if self.form == "query" else ()

    def sign(self, request: Request) -> Request:
        """Return the request as it is: the key alone is enough."""
        return request

    def hide_in(self, text: str) -> str:
        """Return ``text`` with the key masked."""
        return self.secret.hide_in(text)


def check_base_url(url: str, setting: str) -> str:
    """Return a base URL without a trailing slash, if a key may be sent there.

    Raises:
        InsecureURLError: plain http to a host that is not loopback.
        ConfigurationError: not an absolute http(s) URL, or one with a query, fragment or credentials.
    """
    parts = split_url(url) if " " not in url else None
    if parts is None:
        raise ConfigurationError(f"{setting} is not an absolute URL that starts with https://.")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ConfigurationError(f"{setting} must hold scheme, host and path only.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise InsecureURLError(
            f"{setting} is plain http to {parts.hostname}: the key would cross the network readable by all.",
            hint="Use https://; plain http is allowed to loopback only.",
        )
    return url.rstrip("/")
