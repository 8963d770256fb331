"""What can go wrong, as one tree.

Catch a branch to catch everything under it::

    LixasyncError
    ├── UsageError                 found before any request left; also a ValueError
    │   ├── ConfigurationError         a setting that cannot work
    │   │   ├── MissingKeyError            no API key was given
    │   │   └── InsecureURLError           plain http to a host that is not loopback
    │   ├── InvalidArgumentError       an argument outside its documented range
    │   │   ├── PageSizeError              page size above the documented cap
    │   │   ├── SearchURLError             not a search URL of the kind the method takes
    │   │   └── AmbiguousNameError         a name that stands for several things, or for none
    │   ├── CursorError                a cursor that is damaged, or of another query
    │   ├── StateError                 the saved state of a watch is damaged, foreign, or in use elsewhere
    │   ├── ClientClosedError          the client has been closed
    │   └── EventLoopError             the client is used from a second event loop
    ├── JobFileError               the file of a job is damaged, foreign, locked, or cannot be written
    │   └── ChunkTakenError            another worker has taken a chunk of a job over
    ├── LimiterUnavailableError    what keeps a shared rate limit cannot be reached; no request was sent
    ├── DeadlineExceeded           the caller's deadline passed, or cannot be met; also a TimeoutError
    ├── TransportError             no usable answer came
    │   ├── ConnectError               no connection: the request never left
    │   ├── AttemptTimeoutError        the answer did not come within ``timeout``
    │   ├── ConnectionLostError        the connection broke while the answer was due
    │   └── DecodeError                an answer came that cannot be read
    │       └── UnknownShapeError          it can be read, but has no known shape
    └── APIError                   the server refused
        ├── InvalidParamsError         params_invalid, or any other 400
        ├── AuthenticationError        401: the key or token is wrong or not allowed here
        │   └── TokenExpiredError          the access token has expired
        ├── PermissionDeniedError      LinkedIn's 403: the member or the application may not do this
        ├── CreditsError               402: out of credits or quota
        ├── NotFoundError              no such record, or no such route
        ├── ViewerError                407 or viewer_invalid: viewer unknown or not connected
        ├── RateLimitError             429: too fast
        │   └── WeeklyLimitError           the weekly limit of connection requests
        ├── DailyLimitError            daily_limit, or LinkedIn's throttle: the cap for today
        ├── QueuedError                queued: accepted, the answer is not ready yet
        └── ServerError                api_error, or any 5xx

Every error carries plain values only, so it survives pickling, and never a key or a token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self, TypeVar

__all__ = [
    "APIError",
    "AmbiguousNameError",
    "AttemptTimeoutError",
    "AuthenticationError",
    "ChunkTakenError",
    "ClientClosedError",
    "ConfigurationError",
    "ConnectError",
    "ConnectionLostError",
    "CreditsError",
    "CursorError",
    "DailyLimitError",
    "DeadlineExceeded",
    "DecodeError",
    "EventLoopError",
    "InsecureURLError",
    "InvalidArgumentError",
    "InvalidParamsError",
    "JobFileError",
    "LimiterUnavailableError",
    "LixasyncError",
    "MissingKeyError",
    "NotFoundError",
    "PageSizeError",
    "PermissionDeniedError",
    "QueuedError",
    "RateLimitError",
    "SearchURLError",
    "ServerError",
    "StateError",
    "TokenExpiredError",
    "TransportError",
    "UnknownShapeError",
    "UsageError",
    "ViewerError",
    "WeeklyLimitError",
]


class LixasyncError(Exception):
    """Base of everything this package raises on purpose.

    Attributes:
        message: What was wrong, in one sentence.
        hint: What to do next; empty when there is nothing to add.
        operation: Id of the operation that failed, such as ``search_people``; None before any was chosen.
        status: HTTP status of the answer; None when no answer came.
        type: The server's own ``error.type``; None when it named none.
        trace_id: The server's id for this answer, for its support; None when it sent none.
        retry_after: Seconds until trying again makes sense, counted from when the error was raised; None when unknown.
        retry_at: The same as a moment in UTC; None when unknown.
        attempts: How many requests were sent for this call.
        cursor: Where to go on from, when a stream was interrupted; pass it as ``resume=``. None outside streams.
        body: The first characters of an answer that could not be read; None otherwise.
        details: What else the server's refusal said, where the API has more to say: LinkedIn's ``status`` (which has
            been seen to differ from the HTTP one), ``error_code`` and ``timestamp``. Empty otherwise.
    """

    repeatable: ClassVar[bool] = False
    """The same request may succeed later, without anything being changed."""
    nothing_done: ClassVar[bool] = False
    """The failure proves that the server did nothing, so even a send may be repeated."""
    default_hint: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        operation: str | None = None,
        status: int | None = None,
        type: str | None = None,  # noqa: A002 - the server's own word for it
        trace_id: str | None = None,
        retry_after: float | None = None,
        retry_at: datetime | None = None,
        attempts: int = 0,
        cursor: str | None = None,
        body: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.operation = operation
        self.status = status
        self.type = type
        self.trace_id = trace_id
        self.retry_after = retry_after
        self.retry_at = retry_at
        self.attempts = attempts
        self.cursor = cursor
        self.body = body
        self.details = dict(details or {})

    def __str__(self) -> str:
        facts = [
            f"{name} {value}"
            for name, value in (
                ("operation", self.operation),
                ("HTTP", self.status),
                ("type", self.type),
                ("trace", self.trace_id),
                ("retry at", self.retry_at and f"{self.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"),
                ("attempts", self.attempts if self.attempts > 1 else None),
            )
            if value is not None
        ]
        return " ".join(part for part in (self.message, f"[{', '.join(facts)}]" if facts else "", self.hint) if part)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), dict(self.__dict__))

    def copy(self) -> Self:
        """Return an equal error without a traceback, for raising the same failure in several places."""
        return _rebuild(type(self), dict(self.__dict__))


_E = TypeVar("_E", bound=LixasyncError)


def _rebuild(cls: type[_E], state: dict[str, Any]) -> _E:
    error = cls.__new__(cls, state["message"])
    error.args = (state["message"],)
    error.__dict__.update(state)
    return error


class UsageError(LixasyncError, ValueError):
    """Bad input, found before any request left."""


class ConfigurationError(UsageError):
    """A setting of the client that cannot work."""


class MissingKeyError(ConfigurationError):
    """No API key was given, neither as an argument nor in the environment."""


class InsecureURLError(ConfigurationError):
    """Plain http to a host that is not loopback would show the key to the network."""


class InvalidArgumentError(UsageError):
    """An argument outside its documented range."""


class PageSizeError(InvalidArgumentError):
    """A page size the server would silently cut: the documented cap is lower."""


class SearchURLError(InvalidArgumentError):
    """The text is not a search URL of the kind this method takes."""


class AmbiguousNameError(InvalidArgumentError):
    """A name that stands for several things, or for none, found by free look-ups: the choice is the caller's.

    Attributes:
        candidates: What it may stand for, as `Suggestion` objects; pass one of them instead of the name.
    """

    def __init__(self, message: str, *, candidates: Sequence[Any] = (), **facts: Any) -> None:
        super().__init__(message, **facts)
        self.candidates = tuple(candidates)


class CursorError(UsageError):
    """The cursor is damaged, or belongs to another query."""


class StateError(UsageError):
    """The saved state of a watch is damaged, belongs to another watch, or is in use by another process."""


class JobFileError(LixasyncError):
    """The file of a job is damaged, of another version or another job, locked, or cannot be read or written.

    What it holds is left as it is.
    """


class ChunkTakenError(JobFileError):
    """Another worker has taken the chunk over; what this one had stored before is kept."""


class ClientClosedError(UsageError):
    """The client has been closed; its connections are gone."""

    default_hint = "Make the calls inside the client's `async with` block."


class EventLoopError(UsageError):
    """The client belongs to another event loop, where its connections and timers live."""

    default_hint = "Open one client per event loop, inside the coroutine that asyncio.run or trio.run starts."


class LimiterUnavailableError(LixasyncError):
    """What keeps a shared rate limit cannot be reached, so nobody knows when a request may leave; none was sent."""

    nothing_done = True


class DeadlineExceeded(LixasyncError, TimeoutError):  # noqa: N818 - the name is part of the public face
    """The call's deadline has passed, or the queue ahead is already longer than it allows.

    ``retry_at`` says from when the call would be let through.
    """

    repeatable = True


class TransportError(LixasyncError):
    """No usable answer came."""

    repeatable = True


class ConnectError(TransportError):
    """No connection could be made: the request never left."""

    nothing_done = True
    default_hint = "Check the network, the proxy settings and base_url."


class AttemptTimeoutError(TransportError, TimeoutError):
    """The answer to one attempt did not come within ``timeout``."""


class ConnectionLostError(TransportError):
    """The connection broke while the answer was due."""


class DecodeError(TransportError):
    """An answer came that cannot be read: cut off, not JSON, or of no known shape."""


class UnknownShapeError(DecodeError):
    """An answer came that is whole, but has no known shape; asking again would cost again and change nothing."""

    repeatable = False
    default_hint = "The API may have changed: `request(...)` of the client gives the answer as it came."


class APIError(LixasyncError):
    """The server refused the request."""


class InvalidParamsError(APIError):
    """The server found the parameters wrong (``params_invalid``, or any other 400)."""


class AuthenticationError(APIError):
    """The key is wrong, or not allowed on this endpoint (401)."""

    default_hint = "Check LIX_API_KEY: the key stands in the dashboard of your Lix account."


class TokenExpiredError(AuthenticationError):
    """The access token has expired (401); LinkedIn's lived for 60 days."""

    default_hint = "Have the member authorise the application again; there is no refresh token."


