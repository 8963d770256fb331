"""Until when a job waits for the day's limit, and how that is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.fake import FakeTransport, answer, client, linkedin, refusal

from lixasync import ConnectError, RetryPolicy
from lixasync.bulk import clock
from lixasync.bulk.pause import Pause, clock_time, refreshed_at
from lixasync.bulk.result import Stop
from lixasync.errors import DailyLimitError

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def until(
    *steps: Any, retry_at: datetime | None = None, now: datetime = NOON, requests: int | None = None
) -> datetime:
    """Return the moment for a refusal, when the API answers as told to whoever asks for the allowance."""
    transport = FakeTransport(steps or [answer({})])
    async with client(transport, retry=RetryPolicy(attempts=1)) as lix:
        moment = await refreshed_at(lix._core, DailyLimitError("no", retry_at=retry_at), now)
    if requests is not None:
        assert len(transport.requests) == requests
    return moment


def allowance(**facts: Any) -> Any:
    return answer({"requestsRemaining": 0, **facts})


@pytest.mark.anyio
@pytest.mark.virtual_time
class TestRefreshedAt:
    async def test_the_refusal_says_it_and_nobody_is_asked(self) -> None:
        later = NOON + timedelta(hours=3)
        assert await until(retry_at=later, requests=0) == later

    async def test_a_refusal_in_another_time_zone_means_the_same(self) -> None:
        later = (NOON + timedelta(hours=3)).astimezone(timezone(timedelta(hours=-8)))
        assert await until(retry_at=later, requests=0) == NOON + timedelta(hours=3)

    async def test_else_the_api_is_asked(self) -> None:
        later = NOON + timedelta(hours=5)
        assert await until(allowance(refreshesAt=int(later.timestamp())), requests=1) == later

    async def test_a_second_field_may_say_it(self) -> None:
        assert await until(allowance(refreshesAtISO="2026-11-01T20:00:00Z"), requests=1) == NOON.replace(hour=20)

    @pytest.mark.parametrize(
        "step", [allowance(), refusal(429, "daily_limit"), refusal(500, "api_error"), ConnectError("gone")]
    )
    async def test_else_it_is_midnight(self, step: Any) -> None:
        assert await until(step, requests=1) == MIDNIGHT

    async def test_of_linkedin_nobody_can_be_asked(self) -> None:
        transport = FakeTransport()
        async with linkedin(transport) as own:
            assert await refreshed_at(own._core, DailyLimitError("no"), NOON) == MIDNIGHT
        assert not transport.requests

    async def test_a_moment_long_gone_means_midnight(self) -> None:
        assert await until(retry_at=NOON - timedelta(days=1)) == MIDNIGHT
        assert await until(retry_at=NOON - timedelta(minutes=10)) == MIDNIGHT

    @pytest.mark.parametrize("ahead", [0, 1, 30, 599])
    async def test_a_clock_that_is_ahead_of_the_servers_costs_a_minute_and_not_a_day(self, ahead: int) -> None:
        now = MIDNIGHT + timedelta(seconds=ahead)
        assert await until(retry_at=MIDNIGHT, now=now) == now + MINUTE
        assert await until(allowance(refreshesAt=int(MIDNIGHT.timestamp())), now=now) == now + MINUTE
        assert await until(allowance(), now=now) == now + MINUTE

    @pytest.mark.parametrize("ahead", [0, 5, 599])
    async def test_so_it_is_at_any_time_of_the_day(self, ahead: int) -> None:
        assert await until(retry_at=NOON - timedelta(seconds=ahead)) == NOON + MINUTE

    async def test_it_is_never_sooner_than_a_minute(self) -> None:
        assert await until(retry_at=NOON + timedelta(seconds=1)) == NOON + MINUTE
        assert await until(now=MIDNIGHT - timedelta(seconds=5)) == MIDNIGHT - timedelta(seconds=5) + MINUTE


@given(st.datetimes().filter(lambda moment: 1 < moment.year < 9999))
def test_a_pause_says_its_day_when_that_is_another_one(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOON)
        told = clock_time(aware.astimezone(timezone(timedelta(hours=9))))
    day = "" if aware.date() == NOON.date() else f"{aware:%Y-%m-%d} "
    assert told == f"{day}{aware:%H:%M} UTC"


def test_a_pause_reads_as_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    pause = Pause(reason=Stop.DAILY_LIMIT, what="the daily limit", until=MIDNIGHT)
    assert str(pause) == "the daily limit, until 2026-11-02 00:00 UTC"
    assert pause.error is None
