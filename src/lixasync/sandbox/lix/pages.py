"""One page of what a search or a list has found."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Callable, Sequence

from lixasync.sandbox.replies import RefusedError, Reply, digest, page_bytes

from .call import Call

SALES_PAGE_SIZE = 25
"""Items in one page of Sales Navigator and Recruiter."""

ENVELOPES = ("head", "response", "searchResponse")

_ISSUED = "sbx-"
_ADDRESSED = re.compile(r"https?://[^\s/]+(?:[/?#]\S*)?", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found, and how it is shown.

    Attributes:
        key: The name of the list of items.
        old_key: Its name within the envelope `searchResponse`.
        size: Items in one page.
        rows: What was found and can be listed, in the stable order.
        total: How much there is, as `paging.total` tells it.
        item: Encodes the item of a row.
        variants: The shapes the answer has had, the present one first.
    """

    key: str
    old_key: str | None = None
    size: int
    rows: Sequence[int]
    total: int
    item: Callable[[int], bytes]
    variants: tuple[str, ...] = ENVELOPES


def address(call: Call) -> str:
    """Read the address of a search."""
    url = call.require("url")
    if not _ADDRESSED.fullmatch(url):
        raise RefusedError(400, "params_invalid", "url must be the address of a LinkedIn search")
    return url


def number_in(url: str, name: str, least: int) -> int | None:
    """Find a number in a search address, in its query or after the '#'; the last one counts, None stands for none."""
    found = re.findall(rf"[?&#]{name}=([^&#]*)", url)
    if not found:
        return None
    text = found[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
        raise RefusedError(400, "params_invalid", f"{name} must be a whole number of at least {least}")
    return int(text)


def page_in(url: str) -> int:
    """Find the page number in a search address; without one it is the first page."""
    return number_in(url, "page", 1) or 1


def sequence_of(call: Call) -> str:
    """Choose the sequence id to answer: an issued one stays, an invented one gets its own."""
    given = call.query.get("sequence_id", "").strip()
    if given.startswith(_ISSUED):
        return given
    return _ISSUED + digest(call.settings.seed, "sequence", given or call.n)[:20]


def answer(call: Call, results: Results, asked: int, *, viewer_required: bool = False) -> Reply:
    """Answer one page.

    A caller with a sequence id or a viewer id, or on its first page, sees the stable order. Any later
    page without them comes from an order of its own, as from a search made anew: items seen before
    come again and others never come.

    Args:
        call: The request.
        results: What was found.
        asked: The first row of the page.
        viewer_required: Whether it takes a viewer.
    """
    viewer = call.viewer(call.query.get("viewer_id"), required=viewer_required)
    call.afford()
    order = results.rows
    if asked and viewer is None and not call.query.get("sequence_id", "").strip():
        order = random.Random(f"{call.settings.seed}:order:{call.n}").sample(order, len(order))
    first, start = call.rows(asked, results.size)
    items = [results.item(row) for row in order[first : first + results.size]]
    variant = call.variant(*results.variants)
    body = page_bytes(
        results.old_key if variant == "searchResponse" and results.old_key is not None else results.key,
        items,
        paging={"count": results.size, "start": start, "total": results.total},
        wrap=() if variant == "head" else (variant,),
        meta={"sequenceId": sequence_of(call)},
    )
    return Reply(status=200, body=body, credits=1, page=True)
