"""The invented members: each follows from the seed and its own number alone."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import random
import string

from lixasync.sandbox.words import DEGREES, FAMILY, FIELDS, GIVEN, PROSE

from .industries import INDUSTRIES
from .words import (
    COMPANIES,
    LANGUAGES,
    LAST_NAME_ENDINGS,
    PLACES,
    SCHOOLS,
    SPECIALTIES,
    STATUSES,
    TITLES,
    Company,
    Place,
)

VIEWER = -1
"""The number of the member who has given the access token."""

_TOKEN_ALPHABET = string.ascii_letters + string.digits + "-_"
_COMMON_INDUSTRIES = (4, 6, 96, 80, 41, 27, 43, 109, 8, 126, 1, 30)
_UNLISTED_INDUSTRY = "Technology"
_PHONETIC = {"星砂": "ほしずな", "雨葉": "うよう", "霧野原": "きりのはら", "月見坂": "つきみざか"}

Month = tuple[int, int | None]
"""A year, and a month where the profile tells it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Work, present or past. What is None is not on the profile; "" is there and empty."""

    id: int
    title: str | None
    summary: str | None
    start: Month | None
    end: Month | None
    current: bool
    company: Company


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """A school and what was learned there."""

    id: int
    school: tuple[int, str]
    degree: str | None
    field: str | None
    start: int | None
    end: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member:
    """One invented member. What is None is not on the profile; "" is there and empty.

    There is one object for each, so members are compared by identity.

    Attributes:
        number: Which member; see `VIEWER`.
        id: The member's id for this application.
        token: The secret part of the member's x-li-auth-token.
        key: The number in the address of the member's page.
        industry_code: Its code, or None when the industry is in no table or not told.
        connections: How many connections the member has.
        language: The code of the profile's language.
    """

    number: int
    id: str
    token: str
    key: int
    first: str
    last: str
    slug: str
    headline: str | None
    place: Place | None
    industry: str | None
    industry_code: int | None
    picture: str | None
    summary: str | None
    specialties: str | None
    status: str | None
    positions: tuple[Position, ...]
    educations: tuple[Education, ...]
    connections: int
    recommenders: int
    language: str
    phonetic: tuple[str | None, str | None]
    maiden: str | None

    @property
    def public_url(self) -> str:
        """Where the member's public page is."""
        return f"http://www.linkedin.com/{self.slug}"


def member_id(seed: int, number: int) -> str:
    """Say which id a member has; it tells nothing else about the member."""
    digest = hashlib.sha256(f"{seed}:linkedin:{number}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[: 7 if number % 97 == 96 else 10]


@functools.lru_cache(maxsize=65_536)
def member(seed: int, number: int) -> Member:
    """Build a member; remembered, because searches look at everybody."""
    rng = random.Random(f"{seed}:member:{number}")
    (given, given_slug), (family, family_slug) = rng.choice(GIVEN), rng.choice(FAMILY)
    ending = rng.choice(LAST_NAME_ENDINGS) if rng.random() < 0.08 else ""
    positions = tuple(_position(rng, place) for place in range(rng.choice((0, 1, 1, 2, 2, 3, 5))))
    industry_code, industry = _industry(rng)
    return Member(
        number=number,
        id=member_id(seed, number),
        token="".join(rng.choices(_TOKEN_ALPHABET, k=4)),
        key=rng.randrange(10**6, 10**11),
        first=given,
        last=family + ending,
        slug=_slug(rng, f"{given_slug}-{family_slug}", number),
        headline=_headline(rng, positions),
        place=rng.choice(PLACES) if rng.random() < 0.95 else None,
        industry=industry,
        industry_code=industry_code,
        picture=_picture(rng) if rng.random() < 0.65 else None,
        summary=rng.choice((None, "", _prose(rng), _prose(rng))),
        specialties=rng.choice((None, *SPECIALTIES)),
        status=rng.choice((None, None, *STATUSES)),
        positions=positions,
        educations=tuple(_education(rng) for _ in range(rng.choice((0, 1, 1, 2)))),
        connections=min(500, rng.randrange(1, 700)),
        recommenders=rng.choice((0, 0, 0, 1, 2, 7)),
        language=rng.choice(("en", "en", "en", *(code for code, _ in LANGUAGES))),
        phonetic=(_PHONETIC.get(given), _PHONETIC.get(family)),
        maiden=rng.choice(FAMILY)[0] if rng.random() < 0.05 else None,
    )


def _industry(rng: random.Random) -> tuple[int | None, str | None]:
    fate = rng.random()
    if fate < 0.08:
        return None, None
    if fate < 0.11:
        return None, _UNLISTED_INDUSTRY
    code = rng.choice(_COMMON_INDUSTRIES) if fate < 0.8 else rng.choice(tuple(INDUSTRIES))
    return code, INDUSTRIES[code]


def _headline(rng: random.Random, positions: tuple[Position, ...]) -> str | None:
    fate = rng.random()
    if fate < 0.04:
        return "--"
    if fate < 0.06:
        return None
    now = next((position for position in positions if position.current), None)
    if now is not None and now.title is not None and fate < 0.8:
        return f"{now.title} at {now.company.name}"
    return f"{rng.choice(TITLES)} & {rng.choice(PROSE)}"


def _position(rng: random.Random, place: int) -> Position:
    company = rng.choice(COMPANIES)
    if rng.random() < 0.1:
        bare = Company(company.name)
        return Position(id=_large(rng), title=None, summary=None, start=None, end=None, current=True, company=bare)
    current = place == 0 or rng.random() < 0.2
    begun = rng.randrange(1995, 2012)
    start = (begun, _month(rng)) if rng.random() < 0.9 else None
    end = None if current else (begun + rng.randrange(1, 4), _month(rng))
    return Position(
        id=_large(rng),
        title=rng.choice(TITLES),
        summary=rng.choice((None, None, "", _prose(rng))),
        start=start,
        end=end,
        current=current,
        company=company,
    )


def _education(rng: random.Random) -> Education:
    begun = rng.randrange(1980, 2012)
    return Education(
        id=_large(rng),
        school=rng.choice(SCHOOLS),
        degree=rng.choice((None, "", *DEGREES)),
        field=rng.choice((None, *FIELDS)),
        start=begun if rng.random() < 0.8 else None,
        end=begun + 4 if rng.random() < 0.7 else None,
    )


def _large(rng: random.Random) -> int:
    """Choose an id that often needs more than 32 bits."""
    return rng.randrange(10**7, 10**8) if rng.random() < 0.5 else rng.randrange(2**31, 10**10)


def _month(rng: random.Random) -> int | None:
    return rng.randrange(1, 13) if rng.random() < 0.7 else None


def _slug(rng: random.Random, words: str, number: int) -> str:
    """Choose the path of a public page: that of a chosen name, or of a name and numbers."""
    unique = f"{number}" if number >= 0 else "me"
    if rng.random() < 0.5:
        return f"in/{words.replace('-', '')}{unique}"
    accent = "%C3%A9-" if rng.random() < 0.1 else ""
    return f"pub/{accent}{words}/{rng.randrange(100)}/{rng.randrange(1000):03d}/{unique}"


def _picture(rng: random.Random) -> str:
    return f"http://m3.licdn.com/mpr/mprx/0_{''.join(rng.choices(_TOKEN_ALPHABET, k=40))}"


def _prose(rng: random.Random) -> str:
    text = " ".join(rng.choices(PROSE, k=rng.randrange(4, 30)))
    return text + rng.choice((".", "…", "\n\n- one (1)\n- two [2] & <three>", "\n€234-€827\n", " C++, R&D"))
