"""The ids by which one person or organisation is known at different places."""

from __future__ import annotations

import attrs

from lixasync.models.base import Model, wire

__all__ = ["IdLinks", "OrganisationIds", "PersonIds"]


@attrs.frozen(kw_only=True, repr=False)
class IdLinks(Model):
    """Addresses that belong to the ids.

    Lix API, objects PersonIds and OrganisationIds (``links`` beside them).

    Attributes:
        li_profile_url: Address of the LinkedIn page.
        sales_nav_url: Address in Sales Navigator.
        recruiter_url: Address in Recruiter.
    """

    li_profile_url: str | None = wire("liProfileURL")
    sales_nav_url: str | None = wire("salesNavURL")
    recruiter_url: str | None = wire("recruiterURL")


@attrs.frozen(kw_only=True, repr=False)
class PersonIds(Model):
    """The ids of one person.

    Lix API, object PersonIds, in all its namings.

    Attributes:
        li_id: Last part of the address of the LinkedIn profile.
        sales_nav_id: Id in Sales Navigator.
        lix_id: Id at Lix; opaque.
        links: Addresses of the same person.
    """

    li_id: str | None = wire("liID", "liFlagshipID", "flagshipID")
    sales_nav_id: str | None = wire("salesNavID")
    lix_id: str | None = wire("lixID", "uuid")
    links: IdLinks | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class OrganisationIds(Model):
    """The ids of one organisation.

    Lix API, object OrganisationIds, in all its namings.

    Attributes:
        id: LinkedIn's number; text, whether it came quoted or not.
        name: Name of the organisation.
        li_id: Last part of the address of the LinkedIn page.
        sales_nav_id: Id in Sales Navigator, digits.
        lix_id: Id at Lix; opaque.
        li_profile_is_deleted: Whether the LinkedIn page is gone.
        links: Addresses of the same organisation.
    """

    id: str | None = wire()
    name: str | None = wire()
    li_id: str | None = wire("liID", "liFlagshipID", "flagshipID")
    sales_nav_id: str | None = wire("salesNavID")
    lix_id: str | None = wire("uuid", "lixID")
    li_profile_is_deleted: bool | None = wire()
    links: IdLinks | None = wire()
