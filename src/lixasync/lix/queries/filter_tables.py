"""What each kind of search can be narrowed by: one table per kind. Pure.

The names on the wire are those of LinkedIn's own URLs; they are not part of the Lix reference. The facets are those of
operation suggest_sales_facets (Lix API, section LinkedIn Search API). Filters whose form in URLs is not certain are
left out; a search for them goes by a URL copied from the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

Kind: TypeAlias = Literal["leads", "accounts", "people"]
Form: TypeAlias = Literal["text", "names", "choices", "switch", "range"]


@attrs.frozen(kw_only=True)
class Filter:
    """One way to narrow a search.

    Attributes:
        argument: What callers know it by, such as ``titles``.
        wire: What LinkedIn's URLs know it by, such as ``CURRENT_TITLE``.
        form: What it takes: one text, names of things that have ids, choices of a fixed list, True, or a range.
        facet: The facet whose suggestions turn its names into ids; empty where it takes no names.
        enumerated: Whether all values of the facet can be listed, by asking for the empty text.
        free_text: Whether a name may stay a text without an id.
        exclusion: Whether values may be excluded.
        choices: Of a fixed list: what callers give, its id and its text.
        unit: What a range is counted in, where LinkedIn wants to be told.
    """

    argument: str
    wire: str
    form: Form = "names"
    facet: str = ""
    enumerated: bool = False
    free_text: bool = False
    exclusion: bool = False
    choices: tuple[tuple[int, str, str], ...] = ()
    unit: str | None = None


def _text(argument: str, wire: str) -> Filter:
    return Filter(argument=argument, wire=wire, form="text")


def _names(argument: str, wire: str, facet: str, *, free_text: bool = False, exclusion: bool = True) -> Filter:
    return Filter(argument=argument, wire=wire, facet=facet, free_text=free_text, exclusion=exclusion)


def _listed(argument: str, wire: str, facet: str, *, exclusion: bool = False) -> Filter:
    return Filter(argument=argument, wire=wire, facet=facet, enumerated=True, exclusion=exclusion)


def _relationship(wire: str) -> Filter:
    choices = ((1, "F", "1st degree connections"), (2, "S", "2nd degree connections"), (3, "O", "3rd+ Everyone else"))
    return Filter(argument="relationship", wire=wire, form="choices", choices=choices)


def _switch(argument: str, wire: str, id: str, text: str) -> Filter:  # noqa: A002 - the URL's own word for it
    return Filter(argument=argument, wire=wire, form="switch", choices=((True, id, text),))


def _table(*filters: Filter) -> Mapping[str, Filter]:
    return {each.argument: each for each in filters}


LEADS = _table(
    _text("keywords", "keywords"),
    _text("first_name", "FIRST_NAME"),
    _text("last_name", "LAST_NAME"),
    _names("titles", "CURRENT_TITLE", "TITLE", free_text=True),
    _names("past_titles", "PAST_TITLE", "TITLE", free_text=True),
    _names("companies", "CURRENT_COMPANY", "COMPANY_WITH_LIST", free_text=True),
    _names("past_companies", "PAST_COMPANY", "COMPANY_WITH_LIST", free_text=True),
    _names("locations", "REGION", "BING_GEO"),
    _names("postal_codes", "POSTAL_CODE", "BING_GEO_POSTAL_CODE", exclusion=False),
    _listed("industries", "INDUSTRY", "INDUSTRY", exclusion=True),
    _listed("seniorities", "SENIORITY_LEVEL", "SENIORITY_V2", exclusion=True),
    _listed("functions", "FUNCTION", "FUNCTION", exclusion=True),
    _listed("headcounts", "COMPANY_HEADCOUNT", "COMPANY_SIZE"),
    _listed("company_types", "COMPANY_TYPE", "COMPANY_TYPE"),
    _names("company_locations", "COMPANY_HEADQUARTERS", "BING_GEO"),
    _names("schools", "SCHOOL", "SCHOOL"),
    _names("groups", "GROUP", "GROUP", exclusion=False),
    _listed("languages", "PROFILE_LANGUAGE", "PROFILE_LANGUAGE"),
    _listed("years_at_company", "YEARS_AT_CURRENT_COMPANY", "TENURE"),
    _listed("years_in_position", "YEARS_IN_CURRENT_POSITION", "TENURE"),
    _listed("years_of_experience", "YEARS_OF_EXPERIENCE", "TENURE"),
    _relationship("RELATIONSHIP"),
    _switch("changed_jobs", "RECENTLY_CHANGED_JOBS", "RPC", "Changed jobs"),
    _switch("posted_recently", "POSTED_ON_LINKEDIN", "RPOL", "Posted on LinkedIn"),
)

ACCOUNTS = _table(
    _text("keywords", "keywords"),
    _names("locations", "REGION", "BING_GEO"),
    _listed("industries", "INDUSTRY", "INDUSTRY", exclusion=True),
    _listed("headcounts", "COMPANY_HEADCOUNT", "COMPANY_SIZE"),
    Filter(argument="headcount_growth", wire="COMPANY_HEADCOUNT_GROWTH", form="range"),
    Filter(argument="annual_revenue", wire="ANNUAL_REVENUE", form="range", unit="USD"),
)

PEOPLE = _table(
    _text("keywords", "keywords"),
    _text("first_name", "firstName"),
    _text("last_name", "lastName"),
    _text("title", "titleFreeText"),
    _text("company", "company"),
    _text("school", "schoolFreetext"),
    _names("companies", "currentCompany", "COMPANY_WITH_LIST", exclusion=False),
    _names("past_companies", "pastCompany", "COMPANY_WITH_LIST", exclusion=False),
    _names("locations", "geoUrn", "BING_GEO", exclusion=False),
    _listed("industries", "industry", "INDUSTRY"),
    _names("schools", "schoolFilter", "SCHOOL", exclusion=False),
    _listed("languages", "profileLanguage", "PROFILE_LANGUAGE"),
    _relationship("network"),
)

TABLES: Mapping[Kind, Mapping[str, Filter]] = {"leads": LEADS, "accounts": ACCOUNTS, "people": PEOPLE}
