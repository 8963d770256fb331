"""Following connections over real HTTP: every change once, across restarts, kills, skewed clocks and late changes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.support.fake import FakeTransport, answer, linkedin

from lixasync import (
    Changes,
    DailyLimitError,
    InvalidArgumentError,
    LinkedInClient,
    Member,
    PermissionDeniedError,
    RateLimit,
    RetryPolicy,
    StateError,
    Watch,
)
from lixasync.linkedin.watching import ServerClock, _content
from lixasync.models.member_links import ProfileRequest
from lixasync.sandbox import Sandbox

pytestmark = pytest.mark.anyio

UNHURRIED = RateLimit(1000, per=0.02, burst=1000, margin=0.0)


def client(sandbox: Sandbox, **settings: Any) -> LinkedInClient:
    given = {"base_url": sandbox.url, "rate_limit": UNHURRIED, "retry": RetryPolicy(base=0.01, cap=0.05), **settings}
    return LinkedInClient(sandbox.settings.linkedin_token, **given)


async def next_of(watch: Watch[Member]) -> Changes[Member]:
    return await anext(watch)


def ids(sandbox: Sandbox, *numbers: int) -> list[str]:
    return [sandbox.linkedin.member(number, ":(id)")["id"] for number in numbers]


class Memory:
    """A store of the caller's own."""

    def __init__(self) -> None:
        self.text: str | None = None

    def load(self) -> str | None:
        return self.text

    def save(self, state: str) -> None:
        self.text = state


@pytest.mark.parametrize("settings", [{}, {"format": "xml"}, {"generation": "2009"}])
async def test_new_connections_once_each(sandbox: Sandbox, settings: dict[str, Any]) -> None:
    sandbox.reset(linkedin_private_every=0)
    async with client(sandbox, **settings) as linkedin:
        watch = linkedin.watch(0.01, Memory(), since=datetime.now(UTC) - timedelta(seconds=5))
        for batch in range(4):
            numbers = [sandbox.linkedin.connect() for _ in range(batch + 1)]
            changes = await next_of(watch)
            assert [member.id for member in changes.added] == ids(sandbox, *numbers)
            assert not changes.changed
            assert not changes.gone
            sandbox.linkedin.advance(40)


@pytest.mark.parametrize("skew", [-7200.0, 7200.0])
async def test_the_servers_clock_decides(sandbox: Sandbox, skew: float) -> None:
    sandbox.reset(linkedin_skew=skew, linkedin_private_every=0)
    met: list[str | None] = []
    numbers = []
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(
            0.01, Memory(), since=datetime.fromtimestamp(sandbox.linkedin.now() - 60, UTC) if skew < 0 else None
        )
        for _ in range(3):
            numbers.append(sandbox.linkedin.connect())
            met += [member.id for member in (await next_of(watch)).added]
            sandbox.linkedin.advance(400)
    assert met == ids(sandbox, *numbers)


async def test_late_changes_are_not_lost(sandbox: Sandbox) -> None:
    sandbox.reset(linkedin_lag=200.0, linkedin_private_every=0)
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, Memory(), since=datetime.now(UTC) - timedelta(seconds=5))
        seen: list[str | None] = []
        early = sandbox.linkedin.connect()
        sandbox.linkedin.advance(150)  # stamped now, seen by nobody yet
        visible = sandbox.linkedin.connect(sandbox.linkedin.now() - 250)
        seen += [member.id for member in (await next_of(watch)).added]
        assert seen == ids(sandbox, visible)
        sandbox.linkedin.advance(60)
        seen += [member.id for member in (await next_of(watch)).added]
        assert seen == ids(sandbox, visible, early)


async def test_a_server_that_ignores_modified_since_brings_nobody_twice(sandbox: Sandbox) -> None:
    sandbox.reset(linkedin_ignores_since=True, linkedin_connections=700, linkedin_private_every=0)
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, Memory())
        assert len(await next_of(watch)) == 700
        for _ in range(3):
            sandbox.linkedin.advance(1000)
            number = sandbox.linkedin.connect()
            assert [member.id for member in (await next_of(watch)).added] == ids(sandbox, number)


async def test_updates_bring_what_says_something_else(sandbox: Sandbox) -> None:
    sandbox.reset(linkedin_private_every=0)
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, Memory(), modified="updated", since=datetime.now(UTC) - timedelta(seconds=5))
        headlines = []
        for number in (3, 3, 5):
            sandbox.linkedin.update(number)
            (member,) = (await next_of(watch)).changed
            assert member.id == ids(sandbox, number)[0]
            headlines.append(member.headline)
    assert len(set(headlines)) == 3


