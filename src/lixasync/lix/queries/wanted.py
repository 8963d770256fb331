"""What a search is for: as it was asked for, and with every name turned into an id. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias, TypeVar

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.queries.filter_tables import Filter, Kind


@attrs.frozen(kw_only=True)
class Name:
    """The name of a thing whose id is still to be found.

    Attributes:
        text: The name, with single spaces.
        excluded: Whether it is wanted that results do not have it.
    """

    text: str
    excluded: bool = False

    def key(self) -> list[Any]:
        """Return what tells it from other terms of its filter, as plain data."""
        return ["name", self.text, self.excluded]


@attrs.frozen(kw_only=True)
class Choice:
    """A value as a URL takes it.

    Attributes:
        id: Its id; None for free text.
        text: Its text, or the name that LinkedIn shows for the id; None when only the id is known.
        excluded: Whether it is wanted that results do not have it.
    """

    id: str | None = None
    text: str | None = None
    excluded: bool = False

    def key(self) -> list[Any]:
        """Return what tells it from other terms of its filter, as plain data; with an id, its text says nothing."""
        return ["text", self.text, self.excluded] if self.id is None else ["id", self.id, self.excluded]


@attrs.frozen(kw_only=True)
class Span:
    """A range of numbers, both ends included; an end that is None is open."""

    minimum: float | None
    maximum: float | None

    def key(self) -> list[Any]:
        """Return what tells it from others, as plain data."""
        return ["range", self.minimum, self.maximum]


Known: TypeAlias = Choice | Span
T = TypeVar("T", bound=Name | Known)


@attrs.frozen(kw_only=True)
class Wanted:
    """A checked query whose names may still have to be looked up; made by `lixasync.lix.queries.filters.check`.

    Attributes:
        kind: What is searched.
        conditions: The filters in the order of their table, each with its terms in a fixed order.
    """

    kind: Kind
    conditions: tuple[tuple[Filter, tuple[Name | Known, ...]], ...]

    def key(self) -> str:
        """Return a text that is equal for equal queries, whatever the order of arguments and values was."""
        terms = [[each.argument, [term.key() for term in terms]] for each, terms in self.conditions]
        return json.dumps([self.kind, terms], ensure_ascii=False, separators=(",", ":"))


@attrs.frozen(kw_only=True)
class Resolved:
    """A query ready to become a URL: nothing in it is left to look up.

    Attributes:
        kind: What is searched.
        conditions: The filters in the order of their table, each with its values.
    """

    kind: Kind
    conditions: tuple[tuple[Filter, tuple[Known, ...]], ...]

    def values(self, argument: str) -> tuple[Known, ...]:
        """Return the values of a filter; none when the query does not use it."""
        return next((values for each, values in self.conditions if each.argument == argument), ())


def ordered(terms: Iterable[T]) -> tuple[T, ...]:
    """Return terms in an order of their own, without repeats, so that equal queries become equal URLs."""
    by_key = {tuple(map(str, term.key())): term for term in terms}
    return tuple(by_key[key] for key in sorted(by_key))


def refuse_contradiction(argument: str, terms: Iterable[Name | Known]) -> None:
    """Refuse terms that want and exclude the same.

    Raises:
        InvalidArgumentError: they do.
    """
    sides: dict[tuple[str, str], bool] = {}
    for term in terms:
        if isinstance(term, Span):
            continue
        thing = _thing(term)
        if sides.setdefault(thing, term.excluded) is not term.excluded:
            raise InvalidArgumentError(
                f"{argument} both wants and excludes {term.text or thing[1]!r}: nothing could be found.",
                hint="Leave one of the two out.",
            )


def _thing(term: Name | Choice) -> tuple[str, str]:
    """Return what a term is about: the id, or else the text in any case."""
    if isinstance(term, Choice) and term.id is not None:
        return "id", term.id
    return "text", (term.text or "").casefold()
