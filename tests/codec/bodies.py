"""The saved bodies, how each is decoded, and ways to change a body without changing what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lixasync.codec import Decoder, parse
from lixasync.models import Balances, Connection, DailyAllowance, Person

FIXTURES = Path(__file__).parents[1] / "fixtures" / "lix"
FACTS: list[dict[str, Any]] = [
    json.loads(line) for line in (FIXTURES / "FACTS.jsonl").read_text(encoding="utf-8").splitlines()
]

Decode = Callable[[Decoder, Any], Any]

DECODE: dict[str, Decode] = {
    "get_person": lambda decoder, data: decoder.model(data, Person),
    "get_balances": lambda decoder, data: decoder.model(data, Balances),
    "get_daily_allowance": lambda decoder, data: decoder.model(data, DailyAllowance),
    "search_people": lambda decoder, data: decoder.listing(data, Person, items_key="people"),
    "search_sales_leads": lambda decoder, data: decoder.listing(data, Person, items_key="people"),
    "list_connections": lambda decoder, data: decoder.listing(
        data, Connection, items_key="elements", envelopes=("connections_response",)
    ),
}


def body(name: str) -> Any:
    return parse((FIXTURES / name).read_bytes())


def operation(name: str) -> str:
    return name.partition(".")[0]


def decode(name: str, data: Any, decoder: Decoder | None = None) -> Any:
    return DECODE[operation(name)](decoder or Decoder(), data)


NAMES = sorted(path.name for path in FIXTURES.glob("*.json") if operation(path.name) in DECODE)
PAGES = [name for name in NAMES if operation(name).startswith(("search", "list"))]
OBJECTS = [name for name in NAMES if name not in PAGES]


def rewrite(data: Any, *, key: Callable[[str], str] = str, leaf: Callable[[Any], Any] = lambda value: value) -> Any:
    """Return a copy with every key and every value that is neither list nor object passed through a function."""
    if isinstance(data, dict):
        return {key(name): rewrite(value, key=key, leaf=leaf) for name, value in data.items()}
    if isinstance(data, list):
        return [rewrite(value, key=key, leaf=leaf) for value in data]
    return leaf(data)


def quoted(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def without_extra(plain: Any) -> Any:
    """Return the output of to_dict without anything unknown, and without what held nothing else."""
    if isinstance(plain, dict):
        rest = {name: without_extra(value) for name, value in plain.items() if name != "extra"}
        return {name: value for name, value in rest.items() if value != {}}
    return [without_extra(value) for value in plain] if isinstance(plain, list) else plain
