"""What arrived, what was answered, and what it cost."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter, deque
from typing import Any, Literal, TypeAlias

from .limiter import utilisation
from .replies import Reply
from .settings import Settings

CreditKind: TypeAlias = Literal["standard", "org", "email"]

NO_ANSWER = 0
"""The status of an arrival that got no answer: the connection was closed or the caller had left."""


@dataclasses.dataclass(slots=True, kw_only=True)
class Event:
    """One arrival. Fields that only the answer settles are None until then.

    Attributes:
        n: Its number since the last reset, from 1.
        at: When it arrived, in seconds of the monotonic clock.
        time: When it arrived, in unix seconds.
        method: The HTTP method.
        path: The path, without any key.
        query: The query, without any key.
        target: Path and query as they stood in the request line, without any key.
        headers: Headers of note, by lower-case name, without any key.
        load: Arrivals in the limit's window that ends here, this one included.
        lookc: Whether it went to LookC, which has a limit of its own.
        refused: Whether the rate limit refused it.
        fault: The injected fault that took effect.
        status: The status sent; 0 when no answer was sent.
        outcome: "ok", "refused", "fault", "client" (the request was at fault) or "gone" (the caller
            left before the answer).
        credits: Standard credits charged.
        org_credits: Org credits charged.
        email_credits: Email credits charged.
        seconds: From arrival to the end of the answer.
    """

    n: int
    at: float
    time: float
    method: str
    path: str
    query: str
    target: str
    load: int
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    lookc: bool = False
    refused: bool = False
    fault: str | None = None
    status: int | None = None
    outcome: str | None = None
    credits: int = 0
    org_credits: int = 0
    email_credits: int = 0
    seconds: float | None = None


class Ledger:
    """Keeps the account of one run of the sandbox. Every method may be called from any thread.

    Args:
        settings: The run's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._events: deque[Event] = deque(maxlen=settings.history)
        self._finished: deque[Event] = deque(maxlen=settings.history)
        self._finished_count = 0
        self._by_status: Counter[int] = Counter()
        self._by_path: Counter[str] = Counter()
        self._by_fault: Counter[str] = Counter()
        self._pages: Counter[tuple[str, str]] = Counter()
        self._arrivals = 0
        self._admitted = 0
        self._over_limit = 0
        self._lost = 0
        self._paid_answers = 0
        self._first_at: float | None = None
        self._last_at: float | None = None
        self._admitted_by_lookc = 0
        self.max_in_window = 0
        self.credits_spent = 0
        self.org_credits_spent = 0
        self.email_credits_spent = 0
        self.sends: list[str] = []
        self.sales_messages: list[str] = []
        self.invitations: list[str] = []

    def arrive(
        self,
        *,
        at: float,
        time: float,
        method: str,
        path: str,
        query: str,
        load: int,
        target: str = "",
        headers: dict[str, str] | None = None,
        lookc: bool = False,
    ) -> Event:
        """Record an arrival; the arguments are the attributes of `Event`."""
        with self._lock:
            self._arrivals += 1
            self._first_at = at if self._first_at is None else self._first_at
            self._last_at = at
            if not lookc:
                self.max_in_window = max(self.max_in_window, load)
            self._by_path[path] += 1
            event = Event(
                n=self._arrivals,
                at=at,
                time=time,
                method=method,
                path=path,
                query=query,
                target=target,
                load=load,
                headers=headers or {},
                lookc=lookc,
            )
            self._events.append(event)
            return event

    def judge(self, event: Event, *, admitted: bool, enforced: bool = True) -> None:
        """Record what the rate limit said about an authorised arrival, and whether that has any effect."""
        with self._lock:
            event.refused = enforced and not admitted
            if admitted:
                self._admitted += 1
                self._admitted_by_lookc += event.lookc
            else:
                self._over_limit += 1

    def charge(self, event: Event, reply: Reply) -> None:
        """Take the credits for work that was done, whatever becomes of the answer."""
        with self._lock:
            event.credits = reply.credits
            event.org_credits = reply.org_credits
            event.email_credits = reply.email_credits
            self.credits_spent += reply.credits
            self.org_credits_spent += reply.org_credits
            self.email_credits_spent += reply.email_credits
            self._paid_answers += reply.credits + reply.org_credits > 0

    def strike(self, event: Event, fault: str) -> None:
        """Record that an injected fault took effect."""
        with self._lock:
            event.fault = fault
            self._by_fault[fault] += 1

    def finish(self, event: Event, *, status: int, page: bool, lost: bool, seconds: float) -> None:
        """Record the end of an answer.

        Args:
            event: The arrival it answers.
            status: The status sent; `NO_ANSWER` for none.
            page: Whether it was a page of a list.
            lost: Whether the caller went without it.
            seconds: How long it took since the arrival.
        """
        with self._lock:
            event.status = status
            event.seconds = seconds
            event.outcome = _outcome(event, status)
            self._by_status[status] += 1
            if lost:
                self._lost += event.credits
            elif page and event.method == "GET":
                self._pages[event.path, event.query] += 1
            self._finished.append(event)
            self._finished_count += 1

    def left(self, kind: CreditKind) -> int:
        """Credits of a kind that remain."""
        if kind == "org":
            return self._settings.org_credits - self.org_credits_spent
        if kind == "email":
            return self._settings.email_credits - self.email_credits_spent
        return self._settings.credits - self.credits_spent

    def allowance_left(self) -> int:
        """Paid answers that remain today."""
        return max(0, self._settings.daily_allowance - self._paid_answers)

    def events(self) -> list[dict[str, Any]]:
        """All remembered arrivals in order, as plain values."""
        with self._lock:
            return [dataclasses.asdict(event) for event in self._events]

    def finished(self, after: int, limit: int) -> tuple[int, list[dict[str, Any]]]:
        """List answered arrivals in the order in which they were answered.

        Args:
            after: How many of them the caller knows already.
            limit: The most to list; older ones are left out.

        Returns:
            How many there are by now, and those the caller does not know.
        """
        with self._lock:
            known = max(0, min(after, self._finished_count))
            fresh = min(self._finished_count - known, limit, len(self._finished))
            first = len(self._finished) - fresh
            rows = [dataclasses.asdict(self._finished[first + i]) for i in range(fresh)]
            return self._finished_count, rows

    def stats(self) -> dict[str, Any]:
        """Sum everything up in plain values; see `Sandbox.stats`."""
        with self._lock:
            settings = self._settings
            span = 0.0 if self._first_at is None or self._last_at is None else self._last_at - self._first_at
            admitted = self._admitted - self._admitted_by_lookc
            return {
                "arrivals": self._arrivals,
                "admitted": self._admitted,
                "over_limit": self._over_limit,
                "max_in_window": self.max_in_window,
                "limit": {"requests": settings.requests, "per": settings.per},
                "limit_scope": settings.limit_scope,
                "utilisation": utilisation(admitted, span, settings.requests, settings.per),
                "by_status": dict(sorted(self._by_status.items())),
                "by_path": dict(sorted(self._by_path.items())),
                "by_fault": dict(sorted(self._by_fault.items())),
                "credits_left": self.left("standard"),
                "credits_spent": self.credits_spent,
                "charged_but_lost": self._lost,
                "org_credits_left": self.left("org"),
                "email_credits_left": self.left("email"),
                "allowance_left": self.allowance_left(),
                "sends": list(self.sends),
                "sales_messages": list(self.sales_messages),
                "invitations": list(self.invitations),
                "duplicates": sum(times - 1 for times in self._pages.values()),
                "first_at": self._first_at,
                "last_at": self._last_at,
            }


def _outcome(event: Event, status: int) -> str:
    if event.refused:
        return "refused"
    if event.fault is not None:
        return "fault"
    if status == NO_ANSWER:
        return "gone"
    return "ok" if status < 400 else "client"
