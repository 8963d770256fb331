"""The commands of the Lix API that are asked for most, without a group."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import CLIENT, OUTPUT, streaming
from lixasync.cli.options import ClientOptions, OutputOptions, WatchOptions

if TYPE_CHECKING:
    from lixasync import Connection, LixClient, Pager
    from lixasync.cli.options import BoundOptions
    from lixasync.cli.output import Plain

PageSize = Annotated[
    int, Parameter(help="Connections a page, 1 to 1,000: large pages cost fewer credits.", metavar="N")
]


@streaming("connections")
def connections(
    lix: LixClient,
    bounds: BoundOptions,
    viewer: Annotated[str, Parameter(help="The connected LinkedIn account whose connections to list.")],
    /,
    *,
    page_size: PageSize = 1000,
) -> Pager[Connection]:
    """Stream the connections of a viewer. A page costs 1 credit.

    Example: `lixasync connections robin-marlowe --out connections.jsonl`
    """
    return lix.connections(viewer, page_size=page_size, **bounds.arguments())


async def watch(
    viewer: Annotated[str, Parameter(help="The connected LinkedIn account whose connections to follow.")],
    /,
    *,
    watching: WatchOptions,
    page_size: PageSize = 1000,
    client: ClientOptions = CLIENT,
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
    from lixasync.cli.follow import follow
    from lixasync.cli.run import set_up

    console, lix = set_up(client)
    async with lix:
        following = lix.watch_connections(watching.interval(), watching.state, viewer_id=viewer, page_size=page_size)
        return await follow(
            lix.limits, following, noun="connections", state=watching.state, once=watching.once, console=console
        )


async def balance(
    *,
    daily: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Add a line with the daily allowance and when it is refreshed."
        ),
    ] = False,
    output: OutputOptions = OUTPUT,
    client: ClientOptions = CLIENT,
) -> int:
    """Show the credits that are left, as JSON. Costs nothing.

    The same as `lixasync account balances`; --daily adds what `lixasync account daily-allowance` shows.

    Example: `lixasync balance --daily`
    """
    from lixasync.cli.run import look_up

    def ask(lix: LixClient, what: str) -> Awaitable[Plain]:
        return lix.account.balances() if what == "balances" else lix.account.daily_allowance()

    asked = ("balances", "daily-allowance") if daily else ("balances",)
    return await look_up(ask, asked, output=output, client=client)
