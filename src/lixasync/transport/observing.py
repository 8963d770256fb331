"""What is told of calls: to an observer, if there is one, and to the log."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Protocol, Self

from lixasync.errors import LixasyncError
from lixasync.limits.lanes import Turn
from lixasync.transport.operation import Operation
from lixasync.transport.retry import Decision

log = logging.getLogger("lixasync")


class Observed:
    """One call, from its beginning to its end, as nobody sees it; observers see more.

    A caller who waits for the equal call of another is told nothing but `joined`. A call goes on when the caller who
    began it leaves and others still wait: what it is told after its block has ended belongs to nobody's time.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the caller's waiting, with an answer or an error."""

    def joined(self, turn: Turn) -> None:
        """Tell that the caller waits for an equal call that is under way, which has that turn."""

    def queued(self) -> None:
        """Tell that an attempt waits for a slot."""

    def served(self, *, slot: bool) -> None:
        """Tell that an attempt waits no more, and whether it has a slot."""

    def answered(self, status: int) -> None:
        """Tell the HTTP status of a good answer."""

    def spent(self, kind: str, amount: int) -> None:
        """Tell what an answer cost, which may be nothing."""

    def lost(self, kind: str, amount: int) -> None:
        """Tell what an answer may have cost that never came."""

    def failed(self, error: LixasyncError, *, again: bool) -> None:
        """Tell that an attempt failed, and whether there will be another."""


class Observer(Protocol):
    """Sees calls."""

    def begun(self, operation: Operation[Any], url: str, turn: Turn) -> Observed:
        """Return what is told of a call that begins.

        Args:
            operation: What is asked for; ids of people and companies may stand in its path.
            url: Base URL of its host.
            turn: The call's place in the queue, with its lane.
        """
        ...


NOBODY = Observed()
"""Sees nothing."""


def name_of(operation: Operation[Any]) -> str:
    """Return a name of an operation that holds nothing of what is asked for: a call to any path is a ``request``."""
    return "request" if "/" in operation.id else operation.id


def log_failure(error: LixasyncError, decision: Decision, operation: Operation[Any], turn: Turn) -> None:
    """Write a line about an attempt that failed; without the error's own text, which may quote the server's."""
    log.log(
        logging.INFO if decision.again else logging.DEBUG,
        "%s failed: %s (attempt %d); %s: %s",
        name_of(operation),
        type(error).__name__,
        turn.attempts,
        f"again after {decision.pause:.1f} s" if decision.again else "not repeated",
        decision.reason,
        extra={
            "event": "attempt_failed",
            "operation": name_of(operation),
            "attempt": turn.attempts,
            "lane": turn.lane,
            "error": type(error).__name__,
            "status": error.status,
            "retry_after": error.retry_after,
            "again": decision.again,
        },
    )
