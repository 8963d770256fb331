"""Who the searches find: attributes of the sandbox's people by the seed, and those who have what is wanted.

What people are stands in columns: one byte for each person, drawn in blocks, so that an attribute of a person depends
on the seed and the person's index alone and a search of many people is a few operations on bytes.
"""

from __future__ import annotations

import dataclasses
import functools
import random
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, TypeAlias

from lixasync.sandbox import people, words
from lixasync.sandbox.replies import encode

from . import vocabulary
from .vocabulary import COMPANIES, Value

BLOCK = 4096
"""How many persons a block of a column holds."""

NO_VALUE = 255
"""What stands in a column for somebody who has no value of that attribute."""

SKILLS_IN = ("skill-1", "skill-2", "skill-3")
"""The columns that hold the skills of a person."""

EVERY_CODE = frozenset(range(256))

Column: TypeAlias = Callable[[int, str, int], bytes]
"""Gives a block of a column: seed, name of the column and number of the block."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trait:
    """An attribute that a filter asks for.

    Attributes:
        column: The column it stands in.
        values: What each code of the column means for this attribute; several codes may mean the same.
        ranged: Whether the ids of the values are numbers, of which filters take a range.
    """

    column: str
    values: tuple[Value, ...]
    ranged: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """What somebody must be to be found.

    Attributes:
        columns: The columns to look at; it is enough when one of them is good.
        codes: The codes that are good.
    """

    columns: tuple[str, ...]
    codes: frozenset[int]


Conditions: TypeAlias = tuple[Condition, ...]


def _falling(count: int) -> list[float]:
    """Weights of values of which the first ones are common and the last ones are rare."""
    return [1 / (place + 2) for place in range(count)]


_WEIGHTS: dict[str, Sequence[float]] = {
    "title": [1] * len(vocabulary.TITLES),
    "past-title": [1] * len(vocabulary.TITLES),
    "company": [1] * len(COMPANIES),
    "past-company": [1] * len(COMPANIES),
    "region": _falling(len(vocabulary.REGIONS)),
    "industry": _falling(len(vocabulary.INDUSTRIES)),
    "seniority": [9, 8, 5, 4, 4, 3, 2, 2, 2, 1],
    "function": [1] * len(vocabulary.FUNCTIONS),
    "school": [1] * len(vocabulary.SCHOOLS),
    "group": [1] * (len(vocabulary.GROUPS) + 4),  # the rest are in no group
    "language": _falling(len(vocabulary.LANGUAGES)),
    "network": [1, 4, 10],
    "years-at-company": [1] * len(vocabulary.TENURES),
    "years-in-position": [2, 2, 1, 1, 1],
    "years-of-experience": [1, 2, 3, 4, 5],
    "changed-jobs": [1, 9],
    "posted": [1, 3],
    "skill-1": [1] * len(vocabulary.SKILLS),
    "skill-2": [1] * len(vocabulary.SKILLS),
    "skill-3": [1] * len(vocabulary.SKILLS),
}
_UNTOLD = ("seniority", "function")
_UNTOLD_EVERY = 15
_GIVEN = {name: code for code, (name, _) in enumerate(words.GIVEN)}
_FAMILY = {name: code for code, (name, _) in enumerate(words.FAMILY)}


def _named(names: Iterable[tuple[str, str]]) -> tuple[Value, ...]:
    return tuple(Value(name, name) for name, _ in names)


def _by(values: Sequence[Value], of: Callable[[vocabulary.Company], str]) -> tuple[Value, ...]:
    """Say of each company which value it has, given the id."""
    known = {value.id: value for value in values}
    return tuple(known[of(firm)] for firm in COMPANIES)


LEADS: Mapping[str, Trait] = {
    "CURRENT_TITLE": Trait("title", vocabulary.TITLES),
    "PAST_TITLE": Trait("past-title", vocabulary.TITLES),
    "CURRENT_COMPANY": Trait("company", vocabulary.EMPLOYERS),
    "PAST_COMPANY": Trait("past-company", vocabulary.EMPLOYERS),
    "REGION": Trait("region", vocabulary.REGIONS),
    "POSTAL_CODE": Trait("region", vocabulary.POSTAL_CODES),
    "INDUSTRY": Trait("industry", vocabulary.INDUSTRIES),
    "SENIORITY_LEVEL": Trait("seniority", vocabulary.SENIORITIES),
    "FUNCTION": Trait("function", vocabulary.FUNCTIONS),
    "COMPANY_HEADCOUNT": Trait("company", _by(vocabulary.HEADCOUNTS, lambda firm: firm.headcount)),
    "COMPANY_TYPE": Trait("company", _by(vocabulary.COMPANY_TYPES, lambda firm: firm.type)),
    "COMPANY_HEADQUARTERS": Trait("company", tuple(vocabulary.REGIONS[firm.home] for firm in COMPANIES)),
    "SCHOOL": Trait("school", vocabulary.SCHOOLS),
    "GROUP": Trait("group", vocabulary.GROUPS),
    "PROFILE_LANGUAGE": Trait("language", vocabulary.LANGUAGES),
    "YEARS_AT_CURRENT_COMPANY": Trait("years-at-company", vocabulary.TENURES),
    "YEARS_IN_CURRENT_POSITION": Trait("years-in-position", vocabulary.TENURES),
    "YEARS_OF_EXPERIENCE": Trait("years-of-experience", vocabulary.TENURES),
    "RELATIONSHIP": Trait("network", vocabulary.RELATIONSHIPS),
    "FIRST_NAME": Trait("first-name", _named(words.GIVEN)),
    "LAST_NAME": Trait("last-name", _named(words.FAMILY)),
    "RECENTLY_CHANGED_JOBS": Trait("changed-jobs", vocabulary.CHANGED_JOBS),
    "POSTED_ON_LINKEDIN": Trait("posted", vocabulary.POSTED),
}
"""What leads can be filtered by, under the names of the filters in addresses of Sales Navigator."""


def draw(weights: Sequence[float], *seed: object) -> bytes:
    """Draw a block of a column.

    Args:
        weights: How common each code is.
        *seed: What the block follows from.
    """
    rng = random.Random(":".join(map(str, seed)))
    return bytes(rng.choices(range(len(weights)), weights, k=BLOCK))


@functools.lru_cache(maxsize=2048)
def column(seed: int, name: str, block: int) -> bytes:
    """Give a block of a column of the people."""
    if name == "first-name":
        return bytes(_GIVEN[who["firstName"]] for who in _identities(seed, block))
    if name == "last-name":
        return bytes(_FAMILY[who["lastName"]] for who in _identities(seed, block))
    codes = draw(_WEIGHTS[name], seed, "lead", name, block)
    if name not in _UNTOLD:
        return codes
    told = random.Random(f"{seed}:lead:untold:{block}")
    return bytes(code if told.randrange(_UNTOLD_EVERY) else NO_VALUE for code in codes)


def _identities(seed: int, block: int) -> Iterable[dict[str, str]]:
    return (people.identity(seed, "person", index) for index in range(block * BLOCK, (block + 1) * BLOCK))


def code(seed: int, name: str, index: int) -> int:
    """Say what stands in a column for one person."""
    return column(seed, name, index // BLOCK)[index % BLOCK]


def select(columns: Column, seed: int, size: int, conditions: Iterable[Condition]) -> Sequence[int]:
    """List the indexes that meet all conditions, in order.

    Args:
        columns: Where the columns come from.
        seed: The sandbox's seed.
        size: How many there are in all.
        conditions: What is wanted.
    """
    blocks = range(-(-size // BLOCK))
    good = int.from_bytes(b"\1" * size)
    for condition in conditions:
        table = bytes(code in condition.codes for code in range(256))
        meets = 0
        for name in condition.columns:
            whole = b"".join(columns(seed, name, block) for block in blocks)[:size]
            meets |= int.from_bytes(whole.translate(table))
        good &= meets
    return array("I", compress(range(size), good.to_bytes(size)))


@functools.lru_cache(maxsize=64)
def find(seed: int, size: int, conditions: Conditions) -> Sequence[int]:
    """List the people that meet all conditions; remembered, because every page of a search asks again."""
    return range(size) if not conditions else select(column, seed, size, conditions)


def skills_of(seed: int, index: int) -> list[str]:
    """List the skills a person is found by."""
    codes = dict.fromkeys(code(seed, name, index) for name in SKILLS_IN)
    return [vocabulary.SKILLS[skill].text for skill in codes]


def found_person(seed: int, index: int) -> dict[str, Any]:
    """Build a person as a search by filters shows them: with what they are found by laid over their profile."""
    item = people.person(seed, index)
    title = vocabulary.TITLES[code(seed, "title", index)].text
    company = COMPANIES[code(seed, "company", index)].name
    study = {"institutionName": vocabulary.SCHOOLS[code(seed, "school", index)].text}
    return {
        **item,
        "description": f"{title} | {company}",
        "location": vocabulary.REGIONS[code(seed, "region", index)].text,
        "experience": [
            _job(seed, index, "title", "company", {"month": 4, "year": 2023}, {}),
            _job(seed, index, "past-title", "past-company", {"year": 2019}, {"year": 2023}),
            *(item.get("experience") or ())[2:],
        ],
        "education": [study, *(item.get("education") or ())[1:]],
        "skills": [{"name": name, "numOfEndorsement": "3"} for name in skills_of(seed, index)],
    }


@functools.lru_cache(maxsize=16_384)
def found_bytes(seed: int, index: int) -> bytes:
    """Encode a person as a search by filters shows them; remembered, because pages are asked for again and again."""
    return encode(found_person(seed, index))


def _job(
    seed: int, index: int, title: str, company: str, started: dict[str, int], ended: dict[str, int]
) -> dict[str, Any]:
    firm = COMPANIES[code(seed, company, index)]
    return {
        "title": vocabulary.TITLES[code(seed, title, index)].text,
        "location": vocabulary.REGIONS[firm.home].text,
        "organisation": {"name": firm.name, "salesNavLink": f"https://linkedin.com/sales/company/{firm.id}"},
        "dateStarted": str(started["year"]) if "month" not in started else f"April {started['year']}",
        "dateEnded": str(ended["year"]) if ended else "Present",
        "timePeriod": {"startedOn": started, "endedOn": ended},
    }
