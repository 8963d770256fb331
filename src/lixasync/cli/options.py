"""The options that several commands share, and the client they make."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import attrs
from cyclopts import Group, Parameter

from lixasync import InvalidArgumentError, LixClient, MissingKeyError, RateLimit, RetryPolicy
from lixasync.cli.output import Output
from lixasync.cli.tracing import TracedTransport
from lixasync.limits.lanes import Lane

_ABOUT_OUTPUT = Group("Output", sort_key=1)
_ABOUT_BOUNDS = Group("Bounds", sort_key=2)
_ABOUT_CLIENT = Group("Client", sort_key=3)

_QUEUED_ATTEMPTS = RetryPolicy().queued_attempts

NO_KEY = MissingKeyError(
    "There is no API key: the environment variable LIX_API_KEY is not set.",
    hint="""The key stands in the dashboard of your Lix account, https://lix-it.com. Set it for this shell:
    bash        read -rs LIX_API_KEY && export LIX_API_KEY
    PowerShell  $env:LIX_API_KEY = Read-Host
  To try without a key and without cost: lixasync sandbox""",
)


@Parameter(name="*", group=_ABOUT_CLIENT)
@attrs.frozen(kw_only=True)
class ClientOptions:
    """How to reach the API; see the help of each."""

    rate: Annotated[
        str,
        Parameter(help="What your plan allows, as requests/seconds: 1/3 is one request per 3 s, 50/1 is 50 a second."),
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
    viewer_id: Annotated[
        str | None, Parameter(help="The connected LinkedIn account to act as; by default LIX_VIEWER_ID.")
    ] = None
    base_url: Annotated[
        str | None, Parameter(help="Where the API is; by default LIX_BASE_URL, else https://api.lix-it.com.")
    ] = None
    verbose: Annotated[
        bool,
        Parameter(alias="-v", negative="", show_default=False, help="Say on standard error what is sent and repeated."),
    ] = False

    def client(self) -> LixClient:
        """Make the client. The key comes from the environment: an option would show in the list of processes.

        Raises:
            UsageError: there is no key, or a setting cannot work.
        """
        if not os.environ.get("LIX_API_KEY"):
            raise NO_KEY.copy()
        return LixClient(
            base_url=self.base_url,
            viewer_id=self.viewer_id,
            rate_limit=rate_limit(self.rate),
            retry=RetryPolicy(attempts=self.attempts, queued_attempts=min(self.attempts, _QUEUED_ATTEMPTS)),
            deadline=self.deadline,
            lane=self.lane,
            transport=TracedTransport() if self.verbose else None,
        )


@Parameter(name="*", group=_ABOUT_OUTPUT)
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
        return Output(self.out, append=append, force=self.force)


@Parameter(name="*", group=_ABOUT_BOUNDS)
@attrs.frozen(kw_only=True)
class BoundOptions:
    """Where a stream begins and ends; see the help of each."""

    max_items: Annotated[int | None, Parameter(help="Stop after so many items.", metavar="N")] = None
    max_credits: Annotated[
        int | None, Parameter(help="Stop before the page that would cost more credits than this in all.", metavar="N")
    ] = None
    resume: Annotated[
        str | None,
        Parameter(help="Go on from where an earlier run ended; --out then appends.", metavar="CURSOR"),
    ] = None


def rate_limit(text: str) -> RateLimit:
    """Read a rate as it is written on the command line: requests/seconds.

    Raises:
        UsageError: it is no such text, or no possible rate.
    """
    requests, _, seconds = text.partition("/")
    try:
        return RateLimit(int(requests), per=float(seconds))
    except ValueError as error:
        raise InvalidArgumentError(
            f"{text!r} is not a rate.",
            hint="Write requests/seconds, such as --rate 1/3 for one request per 3 seconds.",
        ) from error
