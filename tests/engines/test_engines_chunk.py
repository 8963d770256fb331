"""A chunk as a value: small, nothing in it that must not be seen, and back from JSON as it was."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from lixasync.engines import Chunk
from lixasync.errors import InvalidArgumentError

CHUNK = Chunk(store="s3://bucket/people", name="0a1b-000001-2c3d.db", method="enrichment.person", inputs=500)
JSON = {"store": "s3://bucket/people", "name": "0a1b-000001-2c3d.db", "method": "enrichment.person", "inputs": 500}


def test_there_and_back() -> None:
    assert CHUNK.as_json() == JSON
    assert Chunk.from_json(json.loads(json.dumps(CHUNK.as_json()))) == CHUNK
    assert pickle.loads(pickle.dumps(CHUNK)) == CHUNK  # noqa: S301 - of our own making
    assert len(json.dumps(JSON)) < 1000
    assert len({CHUNK, Chunk.from_json(JSON)}) == 1


def test_what_later_versions_add_is_left_out() -> None:
    assert Chunk.from_json({**JSON, "more": 1}) == CHUNK


@pytest.mark.parametrize(
    "value",
    [
        None,
        "chunk",
        [],
        {},
        {**JSON, "inputs": "500"},
        {**JSON, "inputs": True},
        {**JSON, "store": None},
        {name: JSON[name] for name in ("store", "name", "method")},
    ],
)
def test_what_is_no_chunk(value: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"This is no chunk\."):
        Chunk.from_json(value)


@pytest.mark.parametrize("name", ["../people.db", "/etc/passwd", "", "a/b.db"])
def test_a_name_that_leads_elsewhere(name: str) -> None:
    with pytest.raises(InvalidArgumentError, match="no name in a store"):
        Chunk.from_json({**JSON, "name": name})
