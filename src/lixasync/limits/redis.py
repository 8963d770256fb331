"""A rate budget on a Redis or Valkey server, for processes on any number of machines."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING

import attrs

from lixasync.errors import ConfigurationError, LimiterUnavailableError
from lixasync.limits.rate import RateLimit
from lixasync.limits.shared.limiter import SharedLimiter
from lixasync.limits.shared.messages import Message, Reply
from lixasync.limits.shared.settings import OnOutage, Settings
from lixasync.models.secret import bare_url

if TYPE_CHECKING:
    from redis import Redis

_TIMEOUT = 1.0  # seconds for one exchange; it takes a millisecond when all is well
_SCHEMES = ("redis", "rediss", "unix")


class RedisLimiter(SharedLimiter):
    """A rate limit shared by every process and machine that uses one server and one key; ``lixasync[redis]``.

    ``LixClient(limiter=RedisLimiter("redis://localhost:6379"))`` is all it takes: Redis from 6.2 on, or Valkey. The
    server's clock alone decides, in one step per slot. Everything is kept under one name, which holds a hash of the API
    key and never the key. In each process calls queue by lane; interactive calls go before all bulk calls of all
    processes, for which one slot in ten is kept while they wait.

    Args:
        url: The server: ``redis://[user:password@]host[:port][/database]``, ``rediss://`` for TLS, or ``unix://path``.
        limit: The rate limit; None takes that of the client. The latest one given holds for everybody.
        budget: A name for the budget; None makes one of the API's URL and the key. Give one where the key changes, as
            access tokens do.
        margin: Seconds added to each window, in place of ``limit.margin``: as much as requests may be late by. It
            should be a few times as long as a round trip to the server; where it is not, windows grow accordingly.
        daily: Requests that all may send in a day (UTC); None for any number.
        weekly: Requests that all may send in a week (UTC, from Monday on); None for any number.
        max_wait: Seconds for which a call waits when the server cannot be reached, before it fails.
        on_outage: ``"wait"`` does just that; ``"local"`` lets each process send its share meanwhile, one in
            ``processes``.
        processes: How many processes share the rate, for that.

    Raises:
        ConfigurationError: a setting that cannot work, or redis-py is not installed.
    """

    def __init__(
        self,
        url: str,
        limit: RateLimit | None = None,
        *,
        budget: str | None = None,
        margin: float = 0.035,
        daily: int | None = None,
        weekly: int | None = None,
        max_wait: float = 30.0,
        on_outage: OnOutage = "wait",
        processes: int = 2,
    ) -> None:
        self._url = _checked(url)
        super().__init__(
            Settings(
                limit=limit,
                budget=budget,
                margin=margin,
                daily=daily,
                weekly=weekly,
                max_wait=max_wait,
                on_outage=on_outage,
                processes=processes,
            )
        )

    def _keeper(self, budget: str) -> _Server:
        return _Server(self._url, budget)

    def _another(self, settings: Settings) -> RedisLimiter:
        return RedisLimiter(self._url, **attrs.asdict(settings, recurse=False))

    def __repr__(self) -> str:
        return f"RedisLimiter({bare_url(self._url)!r}, {self.limit})"


class _Server:
    """A budget on a server.

    Args:
        url: The server.
        budget: The budget's name.
    """

    def __init__(self, url: str, budget: str) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._where = bare_url(url)
        self._name = f"lixasync:{budget}"
        self._server: Redis = Redis.from_url(
            url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
        )
        self._script = self._server.register_script(_script())

    def exchange(self, message: Message) -> Reply:
        """Take in a message in one step and answer it.

        Raises:
            LimiterUnavailableError: the server cannot be reached, or refuses.
        """
        from redis.exceptions import RedisError

        try:
            parts = self._script(keys=[self._name], args=message.flat())
        except (RedisError, OSError) as error:
            raise LimiterUnavailableError(
                f"The rate limit at {self._where} cannot be used ({type(error).__name__}), so no request was sent.",
                hint="Start the server, or check its address and password.",
            ) from None
        return Reply.read(part.decode() if isinstance(part, bytes) else part for part in parts)

    def close(self) -> None:
        """Close the connection."""
        self._server.close()


@functools.cache
def _script() -> str:
    return files("lixasync.limits.shared").joinpath("budget.lua").read_text(encoding="utf-8")


def _checked(url: object) -> str:
    if not isinstance(url, str) or url.partition("://")[0] not in _SCHEMES:
        raise ConfigurationError(
            "The limiter's URL must begin with redis://, rediss:// or unix://.",
            hint='For example RedisLimiter("redis://localhost:6379").',
        )
    try:
        from redis import ConnectionPool
    except ImportError:
        raise ConfigurationError(
            "RedisLimiter needs redis-py, which is not installed.", hint="pip install 'lixasync[redis]'"
        ) from None
    try:
        ConnectionPool.from_url(url).make_connection()  # it does not connect yet
    except (ValueError, TypeError):
        raise ConfigurationError(
            f"{bare_url(url)!r} is no redis:// URL: its port or its options are none.",
            hint='For example RedisLimiter("redis://localhost:6379/0").',
        ) from None
    return url