async def test_a_batch_that_was_not_finished_comes_again(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.reset(linkedin_private_every=0)
    state = tmp_path / "state"
    since = datetime.now(UTC) - timedelta(seconds=5)
    first = sandbox.linkedin.connect()
    async with client(sandbox) as linkedin:
        assert len(await next_of(linkedin.watch(0.01, state, since=since))) == 1  # and the process ends here
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, state)
        assert [member.id for member in (await next_of(watch)).added] == ids(sandbox, first)
        await watch.commit()
    second = sandbox.linkedin.connect()
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, state)
        assert [member.id for member in (await next_of(watch)).added] == ids(sandbox, second)


async def test_the_id_is_asked_for_in_any_case(sandbox: Sandbox) -> None:
    number = sandbox.linkedin.connect()
    async with client(sandbox) as linkedin:
        watch = linkedin.watch(0.01, Memory(), fields="headline", since=datetime.now(UTC) - timedelta(seconds=5))
        (member,) = (await next_of(watch)).added
        assert [member.id] == ids(sandbox, number)
        assert (await watch.poll()).added == ()
    assert sandbox.events()[0]["path"] == "/v1/people/~/connections:(id,headline)"


async def test_a_state_of_another_watch_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    state = tmp_path / "state"
    sandbox.linkedin.connect()
    async with client(sandbox) as linkedin:
        await next_of(linkedin.watch(0.01, state, since=datetime.now(UTC) - timedelta(minutes=1)))
        with pytest.raises(StateError):
            await next_of(linkedin.watch(0.01, state, modified="updated"))


async def test_the_day_s_calls_are_waited_for_but_a_refusal_is_not(sandbox: Sandbox) -> None:
    sandbox.reset(linkedin_connection_calls=0)
    async with client(sandbox) as linkedin:
        with pytest.raises(DailyLimitError):
            await next_of(linkedin.watch(0.01, Memory()))
    sandbox.reset(linkedin_connection_calls=None, linkedin_connections_open=False)
    async with client(sandbox) as linkedin:
        with pytest.raises(PermissionDeniedError):
            await next_of(linkedin.watch(0.01, Memory()))


async def test_bad_input_is_refused_at_once(sandbox: Sandbox) -> None:
    async with client(sandbox) as linkedin:
        for given in (
            {"every": 0},
            {"modified": "all"},
            {"fields": "shoe-size"},
            {"overlap": timedelta(seconds=-1)},
            {"since": datetime(2026, 1, 1)},  # noqa: DTZ001 - what is refused
        ):
            with pytest.raises(InvalidArgumentError):
                linkedin.watch(**{"every": 1.0, "state": Memory(), **given})  # type: ignore[arg-type]
    assert not sandbox.events()


FOLLOWER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from lixasync import LinkedInClient, RateLimit

