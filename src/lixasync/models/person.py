"""People."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from lixasync.models.base import Model, wire
from lixasync.models.career import (
    Certification,
    DayMonthYear,
    Education,
    Experience,
    Language,
    Patent,
    Publication,
    Skill,
)
from lixasync.models.identity import first_identity, link_key, sales_key
from lixasync.models.organisation import SocialAccounts

__all__ = ["Person", "ViewerConnection"]


@attrs.frozen(kw_only=True, repr=False)
class ViewerConnection(Model):
    """How the viewer is related to a person.

    Lix API, object ViewerConnection.

    Attributes:
        connection_degree: 1, 2 or 3; 0 means out of the viewer's network.
        saved: Whether the viewer saved the person in Sales Navigator.
        saved_list_count: Lists of the viewer that hold the person.
        recent_posts_count: Posts of the person in the last 30 days.
    """

    connection_degree: int | None = wire()
    saved: bool | None = wire()
    saved_list_count: int | None = wire()
    recent_posts_count: int | None = wire()


@attrs.frozen(kw_only=True, repr=False)
class Person(Model):
    """A person, from a profile look-up or from a search; search items usually carry fewer fields.

    Lix API, object Person; the names of object LegacyPerson (2022) are read as well.

    Attributes:
        name: Full name.
        first_name: First name.
        last_name: Last name.
        description: The profile's headline, despite the name.
        headline: Headline.
        location: Place, free text.
        img: Address of the picture; signed, so it changes and expires.
        link: Address of the LinkedIn profile.
        sales_nav_link: Address in Sales Navigator; its host and path vary.
        sales_nav_id: Id in Sales Navigator.
        li_id: Id at LinkedIn.
        li_created_at: When the profile was made, in UTC.
        about_summary_text: The "about" text.
        twitter: Name at Twitter.
        experience: Positions, latest first.
        education: Schools and courses.
        skills: Skills, with endorsements.
        languages: Languages.
        certifications: Certificates.
        patents: Patents.
        publications: Publications.
        num_of_connections: Connections on LinkedIn.
        pronoun: Pronoun the person chose.
        related_persons: People shown beside this one.
        viewer_connection: How the viewer is related to the person.
        birthday: Birthday, free text.
        birth_date: Birthday as numbers.
        email: E-mail address.
        emails: E-mail addresses (bodies of 2022).
        website: The person's own site.
        phone: Telephone number.
        company_url: Address of the employer's page.
        im: Messenger name.
        current: Current position, free text.
        industry: Industry, free text.
        organisation: Name of the employer; text here, while a position has an object.
        current_jobs: Current positions, free text.
        past_jobs: Former positions, free text.
        num_shared_connections: Connections shared with the viewer.
        shared_connection_names: Names of some of them.
        shared_connection_urns: LinkedIn's ids of some of them.
        team_link_connection_profiles: Colleagues of the viewer who know the person.
        article_followers: Followers of the person's articles.
        default_db_id: Number of the record at Lix.
        auto_scraped: Whether the record was collected without a request.
        premium: Whether the person has a paid LinkedIn account.
        social_accounts: Accounts on social networks (bodies of 2022).
    """

    name: str | None = wire("name", "fullName")
    first_name: str | None = wire()
    last_name: str | None = wire()
    description: str | None = wire()
    headline: str | None = wire()
    location: str | None = wire()
    img: str | None = wire()
    link: str | None = wire()
    sales_nav_link: str | None = wire()
    sales_nav_id: str | None = wire()
    li_id: str | None = wire()
    li_created_at: datetime | None = wire()
    about_summary_text: str | None = wire("aboutSummaryText", "summary")
    twitter: str | None = wire()
    experience: tuple[Experience, ...] = wire("experience", "workExperiences", default=())
    education: tuple[Education, ...] = wire(default=())
    skills: tuple[Skill, ...] = wire(default=())
    languages: tuple[Language, ...] = wire(default=())
    certifications: tuple[Certification, ...] = wire(default=())
    patents: tuple[Patent, ...] = wire(default=())
    publications: tuple[Publication, ...] = wire(default=())
    num_of_connections: int | None = wire(quoted=True)
    pronoun: str | None = wire()
    related_persons: tuple[Person, ...] = wire(default=())
    viewer_connection: ViewerConnection | None = wire()
    birthday: str | None = wire()
    birth_date: DayMonthYear | None = wire()
    email: str | None = wire()
    emails: tuple[str, ...] = wire(default=())
    website: str | None = wire()
    phone: str | None = wire()
    company_url: str | None = wire()
    im: str | None = wire()
    current: str | None = wire()
    industry: str | None = wire()
    organisation: str | None = wire()
    current_jobs: str | None = wire()
    past_jobs: str | None = wire()
    num_shared_connections: int | None = wire()
    shared_connection_names: tuple[str, ...] = wire(default=())
    shared_connection_urns: tuple[str, ...] = wire(default=())
    team_link_connection_profiles: tuple[str, ...] = wire(default=())
    article_followers: int | None = wire()
    default_db_id: int | None = wire("defaultDBID")
    auto_scraped: bool | None = wire()
    premium: bool | None = wire()
    social_accounts: SocialAccounts | None = wire()

    @property
    def identity(self) -> str | None:
        """A key that is the same whenever this person is met again; None when nothing identifies one."""
        return first_identity(self._identities())

    def _identities(self) -> Iterator[tuple[str, str | None]]:
        yield "", link_key(self.link)
        yield "sales", sales_key(self.sales_nav_id)
        yield "sales", sales_key(self.sales_nav_link)
        yield "li", self.li_id
