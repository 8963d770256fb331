"""Texts that must not show."""

from __future__ import annotations

import json
import re
from typing import Any, Self
from urllib.parse import quote

__all__ = ["HIDDEN", "Secret", "TokenLink", "VisibilityToken", "as_secret", "bare_url", "mask_links", "veiled"]

HIDDEN = "***"
"""What stands in the place of a secret."""
_TELLING = 4
"""Characters of a secret's beginning that tell something of it."""
_TOKEN_IN_LINK = re.compile(r"(authToken(?:=|%3D))[^&#\s\"'<>\\]+", re.IGNORECASE)


class Secret:
    """A text that does not show in a repr, a format or a pickle."""

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._forms: tuple[str, ...] | None = None  # made when they are first looked for

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def hide_in(self, text: str) -> str:
        """Return ``text`` with every occurrence of the secret masked: plain, percent-encoded, or as JSON writes it.

        The text may be an excerpt that ends within the secret: its beginning is masked there too.
        """
        if self._forms is None:
            forms = {self._value, quote(self._value, safe=""), json.dumps(self._value)[1:-1]} if self._value else ()
            self._forms = tuple(forms)
        for form in self._forms:
            text = text.replace(form, HIDDEN)
            if form[:_TELLING] in text[-len(form) :]:
                text = _without_end(text, form)
        return text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({HIDDEN!r})"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("A secret is not pickled. Give the key to the new process in its environment instead.")


def as_secret(value: str | Secret) -> Secret:
    """Return a text as a secret; a secret as it is."""
    return value if isinstance(value, Secret) else Secret(value)


def _without_end(text: str, form: str) -> str:
    """Return a text with the beginning of a secret masked with which it ends."""
    for length in range(min(len(form), len(text)), _TELLING - 1, -1):
        if text.endswith(form[:length]):
            return text[:-length] + HIDDEN
    return text


class VisibilityToken(Secret):
    """The token with which LinkedIn lets a viewer open the profile of somebody found.

    It may be pickled, because the person it belongs to may; but what comes out of a pickle has lost it. Copies within
    the process keep it. A lost token equals other lost ones only.

    LinkedIn v1, section Responses.
    """

    __slots__ = ("_lost",)

    def __init__(self, value: str, *, lost: bool = False) -> None:
        super().__init__(value)
        self._lost = lost

    @property
    def lost(self) -> bool:
        """Whether the text is gone, because the token went through a pickle."""
        return self._lost

    def reveal(self) -> str:
        """Return the text itself.

        Raises:
            LookupError: The token is lost.
        """
        if self._lost:
            raise LookupError(
                "This visibility token went through a pickle and is lost, as secrets are not written down: "
                "fetch the person again to get a new one."
            )
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VisibilityToken) and (other._lost, other._value) == (self._lost, self._value)

    def __hash__(self) -> int:
        return hash((self._lost, self._value))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> Any:
        return _lost_token, ()


def _lost_token() -> VisibilityToken:
    return VisibilityToken("", lost=True)


class TokenLink(str):
    """An address of a profile that carries a visibility token.

    A text like any other for whoever opens it, but its repr and its pickle show ``authToken=***``. Copies within the
    process keep the token.

    LinkedIn v1, section Responses.
    """

    __slots__ = ()

    @property
    def masked(self) -> str:
        """The address without its token."""
        return mask_links(self)

    def __repr__(self) -> str:
        return repr(self.masked)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: Any) -> Self:
        return self

    def __reduce__(self) -> Any:
        return TokenLink, (self.masked,)

    def __reduce_ex__(self, _: Any) -> Any:
        return self.__reduce__()


def mask_links(text: str) -> str:
    """Return a text with the visibility tokens of all links in it masked."""
    return _TOKEN_IN_LINK.sub(rf"\1{HIDDEN}", text)


def bare_url(url: str) -> str:
    """Return an address without user, password, query and fragment, even where it is none that can be parsed."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + re.split(r"[?#]", rest.rpartition("@")[2])[0]


def veiled(data: Any) -> Any:
    """Return plain data with every secret in it masked; the data itself stays as it is."""
    if isinstance(data, Secret):
        return HIDDEN
    if isinstance(data, TokenLink):
        return data.masked
    if isinstance(data, dict):
        return {name: veiled(value) for name, value in data.items()}
    return [veiled(value) for value in data] if isinstance(data, list) else data
