"""Laws 1 and 2 for the whole client, against a strict sliding window, in virtual time."""

from __future__ import annotations

import random

import anyio
import pytest
from tests.support.fake import FakeTransport, answer, client, refusal

from lixasync import RateLimit, Request, Response

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]


class StrictServer(FakeTransport):
    """Refuses a request when `requests` others were admitted in the `per` seconds before it arrives."""

    def __init__(self, requests: int, per: float, *, latency: float = 0.0, jitter: float = 0.0) -> None:
        super().__init__(latency=latency)
        self.limit, self.per, self.jitter = requests, per, jitter
        self.chance = random.Random(7)
        self.arrivals: list[float] = []
        self.admitted: list[float] = []
        self.refused = 0

    async def send(self, request: Request, *, on_sent: object) -> Response:
        on_sent()  # type: ignore[operator]
        self.times.append(anyio.current_time())
        await anyio.sleep(self.chance.uniform(0, self.jitter))
        now = anyio.current_time()
        self.arrivals.append(now)
        recent = sum(time > now - self.per + 1e-9 for time in self.admitted[-self.limit :])
        if recent < self.limit:
            self.admitted.append(now)
        else:
            self.refused += 1
        await anyio.sleep(self.latency)
        return refusal(429, "rate_limit") if recent >= self.limit else answer({"name": "x"})

    def share(self) -> float:
        """Return the share of the permitted requests that was made."""
        return (len(self.times) - 1) * self.per / self.limit / (self.times[-1] - self.times[0])


async def ask(server: StrictServer, calls: int, limit: RateLimit) -> None:
    async with client(server, rate_limit=limit) as lix, anyio.create_task_group() as group:
        lanes = [lix.with_options(lane="bulk"), lix.with_options(lane="interactive")]
        for number in range(calls):
            person = lanes[number % 2].enrichment.person
            group.start_soon(person, f"https://www.linkedin.com/in/p{number}")


@pytest.mark.parametrize(
    ("requests", "per", "least"), [(1, 3.0, 0.97), (50, 1.0, 0.95), (500, 1.0, 0.95), (3, 10.0, 0.97)]
)
async def test_at_the_rate_and_never_over_it(requests: int, per: float, least: float) -> None:
    server = StrictServer(requests, per, latency=0.2, jitter=0.04)
    await ask(server, 40 + min(8 * requests, 1200), RateLimit(requests, per=per))
    assert server.refused == 0
    assert server.share() >= least


@pytest.mark.parametrize("requests", [1, 10, 50])
async def test_bursts_do_not_break_it(requests: int) -> None:
    server = StrictServer(requests, 1.0, latency=0.2, jitter=0.04)
    await ask(server, 40 + 6 * requests, RateLimit(requests, per=1.0, burst=requests))
    assert server.refused == 0


@pytest.mark.parametrize("latency", [0.0, 0.2, 0.5, 1.0])
@pytest.mark.parametrize(("requests", "per"), [(1, 6.0), (1, 0.5), (5, 0.5), (10, 1.0), (25, 1.0), (100, 60.0)])
async def test_thirty_calls_at_twice_the_servers_rate(requests: int, per: float, latency: float) -> None:
    server = StrictServer(requests, per, latency=latency)
    limit = RateLimit(1, per=per / 2) if requests == 1 else RateLimit(2 * requests, per=per)
    await ask(server, 30, limit)
    assert len(server.admitted) == 30
    assert server.refused <= 15


async def test_jitter_beyond_the_margin_is_learnt() -> None:
    server = StrictServer(10, 1.0, latency=0.2, jitter=0.3)
    await ask(server, 1000, RateLimit(10, per=1.0))
    assert server.refused < 25
    assert server.share() > 0.7
