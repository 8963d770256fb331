"""How far a job is: what is counted in its file, and what a run is doing. Pure: moments are arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs


@attrs.frozen(kw_only=True)
class JobStatus:
    """What a job's file holds.

    Attributes:
        method: The method that is called for each input, such as ``"enrichment.person"``.
        given: Inputs that were given, repeated ones included.
        inputs: Different inputs among them.
        done: Inputs with a result.
        failed: Inputs that failed for good.
        failures: The same by class of the error.
        queued: Inputs whose answer the server has not ready yet, or that wait for another moment.
        taken: Inputs that a process works on now.
        items: Items that results hold, for methods with pages; as many as ``done`` otherwise.
        requests: Requests sent so far, over all runs.
        credits: Credits spent so far by the server's rules, over all runs, by kind.
        stopped: Why the latest run stopped; None when it goes on or was killed.
        reading: Whether inputs are still being read, or were not read to their end: then the job does not have all of
            them, and wants to be given them again.
        next_due: When the first of the ``queued`` is asked for again; None when there are none.
    """

    method: str
    given: int
    inputs: int
    done: int
    failed: int
    failures: Mapping[str, int]
    queued: int
    taken: int
    items: int
    requests: int
    credits: Mapping[str, int]
    stopped: str | None
    reading: bool
    next_due: datetime | None

    @property
    def to_do(self) -> int:
        """Inputs without a result and without a failure."""
        return self.inputs - self.done - self.failed


@attrs.frozen(kw_only=True)
class JobPlan:
    """What is left to do, and what that will take.

    Attributes:
        status: How far the job is.
        requests: Requests that are left: one for each input, or as many as finished inputs of this job took each. For
            single answers that is exact, failures aside; for methods with pages it is the least, or an estimate.
        credits: Credits that are left to spend, likewise.
        credit_kind: What kind of credits.
        seconds: Seconds that takes at the permitted rate; None without a client.
        exact: Whether the numbers are exact, failures aside.
    """

    status: JobStatus
    requests: int
    credits: int
    credit_kind: str
    seconds: float | None
    exact: bool

    def __str__(self) -> str:
        status = self.status
        about = "" if self.exact else "at least " if not status.done else "about "
        took = "" if self.seconds is None else f", {duration(self.seconds)} at the permitted rate"
        unit = f"{self.credit_kind} credits" if self.credit_kind in ("standard", "org", "email") else "credits"
        return (
            f"{status.to_do:,} to do, {status.done:,} done, {status.failed:,} failed; "
            f"{about}{self.requests:,} requests, {self.credits:,} {unit}{took}"
        )


@attrs.frozen(kw_only=True)
class Progress:
    """What a run is doing at one moment.

    Attributes:
        inputs: Inputs known so far; more may come while they are still being read.
        reading: Whether inputs are still being read.
        done: Inputs with a result, of all runs.
        failed: Inputs that failed for good, of all runs.
        queued: Inputs whose answer is asked for again later.
        taken: Inputs under way, of all processes.
        requests: Requests sent by this run.
        credits: Credits spent by this run.
        rate_used: Share of the permitted requests that this client made; None before the second request.
        elapsed: Seconds since the run began.
        time_left: Seconds until the end, as far as it can be told: more inputs may come, or more pages.
        waits_for: What the run waits for now, in a few words such as ``"the daily limit, until 00:00 UTC"``; None when
            it does not wait.
    """

    inputs: int
    reading: bool
    done: int
    failed: int
    queued: int
    taken: int
    requests: int
    credits: int
    rate_used: float | None
    elapsed: float
    time_left: float
    waits_for: str | None

    def __str__(self) -> str:
        total = f"{self.inputs:,}{'+' if self.reading else ''}"
        facts = [
            f"{self.done:,} of {total} done",
            f"{self.failed:,} failed",
            f"{self.queued:,} queued" if self.queued else None,
            f"{self.requests:,} requests",
            f"{self.credits:,} credits",
            None if self.rate_used is None else f"{min(self.rate_used, 1):.0%} of the rate",
            f"{duration(self.time_left)} left",
            None if self.waits_for is None else f"waits for {self.waits_for}",
        ]
        return ", ".join(fact for fact in facts if fact)


def duration(seconds: float) -> str:
    """Return a time span as a person says it: its two largest units.

    Args:
        seconds: The span.
    """
    whole = round(seconds)
    for unit, name, smaller, part in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= unit:
            rest = whole % unit // smaller
            return f"{whole // unit} {name} {rest} {part}" if rest else f"{whole // unit} {name}"
    return f"{whole} s"


def time_left(*, to_do: int, requests_each: float, pace: float, elapsed: float, ended: int) -> float:
    """Return the seconds until the end: at the permitted rate, or as slow as it has been.

    Args:
        to_do: Inputs that are left.
        requests_each: Requests that an input takes.
        pace: Seconds from one request to the next at the permitted rate.
        elapsed: Seconds that this run has worked, pauses left out.
        ended: Inputs that ended in this time.
    """
    permitted = to_do * requests_each * pace
    if ended < _TELLING:
        return permitted
    return max(permitted, to_do * elapsed / ended)


_TELLING = 10  # inputs after which the pace so far says more than a guess
