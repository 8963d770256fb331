"""One client for an application, from its start to its end, and what depends on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi_apps import application, opened, running
from tests.support.fake import KEY, TOKEN, FakeTransport, answer, client

from lixasync import ConfigurationError, LinkedInClient, LixClient, MissingKeyError
from lixasync.fastapi import LinkedIn, Lix, Resume, install, lifespan, lix_client

pytestmark = pytest.mark.anyio


async def test_the_client_lives_as_long_as_the_application() -> None:
    transport = FakeTransport()
    async with running(application(transport)) as http:
        assert (await http.get("/person")).status == 200
        assert not transport.closed
    assert transport.closed


async def test_each_start_makes_a_new_client() -> None:
    made: list[LixClient] = []

    def make() -> LixClient:
        made.append(client(FakeTransport()))
        return made[-1]

    app = FastAPI(lifespan=lifespan(make))
    for _ in range(2):
        async with opened(app):
            pass
    assert len(made) == 2


async def test_both_clients_and_their_names() -> None:
    app = FastAPI(lifespan=lifespan(partial(LixClient, KEY), partial(LinkedInClient, TOKEN), deadline=3.0))

    @app.get("/")
    async def which(request: Request, lix: Lix, linkedin: LinkedIn) -> list[Any]:
        assert lix is request.state.lix
        assert linkedin is request.state.linkedin
        return [(each._core.options.lane, each._core.options.deadline) for each in (lix, linkedin)]

    async with running(app) as http:
        assert (await http.get("/")).json() == [["interactive", 3.0]] * 2


@pytest.mark.parametrize(("given", "deadline"), [({}, 10.0), ({"deadline": None}, None), ({"deadline": 2.5}, 2.5)])
async def test_the_deadline(given: dict[str, Any], deadline: float | None) -> None:
    app = FastAPI()
    async with lifespan(lambda: client(FakeTransport(), deadline=60.0), **given)(app) as state:
        assert state["lix"]._core.options.deadline == deadline


async def test_a_lifespan_of_ones_own() -> None:
    transport = FakeTransport()

    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with lifespan(lambda: client(transport))(app) as state:
            yield {**state, "city": "Umber"}

    app = FastAPI(lifespan=own)

    @app.get("/")
    async def both(request: Request, lix: Lix) -> str:
        return (
            f"{(await lix.enrichment.person('https://www.linkedin.com/in/robin-marlowe')).name}, {request.state.city}"
        )

    async with running(app) as http:
        assert (await http.get("/")).json() == "Robin Marlowe, Umber"
    assert transport.closed


async def test_a_client_instead_of_what_makes_one() -> None:
    async with client(FakeTransport()) as made:
        with pytest.raises(ConfigurationError, match=r"partial\(LixClient, \.\.\.\), not a client"):
            lifespan(LixClient, made)  # type: ignore[arg-type] # the mistake


async def test_two_of_a_kind() -> None:
    first = FakeTransport()
    with pytest.raises(ConfigurationError, match="two clients of the class LixClient"):
        async with lifespan(lambda: client(first), lambda: client(FakeTransport()))(FastAPI()):
            pass
    assert first.closed


async def test_a_client_that_cannot_be_made_closes_the_others() -> None:
    first = FakeTransport()
    with pytest.raises(MissingKeyError):
        async with lifespan(lambda: client(first), LinkedInClient)(FastAPI()):
            pass
    assert first.closed


@pytest.mark.parametrize("kind", ["LixClient", "LinkedInClient"])
async def test_no_client(kind: str) -> None:
    app = FastAPI()

    @app.get("/LixClient")
    async def lixes(lix: Lix) -> None: ...

    @app.get("/LinkedInClient")
    async def linkedins(linkedin: LinkedIn) -> None: ...

    async with running(app) as http:
        with pytest.raises(ConfigurationError, match=f"no {kind}") as caught:
            await http.get(f"/{kind}")
    assert f"lifespan({kind})" in caught.value.hint


async def test_another_client_in_tests() -> None:
    app = application(FakeTransport([answer({"name": "Robin Marlowe"})]))
    other = client(FakeTransport([answer({"name": "Tamsyl Vandermoot"})]))
    app.dependency_overrides[lix_client] = lambda: other
    async with other, running(app) as http:
        assert (await http.get("/person")).json() == "Tamsyl Vandermoot"


@pytest.mark.parametrize(
    ("headers", "query", "cursor"),
    [
        ({"Last-Event-ID": "lixasync1-b"}, {"cursor": "lixasync1-a"}, "lixasync1-b"),
        ({}, {"cursor": "lixasync1-a"}, "lixasync1-a"),
        ({"Last-Event-ID": ""}, {"cursor": ""}, None),
        ({}, {}, None),
    ],
)
async def test_where_to_go_on(headers: dict[str, str], query: dict[str, str], cursor: str | None) -> None:
    app = FastAPI()

    @app.get("/")
    async def where(resume: Resume) -> list[str | None]:
        return [resume or None]

    async with running(app) as http:
        assert (await http.get("/", headers=headers, **query)).json() == [cursor]


async def test_other_errors_are_not_ours() -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    async def fails() -> None:
        raise LookupError("not of this package")

    async with running(app) as http:
        with pytest.raises(LookupError):
            await http.get("/")


@pytest.mark.parametrize("missing", ["fastapi", "pydantic_core"])
def test_without_the_extra(missing: str, anyio_backend: Any) -> None:
    script = f"""
import sys
sys.modules[{missing!r}] = None
from lixasync import ConfigurationError
try:
    import lixasync.fastapi
except ConfigurationError as error:
    print(error.hint)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "pip install 'lixasync[fastapi]'"


def test_another_missing_module_is_told_as_it_is(anyio_backend: Any) -> None:
    script = "import sys; sys.modules['msgspec'] = None; import lixasync.fastapi"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr.splitlines()[-1]
    assert "msgspec" in done.stderr.splitlines()[-1]
