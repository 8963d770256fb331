"""The OpenAPI description: it is complete, and the sandbox understands its examples."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from lixasync.sandbox import Sandbox, Settings
from lixasync.sandbox.lix.routes import ROUTES
from lixasync.sandbox.openapi import OPERATIONS, document

DOCUMENT = document(Settings())
DESCRIBED = [(method, path, what) for path, item in DOCUMENT["paths"].items() for method, what in item.items()]
SEED = document(Settings(seed=9, viewers=("another", "robin-marlowe")))


def test_it_is_served_to_anybody_and_is_no_arrival(sandbox: Sandbox, client: httpx.Client) -> None:
    sandbox.reset(seed=9, viewers=("another", "robin-marlowe"))
    answer = httpx.get(f"{sandbox.url}/openapi.json", trust_env=False)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(SEED))
    assert sandbox.stats()["arrivals"] == 0
    assert client.post("/openapi.json").status_code == 405


def test_every_endpoint_is_described() -> None:
    assert {(method.upper(), path) for method, path, _ in DESCRIBED} == set(ROUTES)
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS) == len(ROUTES) == 48


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        here = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return here.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_every_reference_leads_somewhere_and_every_part_is_used() -> None:
    parts = {
        f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in DOCUMENT["components"][kind]
    }
    assert references(DOCUMENT) == parts


@pytest.mark.parametrize(("method", "path", "what"), DESCRIBED, ids=lambda part: part if isinstance(part, str) else "")
def test_operations_are_described_whole(method: str, path: str, what: dict[str, Any]) -> None:
    assert set(what["responses"]) == {"200", "400", "401", "402", "404", "407", "429", "500", "503"}
    assert what["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert what["x-credits"]["kind"] in {"standard", "org", "email", "free"}
    assert (what["x-credits"]["cost"] == 0) == (what["x-credits"]["kind"] == "free")
    assert {part["name"] for part in what["parameters"] if part["in"] == "path"} == {
        part[1:-1] for part in path.split("/") if part.startswith("{")
    }
    assert list(what["security"][0]) == [("lookc" if "LookC" in what["tags"][0] else "lix")]
    assert all(part["example"] is not None for part in what["parameters"] if part["required"])


@pytest.mark.parametrize("variant", ["head", "later"])
def test_the_examples_are_understood(sandbox: Sandbox, client: httpx.Client, variant: Any) -> None:
    """And cost what the description says."""
    for method, path, what in DESCRIBED:
        sandbox.reset(variant=variant)
        known = {part["name"]: part["example"] for part in what["parameters"] if "example" in part}
        url = path
        for part in [part for part in what["parameters"] if part["in"] == "path"]:
            url = url.replace(f"{{{part['name']}}}", quote(known.pop(part["name"]), safe=""))
        params = {name: str(value).lower() if isinstance(value, bool) else value for name, value in known.items()}
        sent: dict[str, Any] = {}
        for media, content in what.get("requestBody", {"content": {}})["content"].items():
            sent = {("json" if "json" in media else "data"): content["example"]}
        answer = client.request(method, url, params=params, **sent)
        ident = what["operationId"]
        assert answer.status_code == (404 if ident == "get_async_request" else 200), (ident, answer.text)
        event = sandbox.events()[-1]
        spent = {"standard": event["credits"], "org": event["org_credits"], "email": event["email_credits"], "free": 0}
        kind, cost = what["x-credits"]["kind"], what["x-credits"]["cost"]
        assert spent == {"standard": 0, "org": 0, "email": 0, "free": 0, kind: cost}, ident
