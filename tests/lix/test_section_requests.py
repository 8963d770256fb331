"""What each method puts on the wire, to the letter, and the model it makes of a documented answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.fake import FakeTransport, client
from wires_of_records import RECORDS
from wires_of_searches import SEARCHES, Wire

from lixasync import Pager, Response
from lixasync.lix.operations import OPERATIONS

pytestmark = pytest.mark.anyio

FIXTURES = Path(__file__).parents[1] / "fixtures" / "lix"
WIRES = (*SEARCHES, *RECORDS)


def fixture(name: str) -> bytes:
    """Return a documented body; that of one post is documented nowhere."""
    return b'{"urn": "urn:li:activity:1", "text": "a"}' if name == "post" else (FIXTURES / f"{name}.json").read_bytes()


async def made(outcome: Any) -> Any:
    """Return the model, or the first of several, that a call leads to."""
    if isinstance(outcome, Pager):
        found: Any = (await anext(aiter(outcome.pages()))).items
    else:
        found = await outcome
    return found[0] if isinstance(found, tuple) else found


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.key)
async def test_what_is_sent_and_what_comes_back(wire: Wire) -> None:
    transport = FakeTransport([Response(status=200, headers={}, body=fixture(wire.fixture))])
    async with client(transport, viewer_id="me") as lix:
        outcome = await made(wire.call(lix))
    (request,) = transport.requests
    operation = OPERATIONS[wire.key]
    host = "https://api.lookc.io" if operation.host == "lookc" else "https://api.lix-it.com"
    assert (request.method, request.url) == (operation.method, host + wire.target)
    assert (None if request.body is None else json.loads(request.body)) == wire.body
    assert dict(request.headers).get("content-type") == (None if wire.body is None else "application/json")
    assert type(outcome) is wire.result


def test_every_method_is_here() -> None:
    assert {wire.key for wire in WIRES} | {"sales.leads (long URLs)"} == OPERATIONS.keys()
