"""One run of the sandbox, from a reset to the next: what happens to each arrival, in which order."""

from __future__ import annotations

import dataclasses
import hmac
import random
import re
import threading
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, quote_plus

from . import endpoints, faults
from .ledger import Event, Ledger
from .limiter import SlidingWindow
from .replies import RefusedError, Reply, digest, error
from .settings import Settings

_HIDDEN = "[key]"
_KEY_PARAMETER = re.compile(r"(?i)((?:^|&)(?:api_?key|key|token)=)[^&]*")


@dataclasses.dataclass(slots=True, kw_only=True)
class Visit:
    """One arrival on its way through the sandbox.

    Attributes:
        event: Its record.
        path: Its path, as it came.
        query: Its query, as it came.
        early: The answer, when it was refused before anybody looked at what it asks for.
        fault: The fault chosen for it.
        manner: The fault that its answer suffers on the way back.
    """

    event: Event
    path: str
    query: str
    early: Reply | None = None
    fault: str | None = None
    manner: str | None = None


class Run:
    """Limits, account and faults since the last reset. Every method may be called from any thread.

    Args:
        settings: The settings of this run.
        epoch: How many runs came before, so that the page knows when to start anew.
    """

    def __init__(self, settings: Settings, epoch: int = 0) -> None:
        self.settings = settings
        self.epoch = epoch
        self.ledger = Ledger(settings)
        self._lock = threading.Lock()
        self._windows: dict[str, SlidingWindow] = {}
        self._turns = faults.FaultTurns(settings.fault_names, settings.fault_every)
        self._pages = 0

    def arrive(
        self, *, at: float, time: float, method: str, path: str, query: str, headers: Mapping[str, str]
    ) -> Visit:
        """Record an arrival and pass it through authentication, the rate limit and fault injection.

        Args:
            at: When it arrived, in seconds of the monotonic clock.
            time: When it arrived, in unix seconds.
            method: The HTTP method.
            path: The path.
            query: The query, still encoded.
            headers: The headers, by lower-case name.
        """
        with self._lock:
            window = self._window(path)
            event = self.ledger.arrive(
                at=at,
                time=time,
                method=method,
                path=self._hide(path),
                query=self._hide(_KEY_PARAMETER.sub(rf"\1{_HIDDEN}", query)),
                load=window.see(at),
            )
            visit = Visit(event=event, path=path, query=query)
            visit.early = self._refuse(visit, window, headers)
            return visit

    def answer(self, visit: Visit, body: bytes) -> Reply:
        """Do the work an arrival asks for, and charge for it."""
        if visit.early is not None:
            return visit.early
        if visit.fault in faults.INSTEAD:
            self.ledger.strike(visit.event, visit.fault)
            return faults.INSTEAD[visit.fault](self._trace(visit.event))
        with self._lock:
            reply = self._work(visit, body)
            self.ledger.charge(visit.event, reply)
            self._pages += reply.page
        if visit.fault in faults.DELIVERY:
            self.ledger.strike(visit.event, visit.fault)
            visit.manner = visit.fault
        return reply

    def delay(self, visit: Visit) -> float:
        """Say how many seconds an answer is held back."""
        settings = self.settings
        seconds = settings.latency
        if settings.jitter:
            seconds += settings.jitter * random.Random(f"{settings.seed}:jitter:{visit.event.n}").random()
        return seconds + (settings.slow_seconds if visit.manner == "slow" else 0.0)

    def _work(self, visit: Visit, body: bytes) -> Reply:
        event = visit.event
        call = endpoints.Call(
            settings=self.settings,
            ledger=self.ledger,
            n=event.n,
            page_number=self._pages,
            query=dict(parse_qsl(visit.query, keep_blank_values=True)),
            body=body,
            fault=visit.fault if visit.fault in faults.PAGES else None,
        )
        try:
            reply = endpoints.answer(call, event.method, visit.path)
        except RefusedError as refused:
            return refused.reply(self._trace(event))
        if call.fault is not None and call.struck:
            self.ledger.strike(event, call.fault)
        return reply

    def _refuse(self, visit: Visit, window: SlidingWindow, headers: Mapping[str, str]) -> Reply | None:
        """Check the key, then the rate limit, then choose a fault."""
        event = visit.event
        trace = self._trace(event)
        given = headers.get("authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, self.settings.key.encode()):
            return error(401, "unauthorized", "the key is not allowed here", trace)
        due = self._turns.due()
        admitted = window.admit(event.at)
        self.ledger.judge(event, admitted=admitted)
        if not admitted:
            return error(429, "rate_limit", "rate limit exceeded", trace, self._retry_after(window, event.at))
        asked = headers.get("x-sandbox-fault", "").strip()
        if asked and asked not in faults.FAULTS:
            return error(400, "params_invalid", "x-sandbox-fault names no fault of the sandbox", trace)
        visit.fault = asked or (self._turns.take() if due else None)
        return None

    def _retry_after(self, window: SlidingWindow, at: float) -> tuple[tuple[str, str], ...]:
        if not self.settings.retry_after:
            return ()
        return (("Retry-After", str(max(1, -int(-window.wait(at) // 1)))),)

    def _window(self, path: str) -> SlidingWindow:
        scope = path if self.settings.limit_scope == "path" else ""
        if scope not in self._windows:
            self._windows[scope] = SlidingWindow(self.settings.requests, self.settings.per)
        return self._windows[scope]

    def _trace(self, event: Event) -> str:
        return digest(self.settings.seed, "trace", event.n)[:16]

    def _hide(self, text: str) -> str:
        """Blot the key out of what is remembered, in whichever encoding a caller has leaked it."""
        key = self.settings.key
        for form in {key, quote(key, safe=""), quote_plus(key)}:
            text = text.replace(form, _HIDDEN)
        return text
