"""What calls were answered, word for word, for whoever keeps answers: on whichever task the calls are made."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Generic, TypeVar

import attrs

from lixasync.transport.base import Response
from lixasync.transport.operation import Operation

T = TypeVar("T")


@attrs.frozen(kw_only=True, eq=False)
class Answer(Generic[T]):
    """A good answer.

    Attributes:
        operation: What was asked for.
        response: The answer as it came.
        value: What it was decoded to.
    """

    operation: Operation[T]
    response: Response
    value: T


@attrs.frozen
class Unread:
    """An answer that came whole, but has no known shape.

    Attributes:
        operation: Id of what was asked for.
        response: The answer as it came.
    """

    operation: str
    response: Response


@attrs.define(kw_only=True, eq=False)
class Recording:
    """What the calls of one context were answered.

    Attributes:
        answers: The good answers, in order.
        requests: Requests that were sent.
        under_way: Requests whose answer has not arrived here yet, or failed.
        unread: The latest answer of no known shape; None when there was none.
    """

    answers: list[Answer[Any]] = attrs.field(factory=list)
    requests: int = 0
    under_way: int = 0
    unread: Unread | None = None

    def left(self) -> None:
        """Tell that a request is on its way."""
        self.requests += 1
        self.under_way += 1

    def failed(self, unread: Unread | None = None) -> None:
        """Tell that a request has no good answer, and never will.

        Args:
            unread: An answer that could not be read.
        """
        self.under_way -= 1
        self.unread = unread or self.unread

    def arrived(self, answer: Answer[Any]) -> None:
        """Take an answer; if it is to a request that somebody else sent, none of these is on its way."""
        self.answers.append(answer)
        self.under_way = max(0, self.under_way - 1)


RECORDING: ContextVar[Recording | None] = ContextVar("lixasync.transport.recording", default=None)
"""The recording of the calls under way; None, as for most programs, records nothing."""


def left() -> None:
    """Tell whoever records the call under way that a request is on its way."""
    recording = RECORDING.get()
    if recording is not None:
        recording.left()


def failed(unread: Unread | None = None) -> None:
    """Tell whoever records the call under way that its request has no good answer, but perhaps one to be kept."""
    recording = RECORDING.get()
    if recording is not None:
        recording.failed(unread)


def arrived(answer: Answer[Any]) -> None:
    """Hand an answer to whoever records the call that it came to."""
    recording = RECORDING.get()
    if recording is not None:
        recording.arrived(answer)
