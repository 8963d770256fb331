"""The way of every call: coalesce, quota, retry, pace, send.

The order matters. Callers who ask the same share one request; what is known to be refused is not sent; every single
attempt takes a slot of the rate limit; and a 429 moves the gate for everybody before anybody tries again.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import anyio
import attrs

from lixasync.codec.decoder import Decoder
from lixasync.errors import (
    APIError,
    AttemptTimeoutError,
    ClientClosedError,
    ConnectError,
    DailyLimitError,
    DeadlineExceeded,
    InvalidArgumentError,
    LixasyncError,
    QueuedError,
    RateLimitError,
    ServerError,
    TransportError,
    UnknownShapeError,
)
from lixasync.limits.base import RateLimiter
from lixasync.limits.daily import Ticket
from lixasync.limits.home import Home
from lixasync.limits.lanes import Lane, Turn
from lixasync.limits.meter import affords, bounded
from lixasync.limits.quota import Quota
from lixasync.limits.rate import Slot
from lixasync.models.secret import Secret
from lixasync.transport import recording
from lixasync.transport.auth import Auth
from lixasync.transport.base import Request, Response, Transport
from lixasync.transport.body import Body
from lixasync.transport.observing import NOBODY, Observed, Observer, log_failure
from lixasync.transport.operation import Operation, Params, encode_query
from lixasync.transport.recording import Answer, Unread
from lixasync.transport.redaction import guard_foreign_loggers, mask
from lixasync.transport.retry import Decision, RetryPolicy, decide
from lixasync.transport.singleflight import SingleFlight

T = TypeVar("T")

_FOREVER = float("inf")
_IN_DOUBT = " The request may have been carried out: check before sending it again."
_LONGEST_URL = 60_000  # characters; HTTP libraries and servers refuse longer ones, if not shorter ones already


@attrs.frozen(kw_only=True)
class CallOptions:
    """How calls are made; see the settings of the same names of the clients."""

    lane: Lane
    deadline: float | None
    timeout: float
    retry: RetryPolicy


@attrs.frozen(kw_only=True)
class Host:
    """A host of a remote API.

    Attributes:
        url: Its base URL.
        auth: The key for it, and how that is sent.
        limiter: Says when a request to it may leave.
    """

    url: str
    auth: Auth
    limiter: RateLimiter


@attrs.frozen(kw_only=True)
class Remote:
    """A remote API: where it is, and how to read what it answers.

    Attributes:
        hosts: By the name that operations give.
        headers: Headers sent with every request.
        judge: Returns the parsed body of a good answer; raises the error that any other answer means.
        encode: Makes the query string of parameters that are neither encoded nor secret.
    """

    hosts: Mapping[str, Host]
    headers: tuple[tuple[str, str], ...]
    judge: Callable[[Response], Any] = attrs.field(repr=False)
    encode: Callable[[Params], str] = attrs.field(default=encode_query, repr=False)


class Pipeline:
    """Sends calls, well. One for all clients that share a key, a rate limit and a pool of connections."""

    observer: Observer | None = None  # of the class: it sees the calls of all; a pipeline may have its own

    def __init__(self, remote: Remote, transport: Transport, quota: Quota, decoder: Decoder) -> None:
        self.quota = quota
        self.decoder = decoder
        self._remote = remote
        self._transport = transport
        self._headers = {name: (*remote.headers, *host.auth.headers()) for name, host in remote.hosts.items()}
        self._auths = {id(host.auth): host.auth for host in remote.hosts.values()}.values()  # hosts may share a key
        self._flights = SingleFlight()
        self._home = Home("This client")
        self._closed = False
        guard_foreign_loggers()

    def limiter(self, host: str = "api") -> RateLimiter:
        """Return what says when a request to a host may leave."""
        return self._remote.hosts[host].limiter

    async def send(
        self,
        operation: Operation[T],
        params: Params = (),
        *,
        options: CallOptions,
        body: Body | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> T:
        """Make one call and return its decoded answer.

        Args:
            operation: What to ask for.
            params: Query parameters, in order; neither encoded nor holding secrets.
            options: Lane, deadline, timeout and patience.
            body: The body, or None.
            headers: Headers of this call alone; their values are treated as secrets.

        Raises:
            LixasyncError: see the tree in `lixasync.errors`.
        """
        self._check_open(operation.id)
        self._home.check()
        deadline = _FOREVER if options.deadline is None else anyio.current_time() + options.deadline
        request = self._request(operation, params, body, headers)
        turn = Turn(options.lane, deadline, resource=operation.resource)
        secrets = (*(value for _, value in headers), *(() if body is None else body.secrets))
        url = self._remote.hosts[operation.host].url
        with NOBODY if self.observer is None else self.observer.begun(operation, url, turn) as call:
            attempts = partial(self._attempts, operation, request, turn, options, secrets, call)
            if not operation.safe or operation.method != "GET":
                return _recorded(await self._until(deadline, operation, turn, attempts))
            # Whoever may spend only so much gives up early, which is not to befall the others.
            key = (operation.id, request.url, request.headers, body, options.timeout, options.retry, bounded())
            flight = self._flights.get(key)
            if flight is None:
                flight = self._flights.launch(key, attempts, turn)
            else:
                call.joined(flight.turn)
                self.limiter(operation.host).promote(flight.turn, options.lane, deadline)
                self._check_deadline(deadline, operation, flight.turn)
            return _recorded(await self._until(deadline, operation, flight.turn, flight.join))

    def _request(
        self, operation: Operation[Any], params: Params, body: Body | None, headers: Sequence[tuple[str, str]]
    ) -> Request:
        host = self._remote.hosts[operation.host]
        url = host.url + operation.path
        try:
            url.encode()
            query = self._remote.encode((*params, *host.auth.query()))
        except UnicodeEncodeError:
            raise InvalidArgumentError(
                "The arguments hold half a character, which cannot be sent.", operation=operation.id
            ) from None
        length = len(url) + len(query)
        if length >= _LONGEST_URL:
            raise InvalidArgumentError(
                f"The arguments make a URL of {length:,} characters; at most {_LONGEST_URL:,} can be sent.",
                hint="Shorten the search.",
                operation=operation.id,
            )
        return Request(
            method=operation.method,
            url=f"{url}?{query}" if query else url,
            headers=(
                *self._headers[operation.host],
                *(() if body is None else (("content-type", body.media),)),
                *headers,
            ),
            body=None if body is None else body.data,
        )

    def _check_open(self, operation: str | None = None) -> None:
        if self._closed:
            raise ClientClosedError("The client is closed.", operation=operation)

    def _check_deadline(self, deadline: float, operation: Operation[Any], turn: Turn) -> None:
        """Raise DeadlineExceeded when a shared call that still waits will not be sent in time."""
        try:
            if turn.attempts == 0:
                self.limiter(operation.host).check(turn, deadline)
        except DeadlineExceeded as error:
            error.operation = operation.id
            raise

    @staticmethod
    async def _until(
        deadline: float, operation: Operation[T], turn: Turn, call: Callable[[], Awaitable[Answer[T]]]
    ) -> Answer[T]:
        if deadline == _FOREVER:
            return await call()
        with anyio.CancelScope(deadline=deadline):
            return await call()
        raise DeadlineExceeded(
            "The deadline passed before the answer came.",
            hint="Allow a longer deadline." + (_IN_DOUBT if turn.attempts and not operation.safe else ""),
            operation=operation.id,
            attempts=turn.attempts,
        )

    async def _attempts(
        self,
        operation: Operation[T],
        request: Request,
        turn: Turn,
        options: CallOptions,
        secrets: tuple[str, ...],
        call: Observed,
    ) -> Answer[T]:
        try:
            while True:
                self.quota.check(operation.quota)
                try:
                    return await self._attempt(operation, request, turn, options, call)
                except (DeadlineExceeded, ClientClosedError):
                    raise
                except LixasyncError as error:
                    decision = self._after_failure(error, operation, turn, options)
                    call.failed(error, again=decision.again)
                    if decision.too_late:
                        self._finish(error, operation, turn, secrets)  # it shows in the traceback of what follows
                        raise DeadlineExceeded(
                            f"The deadline leaves no time for another attempt, due in {decision.pause:.1f} s.",
                            hint="Allow a longer deadline, or try again later.",
                            retry_after=decision.pause,
                            retry_at=datetime.now(UTC) + timedelta(seconds=decision.pause),
                        ) from error
                    if not decision.again:
                        raise
                if decision.pause:
                    await anyio.sleep(decision.pause)
        except LixasyncError as error:
            self._finish(error, operation, turn, secrets)
            raise

    async def _attempt(
        self, operation: Operation[T], request: Request, turn: Turn, options: CallOptions, call: Observed
    ) -> Answer[T]:
        host = self._remote.hosts[operation.host]
        limiter = host.limiter
        ticket = self.quota.take(operation.quota)
        call.queued()
        slot: Slot | None = None
        try:
            slot = await limiter.acquire(turn)
            self._check_open()
            _check_wanted()
            self.quota.check(operation.quota)  # another call may have been refused for the day meanwhile
        except BaseException:
            call.served(slot=False)
            self._not_sent(limiter, ticket, slot)
            raise
        call.served(slot=True)
        self.quota.sent(ticket)
        response: Response | None = None
        signed = host.auth.sign(request)
        limiter.leaving(slot)
        recording.left()
        left = True
        try:
            with anyio.move_on_after(options.timeout):
                response = await self._transport.send(signed, on_sent=partial(limiter.sent, slot))
        except ConnectError:
            left = False
            self._not_sent(limiter, ticket, slot)
            raise
        finally:
            limiter.ended(slot)
            if response is None:
                recording.failed()
                if left:
                    self.quota.lose(operation.credit_kind, operation.credits)
                    call.lost(operation.credit_kind, operation.credits)
        if response is None:
            raise AttemptTimeoutError(f"No whole answer came within the timeout of {options.timeout:g} s.")
        try:
            result = self._read(operation, response, call)
        except LixasyncError as error:
            recording.failed(Unread(operation.id, response) if isinstance(error, UnknownShapeError) else None)
            if isinstance(error, RateLimitError) and error.repeatable:
                limiter.refused(slot, error.retry_after)
            elif not isinstance(error, RateLimitError):
                limiter.accepted()
            raise
        limiter.accepted()
        call.answered(response.status)
        return Answer(operation=operation, response=response, value=result)

    def _not_sent(self, limiter: RateLimiter, ticket: Ticket | None, slot: Slot | None) -> None:
        self.quota.give_back(ticket)
        if slot is not None:
            limiter.unused(slot)

    def _read(self, operation: Operation[T], response: Response, call: Observed) -> T:
        """Judge and decode an answer, and count what it cost."""
        charge = operation.credits if 200 <= response.status < 300 else 0  # also when the body turns out to be cut off
        try:
            result = operation.read(self.decoder, response, self._remote.judge)
            if operation.charge is not None:
                charge = operation.charge(result)
        except APIError:
            charge = 0  # a refusal costs nothing, whatever its status
            raise
        finally:
            self.quota.spend(operation.credit_kind, charge)
            call.spent(operation.credit_kind, charge)
        return result

    @staticmethod
    def _after_failure(error: LixasyncError, operation: Operation[Any], turn: Turn, options: CallOptions) -> Decision:
        decision = decide(
            options.retry,
            error,
            safe=operation.safe,
            attempt=turn.attempts,
            time_left=turn.deadline - anyio.current_time(),
            affordable=affords(operation.credits),
            chance=random.random(),  # noqa: S311 - spreads pauses, protects nothing
        )
        log_failure(error, decision, operation, turn)
        return decision

    def _finish(self, error: LixasyncError, operation: Operation[Any], turn: Turn, secrets: tuple[str, ...]) -> None:
        error.operation = operation.id
        error.attempts = turn.attempts
        in_doubt = isinstance(error, TransportError | ServerError | QueuedError) and not error.nothing_done
        if in_doubt and not operation.safe:
            error.hint = f"{error.hint}{_IN_DOUBT}".strip()
        if isinstance(error, DailyLimitError) and error.status is not None:
            self.quota.daily_limit(error, operation.quota)
            if error.retry_after is not None and operation.resource:
                self.limiter(operation.host).closed(operation.resource, error.retry_after)
        mask(error, partial(self._hide, secrets))

    def _hide(self, secrets: tuple[str, ...], text: str) -> str:
        for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
            text = Secret(secret).hide_in(text)
        for auth in self._auths:
            text = auth.hide_in(text)
        return text

    def without_keys(self, body: bytes) -> bytes:
        """Return a body as it came, but without any key of this client in it."""
        text = body.decode("utf-8", "surrogateescape")
        hidden = self._hide((), text)
        return body if hidden == text else hidden.encode("utf-8", "surrogateescape")

    async def aclose(self) -> None:
        """Cancel what is under way and close every connection. Closing twice does nothing."""
        if self._closed:
            return
        self._home.check()
        self._closed = True
        try:
            await self._flights.aclose()
        finally:
            with anyio.CancelScope(shield=True):
                await self._transport.aclose()
            for host in self._remote.hosts.values():
                host.limiter.release()


def _check_wanted() -> None:
    """Raise ClientClosedError when whoever made the call gave it up while it waited."""
    if not affords(0):
        raise ClientClosedError("The call was given up before it was sent.")


def _recorded(answer: Answer[T]) -> T:
    recording.arrived(answer)
    return answer.value
