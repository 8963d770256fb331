"""What searches can be narrowed by, as keyword arguments, and the checks made before any request. Pure.

Names are looked up later (`names`); the queries become URLs in `sales_url` and `people_url`. The grammar of those URLs
is LinkedIn's own and not part of the Lix reference.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TypeAlias, TypedDict

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.queries.filter_tables import TABLES, Filter, Kind
from lixasync.lix.queries.wanted import Choice, Known, Name, Span, Wanted, ordered, refuse_contradiction
from lixasync.models.suggestion import Suggestion
from lixasync.transport.caller import required


@attrs.frozen
class Text:
    """Free text instead of a name: whatever contains it, without looking for its id.

    Args:
        text: What to look for. Only ``titles``, ``companies`` and their past forms take it, in Sales Navigator.
    """

    text: str


@attrs.frozen
class Exclude:
    """A value that results must not have, in Sales Navigator.

    Args:
        value: A name, a `Suggestion` or a `Text`.
    """

    value: str | Suggestion | Text


Plain: TypeAlias = str | Suggestion
Plains: TypeAlias = Plain | Sequence[Plain]
Excludable: TypeAlias = Plain | Exclude
Excludables: TypeAlias = Excludable | Sequence[Excludable]
Free: TypeAlias = Excludable | Text
Frees: TypeAlias = Free | Sequence[Free]
Degrees: TypeAlias = int | Sequence[int]
Range: TypeAlias = tuple[float | None, float | None]


class LeadFilters(TypedDict, total=False):
    """What a search for leads can be narrowed by.

    A filter takes one value or several, which are alternatives; different filters all have to hold. A value is a name,
    which is looked up free of charge and must be unambiguous, or a `Suggestion` from ``lix.sales.facets``. None is the
    same as not given.

    The URLs made of these filters follow LinkedIn's own grammar, which is not part of the Lix reference; for filters
    that are not listed, copy the URL of a search from the browser.

    Attributes:
        keywords: Words anywhere in the profile; AND, OR, NOT, quotes and brackets work as in Sales Navigator.
        first_name: First name.
        last_name: Last name.
        titles: Current job titles; also `Text` and `Exclude`.
        past_titles: Former job titles; also `Text` and `Exclude`.
        companies: Current companies; also `Text` and `Exclude`.
        past_companies: Former companies; also `Text` and `Exclude`.
        locations: Where people live; also `Exclude`.
        postal_codes: Postal codes of where people live.
        industries: Industries of the current company; also `Exclude`.
        seniorities: Seniority levels; also `Exclude`.
        functions: Job functions; also `Exclude`.
        headcounts: Sizes of the current company, such as ``"51-200"``.
        company_types: Kinds of company, such as ``"Public Company"``.
        company_locations: Where the current company has its headquarters; also `Exclude`.
        schools: Schools attended; also `Exclude`.
        groups: LinkedIn groups.
        languages: Languages of the profile.
        years_at_company: Time at the current company, such as ``"1 to 2 years"``.
        years_in_position: Time in the current position.
        years_of_experience: Years of experience.
        relationship: Degrees from the searching account: 1, 2, or 3 for everybody further away.
        changed_jobs: True for people who changed jobs lately; False is the same as not given.
        posted_recently: True for people who posted lately; False is the same as not given.
    """

    keywords: str | None
    first_name: str | None
    last_name: str | None
    titles: Frees | None
    past_titles: Frees | None
    companies: Frees | None
    past_companies: Frees | None
    locations: Excludables | None
    postal_codes: Plains | None
    industries: Excludables | None
    seniorities: Excludables | None
    functions: Excludables | None
    headcounts: Plains | None
    company_types: Plains | None
    company_locations: Excludables | None
    schools: Excludables | None
    groups: Plains | None
    languages: Plains | None
    years_at_company: Plains | None
    years_in_position: Plains | None
    years_of_experience: Plains | None
    relationship: Degrees | None
    changed_jobs: bool | None
    posted_recently: bool | None


class AccountFilters(TypedDict, total=False):
    """What a search for accounts can be narrowed by; see `LeadFilters` for what values are.

    Attributes:
        keywords: Words anywhere in the company's page.
        locations: Where the headquarters are; also `Exclude`.
        industries: Industries; also `Exclude`.
        headcounts: Sizes, such as ``"51-200"``.
        headcount_growth: Growth within a year in per cent, as ``(from, to)``; None leaves an end open.
        annual_revenue: Revenue in millions of US dollars, as ``(from, to)``; None leaves an end open.
    """

    keywords: str | None
    locations: Excludables | None
    industries: Excludables | None
    headcounts: Plains | None
    headcount_growth: Range | None
    annual_revenue: Range | None


class PeopleFilters(TypedDict, total=False):
    """What LinkedIn's own search for people can be narrowed by; see `LeadFilters` for what values are.

    It knows neither exclusions nor free text among names: ``title``, ``company`` and ``school`` are free text.

    Attributes:
        keywords: Words anywhere in the profile.
        first_name: First name.
        last_name: Last name.
        title: Words of the job title.
        company: Words of a company's name.
        school: Words of a school's name.
        companies: Current companies.
        past_companies: Former companies.
        locations: Where people live.
        industries: Industries.
        schools: Schools attended.
        languages: Languages of the profile.
        relationship: Degrees from the searching account: 1, 2, or 3 for everybody further away.
    """

    keywords: str | None
    first_name: str | None
    last_name: str | None
    title: str | None
    company: str | None
    school: str | None
    companies: Plains | None
    past_companies: Plains | None
    locations: Plains | None
    industries: Plains | None
    schools: Plains | None
    languages: Plains | None
    relationship: Degrees | None


def check(kind: Kind, filters: Mapping[str, Any]) -> Wanted:
    """Return what a search is for, in a form that is equal for equal queries.

    Args:
        kind: What is searched: ``"leads"``, ``"accounts"`` or ``"people"``.
        filters: The keyword arguments, see `LeadFilters`, `AccountFilters` and `PeopleFilters`; None counts as not
            given.

    Raises:
        InvalidArgumentError: a filter that does not exist, a value that it does not take, the same both wanted and
            excluded, or no filter at all.
    """
    table = TABLES[kind]
    for name in filters:
        if name not in table:
            refuse_unknown(kind, name)
    conditions = []
    for name, each in table.items():
        terms = _terms(each, filters.get(name))
        if terms:
            refuse_contradiction(name, terms)
            conditions.append((each, ordered(terms)))
    if not conditions:
        raise InvalidArgumentError(
            f"A search for {kind} was given no filter: it would list all there are.",
            hint=f"Filters are {', '.join(table)}.",
        )
    return Wanted(kind=kind, conditions=tuple(conditions))


def refuse_unknown(kind: Kind, name: str) -> NoReturn:
    """Raise InvalidArgumentError for a filter that does not exist."""
    table = TABLES[kind]
    near = get_close_matches(name, table, n=1)
    raise InvalidArgumentError(
        f"A search for {kind} has no filter {name!r}." + (f" Did you mean {near[0]!r}?" if near else ""),
        hint=f"Filters are {', '.join(table)}; for others, pass the URL of a search from the browser.",
    )


def _terms(each: Filter, value: Any) -> list[Name | Known]:
    if value is None or (each.form == "switch" and value is False):
        return []
    if each.form == "text":
        return [Choice(text=_text(each.argument, value))]
    if each.form == "range":
        return [_span(each.argument, value)]
    if each.form == "names":
        return [_name(each, item) for item in _several(each.argument, value)]
    return [_choice(each, item) for item in _several(each.argument, value)]


def _text(argument: str, value: object) -> str:
    return " ".join(required(argument, value).split())


def _several(argument: str, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return (value,)
    items = tuple(value)
    if not items:
        raise InvalidArgumentError(
            f"{argument} is empty: without it the search would find more, not nothing.",
            hint="Pass None to leave it out.",
        )
    return items


def _name(each: Filter, value: object) -> Name | Choice:
    if isinstance(value, Exclude):
        if not each.exclusion:
            raise InvalidArgumentError(
                f"{each.argument} takes no Exclude: LinkedIn offers no exclusion there.",
                hint="Give the values that are wanted.",
            )
        return attrs.evolve(_included(each, value.value), excluded=True)
    return _included(each, value)


def _included(each: Filter, value: object) -> Name | Choice:
    if isinstance(value, Suggestion):
        if not value.id:
            raise InvalidArgumentError(
                f"{each.argument} holds a suggestion without an id: {value!r}.",
                hint="Pass one of those that lix.sales.facets(...) gave.",
            )
        return Choice(id=value.id, text=value.text)
    if isinstance(value, Text):
        if not each.free_text:
            raise InvalidArgumentError(
                f"{each.argument} takes no free text: LinkedIn searches there by id only.",
                hint="Give the name itself, or a Suggestion.",
            )
        return Choice(text=_text(each.argument, value.text))
    if not isinstance(value, str):
        raise InvalidArgumentError(
            f"{each.argument} holds {value!r}; it must be a name or a Suggestion"
            + (", a Text" if each.free_text else "")
            + (", or an Exclude of one" if each.exclusion else "")
            + "."
        )
    return Name(text=_text(each.argument, value))


def _choice(each: Filter, value: object) -> Choice:
    for given, id, text in each.choices:  # noqa: A001 - the URL's own word for it
        if type(value) is type(given) and value == given:
            return Choice(id=id, text=text)
    known = ", ".join(str(given) for given, _, _ in each.choices)
    raise InvalidArgumentError(f"{each.argument} holds {value!r}; it must be one of: {known}.")


def _span(argument: str, value: object) -> Span:
    ends = value if isinstance(value, list | tuple) and len(value) == 2 else ()
    given = [end for end in ends if end is not None]
    if not given or not all(_is_number(end) for end in given) or given != sorted(given):
        raise InvalidArgumentError(
            f"{argument} is {value!r}; it must be (from, to), two numbers in order.",
            hint="None in place of one of them leaves that end open.",
        )
    low, high = (int(end) if end is not None and end == int(end) else end for end in ends)
    return Span(minimum=low, maximum=high)


def _is_number(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    )
