"""A client's inside: what its sections make their calls with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import attrs

from lixasync.errors import InvalidArgumentError
from lixasync.limits.rate import RateLimit
from lixasync.transport.body import Body
from lixasync.transport.operation import Operation
from lixasync.transport.pipeline import CallOptions, Pipeline

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Caller:
    """Makes calls with one set of options.

    Attributes:
        pipeline: Shared by all clients made from one with ``with_options``.
        options: This client's lane, deadline, timeout and retry policy.
    """

    pipeline: Pipeline
    options: CallOptions

    async def send(
        self,
        operation: Operation[T],
        params: Iterable[tuple[str, str | None]] = (),
        *,
        body: Body | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> T:
        """Make one call; parameters that are None are left out."""
        given = [(name, value) for name, value in params if value is not None]
        return await self.pipeline.send(operation, given, options=self.options, body=body, headers=headers)

    def limit(self, operation: Operation[Any]) -> RateLimit:
        """Return the rate limit in force for an operation."""
        return self.pipeline.limiter(operation.host).limit


def required(name: str, value: object) -> str:
    """Return a text argument stripped of white space around it.

    Raises:
        InvalidArgumentError: it is no text, or empty.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidArgumentError(f"{name} is {value!r}; it must be a text that is not empty.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{name} is {value!r}, which holds half a character.") from None
    return value.strip()


def whole_number(name: str, value: object, *, least: int) -> int:
    """Return a whole number that is large enough.

    Raises:
        InvalidArgumentError: it is none, or too small.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidArgumentError(f"{name} is {value!r}; it must be a whole number from {least} up.")
    return value
