"""A text that must not show."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import quote

__all__ = ["Secret"]

_HIDDEN = "***"


class Secret:
    """A text that does not show in a repr, a format or a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def hide_in(self, text: str) -> str:
        """Return ``text`` with every occurrence of the secret masked, plain or percent-encoded."""
        return text.replace(self._value, _HIDDEN).replace(quote(self._value, safe=""), _HIDDEN)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN!r})"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not pickled. Give the key to the new process in its environment instead.")
