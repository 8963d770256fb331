"""What the lists of Sales Navigator answer."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Sequence

from lixasync.sandbox import people
from lixasync.sandbox.replies import RefusedError, Reply

from . import accounts
from .call import Call, Routes
from .pages import SALES_PAGE_SIZE, Results, answer

_LIST_ID = re.compile(r"[0-9]{1,19}")


@functools.lru_cache(maxsize=64)
def members(seed: int, list_id: str, size: int, of: int) -> Sequence[int]:
    """Say who is in a list: every id is a list's, and each holds others.

    Args:
        seed: The sandbox's seed.
        list_id: Which list.
        size: How many it holds at most.
        of: Of how many they are.
    """
    return random.Random(f"{seed}:list:{list_id}").sample(range(of), min(size, of))


def _list(call: Call, key: str, of: int, item: Callable[[int, int], bytes], old_key: str) -> Reply:
    list_id = call.require("list_id")
    if not _LIST_ID.fullmatch(list_id):
        raise RefusedError(400, "params_invalid", "list_id must be the number of a list")
    page = call.number("page", 1, 1)
    settings = call.settings
    rows = members(settings.seed, list_id, settings.list_size, of)
    results = Results(
        key=key,
        old_key=old_key,
        size=SALES_PAGE_SIZE,
        rows=rows,
        total=len(rows),
        item=lambda row: item(settings.seed, row),
    )
    return answer(call, results, (page - 1) * SALES_PAGE_SIZE, viewer_required=True)


def get_sales_lead_list(call: Call) -> Reply:
    """GET /v1/li/sales/lists/people."""
    return _list(call, "people", call.settings.lead_count, people.person_bytes, "people")


def get_sales_account_list(call: Call) -> Reply:
    """GET /v1/li/sales/lists/orgs."""
    return _list(call, "organisations", call.settings.search_results, accounts.account_bytes, "people")


ROUTES: Routes = {
    ("GET", "/v1/li/sales/lists/people"): get_sales_lead_list,
    ("GET", "/v1/li/sales/lists/orgs"): get_sales_account_list,
}
