"""Limits of the day, and of viewers that are warming up: waited for, or a reason to stop."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from bulk_runs import LINKS, NOON, People, Server, Wall, asked, finish, link, one_by_one, results, values, wall
from tests.lix.lix_runs import ONCE
from tests.support.fake import answer, refusal
from tests.support.fake import client as fake_client

from lixasync import LixClient, RateLimit, Request, Response
from lixasync.bulk import Job, Stop
from lixasync.errors import DailyLimitError

__all__ = ["wall"]

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

FAILURE = refusal(500, "api_error")
TWELVE = len(LINKS)
MIDNIGHT = datetime(2026, 11, 5, tzinfo=UTC)


def lookups(lix: LixClient, path: Path, inputs: Any = LINKS) -> Job[Any]:
    return Job(path, lix.enrichment.person, inputs=one_by_one(inputs))


async def all_there(job: Job[Any], number: int = TWELVE) -> bool:
    """Say whether everybody was found, once."""
    return [found.link for found in await values(job)] == [link(n) for n in range(number)]


class Day:
    """A server that allows so many look-ups a day."""

    def __init__(self, calls: int, wall: Wall, *, tells: bool = True) -> None:
        self._calls, self._wall, self._tells = calls, wall, tells
        self._made: Counter[object] = Counter()
        self.free = 0

    def __call__(self, request: Request, _: int) -> Response | None:
        if "allowances" in request.url:
            self.free += 1
            refreshed = (NOON + timedelta(hours=3)).timestamp()
            return answer({"requestsRemaining": 0, "refreshesAt": refreshed}) if self._tells else FAILURE
        hour = (self._wall.now() - NOON) // timedelta(hours=3) if self._tells else self._wall.now().date()
        self._made[hour] += 1
        return refusal(429, "daily_limit") if self._made[hour] > self._calls else None


class TestDailyLimit:
    @pytest.mark.parametrize(("tells", "until"), [(True, NOON + timedelta(hours=3)), (False, MIDNIGHT)])
    async def test_waiting_until_it_is_refreshed(
        self, tmp_path: Path, wall: Wall, tells: bool, until: datetime
    ) -> None:
        server = Server(Day(7, wall, tells=tells), latency=0.1)
        lix = fake_client(server, retry=ONCE)
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        assert await finish(job, concurrency=3) is Stop.FINISHED
        assert await all_there(job)
        assert wall.now() >= until
        assert wall.now() - until < timedelta(minutes=3)
        refused = len(server.links) - TWELVE
        assert 1 <= refused <= 3  # those under way when the first of them was refused

    async def test_what_it_waits_for_can_be_seen(self, tmp_path: Path, wall: Wall) -> None:
        lix = fake_client(Server(Day(7, wall)), retry=ONCE)
        wall.tell(lix)
        async with lookups(lix, tmp_path / "job").run(warm_up=False, concurrency=1) as run:
            for _ in range(7):
                await anext(run)
            await anyio.sleep(3600)
            progress = run.progress()
            assert (progress.done, progress.waits_for) == (7, "the daily limit, until 15:00 UTC")
            assert 7200 <= progress.time_left < 7300
            assert run.stopped is None
        assert run.stopped is Stop.LEFT

    async def test_stopping_instead(self, tmp_path: Path, wall: Wall) -> None:
        lix = fake_client(Server(Day(7, wall)), retry=ONCE)
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        async with job.run(warm_up=False, on_limit="stop") as run:
            assert len([result async for result in run]) == 7
        assert (run.stopped, type(run.error)) == (Stop.DAILY_LIMIT, DailyLimitError)
        assert run.until == NOON + timedelta(hours=3)
        status = await job.status()
        assert (status.to_do, status.failed, status.stopped) == (5, 0, "daily_limit")
        await anyio.sleep(3 * 3600 + 1)
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job)

    async def test_a_long_wait_for_the_rate_is_one_of_those(self, tmp_path: Path, wall: Wall) -> None:
        server = People({5: [refusal(429, "rate_limit", retry_after="7200")]})
        lix = fake_client(server)
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        assert await finish(job, on_limit="stop", concurrency=1) is Stop.DAILY_LIMIT
        assert (await job.status()).done == 5
        assert await finish(job) is Stop.FINISHED
        assert await all_there(job)


def warming(hourly: int, daily: int) -> Any:
    """Return what is told of an account that is warming up."""
    details = {"active_days": 2, "daily_limit": daily, "hourly_limit": hourly}
    return {"viewerId": "me", "linkedInReady": True, "warmup": {"status": "warming", "details": details}}


class Viewers:
    """A server that counts the calls of each viewer by the hour, and tells how far their warm-up is."""

    def __init__(self, wall: Wall, allowed: dict[str, tuple[int, int]]) -> None:
        self._wall, self._allowed = wall, allowed
        self.calls: Counter[tuple[str, int]] = Counter()
        self.told = 0

    def __call__(self, request: Request, _: int) -> Response | None:
        viewer = asked(request).get("viewer_id", "")
        if "linkedin/account" in request.url:
            self.told += 1
            known = self._allowed.get(viewer)
            return refusal(407, "viewer_invalid") if known is None else answer(warming(*known))
        self.calls[viewer, (self._wall.now() - NOON) // timedelta(hours=1)] += 1
        return None


class TestWarmUp:
    async def test_hour_by_hour_and_day_by_day(self, tmp_path: Path, wall: Wall) -> None:
        viewers = Viewers(wall, {"me": (4, 10)})
        lix = fake_client(Server(viewers), viewer_id="me")
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job", [link(number) for number in range(17)])
        with anyio.fail_after(2 * 86_400):
            assert await job.run() is Stop.FINISHED
        assert await all_there(job, 17)
        assert viewers.calls == {("me", 0): 4, ("me", 1): 4, ("me", 2): 2, ("me", 12): 4, ("me", 13): 3}
        assert 5 <= viewers.told <= 10  # once an hour; two workers may ask at its beginning

    async def test_stopping_instead_and_going_on_within_the_hour(self, tmp_path: Path, wall: Wall) -> None:
        viewers = Viewers(wall, {"me": (4, 10)})
        lix = fake_client(Server(viewers), viewer_id="me")
        wall.tell(lix)
        for _ in range(3):
            job = lookups(lix, tmp_path / "job")
            async with job.run(on_limit="stop") as run:
                taken = len([result async for result in run])
            assert (run.stopped, run.until) == (Stop.WARM_UP, NOON + timedelta(hours=1))
            assert taken <= (await job.status()).done == viewers.calls["me", 0] <= 4

    async def test_viewers_of_inputs_wait_for_themselves(self, tmp_path: Path, wall: Wall) -> None:
        viewers = Viewers(wall, {"slow": (1, 9), "quick": (5, 50)})
        lix = fake_client(Server(viewers))
        wall.tell(lix)
        inputs = [
            {"profile_link": link(number), "viewer_id": ("slow", "quick", "unknown")[number % 3]}
            for number in range(TWELVE)
        ]
        job = lookups(lix, tmp_path / "job", inputs)
        assert await job.run(concurrency=1) is Stop.FINISHED
        assert await all_there(job)
        assert viewers.calls == {("slow", hour): 1 for hour in range(4)} | {("quick", 0): 4, ("unknown", 0): 4}

    async def test_it_can_be_left_alone(self, tmp_path: Path, wall: Wall) -> None:
        viewers = Viewers(wall, {"me": (4, 10)})
        lix = fake_client(Server(viewers), viewer_id="me")
        assert await finish(lookups(lix, tmp_path / "job")) is Stop.FINISHED
        assert (viewers.calls, viewers.told) == ({("me", 0): TWELVE}, 0)

    @pytest.mark.parametrize("on_limit", ["stop", "wait"])
    async def test_calls_that_wait_for_their_slot_are_made(self, tmp_path: Path, wall: Wall, on_limit: Any) -> None:
        viewers = Viewers(wall, {"me": (4, 100)})
        lix = fake_client(Server(viewers), viewer_id="me", rate_limit=RateLimit(1, per=10.0))
        wall.tell(lix)
        job, hour = lookups(lix, tmp_path / "job"), 0
        while await job.run(on_limit=on_limit) is not Stop.FINISHED:
            hour += 1
            assert (await job.status()).done == counted(tmp_path / "job") == 4 * hour
            await anyio.sleep((NOON + timedelta(hours=hour) - wall.now()).total_seconds() + 1)
        assert viewers.calls == {("me", 0): 4, ("me", 1): 4, ("me", 2): 4}
        assert await all_there(job)

    @pytest.mark.parametrize(("on_limit", "hourly"), [("stop", 100), ("wait", 8)])
    async def test_calls_that_were_halted_before_they_were_made_do_not_count(
        self, tmp_path: Path, wall: Wall, on_limit: Any, hourly: int
    ) -> None:
        viewers = Viewers(wall, {"me": (hourly, 100)})
        lix = fake_client(Server(viewers), viewer_id="me", rate_limit=RateLimit(1, per=10.0))
        wall.tell(lix)
        job, made = lookups(lix, tmp_path / "job"), 0
        for deadline in (45.0, 45.0):
            assert await job.run(on_limit=on_limit, deadline=deadline) is Stop.DEADLINE
            assert (await job.status()).done == viewers.calls["me", 0]
            assert made < viewers.calls["me", 0] == counted(tmp_path / "job") <= 8
            made = viewers.calls["me", 0]
        assert await job.run() is Stop.FINISHED
        assert viewers.calls["me", 0] == min(hourly, TWELVE)
        assert sum(viewers.calls.values()) == counted(tmp_path / "job") == TWELVE

    async def test_stopping_when_nothing_else_is_left(self, tmp_path: Path, wall: Wall) -> None:
        viewers = Viewers(wall, {"slow": (1, 9), "quick": (3, 50)})

        def others(request: Request, number: int) -> Response | None:
            if asked(request).get("profile_link") == link(11) and wall.now() < NOON + timedelta(seconds=60):
                return refusal(503, "queued")
            return viewers(request, number)

        lix = fake_client(Server(others))
        wall.tell(lix)
        inputs = [
            {"profile_link": link(number), "viewer_id": ("slow", "quick", "unknown")[number % 3]}
            for number in range(TWELVE)
        ]
        job = lookups(lix, tmp_path / "job", inputs)
        with anyio.fail_after(1800):
            async with job.run(on_limit="stop") as run:
                done = {result.position async for result in run}
        assert (run.stopped, run.until) == (Stop.WARM_UP, NOON + timedelta(hours=1))
        assert done == {0, 1, 2, 4, 5, 7, 8, 11}
        assert wall.now() >= NOON + timedelta(seconds=120)  # the answer that was queued has been waited for
        assert ((await job.status()).queued, (await job.status()).failed) == (4, 0)

    @pytest.mark.parametrize("outage", [refusal(500, "api_error"), refusal(501, ""), refusal(429, "rate_limit")])
    async def test_a_lookup_that_fails_does_not_mean_that_all_is_allowed(
        self, tmp_path: Path, wall: Wall, outage: Response
    ) -> None:
        viewers, failed = Viewers(wall, {"me": (4, 100)}), 0

        def others(request: Request, number: int) -> Response | None:
            nonlocal failed
            if "linkedin/account" in request.url and failed < 2:
                failed += 1
                return outage
            return viewers(request, number)

        lix = fake_client(Server(others), viewer_id="me", retry=ONCE)
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        assert await job.run(on_limit="stop", concurrency=1) is Stop.WARM_UP
        assert (failed, viewers.calls) == (2, {("me", 0): 4})

    @pytest.mark.parametrize("reason", [refusal(407, "viewer_invalid"), refusal(404, "not_found")])
    async def test_a_viewer_of_whom_nothing_is_told_has_no_bounds(
        self, tmp_path: Path, wall: Wall, reason: Response
    ) -> None:
        server = Server(lambda request, _: reason if "linkedin/account" in request.url else None)
        lix = fake_client(server, viewer_id="me", retry=ONCE)
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        assert await job.run(on_limit="stop", concurrency=1) is Stop.FINISHED
        assert await all_there(job)
        assert len(server.requests) == TWELVE + 1

    async def test_lookups_of_viewers_are_requests_of_the_run_and_of_no_input(self, tmp_path: Path, wall: Wall) -> None:
        lix = fake_client(server := Server(viewers := Viewers(wall, {"me": (50, 100)})), viewer_id="me")
        wall.tell(lix)
        job = lookups(lix, tmp_path / "job")
        async with job.run(concurrency=1) as run:
            assert [result.attempts async for result in run] == [1] * TWELVE
            assert run.progress().requests == len(server.requests) == TWELVE + viewers.told
        assert viewers.told == 1
        assert [result.attempts for result in await results(job)] == [1] * TWELVE


def counted(path: Path) -> int:
    """Return how many calls of viewers a job's file counts."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        number: int = connection.execute("SELECT coalesce(sum(calls), 0) FROM calls").fetchone()[0]
        return number
