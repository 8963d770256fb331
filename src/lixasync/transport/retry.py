"""Whether and when a failed attempt is repeated. Pure: chance and time are arguments."""

from __future__ import annotations

import attrs

from lixasync.errors import ConfigurationError, LixasyncError, QueuedError, RateLimitError
from lixasync.limits.rate import LONGEST_FREEZE


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How patiently failed attempts are repeated.

    What is repeated at all is not a setting: see `decide`.

    Attributes:
        attempts: Requests sent for one call at most; 1 repeats nothing.
        base: Seconds before the first repetition; each further pause doubles.
        cap: The longest such pause, in seconds.
        queued_pause: Seconds before asking again for an answer that is queued; the API speaks of minutes.
        queued_attempts: How often a queued answer is asked for at most.
        max_pause: A server that asks for a longer pause than so many seconds is not waited for: the error is raised
            with ``retry_at``. A rate limit of days is never slept on.
    """

    attempts: int = 8
    base: float = 0.5
    cap: float = 30.0
    queued_pause: float = 120.0
    queued_attempts: int = 5
    max_pause: float = 900.0

    def __attrs_post_init__(self) -> None:
        counts: tuple[object, ...] = (self.attempts, self.queued_attempts)
        if any(not isinstance(count, int) or count < 1 for count in counts):
            raise ConfigurationError("RetryPolicy.attempts and queued_attempts must be whole numbers from 1 up.")
        if any(not pause >= 0 for pause in (self.base, self.cap, self.queued_pause, self.max_pause)):
            raise ConfigurationError("RetryPolicy's pauses are in seconds, from 0 up.")


@attrs.frozen
class Decision:
    """What to do after a failure.

    Attributes:
        again: Whether to send the request once more.
        pause: Seconds to wait before that; the rate limiter's own wait comes on top.
        reason: Why, in a few words, for the log.
        too_late: Whether only the caller's deadline stands against it.
    """

    again: bool
    pause: float
    reason: str
    too_late: bool = False


def decide(
    policy: RetryPolicy,
    error: LixasyncError,
    *,
    safe: bool,
    attempt: int,
    time_left: float,
    chance: float,
    affordable: bool = True,
) -> Decision:
    """Decide whether a failed attempt is repeated.

    Repeated are failures that may pass by themselves (``error.repeatable``): too fast, queued, 5xx, broken
    connections, answers cut off. A call that is not safe to repeat is repeated only when the failure proves that
    nothing was done (``error.nothing_done``).

    Args:
        policy: How patient to be.
        error: What went wrong.
        safe: Whether the operation may be sent twice without harm.
        attempt: How many attempts were made, this one included.
        time_left: Seconds until the caller's deadline; infinity without one.
        chance: A random number from 0 to 1, which spreads pauses so that callers do not return together.
        affordable: Whether another attempt stays within the caller's own bound of credits.
    """
    if not error.repeatable:
        return Decision(again=False, pause=0, reason="the same request cannot succeed")
    if not safe and not error.nothing_done:
        return Decision(again=False, pause=0, reason="the send may have been done, so it is not repeated")
    if not affordable:
        return Decision(again=False, pause=0, reason="another attempt could pass max_credits")
    queued = isinstance(error, QueuedError)
    if attempt >= (policy.queued_attempts if queued and policy.attempts > 1 else policy.attempts):
        return Decision(again=False, pause=0, reason="all attempts are used up")
    if error.retry_after is not None and error.retry_after > policy.max_pause:
        return Decision(again=False, pause=0, reason="the server asks for a longer pause than max_pause")
    if isinstance(error, RateLimitError) and (error.retry_after or 0) <= LONGEST_FREEZE:
        return Decision(again=True, pause=0, reason="the shared gate holds everybody back")
    pause = error.retry_after if error.retry_after is not None else _pause(policy, attempt, chance, queued=queued)
    if pause >= time_left:
        return Decision(again=False, pause=pause, reason="the deadline comes first", too_late=True)
    return Decision(again=True, pause=pause, reason="queued" if queued else "a passing failure")


def _pause(policy: RetryPolicy, attempt: int, chance: float, *, queued: bool) -> float:
    if queued:
        return policy.queued_pause * (1 + 0.1 * chance)
    full = min(policy.cap, policy.base * 2.0 ** min(attempt - 1, 60))
    return full * (0.5 + 0.5 * chance)
