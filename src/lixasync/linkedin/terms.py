"""What is searched for: checks the server does not make, and the parameters each generation understands. Pure.

The server drops what it does not understand and answers something else instead, so all of it is refused here
(LinkedIn v1, section People search: parameters).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.linkedin.generations import Generation
from lixasync.linkedin.industries import INDUSTRIES
from lixasync.transport.caller import required

Network = Literal["in", "out", "both"]
Params = list[tuple[str, str]]

FACETS = ("location", "industry", "network", "language", "current-company", "past-company", "school")
SORTS = {
    "2009": ("ctx", "endorsers", "distance", "relevance"),
    "2010": ("connections", "recommenders", "distance", "relevance"),
}
_NETWORK_FACETS = {"in": ("F", "S", "A"), "out": ("O",)}
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "_o")
_ONLY_2009 = {"name": "first_name and last_name", "search_location_type": "country alone"}
_ONLY_2010 = {
    "first_name": "name",
    "last_name": "name",
    "school": "keywords",
    "current_school": "keywords",
    "distance": "postal_code alone",
    "facet": "industry and network",
    "facets": "no substitute",
}
_JOINED = re.compile(r"\w\+\w")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def _once(value: Any) -> Any:
    """Return an iterable as a tuple, since both halves of a search read it; all else as it is."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _facets_once(value: Any) -> Any:
    return {name: _once(values) for name, values in value.items()} if isinstance(value, Mapping) else value


@attrs.frozen(kw_only=True)
class Terms:
    """What a search is for, as the caller gave it; see `lixasync.linkedin.search.Search.people`."""

    keywords: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    current_company: bool | None = None
    title: str | None = None
    current_title: bool | None = None
    school: str | None = None
    current_school: bool | None = None
    industry: int | str | Iterable[int | str] | None = attrs.field(default=None, converter=_once)
    country: str | None = None
    postal_code: str | None = None
    distance: int | None = None
    search_location_type: Literal["I", "Y"] | None = None
    network: Network | None = None
    facet: Mapping[str, str | Sequence[str]] | None = attrs.field(default=None, converter=_facets_once)
    facets: Iterable[str] | None = attrs.field(default=None, converter=_once)
    sort: str | None = None


def halves(terms: Terms, generation: Generation) -> list[Params]:
    """Return the parameters of the searches to run, without paging: one, or two for ``network="both"``.

    Raises:
        InvalidArgumentError: a term that this generation's server would ignore, silently or not.
    """
    _check_generation(terms, generation)
    _check_conditions(terms, generation)
    if terms.network not in (None, "in", "out", "both"):
        raise InvalidArgumentError(f"network is {terms.network!r}; choose 'in', 'out' or 'both'.")
    networks = ("in", "out") if terms.network == "both" else (terms.network,)
    make = _params_2009 if generation.name == "2009" else _params_2010
    return [make(terms, network) for network in networks]


def _check_generation(terms: Terms, generation: Generation) -> None:
    foreign = _ONLY_2010 if generation.name == "2009" else _ONLY_2009
    for name, instead in foreign.items():
        if getattr(terms, name) is not None:
            raise InvalidArgumentError(
                f"The {generation.name} generation has no {name}: the server would ignore it.",
                hint=f"It has {instead}; the client's generation= chooses which one is spoken.",
            )


def _check_conditions(terms: Terms, generation: Generation) -> None:
    rules: list[tuple[str, str]] = [
        ("current_company", "company"),
        ("current_title", "title"),
        ("current_school", "school"),
        ("postal_code", "country"),
        ("distance", "country"),
        ("distance", "postal_code"),
    ]
    for name, needed in rules:
        if getattr(terms, name) is not None and getattr(terms, needed) is None:
            raise InvalidArgumentError(
                f"{name} needs {needed}: without it the server ignores {name}, or answers something else."
            )
    if terms.search_location_type not in (None, "I", "Y"):
        raise InvalidArgumentError(
            f"search_location_type is {terms.search_location_type!r}; 'I' is within a place, 'Y' anywhere."
        )
    if generation.name == "2009" and terms.country is not None and terms.search_location_type != "I":
        raise InvalidArgumentError(
            "country needs search_location_type='I': without it the server searches everywhere.",
            hint="'I' is within the country or postal code; the server's default 'Y' is anywhere.",
        )
    if terms.search_location_type == "I" and terms.country is None:
        raise InvalidArgumentError("search_location_type='I' needs country: it says within what.")


def _params_2009(terms: Terms, network: str | None) -> Params:
    return _given(
        ("keywords", _words("keywords", terms.keywords)),
        ("name", _words("name", terms.name)),
        ("company", _text("company", terms.company)),
        ("current-company", _flag("current_company", terms.current_company)),
        ("title", _words("title", terms.title)),
        ("current-title", _flag("current_title", terms.current_title)),
        *(("industry-code", str(code)) for code in _industries(terms.industry)),
        ("search-location-type", terms.search_location_type),
        ("country-code", _country(terms.country)),
        ("postal-code", _text("postal_code", terms.postal_code)),
        ("network", network),
        ("sort-criteria", _choice("sort", terms.sort, SORTS["2009"])),
    )


