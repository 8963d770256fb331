"""What a run of the demo has shown, in numbers. Pure: everything was measured elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from lixasync import LimitsSnapshot

RETRY_AFTER = 1.0
"""Seconds that the demo's 429 asks for."""
TOO_FAST = 429


@attrs.define
class Stream:
    """One stream of the demo, and how far it is.

    Attributes:
        name: What it yields.
        path: The file it fills.
        total: How many items it has to yield.
        page_size: Items that a page holds.
        items: How many it has yielded.
        pages: In how many pages.
        wrong: How many of them differ from what the sandbox holds at that place.
        complete: Whether the SDK says that nothing is missing.
    """

    name: str
    path: Path
    total: int
    page_size: int
    items: int = 0
    pages: int = 0
    wrong: int = 0
    complete: bool = False

    @property
    def pages_needed(self) -> int:
        """Pages it would take if nothing failed."""
        return math.ceil(self.total / self.page_size)


@attrs.frozen(kw_only=True)
class Report:
    """What a run of the demo has shown.

    Attributes:
        streams: The streams, as they ended.
        lookups: Seconds that each look-up took, from the call to the answer.
        mistaken: How many look-ups brought somebody else.
        requests: Requests that arrived at the sandbox.
        retried: How many of them repeated a failed attempt.
        refused: How many were answered 429.
        over_limit: How many of those the rate limit itself refused, rather than an injected fault.
        faults: How often each injected fault struck.
        used: Share of the permitted requests that was made, pauses ordered by a 429 left out.
        paused: Seconds of such pauses.
        most: Most arrivals in any one window.
        limit: What the rate limit allows, as requests and seconds.
        credits: Credits that the client counted.
        lost: Credits that the sandbox charged for answers lost on the way.
        latency: Mean seconds from an arrival to the end of a good answer.
        elapsed: Seconds from the first call to the last item.
        serial: Seconds that a script without failures, one request after another, would have needed.
        problems: What the check of the results found; empty when all is as it should be.
    """

    streams: tuple[Stream, ...]
    lookups: tuple[float, ...]
    mistaken: int
    requests: int
    retried: int
    refused: int
    over_limit: int
    faults: Mapping[str, int]
    used: float
    paused: float
    most: int
    limit: tuple[int, float]
    credits: int
    lost: int
    latency: float
    elapsed: float
    serial: float
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came, in order and once each."""
        return not self.problems


def measure(
    *,
    streams: tuple[Stream, ...],
    lookups: tuple[float, ...],
    mistaken: int,
    limits: LimitsSnapshot,
    stats: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    elapsed: float,
) -> Report:
    """Sum a run up.

    Args:
        streams: The streams, as they ended.
        lookups: Seconds that each look-up took.
        mistaken: How many look-ups brought somebody else.
        limits: The client's limits at the end.
        stats: The sandbox's sums.
        events: The sandbox's arrivals, in order.
        elapsed: Seconds from the first call to the last item.
    """
    requests, per = limits.rate.limit.requests, limits.rate.limit.per
    answers = [event["seconds"] for event in events if event["outcome"] == "ok"]
    latency = sum(answers) / len(answers)
    arrivals = [event["at"] for event in events]
    paused = _paused(events)
    needed = sum(stream.pages_needed for stream in streams) + len(lookups)
    return Report(
        streams=streams,
        lookups=lookups,
        mistaken=mistaken,
        requests=stats["arrivals"],
        retried=limits.rate.retried,
        refused=limits.rate.refused,
        over_limit=stats["over_limit"],
        faults=stats["by_fault"],
        used=(len(arrivals) - 1) * per / requests / (arrivals[-1] - arrivals[0] - paused),
        paused=paused,
        most=stats["max_in_window"],
        limit=(requests, per),
        credits=sum(limits.quota.credits.values()),
        lost=stats["charged_but_lost"],
        latency=latency,
        elapsed=elapsed,
        serial=needed * (per / requests + latency),
        problems=tuple(_problems(streams, mistaken)),
    )


def _paused(events: Sequence[Mapping[str, Any]]) -> float:
    """Return for how many seconds 429s forbade to send; where two overlap, once."""
    paused, until = 0.0, float("-inf")
    for event in events:
        if event["status"] == TOO_FAST:
            answered = event["at"] + event["seconds"]
            paused += max(0.0, answered + RETRY_AFTER - max(answered, until))
            until = max(until, answered + RETRY_AFTER)
    return paused


def _problems(streams: Sequence[Stream], mistaken: int) -> Iterator[str]:
    for stream in streams:
        if stream.items != stream.total:
            yield f"{stream.items:,} {stream.name} came, but there are {stream.total:,}"
        if stream.wrong:
            yield f"{stream.wrong:,} {stream.name} are not what the sandbox holds at their place"
        if not stream.complete:
            yield f"the stream of {stream.name} was cut off"
    if mistaken:
        yield f"{mistaken} look-ups brought somebody else"
