"""One run of the sandbox, from a reset to the next: what happens to each arrival, in which order."""

from __future__ import annotations

import dataclasses
import hmac
import random
import re
import threading
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

from . import faults
from .ledger import Event, Ledger
from .limiter import SlidingWindow
from .linkedin.call import Call, owns
from .linkedin.faults import INSTEAD as LINKEDIN_INSTEAD
from .linkedin.service import LinkedIn
from .lix import lookc, routes
from .lix.call import Call as LixCall
from .lix.memory import Memory
from .replies import RefusedError, Reply, digest, error
from .settings import Settings

_HIDDEN = "[key]"
_KEY_PARAMETER = re.compile(
    r"(?i)((?:^|&)(?:api_?key|key|token|oauth2_access_token|oauth_(?:token|consumer_key|signature))=)[^&]*"
)
_OF_NOTE = ("x-li-format", "x-li-auth-token", "authorization")
_PUBLIC_PART = re.compile(r"[A-Za-z0-9_]+(?=[ :])")


@dataclasses.dataclass(slots=True, kw_only=True)
class Visit:
    """One arrival on its way through the sandbox.

    Attributes:
        event: Its record.
        path: Its path, as it was sent.
        query: Its query, as it came.
        call: What LinkedIn's API makes of it; None for an arrival at Lix's.
        early: The answer, when it was refused before anybody looked at what it asks for.
        due: Whether it is its turn to fail.
        fault: The fault chosen for it.
        manner: The fault that its answer suffers on the way back.
    """

    event: Event
    path: str
    query: str
    call: Call | None = None
    early: Reply | None = None
    due: bool = False
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
        self.linkedin = LinkedIn(settings)
        self._memory = Memory()
        self._lock = threading.Lock()
        self._windows: dict[str, SlidingWindow] = {}
        self._turns = faults.FaultTurns(settings.fault_names, settings.fault_every)
        self._pages = 0
        secrets = (settings.key, settings.lookc_key or settings.key, *settings.linkedin_secrets)
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
        self._forms = sorted(forms, key=len, reverse=True)

    def arrive(
        self,
        *,
        at: float,
        time: float,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        raw_path: bytes | None = None,
        scheme: str = "http",
    ) -> Visit:
        """Record an arrival and pass it through authentication, the rate limit and fault injection.

        Args:
            at: When it arrived, in seconds of the monotonic clock.
            time: When it arrived, in unix seconds.
            method: The HTTP method.
            path: The path, decoded.
            query: The query, still encoded.
            headers: The headers, by lower-case name.
            raw_path: The path as it stood in the request line; None where nobody knows.
            scheme: http or https.
        """
        sent = quote(path, safe="/:(),=~") if raw_path is None else raw_path.decode("latin-1")
        linkedin, looks = owns(path), lookc.owns(path)
        with self._lock:
            window = self._window("linkedin" if linkedin else "lookc" if looks else "", path)
            hidden_query = self._hide(_KEY_PARAMETER.sub(rf"\1{_HIDDEN}", query))
            event = self.ledger.arrive(
                at=at,
                time=time,
                method=method,
                path=self._hide(path),
                query=hidden_query,
                target=self._hide(sent) + (f"?{hidden_query}" if query else ""),
                load=window.see(at),
                headers=_of_note(headers) if linkedin else {},
                lookc=looks,
            )
            visit = Visit(event=event, path=sent, query=query)
            if linkedin:
                visit.call = self.linkedin.call(
                    n=event.n, method=method, scheme=scheme, path=sent, query=query, headers=headers
                )
                visit.early = self._refuse_member(visit, visit.call, window)
            else:
                key = self.settings.lookc_key if looks else None
                visit.early = self._refuse(visit, window, headers, key or self.settings.key)
            return visit

    def answer(self, visit: Visit, body: bytes) -> Reply:
        """Do the work an arrival asks for, and charge for it."""
        if visit.early is not None:
            return visit.early
        if visit.fault is not None and visit.fault in (faults.INSTEAD if visit.call is None else LINKEDIN_INSTEAD):
            self.ledger.strike(visit.event, visit.fault)
            return self._instead(visit, visit.fault)
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

    def _instead(self, visit: Visit, fault: str) -> Reply:
        if visit.call is not None:
            return self.linkedin.fault(visit.call, fault)
        return faults.INSTEAD[fault](self._trace(visit.event))

    def _work(self, visit: Visit, body: bytes) -> Reply:
        event = visit.event
        if visit.call is not None:
            visit.call.fault = visit.fault if visit.fault in faults.PAGES else None
            reply = self.linkedin.answer(visit.call)
            if visit.call.struck:
                self.ledger.strike(event, str(visit.fault))
            return reply
        call = LixCall(
            settings=self.settings,
            ledger=self.ledger,
            memory=self._memory,
            n=event.n,
            page_number=self._pages,
            query=dict(parse_qsl(visit.query, keep_blank_values=True)),
            body=body,
            fault=visit.fault if visit.fault in faults.PAGES else None,
        )
        try:
            reply = routes.answer(call, event.method, visit.path)
        except RefusedError as refused:
            return refused.reply(self._trace(event))
        if call.fault is not None and call.struck:
            self.ledger.strike(event, call.fault)
        return reply

    def _refuse(self, visit: Visit, window: SlidingWindow, headers: Mapping[str, str], key: str) -> Reply | None:
        """Check the key, then the rate limit, then choose a fault."""
        event = visit.event
        trace = self._trace(event)
        given = headers.get("authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, key.encode()):
            return error(401, "unauthorized", "the key is not allowed here", trace)
        if not self._in_time(visit, window, enforced=True):
            return error(429, "rate_limit", "rate limit exceeded", trace, self._retry_after(window, event.at))
        if not self._choose_fault(visit, headers):
            return error(400, "params_invalid", "x-sandbox-fault names no fault of the sandbox", trace)
        return None

    def _refuse_member(self, visit: Visit, call: Call, window: SlidingWindow) -> Reply | None:
        """Check the member's token, then the rate limit where it is enforced, then choose a fault."""
        refusal = self.linkedin.admit(call)
        if refusal is not None:
            return refusal
        if not self._in_time(visit, window, enforced=self.settings.linkedin_429):
            return self.linkedin.limited(call, self._retry_after(window, visit.event.at))
        if not self._choose_fault(visit, call.headers):
            return self.linkedin.unknown_fault(call)
        return None

    def _in_time(self, visit: Visit, window: SlidingWindow, *, enforced: bool) -> bool:
        """Ask the rate limit about an authorised arrival; whether it may go on."""
        visit.due = self._turns.due()
        admitted = window.admit(visit.event.at)
        self.ledger.judge(visit.event, admitted=admitted, enforced=enforced)
        return admitted or not enforced

    def _choose_fault(self, visit: Visit, headers: Mapping[str, str]) -> bool:
        """Choose a fault, and say whether the one asked for by name exists; one of the other API has no effect."""
        asked = headers.get("x-sandbox-fault", "").strip()
        if asked and asked not in faults.FAULTS:
            return False
        visit.fault = asked or (self._turns.take() if visit.due else None)
        return True

    def _retry_after(self, window: SlidingWindow, at: float) -> tuple[tuple[str, str], ...]:
        if not self.settings.retry_after:
            return ()
        return (("Retry-After", str(max(1, -int(-window.wait(at) // 1)))),)

    def _window(self, key: str, path: str) -> SlidingWindow:
        scope = path if self.settings.limit_scope == "path" else key
        if scope not in self._windows:
            settings = self.settings
            limit = (settings.requests, settings.per)
            if lookc.owns(path):
                limit = (settings.lookc_requests, settings.lookc_per)
            self._windows[scope] = SlidingWindow(*limit)
        return self._windows[scope]

    def _trace(self, event: Event) -> str:
        return digest(self.settings.seed, "trace", event.n)[:16]

    def _hide(self, text: str) -> str:
        """Blot keys and tokens out of what is remembered, in whichever encoding a caller has leaked them."""
        for decode in (str, unquote, unquote_plus):
            decoded = decode(text)
            if any(form in decoded for form in self._forms):
                text = decoded
                for form in self._forms:
                    text = text.replace(form, _HIDDEN)
        return text


def _of_note(headers: Mapping[str, str]) -> dict[str, str]:
    """Keep the headers that say how LinkedIn's API was called; of those with a token only its kind."""
    found = {name: headers[name] for name in _OF_NOTE if name in headers}
    for name in found.keys() - {"x-li-format"}:
        kind = _PUBLIC_PART.match(found[name])
        found[name] = f"{'' if kind is None else kind[0] + found[name][kind.end()]}{_HIDDEN}"
    return found
