"""The settings of a shared rate limit."""

from __future__ import annotations

from typing import Literal, TypeGuard

import attrs

from lixasync.errors import ConfigurationError
from lixasync.limits.rate import RateLimit

OnOutage = Literal["wait", "local"]


@attrs.frozen(kw_only=True)
class Settings:
    """How a rate limit is shared; see `RedisLimiter` for what each of them means.

    Raises:
        ConfigurationError: a setting that cannot work.
    """

    limit: RateLimit | None
    budget: str | None
    margin: float
    daily: int | None
    weekly: int | None
    max_wait: float
    on_outage: OnOutage
    processes: int

    def __attrs_post_init__(self) -> None:
        limit: object = self.limit
        if limit is not None and not isinstance(limit, RateLimit):
            raise ConfigurationError(f"limit is {limit!r}; it must be a RateLimit, or None for the client's.")
        budget: object = self.budget
        if budget is not None and (not isinstance(budget, str) or not budget):
            raise ConfigurationError(f"budget is {budget!r}; it must be a name, or None for one made of the key.")
        for name, value in (("margin", self.margin), ("max_wait", self.max_wait)):
            if not _is_number(value) or not 0 <= value < float("inf"):
                raise ConfigurationError(f"{name} is {value!r}; it must be 0 seconds or more.")
        for name, number in (("daily", self.daily), ("weekly", self.weekly), ("processes", self.processes)):
            if not (number is None and name != "processes") and (not _is_whole(number) or number < 1):
                raise ConfigurationError(f"{name} is {number!r}; it must be a whole number from 1 up.")
        if self.on_outage not in ("wait", "local"):
            raise ConfigurationError(f"on_outage is {self.on_outage!r}; it must be 'wait' or 'local'.")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