async def main(url, token, state, since):
    rate = RateLimit(1000, per=0.02, burst=1000, margin=0.0)
    async with LinkedInClient(token, base_url=url, rate_limit=rate) as linkedin:
        async for changes in linkedin.watch(0.005, state, since=datetime.fromtimestamp(float(since), UTC)):
            for member in changes:
                print(member.id, flush=True)
            print("done", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_process_killed_again_and_again_loses_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Killed after any line: what had not been asked behind comes again, everything else comes once."""
    sandbox.reset(linkedin_private_every=0)
    state = tmp_path / "state"
    since = str(sandbox.linkedin.now() - 5)
    command = [sys.executable, "-c", FOLLOWER, sandbox.url, sandbox.settings.linkedin_token, str(state), since]
    numbers: list[int] = []
    met: list[str] = []
    unfinished: list[str] = []
    for round_ in range(5):
        numbers += [sandbox.linkedin.connect() for _ in range(3)]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=_environment())
        assert process.stdout is not None
        batch: list[str] = []
        for _ in range(round_ + 1):
            line = (await process.stdout.readline()).decode().strip()
            if line == "done":
                batch = []
                numbers.append(sandbox.linkedin.connect())
            else:
                met.append(line)
                batch.append(line)
        process.send_signal(signal.SIGKILL)
        rest = (await process.stdout.read()).decode().split()
        await process.wait()
        met += [line for line in rest if line != "done"]
        unfinished += batch + rest
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=_environment())
    assert process.stdout is not None
    while not set(ids(sandbox, *numbers)) <= set(met):
        met.append((await process.stdout.readline()).decode().strip())
    process.send_signal(signal.SIGKILL)
    await process.wait()
    met = [each for each in met if each != "done"]
    assert set(met) == set(ids(sandbox, *numbers))
    repeated = {each for each in met if met.count(each) > 1}
    assert repeated <= set(unfinished) | set(met[-3:])
    content = json.loads(state.read_text(encoding="utf-8"))
    assert not set(ids(sandbox, *numbers)) & set(str(content).replace("'", " ").split())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("LINKEDIN_", "LIX_"))}


class TestServerClock:
    NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def test_bounds_hold_whatever_the_requests_took(self) -> None:
        clock = ServerClock()
        clock.observe(self.NOON, 4.0)
        clock.observe(self.NOON + timedelta(seconds=9), 2.0)
        assert clock.before == self.NOON - timedelta(seconds=4)
        assert clock.after == self.NOON + timedelta(seconds=10)

    def test_only_the_first_answer_tells_when_it_began(self) -> None:
        clock = ServerClock()
        clock.observe(None, 1.0)
        clock.observe(self.NOON, 1.0)
        assert clock.before is None
        assert clock.after == self.NOON + timedelta(seconds=1)

    def test_a_clock_that_goes_back_does_not_take_the_end_back(self) -> None:
        clock = ServerClock()
        clock.observe(self.NOON, 0.0)
        clock.observe(self.NOON - timedelta(hours=1), 0.0)
        assert clock.after == self.NOON + timedelta(seconds=1)


def test_addresses_made_for_one_answer_are_no_update() -> None:
    def said(**more: Any) -> dict[str, Any]:
        return _content(Member(id="a", headline="Tester", **more))

    one = said(picture_url="https://x/1", site_standard_profile_request=ProfileRequest(url="https://x/profile?key=1"))
    other = said(picture_url="https://x/2", api_standard_profile_request=ProfileRequest(url="https://x/v1/people/a"))
    assert one == other == {"id": "a", "headline": "Tester"}
    assert said() != _content(Member(id="a", headline="Chief tester"))


class TestWhatServersDo:
    """Findings of trying to break it, over a scripted transport."""

    NOON = "Sun, 01 Nov 2026 12:00:00 GMT"

    @staticmethod
    def page(total: int, *names: str, date: str = NOON) -> Any:
        people = [{"id": name} for name in names]
        return answer({"_total": total, **({"values": people} if people else {})}, date=date)

    async def test_a_poll_that_ends_early_does_not_move_the_watermark(self) -> None:
        steps = [self.page(4, "a", "b"), self.page(4), self.page(4), self.page(4, "a", "b", "c", "d")]
        transport = FakeTransport(steps)
        async with linkedin(transport) as client:
            watch = client.watch(0.001, Memory())
            assert [member.id for member in (await next_of(watch)).added] == ["a", "b"]
            assert [member.id for member in (await next_of(watch)).added] == ["c", "d"]
        since = [dict(parse_qsl(urlsplit(r.url).query))["modified-since"] for r in transport.requests]
        assert len(set(since)) == 1

    async def test_a_clock_that_was_never_set_does_not_end_the_watch(self) -> None:
        unset = "Thu, 01 Jan 1970 00:00:00 GMT"
        store = Memory()
        for _ in range(2):
            transport = FakeTransport([self.page(0, date=unset), self.page(0, date=unset), self.page(1, "a")])
            async with linkedin(transport) as client:
                watch = client.watch(0.001, store)
                while not (await watch.poll()).added and len(transport.requests) < 3:
                    pass
            assert len(transport.requests) == 3

    async def test_a_machine_that_boots_in_1970_can_begin_a_watch(self) -> None:
        transport = FakeTransport([self.page(1, "a")])
        async with linkedin(transport) as client:
            watch: Any = client.watch(0.001, Memory())
            watch._follower.clock = lambda: datetime(1970, 1, 1, 0, 10, tzinfo=UTC)
            assert len((await watch.poll()).added) == 1
        assert "modified-since=1041379200000" in transport.requests[0].url

    async def test_a_beginning_before_linkedin_is_refused_before_anything_is_saved(self) -> None:
        store = Memory()
        async with linkedin(FakeTransport()) as client:
            with pytest.raises(InvalidArgumentError, match="before 2003"):
                client.watch(1.0, store, since=datetime(2000, 1, 1, tzinfo=UTC))
            with pytest.raises(InvalidArgumentError, match="30 days"):
                client.watch(1.0, store, overlap=timedelta(days=9000))
        assert store.text is None

    async def test_a_state_of_another_server_is_refused(self) -> None:
        store = Memory()
        for base_url, expected in (("https://one.example", None), ("https://two.example", StateError)):
            async with linkedin(FakeTransport([self.page(1, "a")]), base_url=base_url) as client:
                watch = client.watch(0.001, store)
                if expected is None:
                    await watch.poll()
                    await watch.commit()
                else:
                    with pytest.raises(expected):
                        await watch.poll()

    async def test_polls_ask_for_no_more_than_they_need(self) -> None:
        transport = FakeTransport([self.page(0)])
        async with linkedin(transport) as client:
            await client.watch(0.001, Memory()).poll()
        query = dict(parse_qsl(urlsplit(transport.requests[0].url).query))
        assert set(query) == {"start", "count", "modified", "modified-since"}
