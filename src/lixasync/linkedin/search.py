"""People search (LinkedIn v1, section People search: parameters)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from lixasync.errors import InvalidArgumentError
from lixasync.linkedin.connections import check_start
from lixasync.linkedin.core import Core
from lixasync.linkedin.fields import Fields, as_fields, with_id
from lixasync.linkedin.reading import PEOPLE_SEARCH, page_of, reading
from lixasync.linkedin.terms import Network, Params, Terms, halves
from lixasync.models import Member
from lixasync.paging.cursor import PART, Cursor, fingerprint
from lixasync.paging.offset import OffsetCursor
from lixasync.paging.page import check_page_size
from lixasync.paging.pager import Pager
from lixasync.paging.parts import PartsCursor
from lixasync.paging.source import Batch, Source

PAGE_SIZE = 10
"""People a page holds unless told otherwise; the later generation serves up to 25."""

_FACETS = ",facets:(code,name,buckets:(code,name,count,selected))"


class Search:
    """``linkedin.search``: searches as the member."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def people(
        self,
        *,
        keywords: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        name: str | None = None,
        company: str | None = None,
        current_company: bool | None = None,
        title: str | None = None,
        current_title: bool | None = None,
        school: str | None = None,
        current_school: bool | None = None,
        industry: int | str | Sequence[int | str] | None = None,
        country: str | None = None,
        postal_code: str | None = None,
        distance: int | None = None,
        search_location_type: Literal["I", "Y"] | None = None,
        network: Network | None = None,
        facet: Mapping[str, str | Sequence[str]] | None = None,
        facets: Sequence[str] | None = None,
        sort: str | None = None,
        fields: Fields | str | Iterable[str] | None = None,
        start: int = 0,
        page_size: int | None = PAGE_SIZE,
        max_items: int | None = None,
        resume: str | None = None,
    ) -> Pager[Member]:
        """Stream the people a search finds (LinkedIn v1, section People search: parameters).

        All terms must match. A search lists 100 people at most: when that cap, or a lower total of the server's,
        ended the stream, ``pager.stopped`` is ``SERVER_CAP``; ``pager.num_results`` tells how many match, and
        ``pager.total`` how many of them can be listed. Each page is a call of the daily quota.

        Args:
            keywords: Words that must all stand somewhere in the profile: plain text, spaces between words. The 2009
                generation knows no Boolean operators.
            first_name: First name, exactly (2010).
            last_name: Last name, exactly (2010).
            name: Words of the name; one word alone is taken for the last name (2009).
            company: Name of a company.
            current_company: True for those who work there now; False for those who ever did (2009), or who no longer
                do (2010); None for all. Needs ``company``.
            title: Title of a position.
            current_title: The same for ``title``.
            school: Name of a school (2010).
            current_school: The same for ``school`` (2010).
            industry: Codes or names of industries; several mean any of them. See `lixasync.linkedin.industries`.
            country: Code of two letters. In 2009 it needs ``search_location_type="I"``.
            postal_code: Postal code; needs ``country``.
            distance: Miles around ``postal_code`` (2010).
            search_location_type: ``"I"`` within country or postal code, ``"Y"`` anywhere (2009).
            network: ``"in"`` for the member's network, ``"out"`` for everyone else, ``"both"`` for one search after the
                other, without repeats, each with a cap of its own; None leaves it to the server. In 2009 the network is
                three degrees; in 2010 first and second degree and shared groups.
            facet: Values to filter by: ``{"location": ["us:84"], "language": ["en"]}`` (2010).
            facets: Facets to count: their buckets stand in ``page.meta["facets"]`` (2010).
            sort: ``connections``, ``recommenders``, ``distance`` or ``relevance`` (2010); ``ctx``, ``endorsers``,
                ``distance`` or ``relevance`` (2009, where only ``ctx`` was seen to work).
            fields: Fields of each person, such as ``Fields.SEARCH``; None for the server's own choice (2010). Repeats
                are found by the id, so ask for it; with ``network="both"`` it is asked for in any case.
            start: Index of the first person, from 0; not with ``network="both"``.
            page_size: People per page, up to 10 (2009) or 25 (2010); None leaves it to the server.
            max_items: Stop after so many people; None for all.
            resume: A cursor of an earlier stream of the same search.

        Yields:
            Member: in the server's order; members who hide from applications are flagged ``is_private`` and all have
                the same id.

        Raises:
            InvalidArgumentError: a term the server would ignore: without what it needs, not of this generation, or
                with a code that does not exist.
            PageSizeError: ``page_size`` above what a page holds.
            CursorError: the cursor is damaged or of another search.
            DailyLimitError: the calls of the day are used up; ``retry_at`` is the next midnight UTC.
            APIError: while iterating, see `lixasync.errors`; with ``cursor`` to go on from.
        """
        terms = Terms(
            keywords=keywords,
            first_name=first_name,
            last_name=last_name,
            name=name,
            company=company,
            current_company=current_company,
            title=title,
            current_title=current_title,
            school=school,
            current_school=current_school,
            industry=industry,
            country=country,
            postal_code=postal_code,
            distance=distance,
            search_location_type=search_location_type,
            network=network,
            facet=facet,
            facets=facets,
            sort=sort,
        )
        return _search(
            self._core,
            halves(terms, self._core.generation),
            fields=as_fields(fields),
            facets=bool(facets),
            start=start,
            page_size=page_size,
            max_items=max_items,
            resume=resume,
        )


def _search(
    core: Core,
    queries: Sequence[Params],
    *,
    fields: Fields | None,
    facets: bool,
    start: int,
    page_size: int | None,
    max_items: int | None,
    resume: str | None,
) -> Pager[Member]:
    generation, cap = core.generation, core.search_cap
    if fields is not None and not generation.selectors:
        raise InvalidArgumentError(
            f"The {generation.name} generation offers no field selectors on searches.",
            hint='LinkedInClient(generation="2010") does.',
        )
    if len(queries) > 1:
        if start:
            raise InvalidArgumentError(
                'start has no meaning with network="both": it would skip people of both searches.',
                hint="Go on with resume=.",
            )
        fields = None if fields is None else with_id(fields)  # by which repeats are found
    path = generation.search_path + _selector(fields, facets=facets)
    operation = reading(PEOPLE_SEARCH, path, page_of(fields))
    check_start(start, cap)

    async def fetch(position: Mapping[str, str]) -> Batch[Member]:
        params = [(name, value) for name, value in position.items() if name != PART]
        return await core.send(operation, (*queries[int(position.get(PART, 0))], *params))

    def beginning(query: Params) -> Cursor:
        return OffsetCursor(
            query=fingerprint(path, *(f"{name}={value}" for name, value in query), str(start)),
            start=start,
            count=None if page_size is None else check_page_size(page_size, generation.page_cap),
            cap=cap,
            exact_total=True,
        )

    parts = tuple(beginning(query) for query in queries)
    source = Source(
        begin=parts[0] if len(parts) == 1 else PartsCursor(query=fingerprint(*(p.query for p in parts)), parts=parts),
        fetch=fetch,
        credits=0,
        page_size=page_size or PAGE_SIZE,
        cap=(cap - start) * len(parts),
        merged=len(parts) > 1,
        limit=lambda: core.limit(operation),
    )
    return Pager(source, max_items=max_items, resume=resume)


def _selector(fields: Fields | None, *, facets: bool) -> str:
    """Return the selector of the whole answer: what it does not name is not sent, the number of matches neither."""
    if fields is None and not facets:
        return ""
    return f":(people{fields or ''},num-results{_FACETS if facets else ''})"
