"""Models as answers: written as ever, checked, and described."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from fastapi import FastAPI
from fastapi.exceptions import ResponseValidationError
from fastapi_apps import running
from pydantic import BaseModel, TypeAdapter, ValidationError

from lixasync import Connection, Person
from lixasync.fastapi.models import schema
from lixasync.models import MemberLocation
from lixasync.models.base import Model, wire
from lixasync.models.secret import HIDDEN, VisibilityToken

PERSON = Person(name="Robin Marlowe", li_created_at=datetime(2020, 1, 2, tzinfo=UTC), extra={"odd": 1})
PLAIN = {"name": "Robin Marlowe", "li_created_at": "2020-01-02T00:00:00Z", "extra": {"odd": 1}}


@attrs.frozen(kw_only=True, repr=False)
class Odd(Model):
    """Has attributes of every kind."""

    text: str | None = wire()
    number: int | None = wire()
    share: float | None = wire()
    told: bool | None = wire()
    at: datetime | None = wire()
    texts: tuple[str, ...] = wire(default=())
    place: MemberLocation | None = wire()
    within: Odd | None = wire()
    either: int | str | None = wire()
    named: Mapping[str, Any] | None = wire()
    token: VisibilityToken | None = wire()
    anything: Any = wire()


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/one")
    async def one() -> Person:
        return PERSON

    @app.get("/many")
    async def many() -> list[Person]:
        return [PERSON, PERSON]

    @app.get("/none")
    async def none() -> Person | None:
        return None

    @app.get("/untold")
    async def untold():  # type: ignore[no-untyped-def] # what is tested
        return {"people": (PERSON,)}

    @app.get("/anything")
    async def anything() -> Any:
        return PERSON

    @app.get("/within")
    async def within() -> dict[str, Any]:
        return {"people": [PERSON]}

    @app.get("/stream")
    async def stream() -> AsyncIterable[Person]:
        yield PERSON
        yield PERSON

    @app.get("/wrong")
    async def wrong() -> Connection:
        return PERSON  # type: ignore[return-value] # what is tested

    return app


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/one", PLAIN),
        ("/many", [PLAIN, PLAIN]),
        ("/none", None),
        ("/untold", {"people": [PLAIN]}),
        ("/anything", PLAIN),
        ("/within", {"people": [PLAIN]}),
    ],
)
async def test_answers(path: str, expected: Any) -> None:
    async with running(application()) as http:
        assert (await http.get(path)).json() == expected


@pytest.mark.anyio
async def test_streams_of_fastapi_itself() -> None:
    async with running(application()) as http:
        found = await http.get("/stream")
    assert [TypeAdapter(dict[str, Any]).validate_json(line) for line in found.text.splitlines()] == [PLAIN, PLAIN]


@pytest.mark.anyio
async def test_another_model_than_was_promised() -> None:
    async with running(application()) as http:
        with pytest.raises(ResponseValidationError):
            await http.get("/wrong")


@pytest.mark.anyio
async def test_the_description() -> None:
    async with running(application()) as http:
        described = (await http.get("/openapi.json")).json()
    answer = described["paths"]["/one"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Person"}
    assert described["components"]["schemas"]["Person"]["properties"]["name"] == {"type": "string"}


def test_models_within_models_of_pydantic() -> None:
    class Found(BaseModel):
        person: Person

    assert Found(person=PERSON).model_dump(mode="json") == {"person": PLAIN}
    with pytest.raises(ValidationError):
        Found(person="Robin Marlowe")  # type: ignore[arg-type] # what is tested


def test_secrets_do_not_show() -> None:
    assert TypeAdapter(Odd).dump_python(Odd(token=VisibilityToken("1d2-Xk"))) == {"token": HIDDEN}


def test_every_kind_of_attribute() -> None:
    country = {"type": "object", "title": "MemberCountry"}
    found = schema(Odd)
    members = found.pop("properties")
    assert found == {"type": "object", "title": "Odd"}
    place = members.pop("place")
    assert place["title"] == "MemberLocation"
    assert {name: place["properties"]["country"][name] for name in country} == country
    assert members == {
        "text": {"type": "string"},
        "number": {"type": "integer"},
        "share": {"type": "number"},
        "told": {"type": "boolean"},
        "at": {"type": "string", "format": "date-time"},
        "texts": {"type": "array", "items": {"type": "string"}},
        "within": {"type": "object", "title": "Odd"},
        "either": {},
        "named": {"type": "object"},
        "token": {"type": "string"},
        "anything": {},
        "extra": {"type": "object"},
    }
