"""The limiter whose budget is on a server: the contract, its settings, and that no password shows."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import anyio
import pytest
from redis import Redis
from tests.limits.shared.limiter_contract import LimiterContract
from tests.limits.shared.limiter_making import BRIEF, Make
from tests.limits.shared.sharing_contract import SharingContract
from tests.limits.shared.valkey import Server

from lixasync import LimiterUnavailableError, LixClient, RedisLimiter
from lixasync.errors import ConfigurationError
from lixasync.limits.lanes import Turn

SECRET = "hunter2-and-more"
KEY = "a-very-secret-key"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Server() as running:
        yield running.url


@pytest.fixture
def make(server: str, request: pytest.FixtureRequest) -> Iterator[Make]:
    limiters = Make(partial(RedisLimiter, server), request.node.name)
    yield limiters
    limiters.release()


class TestContract(LimiterContract):
    """The budget is on a server."""


class TestSharing(SharingContract):
    """The budget is on a server."""


def test_it_is_kept_under_one_name_which_is_not_the_key() -> None:
    with Server() as server:
        limiter = RedisLimiter(server.url, BRIEF)
        client = LixClient(KEY, limiter=limiter)

        async def use() -> None:
            async with client:
                await limiter.acquire(Turn("bulk", resource="people"))

        anyio.run(use)
        with Redis.from_url(server.url) as redis:
            found: Any = redis.keys()
            (name,) = found
            assert name.startswith(b"lixasync:")
            assert KEY.encode() not in name + str(redis.hgetall(name)).encode()


def test_a_name_of_ones_own(make: Make, server: str) -> None:
    anyio.run(make(budget="ours").acquire, Turn("bulk"))
    with Redis.from_url(server) as redis:
        assert redis.exists("lixasync:ours")


@pytest.mark.parametrize(
    "url", ["localhost:6379", "http://localhost", "", 7, "redis://localhost:many", "redis://h?x=1"]
)
def test_urls_of_no_server_are_refused(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="redis://"):
        RedisLimiter(url)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'lixasync\[redis\]'"):
        RedisLimiter("redis://localhost")


@pytest.mark.parametrize("url", [f"redis://user:{SECRET}@127.0.0.1:1/0", f"redis://127.0.0.1:1?password={SECRET}"])
def test_no_password_shows(url: str) -> None:
    limiter = RedisLimiter(url, max_wait=0.0)
    assert SECRET not in repr(limiter)
    assert "127.0.0.1:1" in repr(limiter)
    with pytest.raises(LimiterUnavailableError) as caught:
        anyio.run(limiter.acquire, Turn("bulk"))
    limiter.release()
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - of our own making
    for each in (caught.value, error):
        assert SECRET not in f"{each!r} {each} {each.__dict__}"
        assert "127.0.0.1:1" in str(each)
    assert caught.value.__context__ is None


def test_a_limiter_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(RedisLimiter(f"redis://:{SECRET}@localhost"))
