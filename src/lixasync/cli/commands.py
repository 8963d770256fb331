"""The commands that ask the Lix API."""

from __future__ import annotations

from typing import Annotated

import anyio
from cyclopts import Parameter
from rich.console import Console

from lixasync import LixasyncError, LixClient, NotFoundError
from lixasync.cli.deliver import deliver
from lixasync.cli.exits import Exit, exit_code
from lixasync.cli.follow import follow
from lixasync.cli.logs import log_to
from lixasync.cli.options import BoundOptions, ClientOptions, OutputOptions, WatchOptions
from lixasync.cli.output import Output
from lixasync.cli.tell import clean, err, failed, say
from lixasync.transport.urls import split_url

_BOUNDS = BoundOptions()
_OUTPUT = OutputOptions()
_CLIENT = ClientOptions()


def _set_up(options: ClientOptions) -> tuple[Console, LixClient]:
    console = err()
    if options.verbose:
        log_to(console)
    return console, options.client()


async def connections(
    viewer: Annotated[str, Parameter(help="The connected LinkedIn account whose connections to list.")],
    /,
    *,
    page_size: Annotated[
        int, Parameter(help="Connections a page, 1 to 1,000: large pages cost fewer credits.", metavar="N")
    ] = 1000,
    bounds: BoundOptions = _BOUNDS,
    output: OutputOptions = _OUTPUT,
    client: ClientOptions = _CLIENT,
) -> int:
    """Stream the connections of a viewer. A page costs 1 credit.

    Example: `lixasync connections robin-marlowe --out connections.jsonl`
    """
    console, lix = _set_up(client)
    async with lix:
        pager = lix.connections(
            viewer,
            page_size=page_size,
            max_items=bounds.max_items,
            max_credits=bounds.max_credits,
            resume=bounds.resume,
        )
        with output.open(append=bounds.resume is not None) as out:
            return await deliver(lix.limits, pager, noun="connections", output=out, console=console)


async def watch(
    viewer: Annotated[str, Parameter(help="The connected LinkedIn account whose connections to follow.")],
    /,
    *,
    watching: WatchOptions,
    page_size: Annotated[
        int, Parameter(help="Connections a page, 1 to 1,000: large pages cost fewer credits.", metavar="N")
    ] = 1000,
    client: ClientOptions = _CLIENT,
) -> int:
    """Print who is added to the connections of a viewer, who changes and who is gone, as it comes.

    The API cannot be asked what has changed, so each poll lists everybody: 1 credit a page. The first poll prints
    everybody as added. One line a change, where gone tells the identity only when this run has seen the member:

    ```text
    {"change": "added", "key": "...", "item": {...}}
    {"change": "changed", "key": "...", "item": {...}}
    {"change": "gone", "key": "...", "identity": "..."}
    ```

    The key of a member is the same in all lines, as long as the state is kept. Ctrl-C ends the watch; the same
    command goes on where it ended. Failures that pass, such as the daily limit, are waited out.

    Example: `lixasync watch robin-marlowe --every 1d --state connections.state`
    """
    console, lix = _set_up(client)
    async with lix:
        following = lix.watch_connections(watching.interval(), watching.state, viewer_id=viewer, page_size=page_size)
        return await follow(
            lix.limits, following, noun="connections", state=watching.state, once=watching.once, console=console
        )


async def search(
    url: Annotated[str, Parameter(help="The search's address, copied from the browser; put it in quotes.")],
    /,
    *,
    bounds: BoundOptions = _BOUNDS,
    output: OutputOptions = _OUTPUT,
    client: ClientOptions = _CLIENT,
) -> int:
    """Stream the people a search finds. A page costs 1 credit.

    The address is that of a people search of LinkedIn, or of a lead search of Sales Navigator.

    Example: `lixasync search "https://www.linkedin.com/search/results/people/?keywords=engineer" --max-items 250`
    """
    console, lix = _set_up(client)
    async with lix:
        stream, noun = (lix.sales.leads, "leads") if _is_sales(url) else (lix.search.people, "people")
        pager = stream(url, max_items=bounds.max_items, max_credits=bounds.max_credits, resume=bounds.resume)
        with output.open(append=bounds.resume is not None) as out:
            return await deliver(lix.limits, pager, noun=noun, output=out, console=console)


def _is_sales(url: str) -> bool:
    parts = split_url(url.strip())
    return parts is not None and parts.path.startswith("/sales/")


async def person(
    link: Annotated[str, Parameter(help="Address of a LinkedIn profile.")],
    /,
    *links: Annotated[str, Parameter(help="More of them.")],
    output: OutputOptions = _OUTPUT,
    client: ClientOptions = _CLIENT,
) -> int:
    """Look profiles up by their address. Each costs 1 credit.

    A profile that does not exist is reported, and the others follow; the exit code is then 6.

    Example: `lixasync person https://www.linkedin.com/in/robin-marlowe`
    """
    console, lix = _set_up(client)
    async with lix:
        with output.open() as out:
            return await _look_up(lix, (link, *links), out, console)


async def _look_up(lix: LixClient, links: tuple[str, ...], out: Output, console: Console) -> int:
    code = Exit.OK
    for number, link in enumerate(links):
        try:
            out.write([await lix.enrichment.person(link)])
        except NotFoundError as error:
            say(console, f"{clean(link)}:")
            failed(console, error)
            code = Exit.NOT_FOUND
        except LixasyncError as error:
            failed(console, error)
            _still_to_do(console, links[number:])
            return exit_code(error)
        except anyio.get_cancelled_exc_class():
            say(console, "interrupted")
            _still_to_do(console, links[number:])
            raise
    return code


def _still_to_do(console: Console, links: tuple[str, ...]) -> None:
    if len(links) > 1:
        say(console, f"  not looked up: {' '.join(clean(link) for link in links)}")


async def balance(
    *,
    daily: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Add a line with the daily allowance and when it is refreshed."
        ),
    ] = False,
    client: ClientOptions = _CLIENT,
) -> int:
    """Show the credits that are left, as JSON. Costs nothing.

    Example: `lixasync balance --daily`
    """
    _, lix = _set_up(client)
    async with lix:
        with Output() as out:
            out.write([await lix.account.balances()])
            if daily:
                out.write([await lix.account.daily_allowance()])
    return Exit.OK
