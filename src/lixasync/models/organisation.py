"""Organisations, alone or inside a position."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.identifiers import IdLinks, OrganisationIds
from lixasync.models.identity import account_key, first_identity, link_key

__all__ = ["Organisation", "SocialAccount", "SocialAccounts"]


@attrs.frozen(kw_only=True, repr=False)
class SocialAccount(Model):
    """One account on a social network; in person bodies of 2022 only.

    Lix API, object LegacyPerson (``socialAccounts``).

    Attributes:
        username: Name of the account, without the network's address.
        url: Address of the account's page.
    """

    username: str | None = wire()
    url: str | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class SocialAccounts(Model):
    """Accounts on social networks; in person bodies of 2022 only.

    Lix API, object LegacyPerson (``socialAccounts``).

    Attributes:
        linkedin: The LinkedIn account.
        twitter: The Twitter account.
    """

    linkedin: SocialAccount | None = wire()
    twitter: SocialAccount | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Organisation(Model):
    """An organisation; inside a position often no more than a name and a link.

    Lix API, object LiOrganisation; the names of object OrganisationProfile are read as well. Of look-ups it also has
    the ids and links that stand beside those two.

    Attributes:
        name: Name as displayed.
        link: Address of the LinkedIn page.
        industry: Industry, free text.
        website: The organisation's own site.
        description: Text of the page.
        headquarters: Place, free text such as "Sunnyvale, US".
        headquarters_address: Address of the headquarters, free text.
        hq_country: Country code of the headquarters.
        company_type: Kind of organisation, free text such as "Public Company".
        employee_count: Members on LinkedIn who say they work there.
        past_employee_count: Members on LinkedIn who say they worked there.
        size: Band of employees, such as "10001+" or "201-500".
        specialities: Comma-separated text.
        number_of_investment_rounds: Rounds of funding.
        number_of_job_openings: Open positions.
        followers: Followers on LinkedIn.
        crunchbase_id: Id at Crunchbase.
        sales_nav_link: Address in Sales Navigator; may end in "/company/" without an id.
        logo_url: Address of the logo; may expire.
        year_founded: Year, four digits.
        initial_request_li_id: Id the organisation was first asked for with.
        locations: Places, free text.
        stock_ticker_code: Symbol at the exchange.
        auto_scraped: Whether the record was collected without a request.
        social_accounts: Accounts on social networks (bodies of 2022).
        id: Id of the record, where it carries one.
        urn: LinkedIn's own id, where the record carries one.
        ids: All ids the organisation is known by.
        links: Addresses that belong to the ids.
        remark: What the server has to say beside the data, such as that a part of it could not be had.
    """

    name: str | None = wire()
    link: str | None = wire("link", "linkedinUrl")
    industry: str | None = wire()
    website: str | None = wire()
    description: str | None = wire()
    headquarters: str | None = wire()
    headquarters_address: str | None = wire()
    hq_country: str | None = wire()
    company_type: str | None = wire("companyType", "orgType")
    employee_count: int | None = wire("liEmployeeCount", "employeeCount", quoted=True)
    past_employee_count: int | None = wire()
    size: str | None = wire()
    specialities: str | None = wire()
    number_of_investment_rounds: int | None = wire()
    number_of_job_openings: int | None = wire("numberOfJobOpenings", "jobOpeningsCount")
    followers: int | None = wire("followers", "followerCount", quoted=True)
    crunchbase_id: str | None = wire()
    sales_nav_link: str | None = wire("salesNavLink", "salesNavUrl")
    logo_url: str | None = wire()
    year_founded: int | None = wire("yearFounded", "foundedYear")
    initial_request_li_id: str | None = wire()
    locations: str | None = wire()
    stock_ticker_code: str | None = wire()
    auto_scraped: bool | None = wire()
    social_accounts: SocialAccounts | None = wire()
    id: str | None = wire()
    urn: str | None = wire("urn", "entityUrn")
    ids: OrganisationIds | None = wire("organisationIds", "ids")
    links: IdLinks | None = wire()
    remark: str | None = wire("error")

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this organisation is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "", link_key(self.link)
        yield "sales", account_key(self.sales_nav_link)
        yield "sales", self.ids.sales_nav_id if self.ids else None
        yield "urn", self.urn
        yield "id", self.id or (self.ids.id if self.ids else None)
        yield "slug", self.ids.li_id if self.ids else None
