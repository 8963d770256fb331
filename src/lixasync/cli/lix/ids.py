"""``lixasync ids``: from one kind of id to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from lixasync.cli.declare import answering

if TYPE_CHECKING:
    from lixasync import LixClient
    from lixasync.models import OrganisationIds, PersonIds

SalesNavId = Annotated[str | None, Parameter(help="Id in Sales Navigator; give exactly one of the three.")]
FlagshipId = Annotated[str | None, Parameter(help="Last part of the public address.")]
LixId = Annotated[str | None, Parameter(help="Id at Lix.")]


@answering()
async def person(
    lix: LixClient,
    /,
    *,
    sales_nav_id: SalesNavId = None,
    li_flagship_id: FlagshipId = None,
    lix_id: LixId = None,
) -> PersonIds:
    """Show the ids of a person. Costs 1 Org credit.

    Example: `lixasync ids person --li-flagship-id robin-marlowe`
    """
    return await lix.ids.person(sales_nav_id=sales_nav_id, li_flagship_id=li_flagship_id, lix_id=lix_id)


@answering()
async def organisation(
    lix: LixClient,
    /,
    *,
    sales_nav_id: SalesNavId = None,
    li_flagship_id: FlagshipId = None,
    lix_id: LixId = None,
) -> OrganisationIds:
    """Show the ids of an organisation. Costs 1 Org credit.

    Example: `lixasync ids organisation --li-flagship-id acme`
    """
    return await lix.ids.organisation(sales_nav_id=sales_nav_id, li_flagship_id=li_flagship_id, lix_id=lix_id)
