"""What the clients of both APIs have in common: settings, limits, and a life from opening to closing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

import attrs

from lixasync.codec.decoder import Decoder
from lixasync.codec.drift import Drift
from lixasync.errors import ConfigurationError
from lixasync.limits.base import RateLimiter
from lixasync.limits.lanes import Lane, check_lane
from lixasync.limits.limiter import Limiter
from lixasync.limits.quota import Quota
from lixasync.limits.rate import RateLimit
from lixasync.limits.view import Limits
from lixasync.transport.base import Transport
from lixasync.transport.caller import Caller
from lixasync.transport.pipeline import CallOptions, Pipeline, Remote
from lixasync.transport.retry import RetryPolicy

DEFAULT_RATE = RateLimit(1, per=3.0)
"""What a plan allows unless it says otherwise (Lix API, section Rate limit)."""

KEEP: Any = object()
"""A setting that stays as it is."""

C = TypeVar("C", bound=Caller)


def user_agent() -> tuple[str, str]:
    """Return the header that names this SDK."""
    return ("user-agent", f"lixasync/{version('lixasync')}")


class Client(Generic[C]):
    """A client of one API; closing it closes all clients made from it with ``with_options``."""

    def _set_up(self, core: C) -> None:
        self._core = core
        self.limits = Limits(core.pipeline.limiter(), core.pipeline.quota)

    @property
    def drift(self) -> Drift:
        """Which unknown fields, values and old envelopes the answers held; ``print(client.drift.report())``."""
        return self._core.pipeline.decoder.drift

    def _with_options(self, *, lane: Any, deadline: Any, timeout: Any, retry: Any, **others: Any) -> Self:
        given = {"lane": lane, "deadline": deadline, "timeout": timeout, "retry": retry}
        options = call_options(
            **{
                **attrs.asdict(self._core.options, recurse=False),
                **{name: value for name, value in given.items() if value is not KEEP},
            }
        )
        client = type(self).__new__(type(self))
        kept = {name: value for name, value in others.items() if value is not KEEP}
        client._set_up(attrs.evolve(self._core, options=options, **kept))  # noqa: SLF001 - of the same class
        return client

    async def aclose(self) -> None:
        """Cancel what is under way and close every connection. Closing twice does nothing."""
        await self._core.pipeline.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        options = self._core.options
        return f"{type(self).__name__}(rate_limit={self._core.pipeline.limiter().limit}, lane={options.lane!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds connections and a key, so it is not pickled. Make one in each process.")


def make_limiter(
    rate_limit: RateLimit, limiter: RateLimiter | None, *, budget: str, allowances: Mapping[str, int] | None = None
) -> RateLimiter:
    """Return the limiter to use: the given one, else a new one for the rate.

    Args:
        rate_limit: What the client's plan allows.
        limiter: The given one; None when none was.
        budget: Tells the clients of one key from others, without being the key.
        allowances: Calls a day by resource that the client makes at most.

    Raises:
        ConfigurationError: a setting that cannot work.
    """
    check_rate("rate_limit", rate_limit)
    good = limiter is None or isinstance(limiter, RateLimiter)
    check_setting("limiter", limiter, good, "a Limiter, RedisLimiter or FileLimiter, or None")
    limiter = limiter or Limiter(rate_limit)
    limiter.serve(budget, rate_limit, allowances or {})
    return limiter


def budget_of(url: str, key: str) -> str:
    """Return a name for the budget of a key at an API, from which the key cannot be told."""
    return hashlib.sha256(f"lixasync {url} {key}".encode()).hexdigest()[:20]


def check_rate(setting: str, rate_limit: RateLimit) -> None:
    """Raise ConfigurationError unless a setting is a rate limit."""
    check_setting(setting, rate_limit, isinstance(rate_limit, RateLimit), "a RateLimit")


def make_pipeline(remote: Remote, *, transport: Transport | None, quota: Quota) -> Pipeline:
    """Return a new pipeline to a remote API, with httpx unless another adapter is given."""
    if transport is None:
        from lixasync.transport.httpx import HttpxTransport

        transport = HttpxTransport()
    return Pipeline(remote, transport, quota, Decoder())


def call_options(*, lane: Lane, deadline: float | None, timeout: float, retry: RetryPolicy | None) -> CallOptions:
    """Return checked options of calls.

    Raises:
        ConfigurationError: a setting that cannot work.
    """
    check_setting("timeout", timeout, _is_number(timeout) and timeout > 0, "more than 0 seconds")
    bounded = deadline is None or (_is_number(deadline) and deadline >= 0)
    check_setting("deadline", deadline, bounded, "0 seconds or more, or None for no bound")
    retry = RetryPolicy() if retry is None else retry
    check_setting("retry", retry, isinstance(retry, RetryPolicy), "a RetryPolicy")
    return CallOptions(lane=check_lane(lane), deadline=deadline, timeout=timeout, retry=retry)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_setting(name: str, value: object, good: bool, rule: str) -> None:  # noqa: FBT001 - reads like a sentence
    """Raise ConfigurationError unless a setting is good."""
    if not good:
        raise ConfigurationError(f"{name} is {value!r}; it must be {rule}.")
