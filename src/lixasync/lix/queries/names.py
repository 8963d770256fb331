"""Finding the ids of names, through the free facet suggestions (Lix API, operation suggest_sales_facets)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Protocol

from lixasync.errors import AmbiguousNameError
from lixasync.lix.queries.filter_tables import Filter
from lixasync.lix.queries.wanted import Choice, Known, Name, Resolved, Wanted, ordered, refuse_contradiction
from lixasync.models.suggestion import Suggestion

_SHOWN = 10


class Ask(Protocol):
    """Makes the request for what is suggested."""

    @property
    def scope(self) -> str:
        """What tells its suggestions from those of others: the same name may stand for something else there."""
        ...

    async def __call__(self, facet: str, text: str) -> Sequence[Suggestion]:
        """Return what is suggested for a text, or all values of a facet for the empty text."""
        ...

    def call(self, facet: str, text: str) -> str:
        """Return the call by which a user sees the same suggestions."""
        ...


class Names:
    """What names stand for, remembered for the life of a client.

    Every method takes ``ask``, which makes the request for the suggestions of a facet and a text. Equal requests at
    the same time are one, as everywhere; failures are not remembered.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str, str], tuple[Suggestion, ...]] = {}

    async def resolve(self, ask: Ask, facet: str, text: str) -> Suggestion:
        """Return the only suggestion that has a name, whatever its case and spaces.

        Args:
            ask: Makes the request.
            facet: The facet to ask, such as ``COMPANY_WITH_LIST``.
            text: The name.

        Raises:
            AmbiguousNameError: several have that name, or none has; with what was suggested.
            LixasyncError: the request failed.
        """
        suggestions = await self._answer(ask, facet, text)
        known = {each.id: each for each in suggestions if each.id}
        equal = [each for each in known.values() if _plain(each.text or "") == _plain(text)]
        if len(equal) == 1:
            return equal[0]
        candidates = tuple(equal or known.values())
        raise AmbiguousNameError(
            _finding(text, facet, exact=bool(equal), candidates=candidates),
            hint=f"Pass the Suggestion that is meant instead of the name; they come from {ask.call(facet, text)}.",
            candidates=candidates,
        )

    async def resolve_each(self, ask: Ask, facet: str, texts: Sequence[str]) -> list[Suggestion]:
        """Return what each of several names stands for.

        Raises:
            AmbiguousNameError: names that several things have, or none; all of them in one error.
            LixasyncError: a request failed.
        """
        found, failures = [], []
        for text in texts:
            try:
                found.append(await self.resolve(ask, facet, text))
            except AmbiguousNameError as error:
                failures.append(error)
        if failures:
            raise _together(failures)
        return found

    async def resolve_all(self, ask: Ask, wanted: Wanted) -> Resolved:
        """Return a query with every name in it turned into an id.

        Raises:
            AmbiguousNameError: names that several things have, or none; all of them in one error.
            InvalidArgumentError: two names for the same thing, one wanted and one excluded.
            LixasyncError: a request failed.
        """
        failures: list[AmbiguousNameError] = []
        hints: set[str] = set()
        conditions: list[tuple[Filter, tuple[Known, ...]]] = []
        for each, terms in wanted.conditions:
            values: list[Known] = []
            for term in terms:
                if not isinstance(term, Name):
                    values.append(term)
                    continue
                try:
                    found = await self.resolve(ask, each.facet, term.text)
                except AmbiguousNameError as error:
                    error.message = f"{each.argument}: {error.message}"
                    failures.append(error)
                    hints.update([' Where free text will do, pass Text("...").'] if each.free_text else [])
                else:
                    values.append(Choice(id=found.id, text=found.text, excluded=term.excluded))
            conditions.append((each, ordered(values)))
        if failures:
            raise _together(failures, *hints)
        for each, resolved in conditions:
            refuse_contradiction(each.argument, resolved)
        return Resolved(kind=wanted.kind, conditions=tuple(conditions))

    async def values(self, ask: Ask, facet: str) -> tuple[Suggestion, ...]:
        """Return every value of a facet whose values can be listed, such as ``FUNCTION``.

        Args:
            ask: Makes the request; it is asked for the empty text.
            facet: The facet.

        Raises:
            LixasyncError: the request failed.
        """
        return await self._answer(ask, facet, "")

    async def _answer(self, ask: Ask, facet: str, text: str) -> tuple[Suggestion, ...]:
        question = ask.scope, facet, _plain(text)
        if question not in self._answers:
            self._answers[question] = tuple(await ask(facet, text))
        return self._answers[question]


def _plain(text: str) -> str:
    """Return a name without what does not tell it from others: case, spaces, and how its letters are composed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _finding(text: str, facet: str, *, exact: bool, candidates: Sequence[Suggestion]) -> str:
    if not candidates:
        return f"{text!r}: nothing of that name is known ({facet})."
    listed = "; ".join(_shown(each) for each in candidates[:_SHOWN])
    more = f"; and {len(candidates) - _SHOWN} more" if len(candidates) > _SHOWN else ""
    finding = f"{len(candidates)} things have that name" if exact else "nothing has exactly that name, but there are"
    return f"{text!r}: {finding} ({facet}): {listed}{more}."


def _shown(suggestion: Suggestion) -> str:
    facts = [suggestion.id or "", *([suggestion.headline] if suggestion.headline else [])]
    return f"{suggestion.text or ''} [{', '.join(facts)}]"


def _together(failures: Sequence[AmbiguousNameError], *hints: str) -> AmbiguousNameError:
    return AmbiguousNameError(
        " ".join(error.message for error in failures),
        hint="".join((failures[0].hint, *hints)),
        candidates=tuple(candidate for error in failures for candidate in error.candidates),
    )
