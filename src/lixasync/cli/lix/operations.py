"""``lixasync operations``: what of the Lix API this SDK calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from rich.table import Table

    from lixasync.transport.operation import Operation


def operations(
    *,
    json: Annotated[
        bool, Parameter(negative="", show_default=False, help="Print JSON Lines on a terminal too.")
    ] = False,
) -> None:
    """List every operation of the Lix API that this SDK calls: a table on a terminal, JSON Lines elsewhere.

    With the method of the client, the HTTP method and path, how pages follow each other and what is listed at most,
    the cost of an answer or page, and whether it is repeated after a failure. No key is needed.

    Example: `lixasync operations --json`
    """
    from lixasync.cli.plans import Line, for_people
    from lixasync.lix.operations import OPERATIONS

    if not json and for_people():
        from rich.console import Console

        Console(highlight=False).print(_table())
        return
    from lixasync.cli.output import Output

    Output().write(Line(_plain(name, each)) for name, each in OPERATIONS.items())


def _plain(name: str, operation: Operation[Any]) -> dict[str, Any]:
    pages = operation.pages
    return {
        "name": name,
        "operation": operation.id,
        "method": operation.method,
        "host": operation.host,
        "path": operation.path,
        "pages": None if pages is None else pages.style,
        "page_size": None if pages is None else pages.size,
        "cap": None if pages is None else pages.cap,
        "credits": operation.credits,
        "credit_kind": operation.credit_kind,
        "safe": operation.safe,
        "newer": operation.newer,
    }


def _table() -> Table:
    from rich.table import Table

    from lixasync.lix.operations import OPERATIONS

    table = Table(caption="newer: not in the documentation this SDK follows; it may change", caption_justify="left")
    for column in ("lix.", "HTTP", "pages", "cost", "repeated", ""):
        table.add_column(column, overflow="fold")
    for name, operation in OPERATIONS.items():
        table.add_row(name, *_cells(operation))
    return table


def _cells(operation: Operation[Any]) -> Iterator[str]:
    pages, host = operation.pages, "" if operation.host == "api" else f" ({operation.host})"
    yield f"{operation.method} {operation.path}{host}"
    if pages is None:
        yield "-"
    else:
        facts = (f"{pages.size} a page" if pages.size else "", f"{pages.cap:,} at most" if pages.cap else "")
        yield ", ".join(fact for fact in (pages.style, *facts) if fact)
    yield f"{operation.credits} {operation.credit_kind}" if operation.credits else operation.credit_kind
    yield "yes" if operation.safe else "no"
    yield "newer" if operation.newer else ""
