"""Pagers as answers: whole, resumed, interrupted by errors, and left by their callers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import anyio
import pytest
from fastapi import FastAPI
from fastapi_apps import Caller, application, opened, running
from starlette.background import BackgroundTask
from tests.support.fake import SEARCH, FakeTransport, Step, answer, refusal

from lixasync import Request, Response, RetryPolicy, UsageError
from lixasync.fastapi import Lix, events, jsonl

pytestmark = pytest.mark.anyio

PEOPLE, PAGE = 25, 10
NAMES = [f"Robin {number}" for number in range(PEOPLE)]


def page(request: Request) -> Response:
    """Answer with the page that is asked for."""
    query = dict(parse_qsl(urlsplit(request.url).query))
    number = int(dict(parse_qsl(urlsplit(query["url"]).query)).get("page", "1")) - 1
    people = [
        {"name": name, "link": f"https://www.linkedin.com/in/{name.replace(' ', '-').lower()}"}
        for name in NAMES[number * PAGE : (number + 1) * PAGE]
    ]
    return answer({"people": people, "paging": {"start": number * PAGE, "count": len(people), "total": PEOPLE}})


def people(*steps: Step) -> FakeTransport:
    """Serve people by pages, after other answers."""
    return FakeTransport([*steps, page])


def impatient(transport: FakeTransport) -> FastAPI:
    """Make an application that tries nothing twice."""
    return application(transport, retry=RetryPolicy(attempts=1))


def read(text: str) -> list[dict[str, str]]:
    """Read server-sent events as a browser does."""
    blocks = [block for block in text.split("\n\n") if block]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]  # type: ignore[misc] # pairs


def names(found: list[dict[str, str]]) -> list[str]:
    """Return who stands in some events."""
    pages = [json.loads(each["data"]) for each in found if "event" not in each]
    return [person["name"] for each in pages for person in each["items"]]


@pytest.mark.parametrize("send", [events, jsonl])
async def test_what_is_no_pager(send: Callable[[Any], Any]) -> None:
    with pytest.raises(UsageError, match=r"take a pager such as lix\.connections"):
        send([1])


async def test_lines() -> None:
    async with running(application(people())) as http:
        found = await http.get("/lines")
    assert found.status == 200
    assert found.headers["content-type"] == "application/jsonl"
    assert found.headers["x-accel-buffering"] == "no"
    assert [json.loads(line)["name"] for line in found.text.splitlines()] == NAMES
    assert len([each for each in found.sent if each.get("body")]) == 3  # a page at a time


async def test_events() -> None:
    async with running(application(people())) as http:
        found = await http.get("/events")
    assert found.headers["content-type"].startswith("text/event-stream")
    assert found.headers["cache-control"] == "no-cache"
    *pages, end = read(found.text)
    assert names(pages) == NAMES
    assert [json.loads(each["data"])["start"] for each in pages] == [0, 10, 20]
    assert {json.loads(each["data"])["total"] for each in pages} == {PEOPLE}
    assert end["event"] == "end"
    assert json.loads(end["data"]) == {"stopped": "exhausted"}


async def test_a_stream_that_was_cut_off_says_so() -> None:
    async with running(application(people())) as http:
        *_, end = read((await http.get("/events", most=12)).text)
    assert json.loads(end["data"]) == {"stopped": "max_items"}


@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_browser_that_connects_again(after: int) -> None:
    transport = people()
    async with running(application(transport)) as http:
        pages = read((await http.get("/events")).text)
        sent = len(transport.requests)
        again = read((await http.get("/events", headers={"Last-Event-ID": pages[after]["id"]})).text)
    assert names(pages[: after + 1]) + names(again) == NAMES
    assert len(transport.requests) == sent + 2 - after


async def test_after_the_end_nothing_is_asked() -> None:
    transport = people()
    async with running(application(transport)) as http:
        *_, end = read((await http.get("/events")).text)
        sent = len(transport.requests)
        (again,) = read((await http.get("/events", headers={"Last-Event-ID": end["id"]})).text)
    assert again["event"] == "end"
    assert len(transport.requests) == sent


@pytest.mark.parametrize("path", ["/lines", "/events"])
async def test_nobody_is_found(path: str) -> None:
    nobody = answer({"people": [], "paging": {"start": 0, "count": 0, "total": 0}})
    async with running(application(people(nobody))) as http:
        found = await http.get(path)
    assert found.status == 200
    assert [each["event"] for each in read(found.text)] == ["end"] * (path == "/events")


@pytest.mark.parametrize("path", ["/lines", "/events"])
async def test_an_error_before_the_first_page_is_an_answer_of_its_own(path: str) -> None:
    async with running(impatient(people(refusal(402, "payment", "no credits")))) as http:
        found = await http.get(path)
    assert found.status == 503
    assert found.headers["content-type"] == "application/problem+json"
    assert found.json()["type"] == "urn:lixasync:problem:credits"
    assert found.json()["cursor"].startswith("lixasync1-")


@pytest.mark.parametrize("path", ["/lines", "/events"])
async def test_a_cursor_of_something_else(path: str) -> None:
    async with running(application(people())) as http:
        found = await http.get(path, cursor="nonsense")
    assert found.status == 400
    assert found.json()["type"] == "urn:lixasync:problem:cursor"


def first_then(*steps: Step) -> FakeTransport:
    """Serve the first page, then other answers, then the rest."""
    return people(page, *steps)


async def test_an_error_in_mid_stream_ends_the_lines() -> None:
    transport = first_then(refusal(500, "api_error", "ouch"))
    async with running(impatient(transport)) as http:
        *lines, last = map(json.loads, (await http.get("/lines")).text.splitlines())
        problem = last["problem"]
        rest = (await http.get("/lines", cursor=problem["cursor"])).text.splitlines()
    assert problem["type"] == "urn:lixasync:problem:server"
    assert problem["status"] == 502
    assert [each["name"] for each in (*lines, *map(json.loads, rest))] == NAMES


@pytest.mark.parametrize(
    ("failure", "name", "retry"),
    [
        (refusal(429, "rate_limit", "slow down", retry_after="2"), "rate-limit", "2000"),
        (refusal(500, "api_error", "ouch"), "server", None),
    ],
)
async def test_an_error_in_mid_stream_is_an_event(failure: Response, name: str, retry: str | None) -> None:
    async with running(impatient(first_then(failure))) as http:
        *pages, last = read((await http.get("/events")).text)
    assert names(pages) == NAMES[:PAGE]
    assert last["event"] == "problem"
    assert "id" not in last  # a browser goes on behind the last page
    assert last.get("retry") == retry
    problem = json.loads(last["data"])
    assert problem["type"] == f"urn:lixasync:problem:{name}"
    assert problem["cursor"] == pages[-1]["id"]


async def test_other_failures_break_the_answer_off() -> None:
    async with opened(application(first_then(ZeroDivisionError("a bug")))) as app:
        caller = Caller("/lines")
        with pytest.raises(ZeroDivisionError):
            await caller.ask(app)
    assert caller.sent[-1].get("more_body")


@pytest.mark.virtual_time
@pytest.mark.parametrize(("path", "method"), [("/lines", "GET"), ("/events", "GET"), ("/events", "POST")])
async def test_nothing_is_fetched_for_a_caller_who_has_gone(path: str, method: str) -> None:
    """While the second page is on its way the caller leaves: its request is given up, and no other is made."""
    transport = people()
    transport.latency = 5.0
    async with opened(application(transport)) as app:
        caller = Caller(path, method=method)
        async with anyio.create_task_group() as group:
            group.start_soon(caller.ask, app)
            await anyio.sleep(7)
            assert (len(transport.requests), transport.under_way) == (2, 1)
            caller.leave()
        assert transport.under_way == 0
        assert anyio.current_time() - transport.times[0] < 9
        await anyio.sleep(60)
    assert len(transport.requests) == 2
    assert caller.sent[-1].get("more_body")


async def test_what_comes_after_an_answer() -> None:
    """Background tasks are run after a stream, as after any answer."""
    done = anyio.Event()

    async def finish() -> None:
        await anyio.lowlevel.checkpoint()
        done.set()

    app = application(people())

    @app.get("/with-task")
    async def with_task(lix: Lix) -> Any:
        found = jsonl(lix.search.people(SEARCH, max_items=1))
        found.background = BackgroundTask(finish)
        return found

    async with running(app) as http:
        found = await http.get("/with-task")
    assert json.loads(found.text)["name"] == NAMES[0]
    assert done.is_set()
