"""The companies that searches for accounts and organisations find: each follows from the seed and its own index alone.

The first ones are those where the people of the searches work.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lixasync.sandbox import people
from lixasync.sandbox.replies import encode

from . import vocabulary
from .population import BLOCK, Conditions, Trait, draw, select
from .vocabulary import COMPANIES, Company, Value

_HEADCOUNTS = tuple(value.id for value in vocabulary.HEADCOUNTS)
_GROWTHS = range(-10, 51)
_REVENUES = (0, 0.5, 1, 2.5, 5, 10, 20, 50, 100, 500, 1000)
_WEIGHTS: dict[str, Sequence[float]] = {
    "region": [1] * len(vocabulary.REGIONS),
    "industry": [1] * len(vocabulary.INDUSTRIES),
    "headcount": [3, 9, 8, 6, 4, 3, 2, 1, 1],
    "type": [1] * len(vocabulary.COMPANY_TYPES),
    "growth": [1] * len(_GROWTHS),
    "revenue": [1] * len(_REVENUES),
}
_NAMES = (
    ("Kelp", "Pebble", "Timber", "Ember", "Quartz", "Slate", "Umber", "Larch", "Willow", "Zephyr", "Nørre", "Œillet"),
    ("River", "Valley", "Harbour", "Meadow", "Delta", "North", "Orchard", "Fjord"),
    ("Works", "Labs", "& Sons", "Partners", "Systems", "GmbH", "Ltd", "Collective", "Freight"),
)
_EMPLOYEES = {"A": 1, "B": 8, "C": 31, "D": 140, "E": 390, "F": 820, "G": 3100, "H": 7400, "I": 26_000}
_NOT_ADDRESS = re.compile(r"[^a-z0-9]+")

ACCOUNTS: Mapping[str, Trait] = {
    "REGION": Trait("region", vocabulary.REGIONS),
    "INDUSTRY": Trait("industry", vocabulary.INDUSTRIES),
    "COMPANY_HEADCOUNT": Trait("headcount", vocabulary.HEADCOUNTS),
    "COMPANY_HEADCOUNT_GROWTH": Trait("growth", tuple(Value(str(each), "") for each in _GROWTHS), ranged=True),
    "ANNUAL_REVENUE": Trait("revenue", tuple(Value(str(each), "") for each in _REVENUES), ranged=True),
}
"""What accounts can be filtered by, under the names of the filters in addresses of Sales Navigator.

Growth is in per cent, revenue in millions; both take a range."""


@functools.lru_cache(maxsize=256)
def column(seed: int, name: str, block: int) -> bytes:
    """Give a block of a column of the companies."""
    codes = draw(_WEIGHTS[name], seed, "account", name, block)
    if block or name in ("growth", "revenue"):
        return codes
    known = {
        "region": lambda firm: firm.home,
        "industry": lambda firm: firm.industry,
        "headcount": lambda firm: _HEADCOUNTS.index(firm.headcount),
        "type": lambda firm: [value.id for value in vocabulary.COMPANY_TYPES].index(firm.type),
    }[name]
    return bytes(map(known, COMPANIES)) + codes[len(COMPANIES) :]


@functools.lru_cache(maxsize=64)
def find(seed: int, size: int, conditions: Conditions) -> Sequence[int]:
    """List the companies that meet all conditions; remembered, because every page of a search asks again."""
    return select(column, seed, size, conditions)


def company(seed: int, index: int) -> Company:
    """Say which company stands at an index."""
    if index < len(COMPANIES):
        return COMPANIES[index]
    rng = random.Random(f"{seed}:account:{index}")
    block, place = divmod(index, BLOCK)
    return Company(
        id=10_000 + 7 * index,
        name=" ".join(map(rng.choice, _NAMES)),
        headcount=_HEADCOUNTS[column(seed, "headcount", block)[place]],
        type=vocabulary.COMPANY_TYPES[column(seed, "type", block)[place]].id,
        home=column(seed, "region", block)[place],
        industry=column(seed, "industry", block)[place],
    )


def account(seed: int, index: int) -> dict[str, Any]:
    """Build the company at an index, as searches and lists show it."""
    firm = company(seed, index)
    name = _NOT_ADDRESS.sub("-", firm.name.casefold()).strip("-") or "company"
    slug = f"{name}-{firm.id}"
    types = {value.id: value.text for value in vocabulary.COMPANY_TYPES}
    sizes = {value.id: value.text for value in vocabulary.HEADCOUNTS}
    item: dict[str, Any] = {
        "name": firm.name,
        "link": f"https://www.linkedin.com/company/{slug}",
        "industry": vocabulary.INDUSTRIES[firm.industry].text,
        "website": f"https://{slug}.example.com",
        "description": people.prose(seed, 8, 40, "account", index),
        "headquarters": vocabulary.REGIONS[firm.home].text,
        "companyType": types[firm.type],
        "liEmployeeCount": str(_EMPLOYEES[firm.headcount]),
        "size": sizes[firm.headcount],
        "specialities": "Kelp, Timber & Slate, Async I/O",
        "followers": str(17 + 13 * index),
        "salesNavLink": f"https://www.linkedin.com/sales/company/{firm.id}",
        "logoUrl": f"https://media.licdn.com/dms/image/example/{slug}",
    }
    if index % 7 == 3:
        item |= {"website": "", "description": None, "x_unlisted": index}
        del item["logoUrl"]
    return item


@functools.lru_cache(maxsize=16_384)
def account_bytes(seed: int, index: int) -> bytes:
    """Encode a company; remembered, because pages are asked for again and again."""
    return encode(account(seed, index))
