"""The sandbox's people and connections: each follows from the seed and its own index alone."""

from __future__ import annotations

import functools
import random
import re
import string
from typing import Any, Literal

from . import words
from .replies import encode

Kind = Literal["person", "connection", "viewer"]

KINDS: tuple[Kind, ...] = ("person", "connection", "viewer")

_LETTERS: dict[Kind, str] = {"person": "p", "connection": "c", "viewer": "v"}
_KINDS: dict[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}
_ID_ALPHABET = string.ascii_letters + string.digits + "-_"
_NEWEST_CONNECTION_MS = 1_780_000_000_000
_SLUG = re.compile(r"(?:^|/in/)([^/?#]+)/?(?:[?#].*)?$")
_INDEXED = re.compile(r"-([pcv])(0|[1-9][0-9]{0,9})$")


def identity(seed: int, kind: Kind, index: int) -> dict[str, str]:
    """Say who stands at an index: names, public identifier, profile address and LinkedIn id.

    The public identifier ends in the index, so it is unique and can be resolved again.
    """
    rng = random.Random(f"{seed}:{kind}:{index}:identity")
    given, given_slug = rng.choice(words.GIVEN)
    family, family_slug = rng.choice(words.FAMILY)
    slug = f"{given_slug}-{family_slug}-{_LETTERS[kind]}{index}"
    return {
        "firstName": given,
        "lastName": family,
        "publicIdentifier": slug,
        "link": f"https://www.linkedin.com/in/{slug}",
        "liId": "ACoAA" + "".join(rng.choices(_ID_ALPHABET, k=34)),
    }


def slug_of(link: str) -> str | None:
    """Take the public identifier out of a profile address, or accept a bare one."""
    match = _SLUG.search(link.strip())
    return match.group(1) if match else None


def resolve(seed: int, slug: str) -> tuple[Kind, int] | None:
    """Find who has a public identifier; None when nobody has."""
    match = _INDEXED.search(slug)
    if match is None:
        return None
    kind, index = _KINDS[match.group(1)], int(match.group(2))
    if identity(seed, kind, index)["publicIdentifier"] != slug:
        return None
    return kind, index


def connection(seed: int, index: int, *, pictures: bool = True) -> dict[str, Any]:
    """Build the connection at an index, as it stands in an answer."""
    rng = random.Random(f"{seed}:connection:{index}")
    who = identity(seed, "connection", index)
    since = _NEWEST_CONNECTION_MS - index * 5_400_000 - rng.randrange(5_400_000)
    item: dict[str, Any] = {
        "firstName": who["firstName"],
        "lastName": who["lastName"],
        "headline": f"{rng.choice(words.TITLES)} at {rng.choice(words.COMPANIES)}",
        "link": who["link"],
        "entityUrn": f"urn:li:fsd_profile:{who['liId']}",
        "publicIdentifier": who["publicIdentifier"],
        "profile_picture": _picture(rng),
        "connectedAt": since,
    }
    _weather(rng, item, ("lastName", "headline", "profile_picture"))
    if rng.random() < 0.15:
        item["connectedAt"] = str(since)
    if rng.random() < 0.05:
        item["x_unlisted"] = rng.choice(words.PROSE)
    if not pictures:
        item.pop("profile_picture", None)
    return item


def person(seed: int, index: int, kind: Kind = "person") -> dict[str, Any]:
    """Build the person at an index, as it stands in an answer.

    Args:
        seed: The sandbox's seed.
        index: Which person.
        kind: "person" for those that searches find, "connection" for the profile behind the
            connection at that index, "viewer" for the profile of an accepted viewer.
    """
    rng = random.Random(f"{seed}:{kind}:{index}:profile")
    who = identity(seed, kind, index)
    item: dict[str, Any] = {
        "name": f"{who['firstName']} {who['lastName']}",
        "description": f"{rng.choice(words.TITLES)} | {rng.choice(words.COMPANIES)}",
        "location": rng.choice(words.PLACES),
        "img": _picture(rng),
        "twitter": who["publicIdentifier"].replace("-", "")[:15],
        "aboutSummaryText": _prose(rng, rng.randrange(8, 60)),
        "salesNavLink": f"https://linkedin.com/sales/lead/{who['liId']},NAME_SEARCH,undefined",
        "link": who["link"],
        "experience": [_job(rng) for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4, 7)))],
        "education": [_school(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))],
        "skills": [_skill(rng, name) for name in rng.sample(words.SKILLS, rng.choice((0, 2, 5, 12)))],
        "languages": [_language(rng, name) for name in rng.sample(words.LANGUAGES, rng.randrange(3))],
        "numOfConnections": _number(rng, rng.randrange(30_000)),
        "pronoun": rng.choice(("She/Her", "He/Him", "They/Them")),
    }
    optional = tuple(name for name in item if name not in ("name", "link"))
    _weather(rng, item, optional)
    if rng.random() < 0.05:
        item["x_unlisted"] = {"note": rng.choice(words.PROSE), "level": rng.randrange(9)}
    return item


