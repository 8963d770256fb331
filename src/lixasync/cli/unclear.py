"""Says what an unclear name may stand for, with what to write for each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from lixasync import AmbiguousNameError, LixClient, Suggestion
from lixasync.cli.filters import Query
from lixasync.cli.tell import clean, say
from lixasync.lix.queries.filter_tables import TABLES

_MOST = 25


async def say_what_is_meant(console: Console, lix: LixClient, error: AmbiguousNameError, query: Query | None) -> None:
    """Say which names are not clear, and what to write instead.

    Args:
        console: Where to say it.
        lix: The client that has looked the names up: what it remembers costs nothing.
        error: What it raised.
        query: The filters of the search; None for a search by skills.
    """
    if query is None:
        _say(console, "", error.message.partition(": ")[0], error.candidates)
        return
    address: dict[str, Callable[..., Coroutine[Any, Any, str]]] = {
        "leads": lix.sales.leads_url,
        "accounts": lix.sales.accounts_url,
        "people": lix.search.people_url,
    }
    free = False
    for option, argument, name, value in query.names:
        try:
            await address[query.kind](**{argument: value})
        except AmbiguousNameError as unclear:
            _say(console, f"{option} ", repr(name), unclear.candidates)
            free = free or TABLES[query.kind][argument].free_text
    if free:
        say(console, "  Where any text will do, write text: before it, such as --title text:engineer.")


def _say(console: Console, option: str, name: str, candidates: Sequence[Suggestion]) -> None:
    finding = "is not clear; it may be one of these:" if candidates else "is the name of nothing that is known."
    say(console, Text.assemble(("error: ", "bold red"), clean(f"{option}{name} {finding}")))
    for each in candidates[:_MOST]:
        about = ", ".join(text for text in (each.text, each.headline) if text)
        say(console, f"  {option}{clean(f'id:{each.id}')}  {clean(about)}")
    if len(candidates) > _MOST:
        say(console, f"  and {len(candidates) - _MOST} more")
