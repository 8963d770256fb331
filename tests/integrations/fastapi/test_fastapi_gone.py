"""Calls end when their callers go away; what changes something, and what comes after an answer, does not."""

from __future__ import annotations

from typing import Any

import anyio
import pytest
from fastapi import BackgroundTasks, FastAPI, Request
from fastapi_apps import Caller, application, opened
from starlette.types import Receive, Scope, Send
from tests.support.fake import FakeTransport

from lixasync.fastapi import Lix, install
from lixasync.fastapi.gone import EndWithCaller, until_gone

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


async def test_a_call_whose_caller_has_gone() -> None:
    transport = FakeTransport(latency=5.0)
    async with opened(application(transport)) as app:
        caller = Caller("/person")
        async with anyio.create_task_group() as group:
            group.start_soon(caller.ask, app)
            await anyio.sleep(1)
            assert transport.under_way == 1
            caller.leave()
            await anyio.wait_all_tasks_blocked()
            assert transport.under_way == 0
    assert caller.sent == []


async def test_a_call_that_waits_for_its_slot() -> None:
    transport = FakeTransport(latency=5.0)
    app = application(transport, deadline=None)
    async with opened(app) as asgi:
        callers = [Caller("/person"), Caller("/person")]

        @app.get("/other")
        async def other(lix: Lix) -> None:
            await lix.account.balances()

        lix: Any = None

        @app.get("/set")
        async def slow(request: Request) -> None:
            nonlocal lix
            lix = request.state.lix

        await Caller("/set").ask(asgi)
        lix._core.pipeline.limiter().freeze(30)
        async with anyio.create_task_group() as group:
            for caller in callers:
                group.start_soon(caller.ask, asgi)
            await anyio.sleep(1)
            for caller in callers:
                caller.leave()
        assert lix.limits.snapshot().rate.waiting["interactive"] == 0
        await anyio.sleep(60)
    assert transport.requests == []


async def test_two_ask_the_same_and_one_leaves() -> None:
    transport = FakeTransport(latency=5.0)
    async with opened(application(transport)) as app:
        stays, leaves = Caller("/person"), Caller("/person")
        async with anyio.create_task_group() as group:
            group.start_soon(stays.ask, app)
            group.start_soon(leaves.ask, app)
            await anyio.sleep(1)
            leaves.leave()
    assert stays.json() == "Robin Marlowe"
    assert leaves.sent == []
    assert len(transport.requests) == 1


async def test_what_changes_something_runs_to_its_end() -> None:
    transport = FakeTransport(latency=5.0)
    async with opened(application(transport)) as app:
        caller = Caller("/person", method="POST")
        async with anyio.create_task_group() as group:
            group.start_soon(caller.ask, app)
            await anyio.sleep(1)
            caller.leave()
    assert caller.json() == "Robin Marlowe"


async def test_background_tasks_outlive_the_caller() -> None:
    app, done = FastAPI(), anyio.Event()
    install(app)

    async def later() -> None:
        await anyio.sleep(10)
        done.set()

    @app.get("/")
    async def ask(tasks: BackgroundTasks) -> str:
        tasks.add_task(later)
        return "at once"

    async with opened(app) as asgi:
        caller = Caller("/")
        async with anyio.create_task_group() as group:
            group.start_soon(caller.ask, asgi)
            await caller.seen.wait()
            caller.leave()
    assert caller.json() == "at once"
    assert done.is_set()


async def test_a_body_arrives_whole() -> None:
    parts = tuple(f"{number};".encode() for number in range(20))
    read: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            read.append(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})
        read.append((await receive())["type"].encode())  # it waits for the caller to leave

    caller = Caller("/", body=parts)
    async with anyio.create_task_group() as group:
        group.start_soon(caller.ask, EndWithCaller(app))
        await caller.seen.wait()
        caller.leave()
    assert read == [*parts, b"http.disconnect"]
    assert caller.text == "done"


async def test_a_failure_comes_as_it_was() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise LookupError("as it was")

    with pytest.raises(LookupError, match="as it was") as caught:
        await Caller("/").ask(EndWithCaller(app))
    assert caught.value.__cause__ is None


async def test_being_cancelled_from_outside() -> None:
    caller = Caller("/")
    reached = False

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await anyio.sleep_forever()

    with anyio.move_on_after(3) as scope:
        await until_gone(app, {}, caller._receive, caller._send)
        reached = True
    assert scope.cancelled_caught
    assert not reached


@pytest.mark.parametrize("scope", [{"type": "lifespan"}, {"type": "websocket"}, {"type": "http", "method": "PATCH"}])
async def test_everything_else_is_handed_on(scope: dict[str, str]) -> None:
    handed: list[Any] = []

    async def app(*everything: Any) -> None:
        handed.extend(everything)

    await EndWithCaller(app)(scope, print, print)  # type: ignore[arg-type] # nobody calls them
    assert handed == [scope, print, print]