def headline(seed: int, slug: str) -> str:
    """Say what stands below a person's name in short forms."""
    rng = random.Random(f"{seed}:{slug}:headline")
    return f"{rng.choice(words.TITLES)} at {rng.choice(words.COMPANIES)}"


def picture(seed: int, slug: str) -> str:
    """Say where a person's picture is, in short forms."""
    return _picture(random.Random(f"{seed}:{slug}:picture"))


def prose(seed: int, least: int, most: int, *what: object) -> str:
    """Write something that somebody may have written.

    Args:
        seed: The sandbox's seed.
        least: How many words it has at least.
        most: How many words it has at most.
        what: What is written, so that each text differs.
    """
    rng = random.Random(":".join(map(str, (seed, "prose", *what))))
    return _prose(rng, rng.randint(least, most))


@functools.lru_cache(maxsize=65_536)
def connection_bytes(seed: int, index: int, pictures: bool) -> bytes:  # noqa: FBT001 - a part of the cache's key
    """Encode a connection; remembered, because pages are asked for again and again."""
    return encode(connection(seed, index, pictures=pictures))


@functools.lru_cache(maxsize=65_536)
def person_bytes(seed: int, index: int, kind: Kind = "person") -> bytes:
    """Encode a person; remembered, because pages are asked for again and again."""
    return encode(person(seed, index, kind))


def _weather(rng: random.Random, item: dict[str, Any], names: tuple[str, ...]) -> None:
    """Let some fields go missing, in all the ways the service has of saying "none"."""
    for name in names:
        fate = rng.random()
        if fate < 0.07:
            del item[name]
        elif fate < 0.12:
            item[name] = None
        elif fate < 0.15 and isinstance(item[name], str):
            item[name] = ""


def _number(rng: random.Random, value: int) -> int | str:
    return str(value) if rng.random() < 0.5 else value


def _picture(rng: random.Random) -> str:
    token = "".join(rng.choices(_ID_ALPHABET, k=22))
    return f"https://media.licdn.com/dms/image/v2/{token}/photo.jpg?e=1800000000&v=beta&t={token[:11]}"


def _prose(rng: random.Random, length: int) -> str:
    text = " ".join(rng.choices(words.PROSE, k=length))
    return text[:1].upper() + text[1:] + rng.choice((".", "…", "\n\n- one\n- two"))


def _period(rng: random.Random) -> dict[str, Any]:
    """Choose dates as the service shows them, "0" and "Present" for unknown ones included."""
    if rng.random() < 0.08:
        return {"dateStarted": "0", "dateEnded": "Present", "timePeriod": {"startedOn": {}, "endedOn": {}}}
    begin, month = rng.randrange(1995, 2025), rng.randrange(1, 13)
    started: dict[str, int] = {"month": month, "year": begin}
    if rng.random() < 0.3:
        return {
            "dateStarted": f"{words.MONTHS[month - 1]} {begin}",
            "dateEnded": "Present",
            "timePeriod": {"startedOn": started, "endedOn": {}},
        }
    end = begin + rng.randrange(1, 6)
    return {
        "dateStarted": f"{words.MONTHS[month - 1]} {begin}",
        "dateEnded": str(end),
        "timePeriod": {"startedOn": started, "endedOn": {"year": end}},
    }


def _job(rng: random.Random) -> dict[str, Any]:
    company: dict[str, Any] = {"name": rng.choice(words.COMPANIES)}
    if rng.random() < 0.8:
        number = rng.choice(("", str(rng.randrange(1000, 10**8))))
        company["salesNavLink"] = f"https://linkedin.com/sales/company/{number}"
    job: dict[str, Any] = {
        "title": rng.choice(words.TITLES),
        "description": _prose(rng, rng.randrange(4, 40)),
        "location": rng.choice(words.PLACES),
        "organisation": company,
        **_period(rng),
    }
    _weather(rng, job, ("description", "location", "organisation", "timePeriod"))
    return job


def _school(rng: random.Random) -> dict[str, Any]:
    school: dict[str, Any] = {
        "institutionName": rng.choice(words.SCHOOLS),
        "degree": rng.choice(words.DEGREES),
        "fieldOfStudy": rng.choice(words.FIELDS),
        **_period(rng),
    }
    _weather(rng, school, ("degree", "fieldOfStudy"))
    return school


def _skill(rng: random.Random, name: str) -> dict[str, Any]:
    return {"name": name, "numOfEndorsement": _number(rng, rng.randrange(99))}


def _language(rng: random.Random, name: str) -> dict[str, Any]:
    return {"name": name, "proficiency": rng.choice(words.PROFICIENCIES)}
