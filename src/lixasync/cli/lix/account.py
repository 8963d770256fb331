"""``lixasync account``: what is left to spend, and the LinkedIn accounts that act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lixasync.cli.declare import FREE, answering, streaming
from lixasync.cli.subjects import Viewer

if TYPE_CHECKING:
    from lixasync import Balances, DailyAllowance, LixClient, Pager
    from lixasync.cli.options import RangeOptions
    from lixasync.models import LinkedInAccount


@answering()
async def balances(lix: LixClient, /) -> Balances:
    """Show the credits that are left, by kind. Costs nothing. The same as `lixasync balance`.

    Example: `lixasync account balances`
    """
    return await lix.account.balances()


@answering()
async def daily_allowance(lix: LixClient, /) -> DailyAllowance:
    """Show how many requests are left today, and when that is refreshed. Free.

    Example: `lixasync account daily-allowance`
    """
    return await lix.account.daily_allowance()


@answering()
async def linkedin_account(lix: LixClient, viewer: Viewer = None, /) -> LinkedInAccount:
    """Show whether a LinkedIn account is ready, and how far its warm-up is.

    Example: `lixasync account linkedin-account robin-marlowe`
    """
    return await lix.account.linkedin_account(viewer)


@streaming("accounts", bounds=FREE)
def linkedin_accounts(lix: LixClient, bounds: RangeOptions, /) -> Pager[LinkedInAccount]:
    """Stream the LinkedIn accounts that are connected. Newer than the API's documentation; it may change.

    Example: `lixasync account linkedin-accounts`
    """
    return lix.account.linkedin_accounts(max_items=bounds.max_items, resume=bounds.resume)