class PermissionDeniedError(APIError):
    """The member or the application may not do this (LinkedIn's 403, or a 401 that denies access)."""


class CreditsError(APIError):
    """Out of credits or plan quota (402)."""

    default_hint = "`await lix.account.balances()` shows what is left."


class NotFoundError(APIError):
    """No such record (``not_found``, ``unknown_record``, 404), or no such route (``unknown_route``)."""


class ViewerError(APIError):
    """The viewer is unknown, not connected to Lix, or lacks the rights (407, ``viewer_invalid``)."""

    default_hint = "Check viewer_id: the LinkedIn account must be connected in the Lix extension or dashboard."


class RateLimitError(APIError):
    """Too fast (429). The client waits and tries again by itself; this is raised when that did not help."""

    repeatable = True
    nothing_done = True


class WeeklyLimitError(RateLimitError):
    """The weekly number of connection requests is used up; it is refreshed on Monday 00:00 UTC."""

    repeatable = False


class DailyLimitError(APIError):
    """This endpoint's cap for the day is reached (``daily_limit``)."""

    nothing_done = True
    default_hint = "`await lix.account.daily_allowance()` says when it is refreshed."


class QueuedError(APIError):
    """The look-up was accepted but is not ready (``queued``): ask again in some minutes."""

    repeatable = True


class ServerError(APIError):
    """The server failed (``api_error``, or any 5xx)."""

    repeatable = True
