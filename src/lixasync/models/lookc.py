"""What LookC answers: matches for an e-mail address, and employees."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.career import Duration
from lixasync.models.identity import first_identity, link_key

__all__ = [
    "DomainInfo",
    "Employee",
    "EmployeeLinks",
    "EmployeeOrg",
    "OrganisationMatch",
    "PersonByEmail",
    "PersonMatch",
]


@attrs.frozen(kw_only=True, repr=False)
class PersonMatch(Model):
    """A person an e-mail address may belong to.

    Lix API, operation find_person_by_email (``hits``).

    Attributes:
        name: Full name.
        li_profile_url: As sent: the address of the LinkedIn profile or only its last part. See ``profile_link``.
        sales_nav_url: Address in Sales Navigator.
    """

    name: str | None = wire()
    li_profile_url: str | None = wire("liProfileUrl", "liProfileLink")
    sales_nav_url: str | None = wire("salesNavUrl", "salesNavLink")

    @property
    def profile_link(self) -> str | None:
        """The full address of the LinkedIn profile; None when there is none."""
        return _full_link(self.li_profile_url, "in")


@attrs.frozen(kw_only=True, repr=False)
class OrganisationMatch(Model):
    """The organisation the domain of an e-mail address belongs to.

    Lix API, operation find_person_by_email (``org``).

    Attributes:
        name: Name as displayed.
        li_profile_url: As sent: the address of the LinkedIn page or only its last part. See ``profile_link``.
        sales_nav_url: Address in Sales Navigator.
    """

    name: str | None = wire()
    li_profile_url: str | None = wire("liProfileUrl", "liProfileLink")
    sales_nav_url: str | None = wire("salesNavUrl", "salesNavLink")

    @property
    def profile_link(self) -> str | None:
        """The full address of the LinkedIn page; None when there is none."""
        return _full_link(self.li_profile_url, "company")


@attrs.frozen(kw_only=True, repr=False)
class DomainInfo(Model):
    """What is known of the domain of an e-mail address.

    Lix API, operation find_person_by_email (``domainInfo``).

    Attributes:
        is_free_email_domain: Whether anybody can have an address there.
    """

    is_free_email_domain: bool | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class PersonByEmail(Model):
    """Who an e-mail address may belong to.

    Lix API, operation find_person_by_email.

    Attributes:
        hits: The people, best first; empty when nobody was found.
        org: The organisation of the domain.
        domain_info: What is known of the domain.
    """

    hits: tuple[PersonMatch, ...] = wire(default=())
    org: OrganisationMatch | None = wire()
    domain_info: DomainInfo | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class EmployeeLinks(Model):
    """Addresses of an employee.

    Lix API, operation list_organisation_employees (``links``).

    Attributes:
        linkedin: Address of the LinkedIn profile.
        sales_nav: Address in Sales Navigator.
    """

    linkedin: str | None = wire()
    sales_nav: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class EmployeeOrg(Model):
    """The organisation an employee works for.

    Lix API, operation list_organisation_employees (``currentOrg``).

    Attributes:
        org_id: LookC's id of the organisation.
        name: Name as displayed.
    """

    org_id: str | None = wire("orgId", "id")
    name: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Employee(Model):
    """Somebody who works or worked for an organisation.

    Lix API, operation list_organisation_employees.

    Attributes:
        person_id: LookC's id of the person.
        name: Full name.
        title: Title of the position.
        date_started: First day of the position, text such as "2021-03-01".
        date_ended: Last day; None while the position is held.
        location: Place, free text.
        image: Address of the picture; may expire.
        links: Addresses of the person.
        current_org: The organisation the person works for today.
        tenure_at_org: Time spent at the organisation.
        tenure_in_role: Time spent in the position.
    """

    person_id: str | None = wire()
    name: str | None = wire()
    title: str | None = wire()
    date_started: str | None = wire()
    date_ended: str | None = wire()
    location: str | None = wire()
    image: str | None = wire()
    links: EmployeeLinks | None = wire()
    current_org: EmployeeOrg | None = wire()
    tenure_at_org: Duration | None = wire()
    tenure_in_role: Duration | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this employee is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "person", self.person_id
        yield "", link_key(self.links.linkedin if self.links else None)


def _full_link(link: str | None, kind: str) -> str | None:
    """Return the address behind what may be an address, one without scheme, or the last part of one."""
    if not link:
        return None
    if "://" in link:
        return link
    bare = link.strip("/")
    return f"https://{bare}" if "/" in bare else f"https://www.linkedin.com/{kind}/{bare}"
