"""OAuth 1.0a as a server checks it (RFC 5849), with HMAC-SHA1."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
from collections.abc import Iterable
from urllib.parse import quote, unquote, unquote_plus, urlsplit

Pairs = list[tuple[str, str]]

SKEW = 300
"""How many seconds a timestamp may be away from the server's clock."""

_PAIR = re.compile(r'\s*([^=\s"]+)\s*=\s*"([^"]*)"\s*')
_PORTS = {"http": "80", "https": "443"}


class OAuthProblem(Exception):  # noqa: N818 - the specification's own word
    """A request is refused.

    Args:
        problem: What is wrong, in the words of the problem reporting extension.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def escape(text: str) -> str:
    """Percent-encode as section 3.6 says: all but letters, digits, hyphen, dot, underscore and tilde."""
    return quote(text, safe="-._~")


def form_pairs(text: str) -> Pairs:
    """Decode a query or a form body, empty values and repeated names included (section 3.4.1.3.1)."""
    parts = (part.partition("=") for part in text.split("&") if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]


def header_pairs(header: str) -> Pairs:
    """Decode an Authorization header.

    Raises:
        OAuthProblem: It is not well formed.
    """
    scheme, _, rest = header.partition(" ")
    found: Pairs = []
    for part in rest.split(","):
        pair = _PAIR.fullmatch(part)
        if scheme.lower() != "oauth" or pair is None:
            raise OAuthProblem("parameter_rejected")
        found.append((unquote(pair[1]), unquote(pair[2])))
    return found


def base_uri(url: str) -> str:
    """Bring an address into the form that is signed: lower case, no default port, no query (section 3.4.1.2)."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    return f"{scheme}://{host.removesuffix(':' + _PORTS.get(scheme, '-'))}{parts.path or '/'}"


def normalise(pairs: Iterable[tuple[str, str]]) -> str:
    """Sort and join parameters (section 3.4.1.3.2): by name, then by value, both encoded."""
    encoded = sorted((escape(name), escape(value)) for name, value in pairs if name not in ("realm", "oauth_signature"))
    return "&".join(f"{name}={value}" for name, value in encoded)


def base_string(method: str, url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Build what is signed (section 3.4.1.1).

    Args:
        method: The HTTP method.
        url: The address; its query does not count, the parameters come in `pairs`.
        pairs: The decoded parameters of query, header and form body.
    """
    return "&".join(escape(part) for part in (method.upper(), base_uri(url), normalise(pairs)))


def sign(text: str, consumer_secret: str, token_secret: str) -> str:
    """Sign with HMAC-SHA1 (section 3.4.2)."""
    key = f"{escape(consumer_secret)}&{escape(token_secret)}"
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha1)).decode()


class Verifier:
    """Checks signed requests of one application and one member, and remembers nonces.

    Args:
        consumer: The application's key and secret.
        token: The member's token and its secret.
    """

    def __init__(self, consumer: tuple[str, str], token: tuple[str, str]) -> None:
        self._consumer = consumer
        self._token = token
        self._nonces: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def verify(self, method: str, url: str, query: str, header: str, now: float) -> None:
        """Check a request without a body.

        Args:
            method: The HTTP method.
            url: The address without its query, as it was sent.
            query: The query, as it was sent.
            header: The Authorization header.
            now: The server's time in unix seconds.

        Raises:
            OAuthProblem: It is refused.
        """
        pairs = header_pairs(header)
        given = dict(pairs)
        self._check(given, len(pairs), now)
        expected = sign(base_string(method, url, [*pairs, *form_pairs(query)]), self._consumer[1], self._token[1])
        if not hmac.compare_digest(expected.encode(), given["oauth_signature"].encode()):
            raise OAuthProblem("signature_invalid")
        nonce = (given["oauth_timestamp"], given["oauth_nonce"])
        with self._lock:
            if nonce in self._nonces:
                raise OAuthProblem("nonce_used")
            self._nonces.add(nonce)

    def _check(self, given: dict[str, str], count: int, now: float) -> None:
        """Check all but signature and nonce."""
        needed = ("consumer_key", "token", "signature_method", "timestamp", "nonce", "signature")
        time = given.get("oauth_timestamp", "")
        problems = (
            ("parameter_rejected", len(given) == count),
            ("parameter_absent", all(f"oauth_{name}" in given for name in needed)),
            ("version_rejected", given.get("oauth_version", "1.0") == "1.0"),
            ("signature_method_rejected", given.get("oauth_signature_method") == "HMAC-SHA1"),
            ("consumer_key_unknown", given.get("oauth_consumer_key") == self._consumer[0]),
            ("token_rejected", given.get("oauth_token") == self._token[0]),
            ("timestamp_refused", time.isascii() and time.isdigit() and abs(int(time) - now) <= SKEW),
        )
        for problem, fine in problems:
            if not fine:
                raise OAuthProblem(problem)