def _params_2010(terms: Terms, network: str | None) -> Params:
    return _given(
        ("keywords", _words("keywords", terms.keywords)),
        ("first-name", _words("first_name", terms.first_name)),
        ("last-name", _words("last_name", terms.last_name)),
        ("company-name", _text("company", terms.company)),
        ("current-company", _flag("current_company", terms.current_company)),
        ("title", _words("title", terms.title)),
        ("current-title", _flag("current_title", terms.current_title)),
        ("school-name", _words("school", terms.school)),
        ("current-school", _flag("current_school", terms.current_school)),
        ("country-code", _country(terms.country)),
        ("postal-code", _text("postal_code", terms.postal_code)),
        ("distance", _miles(terms.distance)),
        ("facets", _facet_names(terms.facets)),
        *(("facet", value) for value in _facet_values(terms, network)),
        ("sort", _choice("sort", terms.sort, SORTS["2010"])),
    )


def _given(*params: tuple[str, str | None]) -> Params:
    return [(name, value) for name, value in params if value is not None]


def _text(name: str, value: object) -> str | None:
    return None if value is None else required(name, value)


def _words(name: str, value: object) -> str | None:
    text = _text(name, value)
    if text is not None and (_JOINED.search(text) or _ENCODED.search(text)):
        raise InvalidArgumentError(
            f"{name} is {text!r}, which looks encoded already: the server would look for it to the letter.",
            hint="Give plain text, with spaces between words; encoding is the client's part.",
        )
    return None if text is None else " ".join(text.split())


def _flag(name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, bool):
        raise InvalidArgumentError(f"{name} is {value!r}; it must be True, False, or None for both.")
    return str(value).lower()


def _choice(name: str, value: object, choices: Sequence[str]) -> str | None:
    if value is None:
        return None
    if value not in choices:
        raise InvalidArgumentError(f"{name} is {value!r}; choose one of: {', '.join(choices)}.")
    return str(value)


def _country(value: object) -> str | None:
    text = _text("country", value)
    if text is None:
        return None
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise InvalidArgumentError(f"country is {value!r}; it must be a code of two letters (ISO 3166), such as 'us'.")
    return text.lower()


def _miles(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(f"distance is {value!r}; it must be a whole number of miles from 1 up.")
    return str(value)


def _industries(value: object) -> list[int]:
    if value is None:
        return []
    return [_industry(item) for item in _several("industry", value)]


def _industry(value: object) -> int:
    if isinstance(value, str) and not value.isdecimal():
        code = next((code for code, name in INDUSTRIES.items() if name.casefold() == value.strip().casefold()), None)
        if code is None:
            near = get_close_matches(value, INDUSTRIES.values(), n=1)
            raise InvalidArgumentError(
                f"There is no industry {value!r}." + (f" Did you mean {near[0]!r}?" if near else ""),
                hint="lixasync.linkedin.industries.INDUSTRIES lists codes and names.",
            )
        return code
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or len(str(value)) > 3
        or int(value) not in INDUSTRIES
    ):
        raise InvalidArgumentError(
            f"industry is {value!r}, which is not in the table of codes: the server would drop the term.",
            hint="lixasync.linkedin.industries.INDUSTRIES lists codes and names.",
        )
    return int(value)


def _several(name: str, value: object) -> tuple[Any, ...]:
    items = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    if not items:
        raise InvalidArgumentError(f"{name} is empty; pass None to leave it out.")
    return items


def _facet_names(value: object) -> str | None:
    return None if value is None else ",".join(_facet_name(name) for name in _several("facets", value))


def _facet_name(value: object) -> str:
    name = value.replace("_", "-") if isinstance(value, str) else value
    if name not in FACETS:
        near = get_close_matches(str(name), FACETS, n=1)
        raise InvalidArgumentError(
            f"There is no facet {value!r}." + (f" Did you mean {near[0]!r}?" if near else ""),
            hint=f"The facets are {', '.join(FACETS)}.",
        )
    return str(name)


def _facet_values(terms: Terms, network: str | None) -> list[str]:
    facet: dict[str, tuple[Any, ...]] = {}
    if terms.facet is not None and not isinstance(terms.facet, Mapping):
        raise InvalidArgumentError(f"facet is {terms.facet!r}; it must map names of facets to codes.")
    for given, values in (terms.facet or {}).items():
        name = _facet_name(given)
        facet[name] = tuple(_facet_value(name, value) for value in _several(f"facet[{given!r}]", values))
    for name, values in (
        ("industry", tuple(str(code) for code in _industries(terms.industry))),
        ("network", _NETWORK_FACETS.get(network or "", ())),
    ):
        if values and name in facet:
            raise InvalidArgumentError(f"{name} and facet[{name!r}] are both given; use one of them.")
        if values:
            facet[name] = values
    return [",".join((name, *values)) for name, values in facet.items()]


def _facet_value(name: str, value: object) -> str:
    if name == "industry":
        return str(_industry(value))
    text = value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    choices = {"network": ("F", "S", "A", "O"), "language": _LANGUAGES}.get(name)
    if not text or "," in text or (choices and text not in choices):
        known = f"one of: {', '.join(choices)}" if choices else "a code such as 'us:84', without commas"
        raise InvalidArgumentError(f"facet[{name!r}] holds {value!r}; it must be {known}.")
    return text
