"""Limiters of one budget, each as in a process of its own, and what tests ask of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Self

import anyio
import anyio.abc
import anyio.lowlevel
import pytest

from lixasync.errors import DailyLimitError, DeadlineExceeded
from lixasync.limits.lanes import Lane, Turn
from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.courier import Keeper
from lixasync.limits.shared.limiter import SharedLimiter
from lixasync.limits.shared.messages import Message, Reply

BRIEF = RateLimit(5, per=0.05)
HOURLY = RateLimit(1, per=3600.0)
SOON = 20.0  # seconds within which whatever happens at once has happened, on any machine


class Make:
    """Makes limiters of one budget and rate, each as in a process of its own.

    Args:
        kind: Makes one.
        name: That of the budget, and of the key.
    """

    def __init__(self, kind: Callable[..., SharedLimiter], name: str) -> None:
        self._kind = kind
        self._name = name
        self._made: list[SharedLimiter] = []
        self._latest: RateLimit | None = BRIEF

    def __call__(
        self,
        *limit: RateLimit | None,
        key: str = "",
        served: RateLimit = BRIEF,
        allowances: dict[str, int] | None = None,
        **settings: Any,
    ) -> SharedLimiter:
        """Return a limiter for the client of a key; for a rate limit, if one is given, else for the latest one."""
        (self._latest,) = limit or (self._latest,)
        limiter = self._kind(**{"limit": self._latest, "budget": self._name, **settings})
        limiter.serve(f"{self._name} {key}", served, allowances or {})
        self._made.append(limiter)
        return limiter

    def release(self) -> None:
        """Release them all."""
        for limiter in self._made:
            limiter.release()


class Log:
    """Who was let through, and when."""

    def __init__(self, limiter: SharedLimiter) -> None:
        self.limiter = limiter
        self.names: list[str] = []
        self.times: list[float] = []

    async def go(self, name: str, lane: Lane = "bulk") -> None:
        await self.enter(name, Turn(lane))

    async def enter(self, name: str, turn: Turn) -> None:
        await self.limiter.acquire(turn)
        self.names.append(name)
        self.times.append(anyio.current_time())

    async def first(self) -> None:
        """Wait until somebody was let through, and the others wait."""
        await anyio.sleep(0.01)
        while not self.names:  # noqa: ASYNC110 - nothing tells
            await anyio.sleep(0.001)

    async def queue(self, group: anyio.abc.TaskGroup, *names: str, lane: Lane = "bulk") -> None:
        """Start waiting under these names, in this order on either event loop."""
        for name in names:
            group.start_soon(self.go, name, lane)
            for _ in range(3):
                await anyio.lowlevel.checkpoint()


class Slow:
    """Opens a keeper which, while it is slow, hands on one reply for each pass."""

    def __init__(self, keeper: Callable[[str], Keeper]) -> None:
        self._open = keeper
        self.slow = False
        self.passes = threading.Semaphore(0)
        self.replies = 0

    def __call__(self, budget: str) -> Self:
        self._keeper = self._open(budget)
        return self

    def exchange(self, message: Message) -> Reply:
        reply = self._keeper.exchange(message)
        if self.slow:
            self.replies += 1
            self.passes.acquire(timeout=SOON)
        return reply

    def close(self) -> None:
        self._keeper.close()

    async def got(self, number: int) -> None:
        """Wait until there have been so many replies while it was slow."""
        with anyio.fail_after(SOON):
            while self.replies < number:  # noqa: ASYNC110 - nothing tells
                await anyio.sleep(0.001)


async def refused(limiter: SharedLimiter, turn: Turn | None = None) -> DailyLimitError:
    with anyio.fail_after(SOON), pytest.raises(DailyLimitError) as caught:
        await limiter.acquire(turn or Turn("bulk"))
    return caught.value


async def hopeless(limiter: SharedLimiter, lane: Lane = "bulk") -> DeadlineExceeded:
    """Ask with a deadline that cannot be kept, and return the error, which comes long before it."""
    with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded) as caught:
        await limiter.acquire(Turn(lane, anyio.current_time() + 10 * SOON))
    return caught.value


async def hopeless_soon(limiter: SharedLimiter, lane: Lane = "bulk") -> None:
    """The same for what another has just told: that may take a moment to be known."""
    with anyio.fail_after(SOON), pytest.raises(DeadlineExceeded):
        while True:
            await limiter.acquire(Turn(lane, anyio.current_time() + 10 * SOON))
