"""Results to export, and what exported files hold."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lixasync.bulk.result import Result
from lixasync.errors import NotFoundError
from lixasync.models import Person

SUFFIXES = [".jsonl", ".ndjson", ".csv", ".parquet", ".duckdb"]
ODD = 'two\nlines\r\n"quoted", \'single\'; \\n \x00 tab\t 😀 ́ \u2028 {"a": 1} NULL'
MOMENT = datetime(2026, 11, 1, 12, 30, 15, 250_000, tzinfo=UTC)
GONE = NotFoundError("There is no such person.", status=404, type="not_found")


async def stream(results: Iterable[Result[Any]]) -> AsyncIterator[Result[Any]]:
    for result in results:
        yield result


def result(value: Any, *, position: int = 0, **facts: Any) -> Result[Any]:
    return Result(input=facts.pop("input", f"in/{position}"), position=position, value=value, **facts)


def table(path: Path, *names: str) -> list[tuple[Any, ...]]:
    """Return columns of an exported file."""
    query = "SELECT " + ", ".join(f'"{name}"' for name in names) + " FROM {}"  # noqa: S608 - the tests' own names
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return [tuple(row[name] for name in names) for row in csv.DictReader(file)]
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query.format("results")).fetchall()
    return duckdb.connect().execute(query.format("read_parquet(?)"), [str(path)]).fetchall()


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def left(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


PEOPLE = [
    result(Person(name="Robin Marlowe", li_created_at=MOMENT, num_of_connections=7, premium=False)),
    result(None, position=1, error=GONE),
    result(Person(name=ODD, emails=("a@example.org", "b@example.org"), extra={"big": 10**30}), position=2),
]
