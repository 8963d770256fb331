"""Leads by ids and texts instead of a URL (Lix API, operation search_sales_leads_by_filters)."""

from __future__ import annotations

from typing import Literal, Unpack

from lixasync.errors import InvalidArgumentError
from lixasync.lix.core import Core
from lixasync.lix.listing import Bounds, decode_people, paged
from lixasync.lix.queries.sales_url import id_text
from lixasync.models import Person, Suggestion
from lixasync.paging.pager import Pager
from lixasync.paging.token import OnePageCursor
from lixasync.transport.caller import required
from lixasync.transport.operation import Operation, Pages

_PAGE = 25


SEARCH_SALES_LEADS_BY_FILTERS = Operation(
    id="search_sales_leads_by_filters",
    method="GET",
    path="/v1/people/search",
    decode=decode_people,
    pages=Pages(style="one page", size=_PAGE, cap=_PAGE),
    credits=1,
    credit_kind="standard",
)


def leads_by(
    core: Core,
    *,
    person_title: str | Suggestion | None,
    location: str | Suggestion | None,
    organisation: str | Suggestion | None,
    keywords: str | None,
    location_parameter: Literal["location", "locations"],
    viewer_id: str | None,
    **bounds: Unpack[Bounds],
) -> Pager[Person]:
    """Make the pager behind `Sales.leads_by`."""
    if location_parameter not in ("location", "locations"):
        raise InvalidArgumentError(
            f"location_parameter is {location_parameter!r}; it must be 'location' or 'locations'."
        )
    params = (
        ("person_titles", _pair("person_title", person_title)),
        (location_parameter, _pair("location", location)),
        ("organisations", _pair("organisation", organisation)),
        ("keywords", None if keywords is None else required("keywords", keywords)),
    )
    if all(value is None for _, value in params):
        raise InvalidArgumentError(
            "A search was given no filter: it would list all there are.",
            hint="Give person_title, location, organisation or keywords.",
        )
    return paged(
        core,
        SEARCH_SALES_LEADS_BY_FILTERS,
        lambda query: OnePageCursor(query=query, size=_PAGE),
        (*params, ("viewer_id", core.any_viewer(viewer_id))),
        **bounds,
    )


def _pair(name: str, value: str | Suggestion | None) -> str | None:
    if value is None:
        return None
    if isinstance(value, Suggestion):
        return id_text(value.id, required(f"the text of {name}", value.text))
    return id_text(None, required(name, value))
