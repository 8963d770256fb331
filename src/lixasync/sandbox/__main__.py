"""`python -m lixasync.sandbox`: a sandbox on the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .faults import FAULTS
from .server import serve
from .settings import LIMIT_SCOPES, VARIANTS, Settings

_EVERY = 4


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lixasync.sandbox",
        description="Serve a local stand-in for the Lix API and LinkedIn's v1 API, with a page of what arrives.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    usual = Settings()
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=8000, help="port to listen on; 0 for any free one")
    add("--key", default=usual.key, help="the key it accepts")
    add("--viewer", action="append", metavar="ID", help="a viewer id it accepts; may be repeated")
    add("--seed", type=int, default=usual.seed, help="picks the invented people")
    add("--connections", type=int, default=usual.connections, help="how many connections a viewer has")
    add("--search-results", type=int, default=usual.search_results, help="how many people a search finds")
    add(
        "--requests",
        type=int,
        default=usual.requests,
        help="requests in one window of the rate limit; 0 for no limit",
    )
    add("--per", type=float, default=usual.per, help="seconds in one window of the rate limit")
    add("--limit-scope", choices=LIMIT_SCOPES, default=usual.limit_scope, help="what has a window of its own")
    add("--retry-after", action="store_true", help="let the rate limit's 429 say Retry-After")
    add("--credits", type=int, default=usual.credits, help="standard credits at the start")
    add("--org-credits", type=int, default=usual.org_credits, help="Org credits at the start")
    add("--email-credits", type=int, default=usual.email_credits, help="Email credits at the start")
    add("--daily-allowance", type=int, default=usual.daily_allowance, help="paid answers in a day")
    add("--max-page", type=int, default=usual.max_page, help="the most connections in one page")
    add(
        "--email-valid-after", type=int, metavar="N", default=usual.email_valid_after,
        help="after how many answers a probable email address is valid; 0 for never",
    )  # fmt: skip
    add("--lookc-key", metavar="KEY", help="the key LookC's paths accept, when it is another one")
    add("--lookc-pending", type=int, metavar="N", default=usual.lookc_pending, help="polls until LookC has an answer")
    add("--variant", choices=VARIANTS, default=usual.variant, help="shape of the answers")
    add("--latency", type=float, default=usual.latency, help="seconds before each answer")
    add("--jitter", type=float, default=usual.jitter, help="up to this many seconds more")
    add(
        "--fault", action="append", metavar="NAME", default=[],
        help=f"a fault to inject, or several with commas; may be repeated: {', '.join(FAULTS)}",
    )  # fmt: skip
    add(
        "--fault-every",
        type=int,
        metavar="N",
        help=f"every how many arrivals one fails; {_EVERY} when --fault is given",
    )
    add("--linkedin-token", default=usual.linkedin_token, help="the access token LinkedIn's API accepts")
    add("--linkedin-connections", type=int, default=usual.linkedin_connections, help="connections LinkedIn's API has")
    add("--linkedin-strangers", type=int, default=usual.linkedin_strangers, help="further people its search can find")
    for what in ("connection", "search", "profile"):
        add(
            f"--linkedin-{what}-calls",
            type=int,
            metavar="N",
            help=f"{what} calls a day that LinkedIn's API allows",
        )
    add("--linkedin-lag", type=float, default=usual.linkedin_lag, help="seconds until a change is seen there")
    add("--linkedin-429", action="store_true", help="let the rate limit refuse LinkedIn's API too")
    add("--slow-seconds", type=float, default=usual.slow_seconds, help="seconds the fault slow adds")
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    every = given.fault_every
    return Settings(
        key=given.key,
        viewers=tuple(given.viewer or Settings().viewer_ids),
        seed=given.seed,
        connections=given.connections,
        search_results=given.search_results,
        requests=given.requests or None,
        per=given.per,
        limit_scope=given.limit_scope,
        retry_after=given.retry_after,
        credits=given.credits,
        org_credits=given.org_credits,
        email_credits=given.email_credits,
        email_valid_after=given.email_valid_after,
        lookc_key=given.lookc_key,
        lookc_pending=given.lookc_pending,
        daily_allowance=given.daily_allowance,
        max_page=given.max_page,
        variant=given.variant,
        latency=given.latency,
        jitter=given.jitter,
        faults=",".join(given.fault),
        fault_every=(_EVERY if given.fault else 0) if every is None else every,
        slow_seconds=given.slow_seconds,
        linkedin_token=given.linkedin_token,
        linkedin_connections=given.linkedin_connections,
        linkedin_strangers=given.linkedin_strangers,
        linkedin_connection_calls=given.linkedin_connection_calls,
        linkedin_search_calls=given.linkedin_search_calls,
        linkedin_profile_calls=given.linkedin_profile_calls,
        linkedin_lag=given.linkedin_lag,
        linkedin_429=given.linkedin_429,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; None for the real one.

    Returns:
        The exit status: 0 after Ctrl-C, 1 when the address cannot be listened on. Wrong arguments leave
        with status 2.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = _settings(given)
    except ValueError as error:
        parser.error(str(error))
    try:
        serve(settings, given.host, given.port)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {given.host}:{given.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
