"""The commands that bring their own server: the sandbox, and the demo on it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import anyio
from cyclopts import Group, Parameter
from rich.console import Console

from lixasync import ConfigurationError, InvalidArgumentError
from lixasync.cli.arguments import duration
from lixasync.cli.demo import Demo, DemoSettings
from lixasync.cli.demo_view import DemoView, beginning, ending, summary
from lixasync.cli.exits import Exit
from lixasync.cli.guard import accompanied
from lixasync.cli.tell import err, say

if TYPE_CHECKING:
    from lixasync.sandbox import Sandbox

_ABOUT_LINKEDIN = Group("LinkedIn's own API", sort_key=1)
_FAULT_EVERY = 4
_RESULTS = Path("demo-results")


def make_sandbox(**settings: Any) -> Sandbox:
    """Make a sandbox that does not run yet.

    Raises:
        ConfigurationError: it needs packages that are not installed.
        InvalidArgumentError: a setting cannot work.
    """
    try:
        from lixasync.sandbox import Sandbox
    except ImportError as error:
        raise ConfigurationError(
            "The sandbox needs starlette and uvicorn.", hint="pip install 'lixasync[sandbox]'"
        ) from error
    try:
        return Sandbox(**settings)
    except ValueError as error:
        raise InvalidArgumentError(f"The sandbox cannot be set up so: {error}.") from error


async def sandbox(
    *,
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on; 0 for any free one.")] = 8000,
    seed: Annotated[int, Parameter(help="Picks the invented people.")] = 7,
    requests: Annotated[int, Parameter(help="Requests in one window of the rate limit; 0 for no limit.")] = 1,
    per: Annotated[float, Parameter(help="Seconds in one window of the rate limit.")] = 3.0,
    retry_after: Annotated[
        bool, Parameter(negative="", show_default=False, help="Let the rate limit's 429 say Retry-After.")
    ] = False,
    fault: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            show_default=False,
            help="A failure to inject, or several with commas: 503, 500, 502-html, 200-html, 429, 429-after, queued, "
            "reset, cut, slow, empty, repeat, shift and others; may be repeated.",
            metavar="NAME",
        ),
    ] = (),
    fault_every: Annotated[
        int | None, Parameter(help="Every how many arrivals one fails; 4 when --fault is given.", metavar="N")
    ] = None,
    connections: Annotated[int, Parameter(help="How many connections a viewer has.")] = 2345,
    search_results: Annotated[int, Parameter(help="How many people a search finds.")] = 1000,
    leads: Annotated[
        int | None,
        Parameter(help="How many people Sales Navigator knows; by default as --search-results.", metavar="N"),
    ] = None,
    max_page: Annotated[int, Parameter(help="The most connections in one page.")] = 1000,
    latency: Annotated[float, Parameter(help="Seconds before each answer.")] = 0.0,
    jitter: Annotated[float, Parameter(help="Up to this many seconds more.")] = 0.0,
    variant: Annotated[
        str, Parameter(help="Shape of the answers: head, response, searchResponse, later, bare or mixed.")
    ] = "head",
    start_credits: Annotated[int, Parameter(name="--credits", help="Standard credits at the start.")] = 10_000,
    org_credits: Annotated[int, Parameter(help="Org credits at the start.")] = 1_000,
    email_credits: Annotated[int, Parameter(help="Email credits at the start.")] = 1_000,
    email_valid_after: Annotated[
        int,
        Parameter(help="After how many answers a PROBABLE e-mail address is VALID; 0 for never.", metavar="N"),
    ] = 0,
    lookc_pending: Annotated[
        int, Parameter(help="How many times LookC's answer is not ready when it is asked for.", metavar="N")
    ] = 0,
    daily_allowance: Annotated[int, Parameter(help="Paid answers in a day.")] = 10_000,
    viewer: Annotated[
        tuple[str, ...],
        Parameter(negative="", show_default=False, help="A viewer id it accepts; may be repeated.", metavar="ID"),
    ] = ("robin-marlowe",),
    key: Annotated[str, Parameter(help="The key it accepts.")] = "sandbox-key",
    linkedin_token: Annotated[
        str, Parameter(group=_ABOUT_LINKEDIN, help="The access token it accepts.")
    ] = "sandbox-token",  # noqa: S107 - the sandbox's own, no secret
    linkedin_connections: Annotated[
        int, Parameter(group=_ABOUT_LINKEDIN, help="How many connections the member has.")
    ] = 1234,
    linkedin_strangers: Annotated[
        int, Parameter(group=_ABOUT_LINKEDIN, help="How many further people a search can find.")
    ] = 2000,
    linkedin_connection_calls: Annotated[
        int | None, Parameter(group=_ABOUT_LINKEDIN, help="Calls for connections in a day (UTC).", metavar="N")
    ] = None,
    linkedin_search_calls: Annotated[
        int | None, Parameter(group=_ABOUT_LINKEDIN, help="Calls for searches in a day (UTC).", metavar="N")
    ] = None,
    linkedin_lag: Annotated[float, Parameter(group=_ABOUT_LINKEDIN, help="Seconds until a change can be seen.")] = 0.0,
    linkedin_429: Annotated[
        bool,
        Parameter(
            group=_ABOUT_LINKEDIN,
            negative="",
            show_default=False,
            help="Let the rate limit refuse its calls too; otherwise it only counts them.",
        ),
    ] = False,
    linkedin_news: Annotated[
        str | None,
        Parameter(
            group=_ABOUT_LINKEDIN,
            help="Every so often, such as 10s, connect the member with somebody new and change somebody's profile: "
            "for a watch to find.",
            metavar="DURATION",
        ),
    ] = None,
) -> int:
    """Serve a local stand-in for the Lix API and LinkedIn's own: real HTTP, invented people, failures on request.

    It serves LookC's API too, and a description of the Lix API by OpenAPI, at /openapi.json.

    Example: `lixasync sandbox --requests 5 --per 1 --fault 503,reset --fault-every 7`
    """
    news = None if linkedin_news is None else duration("--linkedin-news", linkedin_news)
    box = make_sandbox(
        host=host,
        port=port,
        seed=seed,
        requests=requests or None,
        per=per,
        retry_after=retry_after,
        faults=",".join(fault),
        fault_every=(_FAULT_EVERY if fault else 0) if fault_every is None else fault_every,
        connections=connections,
        search_results=search_results,
        leads=leads,
        max_page=max_page,
        latency=latency,
        jitter=jitter,
        variant=variant,
        credits=start_credits,
        org_credits=org_credits,
        email_credits=email_credits,
        email_valid_after=email_valid_after,
        lookc_pending=lookc_pending,
        daily_allowance=daily_allowance,
        viewers=viewer,
        key=key,
        linkedin_token=linkedin_token,
        linkedin_connections=linkedin_connections,
        linkedin_strangers=linkedin_strangers,
        linkedin_connection_calls=linkedin_connection_calls,
        linkedin_search_calls=linkedin_search_calls,
        linkedin_lag=linkedin_lag,
        linkedin_429=linkedin_429,
    )
    console = err()
    try:
        box.start()
    except OSError as error:
        say(console, f"error: The sandbox cannot listen on {host}:{port}: {error.strerror}.")
        say(console, "  --port 0 takes any free port.")
        return Exit.FAILED
    try:
        for line in _where(box, viewer[0]):
            say(console, line)
        await (anyio.sleep_forever() if news is None else _make_news(box, news.total_seconds()))
    finally:
        box.stop()
    return Exit.OK


async def _make_news(box: Sandbox, every: float) -> None:
    """Change something now and then, for a watch to find."""
    while True:
        await anyio.sleep(every)
        box.linkedin.update(box.linkedin.numbers()[0])
        box.linkedin.connect()


def _where(box: Sandbox, viewer: str) -> list[str]:
    """Return where the sandbox is and how to use it."""
    url, token = box.url, box.settings.linkedin_token
    lix = {"LIX_BASE_URL": url, "LIX_API_KEY": box.key}
    linkedin = {"LINKEDIN_BASE_URL": url, "LINKEDIN_ACCESS_TOKEN": token}
    return [
        "lixasync sandbox; Ctrl-C stops it.",
        f"  API    {url}",
        f"  key    {box.key}, for the Lix API",
        f"  token  {token}, for LinkedIn's own",
        f"  page   {url}/ shows what arrives",
        f"  spec   {url}/openapi.json describes the Lix API, for other programs",
        "",
        "Use it from another shell:",
        f"  bash        export {_bash(lix)}",
        f"  PowerShell  {_powershell(lix)}",
        f"  lixasync connections {shlex.quote(viewer)} --max-items 5",
        f"  lixasync lookc person-by-email robin@example.com --lookc-url {url}",
        "",
        "The same for LinkedIn's own API:",
        f"  bash        export {_bash(linkedin)}",
        f"  PowerShell  {_powershell(linkedin)}",
        "  lixasync linkedin connections --max-items 5",
    ]


def _bash(variables: Mapping[str, str]) -> str:
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())


def _powershell(variables: Mapping[str, str]) -> str:
    return "; ".join("$env:{} = '{}'".format(name, value.replace("'", "''")) for name, value in variables.items())


async def demo(
    *,
    seed: Annotated[int, Parameter(help="Picks the invented people: the same seed, the same results.")] = 7,
    out: Annotated[Path, Parameter(alias="-o", help="Folder for the results.", metavar="FOLDER")] = _RESULTS,
    fast: Annotated[
        bool, Parameter(negative="", show_default=False, help="Ten times the pace: a few seconds.")
    ] = False,
) -> int:
    """Show what lixasync does, on a sandbox that fails on purpose: half a minute, no key, no cost.

    Streams 2,345 connections and a search at the same time within one rate limit, looks people up in between,
    survives what the sandbox throws at it, checks the results and says what was measured.

    Example: `lixasync demo --seed 11`
    """
    settings = DemoSettings(seed=seed)
    return await show(settings.faster() if fast else settings, out)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidArgumentError(f"{folder} cannot be made: {error.strerror}.") from error


async def show(settings: DemoSettings, folder: Path) -> int:
    """Run the demo and show it: on standard error while it runs, the summary on standard output.

    Args:
        settings: What it does.
        folder: Where to write the results.

    Returns:
        The exit code: 1 when the results are not what the sandbox holds.
    """
    console, results = err(), Console(highlight=False)
    _make(folder)
    box = make_sandbox(**settings.sandbox())
    with box:
        run = Demo(settings, box, folder)
        for line in beginning(box.url, run):
            say(console, line)
        try:
            await accompanied(run.run, DemoView(console, run).run)
            report = run.report()
        except anyio.get_cancelled_exc_class():
            say(console, "interrupted")
            raise
    results.print(summary(report, results))
    for line in ending(report):
        say(results, line)
    return Exit.OK if report.passed else Exit.FAILED
