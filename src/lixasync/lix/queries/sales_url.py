"""Queries of Sales Navigator: its URLs, the ways to divide one query into several, and pairs of id and text. Pure.

The grammar of the URLs is LinkedIn's own and not part of the Lix reference; that of the pairs is (Lix API, operation
search_sales_leads_by_filters).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.queries.filter_tables import TABLES, Filter
from lixasync.lix.queries.wanted import Choice, Known, Resolved, Span, ordered
from lixasync.models.suggestion import Suggestion

_PAGES = {"leads": "people", "accounts": "company"}


def sales_url(query: Resolved) -> str:
    """Return the URL of a search for leads or accounts.

    Every text and id is percent-encoded, so that brackets, commas and colons in it cannot be taken for the grammar's
    own; then the whole query is encoded once more, as the value of a parameter.
    """
    parts = [_keywords(values) for each, values in query.conditions if each.wire == "keywords"]
    filters = [_filter(each, values) for each, values in query.conditions if each.wire != "keywords"]
    if filters:
        parts.append(f"filters:List({','.join(filters)})")
    encoded = f"({','.join(parts)})".replace("%", "%25")
    return f"https://www.linkedin.com/sales/search/{_PAGES[query.kind]}?query={encoded}"


def _keywords(values: Sequence[Known]) -> str:
    return "".join(f"keywords:{_encoded(value.text)}" for value in values if isinstance(value, Choice))


def _filter(each: Filter, values: Sequence[Known]) -> str:
    spans = [_span(value) for value in values if isinstance(value, Span)]
    if spans:
        unit = f",selectedSubFilter:{each.unit}" if each.unit else ""
        return f"(type:{each.wire},rangeValue:({spans[0]}){unit})"
    listed = ",".join(_value(value) for value in values if isinstance(value, Choice))
    return f"(type:{each.wire},values:List({listed}))"


def _span(span: Span) -> str:
    ends = (("min", span.minimum), ("max", span.maximum))
    return ",".join(f"{name}:{end}" for name, end in ends if end is not None)


def _value(value: Choice) -> str:
    told = (("id", value.id), ("text", value.text))
    parts = [f"{name}:{_encoded(text)}" for name, text in told if text]
    parts.append(f"selectionType:{'EXCLUDED' if value.excluded else 'INCLUDED'}")
    return f"({','.join(parts)})"


def _encoded(text: str | None) -> str:
    return quote(text or "", safe="")


def can_divide(query: Resolved, argument: str) -> bool:
    """Say whether a query can be divided by a filter into narrower ones.

    It can when the filter is given with several wanted values, or with none and all its values can be listed. A filter
    that is given with one wanted value divides nothing.
    """
    each = TABLES[query.kind].get(argument)
    if each is None or each.form not in ("names", "choices"):
        return False
    wanted = _wanted(query, argument)
    return len(wanted) > 1 or (not wanted and (each.enumerated or each.form == "choices"))


def division(query: Resolved, argument: str, values: Sequence[Suggestion] = ()) -> tuple[Choice, ...]:
    """Return the values that divide a query by a filter, for `with_extra`.

    A filter that is given already divides into its own wanted values. Otherwise all values divide it, but those it
    excludes; who has no value of that filter is then in none of the parts.

    Args:
        query: The query to divide.
        argument: The filter to divide by.
        values: All values of the filter's facet; not needed for a filter whose choices are fixed.

    Raises:
        InvalidArgumentError: the query cannot be divided by that filter, see `can_divide`.
    """
    if not can_divide(query, argument):
        raise InvalidArgumentError(f"The query cannot be divided by {argument}.")
    wanted = _wanted(query, argument)
    if wanted:
        return wanted
    fixed = [Choice(id=choice[1], text=choice[2]) for choice in TABLES[query.kind][argument].choices]
    every = fixed or [_choice(value) for value in values if value.id]
    excluded = {value.id for value in query.values(argument) if isinstance(value, Choice)}
    return tuple(value for value in every if value.id not in excluded)


def with_extra(query: Resolved, argument: str, value: Choice | Suggestion) -> Resolved:
    """Return the same query narrowed to one value of a filter; what the filter excludes stays excluded.

    Raises:
        InvalidArgumentError: the query has no such filter, wants other values of it, or excludes this one: the result
            would not be a part of the query.
    """
    extra = _choice(value) if isinstance(value, Suggestion) else value
    each = TABLES[query.kind].get(argument)
    if each is None or each.form not in ("names", "choices"):
        raise InvalidArgumentError(f"A search for {query.kind} has no filter {argument!r} to divide by.")
    wanted = [term.key() for term in _wanted(query, argument)]
    excluded = [term for term in query.values(argument) if isinstance(term, Choice) and term.excluded]
    outside = extra.key() not in wanted if wanted else extra.id is None or extra.excluded
    if outside or extra.id in [term.id for term in excluded]:
        raise InvalidArgumentError(
            f"{argument} of the query leaves {extra.text or extra.id!r} out, so that is no part of it.",
            hint="division(...) gives the values that are.",
        )
    terms = {**{each.argument: terms for each, terms in query.conditions}, argument: ordered([extra, *excluded])}
    conditions = tuple((each, terms[name]) for name, each in TABLES[query.kind].items() if name in terms)
    return attrs.evolve(query, conditions=conditions)


def _wanted(query: Resolved, argument: str) -> tuple[Choice, ...]:
    values = query.values(argument)
    return tuple(value for value in values if isinstance(value, Choice) and not value.excluded)


def _choice(value: Suggestion) -> Choice:
    return Choice(id=value.id, text=value.text)


def id_text(id: str | None, text: str) -> str:  # noqa: A002 - the reference's own word for it
    r"""Return a pair in the form that search_sales_leads_by_filters takes (Lix API, section LinkedIn Search API).

    It looks like a list but is none of JSON: no quotes, and a comma in the text behind a backslash, as in
    ``[105763813,Colorado\, United States]``. A backslash in the text is put behind another, so that nothing is lost.

    Args:
        id: The id; None for free text.
        text: The text.
    """
    return f"[{_escaped(id or '')},{_escaped(text)}]"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,")
