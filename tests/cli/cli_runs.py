"""What runs of the command are compared with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import attrs

from lixasync import Connection, Member, Person
from lixasync.codec.decoder import Decoder
from lixasync.codec.veil import veil
from lixasync.sandbox import Sandbox, Settings

USUAL = Settings(
    requests=None,
    connections=120,
    search_results=45,
    key="key-5ad1c0ffee",
    linkedin_token="token-7ab1e5ca1e",
    linkedin_connections=60,
    linkedin_strangers=400,
    linkedin_private_every=25,
)
SEARCH = "https://www.linkedin.com/search/results/people/?keywords=engineer"
MORNING = 1793521800.0  # 2026-11-01 08:30 UTC
QUICK = ("--rate", "1000/1")
OAUTH1 = (
    "LINKEDIN_CONSUMER_KEY",
    "LINKEDIN_CONSUMER_SECRET",
    "LINKEDIN_OAUTH_TOKEN",
    "LINKEDIN_OAUTH_TOKEN_SECRET",
)


@attrs.frozen
class Ran:
    """How a command ended."""

    code: int
    out: bytes
    err: str

    @property
    def items(self) -> list[dict[str, Any]]:
        return lines(self.out)

    @property
    def cursor(self) -> str:
        return self.err.split("--resume ")[1].split()[0]


def lines(text: bytes) -> list[dict[str, Any]]:
    """Read JSON Lines, each of them whole."""
    assert text == b"" or text.endswith(b"\n")
    return [json.loads(line) for line in text.splitlines()]


def connections(box: Sandbox, start: int = 0, end: int | None = None) -> list[dict[str, Any]]:
    """What the command writes of the sandbox's connections."""
    indices = range(start, box.settings.connections if end is None else end)
    return [Decoder().model(box.connection(index), Connection).to_dict() for index in indices]


def people(box: Sandbox, end: int) -> list[dict[str, Any]]:
    """What the command writes of the people that a search finds."""
    return [Decoder().model(box.person(index), Person).to_dict() for index in range(end)]


def members(people: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the command writes of members that the sandbox tells of."""
    found = []
    for person in people:
        veil(person)
        found.append(Decoder().model(person, Member).to_dict())
    return found
