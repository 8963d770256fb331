"""Searches by names instead of a URL, and searches that are divided because they match more than is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, Unpack

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.facets import Asks
from lixasync.lix.listing import Bounds, query_of, source
from lixasync.lix.queries.filter_tables import TABLES, Kind
from lixasync.lix.queries.filters import check, refuse_unknown
from lixasync.lix.queries.people_url import people_url
from lixasync.lix.queries.sales_url import can_divide, division, sales_url, with_extra
from lixasync.lix.queries.wanted import Choice, Resolved, Span, Wanted
from lixasync.lix.url_search import UrlSearch, addressed, invented, page, search
from lixasync.paging.page_number import PageNumberCursor
from lixasync.paging.pager import Pager
from lixasync.paging.partition import PartitionCursor, Path, path_of
from lixasync.paging.partitioned import PartitionedPager
from lixasync.paging.source import Batch, Identified

T = TypeVar("T", bound=Identified)


def url_of(query: Resolved) -> str:
    """Return the URL of a query."""
    return people_url(query) if query.kind == "people" else sales_url(query)


async def resolved(core: Core, wanted: Wanted, viewer: str | None = None) -> Resolved:
    """Return a query with every name in it turned into an id, by free requests where it was not known yet."""
    return await core.names.resolve_all(Asks(core, core.any_viewer(viewer)), wanted)


def found(
    core: Core,
    kind: UrlSearch[T],
    what: Kind,
    url: str | None,
    filters: Mapping[str, Any],
    partition_by: str | Sequence[str] | None,
    *,
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> Pager[T]:
    """Make the pager of a search, by its URL or by filters.

    Raises:
        SearchURLError: the URL is not one of such a search.
        InvalidArgumentError: both a URL and filters are given, or filters that cannot be.
    """
    if url is not None:
        _refuse_both(filters, partition_by)
        return search(core, kind, url, viewer_id=viewer_id, **bounds)
    wanted = check(what, filters)
    if partition_by is None:
        return _named(core, kind, wanted, viewer_id=viewer_id, **bounds)
    return _divided(core, kind, wanted, partition_by, viewer_id=viewer_id, **bounds)


def _refuse_both(filters: Mapping[str, Any], partition_by: str | Sequence[str] | None) -> None:
    given = [name for name, value in filters.items() if value is not None]
    if given:
        raise InvalidArgumentError(
            f"Both a URL and filters are given ({', '.join(given)}): the URL says already what is searched.",
            hint="Give one or the other.",
        )
    if partition_by is not None:
        raise InvalidArgumentError(
            "A search by URL cannot be divided: what it searches by is not known.",
            hint="Search by filters, such as titles=[...], to use partition_by.",
        )


def _named(
    core: Core,
    kind: UrlSearch[T],
    wanted: Wanted,
    *,
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> Pager[T]:
    """Make the pager of a search by names."""

    async def address() -> str:
        return url_of(await resolved(core, wanted, viewer_id))

    return addressed(
        core,
        kind,
        address,
        said=wanted.key(),
        viewer_id=viewer_id,
        **bounds,
    )


def _divided(
    core: Core,
    kind: UrlSearch[T],
    wanted: Wanted,
    partition_by: str | Sequence[str],
    *,
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> PartitionedPager[T]:
    """Make the pager of a search that is divided by one filter after another, until each part can be listed."""
    arguments = _check_partition(wanted, partition_by)
    viewer = core.any_viewer(viewer_id)
    said = (("url", wanted.key()), ("partition_by", ",".join(arguments)), ("viewer_id", viewer))
    query = query_of(kind.operation, said)
    asks = Asks(core, viewer)
    names: dict[str, str] = {}

    async def fetch(position: Mapping[str, str]) -> Batch[T]:
        path = path_of(position)
        part = await _part(asks, await resolved(core, wanted, viewer), arguments, path)
        if kind.invent_sequence and not viewer:
            position = {"sequence_id": invented(core, f"{query}/{path}"), **position}
        batch = await page(core, kind, url_of(part), position, viewer)
        if position["page"] != "1" or batch.total is None or batch.total < kind.cap or len(path) == len(arguments):
            return batch
        argument = arguments[len(path)]
        values = await _values(asks, part, argument)
        names.update({key: value.text or key for key, value in values.items()})
        return attrs.evolve(batch, divisions=tuple(values), covers=_wants(part, argument))

    first = PageNumberCursor(query=query, cap=kind.cap)
    begin = PartitionCursor(query=query, begin=first, cap=kind.cap)
    return PartitionedPager(
        attrs.evolve(source(core, kind.operation, begin, fetch), cap=None, merged=True),
        names=names,
        **bounds,
    )


def _check_partition(wanted: Wanted, partition_by: str | Sequence[str]) -> tuple[str, ...]:
    """Return the filters to divide by.

    Raises:
        InvalidArgumentError: one that does not exist or cannot divide the query, or one that comes twice.
    """
    given: object = (partition_by,) if isinstance(partition_by, str) else partition_by
    arguments = tuple(given) if isinstance(given, Sequence) else ()
    named = all(isinstance(argument, str) for argument in arguments)
    if not arguments or not named or len(set(arguments)) != len(arguments):
        raise InvalidArgumentError(f"partition_by is {partition_by!r}; it must name one filter, or several different.")
    for argument in arguments:
        _check_divides(wanted, argument)
    return arguments


def _check_divides(wanted: Wanted, argument: str) -> None:
    table = TABLES[wanted.kind]
    if argument not in table:
        refuse_unknown(wanted.kind, argument)
    able = [name for name, each in table.items() if each.enumerated or each.form == "choices"]
    terms = next((terms for condition, terms in wanted.conditions if condition.argument == argument), ())
    given = [term for term in terms if not isinstance(term, Span) and not term.excluded]
    if len(given) > 1 or (not given and argument in able):
        return
    if given:
        raise InvalidArgumentError(
            f"{argument} has one value in this search, so it divides nothing.",
            hint="Divide by a filter with several values, or by one that is not given.",
        )
    raise InvalidArgumentError(
        f"A search for {wanted.kind} cannot be divided by {argument!r}: its values cannot be listed.",
        hint=f"Give several values of it, or divide by one of: {', '.join(able)}.",
    )


async def _part(asks: Asks, query: Resolved, arguments: Sequence[str], path: Path) -> Resolved:
    for argument, key in zip(arguments, path, strict=False):
        values = await _values(asks, query, argument)
        query = with_extra(query, argument, values.get(key) or Choice(id=key))
    return query


async def _values(asks: Asks, query: Resolved, argument: str) -> dict[str, Choice]:
    """Return the values that divide a query by a filter, by what a cursor knows them by."""
    if not can_divide(query, argument):
        return {}  # names that turned out to mean the same
    each = TABLES[query.kind][argument]
    given = _wants(query, argument)
    listed = await asks.core.names.values(asks, each.facet) if each.facet and not given else ()
    return {value.id or f"~{value.text}": value for value in division(query, argument, listed)}


def _wants(query: Resolved, argument: str) -> bool:
    """Say whether a query names values of a filter: its parts by that filter are then all of it."""
    return any(isinstance(value, Choice) and not value.excluded for value in query.values(argument))
