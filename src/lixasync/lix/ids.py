"""Ids of persons and organisations (Lix API, section Disambiguation API)."""

from __future__ import annotations

from lixasync.codec.identifiers import organisation_ids, person_ids
from lixasync.lix.core import Core
from lixasync.lix.links import exactly_one
from lixasync.models import OrganisationIds, PersonIds
from lixasync.transport.operation import Operation

GET_PERSON_IDS = Operation(
    id="get_person_ids", method="GET", path="/v1/person/ids", decode=person_ids, credits=1, credit_kind="org"
)

GET_ORGANISATION_IDS = Operation(
    id="get_organisation_ids",
    method="GET",
    path="/v1/organisation/ids",
    decode=organisation_ids,
    credits=1,
    credit_kind="org",
)


class Ids:
    """``lix.ids``: from one kind of id to the others."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def person(
        self, *, sales_nav_id: str | None = None, li_flagship_id: str | None = None, lix_id: str | None = None
    ) -> PersonIds:
        """Return the ids of a person (Lix API, operation get_person_ids). Costs 1 Org credit.

        Args:
            sales_nav_id: Id in Sales Navigator; give exactly one of the three.
            li_flagship_id: Last part of the profile's public address.
            lix_id: Id at Lix.

        Raises:
            InvalidArgumentError: none is given, or more than one.
            NotFoundError: there is no such person.
            APIError: see `lixasync.errors`.
        """
        given = exactly_one({"sales_nav_id": sales_nav_id, "li_flagship_id": li_flagship_id, "lix_id": lix_id})
        return await self._core.send(GET_PERSON_IDS, (given,))

    async def organisation(
        self, *, sales_nav_id: str | None = None, li_flagship_id: str | None = None, lix_id: str | None = None
    ) -> OrganisationIds:
        """Return the ids of an organisation (Lix API, operation get_organisation_ids). Costs 1 Org credit.

        Args:
            sales_nav_id: Id in Sales Navigator; give exactly one of the three.
            li_flagship_id: Last part of the page's public address.
            lix_id: Id at Lix.

        Raises:
            InvalidArgumentError: none is given, or more than one.
            NotFoundError: there is no such organisation.
            APIError: see `lixasync.errors`.
        """
        given = exactly_one({"sales_nav_id": sales_nav_id, "li_flagship_id": li_flagship_id, "lix_id": lix_id})
        return await self._core.send(GET_ORGANISATION_IDS, (given,))
