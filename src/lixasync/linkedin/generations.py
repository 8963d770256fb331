"""The two generations of the API, as values (LinkedIn v1, section Two generations)."""

from __future__ import annotations

from typing import Literal

import attrs

from lixasync.errors import ConfigurationError

GenerationName = Literal["2009", "2010"]
Format = Literal["json", "xml"]

CONNECTIONS_CAP = 500
"""Connections a page may hold, whatever is asked for."""


@attrs.frozen(kw_only=True)
class Generation:
    """What differs between the two.

    Attributes:
        name: The year it began.
        search_path: Where people are searched.
        page_cap: People a page of a search may hold.
        selectors: Whether searches take field selectors.
        formats: Formats it answers in, the best first.
        space: What stands between the words of a query.
    """

    name: GenerationName
    search_path: str
    page_cap: int
    selectors: bool
    formats: tuple[Format, ...]
    space: str


GENERATIONS: dict[str, Generation] = {
    "2009": Generation(
        name="2009", search_path="/v1/people", page_cap=10, selectors=False, formats=("xml",), space="+"
    ),
    "2010": Generation(
        name="2010",
        search_path="/v1/people-search",
        page_cap=25,
        selectors=True,
        formats=("json", "xml"),
        space="%20",
    ),
}


def generation_of(name: object) -> Generation:
    """Return a generation by its name.

    Raises:
        ConfigurationError: there is no such generation.
    """
    if not isinstance(name, str) or name not in GENERATIONS:
        raise ConfigurationError(
            f"There is no generation {name!r}; choose '2009' or '2010'.",
            hint="2009: /v1/people and its parameters; 2010: /v1/people-search, with selectors and facets.",
        )
    return GENERATIONS[name]
