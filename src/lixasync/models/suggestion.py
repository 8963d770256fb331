"""Suggestions for the values of search filters."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identity import first_identity

__all__ = ["Suggestion"]


@attrs.frozen(kw_only=True, repr=False)
class Suggestion(Model):
    """One value a search filter can take.

    Lix API, operations suggest_sales_facets and suggest_recruiter_facets.

    Attributes:
        id: What searches know the value by: digits or a urn, as text.
        text: The value for people to read.
        headline: A second line, such as what kind of company it is.
        children: Values listed below this one.
    """

    id: str | None = wire("id", "entity")
    text: str | None = wire("displayValue", "text")
    headline: str | None = wire()
    children: tuple[Suggestion, ...] = wire(default=())

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this suggestion is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "id", self.id
