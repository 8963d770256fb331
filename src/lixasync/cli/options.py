"""The options that several commands share, and the clients they make."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
from cyclopts import Group, Parameter

from lixasync import InvalidArgumentError, RetryPolicy
from lixasync.cli.arguments import duration, rate_limit
from lixasync.cli.credentials import linkedin_auth, lix_key
from lixasync.cli.cursors import cursor_of
from lixasync.limits.lanes import Lane
from lixasync.linkedin.generations import Format, GenerationName

if TYPE_CHECKING:
    from lixasync import LinkedInClient, LixClient, RateLimiter
    from lixasync.cli.output import Output
    from lixasync.cli.tracing import TracedTransport
    from lixasync.lix.listing import Bounds

ABOUT_WATCH = Group("Watch", sort_key=1)
ABOUT_OUTPUT = Group("Output", sort_key=3)
ABOUT_BOUNDS = Group("Bounds", sort_key=4)
ABOUT_CLIENT = Group("Client", sort_key=5)

_QUEUED_ATTEMPTS = RetryPolicy().queued_attempts
_ANY_TIME = timedelta(hours=1)


@Parameter(name="*", group=ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class CallOptions:
    """How calls are made, whichever API is asked; see the help of each."""

    rate: Annotated[
        str,
        Parameter(
            help="What is permitted, as requests/seconds: 1/3 is one request per 3 s, 50/1 is 50 a second.",
        ),
    ] = "1/3"
    lane: Annotated[Lane, Parameter(help="Calls in the lane interactive overtake those in the lane bulk.")] = (
        "interactive"
    )
    deadline: Annotated[
        float | None,
        Parameter(help="Seconds that a page or record may take, with waiting and repeating; then give up."),
    ] = None
    attempts: Annotated[
        int, Parameter(help="Requests sent at most for one page or record; 1 repeats nothing.", metavar="N")
    ] = 8
    verbose: Annotated[
        bool,
        Parameter(alias="-v", negative="", show_default=False, help="Say on standard error what is sent and repeated."),
    ] = False

    def settings(self) -> dict[str, Any]:
        """Return the settings that both clients have.

        Raises:
            UsageError: a setting cannot work.
        """
        return {
            "rate_limit": rate_limit(self.rate),
            "retry": RetryPolicy(attempts=self.attempts, queued_attempts=min(self.attempts, _QUEUED_ATTEMPTS)),
            "deadline": self.deadline,
            "lane": self.lane,
            "transport": _traced() if self.verbose else None,
        }


def _traced() -> TracedTransport:
    from lixasync.cli.tracing import TracedTransport

    return TracedTransport()


@Parameter(name="*", group=ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class ClientOptions(CallOptions):
    """How to reach the Lix API; see the help of each."""

    viewer_id: Annotated[
        str | None, Parameter(help="The connected LinkedIn account to act as; by default LIX_VIEWER_ID.")
    ] = None
    base_url: Annotated[
        str | None, Parameter(help="Where the API is; by default LIX_BASE_URL, else https://api.lix-it.com.")
    ] = None

    def client(self, limiter: RateLimiter | None = None) -> LixClient:
        """Make the client, with the key from the environment.

        Args:
            limiter: What shares the rate limit with others; None for one of its own.

        Raises:
            UsageError: there is no key, or a setting cannot work.
        """
        from lixasync import LixClient

        return LixClient(lix_key(), limiter=limiter, **self.settings())

    def settings(self) -> dict[str, Any]:
        """Return the settings of the client; see `CallOptions.settings`."""
        return {**super().settings(), "base_url": self.base_url, "viewer_id": self.viewer_id}


@Parameter(name="*", group=ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class LookCOptions(ClientOptions):
    """How to reach the LookC API; see the help of each."""

    lookc_url: Annotated[str | None, Parameter(help="Where the LookC API is; by default https://api.lookc.io.")] = None

    def settings(self) -> dict[str, Any]:
        """Return the settings of the client; see `CallOptions.settings`."""
        url = {} if self.lookc_url is None else {"lookc_url": self.lookc_url}
        return {**super().settings(), **url}


@Parameter(name="*", group=ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class LinkedInOptions(CallOptions):
    """How to reach LinkedIn's own API; see the help of each."""

    generation: Annotated[
        GenerationName, Parameter(help="Of the API: 2010 has field selectors, facets and JSON; 2009 has XML alone.")
    ] = "2010"
    format: Annotated[
        Format | None,
        Parameter(help="In which format the API answers; what is printed is the same. By default JSON if there is."),
    ] = None
    base_url: Annotated[
        str | None, Parameter(help="Where the API is; by default LINKEDIN_BASE_URL, else https://api.linkedin.com.")
    ] = None

    def client(self, limiter: RateLimiter | None = None) -> LinkedInClient:
        """Make the client, with the token from the environment.

        Args:
            limiter: What shares the rate limit with others; None for one of its own.

        Raises:
            UsageError: there is no token, or a setting cannot work.
        """
        from lixasync import LinkedInClient

        return LinkedInClient(
            auth=linkedin_auth(),
            base_url=self.base_url,
            generation=self.generation,
            format=self.format,
            limiter=limiter,
            **self.settings(),
        )


