"""Pages of today's shape are read from their bodies, and everything else is judged and parsed first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lixasync.bulk.methods import method_of
from lixasync.codec import Decoder, dump, parse
from lixasync.errors import DecodeError, RateLimitError
from lixasync.lix.answers import judge
from lixasync.lix.client import LixClient
from lixasync.lix.operations import OPERATIONS
from lixasync.transport.base import Response

FIXTURES = Path(__file__).parents[1] / "fixtures" / "lix"
AT_ONCE = {name: each for name, each in OPERATIONS.items() if hasattr(each.decode, "at_once")}
OF_TODAY = {name: each for name, each in AT_ONCE.items() if name not in ("connections", "search.jobs")}
PEOPLE = OPERATIONS["search.people"]


def answer(body: bytes, status: int = 200) -> Response:
    return Response(status=status, headers={}, body=body)


def never(_: Response) -> Any:
    pytest.fail("the answer was parsed")


def test_what_is_read_at_once() -> None:
    assert set(AT_ONCE) == {
        *("connections", "search.people", "search.jobs", "search.organisations", "sales.leads", "sales.accounts"),
        *("sales.leads (long URLs)", "sales.leads_by", "sales.lead_list", "sales.account_list"),
        *("recruiter.candidates", "enrichment.followers"),
    }


@pytest.mark.parametrize("name", OF_TODAY)
def test_a_page_of_today(name: str) -> None:
    operation = AT_ONCE[name]
    body = (FIXTURES / f"{operation.id.removesuffix('_form')}.head.json").read_bytes()
    decoder = Decoder()
    assert operation.read(decoder, answer(body), never) == operation.decode(decoder, parse(body))


@pytest.mark.parametrize("name", AT_ONCE)
def test_a_page_of_another_day(name: str) -> None:
    operation = AT_ONCE[name]
    decode: Any = operation.decode
    data = {"response": {decode.items_key: [{"name": "Robin", "nickname": "Rob"}]}}
    if decode.envelope is not None:
        data = {decode.envelope: data["response"]}
    (item,) = operation.read(Decoder(), answer(dump(data)), judge).items
    assert item.raw == data.popitem()[1][decode.items_key][0]


def test_a_refusal_under_a_good_status() -> None:
    body = dump({"people": [], "error": {"type": "rate_limit"}})
    with pytest.raises(RateLimitError):
        PEOPLE.read(Decoder(), answer(body), judge)


@pytest.mark.parametrize("status", [204, 429, 500])
def test_no_other_status_is_read_at_once(status: int) -> None:
    asked: list[Response] = []

    def judging(response: Response) -> Any:
        asked.append(response)
        return {"people": []}

    response = answer(b'{"people": []}', status)
    PEOPLE.read(Decoder(), response, judging)
    assert asked == [response]


def test_a_body_that_cannot_be_read() -> None:
    with pytest.raises(DecodeError, match="cut off"):
        PEOPLE.read(Decoder(), answer(b'{"people": ['), judge)


def test_a_job_reads_them_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lixasync.bulk.methods.lix_answers.judge", never)
    method = method_of(LixClient(api_key="key").search.people)
    page = method.decode(Decoder(), "search_people", (FIXTURES / "search_people.head.json").read_bytes(), {})
    assert [person.name for person in page.items] == ["Robin Marlowe"]