@Parameter(name="*", group=ABOUT_OUTPUT)
@attrs.frozen(kw_only=True)
class OutputOptions:
    """Where results go; see the help of each."""

    out: Annotated[
        Path | None, Parameter(alias="-o", help="Write to this file instead of standard output.", metavar="FILE.jsonl")
    ] = None
    force: Annotated[bool, Parameter(negative="", show_default=False, help="Replace what the file holds.")] = False

    def open(self, *, append: bool = False) -> Output:
        """Open the output.

        Args:
            append: Go on behind what the file holds.
        """
        from lixasync.cli.output import Output

        return Output(self.out, append=append, force=self.force)


@Parameter(name="*", group=ABOUT_OUTPUT)
@attrs.frozen(kw_only=True)
class GuardedOutput(OutputOptions):
    """Where results go that may not be stored; see the help of each."""

    i_may_store: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Needed with --out: your word that you may store the results, which LinkedIn's terms forbid. Standard "
            "output stores nothing.",
        ),
    ] = False

    def open(self, *, append: bool = False) -> Output:
        """Open the output; see `OutputOptions.open`.

        Raises:
            InvalidArgumentError: a file was named, and nobody says that it may be written.
        """
        if self.out is not None and not self.i_may_store:
            raise InvalidArgumentError(
                "LinkedIn's terms forbid storing connections and search results, so --out writes no file unasked.",
                hint="Leave --out away: standard output stores nothing. If LinkedIn allows you to store them, say so "
                "with --i-may-store.",
            )
        return super().open(append=append)


@Parameter(name="*", group=ABOUT_BOUNDS)
@attrs.frozen(kw_only=True)
class RangeOptions:
    """Where a stream begins and ends; see the help of each."""

    max_items: Annotated[int | None, Parameter(help="Stop after so many items.", metavar="N")] = None
    resume: Annotated[
        str | None,
        Parameter(
            help="Go on from where an earlier run ended; --out then appends. @FILE reads it from a file.",
            metavar="CURSOR",
        ),
    ] = None

    @property
    def cursor(self) -> str | None:
        """Where to go on from; None to begin at the start."""
        return cursor_of(self.resume)


@Parameter(name="*", group=ABOUT_BOUNDS)
@attrs.frozen(kw_only=True)
class BoundOptions(RangeOptions):
    """Where a stream that costs credits begins and ends; see the help of each."""

    max_credits: Annotated[
        int | None, Parameter(help="Stop before the page that would cost more credits than this in all.", metavar="N")
    ] = None
    plan: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Say what it would cost at most, in requests, credits and seconds, and end: nothing is asked.",
        ),
    ] = False

    def arguments(self) -> Bounds:
        """Return the bounds as the methods of the client take them."""
        return {"max_items": self.max_items, "max_credits": self.max_credits, "resume": self.cursor}


@Parameter(name="*", group=ABOUT_WATCH)
@attrs.frozen(kw_only=True)
class WatchOptions:
    """When a watch polls and where it remembers; see the help of each."""

    state: Annotated[
        Path,
        Parameter(
            help="The file that remembers between runs what was printed: times and hashes, no data of people. It is "
            "made when it is not there. Each watch needs one of its own.",
            metavar="FILE",
        ),
    ]
    every: Annotated[
        str | None,
        Parameter(help="From one poll to the next: 90, 90s, 15m, 2h or 1d. Needed without --once.", metavar="DURATION"),
    ] = None
    once: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Poll once, print what is new, perhaps nothing, and end: for cron."
        ),
    ] = False

    def interval(self) -> timedelta:
        """Return the time from one poll to the next.

        Raises:
            InvalidArgumentError: it is none, or was not given.
        """
        if self.every is not None:
            return duration("--every", self.every)
        if self.once:
            return _ANY_TIME
        raise InvalidArgumentError(
            "How often to poll was not said.",
            hint="--every 15m polls each quarter of an hour; --once polls once and ends, for cron.",
        )
